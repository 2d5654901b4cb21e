/* Choosing the machine. */
#include "driver/cpu.h"

#include "driver/console.h"

#include <string.h>

const char *cpu_name(const Options *options, const char *otherwise) {
    return options->cpu ? options->cpu : otherwise;
}

ExitStatus cpu_choose(Arena *arena, const Options *options, const char *otherwise,
                      const CpuModel **out) {
    const char *name = cpu_name(options, otherwise);
    *out = cpu_model_find(arena, name);
    if (*out) return STATUS_DONE;
    if (strcmp(name, "native") == 0)
        return console_fail(STATUS_USAGE, "there is no code generator for this machine");
    Text quoted = text_in(arena), names = text_in(arena);
    text_quote(&quoted, name, strlen(name));
    cpu_model_names(&names);
    return console_fail(STATUS_USAGE, "there is no CPU `%s`; there are %s", text_str(&quoted),
                        text_str(&names));
}
