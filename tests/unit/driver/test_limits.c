/* The memory that weights and workspace may take, at the limit and one byte beyond. */
#include "driver/backend.h"
#include "program.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* 1,023 weights and a bias: 4,096 bytes. */
static const char program[] = "net 1\nweights random(seed=1)\ninput x : f32[N: 1, C: 1023]\n"
                              "output y = x |> dense(c=1)\n";

Test(driver_limits, weights_need_memory) {
    char path[] = "/tmp/netc-test-XXXXXX";
    int fd = mkstemp(path);
    cr_assert_eq(write(fd, program, sizeof program - 1), (ssize_t)sizeof program - 1);
    close(fd);
    for (size_t limit = 4095; limit <= 4096; limit++) {
        Arena *arena = arena_create();
        Options options = {.command = CMD_BUILD, .max_memory = limit};
        Compilation c;
        ExitStatus status = front_load(arena, &options, path, GOAL_WEIGHTS, &c);
        cr_assert_eq(status, limit == 4096 ? STATUS_DONE : STATUS_INPUT, "%zu", limit);
        status = front_load(arena, &options, path, GOAL_SHAPES, &c);
        cr_assert_eq(status, STATUS_DONE, "shapes need none");
        arena_destroy(arena);
    }
    unlink(path);
}

Test(driver_limits, a_workspace_needs_memory) {
    size_t bytes = 0;
    for (int pass = 0; pass < 3; pass++) {
        Arena *arena = arena_create();
        Options options = {.command = CMD_BUILD, .max_memory = 1 << 30};
        Compilation c;
        Compiled compiled;
        const CompileOptions wanted = {.emit = 0};
        program_load(arena, &options,
                     "input x : f32[N: 1, C: 8, H: 64, W: 64]\n"
                     "a = x |> maxpool(k=2, s=2) |> tanh\n"
                     "output y = a |> maxpool(k=2, s=2)\n",
                     &c);
        if (pass > 0) options.max_memory = bytes - (pass == 2);
        ExitStatus status = backend_compile(&c, "x86-64", &wanted, &compiled);
        cr_assert_eq(status, pass == 2 ? STATUS_INPUT : STATUS_DONE, "pass %d", pass);
        bytes = (size_t)compiled.interface.workspace_bytes;
        cr_assert_geq(bytes, 8u * 32 * 32 * sizeof(float));
        arena_destroy(arena);
    }
}
