/* A step is timed by an object of its own: the program with this phase alone, over the buffers and
 * the workspace of the whole. So every figure is of the very code that NAME_run calls, entry and
 * all, and the object that ships is not changed to be measured. */
#include "driver/bench.h"

#include "driver/console.h"
#include "driver/execute.h"
#include "driver/verify.h"
#include "measure/peak.h"
#include "measure/rounds.h"

#include <math.h>

/* All contenders together take about so long, each turn at least so long. */
#define ALL_SECONDS 2.0
#define LEAST_TURN 0.004
enum { ROUNDS = 5 };

/* The second-level cache is read at another speed than memory. */
typedef struct Bandwidth {
    double memory, cache; /* bytes in a second; 0: not known */
    int64_t cache_bytes;
} Bandwidth;

static bool call(void *execution) { return execution_run(execution) == STATUS_DONE; }

static Bandwidth measure_bandwidth(void) {
    enum { PAGE = 4096 };
    const size_t large = (size_t)64 << 20, small = peak_l2_bytes() / 2 / PAGE * PAGE;
    return (Bandwidth){.memory = 1e9 * peak_read(large, 0.1),
                       .cache = 1e9 * peak_read(small, 0.05),
                       .cache_bytes = (int64_t)peak_l2_bytes()};
}

static int64_t value_bytes(const Value *value) {
    return value_elems(value) * (int64_t)sizeof(float);
}

/* Sizes were checked when the graph was made: their sum stays far below 2^63. */
static BenchLayer describe_layer(const Plan *plan, const PlanStep *step) {
    BenchLayer layer = {.path = step->node ? step->node->path : step->name,
                        .macs = step->node ? node_macs(step->node) : 0,
                        .data_bytes = value_bytes(plan->tensors.at[step->output].value)};
    for (int i = 0; i < step->n_inputs; i++)
        layer.data_bytes += value_bytes(plan->tensors.at[step->inputs[i]].value);
    const Param *params[] = {step->node ? step->node->weight : NULL,
                             step->node ? step->node->bias : NULL};
    for (int i = 0; i < 2; i++)
        if (params[i]) layer.data_bytes += params[i]->elems * (int64_t)sizeof(float);
    return layer;
}

static double predict(const Bench *bench, const BenchLayer *layer, const Bandwidth *bandwidth) {
    double speed =
        layer->data_bytes <= bandwidth->cache_bytes ? bandwidth->cache : bandwidth->memory;
    double work = 2 * (double)layer->macs / (1e9 * bench->fma_gflops);
    return speed > 0 ? fmax(work, (double)layer->data_bytes / speed) : 0;
}

/* A run of step number `index` alone, on the buffers of the whole. */
static ExitStatus begin_step(Compilation *c, const Compiled *whole, const Execution *execution,
                             size_t index, Execution *out) {
    Compiled *step = ARENA_NEW(c->arena, Compiled);
    ExitStatus status = backend_compile_step(c, "native", whole, index, step);
    if (status == STATUS_DONE) status = execution_of_step(c->arena, step, execution, out);
    return status;
}

static double best_of(const Contender *contender) {
    return contender->samples.len ? stats_min(contender->samples.at, contender->samples.len) : 0;
}

/* Times the whole and its steps in turns; the peak before and after, since the clock of a core
 * changes with what it did. */
static ExitStatus measure(Arena *arena, Execution *executions, size_t n, Bench *bench) {
    Contender *contenders = ARENA_ARRAY(arena, Contender, n);
    for (size_t i = 0; i < n; i++) contenders[i] = (Contender){.call = call, .ctx = &executions[i]};
    RoundOptions options = {.rounds = ROUNDS,
                            .seconds = fmax(ALL_SECONDS / ((double)n * ROUNDS), LEAST_TURN),
                            .slice = 1e-4};
    double peak = peak_fma(bench->vector_bits, 0.1);
    rounds_run(arena, contenders, n, &options);
    peak = fmax(peak, peak_fma(bench->vector_bits, 0.1));
    bench->fma_gflops = peak * bench->threads;
    for (size_t i = 0; i < n; i++)
        if (contenders[i].failed) return STATUS_INTERNAL; /* after a message */
    bench->total = best_of(&contenders[0]);
    for (size_t i = 1; i < n; i++) bench->layers.at[i - 1].seconds = best_of(&contenders[i]);
    return STATUS_DONE;
}

/* `executions` has room for the whole, which has begun, and each step. */
static ExitStatus begin_steps(Compilation *c, const Compiled *whole, Execution *executions,
                              Bench *bench) {
    ExitStatus status = STATUS_DONE;
    for (size_t i = 0; status == STATUS_DONE && i < whole->program->fns.len; i++) {
        status = begin_step(c, whole, &executions[0], i, &executions[1 + i]);
        BenchLayer layer = describe_layer(whole->plan, &whole->plan->steps.at[i]);
        bench->macs += layer.macs;
        VEC_PUSH(c->arena, &bench->layers, layer);
    }
    return status;
}

ExitStatus bench_run(Compilation *c, Bench *out) {
    Compiled whole;
    CompileOptions wanted = {.emit = EMIT_OBJECT};
    ExitStatus status = backend_compile(c, "native", &wanted, &whole);
    if (status != STATUS_DONE) return status;
    size_t n = 1 + whole.program->fns.len;
    Execution *executions = ARENA_ARRAY(c->arena, Execution, n);
    status = execution_begin(c->arena, &whole, c->options->threads, &executions[0]);
    if (status != STATUS_DONE) return status;
    int bits = 32 * whole.plan->cpu->lanes;
    *out = (Bench){.threads = c->options->threads > 1 ? (int)c->options->threads : 1,
                   .vector_bits = peak_has_width(bits) ? bits : peak_widest()};
    verify_fill_inputs(&executions[0]);
    status = execution_run(&executions[0]);
    if (status == STATUS_DONE) status = begin_steps(c, &whole, executions, out);
    if (status == STATUS_DONE) status = measure(c->arena, executions, n, out);
    if (status == STATUS_DONE) {
        Bandwidth bandwidth = measure_bandwidth();
        out->read_gbs = 1e-9 * bandwidth.memory;
        for (size_t i = 0; i < out->layers.len; i++)
            out->layers.at[i].predicted = predict(out, &out->layers.at[i], &bandwidth);
    }
    for (size_t i = n; i-- > 0;)
        if (executions[i].jit) execution_end(&executions[i]);
    return status;
}

double bench_gflops(int64_t macs, double seconds) {
    return seconds > 0 ? 2e-9 * (double)macs / seconds : 0;
}

double bench_share(const Bench *bench, int64_t macs, double seconds) {
    return bench->fma_gflops > 0 ? bench_gflops(macs, seconds) / bench->fma_gflops : 0;
}
