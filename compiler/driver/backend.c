/* The options of compile_graph, for build, run and verify. */
#include "driver/backend.h"

#include "driver/console.h"
#include "driver/cpu.h"
#include "driver/limits.h"
#include "driver/progress.h"

#include <stdio.h>
#include <string.h>

const char *backend_check_options(Arena *arena, const Options *options) {
    const char *pass = options->dump_after;
    if (!pass) return NULL;
    Suggestion near = suggest_for(pass);
    if (front_knows_stage(pass, &near) | compile_knows_pass(pass, &near)) return NULL;
    Text quoted = text_in(arena), help = text_in(arena);
    text_quote(&quoted, pass, strlen(pass));
    if (near.best) text_printf(&help, "; did you mean `%s`?", near.best);
    return arena_printf(arena, "there is no pass `%s`%s", text_str(&quoted), text_str(&help));
}

ExitStatus backend_failed(const char *why) {
    return console_fail(STATUS_INTERNAL, "internal error in the back end: %s", why);
}

/* N0350 where a run would need more memory than there may be. */
static ExitStatus check_workspace(Compilation *c, const Compiled *compiled) {
    int64_t limit = (int64_t)limit_memory(c->options), bytes = compiled->plan->workspace_bytes;
    if (bytes <= limit) return STATUS_DONE;
    Text needed = text_in(c->arena), most = text_in(c->arena);
    text_count(&needed, bytes);
    text_count(&most, limit);
    Diag *diag = diag_add_global(
        &c->diags, N0350, "the workspace needs %s bytes, more than %s" FACTS("bytes# limit#"),
        text_str(&needed), text_str(&most));
    diag_note(diag, "`--max-memory` raises the limit");
    return front_report(c);
}

/* What the command line says of a compile. */
static ExitStatus choose_options(Compilation *c, const char *cpu, CompileOptions *out) {
    enum { MOST_CPUS = 8 };
    const Options *options = c->options;
    const CpuModel **cpus = ARENA_ARRAY(c->arena, const CpuModel *, MOST_CPUS);
    int n, most = options->command == CMD_BUILD ? MOST_CPUS : 1;
    ExitStatus status = cpu_choose_list(c->arena, options, cpu, most, cpus, &n);
    if (status != STATUS_DONE) return status;
    out->cpu = cpus[0];
    out->more = cpus + 1;
    out->n_more = n - 1;
    out->cpu_name = cpu_name(options, cpu);
    out->fast = options->fast;
    out->strip = options->strip;
    out->prefix = options->prefix;
    out->threads = !options->no_threads;
    out->weights_extern = options->weights_extern;
    out->verify_each = front_verifies(options);
    out->dump_after = options->dump_after;
    out->times = &c->times;
    return STATUS_DONE;
}

ExitStatus backend_compile(Compilation *c, const char *cpu, const CompileOptions *wanted,
                           Compiled *out) {
    CompileOptions compile = *wanted;
    ExitStatus status = choose_options(c, cpu, &compile);
    if (status != STATUS_DONE) return status;
    Text dump = text_in(c->arena);
    compile.dump = &dump;
    Progress *progress = progress_begin(c->arena, &c->times);
    const char *why = compile_graph(c->arena, c->graph, &compile, out);
    progress_end(progress);
    fputs(text_str(&dump), stderr);
    return why ? backend_failed(why) : check_workspace(c, out);
}

ExitStatus backend_compile_step(Compilation *c, const char *cpu, const Compiled *whole,
                                size_t index, Compiled *out) {
    CompileOptions compile = {0};
    ExitStatus status = choose_options(c, cpu, &compile);
    if (status != STATUS_DONE) return status;
    const char *why = compile_step(c->arena, whole, &compile, index, out);
    return why ? backend_failed(why) : STATUS_DONE;
}
