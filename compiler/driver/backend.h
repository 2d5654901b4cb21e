/* What the commands of the back end share: source -> object. */
#ifndef NETC_DRIVER_BACKEND_H
#define NETC_DRIVER_BACKEND_H

#include "driver/compile.h"
#include "driver/front.h"

/** Compiles a program whose weights are loaded, as the command line says.
 *  @param cpu     the command's default: "native", CPU_DEFAULT
 *  @param wanted  what the command line does not say: emit, keep_values
 *  @return STATUS_DONE, or the status after a message */
ExitStatus backend_compile(Compilation *compilation, const char *cpu, const CompileOptions *wanted,
                           Compiled *out);

/** Compiles step number `index` of a compiled program alone: see compile_step. */
ExitStatus backend_compile_step(Compilation *compilation, const char *cpu, const Compiled *whole,
                                size_t index, Compiled *out);

/** Checks the words of options that only the back end understands.
 *  @return NULL, or what is wrong, in words */
const char *backend_check_options(Arena *arena, const Options *options);

/** Prints a failure that is netc's own. */
ExitStatus backend_failed(const char *why);

#endif
