/* `netc solve FILE.net`: the inputs that give an output its size, found by analysing the program
 * once more for each size (sema/resize.h), one axis at a time. So the answer holds for whatever the
 * language computes from a size: words, `x.H`, layers that undo others, skips that meet again.
 *
 * Sizes are tried from 1 on. An output that has grown beyond what is wanted does not come back, as
 * no layer's output falls when its input grows; but arithmetic on extents may do anything, so the
 * search goes on for a while, and the answer says how far it went. */
#include "driver/solve.h"

#include "driver/console.h"
#include "driver/front.h"
#include "driver/sink.h"
#include "driver/sizes.h"
#include "report/input_sizes.h"
#include "sema/resize.h"

#include <string.h>

/* How far the search goes on behind a size that is too large: this many sizes, and a fourth of it;
 * how far without one, as a multiple of the declared size; and how much it may cost, in nodes. */
enum { BEYOND = 256, BEYOND_SHARE = 4, DECLARED_TIMES = 4, MOST_NODES = 2000000 };

typedef struct Network {
    Arena *arena;
    const Options *options;
    Compilation compilation;
    const GraphOutput *output;
    Sizes wanted;
    bool solves; /* some `?` was solved */
} Network;

static ExitStatus usage(const char *wrong) { return console_usage(CMD_SOLVE, wrong); }

/* Extent of the output along the named axis when the input has `extent` there; 0: an error. */
static int64_t output_at(Network *network, const char *axis, int64_t extent, Arena *scratch) {
    SemaResize resize = {.axis = axis, .extent = extent};
    const Graph *graph = front_resized(&network->compilation, scratch, &resize);
    network->solves |= resize.solves;
    if (!graph) return 0;
    for (size_t i = 0; i < graph->outputs.len; i++) {
        const GraphOutput *output = &graph->outputs.at[i];
        if (strcmp(output->name, network->output->name) == 0)
            return type_extent(&output->value->type, type_axis(&output->value->type, axis));
    }
    return 0;
}

typedef struct Nearest {
    int64_t below, above; /* outputs next to the wanted one; 0: none */
} Nearest;

/* Tries the sizes of one axis. */
static Nearest seek(Network *network, InputAxis *axis, int64_t declared) {
    Nearest nearest = {0, 0};
    Arena *scratch = arena_create();
    int64_t budget = MOST_NODES / (1 + (int64_t)network->compilation.graph->nodes.len);
    int64_t last = declared * DECLARED_TIMES > BEYOND ? declared * DECLARED_TIMES : BEYOND;
    bool grown = false;
    for (int64_t i = 1; i <= last && i <= budget; i++) {
        int64_t o = output_at(network, axis->name, i, scratch);
        arena_reset(scratch);
        axis->sought = i;
        if (o == axis->wanted) size_set_add(network->arena, &axis->sizes, i);
        if (o > 0 && o < axis->wanted && o > nearest.below) nearest.below = o;
        if (o > axis->wanted && (nearest.above == 0 || o < nearest.above)) nearest.above = o;
        if (o > axis->wanted && !grown)
            last = i + BEYOND + i / BEYOND_SHARE;
        else if (o > 0 && o <= axis->wanted && grown)
            last = i + BEYOND + i / BEYOND_SHARE;
        grown |= o > axis->wanted;
    }
    arena_destroy(scratch);
    size_set_close(network->arena, &axis->sizes);
    return nearest;
}

/* --output [NAME=]28x28: which output, and how large. */
static ExitStatus read_wanted(Network *network) {
    const char *text = network->options->wanted, *equals = strchr(text, '=');
    const Graph *graph = network->compilation.graph;
    const char *name = equals ? arena_strndup(network->arena, text, (size_t)(equals - text)) : NULL;
    if (!sizes_read(equals ? equals + 1 : text, &network->wanted) || network->wanted.sought)
        return usage("`--output` wants sizes: 28x28, or NAME=28x28");
    if (!name && graph->outputs.len > 1)
        return usage("the network has several outputs; name one: --output NAME=28x28");
    for (size_t i = 0; i < graph->outputs.len; i++)
        if (!name || strcmp(graph->outputs.at[i].name, name) == 0)
            network->output = &graph->outputs.at[i];
    if (!network->output) return usage("`--output` names no output of the network");
    int spatial[MAX_RANK], n = type_spatial(&network->output->value->type, spatial);
    if (n != network->wanted.n)
        return usage(arena_printf(
            network->arena, "output `%s` is %s: it has %d spatial ax%s", network->output->name,
            type_sizes(network->arena, &network->output->value->type), n, n == 1 ? "is" : "es"));
    return STATUS_DONE;
}

static bool has_reshape(const Graph *graph) {
    bool any = false;
    for (size_t i = 0; i < graph->nodes.len; i++) any |= graph->nodes.at[i]->op == OP_RESHAPE;
    return any;
}

static ExitStatus report_none(const Network *network, const InputAxis *axis, Nearest nearest) {
    Text text = text_in(network->arena);
    text_printf(&text, "no input from 1 to %lld gives `%s` %lld along %s", (long long)axis->sought,
                network->output->name, (long long)axis->wanted, axis->name);
    if (nearest.below || nearest.above) text_puts(&text, "; the nearest that are reached: ");
    if (nearest.below) text_printf(&text, "%lld", (long long)nearest.below);
    if (nearest.above)
        text_printf(&text, "%s%lld", nearest.below ? " and " : "", (long long)nearest.above);
    return console_fail(STATUS_INPUT, "%s", text_str(&text));
}

static ExitStatus solve_output(Network *network) {
    ExitStatus status = read_wanted(network);
    if (status != STATUS_DONE) return status;
    const Graph *graph = network->compilation.graph;
    if (graph->inputs.len != 1) return usage("the sizes of a network with one input can be sought");
    const Value *input = graph->inputs.at[0];
    const TensorType *type = &network->output->value->type;
    InputSizes sizes = {.model = graph->model,
                        .input = input->name,
                        .output = network->output->name,
                        .tied = has_reshape(graph)};
    int spatial[MAX_RANK];
    sizes.n = type_spatial(type, spatial);
    for (int i = 0; i < sizes.n; i++) {
        InputAxis *axis = &sizes.axes[i];
        axis->name = type->axes[spatial[i]].name;
        axis->wanted = network->wanted.at[i];
        int at = type_axis(&input->type, axis->name);
        if (at == NO_AXIS)
            return usage(arena_printf(network->arena, "the input has no axis %s", axis->name));
        Nearest nearest = seek(network, axis, type_extent(&input->type, at));
        if (network->solves)
            return console_fail(STATUS_INPUT, "a `?` of the program is solved from its assertion; "
                                              "write the number in its place to seek other sizes");
        if (axis->sizes.sizes.len == 0) return report_none(network, axis, nearest);
    }
    Text text = text_in(network->arena);
    if (network->options->json)
        input_sizes_print_json(&text, &sizes);
    else
        input_sizes_print(&text, &sizes);
    return sink_print_result(network->options, &text);
}

static ExitStatus print_ambiguity(const Network *network) {
    Text text = text_in(network->arena);
    if (network->options->json)
        ambiguity_print_json(&text, network->compilation.graph);
    else
        ambiguity_print(&text, network->compilation.graph);
    return sink_print_result(network->options, &text);
}

ExitStatus solve_network(Arena *arena, const Options *options) {
    Network network = {.arena = arena, .options = options};
    if (!options->wanted == !options->ambiguity)
        return usage("a network needs either `--output` or `--inputs`");
    ExitStatus status =
        front_load(arena, options, options->files.at[0], GOAL_SHAPES, &network.compilation);
    if (status != STATUS_DONE) return status;
    return options->wanted ? solve_output(&network) : print_ambiguity(&network);
}
