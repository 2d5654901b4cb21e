/* Choosing the machine: the system of --target, the CPU of --cpu, or what goes without them. */
#include "driver/cpu.h"

#include "base/suggest.h"
#include "driver/console.h"

#include <string.h>

static const char NATIVE[] = "native";

/* The names a word could have been. */
typedef struct Choices {
    Suggestion near;
    Text names;
} Choices;

static Choices choices_for(Arena *arena, const char *wanted) {
    return (Choices){suggest_for(wanted), text_in(arena)};
}

static void offer(Choices *choices, const char *name) {
    suggest_offer(&choices->near, name);
    text_printf(&choices->names, "%s%s", choices->names.len ? ", " : "", name);
}

/* "there is no CPU `x`; did you mean `y`?", or with all there are. */
static ExitStatus none_such(Arena *arena, const char *what, const char *name, Choices *choices) {
    Text quoted = text_in(arena);
    text_quote(&quoted, name, strlen(name));
    if (choices->near.best)
        return console_fail(STATUS_USAGE, "there is no %s `%s`; did you mean `%s`?", what,
                            text_str(&quoted), choices->near.best);
    return console_fail(STATUS_USAGE, "there is no %s `%s`; there are %s", what, text_str(&quoted),
                        text_str(&choices->names));
}

/* Code for another system is built, never run here. */
static bool is_foreign(const CpuTarget *target) { return target != cpu_target_at(0); }

static ExitStatus no_such_target(Arena *arena, const char *name) {
    Choices choices = choices_for(arena, name);
    const CpuTarget *target;
    for (size_t i = 0; (target = cpu_target_at(i)) != NULL; i++) {
        offer(&choices, target->name);
        suggest_offer(&choices.near, target->also);
    }
    return none_such(arena, "target", name, &choices);
}

static ExitStatus no_such_cpu(Arena *arena, const char *name, const CpuTarget *target) {
    Choices choices = choices_for(arena, name);
    const CpuModel *model;
    for (size_t i = 0; (model = cpu_model_at(i)) != NULL; i++)
        if (model->arch == target->arch) offer(&choices, model->name);
    if (!is_foreign(target)) offer(&choices, NATIVE);
    return none_such(arena, "CPU", name, &choices);
}

const char *cpu_name(const Options *options, const char *otherwise) {
    if (options->cpu) return options->cpu;
    const CpuTarget *target = options->target ? cpu_target_find(options->target) : NULL;
    return target && strcmp(otherwise, NATIVE) != 0 ? target->cpu : otherwise;
}

/* The CPU called `name` on the target; `here`: it must run on this machine. */
static ExitStatus choose(Arena *arena, const CpuTarget *target, const char *name, bool here,
                         const CpuModel **out) {
    bool native = strcmp(name, NATIVE) == 0;
    if (is_foreign(target) && (native || here))
        return console_fail(STATUS_USAGE, "this machine cannot run code for %s", target->name);
    const CpuModel *model = cpu_model_find(arena, name);
    if (!model && native)
        return console_fail(STATUS_USAGE, "there is no code generator for this machine");
    if (!model || model->arch != target->arch) return no_such_cpu(arena, name, target);
    *out = cpu_model_on(arena, model, target);
    return STATUS_DONE;
}

/* The rank of a CPU in the table, which lists those of one architecture from the least on. */
static int rank_of(const CpuModel *model) {
    for (size_t i = 0; cpu_model_at(i); i++)
        if (strcmp(cpu_model_at(i)->name, model->name) == 0) return (int)i;
    return -1;
}

/* Puts a CPU at its place among n that are sorted. */
static ExitStatus insert(const CpuModel *model, const CpuModel **out, int n) {
    for (; n > 0 && rank_of(out[n - 1]) <= rank_of(model); n--) {
        if (strcmp(out[n - 1]->name, model->name) == 0)
            return console_fail(STATUS_USAGE, "the CPU `%s` is given twice", model->name);
        out[n] = out[n - 1];
    }
    out[n] = model;
    return STATUS_DONE;
}

ExitStatus cpu_choose_list(Arena *arena, const Options *options, const char *otherwise, int most,
                           const CpuModel **out, int *n) {
    const CpuTarget *target = options->target ? cpu_target_find(options->target) : cpu_target_at(0);
    if (!target) return no_such_target(arena, options->target);
    const char *list = cpu_name(options, otherwise);
    bool several = strchr(list, ',') != NULL, here = strcmp(otherwise, NATIVE) == 0;
    if (several && most == 1)
        return console_fail(STATUS_USAGE, "this command takes one CPU, not a list");
    for (*n = 0;; list++) {
        size_t len = strcspn(list, ",");
        const char *name = arena_strndup(arena, list, len);
        if (several && strcmp(name, NATIVE) == 0)
            return console_fail(STATUS_USAGE, "`native` cannot stand in a list of CPUs");
        if (*n == most) return console_fail(STATUS_USAGE, "more than %d CPUs", most);
        const CpuModel *model = NULL;
        ExitStatus status = choose(arena, target, name, here, &model);
        if (status == STATUS_DONE) status = insert(model, out, (*n)++);
        if (status != STATUS_DONE || !list[len]) return status;
        list += len;
    }
}

ExitStatus cpu_choose(Arena *arena, const Options *options, const char *otherwise,
                      const CpuModel **out) {
    int n;
    return cpu_choose_list(arena, options, otherwise, 1, out, &n);
}
