/* Which container a file is, and the numbers of a tensor in the order in which they are wanted. */
#include "weights/weight_file.h"

#include "base/text.h"
#include "weights/convert.h"
#include "base/little_endian.h"
#include "weights/member.h"
#include "weights/npy.h"
#include "weights/npz.h"
#include "weights/safetensors.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_SHOWN_NAME = 80, BLOCK_BYTES = 1 << 14 };

static bool ends_in(const char *path, const char *suffix) {
    size_t len = strlen(path), n = strlen(suffix);
    return len >= n && strcmp(path + len - n, suffix) == 0;
}

static const char *find_format(WeightFile *file) {
    static const struct {
        const char *suffix, *magic;
        size_t magic_len;
        WeightFormat format;
    } formats[] = {{".safetensors", "", 0, FORMAT_SAFETENSORS},
                   {".npz", "PK", 2, FORMAT_NPZ},
                   {".npy", "\x93NUMPY", 6, FORMAT_NPY}};
    enum { N_FORMATS = sizeof formats / sizeof *formats, MOST_MAGIC = 6 };
    for (int i = 0; i < N_FORMATS; i++)
        if (ends_in(file->path, formats[i].suffix)) {
            file->format = formats[i].format;
            return NULL;
        }
    char first[MOST_MAGIC] = {0};
    size_t len = file->reader.size < MOST_MAGIC ? (size_t)file->reader.size : MOST_MAGIC;
    const char *why = file_reader_get(&file->reader, 0, len, first);
    file->format = FORMAT_SAFETENSORS;
    for (int i = 0; i < N_FORMATS && !why; i++)
        if (formats[i].magic_len > 0 && memcmp(first, formats[i].magic, formats[i].magic_len) == 0)
            file->format = formats[i].format;
    return why;
}

static const char *list_npy(Arena *arena, WeightFile *file) {
    WeightPlace place = {.len = file->reader.size};
    file->tensors = ARENA_NEW(arena, WeightTensor);
    file->n_tensors = 1;
    const char *why = npy_list(arena, &file->reader, &place, place.len, &file->tensors[0]);
    return why ? arena_printf(arena, "it %s", why) : NULL;
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const WeightTensor *)a)->name, ((const WeightTensor *)b)->name);
}

/* Lists the tensors of an open reader. */
static WeightFileStatus list(Arena *arena, const char *path, FileReader *reader, WeightFile **out,
                             const char **why) {
    WeightFile *file = ARENA_NEW(arena, WeightFile);
    *file = (WeightFile){.path = arena_strdup(arena, path), .reader = *reader};
    const char *reason = find_format(file);
    if (!reason) switch (file->format) {
        case FORMAT_SAFETENSORS: reason = safetensors_list(arena, file); break;
        case FORMAT_NPZ: reason = npz_list(arena, file); break;
        case FORMAT_NPY: reason = list_npy(arena, file); break;
        }
    file_reader_close(&file->reader);
    if (reason) {
        *why = reason;
        return WEIGHT_FILE_DAMAGED;
    }
    if (file->n_tensors > 0)
        qsort(file->tensors, file->n_tensors, sizeof file->tensors[0], by_name);
    *out = file;
    return WEIGHT_FILE_OK;
}

/* A file of weights called "-" is a file, not standard input. */
static const char *real_path(const char *path) { return strcmp(path, "-") == 0 ? "./-" : path; }

WeightFileStatus weight_file_open(Arena *arena, const char *path, size_t limit, WeightFile **out,
                                  const char **why) {
    if (access(path, F_OK) != 0 && errno == ENOENT) {
        *why = strerror(ENOENT);
        return WEIGHT_FILE_MISSING;
    }
    FileReader reader;
    const char *reason = file_reader_open(arena, real_path(path), limit, &reader);
    if (!reason) return list(arena, path, &reader, out, why);
    *why = reason;
    return WEIGHT_FILE_UNREADABLE;
}

WeightFileStatus weight_file_parse(Arena *arena, const char *path, const char *data, size_t len,
                                   WeightFile **out, const char **why) {
    FileReader reader = file_reader_of(data, len);
    return list(arena, path, &reader, out, why);
}

const WeightTensor *weight_file_find(const WeightFile *file, const char *name) {
    WeightTensor wanted = {.name = name};
    if (file->n_tensors == 0) return NULL;
    return bsearch(&wanted, file->tensors, file->n_tensors, sizeof file->tensors[0], by_name);
}

/* ---- numbers ---- */

/* Opens the file again; it must be the one that was checked. */
static const char *reopen(Arena *arena, const WeightFile *file, FileReader *out) {
    if (file->reader.memory) {
        *out = file->reader;
        return NULL;
    }
    const char *why = file_reader_open(arena, real_path(file->path), SIZE_MAX, out);
    if (why) return why;
    const FileIdentity *was = &file->reader.identity, *is = &out->identity;
    if (was->device == is->device && was->number == is->number && was->size == is->size &&
        was->seconds == is->seconds && was->nanoseconds == is->nanoseconds)
        return NULL;
    file_reader_close(out);
    return "it was changed while it was read";
}

/* The largest difference between the f64 numbers and what they became. */
static double largest_change(const unsigned char *bytes, const float *narrow, size_t n) {
    double largest = 0.0;
    for (size_t i = 0; i < n; i++) {
        double exact;
        uint64_t bits = little_endian(bytes + 8 * i, 8);
        memcpy(&exact, &bits, sizeof exact);
        double change = fabs(exact - (double)narrow[i]);
        if (change > largest && isfinite(change)) largest = change;
    }
    return largest;
}

/* Skips what stands before the elements. */
static bool skip(MemberStream *stream, int64_t left) {
    unsigned char block[BLOCK_BYTES];
    while (left > 0) {
        size_t n = left < BLOCK_BYTES ? (size_t)left : BLOCK_BYTES;
        if (member_get(stream, block, n) < n) return false;
        left -= (int64_t)n;
    }
    return true;
}

/* Elements in the order of the file, a block at a time; f32 need no block of their own. False if
 * there are too few. */
static bool get_elements(MemberStream *stream, const WeightTensor *tensor, float *out,
                         double *change) {
    unsigned char block[BLOCK_BYTES];
    Dtype dtype = (Dtype)tensor->dtype;
    size_t size = dtype_size(dtype), elems = (size_t)tensor->elems;
    if (dtype == DTYPE_F32) {
        if (member_get(stream, out, elems * size) < elems * size) return false;
        convert_to_f32(dtype, (const char *)out, tensor->elems, out);
        return true;
    }
    for (size_t done = 0, n; done < elems; done += n) {
        n = elems - done < BLOCK_BYTES / size ? elems - done : BLOCK_BYTES / size;
        if (member_get(stream, block, n * size) < n * size) return false;
        convert_to_f32(dtype, (const char *)block, (int64_t)n, out + done);
        if (dtype != DTYPE_F64) continue;
        double most = largest_change(block, out + done, n);
        if (most > *change) *change = most;
    }
    return true;
}

/* @return what is wrong in words that follow the tensor's name, or NULL */
static const char *read_elements(const FileReader *reader, const WeightTensor *tensor, float *out,
                                 double *change) {
    MemberStream *stream = member_open(reader, &tensor->place);
    bool whole = skip(stream, tensor->place.skip) && get_elements(stream, tensor, out, change);
    const char *why = member_finish(stream);
    member_close(stream);
    return why || whole ? why : "ends too early";
}

/* How far apart in the file are neighbours along each axis of the result, in elements; false if the
 * file has them in the order of the result. */
static bool find_strides(const WeightTensor *tensor, const int *axes,
                         int64_t stride[MAX_WEIGHT_RANK]) {
    int64_t of_axis[MAX_WEIGHT_RANK], step = 1, wanted = 1;
    for (int i = 0; i < tensor->rank; i++) {
        int axis = tensor->fortran_order ? i : tensor->rank - 1 - i;
        of_axis[axis] = step;
        step *= tensor->extent[axis];
    }
    bool moves = false;
    for (int i = tensor->rank; i-- > 0;) {
        int64_t extent = tensor->extent[axes[i]];
        stride[i] = of_axis[axes[i]];
        moves |= extent > 1 && stride[i] != wanted;
        wanted *= extent;
    }
    return moves;
}

/* The axis of the result along which neighbours are neighbours in the file, too. */
static int fastest_axis(const WeightTensor *tensor, const int *axes, const int64_t *stride) {
    int fastest = tensor->rank - 1;
    for (int i = 0; i < tensor->rank; i++)
        if (tensor->extent[axes[i]] > 1 && stride[i] == 1) fastest = i;
    return fastest;
}

/* A plane of the result: `rows` along the fastest axis of the file, `row_step` apart in the result,
 * and `columns` along the last axis, `column_step` apart in the file. In squares that the cache
 * holds: along either axis alone each element would be a cache miss on one side. */
static void permute_plane(const float *from, int64_t column_step, float *out, int64_t row_step,
                          int64_t rows, int64_t columns) {
    enum { SIDE = 32 };
    for (int64_t r0 = 0; r0 < rows; r0 += SIDE)
        for (int64_t c0 = 0; c0 < columns; c0 += SIDE)
            for (int64_t r = r0; r < rows && r < r0 + SIDE; r++)
                for (int64_t c = c0; c < columns && c < c0 + SIDE; c++)
                    out[r * row_step + c] = from[r + c * column_step];
}

/* Writes the result plane by plane; the other axes count like the digits of a number. */
static void permute(const WeightTensor *tensor, const int *axes, const int64_t *stride,
                    const float *from, float *out) {
    int last = tensor->rank - 1, fastest = fastest_axis(tensor, axes, stride);
    int64_t extent[MAX_WEIGHT_RANK], step[MAX_WEIGHT_RANK], index[MAX_WEIGHT_RANK] = {0};
    for (int i = last; i >= 0; i--) {
        extent[i] = tensor->extent[axes[i]];
        step[i] = i == last ? 1 : step[i + 1] * extent[i + 1];
    }
    int64_t rows = fastest == last ? 1 : extent[fastest], columns = extent[last];
    int64_t row_step = step[fastest], column_step = stride[last];
    extent[fastest] = extent[last] = 1;
    int64_t at = 0, to = 0;
    for (int axis = 0; axis >= 0;) {
        permute_plane(from + at, column_step, out + to, row_step, rows, columns);
        for (axis = last; axis >= 0; axis--) {
            at += stride[axis];
            to += step[axis];
            if (++index[axis] < extent[axis]) break;
            at -= stride[axis] * index[axis];
            to -= step[axis] * index[axis];
            index[axis] = 0;
        }
    }
}

static const char *about(Arena *arena, const WeightFile *file, const WeightTensor *tensor,
                         const char *what) {
    if (file->format == FORMAT_NPY) return arena_printf(arena, "it %s", what);
    Text text = text_in(arena);
    size_t len = strlen(tensor->name), shown = len < MAX_SHOWN_NAME ? len : MAX_SHOWN_NAME;
    text_puts(&text, "tensor `");
    text_quote(&text, tensor->name, shown);
    text_printf(&text, "%s` %s", shown < len ? "..." : "", what);
    return text_str(&text);
}

WeightFileStatus weight_tensor_read(Arena *arena, const WeightFile *file,
                                    const WeightTensor *tensor, const int *axes, float *out,
                                    double *change, const char **why) {
    assert(tensor->dtype >= 0);
    *change = 0.0;
    FileReader reader;
    *why = reopen(arena, file, &reader);
    if (*why) return WEIGHT_FILE_UNREADABLE;
    int64_t stride[MAX_WEIGHT_RANK];
    bool moves = find_strides(tensor, axes, stride);
    float *read = moves ? malloc((size_t)tensor->elems * sizeof *read) : out;
    const char *fault = "does not fit into memory";
    if (read) {
        fault = read_elements(&reader, tensor, read, change);
        if (moves && !fault && tensor->elems > 0) permute(tensor, axes, stride, read, out);
    }
    if (moves) free(read);
    file_reader_close(&reader);
    if (!fault) return WEIGHT_FILE_OK;
    *why = about(arena, file, tensor, fault);
    return WEIGHT_FILE_DAMAGED;
}
