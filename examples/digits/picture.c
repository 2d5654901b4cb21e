/* A pixel is one character, by its darkness, twice: characters are twice as high as wide. */
#include "picture.h"

#include <stdio.h>

static char shade(float grey) {
    static const char shades[] = " .:-=+*#%@";
    int darkest = (int)sizeof shades - 2;
    if (!(grey > 0.0f)) return shades[0];
    return grey < 1.0f ? shades[(int)(grey * (float)(darkest + 1))] : shades[darkest];
}

void picture_print(const float *const *pictures, int n) {
    for (int y = 0; y < PICTURE_SIDE; y++) {
        for (int i = 0; i < n; i++) {
            if (i > 0) fputs("  ", stdout);
            for (int x = 0; x < PICTURE_SIDE; x++) {
                char c = shade(pictures[i][y * PICTURE_SIDE + x]);
                putchar(c);
                putchar(c);
            }
        }
        putchar('\n');
    }
}
