/* Look-alikes: a sorted table, and the block of full-width forms. After the confusables of Unicode
 * Technical Standard 39, reduced to what is met in copied code. */
#include "syntax/lookalike.h"

#include <stddef.h>

typedef struct Lookalike {
    uint32_t code_point;
    const char *ascii;
} Lookalike;

static const Lookalike table[] = {
    {0x00A0, " "},  /* no-break space */
    {0x00AB, "\""}, /* « */
    {0x00AD, ""},   /* soft hyphen */
    {0x00B4, "'"},  /* acute accent */
    {0x00B7, "*"},  /* middle dot */
    {0x00BB, "\""}, /* » */
    {0x00D7, "*"},  /* × */
    {0x00F7, "/"},  /* ÷ */
    {0x037E, ";"},  /* Greek question mark */
    {0x0391, "A"},  /* Greek capitals and letters */
    {0x0392, "B"},  {0x0395, "E"},  {0x0396, "Z"},  {0x0397, "H"},
    {0x0399, "I"},  {0x039A, "K"},  {0x039C, "M"},  {0x039D, "N"},
    {0x039F, "O"},  {0x03A1, "P"},  {0x03A4, "T"},  {0x03A5, "Y"},
    {0x03A7, "X"},  {0x03BD, "v"},  {0x03BF, "o"},  {0x03C1, "p"},
    {0x0405, "S"}, /* Cyrillic capitals and letters */
    {0x0406, "I"},  {0x0408, "J"},  {0x0410, "A"},  {0x0412, "B"},
    {0x0415, "E"},  {0x041A, "K"},  {0x041C, "M"},  {0x041D, "H"},
    {0x041E, "O"},  {0x0420, "P"},  {0x0421, "C"},  {0x0422, "T"},
    {0x0423, "Y"},  {0x0425, "X"},  {0x0430, "a"},  {0x0435, "e"},
    {0x043A, "k"},  {0x043E, "o"},  {0x0440, "p"},  {0x0441, "c"},
    {0x0443, "y"},  {0x0445, "x"},  {0x0455, "s"},  {0x0456, "i"},
    {0x0458, "j"},  {0x04BB, "h"},  {0x0501, "d"},  {0x2000, " "}, /* spaces of many widths */
    {0x2001, " "},  {0x2002, " "},  {0x2003, " "},  {0x2004, " "},
    {0x2005, " "},  {0x2006, " "},  {0x2007, " "},  {0x2008, " "},
    {0x2009, " "},  {0x200A, " "},  {0x200B, ""}, /* zero-width space, joiners and marks of
                                                     direction */
    {0x200C, ""},   {0x200D, ""},   {0x200E, ""},   {0x200F, ""},
    {0x2010, "-"}, /* hyphens and dashes */
    {0x2011, "-"},  {0x2012, "-"},  {0x2013, "-"},  {0x2014, "-"},
    {0x2015, "-"},  {0x2018, "'"},                                  /* single quotes */
    {0x2019, "'"},  {0x201A, "'"},  {0x201B, "'"},  {0x201C, "\""}, /* double quotes */
    {0x201D, "\""}, {0x201E, "\""}, {0x201F, "\""}, {0x202A, ""},   /* marks of direction */
    {0x202B, ""},   {0x202C, ""},   {0x202D, ""},   {0x202E, ""},
    {0x202F, " "},                                                  /* narrow no-break space */
    {0x2032, "'"},                                                  /* prime */
    {0x2033, "\""},                                                 /* double prime */
    {0x2044, "/"},                                                  /* fraction slash */
    {0x205F, " "},                                                  /* medium mathematical space */
    {0x2060, ""},                                                   /* word joiner */
    {0x2066, ""},                                                   /* marks of direction */
    {0x2067, ""},   {0x2068, ""},   {0x2069, ""},   {0x2192, "->"}, /* right arrow */
    {0x21D2, "->"},                                                 /* double right arrow */
    {0x2212, "-"},                                                  /* minus sign */
    {0x2215, "/"},                                                  /* division slash */
    {0x2217, "*"},                                                  /* asterisk operator */
    {0x22C5, "*"},                                                  /* dot operator */
    {0x25B7, "|>"}, /* white right-pointing triangle */
    {0x3000, " "},  /* ideographic space */
    {0x3001, ","},  /* ideographic comma */
    {0x3008, "<"},  {0x3009, ">"},  {0x300C, "\""}, {0x300D, "\""},
    {0x3010, "["},  {0x3011, "]"},  {0xFEFF, ""}, /* zero-width no-break space: a byte order mark in
                                                     the middle */
};

/* U+FF01 .. U+FF5E are the characters ! .. ~ as wide as an ideograph. */
static const char full_width[] =
    "!\0\"\0#\0$\0%\0&\0'\0(\0)\0*\0+\0,\0-\0.\0/\0"
    "0\0"
    "1\0"
    "2\0"
    "3\0"
    "4\0"
    "5\0"
    "6\0"
    "7\0"
    "8\0"
    "9\0:\0;\0<\0=\0>\0?\0@\0A\0B\0C\0D\0E\0F\0G\0H\0I\0J\0K\0"
    "L\0M\0N\0O\0P\0Q\0R\0S\0T\0U\0V\0W\0X\0Y\0Z\0[\0\\\0]\0^\0_\0`\0a\0b\0c\0d\0e\0f\0g\0h\0i\0j\0"
    "k\0l\0m\0n\0o\0p\0q\0r\0s\0t\0u\0v\0w\0x\0y\0z\0{\0|\0}\0~";

const char *lookalike_find(uint32_t code_point) {
    if (code_point >= 0xFF01 && code_point <= 0xFF5E) return full_width + 2 * (code_point - 0xFF01);
    size_t lo = 0, hi = sizeof table / sizeof table[0];
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (table[mid].code_point == code_point) return table[mid].ascii;
        if (table[mid].code_point < code_point)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}
