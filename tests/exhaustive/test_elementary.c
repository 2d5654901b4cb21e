/* The elementary functions of all 2^32 floats, compiled for every level this machine runs. Takes
 * minutes, so no test of the suite; run it after a change of lower/elementary.c, sigmoid.c,
 * exponential.c, logarithm.c, power.c or lanes.c:
 *
 *     exhaustive_elementary --verbose
 */
#include "codegen/harness.h"
#include "lower/elementary_error.h"

#include <criterion/criterion.h>

enum { CHUNK = 1 << 16, LEVELS = 3 };

/* One function compiled for one level. */
typedef struct Compiled {
    const char *level;
    double limit; /* see Elementary */
    RunFn *run;   /* NULL: not on this machine */
    WorstError worst;
} Compiled;

static Compiled compile(Arena *arena, const Elementary *f, const char *level) {
    if (!host_runs(level)) return (Compiled){.level = level};
    Job *job = ARENA_NEW(arena, Job);
    Built *built = ARENA_NEW(arena, Built);
    *job = job_create(arena, level, CHUNK, CHUNK, 0);
    job_add(job,
            elementary_fn(arena, f, job->target.vector_bits / 32, job_input(job), job_output(job)));
    *built = job_build(job);
    built_load(job, built);
    return (Compiled){.level = level, .limit = f->limit[job->program.fma], .run = built_run(built)};
}

static void sweep(const Elementary *f) {
    Arena *arena = arena_create();
    Compiled compiled[LEVELS] = {compile(arena, f, "x86-64"), compile(arena, f, "x86-64-v3"),
                                 compile(arena, f, "x86-64-v4")};
    float *x = ARENA_ARRAY(arena, float, CHUNK), *y = ARENA_ARRAY(arena, float, CHUNK);
    double *exact = ARENA_ARRAY(arena, double, CHUNK);
    for (uint64_t first = 0; first <= UINT32_MAX; first += CHUNK) {
        for (uint32_t i = 0; i < CHUNK; i++) x[i] = float_of_bits((uint32_t)first + i);
        elementary_exact(f, x, exact, CHUNK);
        for (int k = 0; k < LEVELS; k++) {
            if (!compiled[k].run) continue;
            cr_assert_eq(compiled[k].run(x, y, NULL), 0);
            worst_update(&compiled[k].worst, f, x, exact, y, CHUNK);
        }
    }
    for (int k = 0; k < LEVELS; k++) {
        const Compiled *c = &compiled[k];
        if (!c->run) continue;
        cr_log_info("%s, %s: %.4f, %s(%a) = %a", f->name, c->level, c->worst.error, f->name,
                    c->worst.x, c->worst.got);
        cr_assert(c->worst.error <= c->limit, "%s, %s: %g", f->name, c->level, c->worst.error);
    }
    arena_destroy(arena);
}

Test(exhaustive, exp_of_every_float) { sweep(&ELEMENTARY[0]); }
Test(exhaustive, tanh_of_every_float) { sweep(&ELEMENTARY[1]); }
Test(exhaustive, sigmoid_of_every_float) { sweep(&ELEMENTARY[2]); }
Test(exhaustive, silu_of_every_float) { sweep(&ELEMENTARY[3]); }
Test(exhaustive, softplus_of_every_float) { sweep(&ELEMENTARY[4]); }
Test(exhaustive, gelu_of_every_float) { sweep(&ELEMENTARY[5]); }
Test(exhaustive, elu_of_every_float) { sweep(&ELEMENTARY[6]); }
Test(exhaustive, elu_of_another_alpha) { sweep(&ELEMENTARY[7]); }
Test(exhaustive, hard_swish_of_every_float) { sweep(&ELEMENTARY[8]); }
Test(exhaustive, log_of_every_float) { sweep(&ELEMENTARY[9]); }
Test(exhaustive, scaled_exp_of_every_float) { sweep(&ELEMENTARY[10]); }
Test(exhaustive, sqrt_of_every_float) { sweep(&ELEMENTARY[11]); }
Test(exhaustive, reciprocal_of_every_float) { sweep(&ELEMENTARY[12]); }
Test(exhaustive, softsign_of_every_float) { sweep(&ELEMENTARY[13]); }
Test(exhaustive, selu_of_every_float) { sweep(&ELEMENTARY[14]); }
Test(exhaustive, mish_of_every_float) { sweep(&ELEMENTARY[15]); }
Test(exhaustive, gelu_tanh_of_every_float) { sweep(&ELEMENTARY[16]); }
Test(exhaustive, power_3_of_every_float) { sweep(&ELEMENTARY[17]); }
Test(exhaustive, power_4_of_every_float) { sweep(&ELEMENTARY[18]); }
Test(exhaustive, power_minus_2_of_every_float) { sweep(&ELEMENTARY[19]); }
Test(exhaustive, power_half_of_every_float) { sweep(&ELEMENTARY[20]); }
Test(exhaustive, power_minus_half_of_every_float) { sweep(&ELEMENTARY[21]); }
Test(exhaustive, power_7_of_every_float) { sweep(&ELEMENTARY[22]); }
Test(exhaustive, negative_power_of_every_float) { sweep(&ELEMENTARY[23]); }
Test(exhaustive, power_below_1_of_every_float) { sweep(&ELEMENTARY[24]); }
Test(exhaustive, steep_power_of_every_float) { sweep(&ELEMENTARY[25]); }
