/* The machine a command compiles for. */
#ifndef NETC_DRIVER_CPU_H
#define NETC_DRIVER_CPU_H

#include "driver/options.h"
#include "plan/cpu_model.h"

/** The CPU of --cpu, else of the command's default.
 *  @return STATUS_DONE, or STATUS_USAGE after a message that names the CPUs there are */
ExitStatus cpu_choose(Arena *arena, const Options *options, const char *otherwise,
                      const CpuModel **out);

/** Its name as the user gave it, for the object and its header. */
const char *cpu_name(const Options *options, const char *otherwise);

#endif
