/* Weights in place of their stand-in: only where an object has exactly one. */
#include "codegen/stand_in.h"

#include <criterion/criterion.h>
#include <string.h>

enum { LEN = 128, OBJECT = 3 * LEN, PLACE = 100 };

static void put_stand_in(char *at) {
    memset(at, 0, LEN);
    memcpy(at, stand_in_mark, STAND_IN_MARK);
}

Test(stand_in, is_replaced) {
    unsigned char weights[LEN];
    for (int i = 0; i < LEN; i++) weights[i] = (unsigned char)(i + 1);
    char object[OBJECT], wanted[OBJECT];
    memset(object, 'x', OBJECT);
    memset(object, stand_in_mark[0], PLACE); /* the beginning of a mark, often */
    memcpy(wanted, object, OBJECT);
    put_stand_in(object + PLACE);
    memcpy(wanted + PLACE, weights, LEN);
    cr_expect_null(stand_in_replace(object, OBJECT, weights, LEN));
    cr_expect_arr_eq(object, wanted, OBJECT);
}

Test(stand_in, is_missing_or_there_twice) {
    unsigned char weights[LEN] = {1};
    char object[OBJECT];
    memset(object, 'x', OBJECT);
    cr_expect_str_eq(stand_in_replace(object, OBJECT, weights, LEN),
                     "the object has no room for the weights");
    cr_expect_null(stand_in_replace(object, OBJECT, weights, 0));
    put_stand_in(object + OBJECT - LEN);
    cr_expect_str_eq(stand_in_replace(object, OBJECT - 1, weights, LEN),
                     "the object has no room for the weights");
    put_stand_in(object);
    cr_expect_str_eq(stand_in_replace(object, OBJECT, weights, LEN),
                     "the object has room for the weights twice");
}
