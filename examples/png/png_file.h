/* Pictures in PNG files: 8 bits a channel, in the channels that the file has. */
#ifndef PNG_FILE_H
#define PNG_FILE_H

#include <stddef.h>
#include <stdint.h>

enum { MOST_CHANNELS = 4 };

/** Rows from top to bottom, pixels from left to right, the channels of a pixel side by side. */
typedef struct Picture {
    int width, height; /* pixels, at least 1 */
    int channels;      /* 1 grey, 2 grey and opacity, 3 red green blue, 4 these and opacity */
    uint8_t *bytes;    /* width * height * channels; of malloc */
} Picture;

/** Reads a file; palettes become colours, 16 bits 8.
 *  @return NULL, or why not, as words; release with picture_free */
const char *png_read(const char *path, Picture *picture);

/** Writes a file: a whole one, or nothing.
 *  @return NULL, or why not, as words */
const char *png_write(const char *path, const Picture *picture);

/** A picture of `channels` of this size, black. @return 0 if memory is short or a size beyond int
 */
int picture_new(Picture *picture, int64_t width, int64_t height, int channels);

void picture_free(Picture *picture);

#endif
