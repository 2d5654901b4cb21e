/* bin/netc, libexec/netc/netc-backend and share/netc/std stand side by side, in the build tree and
 * installed. */
#include "driver/library.h"

#include <string.h>
#include <unistd.h>

Library library_folders(Arena *arena) {
    static const char backend[] = "libexec/netc/netc-backend";
    char self[4096];
    ssize_t got = readlink("/proc/self/exe", self, sizeof self);
    if (got <= 0 || got == sizeof self) return (Library){0};
    size_t len = (size_t)got, tail = sizeof backend - 1;
    const char *root; /* with a slash at its end */
    if (len > tail && memcmp(self + len - tail, backend, tail) == 0) {
        root = arena_strndup(arena, self, len - tail);
    } else {
        while (len > 0 && self[len - 1] != '/') len--; /* netc */
        while (len > 0 && self[len - 1] == '/') len--; /* bin/ */
        while (len > 0 && self[len - 1] != '/') len--;
        root = arena_strndup(arena, self, len);
    }
    return (Library){
        {arena_printf(arena, "%sshare/netc", root), arena_printf(arena, "%sbin", root)}, 2};
}
