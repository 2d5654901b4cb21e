/* The C header of a model: its words, and that C99 and C++11 take it. */
#include "codegen/codegen.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static ModelTensor tensor(const char *name, int rank, const char *const *axes,
                          const int64_t *extent) {
    ModelTensor tensor = {.name = name, .type = {.dtype = DTYPE_F32, .rank = rank}, .elems = 1};
    for (int i = 0; i < rank; i++) {
        tensor.type.axes[i] = (Axis){axes[i], extent[i]};
        tensor.elems *= extent[i];
    }
    return tensor;
}

static const char *const nchw[] = {"N", "C", "H", "W"};

static ModelTensor image(void) { return tensor("image", 4, nchw, (const int64_t[]){1, 1, 32, 32}); }

static ModelTensor digit(void) { return tensor("digit", 2, nchw, (const int64_t[]){1, 10}); }

static ModelInterface lenet5(const ModelTensor *input, const ModelTensor *output) {
    ModelInterface m = {.name = "lenet5",
                        .compiler = "netc 0.1.0",
                        .cpu = "x86-64-v3",
                        .inputs = input,
                        .n_inputs = 1,
                        .outputs = output,
                        .n_outputs = 1,
                        .workspace_bytes = 23616,
                        .workspace_align = 64,
                        .stack_bytes = 512};
    model_abi_hash(&m, m.abi_hash);
    return m;
}

static const char *header_of(Arena *arena, const ModelInterface *m) {
    Text text = text_in(arena);
    c_header_print(&text, m);
    return text_str(&text);
}

Test(codegen_header, says_what_the_contract_promises) {
    Arena *arena = arena_create();
    ModelTensor in = image(), out = digit();
    ModelInterface m = lenet5(&in, &out);
    const char *header = header_of(arena, &m);
    const char *const words[] = {
        "/* lenet5, compiled by netc 0.1.0 for x86-64-v3. */",
        "#include <stddef.h>",
        "struct netc_threads;",
        "struct netc_model;",
        "LENET5_IMAGE_ELEMS = 1024,",
        "LENET5_DIGIT_ELEMS = 10,",
        "LENET5_WORKSPACE_BYTES = 23616,",
        "LENET5_WORKSPACE_ALIGN = 64,",
        "LENET5_STACK_BYTES = 512\n",
        "image      in, 1024 floats: [N: 1, C: 1, H: 32, W: 32]",
        "digit      out, 10 floats: [N: 1, C: 10]",
        "int lenet5_run(const float *image, float *digit, void *workspace);",
        "extern const struct netc_model lenet5_model;",
        arena_printf(arena, "#define lenet5_run lenet5_run_%s\n", m.abi_hash),
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        cr_assert(strstr(header, words[i]), "%s\nis not in\n%s", words[i], header);
    cr_assert_null(strstr(header, "#define LENET5"), "%s", header);
    cr_assert_null(strstr(header, "_run_threads"), "%s", header);
    cr_assert_eq(strncmp(header, "/* lenet5,", 10), 0, "the first comment names the CPU");
    arena_destroy(arena);
}

Test(codegen_header, hash_covers_the_declarations_and_nothing_else) {
    ModelTensor in = image(), out = digit();
    ModelInterface base = lenet5(&in, &out), same = base, other;
    same.hash[0] = 1;
    same.stack_bytes = 1024;
    same.cpu = "native";
    model_abi_hash(&same, same.abi_hash);
    cr_assert_str_eq(same.abi_hash, base.abi_hash, "retraining must not break linking");
    cr_assert_str_eq(base.abi_hash, "530a87f75f7f8032",
                     "headers that are out there must go on to fit");

    ModelTensor renamed = tensor("picture", 4, nchw, (const int64_t[]){1, 1, 32, 32});
    ModelTensor turned = tensor("image", 4, (const char *const[]){"N", "H", "W", "C"},
                                (const int64_t[]){1, 1, 32, 32});
    ModelTensor sized = tensor("image", 4, nchw, (const int64_t[]){1, 4, 16, 16});
    const ModelTensor *const inputs[] = {&renamed, &turned, &sized};
    for (int i = 0; i < 3; i++) {
        other = lenet5(inputs[i], &out);
        cr_assert_str_neq(other.abi_hash, base.abi_hash, "input %d", i);
    }
    ModelTensor bytes = in;
    bytes.type.dtype = DTYPE_U8;
    other = lenet5(&bytes, &out);
    cr_assert_str_neq(other.abi_hash, base.abi_hash, "bytes are no floats");
    ModelTensor two[] = {in, renamed}, swapped[] = {renamed, in};
    ModelInterface a = lenet5(two, &out), b = lenet5(swapped, &out);
    a.n_inputs = b.n_inputs = 2;
    model_abi_hash(&a, a.abi_hash);
    model_abi_hash(&b, b.abi_hash);
    cr_assert_str_neq(a.abi_hash, b.abi_hash);
    other = base;
    other.workspace_bytes += 64;
    model_abi_hash(&other, other.abi_hash);
    cr_assert_str_neq(other.abi_hash, base.abi_hash, "a smaller workspace must not link");
    other = base;
    other.weights_extern = true;
    other.weights_bytes = 4;
    model_abi_hash(&other, other.abi_hash);
    cr_assert_str_neq(other.abi_hash, base.abi_hash, "one argument more must not link");
    same = base;
    model_add_threads(&same);
    model_abi_hash(&same, same.abi_hash);
    cr_assert_str_neq(same.abi_hash, base.abi_hash, "another size of workspace must not link");
    same = other;
    same.weights_bytes = 8;
    model_abi_hash(&same, same.abi_hash);
    cr_assert_str_neq(other.abi_hash, same.abi_hash, "other weights must not link");
}

/* Compiles the header twice included, with a caller and the runtime's own header. */
static void compiles(Arena *arena, const char *folder, const char *header, const char *caller) {
    static const char *const compilers[] = {
        "cc -std=c99 -pedantic -Wall -Wextra -Werror -fsyntax-only",
        "c++ -x c++ -std=c++11 -pedantic -Wall -Wextra -Werror -fsyntax-only"};
    for (int i = 0; i < 2; i++) {
        const char *path = arena_printf(arena, "%s/caller.c", folder);
        FILE *file = fopen(path, "w");
        fprintf(file, "%s\n%s\n#include \"netc_runtime.h\"\n%s", header, header, caller);
        fclose(file);
        const char *command =
            arena_printf(arena, "%s -I%s/runtime/include %s", compilers[i], NETC_SOURCE_DIR, path);
        cr_assert_eq(system(command), 0, "%s\n%s", command, header);
        unlink(path);
    }
}

Test(codegen_header, is_c99_and_cpp11) {
    Arena *arena = arena_create();
    char *folder = arena_strdup(arena, "/tmp/netc-test-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    ModelTensor in = image(), out = digit();
    ModelInterface m = lenet5(&in, &out);
    model_add_threads(&m);
    model_abi_hash(&m, m.abi_hash);
    compiles(
        arena, folder, header_of(arena, &m),
        "int main(void) {\n"
        "    static float in[LENET5_IMAGE_ELEMS], out[LENET5_DIGIT_ELEMS];\n"
        "    static char w[LENET5_WORKSPACE_BYTES];\n"
        "    static char wide[LENET5_THREADS_WORKSPACE_BYTES(3)];\n"
        "    struct netc_threads *threads = netc_threads_create(3);\n"
        "    return lenet5_run(in, out, w) != NETC_OK || lenet5_model.abi != NETC_MODEL_ABI ||\n"
        "           lenet5_run_threads(in, out, wide, threads) != NETC_OK;\n"
        "}\n");

    /* Bytes, as uint8_t is one. */
    in.type.dtype = DTYPE_U8;
    m = lenet5(&in, &out);
    const char *of_bytes = header_of(arena, &m);
    cr_assert(strstr(of_bytes, "int lenet5_run(const unsigned char *image, float *digit, void *"),
              "%s", of_bytes);
    cr_assert(strstr(of_bytes, "image      in, 1024 bytes, 0 to 255: [N: 1, C: 1"), "%s", of_bytes);
    compiles(arena, folder, of_bytes,
             "#include <stdint.h>\n"
             "int main(void) {\n"
             "    static const uint8_t in[LENET5_IMAGE_ELEMS] = {255};\n"
             "    static float out[LENET5_DIGIT_ELEMS];\n"
             "    return lenet5_run(in, out, NULL) || lenet5_model.inputs->type != NETC_TYPE_U8;\n"
             "}\n");

    /* Sizes beyond int are macros, and a workspace of no bytes may be NULL. */
    ModelTensor large = tensor("x", 1, nchw, (const int64_t[]){2147483648});
    ModelTensor most = tensor("y", 1, nchw, (const int64_t[]){2147483647});
    m = lenet5(&large, &most);
    m.workspace_bytes = 0;
    const char *header = header_of(arena, &m);
    cr_assert(strstr(header, "#define LENET5_X_ELEMS 2147483648LL\n"), "%s", header);
    cr_assert(strstr(header, "LENET5_Y_ELEMS = 2147483647,"), "%s", header);
    cr_assert(strstr(header, "may be NULL"), "%s", header);
    compiles(arena, folder, header,
             "int main(void) { return LENET5_X_ELEMS > 0 && LENET5_WORKSPACE_BYTES == 0; }\n");
    rmdir(folder);
    arena_destroy(arena);
}
