/* weights/source, weights/convert: random numbers bit by bit, exact widening. */
#include "weights/source.h"

#include "weights/convert.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static uint32_t bits_of(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* language.md 2.7 gives the first line; the others were computed by an independent program. */
Test(source, random_bits) {
    static const struct {
        const char *key;
        uint64_t seed;
        int64_t fan_in, elems;
        uint32_t first[3], last;
    } table[] = {
        {"c1.conv.weight", 1, 25, 150, {0x3E6AE43C, 0x3E25D1FB, 0xBE450A8B}, 0x3E5EC24C},
        {"u2.tconv.weight", 7, 7, 64, {0xBF6A44BF, 0x3DB75423, 0x3F2EB2A3}, 0x3D6B28FD},
        {"\xc3\xa9.conv.weight",
         UINT64_MAX,
         1,
         10,
         {0x3F7BFD92, 0x400286FA, 0x3E535EC2},
         0xBF17A008},
    };
    for (size_t n = 0; n < sizeof table / sizeof table[0]; n++) {
        float out[151];
        out[table[n].elems] = 42.0f;
        WeightSource source = {.kind = WEIGHT_RANDOM, .seed = table[n].seed};
        weight_source_fill(&source, table[n].key, table[n].fan_in, table[n].elems, out);
        for (int i = 0; i < 3; i++)
            cr_expect_eq(bits_of(out[i]), table[n].first[i], "%s: element %d", table[n].key, i);
        cr_expect_eq(bits_of(out[table[n].elems - 1]), table[n].last, "%s", table[n].key);
        cr_expect_eq(out[table[n].elems], 42.0f, "written past the end");
        double most = sqrt(6.0 / (double)table[n].fan_in);
        for (int64_t i = 0; i < table[n].elems; i++) cr_expect_leq(fabs(out[i]), most);
    }
}

Test(source, zeros_and_nonfinite) {
    float out[5] = {1, 2, 3, 4, 5};
    weight_source_fill(&(WeightSource){.kind = WEIGHT_FILL}, "b", 1, 4, out);
    for (int i = 0; i < 4; i++) cr_expect_eq(bits_of(out[i]), 0u);
    cr_expect_eq(out[4], 5.0f);
    cr_expect_eq(weights_first_nonfinite(out, 5), -1);
    out[3] = INFINITY;
    cr_expect_eq(weights_first_nonfinite(out, 5), 3);
    cr_expect_eq(weights_first_nonfinite(out, 3), -1);
    out[1] = NAN;
    cr_expect_eq(weights_first_nonfinite(out, 5), 1);
}

/* f16 by its definition, all 65,536 of them. */
static double f16_value(uint32_t half) {
    double sign = half >> 15 ? -1.0 : 1.0;
    int exponent = (int)(half >> 10 & 31), fraction = (int)(half & 1023);
    if (exponent == 31) return fraction ? NAN : sign * INFINITY;
    if (exponent == 0) return sign * ldexp(fraction, -24);
    return sign * ldexp(1024 + fraction, exponent - 25);
}

Test(source, half_precisions_widen_exactly) {
    for (uint32_t half = 0; half < 65536; half++) {
        char bytes[3] = {0x55, (char)(half & 0xFF), (char)(half >> 8)};
        float wide;
        convert_to_f32(DTYPE_F16, bytes + 1, 1, &wide);
        double exact = f16_value(half);
        cr_assert(isnan(exact) ? isnan(wide) : (double)wide == exact, "f16 %04x", half);
        cr_assert_eq(signbit(wide) != 0, half >> 15, "f16 %04x", half);
        convert_to_f32(DTYPE_BF16, bytes + 1, 1, &wide);
        cr_assert_eq(bits_of(wide), half << 16, "bf16 %04x", half);
    }
}

Test(source, f64_narrows_and_f32_keeps_its_bits) {
    static const struct {
        double wide;
        uint32_t bits;
    } table[] = {{1.5, 0x3FC00000},           {-0.0, 0x80000000},
                 {1.0 + 0x1p-24, 0x3F800000}, {1.0 + 3 * 0x1p-24, 0x3F800002},
                 {0x1p-149, 0x00000001},      {-INFINITY, 0xFF800000}};
    for (size_t n = 0; n < sizeof table / sizeof table[0]; n++) {
        uint64_t bits;
        char bytes[9];
        memcpy(&bits, &table[n].wide, sizeof bits);
        for (int i = 0; i < 8; i++) bytes[1 + i] = (char)(bits >> (8 * i));
        float narrow;
        convert_to_f32(DTYPE_F64, bytes + 1, 1, &narrow);
        cr_expect_eq(bits_of(narrow), table[n].bits, "%a", table[n].wide);
    }
    const char bytes[] = "\x01\x00\xa0\x7f\x00\x00\x00\x80"; /* a signalling NaN, -0 */
    float same[2];
    convert_to_f32(DTYPE_F32, bytes, 2, same);
    cr_expect_eq(bits_of(same[0]), 0x7FA00001u);
    cr_expect_eq(bits_of(same[1]), 0x80000000u);
}
