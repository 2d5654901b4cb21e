/* `netc solve 'conv(k=?, s=?)' 224 56`: the layer becomes a program of its own, is read by the
 * language's rules, and searched for (tensor/search.h). */
#include "driver/solve.h"

#include "driver/console.h"
#include "driver/front.h"
#include "driver/sink.h"
#include "driver/sizes.h"
#include "report/solutions.h"
#include "sema/query.h"

#include <stdio.h>
#include <string.h>

/* Nearest sizes are sought this far away, and with this many geometries tried. */
enum { NEAREST_REACH = 64, NEAREST_TRIED = 20000000 };

typedef struct Job {
    Arena *arena;
    const Options *options;
    const char *layer; /* as written */
    Sizes from, to;
    LayerQuery query;
    Compilation compilation;
} Job;

/* The program that holds the layer. Sizes that are sought are 1. */
static const char *program_of(Job *job) {
    static const char *const names[MAX_SPATIAL][MAX_SPATIAL] = {{"H"}, {"H", "W"}, {"D", "H", "W"}};
    int n = job->from.sought ? job->to.n : job->from.n;
    Text text = text_in(job->arena);
    text_puts(&text, "net 1\ninput x : f32[C: 1");
    for (int i = 0; i < n; i++)
        text_printf(&text, ", %s: %lld", names[n - 1][i],
                    job->from.sought ? 1LL : (long long)job->from.at[i]);
    text_printf(&text, "]\noutput y = x |> %s\n", job->layer);
    return text_str(&text);
}

/* True if the program has one layer, applied to x, and nothing else. */
static bool is_one_layer(const Ast *ast) {
    if (ast->items.len != 3 || ast->items.at[2]->kind != AST_OUTPUT) return false;
    const AstExpr *expr = ast->items.at[2]->output.value;
    return expr && expr->kind == AST_CALL && expr->call.piped && expr->call.piped->kind == AST_NAME;
}

static ExitStatus usage(const char *wrong) { return console_usage(CMD_SOLVE, wrong); }

static ExitStatus read_sizes(Job *job) {
    const Options *options = job->options;
    const char *bad = NULL;
    if (!sizes_read(options->files.at[2], &job->to)) bad = options->files.at[2];
    if (!sizes_read(options->files.at[1], &job->from)) bad = options->files.at[1];
    if (bad) {
        Text quoted = text_in(job->arena);
        text_quote(&quoted, bad, strlen(bad));
        return usage(arena_printf(job->arena, "a size is a number, 224x192, or `?`; not `%s`",
                                  text_str(&quoted)));
    }
    if (job->from.sought && job->to.sought) return usage("one of the two sizes must be a number");
    if (!job->from.sought && !job->to.sought && job->from.n != job->to.n)
        return usage(arena_printf(job->arena, "`%s` and `%s` have different numbers of axes",
                                  job->from.text, job->to.text));
    return STATUS_DONE;
}

/* What a terminal would obey, the layer being printed as it was given. */
static bool has_control(const char *text) {
    for (; *text; text++)
        if (((unsigned char)*text < ' ' && *text != '\t') || *text == '\x7f') return true;
    return false;
}

/* Reads the layer; what is wrong with it is printed. */
static ExitStatus read_layer(Job *job) {
    if (strpbrk(job->layer, "\n\r")) return usage("the layer must stand on one line");
    if (has_control(job->layer)) return usage("the layer holds a control character");
    ExitStatus status = front_query(job->arena, job->options, program_of(job), is_one_layer,
                                    &job->compilation, &job->query);
    if (status != STATUS_DONE) return status;
    if (!job->query.is_window)
        return usage("what is solved is one layer with a window: conv, tconv or a pool, as in "
                     "'conv(k=?, s=2, p=?)'");
    for (int i = 0; i < job->query.layer.n && !job->to.sought; i++)
        job->query.layer.axis[i].o = job->to.at[i];
    bool open = job->query.holes.len > 0;
    if (open && (job->from.sought || job->to.sought))
        return usage("a size and numbers of the layer cannot both be sought; give the size");
    if (job->from.sought && job->query.whole_kernel)
        return usage("`k=all` takes any size to 1; there is no input to be found");
    return STATUS_DONE;
}

static const char *axis_size(Job *job, const Sizes *sizes, int axis) {
    return axis < 0 ? sizes->text : arena_printf(job->arena, "%lld", (long long)sizes->at[axis]);
}

/* One axis of the layer, as a layer of its own. */
static SearchLayer alone(const SearchLayer *layer, int axis) {
    SearchLayer one = *layer;
    one.n = 1;
    one.axis[0] = layer->axis[axis];
    return one;
}

/* Symmetric paddings as two sides that are sought apart. */
static bool take_apart(SearchLayer *layer) {
    bool any = false;
    for (int i = 0; i < layer->n; i++) {
        SearchAxis *axis = &layer->axis[i];
        if (!(axis->unknown & UNKNOWN_P) || axis->is_pair) continue;
        any = axis->is_pair = true;
    }
    return any;
}

static const char *text_of(Job *job, const Solution *solution, int axis) {
    return query_text(job->arena, &job->compilation.sources, &job->query, solution, axis);
}

/* Adds the nearest sizes of a layer of one axis. */
static void print_nearest(Job *job, Text *out, const SearchLayer *one, int64_t tried) {
    int64_t reach = NEAREST_TRIED / (tried + 1), below, above;
    if (reach > NEAREST_REACH) reach = NEAREST_REACH;
    search_nearest(job->arena, one, reach, &below, &above);
    if (!below && !above) return;
    text_puts(out, "; the nearest that are reached: ");
    if (below) text_printf(out, "%lld", (long long)below);
    if (above) text_printf(out, "%s%lld", below ? " and " : "", (long long)above);
}

/* Why there is none: on one axis alone there is none, or not the same for all. */
static ExitStatus report_none(Job *job, const SearchLayer *layer, const SearchResult *result,
                              int axis) {
    Text text = text_in(job->arena);
    text_printf(&text, "no `%s` takes %s to %s", job->layer, axis_size(job, &job->from, axis),
                axis_size(job, &job->to, axis));
    if (axis >= 0) text_printf(&text, " along %s", job->query.axes[axis]);
    if (job->query.holes.len == 0) {
        for (int i = 0; i < layer->n; i++)
            text_printf(&text, "%s%lld", i ? "x" : "; it gives ",
                        (long long)search_output(layer, i));
        return console_fail(STATUS_INPUT, "%s", text_str(&text));
    }
    if (result->stopped_at)
        text_printf(&text, " (sought up to k̂ = %lld)", (long long)result->stopped_at);
    bool each = true;
    for (int i = 0; i < layer->n && each; i++) {
        SearchLayer one = alone(layer, i);
        SearchResult found = search_layer(job->arena, &one);
        if (found.list.len > 0) continue;
        each = false;
        if (layer->n > 1) text_printf(&text, "; none along %s", job->query.axes[i]);
        print_nearest(job, &text, &one, found.tried);
    }
    if (each && layer->n > 1)
        text_puts(&text, "; along each axis there are some, but none for all of them: "
                         "`{H: ?, W: ?}` seeks them apart");
    console_fail(STATUS_INPUT, "%s", text_str(&text));
    SearchLayer apart = *layer;
    if (!take_apart(&apart)) return STATUS_INPUT;
    SearchResult lopsided = search_layer(job->arena, &apart);
    if (lopsided.list.len == 0) return STATUS_INPUT;
    return console_fail(STATUS_INPUT, "with a lopsided padding `%s` does; `p=(?, ?)` seeks these",
                        text_of(job, &lopsided.list.at[0], axis));
}

static ExitStatus add_list(Job *job, Solutions *solutions, const SearchLayer *layer, int axis) {
    SolutionList list = {.axis = axis < 0 ? NULL : job->query.axes[axis],
                         .from = axis_size(job, &job->from, axis),
                         .to = axis_size(job, &job->to, axis),
                         .transposed = layer->transposed,
                         .result = search_layer(job->arena, layer)};
    if (list.result.list.len == 0) return report_none(job, layer, &list.result, axis);
    list.texts = ARENA_ARRAY(job->arena, const char *, list.result.list.len);
    for (size_t i = 0; i < list.result.list.len; i++)
        list.texts[i] = text_of(job, &list.result.list.at[i], axis);
    VEC_PUSH(job->arena, &solutions->lists, list);
    return STATUS_DONE;
}

static ExitStatus print_solutions(Job *job) {
    Solutions solutions = {.layer = job->layer};
    const SearchLayer *layer = &job->query.layer;
    ExitStatus status = STATUS_DONE;
    if (job->query.by_axis) {
        for (int i = 0; i < layer->n && status == STATUS_DONE; i++) {
            SearchLayer one = alone(layer, i);
            status = add_list(job, &solutions, &one, i);
        }
    } else {
        status = add_list(job, &solutions, layer, -1);
    }
    if (status != STATUS_DONE) return status;
    Text text = text_in(job->arena);
    if (job->options->json)
        solutions_print_json(&text, &solutions);
    else
        solutions_print(&text, &solutions, job->options->all);
    return sink_print_result(job->options, &text);
}

/* The intervals of inputs, or the sizes of the output: one for each axis. */
static ExitStatus print_sizes(Job *job) {
    const SearchLayer *layer = &job->query.layer;
    SizeRange ranges[MAX_SPATIAL];
    for (int i = 0; i < layer->n; i++) {
        ConvRange range;
        if (job->from.sought) {
            range = search_input(layer, i);
        } else {
            range.lo = range.hi = search_output(layer, i);
            if (range.lo < 1) range.lo = 1;
        }
        if (range.lo > range.hi)
            return console_fail(STATUS_INPUT, "`%s` has no %s for %s along %s", job->layer,
                                job->from.sought ? "input" : "output",
                                axis_size(job, job->from.sought ? &job->to : &job->from, i),
                                job->query.axes[i]);
        ranges[i] = (SizeRange){job->query.axes[i], range};
    }
    Text text = text_in(job->arena);
    SizeRanges answer = {job->layer, job->from.text, job->to.text, layer->n, ranges};
    if (job->options->json)
        sizes_print_json(&text, &answer);
    else
        sizes_print(&text, &answer);
    return sink_print_result(job->options, &text);
}

ExitStatus solve_layer(Arena *arena, const Options *options) {
    Job job = {.arena = arena, .options = options, .layer = options->files.at[0]};
    ExitStatus status = read_sizes(&job);
    if (status == STATUS_DONE) status = read_layer(&job);
    if (status != STATUS_DONE) return status;
    return job.from.sought || job.to.sought ? print_sizes(&job) : print_solutions(&job);
}
