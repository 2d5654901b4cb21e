/* Look-alikes, by what they look like. After the confusables of Unicode Technical Standard 39,
 * reduced to what is met in copied text; letters are Greek and Cyrillic ones. */
#include "syntax/lookalike.h"

#include <uchar.h>

static const struct {
    const char32_t *characters;
    char ascii[3];
} table[] = {
    /* dots and crosses, slashes, hyphens and dashes, arrows and triangles */
    {U"\u00B7\u00D7\u2217\u22C5", "*"},
    {U"\u00F7\u2044\u2215", "/"},
    {U"\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"},
    {U"\u2192\u21D2\u27F6", "->"},
    {U"\u25B6\u25B7", "|>"},
    /* quotes, and marks of other scripts */
    {U"\u00AB\u00BB\u201C\u201D\u201E\u201F\u2033\u300C\u300D", "\""},
    {U"\u00B4\u2018\u2019\u201A\u201B\u2032", "'"},
    {U"\u037E", ";"},
    {U"\u3001", ","},
    {U"\u3010", "["},
    {U"\u3011", "]"},
    /* spaces of many widths */
    {U"\u00A0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u202F\u205F\u3000",
     " "},
    /* invisible: soft hyphen, joiners, marks of direction, a byte order mark in the middle */
    {U"\u00AD\u200B\u200C\u200D\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2060\u2066\u2067\u2068"
     U"\u2069\uFEFF",
     ""},
    /* capitals and letters */
    {U"\u0391\u0410", "A"},
    {U"\u0392\u0412", "B"},
    {U"\u0421", "C"},
    {U"\u0395\u0415", "E"},
    {U"\u0397\u041D", "H"},
    {U"\u0399\u0406", "I"},
    {U"\u0408", "J"},
    {U"\u039A\u041A", "K"},
    {U"\u039C\u041C", "M"},
    {U"\u039D", "N"},
    {U"\u039F\u041E", "O"},
    {U"\u03A1\u0420", "P"},
    {U"\u0405", "S"},
    {U"\u03A4\u0422", "T"},
    {U"\u03A7\u0425", "X"},
    {U"\u03A5\u0423", "Y"},
    {U"\u0396", "Z"},
    {U"\u0430", "a"},
    {U"\u0441", "c"},
    {U"\u0501", "d"},
    {U"\u0435", "e"},
    {U"\u04BB", "h"},
    {U"\u0456", "i"},
    {U"\u0458", "j"},
    {U"\u043A", "k"},
    {U"\u03BF\u043E", "o"},
    {U"\u03C1\u0440", "p"},
    {U"\u0455", "s"},
    {U"\u03BD", "v"},
    {U"\u0445", "x"},
    {U"\u0443", "y"},
};

Lookalike lookalike_find(uint32_t code_point) {
    if (code_point >= 0xFF01 && code_point <= 0xFF5E) /* ! .. ~ as wide as an ideograph */
        return (Lookalike){{(char)(code_point - 0xFEE0)}, 1};
    for (unsigned i = 0; i < sizeof table / sizeof table[0]; i++) {
        for (const char32_t *c = table[i].characters; *c; c++) {
            if (*c != code_point) continue;
            const char *ascii = table[i].ascii;
            return (Lookalike){{ascii[0], ascii[0] ? ascii[1] : '\0'}, 1};
        }
    }
    return (Lookalike){0};
}
