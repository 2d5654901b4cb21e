/* weights/safetensors: what the reference library writes, and every way a file can lie. */
#include "weights/weight_file.h"

#include "mutate.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file with this header (its length is put before it) and `data_len` bytes 0, 1, 2 ... */
static char *make_file(const char *header, size_t data_len, size_t *len) {
    size_t header_len = strlen(header);
    char *file = malloc(8 + header_len + data_len);
    for (int n = 0; n < 8; n++) file[n] = (char)((uint64_t)header_len >> (8 * n));
    memcpy(file + 8, header, header_len);
    for (size_t n = 0; n < data_len; n++) file[8 + header_len + n] = (char)n;
    *len = 8 + header_len + data_len;
    return file;
}

/* Bytes written by the safetensors library of Python. */
static const char WRITTEN[] =
    "\xc8\0\0\0\0\0\0\0{\"__metadata__\":{\"format\":\"np\"},"
    "\"c\":{\"dtype\":\"I64\",\"shape\":[0],\"data_offsets\":[0,0]},"
    "\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]},"
    "\"b\":{\"dtype\":\"F16\",\"shape\":[1,2],\"data_offsets\":[12,16]}}    "
    "\0\0\0\0\0\0\x80?\0\0\0@\0<\0@";

Test(safetensors, reads_what_the_library_writes) {
    Arena *arena = arena_create();
    WeightFile *file;
    const char *why;
    cr_assert_eq(weight_file_parse(arena, "w", WRITTEN, sizeof WRITTEN - 1, &file, &why),
                 WEIGHT_FILE_OK);
    cr_assert_eq(file->n_tensors, 3u);
    cr_assert_str_eq(file->path, "w");
    const WeightTensor *a = weight_file_find(file, "a"), *b = weight_file_find(file, "b"),
                       *c = weight_file_find(file, "c");
    cr_assert(a && b && c && !weight_file_find(file, "d") && !weight_file_find(file, ""));
    cr_assert(a->rank == 1 && a->extent[0] == 3 && a->elems == 3 && a->dtype == DTYPE_F32);
    cr_assert(b->rank == 2 && b->extent[0] == 1 && b->extent[1] == 2 && b->dtype == DTYPE_F16);
    cr_assert(c->dtype == -1 && c->elems == 0);
    cr_assert_str_eq(c->dtype_text, "I64");
    float out[3];
    double change;
    const int axes[] = {0, 1};
    cr_assert_eq(weight_tensor_read(arena, file, a, axes, out, &change, &why), WEIGHT_FILE_OK);
    cr_assert(out[0] == 0.0f && out[1] == 1.0f && out[2] == 2.0f);
    cr_assert_eq(weight_tensor_read(arena, file, b, axes, out, &change, &why), WEIGHT_FILE_OK);
    cr_assert(out[0] == 1.0f && out[1] == 2.0f && change == 0.0);
    arena_destroy(arena);
}

/* Headers with `data_len` bytes behind them; why is NULL where the file is good. */
static const struct {
    const char *header;
    size_t data_len;
    const char *why;
} headers[] = {
    {"{}", 0, NULL},
    {"{}   ", 0, NULL},
    {"{}", 1, "1 bytes at its end belong to no tensor"},
    {" {}", 0, "its header does not begin with {"},
    {"[]", 0, "its header does not begin with {"},
    {"{", 0, "its header is not JSON (at byte 9)"},
    {"{} x", 0, "its header is not JSON (at byte 12)"},
    {"{\"a\\u0000\":1}", 0, "its header is not JSON (at byte 18)"},
    {"{\"\xff\":1}", 0, "its header is not JSON (at byte 10)"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, NULL},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}", 4, NULL},
    {"{\"a\":{\"dtype\":\"F4\",\"shape\":[9],\"data_offsets\":[0,4]}}", 4, NULL},
    {"{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[1,9]},"
     "\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}",
     9, NULL},
    {"{\"a\":1}", 0, "tensor `a` is not described by an object"},
    {"{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "tensor `a` has no dtype"},
    {"{\"a\":{\"dtype\":7,\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "tensor `a` has no dtype"},
    {"{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4, "tensor `a` has no shape"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":3,\"data_offsets\":[0,4]}}", 4,
     "tensor `a` has no shape"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1],\"data_offsets\":[0,4]}}", 4, NULL},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,4]}}", 4,
     "tensor `a` has more than 8 axes"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", 4,
     "tensor `a` has an extent that is not a whole number"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1.0],\"data_offsets\":[0,4]}}", 4,
     "tensor `a` has an extent that is not a whole number"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[\"1\"],\"data_offsets\":[0,4]}}", 4,
     "tensor `a` has an extent that is not a whole number"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}", 0,
     "tensor `a` has more elements than 64 bits can count"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904],\"data_offsets\":[0,0]}}", 0,
     "tensor `a` has offsets that do not fit its shape"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775808],\"data_offsets\":[0,0]}}", 0,
     "its header is not JSON (at byte 56)"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,2]}}", 2,
     "tensor `a` has offsets that do not fit its shape"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}}", 8,
     "tensor `a` has offsets that do not fit its shape"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}", 4,
     "tensor `a` has no pair of data_offsets"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,4]}}", 4,
     "tensor `a` has no pair of data_offsets"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0.0,4]}}", 4,
     "tensor `a` has no pair of data_offsets"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 3,
     "tensor `a` has offsets beyond the data"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}}", 4,
     "tensor `a` has offsets beyond the data"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", 4,
     "tensor `a` has offsets beyond the data"},
    {"{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
     "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[2,6]}}",
     6, "tensor `b` overlaps the tensor before it"},
    {"{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
     "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}",
     4, "tensor `b` overlaps the tensor before it"},
    {"{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
     "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[5,9]}}",
     9, "tensor `b` leaves a gap after the tensor before it"},
    {"{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[1,5]}}", 5,
     "tensor `a` leaves a gap after the tensor before it"},
    {"{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
     "\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}",
     4, "its header names a tensor or a field twice"},
    {"{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}", 4,
     "its header names a tensor or a field twice"},
    {"{\"__metadata__\":{\"a\":\"b\"}}", 0, NULL},
    {"{\"__metadata__\":{\"a\":1}}", 0, "its __metadata__ is not a map from strings to strings"},
    {"{\"__metadata__\":[]}", 0, "its __metadata__ is not a map from strings to strings"},
    {"{\"\\u001b[31m\":0}", 0, "tensor `\\x1B[31m` is not described by an object"},
};

Test(safetensors, headers_that_lie) {
    Arena *arena = arena_create();
    for (size_t n = 0; n < sizeof headers / sizeof headers[0]; n++) {
        size_t len;
        char *bytes = make_file(headers[n].header, headers[n].data_len, &len);
        WeightFile *file = NULL;
        const char *why = NULL;
        WeightFileStatus status = weight_file_parse(arena, "w", bytes, len, &file, &why);
        cr_expect_eq(status, headers[n].why ? WEIGHT_FILE_DAMAGED : WEIGHT_FILE_OK, "%s: %s",
                     headers[n].header, why);
        cr_expect_eq(file == NULL, headers[n].why != NULL, "%s", headers[n].header);
        if (headers[n].why)
            cr_expect(strcmp(why, headers[n].why) == 0, "%s: %s", headers[n].header, why);
        free(bytes);
    }
    arena_destroy(arena);
}

Test(safetensors, header_lengths_that_lie) {
    static const struct {
        unsigned char bytes[10];
        size_t len;
        const char *why;
    } table[] = {
        {"", 0, "it is shorter than the 8 bytes of its header's length"},
        {"\2\0\0\0\0\0\0", 7, "it is shorter than the 8 bytes of its header's length"},
        {"\0\0\0\0\0\0\0\0", 8, "its header does not begin with {"},
        {"\2\0\0\0\0\0\0\0{", 9, "its header goes beyond the end of the file"},
        {"\2\0\0\0\0\0\0\x80{", 10, "its header goes beyond the end of the file"},
        {"\xff\xff\xff\xff\xff\xff\xff\xff{", 10, "its header goes beyond the end of the file"},
    };
    Arena *arena = arena_create();
    for (size_t n = 0; n < sizeof table / sizeof table[0]; n++) {
        WeightFile *file;
        const char *why = NULL;
        char *exact = malloc(table[n].len ? table[n].len : 1);
        memcpy(exact, table[n].bytes, table[n].len);
        cr_expect_eq(weight_file_parse(arena, "w", exact, table[n].len, &file, &why),
                     WEIGHT_FILE_DAMAGED);
        cr_expect_str_eq(why, table[n].why);
        free(exact);
    }
    size_t large = 8 + (16 << 20) + 1;
    char *bytes = calloc(large, 1);
    bytes[0] = 1;
    bytes[3] = 1;
    WeightFile *file;
    const char *why;
    weight_file_parse(arena, "w", bytes, large, &file, &why);
    cr_expect_str_eq(why, "its header is larger than 16 MiB");
    /* Depth is bounded too: brackets up to the limit of the header. */
    bytes[0] = 0;
    memset(bytes + 8, '[', large - 8);
    memcpy(bytes + 8, "{\"a\":", 5);
    cr_expect_eq(weight_file_parse(arena, "w", bytes, large - 1, &file, &why), WEIGHT_FILE_DAMAGED);
    free(bytes);
    arena_destroy(arena);
}

/* Every accepted mutant keeps the promises of the header file. */
static void check_accepted(Arena *arena, const WeightFile *file, size_t len) {
    static const int axes[] = {0, 1, 2, 3, 4, 5, 6, 7};
    for (size_t n = 0; n < file->n_tensors; n++) {
        const WeightTensor *tensor = &file->tensors[n];
        int64_t elems = 1;
        for (int axis = 0; axis < tensor->rank; axis++) elems *= tensor->extent[axis];
        cr_assert_eq(tensor->elems, elems);
        cr_assert(n == 0 || strcmp(file->tensors[n - 1].name, tensor->name) < 0);
        cr_assert_eq(weight_file_find(file, tensor->name), tensor);
        cr_assert(tensor->place.at >= 8 && tensor->place.at + tensor->place.len <= (int64_t)len);
        if (tensor->dtype < 0) continue;
        float *out = malloc((size_t)elems * sizeof(float) + 1);
        double change;
        const char *why;
        cr_assert_eq(weight_tensor_read(arena, file, tensor, axes, out, &change, &why),
                     WEIGHT_FILE_OK);
        free(out);
    }
}

Test(safetensors, mutated_files) {
    Arena *arena = arena_create();
    uint64_t state = 20;
    int accepted = 0, refused = 0;
    for (int n = 0; n < 20000; n++) {
        size_t len;
        char *bytes = mutate(WRITTEN, sizeof WRITTEN - 1, &state, &len);
        WeightFile *file = NULL;
        const char *why = NULL;
        switch (weight_file_parse(arena, "w", bytes, len, &file, &why)) {
        case WEIGHT_FILE_OK:
            check_accepted(arena, file, len);
            accepted++;
            break;
        case WEIGHT_FILE_DAMAGED:
            cr_assert(why && *why && !file, "mutant %d", n);
            refused++;
            break;
        default: cr_assert_fail("mutant %d has an impossible status", n);
        }
        free(bytes);
        arena_reset(arena);
    }
    arena_destroy(arena);
    cr_assert(accepted > 500 && refused > 10000, "%d accepted, %d refused", accepted, refused);
}

Test(safetensors, files_that_cannot_be_opened) {
    char folder[] = "/tmp/netc_weights_XXXXXX";
    cr_assert(mkdtemp(folder));
    Arena *arena = arena_create();
    WeightFile *file = NULL;
    const char *why = NULL, *path = arena_printf(arena, "%s/w.safetensors", folder);
    cr_expect_eq(weight_file_open(arena, path, 1000, &file, &why), WEIGHT_FILE_MISSING);
    cr_expect_eq(weight_file_open(arena, "", 1000, &file, &why), WEIGHT_FILE_MISSING);
    cr_expect_eq(weight_file_open(arena, folder, 1000, &file, &why), WEIGHT_FILE_UNREADABLE);
    cr_expect_str_eq(why, "Is a directory");
    FILE *stream = fopen(path, "wb");
    fwrite(WRITTEN, 1, sizeof WRITTEN - 1, stream);
    fclose(stream);
    cr_expect_eq(weight_file_open(arena, path, 223, &file, &why), WEIGHT_FILE_UNREADABLE);
    cr_expect_str_eq(why, "is larger than 223 bytes");
    cr_expect_null(file);
    cr_expect_eq(weight_file_open(arena, path, 224, &file, &why), WEIGHT_FILE_OK);
    cr_expect(file && file->n_tensors == 3);
    unlink(path);
    const char *pipe = arena_printf(arena, "%s/pipe", folder);
    cr_assert_eq(mkfifo(pipe, 0600), 0);
    cr_expect_eq(weight_file_open(arena, pipe, 1000, &file, &why), WEIGHT_FILE_UNREADABLE);
    cr_expect_str_eq(why, "is not a regular file");
    unlink(pipe);
    rmdir(folder);
    arena_destroy(arena);
}

/* The numbers come from the file that was checked, or from none. */
Test(safetensors, files_that_change_between_header_and_numbers) {
    char folder[] = "/tmp/netc_weights_XXXXXX";
    cr_assert(mkdtemp(folder));
    Arena *arena = arena_create();
    const char *path = arena_printf(arena, "%s/w.safetensors", folder);
    for (int change = 0; change < 4; change++) {
        FILE *stream = fopen(path, "wb");
        fwrite(WRITTEN, 1, sizeof WRITTEN - 1, stream);
        fclose(stream);
        WeightFile *file;
        const char *why = NULL;
        cr_assert_eq(weight_file_open(arena, path, 1000, &file, &why), WEIGHT_FILE_OK);
        const WeightTensor *a = weight_file_find(file, "a");
        const int axes[] = {0};
        float out[3];
        double narrowed;
        const char *wanted = NULL;
        if (change == 1) { /* shorter */
            cr_assert_eq(truncate(path, 100), 0);
            wanted = "it was changed while it was read";
        } else if (change == 2) { /* another file of the same size and time */
            const char *other = arena_printf(arena, "%s/other", folder);
            cr_assert_eq(rename(path, other), 0);
            stream = fopen(path, "wb");
            fwrite(WRITTEN, 1, sizeof WRITTEN - 1, stream);
            fclose(stream);
            unlink(other);
            wanted = "it was changed while it was read";
        } else if (change == 3) {
            unlink(path);
            wanted = "No such file or directory";
        }
        WeightFileStatus status = weight_tensor_read(arena, file, a, axes, out, &narrowed, &why);
        cr_expect_eq(status, wanted ? WEIGHT_FILE_UNREADABLE : WEIGHT_FILE_OK, "change %d", change);
        if (wanted)
            cr_expect(why && strcmp(why, wanted) == 0, "change %d: %s", change, why);
        else
            cr_expect(out[1] == 1.0f && !why, "%s", why);
    }
    rmdir(folder);
    arena_destroy(arena);
}
