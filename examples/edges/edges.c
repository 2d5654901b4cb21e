/* Draws the edges of a picture with a network that netc has compiled into this program.
 *
 *     edges PICTURE.png EDGES.png
 *
 * The network takes the bytes of the picture as the file has them: there is nothing to convert.
 * The picture must be of the size that the network was built for, in colours without opacity. Ends
 * with 1 and a reason if it is not, or cannot be read or written. */
#include "edges.h"
#include "png_file.h"

#include <stdio.h>
#include <stdlib.h>

enum { EDGES_PIXELS = EDGES_EDGE_ELEMS };

static _Alignas(EDGES_WORKSPACE_ALIGN) unsigned char workspace[EDGES_WORKSPACE_BYTES];
static float edge[EDGES_PIXELS];

static const char *draw(const Picture *picture, Picture *drawn) {
    if (picture->channels != 3 || (long long)picture->width * picture->height != EDGES_PIXELS)
        return "it is no RGB picture of the size that the network was built for";
    if (!picture_new(drawn, picture->width, picture->height, 1)) return "memory is short";
    if (edges_run(picture->bytes, edge, workspace) != 0) return "this CPU cannot run the network";
    for (int i = 0; i < EDGES_PIXELS; i++) drawn->bytes[i] = (uint8_t)(edge[i] + 0.5f);
    return NULL;
}

static int fail(const char *program, const char *path, const char *why) {
    fprintf(stderr, "%s: %s: %s\n", program, path, why);
    return 1;
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: %s PICTURE.png EDGES.png\n", argv[0]);
        return 2;
    }
    Picture picture, drawn = {0};
    const char *why = png_read(argv[1], &picture);
    if (why) return fail(argv[0], argv[1], why);
    int status = 0;
    if ((why = draw(&picture, &drawn)))
        status = fail(argv[0], argv[1], why);
    else if ((why = png_write(argv[2], &drawn)))
        status = fail(argv[0], argv[2], why);
    picture_free(&picture);
    picture_free(&drawn);
    return status;
}
