/* Other CPUs than this machine's. A list of networks and some random ones are compiled for every
 * CPU of cpu_model.def; what the objects compute must be the interpreter's bits, and within the
 * bound of contract.md 4.
 *
 *     x86 that this machine has    loaded and run; the control word is the caller's afterwards
 *     x86 that it has not          NAME_run says NETC_E_CPU and writes no output
 *     AArch64                      linked with foreign_main.c, and run by qemu-aarch64
 *     x86-64 of Windows            linked by lld-link, mapped, and called as Windows does */
#include "property/compiled_net.h"

#include "base/file.h"
#include "netc_runtime.h"
#include "support/effort.h"
#include "support/net_generator.h"
#include "support/pe_image.h"

#include <criterion/criterion.h>
#include <fenv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Beside what the random networks contain: three and one axes, groups, other orders of axes, lanes
 * that do not divide the channels, sums long enough to be cut. */
static const char *const NETWORKS[] = {
    "input x : f32[N: 1, C: 3, H: 17, W: 19]\n"
    "a = x |> conv(c=13, k=3, s=2, p=1) |> relu\n"
    "y = a |> conv(c=24, k=1) |> maxpool(k=3, s=2, p=1)\n",
    "input x : f32[N: 2, C: 24, H: 9, W: 9]\n"
    "a = x |> conv(c=24, k=3, p=1, g=24) |> relu\n"
    "y = a |> conv(c=8, k=3, p=2, d=2, g=4)\n",
    "input x : f32[N: 1, C: 20, H: 6, W: 5]\n"
    "a = x |> tconv(c=7, k=4, s=2, p=1) |> tanh\n"
    "y = a |> tconv(c=3, k=3, s=3) |> avgpool(k=2, s=2)\n",
    "input x : f32[N: 1, H: 12, W: 10, C: 6]\n"
    "y = x |> conv(c=16, k=5, p=2) |> softmax(axis=C)\n",
    "input x : f32[N: 1, C: 5, L: 61]\n"
    "y = x |> conv(c=9, k=7, p=3, d=2) |> gelu |> tconv(c=4, k=4, s=2, p=1)\n",
    "input x : f32[N: 1, C: 3, D: 5, H: 7, W: 6]\n"
    "y = x |> conv(c=10, k=3, p=1) |> silu |> maxpool(k=2, s=2)\n",
    "input x : f32[N: 3, C: 300, H: 2, W: 2]\n"
    "a = x |> flatten |> dense(c=33) |> sigmoid\n"
    "y = a |> dense(c=10) |> softmax(axis=C)\n",
};

enum { LISTED = sizeof NETWORKS / sizeof NETWORKS[0], RANDOM = 16, MOST = LISTED + RANDOM };

/* Networks of the suite, at most MOST: the listed ones, then random ones. */
static int n_networks(void) { return LISTED + (int)effort_cases(RANDOM); }

static const char *network_text(Arena *arena, int i) {
    if (i >= LISTED)
        return arena_strdup(arena, net_generate(arena, (uint64_t)(i - LISTED + 1), NULL));
    return arena_printf(arena, "net 1\nmodel t\nweights random(seed=1)\n%soutput y\n", NETWORKS[i]);
}

/** A network for one CPU, and the numbers that the interpreter gives. */
typedef struct Case {
    const char *text, *cpu;
    CompiledNet net;
    NetMemory want;
} Case;

/* Compiles and interprets network i; its C prefix is t<i>. */
static Case make_case(Arena *arena, int i, const CpuModel *cpu) {
    Case c = {.text = network_text(arena, i), .cpu = cpu->name};
    c.net =
        net_compile_as(arena, arena_printf(arena, "t%d", i), c.text, 1, NUMBERS_REAL, cpu, true);
    c.want = net_memory(&c.net, true);
    net_fill_inputs(&c.net, &c.want, 1, NUMBERS_REAL);
    const char *wrong = net_interpret(&c.net, &c.want, 1);
    if (!wrong) wrong = net_check(&c.net, &c.want, false);
    cr_assert_null(wrong, "%s: %s\n%s", cpu->name, wrong, c.text);
    return c;
}

/* The outputs are the interpreter's, bit for bit, and every value in the workspace is in bounds. */
static void check_numbers(const Case *c, const NetMemory *got) {
    const ModelInterface *model = &c->net.compiled.interface;
    for (int i = 0; i < model->n_outputs; i++)
        cr_assert_arr_eq(got->outputs[i], c->want.outputs[i],
                         (size_t)model->outputs[i].elems * sizeof(float),
                         "%s: output %d differs from the interpreter's\n%s", c->cpu, i, c->text);
    const char *wrong = net_check(&c->net, got, false);
    cr_assert_null(wrong, "%s: %s\n%s", c->cpu, wrong, c->text);
}

static bool host_has(const char *cpu) {
    if (strcmp(cpu, "x86-64-v4") == 0) return __builtin_cpu_supports("x86-64-v4");
    if (strcmp(cpu, "x86-64-v3") == 0) return __builtin_cpu_supports("x86-64-v3");
    if (strcmp(cpu, "x86-64-v2") == 0) return __builtin_cpu_supports("x86-64-v2");
    return true;
}

static void check_here(const CpuModel *cpu) {
    Arena *arena = arena_create();
    for (int i = 0; i < n_networks(); i++) {
        Case c = make_case(arena, i, cpu);
        NetMemory got = net_memory(&c.net, false);
        net_fill_inputs(&c.net, &got, 1, NUMBERS_REAL);
        uint32_t before;
        memcpy(&before, got.outputs[0], sizeof before);
        fesetround(FE_UPWARD);
        int status = net_run(&c.net, &got), rounding = fegetround();
        fesetround(FE_TONEAREST);
        cr_assert_eq(rounding, FE_UPWARD, "%s: the control word is not restored", cpu->name);
        if (host_has(cpu->name)) {
            cr_assert_eq(status, NETC_OK, "%s: status %d\n%s", cpu->name, status, c.text);
            check_numbers(&c, &got);
        } else {
            cr_assert_eq(status, NETC_E_CPU, "%s: status %d\n%s", cpu->name, status, c.text);
            cr_assert_eq(memcmp(&before, got.outputs[0], sizeof before), 0, "output written");
        }
        net_memory_free(&c.want);
        net_memory_free(&got);
        arena_reset(arena);
    }
    arena_destroy(arena);
}

static void write_file(Arena *arena, const char *folder, const char *name, const void *bytes,
                       size_t len) {
    const char *path = arena_printf(arena, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    cr_assert(file && fwrite(bytes, 1, len, file) == len && fclose(file) == 0, "%s", path);
}

/* The table that foreign_main.c runs through. */
static const char *models_text(Arena *arena) {
    Text text = text_in(arena);
    text_puts(&text, "#include \"netc_runtime.h\"\n");
    for (int i = 0; i < n_networks(); i++)
        text_printf(&text, "extern const struct netc_model t%d_model;\n", i);
    text_puts(&text, "const struct netc_model *const models[] = {");
    for (int i = 0; i < n_networks(); i++) text_printf(&text, "&t%d_model, ", i);
    text_printf(&text, "};\nconst int n_models = %d;\n", n_networks());
    return text_str(&text);
}

static void shell(Arena *arena, const char *folder, const char *command) {
    const char *line = arena_printf(arena, "cd '%s' && %s", folder, command);
    cr_assert_eq(system(line), 0, "%s", line);
}

static void read_exactly(FILE *file, void *bytes, size_t n, const char *what) {
    cr_assert_eq(fread(bytes, 1, n, file), n, "%s: the program's output is too short", what);
}

static void read_numbers(FILE *file, const Case *c, NetMemory *got) {
    const ModelInterface *model = &c->net.compiled.interface;
    int status;
    read_exactly(file, &status, sizeof status, c->text);
    cr_assert_eq(status, NETC_OK, "status %d\n%s", status, c->text);
    for (int i = 0; i < model->n_outputs; i++)
        read_exactly(file, got->outputs[i], (size_t)model->outputs[i].elems * sizeof(float),
                     c->text);
    read_exactly(file, got->workspace, (size_t)model->workspace_bytes, c->text);
}

static void write_inputs(FILE *file, const Case *c) {
    const ModelInterface *model = &c->net.compiled.interface;
    for (int i = 0; i < model->n_inputs; i++) {
        size_t n = (size_t)model->inputs[i].elems * dtype_size(model->inputs[i].type.dtype);
        cr_assert_eq(fwrite(c->want.inputs[i], 1, n, file), n);
    }
}

static void check_in_emulator(Arena *arena, const CpuModel *cpu) {
    static const char BUILD[] = NETC_ARM_CC " -static -O1 -frounding-math -I'" NETC_SOURCE_DIR
                                            "/runtime/include' '" NETC_SOURCE_DIR
                                            "/tests/property/foreign_main.c' '" NETC_SOURCE_DIR
                                            "/runtime/'*.c models.c t*.o -lm -pthread -o run";
    char folder[] = "/tmp/netc-targets-XXXXXX";
    cr_assert_not_null(mkdtemp(folder));
    const char *models = models_text(arena);
    write_file(arena, folder, "models.c", models, strlen(models));
    FILE *inputs = fopen(arena_printf(arena, "%s/in", folder), "wb");
    cr_assert_not_null(inputs);
    static Case cases[MOST];
    for (int i = 0; i < n_networks(); i++) {
        cases[i] = make_case(arena, i, cpu);
        const CodegenOutput *output = &cases[i].net.compiled.output;
        write_file(arena, folder, arena_printf(arena, "t%d.o", i), output->object,
                   output->object_len);
        write_inputs(inputs, &cases[i]);
    }
    cr_assert_eq(fclose(inputs), 0);
    shell(arena, folder, BUILD);
    shell(arena, folder, NETC_ARM_EMULATOR " ./run <in >out");
    FILE *outputs = fopen(arena_printf(arena, "%s/out", folder), "rb");
    cr_assert_not_null(outputs);
    for (int i = 0; i < n_networks(); i++) {
        NetMemory got = net_memory(&cases[i].net, true);
        net_fill_inputs(&cases[i].net, &got, 1, NUMBERS_REAL);
        read_numbers(outputs, &cases[i], &got);
        check_numbers(&cases[i], &got);
        net_memory_free(&got);
        net_memory_free(&cases[i].want);
    }
    fclose(outputs);
    shell(arena, folder, "rm -r \"$PWD\"");
}

/* The program's entry gives the table of models. The functions of the C library are here, since an
 * object may call them; __chkstk touches the stack, which Linux extends by itself. */
static const char *windows_text(Arena *arena) {
    Text text = text_in(arena);
    text_puts(&text, ".intel_syntax noprefix\n.globl _fltused\n.set _fltused, 1\n.text\n"
                     ".globl start, memcpy, memmove, memset, __chkstk\n"
                     "start: lea rax, [rip + models]\n__chkstk: ret\n"
                     "memset: push rdi\nmov rdi, rcx\nmov r9, rcx\nmov eax, edx\nmov rcx, r8\n"
                     "rep stosb\nmov rax, r9\npop rdi\nret\n"
                     "memmove: cmp rcx, rdx\nja 1f\nmemcpy: push rdi\npush rsi\nmov rax, rcx\n"
                     "mov rdi, rcx\nmov rsi, rdx\nmov rcx, r8\nrep movsb\npop rsi\npop rdi\nret\n"
                     "1: push rdi\npush rsi\nmov rax, rcx\nlea rdi, [rcx + r8 - 1]\n"
                     "lea rsi, [rdx + r8 - 1]\nmov rcx, r8\nstd\nrep movsb\ncld\npop rsi\npop rdi\n"
                     "ret\n.data\n.balign 8\nmodels:\n");
    for (int i = 0; i < n_networks(); i++) text_printf(&text, ".quad t%d_model\n", i);
    return text_str(&text);
}

typedef int(WINDOWS_CALL WindowsRun)(const void *const *in, float *const *out, void *workspace,
                                     const void *weights, struct netc_threads *threads);

static void check_windows_model(const Case *c, const struct netc_model *model) {
    NetMemory got = net_memory(&c->net, true);
    net_fill_inputs(&c->net, &got, 1, NUMBERS_REAL);
    WindowsRun *run;
    memcpy(&run, &model->run, sizeof run);
    int status = run((const void *const *)got.inputs, got.outputs, got.workspace, NULL, NULL);
    cr_assert_eq(status, NETC_OK, "status %d\n%s", status, c->text);
    check_numbers(c, &got);
    net_memory_free(&got);
}

Test(targets, windows_calls_compute_what_the_interpreter_does) {
    static const char LINK[] =
        NETC_LLVM_BIN "/llvm-mc --triple=x86_64-pc-windows-msvc "
                      "--filetype=obj start.s -o start.obj && " NETC_LLVM_BIN
                      "/lld-link /nodefaultlib /subsystem:console /fixed /entry:start "
                      "/base:0x40000000 /out:all.exe start.obj t*.obj";
    Arena *arena = arena_create();
    const CpuTarget *target = cpu_target_find("x86_64-pc-windows-msvc");
    const char *level = host_has("x86-64-v3") ? "x86-64-v3" : "x86-64";
    const CpuModel *cpu = cpu_model_on(arena, cpu_model_find(arena, level), target);
    char folder[] = "/tmp/netc-windows-XXXXXX";
    cr_assert_not_null(mkdtemp(folder));
    const char *start = windows_text(arena);
    write_file(arena, folder, "start.s", start, strlen(start));
    static Case cases[MOST];
    for (int i = 0; i < n_networks(); i++) {
        cases[i] = make_case(arena, i, cpu);
        const CodegenOutput *output = &cases[i].net.compiled.output;
        write_file(arena, folder, arena_printf(arena, "t%d.obj", i), output->object,
                   output->object_len);
    }
    shell(arena, folder, LINK);
    PeImage image;
    const char *why = pe_open(arena_printf(arena, "%s/all.exe", folder), &image);
    cr_assert_null(why, "all.exe: %s", why);
    const struct netc_model *const *models = image.entry();
    for (int i = 0; i < n_networks(); i++) {
        check_windows_model(&cases[i], models[i]);
        net_memory_free(&cases[i].want);
    }
    pe_close(&image);
    shell(arena, folder, "rm -r \"$PWD\"");
    arena_destroy(arena);
}

Test(targets, every_cpu_computes_what_the_interpreter_does) {
    const CpuModel *model;
    for (size_t i = 0; (model = cpu_model_at(i)) != NULL; i++) {
        Arena *arena = arena_create();
        const CpuModel *cpu = cpu_model_find(arena, model->name);
        if (cpu->arch == ARCH_X86_64)
            check_here(cpu);
        else
            check_in_emulator(arena, cpu);
        arena_destroy(arena);
    }
}
