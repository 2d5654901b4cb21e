/* weights/npz, zip, member: what numpy writes is read, and every way an archive can lie is told. */
#include "weights/weight_file.h"

#include "archive.h"
#include "mutate.h"

#include <criterion/criterion.h>
#include <stdio.h>

static const int SAME[] = {0, 1, 2, 3, 4, 5, 6, 7};

/* Two members: one stored with the zip64 field of numpy's, one deflated. */
static const ArchiveMember PAIR[] = {{.name = "a.npy", .wide = true, .n_elems = 4},
                                     {.name = "b.c.npy", .deflated = true, .n_elems = 4}};

/* Opens bytes that are exactly as large as they are, so that a sanitizer sees a read past them. */
typedef struct Opened {
    Arena *arena;
    char *bytes;
    WeightFile *file;
    WeightFileStatus status;
    const char *why;
} Opened;

static Opened open_bytes(const void *bytes, size_t len) {
    Opened opened = {.arena = arena_create(), .bytes = malloc(len ? len : 1), .why = ""};
    if (len > 0) memcpy(opened.bytes, bytes, len);
    opened.status =
        weight_file_parse(opened.arena, "w.npz", opened.bytes, len, &opened.file, &opened.why);
    return opened;
}

static void close_bytes(Opened *opened) {
    arena_destroy(opened->arena);
    free(opened->bytes);
}

/* Reads the tensor `name` of 4 elements; the reason, or NULL. */
static const char *read_four(const Opened *opened, const char *name, float out[4]) {
    const char *why = NULL;
    double change;
    const WeightTensor *tensor = weight_file_find(opened->file, name);
    cr_assert(tensor && tensor->elems == 4, "%s", name);
    WeightFileStatus status =
        weight_tensor_read(opened->arena, opened->file, tensor, SAME, out, &change, &why);
    cr_assert_eq(status == WEIGHT_FILE_OK, why == NULL);
    return why;
}

Test(npz, archives_of_every_form) {
    static const struct {
        const char *what;
        ArchiveMember member;
        bool wide;
    } table[] = {
        {"stored", {.name = "t.npy", .n_elems = 4}, false},
        {"deflated", {.name = "t.npy", .deflated = true, .n_elems = 4}, false},
        {"wide member", {.name = "t.npy", .wide = true, .n_elems = 4}, false},
        {"wide, deflated", {.name = "t.npy", .wide = true, .deflated = true, .n_elems = 4}, false},
        {"sizes behind", {.name = "t.npy", .sizes_behind = true, .n_elems = 4}, false},
        {"sizes behind, wide",
         {.name = "t.npy", .sizes_behind = true, .wide = true, .deflated = true, .n_elems = 4},
         false},
        {"zip64 end", {.name = "t.npy", .n_elems = 4}, true},
        {"zip64 throughout", {.name = "t.npy", .wide = true, .n_elems = 4}, true},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        Archive archive;
        archive_make(&archive, &table[i].member, 1, table[i].wide);
        Opened opened = open_bytes(archive.bytes, archive.len);
        cr_assert_eq(opened.status, WEIGHT_FILE_OK, "%s: %s", table[i].what, opened.why);
        float out[4] = {0};
        const char *why = read_four(&opened, "t", out);
        cr_assert_null(why, "%s: %s", table[i].what, why);
        for (int n = 0; n < 4; n++) cr_assert_eq(out[n], (float)(n + 1), "%s", table[i].what);
        close_bytes(&opened);
    }
    static const char empty[22] = "PK\5\6";
    Opened opened = open_bytes(empty, sizeof empty);
    cr_assert(opened.status == WEIGHT_FILE_OK && opened.file->n_tensors == 0, "%s", opened.why);
    close_bytes(&opened);
}

/* Written by numpy 2 (savez and savez_compressed) of a f32 [2], 1.5 and -2, called x. */
#include "numpy_npz.inc"

Test(npz, what_numpy_writes) {
    static const struct {
        const unsigned char *bytes;
        size_t len;
    } table[] = {{SAVEZ, sizeof SAVEZ}, {SAVEZ_COMPRESSED, sizeof SAVEZ_COMPRESSED}};
    for (size_t i = 0; i < 2; i++) {
        Opened opened = open_bytes(table[i].bytes, table[i].len);
        cr_assert_eq(opened.status, WEIGHT_FILE_OK, "%zu: %s", i, opened.why);
        cr_assert_eq(opened.file->n_tensors, 1u);
        const WeightTensor *x = weight_file_find(opened.file, "x");
        cr_assert(x && x->rank == 1 && x->extent[0] == 2 && x->dtype == DTYPE_F32);
        float out[2];
        double change;
        const char *why;
        cr_assert_eq(weight_tensor_read(opened.arena, opened.file, x, SAME, out, &change, &why),
                     WEIGHT_FILE_OK, "%zu", i);
        cr_assert(out[0] == 1.5f && out[1] == -2.0f, "%zu", i);
        close_bytes(&opened);
    }
}

typedef enum Where { LOCAL, CONTENT, CENTRAL, END64, LOCATOR, END } Where;

/* A field of the pair that is overwritten, and what is said of it. */
typedef struct Lie {
    Where where;
    int member, offset, width;
    uint64_t value;
    const char *why;
} Lie;

static size_t place_of(const Archive *archive, const Lie *lie) {
    switch (lie->where) {
    case LOCAL: return archive->local[lie->member];
    case CONTENT: return archive->content[lie->member];
    case CENTRAL: return archive->central[lie->member];
    case END64: return archive->end64;
    case LOCATOR: return archive->end64 + 56;
    case END: return archive->end;
    }
    return 0;
}

static void expect_lie(const Lie *lie, bool wide, size_t index) {
    Archive archive;
    archive_make(&archive, PAIR, 2, wide);
    archive_put(&archive, place_of(&archive, lie) + (size_t)lie->offset, lie->width, lie->value);
    Opened opened = open_bytes(archive.bytes, archive.len);
    cr_expect_eq(opened.status, WEIGHT_FILE_DAMAGED, "lie %zu", index);
    cr_expect(strcmp(opened.why, lie->why) == 0, "lie %zu: %s", index, opened.why);
    cr_expect_null(opened.file);
    close_bytes(&opened);
}

#define CONTRADICTS(name) "member `" name "` has a local header that contradicts the directory"
#define NOT_WHERE "its central directory is not where its end says"
#define BROKEN64 "its zip64 record is damaged"

Test(npz, fields_that_lie) {
    static const Lie lies[] = {
        {END, 0, 0, 1, 'Q', "it has no end of a central directory"},
        {END, 0, 20, 2, 1, "it has no end of a central directory"},
        {END, 0, 4, 2, 1, "it is one of several parts"},
        {END, 0, 8, 2, 1, "it is one of several parts"},
        {END, 0, 8, 4, 1 | 1 << 16, "its central directory has more entries than it says"},
        {END, 0, 8, 4, 3 | 3 << 16, "its central directory is damaged"},
        {END, 0, 8, 4, 0, "its central directory has more entries than it says"},
        {END, 0, 8, 4, 0xFFFEFFFE, "its central directory is damaged"},
        {END, 0, 8, 4, 0xFFFFFFFF, BROKEN64},
        {END, 0, 12, 4, 10, NOT_WHERE},
        {END, 0, 12, 4, 0xFFFFFFFF, BROKEN64},
        {END, 0, 16, 4, 0, NOT_WHERE},
        {END, 0, 16, 4, 0xFFFFFFFE, NOT_WHERE},
        {END, 0, 16, 4, 0xFFFFFFFF, BROKEN64},
        {CENTRAL, 0, 0, 1, 'Q', "its central directory is damaged"},
        {CENTRAL, 1, 28, 2, 0xFFFF, "its central directory is damaged"},
        {CENTRAL, 0, 8, 2, 1, "member `a.npy` is encrypted"},
        {CENTRAL, 0, 8, 2, 64, "member `a.npy` is encrypted"},
        {CENTRAL, 0, 10, 2, 12, "member `a.npy` is packed by another method than deflate"},
        {CENTRAL, 0, 10, 2, 8, CONTRADICTS("a.npy")},
        {CENTRAL, 1, 10, 2, 0, "member `b.c.npy` is stored, but of two sizes"},
        {CENTRAL, 0, 16, 4, 7, CONTRADICTS("a.npy")},
        {CENTRAL, 1, 20, 4, 3, CONTRADICTS("b.c.npy")},
        {CENTRAL, 1, 20, 4, 4096, "member `b.c.npy` goes beyond the central directory"},
        {CENTRAL, 1, 20, 4, 0xFFFFFFFF, "member `b.c.npy` goes beyond the central directory"},
        {CENTRAL, 1, 24, 4, 1 << 30, CONTRADICTS("b.c.npy")},
        {CENTRAL, 1, 34, 2, 1, "member `b.c.npy` is in another file"},
        {CENTRAL, 1, 42, 4, 0, "member `a.npy` overlaps the member behind it"},
        {CENTRAL, 0, 42, 4, 1, "bytes at its beginning belong to no member"},
        {CENTRAL, 1, 42, 4, 0xFFFFFFFF, "member `b.c.npy` goes beyond the central directory"},
        {CENTRAL, 1, 46, 1, 0, "member `\\x00.c.npy` has a NUL in its name"},
        {CENTRAL, 1, 46, 1, 0x1B,
         "member `\\x1B.c.npy` has a local header that contradicts the "
         "directory"},
        {LOCAL, 0, 0, 1, 'Q', "member `a.npy` has no local header"},
        {LOCAL, 1, 6, 2, 8, CONTRADICTS("b.c.npy")},
        {LOCAL, 1, 8, 2, 0, CONTRADICTS("b.c.npy")},
        {LOCAL, 1, 14, 4, 0, CONTRADICTS("b.c.npy")},
        {LOCAL, 1, 18, 4, 0, CONTRADICTS("b.c.npy")},
        {LOCAL, 1, 22, 4, 0, CONTRADICTS("b.c.npy")},
        {LOCAL, 1, 26, 2, 6, CONTRADICTS("b.c.npy")},
        {LOCAL, 1, 28, 2, 0xFFFF, "member `b.c.npy` goes beyond the central directory"},
        {LOCAL, 0, 28, 2, 0xFFFF, "member `a.npy` overlaps the member behind it"},
        {LOCAL, 0, 28, 2, 19, "member `a.npy` has a damaged extra field"},
        {LOCAL, 1, 30, 1, 'x', CONTRADICTS("b.c.npy")},
        {LOCAL, 0, 35 + 2, 2, 17, "member `a.npy` has a damaged extra field"},
        {LOCAL, 0, 35 + 2, 2, 8, "member `a.npy` has a damaged extra field"},
        {LOCAL, 0, 35, 2, 2, CONTRADICTS("a.npy")},
        {LOCAL, 0, 35 + 4, 8, 7, CONTRADICTS("a.npy")},
        {LOCAL, 0, 35 + 12, 8, UINT64_MAX, CONTRADICTS("a.npy")},
        {CONTENT, 0, 0, 1, 'x', "member `a.npy` is not a .npy file"},
        {CONTENT, 0, 8, 2, 0xFFFF, "member `a.npy` ends within its header"},
        {CONTENT, 1, 0, 1, 7, "member `b.c.npy` is not a .npy file"},
    };
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) expect_lie(&lies[i], false, i);
}

Test(npz, zip64_records_that_lie) {
    static const char *const contradicts = "its zip64 record contradicts the record at its end";
    const Lie lies[] = {
        {LOCATOR, 0, 0, 1, 'Q', BROKEN64},        {LOCATOR, 0, 4, 4, 1, BROKEN64},
        {LOCATOR, 0, 8, 8, 0, BROKEN64},          {LOCATOR, 0, 8, 8, UINT64_MAX, BROKEN64},
        {LOCATOR, 0, 16, 4, 2, BROKEN64},         {END64, 0, 0, 1, 'Q', BROKEN64},
        {END64, 0, 4, 8, 45, BROKEN64},           {END64, 0, 4, 8, UINT64_MAX, BROKEN64},
        {END64, 0, 16, 4, 1, BROKEN64},           {END64, 0, 24, 8, 1, BROKEN64},
        {END64, 0, 40, 8, UINT64_MAX, NOT_WHERE}, {END64, 0, 48, 8, UINT64_MAX, NOT_WHERE},
        {END64, 0, 48, 8, 0, NOT_WHERE},          {END, 0, 8, 4, 3 | 3 << 16, contradicts},
        {END, 0, 12, 4, 1, contradicts},          {END, 0, 16, 4, 1, contradicts},
    };
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) expect_lie(&lies[i], true, i);
    Archive archive; /* more entries than its directory can hold, in both counts */
    archive_make(&archive, PAIR, 2, true);
    archive_put(&archive, archive.end64 + 24, 8, (uint64_t)1 << 40);
    archive_put(&archive, archive.end64 + 32, 8, (uint64_t)1 << 40);
    Opened opened = open_bytes(archive.bytes, archive.len);
    cr_expect_str_eq(opened.why, "it has more than 262,144 members");
    close_bytes(&opened);
}

Test(npz, members_that_are_no_tensors) {
    static const struct {
        ArchiveMember member;
        const char *why;
    } table[] = {
        {{.name = "readme.txt", .n_elems = 4}, "member `readme.txt` is not a .npy file"},
        {{.name = "npy", .n_elems = 4}, "member `npy` is not a .npy file"},
        {{.name = "a.npy", .n_elems = 3}, "member `a.npy` holds fewer bytes than its shape needs"},
        {{.name = "a.npy", .deflated = true, .n_elems = 5},
         "member `a.npy` holds more bytes than its shape needs"},
        {{.name = "a.npy",
          .header = "{'descr': [('f', '<f4')], 'fortran_order': False, "
                    "'shape': (4,)}"},
         "member `a.npy` has structured elements, not numbers"},
        {{.name = "a.npy", .deflated = true, .header = "{", .n_elems = 4},
         "member `a.npy` has a header that is not a numpy dictionary"},
        {{.name = "\x1b[2J.npy", .header = "{"},
         "member `\\x1B[2J.npy` has a header that is not a numpy dictionary"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        Archive archive;
        archive_make(&archive, &table[i].member, 1, false);
        Opened opened = open_bytes(archive.bytes, archive.len);
        cr_expect_eq(opened.status, WEIGHT_FILE_DAMAGED, "%zu", i);
        cr_expect(strcmp(opened.why, table[i].why) == 0, "%zu: %s", i, opened.why);
        close_bytes(&opened);
    }
    static const ArchiveMember twice[] = {{.name = "a.npy", .n_elems = 4},
                                          {.name = "a.npy", .deflated = true, .n_elems = 4}};
    Archive archive;
    archive_make(&archive, twice, 2, false);
    Opened opened = open_bytes(archive.bytes, archive.len);
    cr_expect_str_eq(opened.why, "member `a.npy` is there twice");
    close_bytes(&opened);
}

/* Types that are not f32, f16 or f64 are listed, and the bytes they need are known. */
Test(npz, element_types) {
    static const struct {
        const char *descr;
        int n_elems, dtype;
        bool good;
    } table[] = {
        {"<f4", 4, DTYPE_F32, true}, {"<f2", 2, DTYPE_F16, true}, {"<f8", 8, DTYPE_F64, true},
        {">f4", 4, -1, true},        {"<i8", 8, -1, true},        {"|b1", 1, -1, true},
        {"<U1", 4, -1, true},        {"|O", 3, -1, true},         {"<i8", 7, -1, false},
        {"<f2", 4, -1, false},       {">f8", 4, -1, false}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char header[100];
        snprintf(header, sizeof header, "{'descr': '%s', 'fortran_order': False, 'shape': (4,)}",
                 table[i].descr);
        ArchiveMember member = {.name = "t.npy", .header = header, .n_elems = table[i].n_elems};
        Archive archive;
        archive_make(&archive, &member, 1, false);
        Opened opened = open_bytes(archive.bytes, archive.len);
        cr_expect_eq(opened.status == WEIGHT_FILE_OK, table[i].good, "%zu: %s", i, opened.why);
        if (table[i].good) {
            cr_expect_eq(opened.file->tensors[0].dtype, table[i].dtype, "%zu", i);
            cr_expect_str_eq(opened.file->tensors[0].dtype_text, table[i].descr);
        }
        close_bytes(&opened);
    }
}

/* What is wrong with the elements shows only when they are read. */
Test(npz, contents_that_lie) {
    Archive archive;
    float out[4];
    archive_make(&archive, PAIR, 2, false);
    size_t elements = archive.local[1] - 16;
    archive.bytes[elements] ^= 1;
    Opened opened = open_bytes(archive.bytes, archive.len);
    cr_assert_eq(opened.status, WEIGHT_FILE_OK);
    cr_expect_str_eq(read_four(&opened, "a", out), "tensor `a` has a wrong checksum");
    cr_expect_null(read_four(&opened, "b.c", out));
    close_bytes(&opened);

    archive_make(&archive, PAIR, 2, false); /* the last byte of the deflated data */
    archive.bytes[archive.directory - 1] ^= 0x10;
    opened = open_bytes(archive.bytes, archive.len);
    cr_assert_eq(opened.status, WEIGHT_FILE_OK);
    cr_expect_not_null(read_four(&opened, "b.c", out));
    close_bytes(&opened);

    /* A deflated member that goes on for ever gives what its shape needs and no byte more. */
    static char header[2001];
    memset(header, ' ', 2000);
    memcpy(header, "{'descr': '<f4', 'fortran_order': False, 'shape': (4,)}", 55);
    ArchiveMember bomb = {.name = "t.npy", .header = header, .deflated = true, .n_elems = 400};
    archive_make(&archive, &bomb, 1, false);
    uint64_t honest = 2010 + 16;
    archive_put(&archive, archive.local[0] + 22, 4, honest);
    archive_put(&archive, archive.central[0] + 24, 4, honest);
    opened = open_bytes(archive.bytes, archive.len);
    cr_assert_eq(opened.status, WEIGHT_FILE_OK, "%s", opened.why);
    cr_expect_str_eq(read_four(&opened, "t", out), "tensor `t` is longer than it says");
    cr_expect(out[0] == 1 && out[3] == 4);
    close_bytes(&opened);

    /* One that ends early, and one with bytes behind its end. */
    bomb.n_elems = 3;
    archive_make(&archive, &bomb, 1, false);
    archive_put(&archive, archive.local[0] + 22, 4, honest);
    archive_put(&archive, archive.central[0] + 24, 4, honest);
    opened = open_bytes(archive.bytes, archive.len);
    cr_assert_eq(opened.status, WEIGHT_FILE_OK, "%s", opened.why);
    cr_expect_str_eq(read_four(&opened, "t", out), "tensor `t` ends too early");
    close_bytes(&opened);
}

/* Bytes between the members, before the first, and behind the end. */
Test(npz, bytes_that_belong_to_no_member) {
    Archive archive;
    archive_make(&archive, PAIR, 2, false);
    size_t gap = archive.local[1];
    memmove(archive.bytes + gap + 12, archive.bytes + gap, archive.len - gap);
    archive_put(&archive, archive.central[1] + 12 + 42, 4, gap + 12);
    archive_put(&archive, archive.end + 12 + 16, 4, archive.directory + 12);
    Opened opened = open_bytes(archive.bytes, archive.len + 12);
    cr_expect_str_eq(opened.why, "member `a.npy` leaves a gap behind it");
    close_bytes(&opened);
    archive_make(&archive, PAIR, 2, false);
    memmove(archive.bytes + 1, archive.bytes, archive.len);
    opened = open_bytes(archive.bytes, archive.len + 1);
    cr_expect_str_eq(opened.why, NOT_WHERE);
    close_bytes(&opened);
    archive_make(&archive, PAIR, 2, false);
    opened = open_bytes(archive.bytes, archive.len + 1);
    cr_expect_str_eq(opened.why, "it has no end of a central directory");
    close_bytes(&opened);
}

Test(npz, fortran_order_and_axes) {
    ArchiveMember member = {.name = "t.npy",
                            .header = "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3, 4)}",
                            .n_elems = 24};
    Archive archive;
    archive_make(&archive, &member, 1, false);
    Opened opened = open_bytes(archive.bytes, archive.len);
    const WeightTensor *tensor = weight_file_find(opened.file, "t");
    static const int orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                    {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (size_t n = 0; n < sizeof orders / sizeof *orders; n++) {
        const int *axes = orders[n];
        float out[24];
        double change;
        const char *why;
        weight_tensor_read(opened.arena, opened.file, tensor, axes, out, &change, &why);
        const int extent[] = {2, 3, 4}, stride[] = {1, 2, 6}; /* the first is the fastest */
        int at = 0;
        for (int i = 0; i < extent[axes[0]]; i++)
            for (int j = 0; j < extent[axes[1]]; j++)
                for (int k = 0; k < extent[axes[2]]; k++)
                    cr_assert_eq(out[at++],
                                 (float)(1 + i * stride[axes[0]] + j * stride[axes[1]] +
                                         k * stride[axes[2]]),
                                 "order %zu", n);
    }
    close_bytes(&opened);
}

Test(npz, cut_off_anywhere) {
    Archive archive;
    archive_make(&archive, PAIR, 2, true);
    for (size_t len = 0; len < archive.len; len++) {
        Opened opened = open_bytes(archive.bytes, len);
        cr_assert_eq(opened.status, WEIGHT_FILE_DAMAGED, "cut to %zu", len);
        close_bytes(&opened);
    }
}

/* Reads every tensor that can be read. */
static void read_all(const Opened *opened) {
    for (size_t i = 0; i < opened->file->n_tensors; i++) {
        const WeightTensor *tensor = &opened->file->tensors[i];
        if (tensor->dtype < 0 || tensor->elems > 4096) continue;
        float *out = malloc((size_t)tensor->elems * sizeof(float) + 1);
        double change;
        const char *why = NULL;
        WeightFileStatus status =
            weight_tensor_read(opened->arena, opened->file, tensor, SAME, out, &change, &why);
        cr_assert_eq(status == WEIGHT_FILE_OK, why == NULL);
        free(out);
    }
}

Test(npz, mutated_files) {
    Archive archives[2];
    archive_make(&archives[0], PAIR, 2, false);
    archive_make(&archives[1], PAIR, 2, true);
    uint64_t state = 40;
    int accepted = 0, refused = 0;
    for (int n = 0; n < 6000; n++) {
        size_t len;
        const Archive *archive = &archives[n % 2];
        char *bytes = mutate((const char *)archive->bytes, archive->len, &state, &len);
        Opened opened = open_bytes(bytes, len);
        free(bytes);
        if (opened.status == WEIGHT_FILE_OK) {
            read_all(&opened);
            accepted++;
        } else {
            cr_assert(opened.status == WEIGHT_FILE_DAMAGED && *opened.why, "mutant %d", n);
            refused++;
        }
        close_bytes(&opened);
    }
    cr_assert(accepted > 100 && refused > 3000, "%d accepted, %d refused", accepted, refused);
}
