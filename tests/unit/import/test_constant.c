/* import/constant: numbers seen through strides, and shapes of which a part is 0. */
#include "import/constant.h"

#include <criterion/criterion.h>

static const float SIX[] = {1, 2, 3, 4, 5, 6};

static void expect_numbers(const Constant *constant, const char *digits) {
    cr_expect_eq(constant->elems, (int64_t)strlen(digits));
    for (int64_t i = 0; i < constant->elems; i++)
        cr_expect_eq(constant_number(constant, i), digits[i] - '0', "%s at %d", digits, (int)i);
}

Test(constant, permuted_and_reshaped) {
    Arena *arena = arena_create();
    Constant rows = constant_of_floats(SIX, 2, (int64_t[]){2, 3});
    Constant columns = constant_permute(arena, &rows, (int[]){1, 0});
    Constant line = constant_reshape(arena, &columns, 1, (int64_t[]){6});
    Constant same = constant_reshape(arena, &rows, 3, (int64_t[]){3, 1, 2});
    expect_numbers(&rows, "123456");
    expect_numbers(&columns, "142536");
    expect_numbers(&line, "142536");
    expect_numbers(&same, "123456");
    float part[3];
    constant_copy(&columns, 2, 3, part);
    cr_expect(part[0] == 2 && part[1] == 5 && part[2] == 3);
    arena_destroy(arena);
}

Test(constant, whole_numbers) {
    Arena *arena = arena_create();
    static const int64_t numbers[] = {1, 2, 3, 4};
    Constant whole = constant_of_ints(numbers, 2, (int64_t[]){2, 2});
    Constant turned = constant_permute(arena, &whole, (int[]){1, 0});
    expect_numbers(&turned, "1324");
    cr_expect(turned.whole && !constant_is(&turned, 1));
    arena_destroy(arena);
}

Test(constant, one_number_in_each_place) {
    Arena *arena = arena_create();
    double number;
    Constant many = constant_fill(arena, 3, 2, (int64_t[]){1 << 20, 1 << 20});
    cr_expect_eq(many.elems, INT64_C(1) << 40);
    cr_expect(constant_same(&many, &number) && number == 3);
    Constant other = constant_reshape(arena, &many, 1, (int64_t[]){INT64_C(1) << 40});
    cr_expect(constant_is(&other, 3));
    arena_destroy(arena);
}

/* Extents whose product is 0, and would be beyond 64 bits without the 0. */
Test(constant, of_no_numbers) {
    const int64_t extent[] = {MAX_EXTENT, MAX_EXTENT, 0, MAX_EXTENT, MAX_EXTENT};
    Constant empty = constant_of_floats(NULL, 5, extent);
    cr_expect_eq(empty.elems, 0);
    cr_expect(!constant_is(&empty, 0));
}
