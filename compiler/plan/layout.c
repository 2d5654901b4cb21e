/* Strides of the layouts. */
#include "plan/layout.h"

#include "base/checked.h"

Layout layout_plain(void) { return (Layout){LAYOUT_PLAIN, 1}; }

Layout layout_blocked(int lanes) { return (Layout){LAYOUT_BLOCKED, lanes}; }

Layout layout_last(const TensorType *type) {
    Strides plain = layout_strides(type, layout_plain());
    return plain.channel == 1 ? layout_plain() : (Layout){LAYOUT_LAST, 1};
}

bool layout_equal(Layout a, Layout b) { return a.kind == b.kind && a.block == b.block; }

/* The type's own order. */
static void plain_strides(const TensorType *type, Strides *s) {
    int spatial[MAX_RANK], batch = type_batch(type), channel = type_channel(type);
    int64_t stride[MAX_RANK], step = 1;
    for (int i = type->rank; i-- > 0;) {
        stride[i] = step;
        step *= type->axes[i].extent;
    }
    type_spatial(type, spatial);
    if (batch != NO_AXIS) s->batch = stride[batch];
    if (channel != NO_AXIS) s->channel = stride[channel];
    for (int a = 0; a < s->n_spatial; a++) s->spatial[a] = stride[spatial[a]];
    s->elems = step;
}

/* Spatial axes around `step` elements; gives what they span. */
static int64_t nest_spatial(const TensorType *type, Strides *s, int64_t step) {
    int spatial[MAX_RANK];
    type_spatial(type, spatial);
    for (int a = s->n_spatial; a-- > 0;) {
        s->spatial[a] = step;
        step *= type->axes[spatial[a]].extent;
    }
    return step;
}

Strides layout_strides(const TensorType *type, Layout layout) {
    int spatial[MAX_RANK], batch = type_batch(type);
    int64_t channels = type_extent(type, type_channel(type)), image = 0;
    Strides s = {.block = layout.block,
                 .padded = layout.block > 1,
                 .n_spatial = type_spatial(type, spatial)};
    s.channel_blocks = ceil_div(channels, layout.block);
    switch (layout.kind) {
    case LAYOUT_PLAIN: plain_strides(type, &s); return s;
    case LAYOUT_BLOCKED: /* [N][C/v][spatial][v] */
        s.channel = nest_spatial(type, &s, layout.block);
        image = s.channel * s.channel_blocks;
        break;
    case LAYOUT_LAST: /* [N][spatial][C] */
        s.channel = 1;
        image = nest_spatial(type, &s, channels);
        break;
    }
    if (batch != NO_AXIS) s.batch = image;
    s.elems = image * type_extent(type, batch);
    return s;
}

/* Elements from the first to the last of the last block of channels. */
static int64_t span_of(const Strides *s, const TensorType *type) {
    int spatial[MAX_RANK], n = type_spatial(type, spatial);
    int64_t last_lane = s->first_lane + type_extent(type, type_channel(type)) - 1;
    int64_t span = (type_extent(type, type_batch(type)) - 1) * s->batch;
    for (int a = 0; a < n; a++) span += (type->axes[spatial[a]].extent - 1) * s->spatial[a];
    return span + last_lane / s->block * s->channel + s->block - s->first_lane;
}

Strides strides_of_part(const Strides *whole, const TensorType *type, int64_t first, bool last) {
    Strides s = *whole;
    int64_t channels = type_extent(type, type_channel(type));
    s.first_lane = (int)((whole->first_lane + first) % whole->block);
    s.padded = whole->padded && last;
    s.channel_blocks = ceil_div(s.first_lane + channels, s.block);
    s.elems = span_of(&s, type);
    return s;
}

bool strides_equal(const Strides *a, const Strides *b, const TensorType *type) {
    int spatial[MAX_RANK], n = type_spatial(type, spatial);
    bool equal = a->block == b->block && a->first_lane == b->first_lane;
    if (type_extent(type, type_batch(type)) > 1) equal &= a->batch == b->batch;
    if (type_extent(type, type_channel(type)) > a->block) equal &= a->channel == b->channel;
    for (int i = 0; i < n; i++)
        if (type->axes[spatial[i]].extent > 1) equal &= a->spatial[i] == b->spatial[i];
    return equal;
}

bool strides_channels_adjacent(const Strides *strides, const TensorType *type, int lanes) {
    int64_t channels = type_extent(type, type_channel(type));
    if (strides->block > 1) return strides->first_lane == 0 && strides->block % lanes == 0;
    return strides->channel == 1 || channels == 1;
}

int64_t strides_vector(const Strides *strides, int lanes) {
    return strides->block > 1 ? strides->channel : lanes * strides->channel;
}

int64_t strides_offset(const Strides *strides, const TensorType *type, const int64_t *index) {
    int64_t offset = 0;
    int spatial[MAX_RANK], batch = type_batch(type), channel = type_channel(type);
    type_spatial(type, spatial);
    if (batch != NO_AXIS) offset += index[batch] * strides->batch;
    if (channel != NO_AXIS) {
        int64_t lane = strides->first_lane + index[channel];
        offset += lane / strides->block * strides->channel + lane % strides->block;
        offset -= strides->first_lane;
    }
    for (int a = 0; a < strides->n_spatial; a++) offset += index[spatial[a]] * strides->spatial[a];
    return offset;
}

int64_t strides_axis(const Strides *strides, const TensorType *type, int axis) {
    int64_t index[MAX_RANK] = {0};
    index[axis] = 1;
    return strides_offset(strides, type, index);
}

void layout_print(Text *out, Layout layout) {
    switch (layout.kind) {
    case LAYOUT_PLAIN: text_puts(out, "plain"); break;
    case LAYOUT_BLOCKED: text_printf(out, "C%d", layout.block); break;
    case LAYOUT_LAST: text_puts(out, "last"); break;
    }
}
