/* sema: the relationships as text, with the guide's own numbers. */
#include "sema/relation.h"

#include <criterion/criterion.h>

Test(sema_relation, names_the_relationship_and_puts_the_numbers_in) {
    static const struct {
        WindowKind kind;
        ConvAxis axis; /* i k s d pad_lo pad_hi a ceil */
        const char *text;
    } table[] = {
        {WINDOW_CONV,
         {4, 3, 1, 1, 0, 0, 0, false},
         "relationship 1: o = (i − k) + 1 = (4 − 3) + 1 = 2"},
        {WINDOW_CONV,
         {5, 4, 1, 1, 2, 2, 0, false},
         "relationship 2: o = (i − k) + 2p + 1 = (5 − 4) + 2·2 + 1 = 6"},
        {WINDOW_CONV,
         {5, 4, 1, 1, 1, 2, 0, false},
         "relationship 2: o = (i − k) + pb + pe + 1 = (5 − 4) + 1 + 2 + 1 = 5"},
        {WINDOW_CONV,
         {5, 3, 1, 1, 1, 1, 0, false},
         "relationship 3: o = (i − k) + 2p + 1 = (5 − 3) + 2·1 + 1 = 5"},
        {WINDOW_CONV,
         {5, 3, 1, 1, 2, 2, 0, false},
         "relationship 4: o = (i − k) + 2p + 1 = (5 − 3) + 2·2 + 1 = 7"},
        {WINDOW_CONV,
         {5, 3, 2, 1, 0, 0, 0, false},
         "relationship 5: o = ⌊(i − k)/s⌋ + 1 = ⌊(5 − 3)/2⌋ + 1 = 2"},
        {WINDOW_CONV,
         {6, 3, 2, 1, 1, 1, 0, false},
         "relationship 6: o = ⌊(i + 2p − k)/s⌋ + 1 = ⌊(6 + 2·1 − 3)/2⌋ + 1 = ⌊2.5⌋ + 1 = 3"},
        {WINDOW_CONV,
         {7, 3, 3, 1, 0, 1, 0, false},
         "relationship 6: o = ⌊(i + pb + pe − k)/s⌋ + 1 = ⌊(7 + 0 + 1 − 3)/3⌋ + 1 = ⌊5/3⌋ + 1 = 2"},
        {WINDOW_POOL,
         {5, 2, 2, 1, 0, 0, 0, false},
         "relationship 7: o = ⌊(i − k)/s⌋ + 1 = ⌊(5 − 2)/2⌋ + 1 = ⌊1.5⌋ + 1 = 2"},
        {WINDOW_POOL,
         {5, 2, 2, 1, 0, 0, 0, true},
         "relationship 7: o = ⌈(i − k)/s⌉ + 1 = ⌈(5 − 2)/2⌉ + 1 = ⌈1.5⌉ + 1 = 3"},
        {WINDOW_POOL,
         {5, 3, 1, 1, 0, 0, 0, false},
         "relationship 7: o = (i − k) + 1 = (5 − 3) + 1 = 3"},
        {WINDOW_CONV,
         {7, 3, 1, 2, 0, 0, 0, false},
         "relationship 15: o = (i − k̂) + 1 = (7 − 5) + 1 = 3, where k̂ = d(k − 1) + 1 = 2·2 + 1 = "
         "5"},
        {WINDOW_CONV,
         {4, 5, 2, 1, 0, 0, 0, false},
         "relationship 5: o = ⌊(i − k)/s⌋ + 1 = ⌊(4 − 5)/2⌋ + 1 = ⌊−0.5⌋ + 1 = 0"},
        {WINDOW_CONV,
         {2, 5, 1, 1, 0, 0, 0, false},
         "relationship 1: o = (i − k) + 1 = (2 − 5) + 1 = −2"},
        {WINDOW_TCONV,
         {2, 3, 1, 1, 0, 0, 0, false},
         "relationship 8: o′ = i′ + (k − 1) = 2 + (3 − 1) = 4"},
        {WINDOW_TCONV,
         {6, 4, 1, 1, 2, 2, 0, false},
         "relationship 9: o′ = i′ + (k − 1) − 2p = 6 + (4 − 1) − 2·2 = 5"},
        {WINDOW_TCONV,
         {5, 3, 1, 1, 1, 1, 0, false},
         "relationship 10: o′ = i′ + (k − 1) − 2p = 5 + (3 − 1) − 2·1 = 5"},
        {WINDOW_TCONV,
         {7, 3, 1, 1, 2, 2, 0, false},
         "relationship 11: o′ = i′ + (k − 1) − 2p = 7 + (3 − 1) − 2·2 = 5"},
        {WINDOW_TCONV,
         {2, 3, 2, 1, 0, 0, 0, false},
         "relationship 12: o′ = s(i′ − 1) + k = 2·1 + 3 = 5"},
        {WINDOW_TCONV,
         {3, 3, 2, 1, 1, 1, 0, false},
         "relationship 13: o′ = s(i′ − 1) + k − 2p = 2·2 + 3 − 2·1 = 5"},
        {WINDOW_TCONV,
         {3, 3, 2, 1, 1, 1, 1, false},
         "relationship 14: o′ = s(i′ − 1) + a + k − 2p = 2·2 + 1 + 3 − 2·1 = 6"},
        {WINDOW_TCONV,
         {2, 3, 1, 1, 2, 2, 0, false},
         "relationship 11: o′ = i′ + (k − 1) − 2p = 2 + (3 − 1) − 2·2 = 0"},
        {WINDOW_TCONV,
         {1, 3, 2, 1, 2, 2, 0, false},
         "relationship 13: o′ = s(i′ − 1) + k − 2p = 2·0 + 3 − 2·2 = −1"},
    };
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        cr_assert_str_eq(relation_text(arena, table[i].kind, &table[i].axis), table[i].text);
    arena_destroy(arena);
}
