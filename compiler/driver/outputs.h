/* The names of the files a command writes, known before it runs. */
#ifndef NETC_DRIVER_OUTPUTS_H
#define NETC_DRIVER_OUTPUTS_H

#include "driver/options.h"

/** What `build` writes. */
typedef struct BuildPaths {
    const char *output; /* "-" is standard output */
    const char *header; /* NULL: no header is written */
} BuildPaths;

/** The paths of `build`, from -o, --header, --emit and the name of the source.
 *  @return NULL, or what is wrong with them, in words */
const char *build_paths(Arena *arena, const Options *options, BuildPaths *out);

/** Removes the temporary files that process `process` may have left of the command's outputs. The
 *  number of each output (file_temporary) is its place in BuildPaths, or among -o of `run`. */
void outputs_remove_temporaries(Arena *arena, const Options *options, long process);

#endif
