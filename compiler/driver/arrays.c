/* Matching and reading of .npy files. */
#include "driver/arrays.h"

#include "base/file.h"
#include "driver/console.h"
#include "weights/npy.h"

#include <errno.h>
#include <string.h>

static const char *list_names(Arena *arena, const ArrayFile *files, size_t n) {
    Text text = text_in(arena);
    for (size_t i = 0; i < n; i++) text_printf(&text, "%s%s", i ? ", " : "", files[i].name);
    return text_str(&text);
}

/* The tensor that NAME=FILE names, or the only one; *path is the rest. NULL if there is none. A
 * file may have a = in its name: what stands before it counts only if it is a tensor. */
static ArrayFile *find_tensor(const char *given, ArrayFile *files, size_t n, const char **path) {
    const char *equals = strchr(given, '=');
    for (size_t i = 0; equals && i < n; i++) {
        size_t len = strlen(files[i].name);
        if (len != (size_t)(equals - given) || memcmp(files[i].name, given, len) != 0) continue;
        *path = equals + 1;
        return &files[i];
    }
    *path = given;
    return n == 1 ? files : NULL;
}

ExitStatus arrays_match(Arena *arena, const char *role, const char *option,
                        const char *const *given, size_t n_given, ArrayFile *files, size_t n) {
    for (size_t i = 0; i < n_given; i++) {
        const char *path;
        ArrayFile *file = find_tensor(given[i], files, n, &path);
        if (!file)
            return console_fail(STATUS_USAGE,
                                "`%s %s` does not say which %s it is; write %s "
                                "NAME=FILE with one of %s",
                                option, console_quote(arena, given[i]), role, option,
                                list_names(arena, files, n));
        if (file->path)
            return console_fail(STATUS_USAGE, "%s `%s` is given twice", role, file->name);
        file->path = path;
        file->number = i;
    }
    return STATUS_DONE;
}

static bool fits(const NpyArray *array, const TensorType *type) {
    bool equal = array->rank == type->rank;
    for (int i = 0; equal && i < type->rank; i++) equal = array->extent[i] == type->axes[i].extent;
    return equal;
}

static void report_shape(Compilation *c, const ArrayFile *file, const NpyArray *array) {
    Text wanted = text_in(c->arena), held = text_in(c->arena);
    type_print(&wanted, file->type);
    for (int i = 0; i < array->rank; i++)
        text_printf(&held, "%s%lld", i ? ", " : "", (long long)array->extent[i]);
    console_fail(STATUS_INPUT, "%s holds [%s], but input `%s` is %s",
                 console_quote(c->arena, file->path), text_str(&held), file->name,
                 text_str(&wanted));
}

/* Reads one file. False after a message. */
static bool read_one(Compilation *c, ArrayFile *file, size_t limit) {
    Bytes bytes;
    const char *name =
        strcmp(file->path, "-") == 0 ? "standard input" : console_quote(c->arena, file->path);
    const char *why = file_read(c->arena, file->path, limit, &bytes);
    if (why) {
        if (strcmp(why, strerror(ENOENT)) == 0)
            diag_add_global(&c->diags, N0902, "cannot find %s" FACTS("file"), name);
        else
            diag_add_global(&c->diags, N0501, "cannot read %s: %s" FACTS("file reason"), name, why);
        return false;
    }
    NpyArray array;
    why = npy_parse(c->arena, bytes.data, bytes.len, &array);
    if (why) {
        console_fail(STATUS_INPUT, "%s %s", name, why);
        return false;
    }
    if ((array.dtype == DTYPE_U8) != (file->type->dtype == DTYPE_U8)) {
        console_fail(STATUS_INPUT, "%s holds %s, but input `%s` is %s: %s", name,
                     dtype_name(array.dtype), file->name, dtype_name(file->type->dtype),
                     array.dtype == DTYPE_U8 ? "save it with array.astype(numpy.float32)"
                                             : "save it with array.astype(numpy.uint8)");
        return false;
    }
    if (!fits(&array, file->type)) {
        report_shape(c, file, &array);
        return false;
    }
    file->data = array.data;
    return true;
}

ExitStatus arrays_read(Compilation *c, ArrayFile *files, size_t n, size_t limit) {
    bool good = true;
    for (size_t i = 0; i < n; i++) good &= read_one(c, &files[i], limit);
    front_report(c);
    return good ? STATUS_DONE : STATUS_INPUT;
}
