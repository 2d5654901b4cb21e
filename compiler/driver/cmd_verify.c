/* `netc verify`: compiles for this machine with every value kept, runs on random inputs, and prints
 * how far each step is from the definition. */
#include "driver/backend.h"
#include "driver/commands.h"
#include "driver/sink.h"
#include "driver/verify.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* JSON has no infinity. */
static json_t *number(double value) { return isfinite(value) ? json_real(value) : json_null(); }

static void print_json(Text *text, const Verification *verification) {
    json_t *layers = json_array(), *document = json_object();
    for (size_t i = 0; i < verification->steps.len; i++) {
        const VerifiedStep *step = &verification->steps.at[i];
        json_t *layer = json_object(), *at = json_array();
        for (int axis = 0; axis < step->rank; axis++)
            json_array_append_new(at, json_integer(step->at[axis]));
        json_object_set_new(layer, "path", json_string(step->path));
        json_object_set_new(layer, "max_error", number(step->max_error));
        json_object_set_new(layer, "bound", number(step->bound));
        json_object_set_new(layer, "at", at);
        json_object_set_new(layer, "macs_counted",
                            step->macs_counted < 0 ? json_null()
                                                   : json_integer(step->macs_counted));
        json_object_set_new(layer, "macs_defined", json_integer(step->macs_defined));
        json_array_append_new(layers, layer);
    }
    json_object_set_new(document, "layers", layers);
    json_object_set_new(document, "ok", json_boolean(verification->ok));
    char *dump = json_dumps(document, JSON_INDENT(2));
    text_printf(text, "%s\n", dump);
    free(dump);
    json_decref(document);
}

static const char *show_place(Arena *arena, const VerifiedStep *step) {
    Text text = text_in(arena);
    for (int axis = 0; axis < step->rank; axis++)
        text_printf(&text, "%s%lld", axis ? ", " : "[", (long long)step->at[axis]);
    text_puts(&text, "]");
    return text_str(&text);
}

static const char *show_macs(Arena *arena, const VerifiedStep *step) {
    Text text = text_in(arena);
    if (step->macs_counted >= 0) {
        text_count(&text, step->macs_counted);
        text_puts(&text, " for ");
    }
    text_count(&text, step->macs_defined);
    return text_str(&text);
}

static void print_table(Text *text, const Verification *verification) {
    int path_width = 5, place_width = 2;
    for (size_t i = 0; i < verification->steps.len; i++) {
        const VerifiedStep *step = &verification->steps.at[i];
        int path = (int)strlen(step->path), place = (int)strlen(show_place(text->arena, step));
        if (path > path_width) path_width = path;
        if (place > place_width) place_width = place;
    }
    text_printf(text, "%-*s  largest error      bound  %-*s  multiply-adds\n", path_width, "layer",
                place_width, "at");
    size_t n_exceeded = 0;
    for (size_t i = 0; i < verification->steps.len; i++) {
        const VerifiedStep *step = &verification->steps.at[i];
        text_printf(text, "%-*s  %13.3g  %9.3g  %-*s  %s%s\n", path_width, step->path,
                    step->max_error, step->bound, place_width, show_place(text->arena, step),
                    show_macs(text->arena, step), step->ok ? "" : "   TOO LARGE");
        n_exceeded += !step->ok;
    }
    if (verification->counted)
        text_puts(text, "multiply-adds: as the loops do them, with the lanes that only fill a "
                        "vector and those of exp\nand tanh, for those of the definition\n");
    else
        text_puts(text, "multiply-adds: of the definition; too many to count those of the loops\n");
    if (n_exceeded)
        text_printf(text, "%zu of %zu steps exceed their bound\n", n_exceeded,
                    verification->steps.len);
    else
        text_puts(text, "every step is within its bound\n");
}

static ExitStatus run_and_verify(Compilation *c, const Compiled *compiled,
                                 Verification *verification) {
    Execution execution;
    ExitStatus status = execution_begin(c->arena, compiled, 1, &execution);
    if (status != STATUS_DONE) return status;
    verify_fill_inputs(&execution);
    status = execution_run(&execution);
    if (status == STATUS_DONE) {
        const char *why = verify_steps(c->arena, compiled, &execution, verification);
        if (why) status = backend_failed(why);
    }
    execution_end(&execution);
    return status;
}

ExitStatus cmd_verify(Arena *arena, const Options *options) {
    Compilation compilation;
    Compiled compiled;
    Verification verification;
    CompileOptions wanted = {.emit = EMIT_OBJECT, .keep_values = true};
    ExitStatus status =
        front_load(arena, options, options->files.at[0], GOAL_WEIGHTS, &compilation);
    if (status == STATUS_DONE) status = backend_compile(&compilation, "native", &wanted, &compiled);
    if (status == STATUS_DONE) status = run_and_verify(&compilation, &compiled, &verification);
    if (status != STATUS_DONE) return status;
    front_report_times(&compilation);
    Text text = text_in(arena);
    if (options->json)
        print_json(&text, &verification);
    else
        print_table(&text, &verification);
    status = sink_print_result(options, &text);
    return status == STATUS_DONE && !verification.ok ? STATUS_INPUT : status;
}
