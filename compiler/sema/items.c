/* net, model, let, weights, input, output; what they compute is in definition.c. */
#include "sema/items.h"

#include "base/file.h"
#include "base/suggest.h"
#include "sema/definition.h"
#include "sema/eval.h"
#include "sema/infer.h"
#include "sema/infer_f32.h"
#include "sema/module.h"
#include "sema/reserved.h"
#include "sema/resize.h"
#include "sema/scope.h"

#include <ctype.h>
#include <strings.h>

/* The edition of the language that this compiler knows. */
enum { EDITION = 1 };

void sema_check_edition(const AstItem *item, Diags *diags) {
    if (item->edition == EDITION) return;
    Diag *diag = item->edition > EDITION
                     ? diag_add(diags, N0901, item->span,
                                "this file is edition %lld, this compiler knows up to %d" FACTS(
                                    "edition known"),
                                (long long)item->edition, EDITION)
                     : diag_add(diags, N0901, item->span,
                                "there is no edition %lld; this "
                                "compiler knows edition %d" FACTS("edition known"),
                                (long long)item->edition, EDITION);
    diag_here(diag, "not known");
}

/* A `--set` of this let, or NULL. */
static const SemaSetting *setting_of(Sema *sema, const char *name) {
    for (size_t i = 0; i < sema->options->n_settings; i++)
        if (strcmp(sema->options->settings[i].name, name) == 0) return &sema->options->settings[i];
    return NULL;
}

void analyse_let(Sema *sema, const AstItem *item) {
    const AstName *name = &item->let.name;
    Binding *binding = scope_own(sema, item, name->text);
    bool in_main = sema->scope->module == sema->module;
    const SemaSetting *setting = in_main ? setting_of(sema, name->text) : NULL;
    const char *wanted = arena_printf(sema->arena, "`%s`", name->text);
    int64_t number = 0;
    double real = 0;
    bool ok = true, whole = setting || !is_real(sema, item->let.value);
    sema->bind = binding;
    if (setting)
        number = setting->value;
    else
        ok = whole ? eval_integer(sema, item->let.value, wanted, &number)
                   : eval_real(sema, item->let.value, wanted, &real);
    sema->bind = NULL;
    if (!binding) return;
    binding->defined = true;
    binding->number = number;
    binding->real = real;
    binding->kind = !ok ? BIND_FAILED : whole ? BIND_NUMBER : BIND_REAL;
}

/* Every --set must find its let. */
static void check_settings(Sema *sema) {
    for (size_t i = 0; i < sema->options->n_settings; i++) {
        const char *name = sema->options->settings[i].name;
        const Binding *binding = scope_find(sema, intern(sema->interner, name, strlen(name)));
        if (binding && binding->item->kind == AST_LET) continue;
        diag_add_global(sema->diags, N0101,
                        "unknown name `%s` in --set: the file has no such let" FACTS("name"),
                        quote_text(sema, name, strlen(name)));
    }
}

/* N0104: the name becomes a parameter of a C function, beside those of the others. */
static void check_c_name(Sema *sema, const AstName *name) {
    if (is_c_word(name->text)) {
        Diag *diag =
            diag_add(sema->diags, N0104, name->span, "`%s` is reserved" FACTS("name"), name->text);
        diag_here(diag, "a word of C or C++, or an argument of every model");
        diag_note(diag, "why: inputs and outputs are parameters of the generated C function");
    }
}

static void check_c_names(Sema *sema) {
    NameMap seen = {0};
    for (size_t i = 0; i < sema->ast->items.len; i++) {
        const AstItem *item = sema->ast->items.at[i];
        const AstName *name = item->kind == AST_INPUT    ? &item->input.name
                              : item->kind == AST_OUTPUT ? &item->output.name
                                                         : NULL;
        if (!name) continue;
        check_c_name(sema, name);
        char *upper = arena_strdup(sema->arena, name->text);
        for (char *c = upper; *c; c++) *c = (char)toupper((unsigned char)*c);
        const char *key = intern(sema->interner, upper, strlen(upper));
        const AstName *first = name_map_get(&seen, key);
        name_map_put(sema->arena, &seen, key, (void *)(uintptr_t)(first ? first : name));
        bool same_value = first && first->text == name->text && item->kind == AST_OUTPUT;
        if (!first || (same_value && item->output.value)) continue; /* N0102 says it */
        Diag *diag =
            diag_add(sema->diags, N0104, name->span,
                     "`%s` is reserved: an input or output is called `%s`" FACTS("name first"),
                     name->text, first->text);
        diag_here(diag, "the same name in upper case");
        diag_label(diag, first->span, "the first one");
        diag_note(diag, "why: `NAME_%s_ELEMS` would be defined twice in the header", upper);
    }
}

/* Names of other languages, each with its own. */
static const char *own_dtype(const char *foreign) {
    static const char *const names[][2] = {
        {"float", "f32"}, {"float32", "f32"}, {"fp32", "f32"}, {"F32", "f32"}, {"single", "f32"},
        {"uint8", "u8"},  {"uint8_t", "u8"},  {"U8", "u8"},    {"byte", "u8"}, {"uchar", "u8"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(foreign, names[i][0]) == 0) return names[i][1];
    return NULL;
}

/* N0601, N0602; the analysis goes on in f32. */
static Dtype read_dtype(Sema *sema, const AstName *dtype) {
    static const char *const reserved[] = {"f16", "bf16", "i8"};
    if (strcmp(dtype->text, "f32") == 0) return DTYPE_F32;
    if (strcmp(dtype->text, "u8") == 0) return DTYPE_U8;
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) {
        if (strcmp(dtype->text, reserved[i]) != 0) continue;
        Diag *diag = diag_add(sema->diags, N0601, dtype->span,
                              "element type `%s` is reserved" FACTS("dtype"), dtype->text);
        diag_here(diag, "edition 1 computes in f32");
        return DTYPE_F32;
    }
    Diag *diag = diag_add(sema->diags, N0602, dtype->span,
                          "unknown element type `%s`" FACTS("dtype"), dtype->text);
    diag_here(diag, "edition 1 has f32, and u8 for inputs");
    const char *own = own_dtype(dtype->text);
    DiagHelp *help = own ? diag_help(diag, FIX_AUTO, "the same type in `.net`")
                         : diag_help(diag, FIX_MAYBE, "use `f32`");
    diag_edit(help, dtype->span, "%s", own ? own : "f32");
    return own && strcmp(own, "u8") == 0 ? DTYPE_U8 : DTYPE_F32;
}

static void analyse_input(Sema *sema, const AstItem *item) {
    const AstName *name = &item->input.name;
    const AstExpr *axes = item->input.axes;
    Binding *binding = scope_own(sema, item, name->text);
    TensorType type = {.dtype = DTYPE_F32};
    sema->bind = binding;
    sema->bind_name = sema->bind_path = name->text;
    bool ok = axes->kind == AST_LIST; /* else it could not be read */
    if (ok) type.dtype = read_dtype(sema, &item->input.dtype);
    if (ok) ok = read_axes(sema, axes, &type);
    sema->bind = NULL;
    const SemaResize *resize = sema->options->resize;
    int resized = resize ? type_axis(&type, resize->axis) : NO_AXIS;
    if (resized != NO_AXIS) type.axes[resized].extent = resize->extent;
    int64_t elems;
    if (ok && !type_elems(&type, &elems)) {
        Diag *diag =
            diag_add(sema->diags, N0350, axes->span,
                     "`%s` is %s, over the limit of 2⁴⁰ elements" FACTS("value sizes_over_limit[]"),
                     name->text, sizes_of(sema, &type));
        diag_here(diag, "too large");
        ok = false;
    }
    if (!binding) return;
    binding->defined = true;
    if (!ok) {
        binding->tensor = tensor_failed(sema, name->text, name->span, &type);
        return;
    }
    VEC_PUSH(sema->arena, &sema->calls, NULL);
    Node *node = graph_add_node(sema->graph, OP_INPUT, name->text, name->span, name->text, &type);
    node->output->named = true;
    VEC_PUSH(sema->arena, &sema->graph->inputs, node->output);
    binding->tensor = tensor_of(node->output);
}

static void analyse_output(Sema *sema, const AstItem *item) {
    const AstName *name = &item->output.name;
    Tensor tensor;
    if (item->output.value) {
        tensor = infer_definition(sema, item, name, 1, item->output.value);
        bind_value(sema, item, name, &tensor);
    } else {
        Binding *binding = scope_use(sema, name);
        sema->has_output = true;
        if (!binding || binding->kind == BIND_FAILED) return;
        if (binding->kind != BIND_VALUE) {
            const char *found = describe_binding(binding);
            Diag *diag = diag_add(sema->diags, N0105, name->span,
                                  "an output wants a tensor, `%s` is %s" FACTS("name given"),
                                  name->text, found);
            diag_here(diag, "not a tensor");
            diag_label(diag, binding->span, "%s", found);
            return;
        }
        tensor = binding->tensor;
    }
    sema->has_output = true;
    if (!output_takes_type(sema, item, &tensor)) return;
    GraphOutput output = {.name = name->text, .value = tensor.value, .span = name->span};
    VEC_PUSH(sema->arena, &sema->graph->outputs, output);
}

static void analyse_weights(Sema *sema, const AstItem *item) {
    if (!sema->weights) {
        sema->weights = item;
        return;
    }
    Diag *diag = diag_add(sema->diags, N0102, item->span, "the model has a `weights` line already");
    diag_here(diag, "a second one");
    diag_label(diag, sema->weights->span, "the first one");
}

static void analyse_model(Sema *sema, const AstItem *item) {
    if (!sema->model) {
        sema->model = item;
        sema->graph->model = item->model.text;
        return;
    }
    Diag *diag = diag_add(sema->diags, N0102, item->span, "the model has a name already");
    diag_here(diag, "a second one");
    diag_label(diag, sema->model->span, "the first one");
}

/* The C prefix without a `model` line: the file's stem, other characters as `_`, a digit behind n.
 */
static const char *model_of_file(Sema *sema) {
    const char *stem = path_stem(sema->arena, sema->sources->files.at[sema->ast->file]->name);
    char *name = arena_printf(sema->arena, "%s%s", isdigit((unsigned char)*stem) ? "n" : "", stem);
    for (char *c = name; *c; c++)
        if (!isalnum((unsigned char)*c) || (unsigned char)*c >= 0x80) *c = '_';
    return *name ? name : "_";
}

static void analyse_item(Sema *sema, const AstItem *item) {
    switch (item->kind) {
    case AST_EDITION: sema_check_edition(item, sema->diags); break;
    case AST_MODEL: analyse_model(sema, item); break;
    case AST_IMPORT: break; /* read before */
    case AST_LET: analyse_let(sema, item); break;
    case AST_WEIGHTS: analyse_weights(sema, item); break;
    case AST_INPUT: analyse_input(sema, item); break;
    case AST_OUTPUT: analyse_output(sema, item); break;
    case AST_DEF: break; /* expanded at each use */
    case AST_BIND: analyse_bind(sema, item); break;
    }
}

/* N0401: the last value is most likely what is wanted. */
static void report_no_output(Sema *sema) {
    Diag *diag = diag_add_global(sema->diags, N0401, "the model has no output");
    for (size_t i = sema->ast->items.len; i-- > 0;) {
        const AstItem *item = sema->ast->items.at[i];
        if (item->kind != AST_BIND) continue;
        const char *name = item->bind.names[0].text;
        DiagHelp *help = diag_help(diag, FIX_MAYBE, "give the last value to the caller");
        diag_edit(help, span_end(item->span), "\noutput %s", name);
        return;
    }
}

/* N0401, N0402: not where the parser may have lost the line. */
static void check_ends(Sema *sema) {
    if (sema->ast->damaged) return;
    if (!sema->lacking_input && scope_lacks_input(sema))
        diag_add_global(sema->diags, N0402, "the model has no input");
    if (!sema->has_output) report_no_output(sema);
}

void analyse_items(Sema *sema) {
    sema->graph->model = model_of_file(sema);
    module_main(sema);
    check_settings(sema);
    check_c_names(sema);
    for (size_t i = 0; i < sema->ast->items.len; i++) analyse_item(sema, sema->ast->items.at[i]);
    check_ends(sema);
    /* Beside an error, what is not used may be what was meant. */
    if (sema->diags->n_errors == 0) scope_warn_unused(sema);
}
