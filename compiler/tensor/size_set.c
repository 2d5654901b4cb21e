/* Sets of sizes. */
#include "tensor/size_set.h"

void size_set_add(Arena *arena, SizeSet *set, int64_t size) { VEC_PUSH(arena, &set->sizes, size); }

void size_set_close(Arena *arena, SizeSet *set) {
    const int64_t *sizes = set->sizes.at;
    for (size_t first = 0; first < set->sizes.len;) {
        size_t last = first;
        int64_t step = 1;
        if (first + 1 < set->sizes.len) {
            step = sizes[first + 1] - sizes[first];
            while (last + 1 < set->sizes.len && sizes[last + 1] - sizes[last] == step) last++;
        }
        if (step > 1 && last - first < 2) last = first;
        SizeRun run = {sizes[first], sizes[last], last == first ? 1 : step};
        VEC_PUSH(arena, &set->runs, run);
        first = last + 1;
    }
}

static const char *ordinal(int64_t n) {
    if (n % 100 / 10 == 1) return "th";
    return n % 10 == 1 ? "st" : n % 10 == 2 ? "nd" : n % 10 == 3 ? "rd" : "th";
}

void size_set_print(Text *out, const SizeSet *set) {
    for (size_t i = 0; i < set->runs.len; i++) {
        const SizeRun *run = &set->runs.at[i];
        text_printf(out, "%s%lld", i ? ", " : "", (long long)run->lo);
        if (run->hi > run->lo) text_printf(out, " .. %lld", (long long)run->hi);
        if (run->step > 1)
            text_printf(out, " every %lld%s", (long long)run->step, ordinal(run->step));
    }
}
