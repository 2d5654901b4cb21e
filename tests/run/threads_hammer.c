/* Runs a model, of which only the descriptor MODEL is known, on threads again and again: pools made
 * and ended, more threads than processors, parts together, job by job, one after another. Every
 * result must be that of one thread, bit for bit, and nothing beside the workspace may be written.
 *
 *     threads_hammer RUNS */
#include "netc_runtime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct netc_model MODEL;

enum { MOST_TENSORS = 8, MOST_THREADS = 6, MARGIN = 64, RUNS_OF_A_POOL = 40, PAINT = 0xA5 };

static float *in[MOST_TENSORS], *out[MOST_TENSORS], *wanted[MOST_TENSORS];

static void fail(const char *what, int count) {
    fprintf(stderr, "threads_hammer: %s on %d threads\n", what, count);
    exit(1);
}

/* A pool whose parts cannot wait for each other. */
static void one_by_one(struct netc_threads *threads, void (*part)(void *ctx, int i, int n),
                       void *ctx) {
    for (int i = threads->count; i-- > 0;) part(ctx, i, threads->count);
}

static void run(struct netc_threads *threads, float *const *to) {
    size_t bytes = netc_workspace_bytes(&MODEL, threads);
    size_t space = (bytes + 63) / 64 * 64 + MARGIN;
    unsigned char *workspace = aligned_alloc(64, space);
    int count = threads ? threads->count : 1;
    memset(workspace, PAINT, space);
    for (unsigned i = 0; i < MODEL.n_outputs; i++)
        memset(to[i], PAINT, MODEL.outputs[i].elems * sizeof(float));
    int status = MODEL.run((const void *const *)in, to, workspace, NULL, threads);
    if (status != NETC_OK) fail(netc_status_text(status), count);
    for (size_t i = bytes; i < space; i++)
        if (workspace[i] != PAINT) fail("bytes beyond the workspace are written", count);
    free(workspace);
}

static void expect_same(int count, const char *how) {
    for (unsigned i = 0; i < MODEL.n_outputs; i++)
        if (memcmp(out[i], wanted[i], MODEL.outputs[i].elems * sizeof(float)) != 0)
            fail(how, count);
}

static void hammer(int count, int runs) {
    struct netc_threads alone = {.count = count, .parallel = one_by_one};
    struct netc_threads *pool = netc_threads_create(count);
    if (!pool) fail("no pool", count);
    for (int i = 0; i < runs; i++) {
        pool->together = i % 4 != 0;
        run(pool, out);
        expect_same(count, pool->together ? "together: other bits" : "job by job: other bits");
    }
    netc_threads_destroy(pool);
    run(&alone, out);
    expect_same(count, "one part after another: other bits");
}

int main(int argc, char **argv) {
    int runs = argc > 1 ? atoi(argv[1]) : 1000;
    for (unsigned i = 0; i < MODEL.n_inputs; i++) {
        in[i] = malloc(MODEL.inputs[i].elems * sizeof(float));
        for (size_t k = 0; k < MODEL.inputs[i].elems; k++)
            in[i][k] = (float)(k * 2654435761u % 1000) / 500.0f - 1.0f;
    }
    for (unsigned i = 0; i < MODEL.n_outputs; i++) {
        out[i] = malloc(MODEL.outputs[i].elems * sizeof(float));
        wanted[i] = malloc(MODEL.outputs[i].elems * sizeof(float));
    }
    run(NULL, wanted);
    for (int done = 0, count = 1; done < runs; done += RUNS_OF_A_POOL, count++)
        hammer(1 + count % MOST_THREADS, runs < RUNS_OF_A_POOL ? runs : RUNS_OF_A_POOL);
    for (unsigned i = 0; i < MODEL.n_inputs; i++) free(in[i]);
    for (unsigned i = 0; i < MODEL.n_outputs; i++) {
        free(out[i]);
        free(wanted[i]);
    }
    return 0;
}
