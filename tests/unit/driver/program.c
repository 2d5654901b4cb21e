/* Programs for tests, through a file of their own, as the commands read them. */
#include "program.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void program_load(Arena *arena, const Options *options, const char *text, Compilation *out) {
    char path[] = "/tmp/netc-test-XXXXXX";
    int fd = mkstemp(path);
    FILE *file = fdopen(fd, "w");
    fprintf(file, "net 1\nmodel test\nweights random(seed=1)\n%s", text);
    fclose(file);
    ExitStatus status = front_load(arena, options, path, GOAL_WEIGHTS, out);
    unlink(path);
    cr_assert_eq(status, STATUS_DONE, "%s", text);
}
