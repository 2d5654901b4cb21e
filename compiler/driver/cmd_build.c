/* `netc build`: an object and its header, or the program at one stage of the way. */
#include "codegen/archive.h"
#include "driver/backend.h"
#include "driver/commands.h"
#include "driver/console.h"
#include "driver/cpu.h"
#include "driver/depfile.h"
#include "driver/link.h"
#include "driver/outputs.h"

#include <string.h>

/* What compile_graph is asked for; the header states the stack, which only codegen knows. */
static int wanted_emit(Emit emit) {
    switch (emit) {
    case EMITS_OBJECT:
    case EMITS_HEADER:
    case EMITS_ARCHIVE:
    case EMITS_SHARED: return EMIT_OBJECT;
    case EMITS_ASSEMBLY: return EMIT_ASSEMBLY | EMIT_OBJECT;
    case EMITS_LLVM: return EMIT_LLVM | EMIT_OBJECT;
    case EMITS_BITCODE: return EMIT_BITCODE | EMIT_OBJECT;
    default: return 0;
    }
}

static FrontGoal goal_of(Emit emit) {
    return emit == EMITS_AST ? GOAL_AST : emit == EMITS_GRAPH ? GOAL_SHAPES : GOAL_WEIGHTS;
}

/* A static library of the one object, which is called as the library is. */
static ExitStatus print_archive(Text *text, const BuildPaths *paths, const Compiled *compiled) {
    const char *stem = strcmp(paths->output, "-") == 0 ? compiled->interface.name
                                                       : path_stem(text->arena, paths->output);
    const char *why = archive_print(text, arena_printf(text->arena, "%s.o", stem),
                                    &compiled->interface, &compiled->output);
    return why ? backend_failed(why) : STATUS_DONE;
}

/* The bytes that were asked for. `text` is what is printed for them; objects and libraries, which
 * may be large, are where they are. */
static ExitStatus print_stage(Text *text, const BuildPaths *paths, const Compilation *c,
                              const Compiled *compiled, Bytes *bytes) {
    const CodegenOutput *output = &compiled->output;
    Bytes object = {output->object, output->object_len};
    ExitStatus status = STATUS_DONE;
    switch (c->options->emit) {
    case EMITS_OBJECT: *bytes = object; return STATUS_DONE;
    case EMITS_SHARED: return link_shared(c->arena, paths->output, object, bytes);
    case EMITS_ASSEMBLY: text_puts(text, output->assembly); break;
    case EMITS_LLVM: text_puts(text, output->llvm); break;
    case EMITS_BITCODE: text_append(text, output->bitcode, output->bitcode_len); break;
    case EMITS_LOOP:
        for (int v = 0; v < compiled->n_versions; v++)
            for (size_t i = 0; i < compiled->programs[v]->fns.len; i++)
                loop_print(text, compiled->programs[v]->fns.at[i]);
        break;
    case EMITS_PLAN:
        for (int v = 0; v < compiled->n_versions; v++) plan_print(text, compiled->plans[v]);
        break;
    case EMITS_GRAPH: graph_print(text, c->graph); break;
    case EMITS_AST: ast_print(text, c->ast); break;
    case EMITS_HEADER: text_puts(text, compiled->header); break;
    case EMITS_ARCHIVE: status = print_archive(text, paths, compiled); break;
    }
    *bytes = (Bytes){text_str(text), text->len};
    return status;
}

/* Everything that is written, all or nothing. */
static ExitStatus write_outputs(Compilation *c, const BuildPaths *paths, const Compiled *compiled) {
    Text text = text_in(c->arena), weights = text_in(c->arena), rule = text_in(c->arena);
    OutputFile files[MAX_BUILD_FILES];
    size_t n = 0;
    Bytes stage;
    ExitStatus status = print_stage(&text, paths, c, compiled, &stage);
    if (status != STATUS_DONE) return status;
    files[n++] = (OutputFile){.path = paths->output, .data = stage.data, .len = stage.len};
    if (paths->header)
        files[n++] = (OutputFile){
            .path = paths->header, .data = compiled->header, .len = strlen(compiled->header)};
    if (paths->weights) {
        weights_blob_print(&weights, &compiled->interface, compiled->program->weights);
        files[n++] =
            (OutputFile){.path = paths->weights, .data = text_str(&weights), .len = weights.len};
    }
    if (paths->depfile) {
        if (!depfile_print(&rule, paths->output, &c->sources))
            return console_fail(STATUS_OUTPUT, "a file whose name has a line end cannot stand in "
                                               "a rule for make");
        files[n++] = (OutputFile){.path = paths->depfile, .data = text_str(&rule), .len = rule.len};
    }
    if (c->options->if_changed) n = files_changed(files, n);
    return console_write(c->arena, files, n);
}

ExitStatus cmd_build(Arena *arena, const Options *options) {
    BuildPaths paths;
    const char *wrong = build_paths(arena, options, &paths);
    if (wrong) return console_usage(CMD_BUILD, wrong);
    Compilation compilation;
    Compiled compiled = {0};
    FrontGoal goal = goal_of(options->emit);
    ExitStatus status = front_load(arena, options, options->files.at[0], goal, &compilation);
    if (status == STATUS_DONE && goal == GOAL_WEIGHTS) {
        CompileOptions wanted = {.emit = wanted_emit(options->emit), .drop_numbers = true};
        status = backend_compile(&compilation, CPU_DEFAULT, &wanted, &compiled);
    }
    if (status != STATUS_DONE) return status;
    front_report_times(&compilation);
    return write_outputs(&compilation, &paths, &compiled);
}
