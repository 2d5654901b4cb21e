/* Attributes of a call against the table: unknown, twice, missing. */
#include "sema/attrs.h"

#include "base/suggest.h"
#include "sema/foreign_form.h"

#include <string.h>

static const char *const names[] = {
    [ATTR_C] = "c",
    [ATTR_K] = "k",
    [ATTR_S] = "s",
    [ATTR_P] = "p",
    [ATTR_D] = "d",
    [ATTR_G] = "g",
    [ATTR_A] = "a",
    [ATTR_BORDER] = "border",
    [ATTR_FLIP] = "flip",
    [ATTR_ROUND] = "round",
    [ATTR_COUNT] = "count",
    [ATTR_N] = "n",
    [ATTR_AXIS] = "axis",
    [ATTR_SLOPE] = "slope",
    [ATTR_ALPHA] = "alpha",
    [ATTR_APPROXIMATE] = "approximate",
    [ATTR_LO] = "lo",
    [ATTR_HI] = "hi",
    [ATTR_SIZES] = "sizes",
    [ATTR_SHAPE] = "shape",
    [ATTR_TO] = "to",
    [ATTR_ORDER] = "order",
    [ATTR_VALUE] = "value",
    [ATTR_BY] = "by",
    [ATTR_MODE] = "mode",
    [ATTR_ALIGN] = "align",
    [ATTR_R] = "r",
    [ATTR_EPS] = "eps",
    [ATTR_SHIFT] = "shift",
    [ATTR_RUNNING_MEAN] = "running_mean",
    [ATTR_RUNNING_VAR] = "running_var",
    [ATTR_WEIGHT] = "weight",
    [ATTR_BIAS] = "bias",
};

static const LayerDef layers[] = {
#define ATTR(name, kind, need, fallback, words)                                                    \
    {ATTR_##name, KIND_##kind, NEED_##need, fallback, words},
#define LAYER(name, op, tensors, ...)                                                              \
    {name,                                                                                         \
     OP_##op,                                                                                      \
     tensors,                                                                                      \
     sizeof((AttrDef[]){__VA_ARGS__{0}}) / sizeof(AttrDef) - 1,                                    \
     {__VA_ARGS__{0}}},
#include "sema/attrs.def"
#undef ATTR
#undef LAYER
};

const char *attr_text(AttrName name) { return names[name]; }

const LayerDef *layer_at(int index) {
    return index < (int)(sizeof layers / sizeof *layers) ? &layers[index] : NULL;
}

const LayerDef *layer_find(const char *name) {
    const LayerDef *layer;
    for (int i = 0; (layer = layer_at(i)) != NULL; i++)
        if (strcmp(layer->name, name) == 0) return layer;
    return NULL;
}

const AttrDef *layer_attr(const LayerDef *layer, AttrName name) {
    for (int i = 0; i < layer->n_attrs; i++)
        if (layer->attrs[i].name == name) return &layer->attrs[i];
    return NULL;
}

bool layer_has_params(const LayerDef *layer) {
    for (int i = 0; i < layer->n_attrs; i++)
        if (layer->attrs[i].kind == KIND_SOURCE) return true;
    return false;
}

/* The layer's attribute that is written `text`, or NULL. */
static const AttrDef *own_attr(const LayerDef *layer, const char *text) {
    for (int i = 0; i < layer->n_attrs; i++)
        if (strcmp(names[layer->attrs[i].name], text) == 0) return &layer->attrs[i];
    return NULL;
}

static const char *list_attrs(Sema *sema, const LayerDef *layer) {
    if (layer->n_attrs == 0) return "none";
    Text text = text_in(sema->arena);
    for (int i = 0; i < layer->n_attrs; i++)
        text_printf(&text, "%s%s", i ? ", " : "", names[layer->attrs[i].name]);
    return text_str(&text);
}

void edit_attr(DiagHelp *help, const AstExpr *call, AttrName name, const char *value) {
    for (size_t i = 0; i < call->call.n_args; i++) {
        const AstArg *arg = &call->call.args[i];
        if (arg->kind != AST_ARG_NAMED || strcmp(arg->name.text, names[name]) != 0) continue;
        diag_edit(help, arg->value->span, "%s", value);
        return;
    }
    if (call->call.n_args > 0) {
        Span last = call->call.args[call->call.n_args - 1].span;
        diag_edit(help, span_end(last), ", %s=%s", names[name], value);
    } else if (call->call.has_parens) {
        Span inside = {call->span.file, call->call.parens.end - 1, call->call.parens.end - 1};
        diag_edit(help, inside, "%s=%s", names[name], value);
    } else {
        diag_edit(help, span_end(call->call.stage), "(%s=%s)", names[name], value);
    }
}

void edit_remove(DiagHelp *help, const AstExpr *call, const AstArg *arg) {
    size_t at = (size_t)(arg - call->call.args);
    Span removed = arg->span;
    if (at > 0)
        removed.begin = call->call.args[at - 1].span.end;
    else if (call->call.n_args > 1)
        removed.end = call->call.args[1].span.begin;
    diag_edit(help, removed, "%s", "");
}

/* N0205, with the help to leave either out. */
static void report_twice(Sema *sema, LayerCall *call, const char *name, const AstArg *arg,
                         const AstArg *first) {
    Diag *diag =
        diag_add(sema->diags, N0205, arg->span, "`%s` is given twice" FACTS("attribute"), name);
    diag_here(diag, "the second time");
    diag_label(diag, first->span, "the first time");
    edit_remove(diag_help(diag, FIX_MAYBE, "leave the second out"), call->expr, arg);
    edit_remove(diag_help(diag, FIX_MAYBE, "leave the first out"), call->expr, first);
    call->failed = true;
}

static void give(Sema *sema, LayerCall *call, AttrName name, const AstArg *arg,
                 const AstExpr *value) {
    GivenAttr *given = &call->attrs[name];
    if (given->arg)
        report_twice(sema, call, names[name], arg, given->arg);
    else
        *given = (GivenAttr){arg, value};
}

/* The arguments of a call that carry another framework's name for an attribute of the layer. */
typedef VEC(const AstArg *) ArgList;

/* The argument as .net has it: as one edit where it is short, else its name and its value. */
static void edit_foreign(Sema *sema, DiagHelp *help, const AstArg *arg) {
    AttrName attr = (AttrName)foreign_attr(arg->name.text);
    const AstExpr *value = foreign_value(sema, attr, arg->value);
    const SourceFile *file = sema->sources->files.at[arg->span.file];
    size_t len = arg->value->span.end - arg->value->span.begin;
    if (value != arg->value) {
        diag_edit(help, arg->span, "%s=%s", names[attr], foreign_value_text(sema, value));
    } else if (arg->value->kind == AST_INT || arg->value->kind == AST_SIZE ||
               arg->value->kind == AST_NAME) {
        diag_edit(help, arg->span, "%s=%.*s", names[attr], (int)len,
                  file->text + arg->value->span.begin);
    } else {
        diag_edit(help, arg->name.span, "%s", names[attr]);
    }
}

/* One message for all of them, with one fix. Where a value can be said in .net the analysis goes on
 * as if the fix were made. */
static void report_foreign(Sema *sema, LayerCall *call, const ArgList *args) {
    if (args->len == 0) return;
    Text text = text_in(sema->arena);
    const char **wrong = ARENA_ARRAY(sema->arena, const char *, args->len);
    bool sayable = true;
    for (size_t i = 0; i < args->len; i++) {
        wrong[i] = args->at[i]->name.text;
        text_printf(&text, "%s`%s`", i ? ", " : "", wrong[i]);
        AttrName attr = (AttrName)foreign_attr(wrong[i]);
        const AstExpr *value = foreign_value(sema, attr, args->at[i]->value);
        if (value)
            give(sema, call, attr, args->at[i], value);
        else
            sayable = false;
    }
    Span span = span_join(args->at[0]->span, args->at[args->len - 1]->span);
    Diag *diag = diag_add(sema->diags, N0203, span,
                          "`%s` has no attribute%s %s" FACTS("layer - attributes[]"),
                          call->layer->name, args->len > 1 ? "s" : "", text_str(&text));
    const char *origin = foreign_origin(call->layer, wrong, (int)args->len);
    if (origin)
        diag_here(diag, args->len > 1 ? "these are the names of %s" : "the name of %s", origin);
    else
        diag_here(diag,
                  args->len > 1 ? "names of other frameworks" : "the name of another framework");
    diag_note(diag, "why: `.net` uses the paper's letters, one spelling each: c, k, s, p, d, g, a");
    call->failed |= !sayable;
    if (!sayable) return;
    DiagHelp *help = diag_help(diag, FIX_AUTO, "the same layer in `.net`");
    for (size_t i = 0; i < args->len; i++) edit_foreign(sema, help, args->at[i]);
}

static void report_unknown(Sema *sema, LayerCall *call, const AstArg *arg) {
    Suggestion suggestion = suggest_among_few(arg->name.text);
    for (int i = 0; i < call->layer->n_attrs; i++)
        suggest_offer(&suggestion, names[call->layer->attrs[i].name]);
    Diag *diag = diag_add(sema->diags, N0203, arg->name.span,
                          "`%s` has no attribute `%s`" FACTS("layer attribute"), call->layer->name,
                          arg->name.text);
    WordMeaning meaning = foreign_word(arg->name.text);
    diag_here(diag, meaning == MEANS_ATTR ? "unknown here" : "the name of another framework");
    diag_note(diag, "the attributes of `%s`: %s", call->layer->name, list_attrs(sema, call->layer));
    if (meaning == MEANS_ACTIVATION)
        diag_help(diag, FIX_HOLE,
                  "an activation is a step of its own, behind the layer: `|> relu`");
    suggest_edits(&suggestion, diag, arg->name.span);
    call->failed = true;
}

/* N0309: a number without a default, since those of the frameworks differ. */
static void report_disputed(Sema *sema, LayerCall *call, const AttrDef *def) {
    const char *name = names[def->name];
    Diag *diag = diag_add(sema->diags, N0309, call->span,
                          "`%s` needs `%s` (%s)" FACTS("layer attribute frameworks"),
                          call->layer->name, name, def->words);
    diag_here(diag, "no `%s`", name);
    diag_note(diag, "why no default: the frameworks disagree");
    for (const char *choice = def->words; *choice;) {
        size_t length = strcspn(choice, ","), who = length;
        while (choice[who - 1] != ' ') who--;
        DiagHelp *help = diag_help(diag, FIX_MAYBE, "as in %.*s", (int)(who - 1), choice);
        edit_attr(help, call->expr, def->name,
                  arena_strndup(sema->arena, choice + who, length - who));
        choice += length;
        choice += strspn(choice, ", ");
    }
    call->failed = true;
}

/* One help for each axis that it can be. */
static void offer_axes(Diag *diag, const LayerCall *call, AttrName name) {
    const TensorType *type = call->n_tensors > 0 ? type_known(&call->tensors[0]) : NULL;
    if (!type) return;
    for (int i = 0; i < type->rank; i++) {
        if (i == type_batch(type)) continue;
        DiagHelp *help =
            diag_help(diag, FIX_MAYBE, i == type_channel(type) ? "along the channels" : "along %s",
                      type->axes[i].name);
        edit_attr(help, call->expr, name, type->axes[i].name);
    }
}

static void report_missing(Sema *sema, LayerCall *call) {
    const char *missing[MAX_LAYER_ATTRS];
    const AttrDef *last = NULL;
    int n = 0;
    for (int i = 0; i < call->layer->n_attrs; i++) {
        const AttrDef *def = &call->layer->attrs[i];
        if (def->need != NEED_NEEDED || call->attrs[def->name].arg) continue;
        if (sema->options->query && def->name != ATTR_K) continue; /* no part of the sizes */
        if (def->kind == KIND_NUMBER && *def->words)
            report_disputed(sema, call, def);
        else
            missing[n++] = arena_printf(sema->arena, "`%s`", names[(last = def)->name]);
    }
    if (n == 0) return;
    Diag *diag = diag_add(sema->diags, N0204, call->span, "`%s` needs %s" FACTS("layer missing[]"),
                          call->layer->name, join_words(sema->arena, missing, n));
    diag_here(diag, "no %s", join_words(sema->arena, missing, n));
    if (call->layer->op == OP_SOFTMAX || call->layer->op == OP_LOG_SOFTMAX ||
        call->layer->op == OP_ARGMAX || call->layer->op == OP_CONCAT)
        diag_note(diag, "why no default: the frameworks disagree on the axis");
    if (n == 1 && last->kind == KIND_AXIS) offer_axes(diag, call, last->name);
    call->failed = true;
}

static void gather_of(Sema *sema, LayerCall *call, const AstArg *arg) {
    if (call->layer->op == OP_TCONV && !call->of) {
        call->of = arg;
        return;
    }
    if (call->of) {
        report_twice(sema, call, "of", arg, call->of);
        return;
    }
    Diag *diag = diag_add(sema->diags, N0203, arg->span,
                          "`%s` has no attribute `of`" FACTS("layer"), call->layer->name);
    diag_here(diag, "only `tconv` undoes a layer");
    call->failed = true;
}

/* k=3, kernel_size=3: both names mean one attribute. */
static bool is_given(Sema *sema, LayerCall *call, const AstArg *arg) {
    AttrName name = (AttrName)foreign_attr(arg->name.text);
    if (!call->attrs[name].arg) return false;
    report_twice(sema, call, names[name], arg, call->attrs[name].arg);
    return true;
}

void attrs_gather(Sema *sema, LayerCall *call) {
    ArgList foreign = {0};
    bool unknown = false;
    for (size_t i = 0; i < call->expr->call.n_args; i++) {
        const AstArg *arg = &call->expr->call.args[i];
        if (arg->kind == AST_ARG_OF) gather_of(sema, call, arg);
        if (arg->kind != AST_ARG_NAMED) continue;
        const AttrDef *def = own_attr(call->layer, arg->name.text);
        int foreign_name = foreign_attr(arg->name.text);
        if (def) {
            give(sema, call, def->name, arg, arg->value);
        } else if (foreign_name >= 0 && layer_attr(call->layer, (AttrName)foreign_name)) {
            VEC_PUSH(sema->arena, &foreign, arg);
        } else {
            report_unknown(sema, call, arg);
            unknown = true;
        }
    }
    ArgList alone = {0};
    for (size_t i = 0; i < foreign.len; i++)
        if (!is_given(sema, call, foreign.at[i])) VEC_PUSH(sema->arena, &alone, foreign.at[i]);
    report_foreign(sema, call, &alone);
    /* What an unknown name was meant to give would be reported as missing. */
    if (!call->of && !unknown && !call->failed) report_missing(sema, call);
}
