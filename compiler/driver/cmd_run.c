/* `netc run`: compiles for this machine and runs the bytes of the object on .npy arrays. */
#include "driver/arrays.h"
#include "driver/backend.h"
#include "driver/commands.h"
#include "driver/console.h"
#include "driver/execute.h"
#include "driver/limits.h"
#include "driver/sink.h"
#include "weights/npy.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* First elements that are shown of an output; --time runs at least so often and so long. */
enum { SHOWN = 8, TIMED_RUNS = 5 };
#define TIMED_SECONDS 0.5

typedef struct RunFiles {
    ArrayFile *inputs, *outputs;
    size_t n_inputs, n_outputs;
    ArrayFile *dumped; /* --dump: a file for each named value */
    size_t n_dumped;
} RunFiles;

static RunFiles list_files(Arena *arena, const Graph *graph) {
    RunFiles files = {.n_inputs = graph->inputs.len, .n_outputs = graph->outputs.len};
    files.inputs = ARENA_ARRAY(arena, ArrayFile, files.n_inputs);
    files.outputs = ARENA_ARRAY(arena, ArrayFile, files.n_outputs);
    for (size_t i = 0; i < files.n_inputs; i++) {
        const Value *value = graph->inputs.at[i];
        files.inputs[i] =
            (ArrayFile){.name = value->name, .type = &value->type, .elems = value_elems(value)};
    }
    for (size_t i = 0; i < files.n_outputs; i++) {
        const GraphOutput *output = &graph->outputs.at[i];
        files.outputs[i] = (ArrayFile){.name = output->name,
                                       .type = &output->value->type,
                                       .elems = value_elems(output->value)};
    }
    return files;
}

/* "DIR/NAME.npy"; a name that an earlier value has too, in another scope, gets its number. */
static const char *dump_path(Arena *arena, const char *folder, const Graph *graph, size_t index) {
    const char *name = graph->values.at[index]->name;
    size_t before = 0;
    for (size_t i = 0; i < index; i++)
        before += graph->values.at[i]->named && strcmp(graph->values.at[i]->name, name) == 0;
    if (before == 0) return arena_printf(arena, "%s/%s.npy", folder, name);
    return arena_printf(arena, "%s/%s.%zu.npy", folder, name, before + 1);
}

/* Makes every named value an output behind those of the program, so that it is computed and kept as
 * it is written. */
static void add_dump(Arena *arena, Graph *graph, const char *folder, RunFiles *files) {
    files->dumped = ARENA_ARRAY(arena, ArrayFile, graph->values.len);
    for (size_t i = 0; i < graph->values.len; i++) {
        Value *value = graph->values.at[i];
        if (!value->named) continue;
        const char *path = dump_path(arena, folder, graph, i);
        files->dumped[files->n_dumped++] = (ArrayFile){
            .name = path, .type = &value->type, .elems = value_elems(value), .path = path};
        VEC_PUSH(graph->arena, &graph->outputs, ((GraphOutput){path, value, value->span}));
    }
}

static void print_wanted(Text *text, const char *option, const ArrayFile *files, size_t n) {
    for (size_t i = 0; i < n; i++) {
        text_printf(text, "  %s %s=FILE.npy   ", option, files[i].name);
        type_print(text, files[i].type);
        text_puts(text, "\n");
    }
}

static ExitStatus tell_wanted(Arena *arena, const Options *options, const Graph *graph,
                              const RunFiles *files) {
    Text text = text_in(arena);
    text_printf(&text, "%s wants\n", graph->model);
    print_wanted(&text, "-i", files->inputs, files->n_inputs);
    text_puts(&text, "and gives\n");
    print_wanted(&text, "-o", files->outputs, files->n_outputs);
    return sink_print_result(options, &text);
}

/* Finds the file of each tensor; every input needs one. */
static ExitStatus match_files(Arena *arena, const Options *options, const RunFiles *files) {
    ExitStatus status = arrays_match(arena, "input", "-i", options->inputs.at, options->inputs.len,
                                     files->inputs, files->n_inputs);
    if (status != STATUS_DONE) return status;
    for (size_t i = 0; i < files->n_inputs; i++)
        if (!files->inputs[i].path)
            return console_fail(STATUS_USAGE, "input `%s` is missing: -i %s=FILE.npy",
                                files->inputs[i].name, files->inputs[i].name);
    return arrays_match(arena, "output", "-o", options->outputs.at, options->outputs.len,
                        files->outputs, files->n_outputs);
}

/* "digit  f32[N: 1, C: 10]   min 0.01, max 0.9, first 0.1 0.2 ..." */
static void print_output(Text *text, const ArrayFile *file, const float *data) {
    float least = INFINITY, most = -INFINITY;
    int64_t n_nan = 0;
    for (int64_t i = 0; i < file->elems; i++) {
        n_nan += isnan(data[i]) != 0;
        if (data[i] < least) least = data[i];
        if (data[i] > most) most = data[i];
    }
    text_printf(text, "%s   ", file->name);
    type_print(text, file->type);
    if (n_nan < file->elems)
        text_printf(text, "   min %.9g, max %.9g", (double)least, (double)most);
    if (n_nan) text_printf(text, "   %lld NaN", (long long)n_nan);
    text_puts(text, "   first");
    for (int64_t i = 0; i < file->elems && i < SHOWN; i++)
        text_printf(text, " %.9g", (double)data[i]);
    text_puts(text, file->elems > SHOWN ? " ...\n" : "\n");
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Repeats the run and tells the time of the best. */
static ExitStatus measure(const Execution *execution, Text *text) {
    double best = INFINITY, begin = now(), end = begin;
    int runs = 0;
    for (; runs < TIMED_RUNS || end - begin < TIMED_SECONDS; runs++) {
        double start = now();
        ExitStatus status = execution_run(execution);
        if (status != STATUS_DONE) return status;
        end = now();
        if (end - start < best) best = end - start;
    }
    text_printf(text, "best of %d runs: %.2f us\n", runs, 1e6 * best);
    return STATUS_DONE;
}

/* Runs the model on the inputs and sets the data of the outputs. */
static ExitStatus execute(const Execution *execution, const Options *options, RunFiles *files,
                          Text *text) {
    for (size_t i = 0; i < files->n_inputs; i++)
        execution_set_input(execution, i, files->inputs[i].data);
    ExitStatus status = execution_run(execution);
    if (status == STATUS_DONE && options->time) status = measure(execution, text);
    for (size_t i = 0; status == STATUS_DONE && i < files->n_outputs; i++) {
        files->outputs[i].data = execution->outputs[i];
        if (options->outputs.len == 0)
            print_output(text, &files->outputs[i], execution->outputs[i]);
    }
    for (size_t i = 0; i < files->n_dumped; i++)
        files->dumped[i].data = execution->outputs[files->n_outputs + i];
    return status;
}

static OutputFile array_file(Arena *arena, const ArrayFile *file) {
    int64_t extent[MAX_RANK];
    for (int axis = 0; axis < file->type->rank; axis++)
        extent[axis] = file->type->axes[axis].extent;
    Text bytes = text_in(arena);
    npy_print(&bytes, file->type->dtype, file->type->rank, extent, file->data);
    return (OutputFile){.path = file->path, .data = bytes.bytes, .len = bytes.len};
}

/* Writes the outputs that have a file and the dumped values, all or none. */
static ExitStatus write_outputs(Arena *arena, const Options *options, const RunFiles *files) {
    OutputFile *written = ARENA_ARRAY(arena, OutputFile, options->outputs.len + files->n_dumped);
    size_t n = options->outputs.len;
    for (size_t i = 0; i < files->n_outputs; i++)
        if (files->outputs[i].path)
            written[files->outputs[i].number] = array_file(arena, &files->outputs[i]);
    for (size_t i = 0; i < files->n_dumped; i++)
        written[n + i] = array_file(arena, &files->dumped[i]);
    if (options->dump && mkdir(options->dump, 0777) != 0 && errno != EEXIST) {
        Text name = text_in(arena);
        text_quote(&name, options->dump, strlen(options->dump));
        return console_fail(STATUS_OUTPUT, "cannot make the folder %s: %s", text_str(&name),
                            strerror(errno));
    }
    return console_write(arena, written, n + files->n_dumped);
}

/* The words go to standard error where standard output takes an array. */
static ExitStatus print_words(const Options *options, const RunFiles *files, const Text *text) {
    bool taken = false;
    for (size_t i = 0; i < files->n_outputs; i++)
        taken |= files->outputs[i].path && strcmp(files->outputs[i].path, "-") == 0;
    if (!taken) return sink_print_result(options, text);
    fputs(text_str(text), stderr);
    return STATUS_DONE;
}

/* Compiles, runs, writes: the files are matched and read. */
static ExitStatus compile_and_run(Compilation *c, RunFiles *files) {
    Compiled compiled;
    Execution execution;
    CompileOptions wanted = {.emit = EMIT_OBJECT};
    ExitStatus status = backend_compile(c, "native", &wanted, &compiled);
    if (status == STATUS_DONE)
        status = execution_begin(c->arena, &compiled, c->options->threads, &execution);
    if (status != STATUS_DONE) return status;
    Text text = text_in(c->arena);
    status = execute(&execution, c->options, files, &text);
    if (status == STATUS_DONE) status = write_outputs(c->arena, c->options, files);
    if (status == STATUS_DONE) status = print_words(c->options, files, &text);
    execution_end(&execution);
    return status;
}

ExitStatus cmd_run(Arena *arena, const Options *options) {
    Compilation compilation;
    bool runs = options->inputs.len > 0;
    ExitStatus status = front_load(arena, options, options->files.at[0],
                                   runs ? GOAL_WEIGHTS : GOAL_SHAPES, &compilation);
    if (status != STATUS_DONE) return status;
    RunFiles files = list_files(arena, compilation.graph);
    if (!runs) return tell_wanted(arena, options, compilation.graph, &files);
    status = match_files(arena, options, &files);
    if (status == STATUS_DONE)
        status = arrays_read(&compilation, files.inputs, files.n_inputs, limit_memory(options));
    if (options->dump) add_dump(arena, compilation.graph, options->dump, &files);
    if (status == STATUS_DONE) status = compile_and_run(&compilation, &files);
    if (status == STATUS_DONE) front_report_times(&compilation);
    return status;
}
