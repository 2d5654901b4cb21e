/* Where the diagnostics of a command go: as text to standard error; for programs, alone, to
 * standard output (contract.md 2). What else the command would print there then goes to standard
 * error. */
#ifndef NETC_DRIVER_SINK_H
#define NETC_DRIVER_SINK_H

#include "base/diag.h"
#include "driver/options.h"

typedef struct Sink Sink;

/** What Options.sink of a command is to be. */
Sink *sink_open(Arena *arena, const Options *options);

/** Prints what was collected, if the command came to read a file.
 *  @return `status`, with which the command ended, or STATUS_OUTPUT after a message */
ExitStatus sink_close(Sink *sink, ExitStatus status);

/** Prints the diagnostics that are left after the filter of warnings, at most MAX_PRINTED.
 *  @param file  the file that was asked for, as messages name it
 *  @return STATUS_DONE, or STATUS_OUTPUT after a message */
ExitStatus sink_put(const Options *options, const Diags *diags, Sources *sources, const char *file);

/** Prints what a command has found out: on standard output, if diagnostics do not take it.
 *  @return STATUS_DONE, or STATUS_OUTPUT after a message */
ExitStatus sink_print_result(const Options *options, const Text *text);

#endif
