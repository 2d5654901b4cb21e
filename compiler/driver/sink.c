/* Text and JSON lines are printed as they come; a SARIF document when the command ends. */
#include "driver/sink.h"

#include "driver/console.h"
#include "driver/explain_run.h"
#include "driver/front.h"
#include "driver/version.h"
#include "messages/diag_json.h"
#include "messages/sarif.h"

#include <stdio.h>

struct Sink {
    Arena *arena;
    Sarif *sarif; /* NULL: nothing was collected */
};

Sink *sink_open(Arena *arena, const Options *options) {
    if (options->diagnostics != DIAGNOSTICS_SARIF) return NULL;
    Sink *sink = ARENA_NEW(arena, Sink);
    sink->arena = arena;
    return sink;
}

ExitStatus sink_close(Sink *sink, ExitStatus status) {
    if (!sink || !sink->sarif) return status;
    Text text = text_in(sink->arena);
    SarifEnd end = {.version = NETC_VERSION,
                    .exit_code = status,
                    .successful = status <= STATUS_INPUT,
                    .help = explain_code_markdown};
    sarif_end(sink->sarif, &end, &text);
    ExitStatus printed = console_print(&text);
    return printed == STATUS_DONE ? status : printed;
}

/* Marks the diagnostics that are printed: errors first, when there are too many. */
static size_t choose(const Diags *diags, bool *chosen) {
    size_t left = MAX_PRINTED;
    for (int errors = 1; errors >= 0; errors--)
        for (size_t i = 0; i < diags->list.len && left > 0; i++)
            if (diags->list.at[i]->is_error == errors) {
                chosen[i] = true;
                left--;
            }
    return MAX_PRINTED - left;
}

/* A person at a terminal is told where to read on; a log is left alone. */
static void print_hint(Text *text, const Diags *diags, const bool *chosen) {
    if (!console_is_terminal()) return;
    for (size_t i = 0; i < diags->list.len; i++) {
        if (!chosen[i]) continue;
        const char *code = diag_code_name(diags->list.at[i]->code);
        text_printf(text, "`netc explain %s` tells more\n", code);
        return;
    }
}

static void print_text(Text *text, const Diags *diags, Sources *sources, const bool *chosen,
                       size_t rest) {
    for (size_t i = 0; i < diags->list.len; i++) {
        if (!chosen[i]) continue;
        diag_render(diags->list.at[i], sources, console_colour(), text);
        text_puts(text, "\n");
    }
    if (rest) text_printf(text, "... and %zu more\n", rest);
    print_hint(text, diags, chosen);
}

static void print_json(Text *text, const Diags *diags, Sources *sources, const char *file,
                       const bool *chosen, size_t rest) {
    for (size_t i = 0; i < diags->list.len; i++)
        if (chosen[i]) diag_print_json(text, diags->list.at[i], sources, file);
    if (rest) diag_print_json_rest(text, file, rest);
}

static void collect(Sink *sink, const Diags *diags, Sources *sources, const char *file,
                    const bool *chosen, size_t rest) {
    if (!sink->sarif) sink->sarif = sarif_begin(sink->arena);
    sarif_add_file(sink->sarif, file);
    for (size_t i = 0; i < diags->list.len; i++)
        if (chosen[i]) sarif_add(sink->sarif, diags->list.at[i], sources, file);
    if (rest) sarif_add_rest(sink->sarif, file, rest);
}

ExitStatus sink_put(const Options *options, const Diags *diags, Sources *sources,
                    const char *file) {
    bool *chosen = ARENA_ARRAY(diags->arena, bool, diags->list.len);
    size_t rest = diags->list.len + diags->briefs.len - choose(diags, chosen);
    Text text = text_in(diags->arena);
    if (options->diagnostics == DIAGNOSTICS_JSON) {
        print_json(&text, diags, sources, file, chosen, rest);
        return text.len ? console_print(&text) : STATUS_DONE;
    }
    if (options->diagnostics == DIAGNOSTICS_SARIF) {
        collect(options->sink, diags, sources, file, chosen, rest);
        return STATUS_DONE;
    }
    print_text(&text, diags, sources, chosen, rest);
    fputs(text_str(&text), stderr);
    return STATUS_DONE;
}

ExitStatus sink_print_result(const Options *options, const Text *text) {
    if (options->diagnostics == DIAGNOSTICS_TEXT) return console_print(text);
    fputs(text_str(text), stderr);
    return STATUS_DONE;
}
