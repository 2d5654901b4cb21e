#include "print.h"

#include <stdio.h>

void print_line(int number, const Line *line) {
    printf("%3d  %.2f ", number, line->confidence);
    for (int i = 0; i < 4; i++)
        printf(" %.0f,%.0f", line->quad.corner[i].x, line->quad.corner[i].y);
    printf("  %s\n", line->text);
}

/* The characters of the recogniser need no other escapes. */
static void print_string(const char *text) {
    putchar('"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') putchar('\\');
        putchar(*text);
    }
    putchar('"');
}

void print_json(const Line *lines, int n) {
    printf("[");
    for (int i = 0; i < n; i++) {
        printf("%s\n  {\"box\": [", i ? "," : "");
        for (int k = 0; k < 4; k++)
            printf("%s[%.1f, %.1f]", k ? ", " : "", lines[i].quad.corner[k].x,
                   lines[i].quad.corner[k].y);
        printf("], \"confidence\": %.4f, \"text\": ", lines[i].confidence);
        print_string(lines[i].text);
        printf("}");
    }
    printf("%s]\n", n ? "\n" : "");
}
