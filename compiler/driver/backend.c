/* The options of compile_graph, for build, run and verify. */
#include "driver/backend.h"

#include "driver/console.h"
#include "driver/cpu.h"

ExitStatus backend_failed(const char *why) {
    return console_fail(STATUS_INTERNAL, "internal error in the back end: %s", why);
}

ExitStatus backend_compile(Compilation *c, const char *cpu, const CompileOptions *wanted,
                           Compiled *out) {
    const Options *options = c->options;
    CompileOptions compile = *wanted;
    ExitStatus status = cpu_choose(c->arena, options, cpu, &compile.cpu);
    if (status != STATUS_DONE) return status;
    compile.cpu_name = cpu_name(options, cpu);
    compile.fast = options->fast;
    compile.strip = options->strip;
    compile.prefix = options->prefix;
    compile.threads = !options->no_threads;
    compile.weights_extern = options->weights_extern;
    compile.verify_each = front_verifies(options);
    compile.times = &c->times;
    const char *why = compile_graph(c->arena, c->graph, &compile, out);
    return why ? backend_failed(why) : STATUS_DONE;
}
