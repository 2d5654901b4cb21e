/* `netc cpus` and `netc targets`: the tables of machines and systems. */
#include "driver/commands.h"
#include "driver/console.h"
#include "plan/cpu_model.h"

static const char *arch_name(CpuArch arch) { return arch == ARCH_X86_64 ? "x86-64" : "AArch64"; }

static void print_cpu(Text *text, const CpuModel *model, const char *name, const char *note) {
    text_printf(text, "%-12s %-8s %2d registers of %3d bits, %s%s\n", name, arch_name(model->arch),
                model->registers, 32 * model->lanes,
                model->fma ? "fused multiply-add" : "multiply, then add", note);
}

ExitStatus cmd_cpus(Arena *arena, const Options *options) {
    (void)options;
    Text text = text_in(arena);
    const CpuModel *model, *host = cpu_host(arena);
    for (size_t i = 0; (model = cpu_model_at(i)) != NULL; i++)
        print_cpu(&text, model, model->name, "");
    if (host)
        print_cpu(&text, host, "native",
                  arena_printf(arena, ": %s, tuned for %s", host->name, host->tune));
    return console_print(&text);
}

ExitStatus cmd_targets(Arena *arena, const Options *options) {
    (void)options;
    Text text = text_in(arena);
    const CpuTarget *target;
    for (size_t i = 0; (target = cpu_target_at(i)) != NULL; i++)
        text_printf(&text, "%-23s %-8s %s; --cpu=%s without --cpu%s\n", target->name,
                    arch_name(target->arch), target->description, target->cpu,
                    i == 0 ? " (the default)" : "");
    return console_print(&text);
}
