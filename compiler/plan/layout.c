/* Strides of the two layouts. */
#include "plan/layout.h"

#include "base/checked.h"

Strides layout_strides(const TensorType *type, Layout layout) {
    Strides s = {.block = layout.block};
    int spatial[MAX_RANK], batch = type_batch(type), channel = type_channel(type);
    s.n_spatial = type_spatial(type, spatial);
    s.channel_blocks = ceil_div(type_extent(type, channel), layout.block);
    int64_t step = layout.block;
    if (layout.block == 1) { /* plain: the type's own order */
        int64_t stride[MAX_RANK];
        for (int i = type->rank; i-- > 0;) {
            stride[i] = step;
            step *= type->axes[i].extent;
        }
        if (batch != NO_AXIS) s.batch = stride[batch];
        if (channel != NO_AXIS) s.channel = stride[channel];
        for (int a = 0; a < s.n_spatial; a++) s.spatial[a] = stride[spatial[a]];
    } else { /* [N][C/v][spatial][v] */
        for (int a = s.n_spatial; a-- > 0;) {
            s.spatial[a] = step;
            step *= type->axes[spatial[a]].extent;
        }
        s.channel = step;
        step *= s.channel_blocks;
        if (batch != NO_AXIS) s.batch = step;
        step *= type_extent(type, batch);
    }
    s.elems = step;
    return s;
}

bool strides_channels_adjacent(const Strides *strides, const TensorType *type, int lanes) {
    int64_t channels = type_extent(type, type_channel(type));
    if (strides->block > 1) return strides->block % lanes == 0;
    return strides->channel == 1 || channels == 1;
}

int64_t strides_offset(const Strides *strides, const TensorType *type, const int64_t *index) {
    int64_t offset = 0;
    int spatial[MAX_RANK], batch = type_batch(type), channel = type_channel(type);
    type_spatial(type, spatial);
    if (batch != NO_AXIS) offset += index[batch] * strides->batch;
    if (channel != NO_AXIS)
        offset +=
            index[channel] / strides->block * strides->channel + index[channel] % strides->block;
    for (int a = 0; a < strides->n_spatial; a++) offset += index[spatial[a]] * strides->spatial[a];
    return offset;
}

void layout_print(Text *out, Layout layout) {
    if (layout.block == 1)
        text_puts(out, "plain");
    else
        text_printf(out, "C%d", layout.block);
}
