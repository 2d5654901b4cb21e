/* decode: CTC on sequences of classes. */
#include "decode.h"

#include <criterion/criterion.h>

enum { CLASSES = 4, MOST = 8 };

static const char *const CHARACTERS[CLASSES] = {"", "a", "\xe7\x96\x97", " "};

/* Each step has its class with the given probability, and the others share the rest. */
static double decode_classes(const char *classes, const double *chances, char *text) {
    float p[MOST * CLASSES];
    int steps = 0;
    for (; classes[steps]; steps++)
        for (int c = 0; c < CLASSES; c++) {
            double chance = chances ? chances[steps] : 1;
            p[steps * CLASSES + c] = (float)(c == classes[steps] - '0' ? chance : (1 - chance) / 3);
        }
    return decode(p, steps, CLASSES, CHARACTERS, text);
}

Test(decode, merges_equal_neighbours_and_drops_blanks) {
    static const struct {
        const char *classes, *text;
    } cases[] = {{"", ""},
                 {"000", ""},
                 {"111", "a"},
                 {"101", "aa"},
                 {"0112003", "a\xe7\x96\x97 "},
                 {"12121", "a\xe7\x96\x97"
                           "a\xe7\x96\x97"
                           "a"},
                 {"3303", "  "}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[4 * MOST + 1] = "before";
        double confidence = decode_classes(cases[i].classes, NULL, text);
        cr_expect_str_eq(text, cases[i].text, "case %zu", i);
        cr_expect_eq(confidence, *cases[i].text ? 1 : 0);
    }
}

Test(decode, is_as_sure_as_what_it_keeps_in_the_mean) {
    char text[4 * MOST + 1];
    double confidence = decode_classes("1102", (double[]){0.5, 0.9, 0.8, 0.75}, text);
    cr_expect_float_eq(confidence, 0.625, 1e-6, "the second of equal steps is dropped");
}

Test(decode, takes_the_first_of_equal_classes) {
    char text[4 * MOST + 1];
    const float p[2 * CLASSES] = {0.4f, 0.4f, 0.1f, 0.1f, 0, 0, 0.5f, 0.5f};
    cr_expect_float_eq(decode(p, 2, CLASSES, CHARACTERS, text), 0.5, 1e-6);
    cr_expect_str_eq(text, "\xe7\x96\x97");
}
