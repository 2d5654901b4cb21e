/* Greedy by size: the largest tensor first, each at the lowest offset where it meets no tensor that
 * is alive at the same time. The lower bound is the most that is alive at one step. */
#include "plan/arena_plan.h"

#include "base/checked.h"

#include <stdlib.h>

typedef struct Block {
    int tensor;
    int64_t offset, bytes; /* bytes rounded up to the alignment */
    int first, last;
} Block;

static int by_size(const void *a, const void *b) {
    const Block *x = a, *y = b;
    if (x->bytes != y->bytes) return x->bytes < y->bytes ? 1 : -1;
    return x->tensor - y->tensor;
}

static int by_offset(const void *a, const void *b) {
    const Block *x = *(Block *const *)a, *y = *(Block *const *)b;
    return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static bool alive_together(const Block *a, const Block *b) {
    return a->first <= b->last && b->first <= a->last;
}

/* The lowest offset for `block` beside the `n` blocks placed before it. */
static int64_t lowest_offset(const Block *block, const Block *placed, size_t n,
                             Block const **near) {
    size_t n_near = 0;
    for (size_t i = 0; i < n; i++)
        if (alive_together(block, &placed[i])) near[n_near++] = &placed[i];
    qsort(near, n_near, sizeof *near, by_offset);
    int64_t offset = WORKSPACE_HEADER;
    for (size_t i = 0; i < n_near; i++) {
        if (near[i]->offset - offset >= block->bytes) break;
        int64_t end = near[i]->offset + near[i]->bytes;
        if (end > offset) offset = end;
    }
    return offset;
}

static int64_t most_alive(const Plan *plan, const Block *blocks, size_t n) {
    int64_t *change = ARENA_ARRAY(plan->arena, int64_t, plan->steps.len + 2);
    for (size_t i = 0; i < n; i++) {
        change[blocks[i].first] += blocks[i].bytes;
        change[blocks[i].last + 1] -= blocks[i].bytes;
    }
    int64_t alive = 0, most = 0;
    for (size_t s = 0; s <= plan->steps.len; s++) {
        alive += change[s];
        if (alive > most) most = alive;
    }
    return most;
}

void plan_arena(Plan *plan, bool keep) {
    Block *blocks = ARENA_ARRAY(plan->arena, Block, plan->tensors.len + 1);
    Block const **near = ARENA_ARRAY(plan->arena, Block const *, plan->tensors.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < plan->tensors.len; i++) {
        const PlanTensor *tensor = &plan->tensors.at[i];
        if (tensor->place != PLACE_WORKSPACE || tensor->alias >= 0) continue;
        int64_t bytes = ceil_div(tensor->bytes, WORKSPACE_ALIGN) * WORKSPACE_ALIGN;
        int last = keep ? (int)plan->steps.len : tensor->last;
        blocks[n++] = (Block){(int)i, 0, bytes, keep ? 0 : tensor->first, last};
    }
    qsort(blocks, n, sizeof *blocks, by_size);
    int64_t end = WORKSPACE_HEADER;
    for (size_t i = 0; i < n; i++) {
        blocks[i].offset = lowest_offset(&blocks[i], blocks, i, near);
        plan->tensors.at[blocks[i].tensor].offset = blocks[i].offset;
        if (blocks[i].offset + blocks[i].bytes > end) end = blocks[i].offset + blocks[i].bytes;
    }
    for (size_t i = 0; i < plan->tensors.len; i++) {
        PlanTensor *tensor = &plan->tensors.at[i];
        if (tensor->alias < 0) continue;
        int64_t start = tensor->start * (int64_t)dtype_size(tensor->dtype);
        tensor->offset = plan->tensors.at[tensor->alias].offset + start;
    }
    plan->peak_bytes = most_alive(plan, blocks, n);
    plan->workspace_bytes = n ? end : 0;
}
