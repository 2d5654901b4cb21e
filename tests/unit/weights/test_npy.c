/* weights/npy: what numpy writes is read, what we write is byte for byte what numpy writes, and
 * hostile headers are refused. */
#include "weights/npy.h"

#include "mutate.h"

#include <criterion/criterion.h>

#define FILE_BYTES(literal) (literal), sizeof(literal) - 1

/* Bytes written by numpy: f32 [2, 3] 0..5; f64 [2]; f32 []; versions 2 and 3. */
#define SPACES_54 "                                                      "
#define DESCR_F4 "{'descr': '<f4', 'fortran_order': False, 'shape': "
#define DESCR_F8 "{'descr': '<f8', 'fortran_order': False, 'shape': "
static const char MATRIX[] = "\x93NUMPY\1\0v\0" DESCR_F4 "(2, 3), }" SPACES_54 "    \n"
                             "\0\0\0\0\0\0\x80?\0\0\0@\0\0@@\0\0\x80@\0\0\xa0@";
static const char DOUBLES[] = "\x93NUMPY\1\0v\0" DESCR_F8 "(2,), }" SPACES_54 "      \n"
                              "\0\0\0\0\0\0\xf8?\0\0\0\0\0\0\x02\xc0";
static const char SCALAR[] = "\x93NUMPY\1\0v\0" DESCR_F4 "(), }" SPACES_54 "        \n\0\0@@";
static const char VERSION2[] =
    "\x93NUMPY\2\0t\0\0\0" DESCR_F4 "(2,), }" SPACES_54 "    \n\0\0\0\0\0\0\x80?";
static const char VERSION3[] =
    "\x93NUMPY\3\0t\0\0\0" DESCR_F4 "(2,), }" SPACES_54 "    \n\0\0\0\0\0\0\x80?";

Test(npy, reads_what_numpy_writes) {
    static const struct {
        const char *name, *bytes;
        size_t len;
        int rank;
        int64_t extent[2], elems;
        float first, last;
    } table[] = {{"matrix", FILE_BYTES(MATRIX), 2, {2, 3}, 6, 0, 5},
                 {"doubles", FILE_BYTES(DOUBLES), 1, {2}, 2, 1.5f, -2.25f},
                 {"scalar", FILE_BYTES(SCALAR), 0, {0}, 1, 3, 3},
                 {"version 2", FILE_BYTES(VERSION2), 1, {2}, 2, 0, 1},
                 {"version 3", FILE_BYTES(VERSION3), 1, {2}, 2, 0, 1}};
    Arena *arena = arena_create();
    for (size_t n = 0; n < sizeof table / sizeof table[0]; n++) {
        NpyArray array;
        const char *why = npy_parse(arena, table[n].bytes, table[n].len, &array);
        cr_assert_null(why, "%s: %s", table[n].name, why);
        cr_assert_eq(array.rank, table[n].rank, "%s", table[n].name);
        for (int axis = 0; axis < array.rank; axis++)
            cr_assert_eq(array.extent[axis], table[n].extent[axis], "%s", table[n].name);
        cr_assert_eq(array.elems, table[n].elems, "%s", table[n].name);
        cr_assert_eq(array.data[0], table[n].first, "%s", table[n].name);
        cr_assert_eq(array.data[array.elems - 1], table[n].last, "%s", table[n].name);
    }
    arena_destroy(arena);
}

Test(npy, writes_what_numpy_writes) {
    static const float numbers[] = {0, 1, 2, 3, 4, 5}, three[] = {3};
    Arena *arena = arena_create();
    Text text = text_in(arena);
    text_puts(&text, "before");
    npy_print(&text, DTYPE_F32, 2, (int64_t[]){2, 3}, numbers);
    cr_assert_eq(text.len, 6 + sizeof MATRIX - 1);
    cr_assert_arr_eq(text.bytes + 6, MATRIX, sizeof MATRIX - 1);
    text = text_in(arena);
    npy_print(&text, DTYPE_F32, 0, NULL, three);
    cr_assert_eq(text.len, sizeof SCALAR - 1);
    cr_assert_arr_eq(text.bytes, SCALAR, sizeof SCALAR - 1);

    /* Every rank comes back, and the elements begin at a multiple of 64. */
    for (int rank = 0; rank <= NPY_MAX_RANK; rank++) {
        int64_t extent[NPY_MAX_RANK] = {1, 3, 1, 2, 1, 1, 1, 1};
        float data[6] = {-0.0f, 1e-45f, 3.5f, -7, 1e38f, 6};
        int64_t elems = 1;
        for (int axis = 0; axis < rank; axis++) elems *= extent[axis];
        text = text_in(arena);
        npy_print(&text, DTYPE_F32, rank, extent, data);
        cr_assert_eq((text.len - (size_t)elems * 4) % 64, 0u, "rank %d", rank);
        NpyArray array;
        const char *why = npy_parse(arena, text.bytes, text.len, &array);
        cr_assert_null(why, "rank %d: %s", rank, why);
        cr_assert(array.rank == rank && array.elems == elems, "rank %d", rank);
        cr_assert_arr_eq(array.extent, extent, (size_t)rank * sizeof extent[0], "rank %d", rank);
        cr_assert_arr_eq(array.data, data, (size_t)elems * sizeof data[0], "rank %d", rank);
    }
    arena_destroy(arena);
}

#define NOT_A_DICTIONARY "has a header that is not a numpy dictionary"
#define NOT_A_TUPLE "has a shape that is not a tuple of whole numbers"

/* Headers over 8 bytes of elements; why is NULL where the file is good. */
static const struct {
    const char *header, *why;
} headers[] = {
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n", NULL},
    {"{\"shape\":(2,),\"fortran_order\":False,\"descr\":\"<f4\"}", NULL},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 1L)}", NULL},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': ()}", NULL},
    {"{'descr': '<i8', 'fortran_order': False, 'shape': (1,)}",
     "has element type <i8; only <f4, <f8 and |u1 can be read"},
    {"{'descr': '>f4', 'fortran_order': False, 'shape': (2,)}",
     "has element type >f4; only <f4, <f8 and |u1 can be read"},
    {"{'descr': '\x1b[2J', 'fortran_order': False, 'shape': (2,)}",
     "has element type \\x1B[2J; only <f4, <f8 and |u1 can be read"},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (8,)}", NULL},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}",
     "holds more bytes than its shape needs"},
    {"{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}",
     "has structured elements, not numbers"},
    {"{'descr': '<f4', 'fortran_order': True, 'shape': (2,)}",
     "is in Fortran order; save it with numpy.ascontiguousarray"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}",
     "holds fewer bytes than its shape needs"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}",
     "holds more bytes than its shape needs"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (0, 9223372036854775807)}",
     "holds more bytes than its shape needs"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
     "has more elements than 64 bits can count"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387905,)}",
     "holds fewer bytes than its shape needs"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775808,)}", NOT_A_TUPLE},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,2)}",
     "has more than 8 axes"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (2)}", NOT_A_TUPLE},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}", NOT_A_TUPLE},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (2 1)}", NOT_A_TUPLE},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (,)}", NOT_A_TUPLE},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': [2]}", NOT_A_TUPLE},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (2,", NOT_A_TUPLE},
    {"{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}", NOT_A_DICTIONARY},
    {"{'descr': '<f4', 'fortran_order': False}", NOT_A_DICTIONARY},
    {"{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", NOT_A_DICTIONARY},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': 1}", NOT_A_DICTIONARY},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} x", NOT_A_DICTIONARY},
    {"{'descr': '<f4' 'fortran_order': False, 'shape': (2,)}", NOT_A_DICTIONARY},
    {"{'descr: '<f4', 'fortran_order': False, 'shape': (2,)}", NOT_A_DICTIONARY},
    {"{'descr': '<f4", NOT_A_DICTIONARY},
    {"{'descr'", NOT_A_DICTIONARY},
    {"{", NOT_A_DICTIONARY},
    {"", NOT_A_DICTIONARY},
};

Test(npy, hostile_headers) {
    Arena *arena = arena_create();
    for (size_t n = 0; n < sizeof headers / sizeof headers[0]; n++) {
        size_t header_len = strlen(headers[n].header), len = 10 + header_len + 8;
        char *file = calloc(len, 1);
        memcpy(file, "\x93NUMPY\1", 7);
        file[8] = (char)header_len;
        memcpy(file + 10, headers[n].header, header_len);
        NpyArray array = {.rank = -5};
        const char *why = npy_parse(arena, file, len, &array);
        if (headers[n].why) {
            cr_expect(why && strcmp(why, headers[n].why) == 0, "%s: %s", headers[n].header, why);
            cr_expect_eq(array.rank, -5, "%s", headers[n].header);
        } else {
            cr_expect_null(why, "%s: %s", headers[n].header, why);
        }
        free(file);
    }
    arena_destroy(arena);
}

Test(npy, hostile_prefixes) {
    static const struct {
        const char *bytes;
        size_t len;
        const char *why;
    } table[] = {{"", 0, "is not a .npy file"},
                 {"\x93NUMPY\1", 7, "is not a .npy file"},
                 {"\x93NUMPZ\1\0\0\0", 10, "is not a .npy file"},
                 {"\x93NUMPY\0\0\0\0", 10, "has a version of .npy that is not 1, 2 or 3"},
                 {"\x93NUMPY\4\0\0\0", 10, "has a version of .npy that is not 1, 2 or 3"},
                 {"\x93NUMPY\1\0\1", 9, "ends within its header"},
                 {"\x93NUMPY\1\0\1\0", 10, "ends within its header"},
                 {"\x93NUMPY\2\0\0\0\0", 11, "ends within its header"},
                 {"\x93NUMPY\2\0\xff\xff\xff\xff{}", 14, "ends within its header"}};
    Arena *arena = arena_create();
    for (size_t n = 0; n < sizeof table / sizeof table[0]; n++) {
        char *exact = malloc(table[n].len ? table[n].len : 1);
        memcpy(exact, table[n].bytes, table[n].len);
        NpyArray array;
        const char *why = npy_parse(arena, exact, table[n].len, &array);
        cr_expect(why && strcmp(why, table[n].why) == 0, "prefix %zu: %s", n, why);
        free(exact);
    }
    arena_destroy(arena);
}

Test(npy, mutated_files) {
    Arena *arena = arena_create();
    uint64_t state = 30;
    int accepted = 0, refused = 0;
    for (int n = 0; n < 20000; n++) {
        size_t len;
        char *bytes = n % 2 ? mutate(MATRIX, sizeof MATRIX - 1, &state, &len)
                            : mutate(VERSION2, sizeof VERSION2 - 1, &state, &len);
        NpyArray array;
        const char *why = npy_parse(arena, bytes, len, &array);
        if (why) {
            cr_assert(*why, "mutant %d", n);
            refused++;
        } else {
            int64_t elems = 1;
            for (int axis = 0; axis < array.rank; axis++) elems *= array.extent[axis];
            cr_assert(elems == array.elems && (size_t)elems * 4 <= len, "mutant %d", n);
            volatile float sum = 0;
            for (int64_t i = 0; i < elems; i++) sum = sum + array.data[i];
            accepted++;
        }
        free(bytes);
        arena_reset(arena);
    }
    arena_destroy(arena);
    cr_assert(accepted > 500 && refused > 10000, "%d accepted, %d refused", accepted, refused);
}
