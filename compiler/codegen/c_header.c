/* The C header of a model (contract.md 3), printed from what is known of its interface alone. */
#include "base/hash.h"
#include "codegen/codegen.h"

#include <ctype.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

static const char *upper(Arena *arena, const char *name) {
    char *copy = arena_strdup(arena, name);
    for (char *c = copy; *c; c++) *c = (char)toupper((unsigned char)*c);
    return copy;
}

/* "[N: 1, C: 3]": the hash must not depend on how other printers look. */
static void print_axes(Text *out, const TensorType *type) {
    for (int i = 0; i < type->rank; i++)
        text_printf(out, "%s%s: %" PRId64, i ? ", " : "[", type->axes[i].name,
                    type->axes[i].extent);
    text_puts(out, type->rank ? "]" : "[]");
}

static void describe(Text *out, const char *role, const ModelTensor *tensors, int n) {
    for (int i = 0; i < n; i++) {
        text_printf(out, "%s %s ", role, tensors[i].name);
        print_axes(out, &tensors[i].type);
        text_puts(out, tensors[i].type.dtype == DTYPE_U8 ? " u8\n" : "\n");
    }
}

void model_abi_hash(const ModelInterface *interface, char out[17]) {
    Arena *arena = arena_create();
    Text text = text_in(arena);
    describe(&text, "input", interface->inputs, interface->n_inputs);
    describe(&text, "output", interface->outputs, interface->n_outputs);
    text_printf(&text, "workspace %" PRId64 " %" PRId64 "\n", interface->workspace_bytes,
                interface->workspace_align);
    if (interface->weights_extern)
        text_printf(&text, "weights %" PRId64 "\n", interface->weights_bytes);
    if (interface->threads)
        text_printf(&text, "threads %" PRId64 " %" PRId64 "\n", interface->threads_bytes,
                    interface->thread_bytes);
    uint64_t hash = fnv1a64(text_str(&text), text.len, FNV1A64_START);
    snprintf(out, 17, "%016" PRIx64, hash);
    arena_destroy(arena);
}

/* A named size: an enumerator of int, or a macro where an int cannot hold it. */
typedef struct Constant {
    const char *name;
    int64_t value;
} Constant;

typedef VEC(Constant) Constants;

static void add(Arena *arena, Constants *constants, int64_t value, const char *prefix,
                const char *what, const char *tail) {
    const char *name = arena_printf(arena, "%s_%s%s", prefix, what, tail);
    VEC_PUSH(arena, constants, (Constant){name, value});
}

static Constants list_constants(Arena *arena, const ModelInterface *m) {
    Constants all = {0};
    const char *prefix = upper(arena, m->name);
    for (int i = 0; i < m->n_inputs + m->n_outputs; i++) {
        const ModelTensor *t = i < m->n_inputs ? &m->inputs[i] : &m->outputs[i - m->n_inputs];
        add(arena, &all, t->elems, prefix, upper(arena, t->name), "_ELEMS");
    }
    add(arena, &all, m->workspace_bytes, prefix, "WORKSPACE", "_BYTES");
    add(arena, &all, m->workspace_align, prefix, "WORKSPACE", "_ALIGN");
    add(arena, &all, m->stack_bytes, prefix, "STACK", "_BYTES");
    if (m->weights_extern) add(arena, &all, m->weights_bytes, prefix, "WEIGHTS", "_BYTES");
    return all;
}

static void print_constants(Text *out, const Constants *constants) {
    const char *comma = "enum {\n";
    for (size_t i = 0; i < constants->len; i++) {
        const Constant *c = &constants->at[i];
        if (c->value > INT_MAX) continue;
        text_printf(out, "%s    %s = %" PRId64, comma, c->name, c->value);
        comma = ",\n";
    }
    text_puts(out, "\n};\n"); /* the alignment is always among them */
    for (size_t i = 0; i < constants->len; i++)
        if (constants->at[i].value > INT_MAX)
            text_printf(out, "#define %s %" PRId64 "LL\n", constants->at[i].name,
                        constants->at[i].value);
}

/* The width of the longest argument name, for the comment. */
static int widest(const ModelInterface *m) {
    size_t most = strlen("workspace");
    for (int i = 0; i < m->n_inputs + m->n_outputs; i++) {
        const ModelTensor *t = i < m->n_inputs ? &m->inputs[i] : &m->outputs[i - m->n_inputs];
        if (strlen(t->name) > most) most = strlen(t->name);
    }
    return (int)most;
}

static void print_argument_comments(Text *out, const char *role, const ModelTensor *tensors, int n,
                                    int width) {
    for (int i = 0; i < n; i++) {
        text_printf(out, " *   %-*s  %s, ", width, tensors[i].name, role);
        text_printf(out, "%" PRId64 " %s: ", tensors[i].elems,
                    tensors[i].type.dtype == DTYPE_U8 ? "bytes, 0 to 255" : "floats");
        print_axes(out, &tensors[i].type);
        text_puts(out, ", the last axis adjacent\n");
    }
}

static void print_weights_comment(Text *out, const ModelInterface *m, int width) {
    text_printf(out, " *   %-*s  ", width, "weights");
    if (m->weights_bytes == 0)
        text_puts(out, "not used, may be NULL\n");
    else
        text_printf(out,
                    "%" PRId64 " bytes, aligned to 64, as netc_weights_create of netc_runtime.h "
                    "gives them\n",
                    m->weights_bytes);
}

static void print_parameters(Text *out, const ModelInterface *m, const char *threads) {
    for (int i = 0; i < m->n_inputs; i++)
        text_printf(out, "const %s *%s, ",
                    m->inputs[i].type.dtype == DTYPE_U8 ? "unsigned char" : "float",
                    m->inputs[i].name);
    for (int i = 0; i < m->n_outputs; i++) text_printf(out, "float *%s, ", m->outputs[i].name);
    text_printf(out, "void *workspace%s%s);\n", m->weights_extern ? ", const void *weights" : "",
                threads);
}

static void print_run(Text *out, const ModelInterface *m) {
    int width = widest(m);
    text_puts(out, "/* Runs the model on the calling thread. Returns 0, or a status of "
                   "netc_runtime.h: then no output\n"
                   " * is written. Reentrant, with one workspace for each thread. Buffers need "
                   "the alignment of float\n"
                   " * and may not overlap.\n *\n");
    print_argument_comments(out, "in", m->inputs, m->n_inputs, width);
    print_argument_comments(out, "out", m->outputs, m->n_outputs, width);
    text_printf(out, " *   %-*s  ", width, "workspace");
    if (m->workspace_bytes == 0)
        text_puts(out, "not used, may be NULL\n");
    else
        text_printf(out,
                    "%" PRId64 " bytes, aligned to %" PRId64 "; anything may be in them, but zero "
                    "the first 16 if\n *   %-*s  they come from a file or another machine\n",
                    m->workspace_bytes, m->workspace_align, width, "");
    if (m->weights_extern) print_weights_comment(out, m, width);
    text_puts(out, " *\n * The name carries a hash of these declarations, so that a header that "
                   "does not fit its object\n * fails at link time. */\n");
    text_printf(out, "#define %s_run %s_run_%s\nint %s_run(", m->name, m->name, m->abi_hash,
                m->name);
    print_parameters(out, m, "");
}

static void print_run_threads(Text *out, const ModelInterface *m, const char *prefix) {
    text_printf(out,
                "\n/* The same on threads, bit for bit: those of netc_threads_create of "
                "netc_runtime.h, or your own.\n"
                " * The workspace has %s_THREADS_WORKSPACE_BYTES(n) bytes, n the count of the "
                "threads, aligned to\n"
                " * %" PRId64 ", and is one for each run at the same time. NULL for the threads: "
                "%s_run. */\n",
                prefix, m->workspace_align, m->name);
    text_printf(out,
                "#define %s_THREADS_WORKSPACE_BYTES(n) ((size_t)%" PRId64 " + %" PRId64
                " * (size_t)(n))\n",
                prefix, m->threads_bytes, m->thread_bytes);
    text_printf(out, "#define %s_run_threads %s_run_threads_%s\nint %s_run_threads(", m->name,
                m->name, m->abi_hash, m->name);
    print_parameters(out, m, ", struct netc_threads *threads");
}

void c_header_print(Text *out, const ModelInterface *m) {
    const char *guard = upper(out->arena, m->name);
    text_printf(out, "/* %s, compiled by %s for %s. */\n", m->name, m->compiler, m->cpu);
    text_printf(out, "#ifndef NETC_MODEL_%s_H\n#define NETC_MODEL_%s_H\n\n", guard, guard);
    text_puts(out, "#include <stddef.h>\n\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n"
                   "struct netc_threads;\nstruct netc_model; /* defined in netc_runtime.h */\n\n"
                   "/* Elements of the arguments; the workspace; a bound of the stack that a run "
                   "takes. */\n");
    Constants constants = list_constants(out->arena, m);
    print_constants(out, &constants);
    text_puts(out, "\n");
    print_run(out, m);
    if (m->threads) print_run_threads(out, m, guard);
    text_puts(out, "\n/* Names, types, shapes, sizes and entry point, for generic callers. */\n");
    text_printf(out, "extern const struct netc_model %s_model;\n", m->name);
    text_puts(out, "\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n");
}
