/* Where the library of defs is: beside the executable, so that an installation can be moved. */
#ifndef NETC_DRIVER_LIBRARY_H
#define NETC_DRIVER_LIBRARY_H

#include "base/arena.h"

typedef struct Library {
    const char *folders[2]; /* in which `std/...` is looked for, in order */
    size_t n;               /* 0: the executable's own place is not known */
} Library;

/** The share folder of the installation or build tree, then the folder of `netc`. */
Library library_folders(Arena *arena);

#endif
