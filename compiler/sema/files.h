/* The files that a program names: those of the disk, and those that SemaOptions.instead lists in
 * their place. */
#ifndef NETC_SEMA_FILES_H
#define NETC_SEMA_FILES_H

#include "base/file.h"
#include "sema/analysis.h"
#include "weights/weight_file.h"

/** What tells the file at `path` from all others, however its path is spelt; NULL if there is
 *  none. */
const char *files_identity(Sema *sema, const char *path);

/** Reads a file of at most `limit` bytes.
 *  @return NULL, or the reason as words, as file_read gives it */
const char *files_read(Sema *sema, const char *path, size_t limit, Bytes *out);

/** Opens a file of weights, as weight_file_open does. */
WeightFileStatus files_open_weights(Sema *sema, const char *path, WeightFile **out,
                                    const char **why);

#endif
