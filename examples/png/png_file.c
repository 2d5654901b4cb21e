#include "png_file.h"

#include <errno.h>
#include <limits.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MESSAGE_BYTES = 256 };

static char message[MESSAGE_BYTES];

static const char *say(const char *why) {
    snprintf(message, sizeof message, "%s", why);
    return message;
}

static const png_uint_32 FORMATS[] = {0, PNG_FORMAT_GRAY, PNG_FORMAT_GA, PNG_FORMAT_RGB,
                                      PNG_FORMAT_RGBA};

int picture_new(Picture *picture, int64_t width, int64_t height, int channels) {
    if (width < 1 || height < 1 || width > INT_MAX || height > INT_MAX / channels / width) return 0;
    uint8_t *bytes = calloc((size_t)(width * height * channels), 1);
    if (!bytes) return 0;
    *picture = (Picture){(int)width, (int)height, channels, bytes};
    return 1;
}

void picture_free(Picture *picture) {
    free(picture->bytes);
    *picture = (Picture){0};
}

const char *png_read(const char *path, Picture *picture) {
    png_image image = {.version = PNG_IMAGE_VERSION};
    if (!png_image_begin_read_from_file(&image, path)) return say(image.message);
    int has_colour = (image.format & PNG_FORMAT_FLAG_COLOR) != 0,
        has_opacity = (image.format & PNG_FORMAT_FLAG_ALPHA) != 0,
        channels = (has_colour ? 3 : 1) + has_opacity;
    image.format = FORMATS[channels];
    image.flags |= PNG_IMAGE_FLAG_16BIT_sRGB; /* else 16 bits would be taken for linear light */
    if (!picture_new(picture, image.width, image.height, channels)) {
        png_image_free(&image);
        return "it is too large";
    }
    if (png_image_finish_read(&image, NULL, picture->bytes, 0, NULL)) return NULL;
    picture_free(picture);
    return say(image.message);
}

const char *png_write(const char *path, const Picture *picture) {
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)picture->width,
                       .height = (png_uint_32)picture->height,
                       .format = FORMATS[picture->channels]};
    size_t len = strlen(path);
    char *temporary = malloc(len + sizeof ".part");
    if (!temporary) return "out of memory";
    memcpy(temporary, path, len);
    memcpy(temporary + len, ".part", sizeof ".part");
    const char *why = NULL;
    if (!png_image_write_to_file(&image, temporary, 0, picture->bytes, 0, NULL))
        why = say(image.message);
    else if (rename(temporary, path) != 0)
        why = say(strerror(errno));
    if (why) remove(temporary);
    free(temporary);
    return why;
}
