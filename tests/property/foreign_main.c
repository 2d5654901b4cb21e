/* The other side of test_compiled_targets.c: a program around the objects of many networks, for a
 * machine that is not this one. It reads each network's inputs from standard input, and writes the
 * status, the outputs and the workspace of its run to standard output, in the order of `models`,
 * which the test writes. The control word is the caller's afterwards, and not heard within; runs on
 * threads, and with a caller's own `parallel`, give the same bits. */
#include "netc_runtime.h"

#include <fenv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARGUMENTS = 16, BAD_INPUT = 10, BAD_CONTROL_WORD, BAD_THREADS };

extern const struct netc_model *const models[];
extern const int n_models;

static void *bytes_for(size_t n) {
    void *memory = aligned_alloc(64, (n + 64) / 64 * 64);
    if (!memory) exit(BAD_INPUT);
    return memory;
}

static void write_all(const void *bytes, size_t n) {
    if (fwrite(bytes, 1, n, stdout) != n) exit(BAD_INPUT);
}

/* One part after another: what a caller may do who promises nothing. */
static void in_order(struct netc_threads *threads, void (*part)(void *ctx, int i, int n),
                     void *ctx) {
    for (int i = 0; i < threads->count; i++) part(ctx, i, threads->count);
}

/* Runs the model again with these threads; the outputs must be `want`. */
static void run_again(const struct netc_model *m, void *const *in, float *const *want,
                      struct netc_threads *threads) {
    float *out[ARGUMENTS];
    for (unsigned i = 0; i < m->n_outputs; i++)
        out[i] = bytes_for(m->outputs[i].elems * sizeof(float));
    void *workspace = bytes_for(netc_workspace_bytes(m, threads));
    fesetround(FE_UPWARD);
    int status = m->run((const void *const *)in, out, workspace, NULL, threads);
    if (fegetround() != FE_UPWARD) exit(BAD_CONTROL_WORD);
    fesetround(FE_TONEAREST);
    if (status != NETC_OK) exit(BAD_THREADS);
    for (unsigned i = 0; i < m->n_outputs; i++) {
        if (memcmp(out[i], want[i], m->outputs[i].elems * sizeof(float))) exit(BAD_THREADS);
        free(out[i]);
    }
    free(workspace);
}

static void run(const struct netc_model *m, struct netc_threads *pool) {
    void *in[ARGUMENTS];
    float *out[ARGUMENTS];
    for (unsigned i = 0; i < m->n_inputs; i++) {
        size_t size = m->inputs[i].type == NETC_TYPE_U8 ? 1 : sizeof(float);
        size_t n = m->inputs[i].elems * size;
        in[i] = bytes_for(n);
        if (fread(in[i], 1, n, stdin) != n) exit(BAD_INPUT);
    }
    for (unsigned i = 0; i < m->n_outputs; i++)
        out[i] = bytes_for(m->outputs[i].elems * sizeof(float));
    unsigned char *workspace = bytes_for(m->workspace_bytes);
    for (size_t i = 0; i < m->workspace_bytes; i++) workspace[i] = 0xEE;
    fesetround(FE_UPWARD);
    int status = m->run((const void *const *)in, out, workspace, NULL, NULL);
    if (fegetround() != FE_UPWARD) exit(BAD_CONTROL_WORD);
    fesetround(FE_TONEAREST);
    write_all(&status, sizeof status);
    for (unsigned i = 0; i < m->n_outputs; i++)
        write_all(out[i], m->outputs[i].elems * sizeof(float));
    write_all(workspace, m->workspace_bytes);
    struct netc_threads serial = {.count = 3, .parallel = in_order};
    run_again(m, in, out, &serial);
    run_again(m, in, out, pool);
}

int main(void) {
    struct netc_threads *pool = netc_threads_create(3);
    if (!pool) return BAD_THREADS;
    for (int i = 0; i < n_models; i++) run(models[i], pool);
    netc_threads_destroy(pool);
    return fflush(stdout) == 0 ? 0 : BAD_INPUT;
}
