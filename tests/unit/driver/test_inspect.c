/* Reading the models of compiled files: as they were written, and out of files that lie. */
#include "codegen/archive.h"
#include "driver/backend.h"
#include "driver/model_read.h"
#include "program.h"

#include <criterion/criterion.h>
#include <string.h>

static const char program[] = "input x : f32[N: 1, C: 3, H: 4, W: 2]\n"
                              "input z : f32[N: 1, C: 24]\n"
                              "output y = x |> flatten + z |> relu\n";

static void compile(Arena *arena, Compiled *out) {
    static const Options options = {.command = CMD_BUILD, .max_memory = 1 << 30, .cpu = "x86-64"};
    Compilation *c = ARENA_NEW(arena, Compilation);
    const CompileOptions wanted = {.emit = EMIT_OBJECT};
    program_load(arena, &options, program, c);
    cr_assert_eq(backend_compile(c, "x86-64", &wanted, out), STATUS_DONE);
}

static void expect_model(const ReadModel *model, const Compiled *compiled) {
    const ModelInterface *interface = &compiled->interface;
    cr_assert_str_eq(model->name, "test");
    cr_assert_str_eq(model->compiler, interface->compiler);
    cr_assert_str_eq(model->cpu, "x86-64");
    cr_assert_arr_eq(model->hash, interface->hash, 16);
    cr_assert(model->inputs.len == 2 && model->outputs.len == 1);
    cr_assert_str_eq(model->inputs.at[0].name, "x");
    cr_assert_str_eq(model->inputs.at[0].axes, "N C H W");
    cr_assert(model->inputs.at[0].rank == 4 && model->inputs.at[0].extent[2] == 4);
    cr_assert(model->inputs.at[1].rank == 2 && model->inputs.at[1].elems == 24);
    cr_assert_str_eq(model->outputs.at[0].name, "y");
    cr_assert_eq((int64_t)model->workspace_bytes, interface->workspace_bytes);
    cr_assert_eq((int64_t)model->thread_bytes, interface->thread_bytes);
    cr_assert_eq((int64_t)model->stack_bytes, interface->stack_bytes);
}

Test(driver_inspect, objects_and_archives_say_what_they_are) {
    Arena *arena = arena_create();
    Compiled compiled;
    compile(arena, &compiled);
    ReadModels models = {0};
    const char *why =
        models_read(arena, compiled.output.object, compiled.output.object_len, &models);
    cr_assert_null(why, "%s", why);
    cr_assert_eq(models.len, 1u);
    expect_model(&models.at[0], &compiled);

    Text archive = text_in(arena);
    cr_assert_null(archive_print(&archive, "odd.o", &compiled.interface, &compiled.output));
    size_t once = archive.len;
    text_append(&archive, archive.bytes + 8, once - 8); /* two objects in one archive */
    models = (ReadModels){0};
    why = models_read(arena, archive.bytes, archive.len, &models);
    cr_assert_null(why, "%s", why);
    cr_assert_eq(models.len, 2u);
    expect_model(&models.at[1], &compiled);
    arena_destroy(arena);
}

/* Reads a copy of exactly `len` bytes, so that the sanitizer sees every access beyond them; what is
 * found must be strings that end and numbers in range. */
static bool read_copy(const char *bytes, size_t len) {
    Arena *arena = arena_create();
    char *copy = malloc(len ? len : 1);
    memcpy(copy, bytes, len);
    ReadModels models = {0};
    const char *why = models_read(arena, copy, len, &models);
    size_t sum = 0;
    for (size_t i = 0; !why && i < models.len; i++) {
        const ReadModel *model = &models.at[i];
        sum += strlen(model->name) + strlen(model->compiler) + strlen(model->cpu);
        for (size_t k = 0; k < model->inputs.len; k++) {
            cr_assert(model->inputs.at[k].rank >= 1 && model->inputs.at[k].rank <= MAX_RANK);
            sum += strlen(model->inputs.at[k].name) + strlen(model->inputs.at[k].axes);
        }
    }
    free(copy);
    arena_destroy(arena);
    return !why && sum < 1 << 20;
}

Test(driver_inspect, damaged_files_are_read_in_bounds) {
    static const unsigned char values[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
    Arena *arena = arena_create();
    Compiled compiled;
    compile(arena, &compiled);
    Text archive = text_in(arena);
    cr_assert_null(archive_print(&archive, "a.o", &compiled.interface, &compiled.output));
    for (int pass = 0; pass < 2; pass++) {
        const char *good = pass ? archive.bytes : compiled.output.object;
        size_t len = pass ? archive.len : compiled.output.object_len;
        cr_assert(read_copy(good, len));
        for (size_t cut = 0; cut < len; cut += cut < 256 ? 1 : 61)
            cr_assert(!read_copy(good, cut), "cut at %zu", cut);
        char *bad = arena_strndup(arena, good, len);
        size_t refused = 0, header = pass ? 400 : 64;
        for (size_t at = 0; at < len; at += at < header || at + 1500 > len ? 1 : 7)
            for (size_t v = 0; v < sizeof values; v++) {
                bad[at] = (char)values[v];
                refused += !read_copy(bad, len);
                bad[at] = good[at];
            }
        cr_assert_gt(refused, 200u, "damage is not seen");
    }
    arena_destroy(arena);
}

Test(driver_inspect, what_is_no_object_is_said) {
    static const struct {
        const char *bytes;
        size_t len;
        const char *words;
    } table[] = {
        {"", 0, "neither"},
        {"\x7f"
         "ELF",
         4, "neither"},
        {"MZ this is a program of another system, long enough to be one of ours .......", 77,
         "neither"},
        {"!<arch>\n", 8, "no model"},
        {"!<arch>\nx", 9, "no header"},
        {"!<arch>\n"
         "a.o/            0           0     0     644     99999     `\n",
         68, "ends behind the file"},
        {"!<arch>\n"
         "a.o/            0           0     0     644     -1        `\n",
         68, "ends behind the file"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        Arena *arena = arena_create();
        ReadModels models = {0};
        const char *why = models_read(arena, table[i].bytes, table[i].len, &models);
        cr_assert(why && strstr(why, table[i].words), "%zu: %s", i, why);
        arena_destroy(arena);
    }
}
