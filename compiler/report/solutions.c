/* Solutions as text and as JSON. */
#include "report/solutions.h"

#include "report/json_out.h"

#include <string.h>

/* What a solution is worth knowing beyond its numbers: "p is half, 1 unread at the end". */
static const char *remarks(Arena *arena, const SolutionList *list, const Solution *solution) {
    Text text = text_in(arena);
    int64_t lo = solution->pad_lo;
    if (list->result.padding_bounded && lo > 0 && lo == solution->pad_hi &&
        lo == solution->kernel / 2)
        text_puts(&text, "p is half");
    if (solution->kernel < solution->s)
        text_printf(&text, list->transposed ? "%sgaps of %lld" : "%s%lld unread between windows",
                    text.len ? ", " : "", (long long)(solution->s - solution->kernel));
    if (solution->unread > 0)
        text_printf(&text, "%s%lld unread at the end", text.len ? ", " : "",
                    (long long)solution->unread);
    return text_str(&text);
}

/* The bounds that were in force, and whether the search came to its end. */
static void print_bounds(Text *out, const SearchResult *result) {
    const char *joint = "#   within ";
    if (result->padding_bounded) {
        text_printf(out, "%sp < k̂", joint);
        joint = ", ";
    }
    if (result->kernel_most) {
        text_printf(out, "%sk̂ ≤ %lld", joint, (long long)result->kernel_most);
        joint = ", ";
    }
    if (result->single_window) {
        text_printf(out, "%sthe least s where there is one window", joint);
        joint = ", ";
    }
    if (joint[0] == ',') text_puts(out, "\n");
    if (result->stopped_at)
        text_printf(out,
                    "#   too many: stopped at k̂ = %lld; beyond it nothing was sought\n"
                    "#   (give one of the numbers to see the rest)\n",
                    (long long)result->stopped_at);
}

static void print_list(Text *out, const Solutions *solutions, const SolutionList *list, bool all) {
    const SearchResult *result = &list->result;
    size_t shown = result->list.len, width = 0;
    if (!all && shown > SOLUTIONS_SHOWN) shown = SOLUTIONS_SHOWN;
    text_printf(out, "# %s: %s -> %s", solutions->layer, list->from, list->to);
    if (list->axis) text_printf(out, " along %s", list->axis);
    text_puts(out, ", ");
    text_count(out, (long long)result->list.len);
    text_printf(out, " solution%s\n", result->list.len == 1 ? "" : "s");
    print_bounds(out, result);
    for (size_t i = 0; i < shown; i++) {
        size_t len = strlen(list->texts[i]);
        if (len > width) width = len;
    }
    for (size_t i = 0; i < shown; i++) {
        const char *note = remarks(out->arena, list, &result->list.at[i]);
        text_puts(out, list->texts[i]);
        if (*note) {
            text_fill(out, ' ', width - strlen(list->texts[i]));
            text_printf(out, "    # %s", note);
        }
        text_puts(out, "\n");
    }
    if (shown == result->list.len) return;
    text_puts(out, "# and ");
    text_count(out, (long long)(result->list.len - shown));
    text_puts(out, " more: `--all` lists them\n");
}

void solutions_print(Text *out, const Solutions *solutions, bool all) {
    for (size_t i = 0; i < solutions->lists.len; i++) {
        if (i > 0) text_puts(out, "\n");
        print_list(out, solutions, &solutions->lists.at[i], all);
    }
}

static json_t *number_or_null(int64_t number) {
    return number ? json_integer((json_int_t)number) : json_null();
}

static json_t *solution_object(const Solution *solution, const char *text) {
    return json_pack("{s:s, s:I, s:I, s:[I, I], s:I, s:I, s:s, s:I}", "layer", text, "k",
                     (json_int_t)solution->k, "s", (json_int_t)solution->s, "p",
                     (json_int_t)solution->pad_lo, (json_int_t)solution->pad_hi, "d",
                     (json_int_t)solution->d, "a", (json_int_t)solution->a, "round",
                     solution->ceil ? "ceil" : "floor", "unread", (json_int_t)solution->unread);
}

static json_t *list_object(const SolutionList *list) {
    const SearchResult *result = &list->result;
    json_t *object = json_object(), *array = json_array();
    for (size_t i = 0; i < result->list.len; i++)
        json_array_append_new(array, solution_object(&result->list.at[i], list->texts[i]));
    json_object_set_new(object, "axis", list->axis ? json_string(list->axis) : json_null());
    json_object_set_new(object, "from", json_string(list->from));
    json_object_set_new(object, "to", json_string(list->to));
    json_object_set_new(object, "kernel_most", number_or_null(result->kernel_most));
    json_object_set_new(object, "padding_below_kernel", json_boolean(result->padding_bounded));
    json_object_set_new(object, "least_stride", json_boolean(result->single_window));
    json_object_set_new(object, "stopped_at", number_or_null(result->stopped_at));
    json_object_set_new(object, "solutions", array);
    return object;
}

void solutions_print_json(Text *out, const Solutions *solutions) {
    json_t *document = json_object(), *lists = json_array();
    for (size_t i = 0; i < solutions->lists.len; i++)
        json_array_append_new(lists, list_object(&solutions->lists.at[i]));
    json_object_set_new(document, "layer", json_string(solutions->layer));
    json_object_set_new(document, "lists", lists);
    json_out(out, document);
}

void sizes_print(Text *out, const SizeRanges *sizes) {
    text_printf(out, "# %s: %s -> %s\n", sizes->layer, sizes->from, sizes->to);
    for (int i = 0; i < sizes->n; i++) {
        const SizeRange *size = &sizes->at[i];
        text_printf(out, "%s: %lld", size->axis, (long long)size->range.lo);
        if (size->range.hi > size->range.lo)
            text_printf(out, " .. %lld", (long long)size->range.hi);
        text_puts(out, "\n");
    }
}

void sizes_print_json(Text *out, const SizeRanges *sizes) {
    json_t *document = json_object(), *axes = json_array();
    for (int i = 0; i < sizes->n; i++)
        json_array_append_new(axes, json_pack("{s:s, s:I, s:I}", "axis", sizes->at[i].axis, "least",
                                              (json_int_t)sizes->at[i].range.lo, "most",
                                              (json_int_t)sizes->at[i].range.hi));
    json_object_set_new(document, "layer", json_string(sizes->layer));
    json_object_set_new(document, "from", json_string(sizes->from));
    json_object_set_new(document, "to", json_string(sizes->to));
    json_object_set_new(document, "sizes", axes);
    json_out(out, document);
}
