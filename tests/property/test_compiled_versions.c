/* Several CPUs behind one entry: random networks, where each version that this machine can run
 * gives the bits of its own program as interpreted, on one thread and on two; the entry chooses the
 * first that runs here; the versions have their weights in common.
 *
 * NETC_NETWORKS sets how many, NETC_SEED the first seed. */
#include "property/compiled_net.h"
#include "support/effort.h"
#include "support/elf_symbols.h"
#include "support/net_generator.h"

#include <criterion/criterion.h>
#include <string.h>

enum { VERSIONS = 3 };

static const char *const names[VERSIONS] = {"x86-64-v4", "x86-64-v3", "x86-64-v2"};

static bool host_runs(int version) {
    return version == 0   ? __builtin_cpu_supports("x86-64-v4")
           : version == 1 ? __builtin_cpu_supports("x86-64-v3")
                          : __builtin_cpu_supports("x86-64-v2");
}

static CompiledNet compile_versions(Arena *arena, const char *text, uint64_t seed, int n) {
    const CpuModel **cpus = ARENA_ARRAY(arena, const CpuModel *, VERSIONS);
    for (int v = 0; v < VERSIONS; v++) cpus[v] = cpu_model_find(arena, names[v]);
    CompiledNet net = {
        .arena = arena, .graph = net_graph(arena, text, seed, NUMBERS_REAL), .cpu = cpus[0]};
    CompileOptions options = {.cpu = cpus[0],
                              .more = cpus + 1,
                              .n_more = n - 1,
                              .cpu_name = "x86-64-v2,x86-64-v3,x86-64-v4",
                              .keep_values = true,
                              .threads = true,
                              .split_all = true,
                              .verify_each = true,
                              .emit = EMIT_OBJECT};
    const char *wrong = compile_graph(arena, net.graph, &options, &net.compiled);
    cr_assert_null(wrong, "%s\n%s", wrong, text);
    return net;
}

/* The outputs of version v, interpreted, in memory of its own. */
static NetMemory interpret(const CompiledNet *net, int v, uint64_t seed) {
    CompiledNet one = *net;
    one.compiled.program = net->compiled.programs[v];
    one.compiled.plan = net->compiled.plans[v];
    NetMemory memory = net_memory(net, true);
    net_fill_inputs(net, &memory, seed, NUMBERS_REAL);
    const char *wrong = net_interpret(&one, &memory, 1);
    if (!wrong) wrong = net_check(&one, &memory, false);
    cr_assert_null(wrong, "seed %d, %s: %s", (int)seed, names[v], wrong);
    return memory;
}

static void expect_same(const struct netc_model *m, const NetMemory *got, const NetMemory *want,
                        int v, const char *text) {
    for (unsigned i = 0; i < m->n_outputs; i++)
        cr_assert_arr_eq(got->outputs[i], want->outputs[i], m->outputs[i].elems * sizeof(float),
                         "%s: output %u has not the interpreter's bits\n%s", names[v], i, text);
}

/* Forces each version in turn by its number in the stamp. */
static void run_versions(const CompiledNet *net, const struct netc_model *m, uint64_t seed,
                         struct netc_threads *pool, const char *text) {
    NetMemory memory = net_memory(net, seed % 2);
    net_fill_inputs(net, &memory, seed, NUMBERS_REAL);
    Guarded workspace = guard_alloc(netc_workspace_bytes(m, pool), m->workspace_align, true);
    uint64_t *stamp = workspace.data, chosen = 0;
    bool has_stamp = pool || m->workspace_bytes > 0;
    while (!host_runs((int)chosen)) chosen++;
    for (int v = -1; v < VERSIONS; v++) {
        if (v >= 0 && (!host_runs(v) || !has_stamp)) continue;
        if (v >= 0) stamp[1] = (uint64_t)v;
        int status =
            m->run((const void *const *)memory.inputs, memory.outputs, workspace.data, NULL, pool);
        cr_assert_eq(status, NETC_OK, "seed %d: status %d", (int)seed, status);
        uint64_t ran = v < 0 ? chosen : (uint64_t)v;
        if (has_stamp) cr_assert_eq(stamp[1], ran, "seed %d: version %d", (int)seed, (int)stamp[1]);
        NetMemory wanted = interpret(net, (int)ran, seed);
        expect_same(m, &memory, &wanted, (int)ran, text);
        net_memory_free(&wanted);
    }
    guard_free(&workspace);
    net_memory_free(&memory);
}

Test(versions, each_gives_its_own_bits) {
    if (!host_runs(2)) cr_skip_test("this machine runs none of the versions");
    uint64_t first = effort_setting("NETC_SEED", 1),
             n = effort_setting("NETC_NETWORKS", effort_cases(40));
    struct netc_threads *pool = netc_threads_create(2);
    Arena *arena = arena_create();
    size_t shared = 0, alone = 0;
    for (uint64_t seed = first; seed < first + n; seed++) {
        const char *text = arena_strdup(arena, net_generate(arena, seed, NULL));
        CompiledNet net = compile_versions(arena, text, seed, VERSIONS);
        const struct netc_model *model;
        Jit *jit = net_load(&net, &model);
        for (int v = 0; v < VERSIONS; v++) { /* also those that do not run here */
            NetMemory memory = interpret(&net, v, seed);
            net_memory_free(&memory);
        }
        run_versions(&net, model, seed, NULL, text);
        run_versions(&net, model, seed, pool, text);
        jit_destroy(jit);
        shared += net.compiled.program->weights_bytes;
        alone += compile_versions(arena, text, seed, 1).compiled.program->weights_bytes;
        arena_reset(arena);
    }
    cr_assert(shared < 2 * alone, "%zu bytes of weights for three, %zu for one", shared, alone);
    arena_destroy(arena);
    netc_threads_destroy(pool);
}

/* Layers of many channels, whose weights are what counts, with odd numbers of them. */
static const char layers[] = "net 1\n"
                             "weights random(seed=1)\n"
                             "input x : f32[N: 1, C: 5, H: 6, W: 6]\n"
                             "a = x |> conv(c=40, k=3, p=1) |> relu\n"
                             "b = a |> conv(c=52, k=1)\n"
                             "d = b |> tconv(c=24, k=3, s=2)\n"
                             "output y = d |> flatten |> dense(c=33)\n";

Test(versions, have_one_copy_of_the_weights) {
    Arena *arena = arena_create();
    CompiledNet net = compile_versions(arena, layers, 1, VERSIONS);
    CompiledNet one = compile_versions(arena, layers, 1, 1);
    const Compiled *c = &net.compiled;
    for (int v = 1; v < VERSIONS; v++) cr_assert_eq(c->programs[v]->weights, c->program->weights);
    /* Units of 16 channels: no more than the widest needs for itself, and biases of three widths.
     */
    size_t most = one.compiled.program->weights_bytes * 11 / 10;
    cr_assert(c->program->weights_bytes <= most, "%zu bytes for three versions, %zu for the widest",
              c->program->weights_bytes, one.compiled.program->weights_bytes);
    size_t rodata = 0, len;
    const char *object = c->output.object;
    if (elf_section(object, ".rodata", &len)) rodata = len;
    cr_assert(rodata >= c->program->weights_bytes && rodata < c->program->weights_bytes + 4096,
              "%zu bytes of constants", rodata);
    ElfSymbols symbols = elf_symbols(arena, object, c->output.object_len);
    for (int v = 0; v < VERSIONS; v++)
        for (size_t i = 0; i < c->programs[v]->fns.len; i++) {
            char *name =
                arena_strdup(arena, arena_printf(arena, "%s_%s_%s", c->interface.name,
                                                 c->programs[v]->fns.at[i]->name, names[v]));
            for (char *at = name; *at; at++)
                if (*at == '-') *at = '_';
            const ElfSymbol *symbol = elf_symbol(&symbols, name);
            cr_assert(symbol && symbol->function && !symbol->global, "no %s", name);
        }
    cr_assert(strstr(c->header, "compiled by netc ") &&
                  strstr(c->header, "for x86-64-v2,x86-64-v3,x86-64-v4. */"),
              "%s", c->header);
    arena_destroy(arena);
}
