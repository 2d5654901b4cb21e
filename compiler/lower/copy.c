/* The same value in another layout or place: one box of elements, or, where both lie alike, one
 * run of them. */
#include "lower/move.h"

void lower_copy(LowerStep *s) {
    const PlanTensor *from = step_input(s, 0), *to = step_output(s);
    const TensorType *type = &to->value->type;
    MoveBox box = {0};
    if (from->dense && to->dense && layout_equal(from->layout, to->layout)) {
        move_axis(&box, s->out.elems, 1, 1);
        move_emit(s, &box);
        return;
    }
    move_axis(&box, type_extent(type, type_batch(type)), s->in.batch, s->out.batch);
    int spatial[MAX_RANK], n = type_spatial(type, spatial);
    for (int a = 0; a < n; a++)
        move_axis(&box, type->axes[spatial[a]].extent, s->in.spatial[a], s->out.spatial[a]);
    move_channels(s, &box, &s->in);
}
