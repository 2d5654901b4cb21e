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
    Diag *diag = diag_add_global(&c->diags, N0350, "the workspace needs %s bytes, more than %s",
                                 text_str(&needed), text_str(&most));
    diag_note(diag, "`--max-memory` raises the limit");
    return front_report(c);
}

ExitStatus backend_compile(Compilation *c, const char *cpu, const CompileOptions *wanted,
                           Compiled *out) {
    const Options *options = c->options;
    CompileOptions compile = *wanted;
    enum { MOST_CPUS = 8 };
    const CpuModel *cpus[MOST_CPUS];
    int n, most = options->command == CMD_BUILD ? MOST_CPUS : 1;
    ExitStatus status = cpu_choose_list(c->arena, options, cpu, most, cpus, &n);
    if (status != STATUS_DONE) return status;
    compile.cpu = cpus[0];
    compile.more = cpus + 1;
    compile.n_more = n - 1;
    compile.cpu_name = cpu_name(options, cpu);
    compile.fast = options->fast;
    compile.strip = options->strip;
    compile.prefix = options->prefix;
    compile.threads = !options->no_threads;
    compile.weights_extern = options->weights_extern;
    compile.verify_each = front_verifies(options);
    compile.times = &c->times;
    Text dump = text_in(c->arena);
    compile.dump_after = options->dump_after;
    compile.dump = &dump;
    Progress *progress = progress_begin(c->arena, &c->times);
    const char *why = compile_graph(c->arena, c->graph, &compile, out);
    progress_end(progress);
    fputs(text_str(&dump), stderr);
    return why ? backend_failed(why) : check_workspace(c, out);
}
