/* What the driver says to people, and the writing of its outputs: the only place that prints. */
#ifndef NETC_DRIVER_CONSOLE_H
#define NETC_DRIVER_CONSOLE_H

#include "base/file.h"
#include "base/text.h"
#include "driver/options.h"

/** Makes sure that the standard files are open, so that no file takes the place of one, and that a
 *  closed pipe is an error to report. Call it first. */
void console_begin(void);

/** True if standard error is a terminal. */
bool console_is_terminal(void);

/** True if colour may go to standard error: a terminal, no NO_COLOR, TERM not dumb. */
bool console_colour(void);

/** The same for standard output. */
bool console_output_colour(void);

/** Columns of the terminal that standard output is; 0 where it is none. */
size_t console_columns(void);

/** Columns for text on standard output: those of its terminal, or of COLUMNS, but at most 100,
 * which is also what anything else gets; at least 40. */
size_t console_width(void);

/** A name or text of the user as messages show it: what a terminal would obey is escaped. */
const char *console_quote(Arena *arena, const char *string);

/** Prints "netc: " and a line on standard error; gives `status`. */
ExitStatus console_fail(ExitStatus status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** The same for wrong usage of `command` (COMMANDS: none was found), with a pointer to its help. */
ExitStatus console_usage(CommandKind command, const char *wrong);

/** Writes text to standard output.
 *  @return STATUS_DONE, or STATUS_OUTPUT after a message */
ExitStatus console_print(const Text *text);

/** Writes files, all or none.
 *  @return STATUS_DONE, or STATUS_OUTPUT after a message */
ExitStatus console_write(Arena *arena, const OutputFile *files, size_t n);

#endif
