/* The part of ONNX Runtime's function table that the benchmark needs, declared here by position.
 * Objects of the library are opaque pointers, so each function's type is written with `void *`. A
 * status of NULL is success. */
#include "ort.h"

#include "model.h"

#include <dlfcn.h>
#include <stdint.h>
#include <string.h>

/* The version of the table that the positions below belong to. Later libraries still give it. */
enum { ORT_TABLE_VERSION = 16 };

/* Position in the table, result, name, parameters. A `void *` result is a status. */
#define ORT_FUNCTIONS(X)                                                                           \
    X(2, const char *, error_message, (const void *status))                                        \
    X(3, void *, create_env, (int severity, const char *id, void **env))                           \
    X(7, void *, create_session, (void *env, const char *path, void *options, void **session))     \
    X(10, void *, create_options, (void **options))                                                \
    X(13, void *, set_execution_mode, (void *options, int mode))                                   \
    X(23, void *, set_optimization_level, (void *options, int level))                              \
    X(24, void *, set_intra_op_threads, (void *options, int count))                                \
    X(25, void *, set_inter_op_threads, (void *options, int count))                                \
    X(30, void *, input_count, (void *session, size_t *count))                                     \
    X(31, void *, output_count, (void *session, size_t *count))                                    \
    X(33, void *, input_type, (void *session, size_t index, void **type))                          \
    X(34, void *, output_type, (void *session, size_t index, void **type))                         \
    X(36, void *, input_name, (void *session, size_t index, void *allocator, char **name))         \
    X(37, void *, output_name, (void *session, size_t index, void *allocator, char **name))        \
    X(49, void *, tensor_over,                                                                     \
      (void *memory, void *data, size_t bytes, const int64_t *extents, size_t rank,                \
       int element_type, void **value))                                                            \
    X(55, void *, tensor_info, (void *type, void **info))                                          \
    X(61, void *, rank, (void *info, size_t *rank))                                                \
    X(62, void *, extents, (void *info, int64_t *extents, size_t rank))                            \
    X(69, void *, create_cpu_memory, (int allocator_type, int memory_type, void **memory))         \
    X(76, void *, allocator_free, (void *allocator, void *bytes))                                  \
    X(78, void *, default_allocator, (void **allocator))                                           \
    X(93, void, release_status, (void *status))                                                    \
    X(94, void, release_memory, (void *memory))                                                    \
    X(95, void, release_session, (void *session))                                                  \
    X(96, void, release_value, (void *value))                                                      \
    X(98, void, release_type, (void *type))                                                        \
    X(100, void, release_options, (void *options))                                                 \
    X(133, void *, run_with_binding, (void *session, void *run_options, void *binding))            \
    X(134, void *, create_binding, (void *session, void **binding))                                \
    X(135, void, release_binding, (void *binding))                                                 \
    X(136, void *, bind_input, (void *binding, const char *name, void *value))                     \
    X(137, void *, bind_output, (void *binding, const char *name, void *value))

struct OrtCalls {
#define DECLARE_MEMBER(position, result, name, parameters) result(*name) parameters;
    ORT_FUNCTIONS(DECLARE_MEMBER)
};

/* Values of the interface's enumerations. */
enum {
    ORT_SEVERITY_ERROR = 3,
    ORT_SEQUENTIAL = 0,
    ORT_ALL_OPTIMIZATIONS = 99,
    ORT_FLOAT = 1,
    ORT_ARENA_ALLOCATOR = 1,
    ORT_DEFAULT_MEMORY = 0
};
enum { MAX_RANK = 8 };

/* A data pointer as a function pointer: POSIX lets the two be converted. */
static void copy_function(void *target, void *entry) { memcpy(target, &entry, sizeof entry); }

static const struct OrtCalls *read_table(Arena *arena, void *const *table) {
    struct OrtCalls *calls = ARENA_NEW(arena, struct OrtCalls);
#define COPY_MEMBER(position, result, name, parameters)                                            \
    copy_function(&calls->name, table[position]);
    ORT_FUNCTIONS(COPY_MEMBER)
    return calls;
}

/* NULL for success; else the status' message, and the status is released. */
static const char *failure(Arena *arena, const struct OrtCalls *calls, void *status) {
    if (!status) return NULL;
    const char *words = arena_strdup(arena, calls->error_message(status));
    calls->release_status(status);
    return words;
}

#define TRY(...)                                                                                   \
    do {                                                                                           \
        const char *why_ = failure(arena, calls, (__VA_ARGS__));                                   \
        if (why_) return why_;                                                                     \
    } while (0)

const char *ort_open(Arena *arena, const char *path, OrtLibrary *out) {
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!handle) return arena_strdup(arena, dlerror());
    /* OrtGetApiBase gives { table(version), version string() }. */
    typedef struct Base {
        void *const *(*table)(uint32_t version);
        const char *(*version)(void);
    } Base;
    const Base *(*base)(void);
    copy_function(&base, dlsym(handle, "OrtGetApiBase"));
    if (!base) return "it does not export OrtGetApiBase";
    out->version = base()->version();
    void *const *table = base()->table(ORT_TABLE_VERSION);
    if (!table)
        return arena_printf(arena, "version %s does not give table %d", out->version,
                            ORT_TABLE_VERSION);
    const struct OrtCalls *calls = out->calls = read_table(arena, table);
    TRY(calls->create_env(ORT_SEVERITY_ERROR, "bench", &out->env));
    return NULL;
}

/* One thread, in sequence, every optimisation. */
static const char *set_options(Arena *arena, const struct OrtCalls *calls, void *options) {
    TRY(calls->set_execution_mode(options, ORT_SEQUENTIAL));
    TRY(calls->set_optimization_level(options, ORT_ALL_OPTIMIZATIONS));
    TRY(calls->set_intra_op_threads(options, 1));
    TRY(calls->set_inter_op_threads(options, 1));
    return NULL;
}

static const char *create_session(Arena *arena, const OrtLibrary *library, const char *path,
                                  OrtModel *out) {
    const struct OrtCalls *calls = library->calls;
    void *options = NULL;
    TRY(calls->create_options(&options));
    const char *why = set_options(arena, calls, options);
    if (!why)
        why = failure(arena, calls,
                      calls->create_session(library->env, path, options, &out->session));
    calls->release_options(options);
    return why;
}

/* A tensor type's extents and their product. */
static const char *read_type(Arena *arena, const struct OrtCalls *calls, void *type,
                             int64_t extents[MAX_RANK], size_t *rank, size_t *elems) {
    void *info = NULL;
    TRY(calls->tensor_info(type, &info));
    TRY(calls->rank(info, rank));
    if (*rank > MAX_RANK) return "a tensor has too many axes";
    TRY(calls->extents(info, extents, *rank));
    *elems = 1;
    for (size_t i = 0; i < *rank; i++) {
        if (extents[i] < 1) return "a tensor's shape is not fixed";
        *elems *= (size_t)extents[i];
    }
    return NULL;
}

/* Makes the buffer of input or output number `index` and binds it. */
static const char *bind(Arena *arena, OrtModel *model, size_t index, bool input) {
    const struct OrtCalls *calls = model->library->calls;
    void *type = NULL, *memory = NULL, *allocator = NULL, *value = NULL;
    char *name = NULL;
    int64_t extents[MAX_RANK];
    size_t rank = 0, elems = 0;
    TRY((input ? calls->input_type : calls->output_type)(model->session, index, &type));
    const char *why = read_type(arena, calls, type, extents, &rank, &elems);
    calls->release_type(type);
    if (why) return why;
    float *data = ARENA_ARRAY(arena, float, elems < 16 ? 16 : elems);
    if (input) {
        input_fill((unsigned)index, data, elems);
        model->inputs[index] = data;
    } else {
        model->outputs[index] = data;
        model->output_elems[index] = elems;
    }
    TRY(calls->create_cpu_memory(ORT_ARENA_ALLOCATOR, ORT_DEFAULT_MEMORY, &memory));
    why = failure(
        arena, calls,
        calls->tensor_over(memory, data, elems * sizeof *data, extents, rank, ORT_FLOAT, &value));
    calls->release_memory(memory);
    if (why) return why;
    TRY(calls->default_allocator(&allocator));
    TRY((input ? calls->input_name : calls->output_name)(model->session, index, allocator, &name));
    TRY((input ? calls->bind_input : calls->bind_output)(model->binding, name, value));
    TRY(calls->allocator_free(allocator, name));
    calls->release_value(value); /* the binding keeps its own reference */
    return NULL;
}

static const char *bind_all(Arena *arena, OrtModel *model) {
    const struct OrtCalls *calls = model->library->calls;
    TRY(calls->create_binding(model->session, &model->binding));
    TRY(calls->input_count(model->session, &model->n_inputs));
    TRY(calls->output_count(model->session, &model->n_outputs));
    model->inputs = ARENA_ARRAY(arena, float *, model->n_inputs);
    model->outputs = ARENA_ARRAY(arena, float *, model->n_outputs);
    model->output_elems = ARENA_ARRAY(arena, size_t, model->n_outputs);
    for (size_t i = 0; i < model->n_inputs + model->n_outputs; i++) {
        bool input = i < model->n_inputs;
        const char *why = bind(arena, model, input ? i : i - model->n_inputs, input);
        if (why) return why;
    }
    return NULL;
}

const char *ort_model_open(Arena *arena, const OrtLibrary *library, const char *path,
                           OrtModel *out) {
    *out = (OrtModel){.library = library};
    const char *why = create_session(arena, library, path, out);
    if (!why) why = bind_all(arena, out);
    if (why) ort_model_close(out);
    return why;
}

void ort_model_close(OrtModel *model) {
    const struct OrtCalls *calls = model->library->calls;
    if (model->binding) calls->release_binding(model->binding);
    if (model->session) calls->release_session(model->session);
    model->binding = model->session = NULL;
}

bool ort_model_call(void *model) {
    const OrtModel *self = model;
    const struct OrtCalls *calls = self->library->calls;
    void *status = calls->run_with_binding(self->session, NULL, self->binding);
    if (status) calls->release_status(status);
    return status == NULL;
}
