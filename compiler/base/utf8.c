/* UTF-8 decoding after the table "Well-Formed UTF-8 Byte Sequences" of the Unicode Standard. */
#include "base/utf8.h"

size_t utf8_length(const char *bytes, size_t len) {
    const unsigned char *b = (const unsigned char *)bytes;
    if (len == 0) return 0;
    if (b[0] < 0x80) return 1;
    size_t n = b[0] >= 0xc2 && b[0] <= 0xdf   ? 2
               : (b[0] & 0xf0) == 0xe0        ? 3
               : b[0] >= 0xf0 && b[0] <= 0xf4 ? 4
                                              : 0;
    if (n == 0 || n > len) return 0;
    unsigned char lo = b[0] == 0xe0 ? 0xa0 : b[0] == 0xf0 ? 0x90 : 0x80;
    unsigned char hi = b[0] == 0xed ? 0x9f : b[0] == 0xf4 ? 0x8f : 0xbf;
    if (b[1] < lo || b[1] > hi) return 0;
    for (size_t i = 2; i < n; i++)
        if ((b[i] & 0xc0) != 0x80) return 0;
    return n;
}

uint32_t utf8_decode(const char *bytes, size_t n) {
    const unsigned char *b = (const unsigned char *)bytes;
    if (n == 1) return b[0];
    uint32_t c = b[0] & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++) c = c << 6 | (b[i] & 0x3fu);
    return c;
}

typedef struct Range {
    uint32_t first, last; /* code points, inclusive */
} Range;

static int in_ranges(uint32_t c, const Range *ranges, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (c >= ranges[i].first && c <= ranges[i].last) return 1;
    return 0;
}

int utf8_width(uint32_t c) {
    static const Range zero[] = {
        {0x300, 0x36f}, {0x200b, 0x200f}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}};
    static const Range wide[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},  {0x3041, 0xa4cf},
                                 {0xac00, 0xd7a3},   {0xf900, 0xfaff},  {0xfe30, 0xfe4f},
                                 {0xff00, 0xff60},   {0xffe0, 0xffe6},  {0x1f300, 0x1f64f},
                                 {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};
    if (in_ranges(c, zero, sizeof zero / sizeof zero[0])) return 0;
    return in_ranges(c, wide, sizeof wide / sizeof wide[0]) ? 2 : 1;
}
