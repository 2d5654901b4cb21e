/* The tensors of an archive: each member's header says its shape; its elements stay where they
 * are. */
#include "weights/npz.h"

#include "base/text.h"
#include "weights/member.h"
#include "weights/npy.h"
#include "weights/zip.h"

#include <string.h>

enum { MAX_SHOWN_NAME = 80 };

static const char *about(Arena *arena, const char *name, const char *what) {
    Text text = text_in(arena);
    size_t len = strlen(name), shown = len < MAX_SHOWN_NAME ? len : MAX_SHOWN_NAME;
    text_puts(&text, "member `");
    text_quote(&text, name, shown);
    text_printf(&text, "%s` %s", shown < len ? "..." : "", what);
    return text_str(&text);
}

static const char *list_member(Arena *arena, const FileReader *reader, const ZipMember *member,
                               WeightTensor *tensor) {
    size_t len = strlen(member->name);
    if (len < 4 || strcmp(member->name + len - 4, ".npy") != 0)
        return about(arena, member->name, "is not a .npy file");
    WeightPlace place = {.at = member->at,
                         .len = member->packed,
                         .is_deflated = member->is_deflated,
                         .has_crc = true,
                         .crc = member->crc};
    const char *why = npy_list(arena, reader, &place, member->size, tensor);
    if (why) return about(arena, member->name, why);
    tensor->name = arena_strndup(arena, member->name, len - 4);
    return NULL;
}

const char *npz_list(Arena *arena, WeightFile *file) {
    ZipArchive archive;
    const char *why = zip_list(arena, &file->reader, &archive);
    if (why) return why;
    file->tensors = ARENA_ARRAY(arena, WeightTensor, archive.n_members);
    file->n_tensors = archive.n_members;
    for (size_t i = 0; i < archive.n_members && !why; i++)
        why = list_member(arena, &file->reader, &archive.members[i], &file->tensors[i]);
    return why;
}
