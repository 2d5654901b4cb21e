/* A model from elsewhere must not make netc read any file its user can read: into the weights it
 * writes would go what a stranger asked for. Each folder on the way is opened from the one before,
 * so that nobody can exchange one for a link between the check and the use. */
#include "onnx/external.h"

#include "base/checked.h"
#include "base/file.h"
#include "base/text.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_SHOWN_PATH = 200 };

static const char *fault(Arena *arena, const char *location, const char *what) {
    Text text = text_in(arena);
    size_t len = strlen(location);
    text_puts(&text, "`");
    text_quote(&text, location, len < MAX_SHOWN_PATH ? len : MAX_SHOWN_PATH);
    text_printf(&text, "%s` %s", len < MAX_SHOWN_PATH ? "" : "...", what);
    return text_str(&text);
}

/* What is wrong with a path as it is written; NULL: nothing. */
static const char *outside_by_name(const char *location) {
    if (*location == '/') return "is not in the folder of the model";
    for (const char *part = location; *part;) {
        size_t len = strcspn(part, "/");
        if (len == 2 && memcmp(part, "..", 2) == 0) return "is not in the folder of the model";
        part += len + (part[len] == '/');
    }
    return NULL;
}

/* Opens `location` below the open folder, which is closed; -1: errno tells why. */
static int open_below(Arena *arena, int folder, const char *location) {
    while (folder >= 0) {
        location += strspn(location, "/");
        size_t len = strcspn(location, "/");
        bool last = location[len] == 0;
        int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY;
        const char *part = arena_strndup(arena, location, len);
        int next = openat(folder, part, flags | (last ? O_NONBLOCK : O_DIRECTORY));
        int why = errno;
        close(folder);
        errno = why;
        if (last) return next;
        folder = next;
        location += len;
    }
    return -1;
}

static const char *check_size(Arena *arena, const OnnxTensor *tensor, int64_t size) {
    int64_t needed, end;
    if (!checked_mul(tensor->elems, (int64_t)onnx_type_size(tensor->type), &needed) ||
        !checked_add(tensor->offset, needed, &end) || end > size) {
        Text what = text_in(arena);
        text_puts(&what, "has ");
        text_count(&what, size);
        text_puts(&what, " bytes, and the tensor's begin at byte ");
        text_count(&what, tensor->offset);
        text_puts(&what, " and go beyond its end");
        return text_str(&what);
    }
    return NULL;
}

const char *onnx_external_open(Arena *arena, const char *model, const OnnxTensor *tensor,
                               FileReader *out) {
    const char *location = tensor->location;
    assert(location && *location);
    const char *why = outside_by_name(location);
    if (why) return fault(arena, location, why);
    if (strcmp(model, "-") == 0)
        return fault(arena, location, "is in a folder that standard input does not have");
    const char *folder = path_beside(arena, model, ".");
    int fd = open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
    fd = open_below(arena, fd, location);
    if (fd < 0)
        return fault(arena, location,
                     errno == ELOOP ? "is a symbolic link, which could lead anywhere"
                                    : strerror(errno));
    why = file_reader_adopt(fd, out);
    if (why) return fault(arena, location, why);
    why = check_size(arena, tensor, out->size);
    if (!why) return NULL;
    file_reader_close(out);
    return fault(arena, location, why);
}
