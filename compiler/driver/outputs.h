/* The names of the files a command writes, known before it runs. */
#ifndef NETC_DRIVER_OUTPUTS_H
#define NETC_DRIVER_OUTPUTS_H

#include "driver/options.h"

/** What `build` writes. */
typedef struct BuildPaths {
    const char *output;  /* "-" is standard output */
    const char *header;  /* NULL: no header is written */
    const char *weights; /* --weights=extern; NULL: no file of weights is written */
    const char *depfile; /* NULL: no rule for make is written */
} BuildPaths;

/** Most files that one `build` writes; numbers of its temporary files: theirs, and two that a
 *  linker reads and writes. */
enum { MAX_BUILD_FILES = 4, LINK_INPUT = MAX_BUILD_FILES, LINK_OUTPUT, BUILD_TEMPORARIES };

/** True for the stages that callers are linked with: the object, alone or wrapped. */
bool emit_is_object(Emit emit);

/** The paths of `build`, from its options and the name of the source.
 *  @return NULL, or what is wrong with them, in words */
const char *build_paths(Arena *arena, const Options *options, BuildPaths *out);

/** The path of what `export` writes; "-" is standard output.
 *  @return NULL, or what is wrong with it, in words */
const char *export_path(Arena *arena, const Options *options, const char **out);

/** Removes the temporary files that process `process` may have left of the command's outputs. The
 *  number of each output (file_temporary) is below BUILD_TEMPORARIES, or its place among -o of
 * `run`.
 */
void outputs_remove_temporaries(Arena *arena, const Options *options, long process);

#endif
