/* `netc fmt --solve` and `--pin`: a program with what netc found out about it written in. */
#ifndef NETC_DRIVER_FILL_IN_H
#define NETC_DRIVER_FILL_IN_H

#include "base/file.h"
#include "driver/front.h"

/** Reads and checks the program at `path` ("-": standard input) and, as the options say, puts the
 *  solution in place of each `?` and the sizes behind each value. The result is checked, too, and
 *  is the same network. Prints the errors of the program; says of each `?` of a def that stays why
 *  it does.
 *  @param compilation  filled as far as the stages went; complete when STATUS_DONE is returned
 *  @param text         receives the source with the edits made, not yet formatted
 *  @return STATUS_DONE, or another status after a message */
ExitStatus fill_in(Arena *arena, const Options *options, const char *path, Compilation *compilation,
                   Bytes *text);

#endif
