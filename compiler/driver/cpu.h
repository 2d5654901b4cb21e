/* The machine a command compiles for. */
#ifndef NETC_DRIVER_CPU_H
#define NETC_DRIVER_CPU_H

#include "driver/options.h"
#include "plan/cpu_model.h"

/** The CPU of --cpu in the system of --target; without them the command's default, "native" or
 *  CPU_DEFAULT, which another system replaces by its own. A command whose default is native runs
 *  what it compiles, and so only knows this system.
 *  @return STATUS_DONE, or STATUS_USAGE after a message that names what could have been meant */
ExitStatus cpu_choose(Arena *arena, const Options *options, const char *otherwise,
                      const CpuModel **out);

/** The CPUs of a list, as "x86-64-v2,x86-64-v3": the best first, each once. A list of one is that
 *  CPU, and only it may be `native`.
 *  @param most  CPUs that `out` has room for, and the command allows
 *  @param out   receives them
 *  @return STATUS_DONE, or STATUS_USAGE after a message */
ExitStatus cpu_choose_list(Arena *arena, const Options *options, const char *otherwise, int most,
                           const CpuModel **out, int *n);

/** The CPU's name as the user gave it, for the object and its header. */
const char *cpu_name(const Options *options, const char *otherwise);

#endif
