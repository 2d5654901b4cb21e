/* Enlarges a picture with a network that netc has compiled into this program.
 *
 *     superres SMALL.png LARGE.png
 *
 * LARGE.png has twice the width and height. Ends with 1 and a reason if that cannot be. */
#include "enlarge.h"

#include <stdio.h>

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: %s SMALL.png LARGE.png\n", argv[0]);
        return 2;
    }
    Picture small, large;
    const char *why = png_read(argv[1], &small);
    if (why) {
        fprintf(stderr, "%s: cannot read %s: %s\n", argv[0], argv[1], why);
        return 1;
    }
    why = enlarge(&small, &large);
    if (why) {
        fprintf(stderr, "%s: cannot enlarge %s: %s\n", argv[0], argv[1], why);
        return 1;
    }
    why = png_write(argv[2], &large);
    if (why) {
        fprintf(stderr, "%s: cannot write %s: %s\n", argv[0], argv[2], why);
        return 1;
    }
    picture_free(&small);
    picture_free(&large);
    return 0;
}
