/* `netc check --fix`: a program and the files it imports with all safe edits made. */
#ifndef NETC_DRIVER_MEND_H
#define NETC_DRIVER_MEND_H

#include "driver/front.h"

/** Makes the edits of grade AUTO in the program at `path` and in the user's files that it imports,
 *  checks it again, and goes on until there is none left. An edit that would bring an error is not
 *  made; a warning that -Werror makes one counts as one. Then each file is written, if it changed
 *  and is still what was read ("-": the text goes to standard output, changed or not), what was
 *  done is said on standard error, and the diagnostics that remain are printed. If a file cannot be
 *  written, none is.
 *  @return the status of the mended program; STATUS_OUTPUT if it could not be written */
ExitStatus mend(Arena *arena, const Options *options, const char *path);

#endif
