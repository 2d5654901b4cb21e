/* Reads the text in a picture with networks that netc has compiled into this program.
 *
 *     ocr [--json] PICTURE.png [BOXES.png]
 *
 * Prints the lines of text that it finds, and draws their boxes. Ends with 1 and a reason if that
 * cannot be. */
#include "detect.h"
#include "draw.h"
#include "print.h"
#include "read.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double LEAST_CONFIDENCE = 0.5; /* what is less sure is no text */

/* Reads all lines; moves those that are text to the front, and says how many they are. */
static const char *read_lines(const Picture *picture, const Quads *quads, Line *lines, int *count) {
    *count = 0;
    for (int i = 0; i < quads->count; i++) {
        const char *why = read_line(picture, quads->items + i, lines + *count);
        if (why) return why;
        if (lines[*count].confidence >= LEAST_CONFIDENCE) ++*count;
    }
    return NULL;
}

/* @param lines  of malloc, also if there is none */
static const char *find_lines(const Picture *picture, Line **lines, int *count) {
    Quads quads;
    const char *why = detect(picture, &quads);
    if (why) return why;
    *lines = malloc(((size_t)quads.count + 1) * sizeof **lines);
    why = *lines ? read_lines(picture, &quads, *lines, count) : "memory is short";
    if (why) free(*lines);
    free(quads.items);
    return why;
}

/* In red, green and blue, whatever the file has. */
static const char *load(const char *path, Picture *picture) {
    Picture file;
    const char *why = png_read(path, &file);
    if (why) return why;
    int ok = picture_in_colour(&file, picture);
    picture_free(&file);
    return ok ? NULL : "memory is short";
}

static const char *save_boxes(const char *path, Picture *picture, const Line *lines, int count) {
    for (int i = 0; i < count; i++) draw_box(picture, &lines[i].quad, i + 1);
    return png_write(path, picture);
}

static const char *print(const Line *lines, int count, int as_json) {
    if (as_json) print_json(lines, count);
    for (int i = 0; i < count && !as_json; i++) print_line(i + 1, lines + i);
    return fflush(stdout) == 0 && !ferror(stdout) ? NULL : strerror(errno);
}

static int fail(const char *program, const char *verb, const char *path, const char *why) {
    fprintf(stderr, "%s: cannot %s %s: %s\n", program, verb, path, why);
    return 1;
}

int main(int argc, char **argv) {
    const char *program = argv[0];
    int as_json = argc > 1 && strcmp(argv[1], "--json") == 0;
    argc -= as_json, argv += as_json;
    if (argc < 2 || argc > 3 || argv[1][0] == '-') {
        fprintf(stderr, "usage: %s [--json] PICTURE.png [BOXES.png]\n", program);
        return 2;
    }
    Picture picture;
    const char *why = load(argv[1], &picture);
    if (why) return fail(program, "read", argv[1], why);
    Line *lines;
    int count, status = 0;
    why = find_lines(&picture, &lines, &count);
    if (why) {
        picture_free(&picture);
        return fail(program, "find text in", argv[1], why);
    }
    if (argc == 3 && (why = save_boxes(argv[2], &picture, lines, count)))
        status = fail(program, "write", argv[2], why);
    else if ((why = print(lines, count, as_json)))
        status = fail(program, "print", "the text", why);
    picture_free(&picture);
    free(lines);
    return status;
}
