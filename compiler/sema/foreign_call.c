/* Reports a call in another framework's form, with the one mended line. */
#include "sema/eval.h"
#include "sema/foreign_mend.h"
#include "sema/infer.h"
#include "sema/scope.h"

#include <string.h>
#include <strings.h>

bool is_plain(Sema *sema, const AstArg *arg) {
    if (arg->kind != AST_ARG_POSITIONAL) return false;
    switch (arg->value->kind) {
    case AST_PAIR:
    case AST_STRING:
    case AST_AXIS:
    case AST_UNKNOWN:
    case AST_LIST: return true;
    case AST_NEGATE: return is_number(sema, arg->value);
    case AST_NAME: return false;
    default: return is_number(sema, arg->value);
    }
}

const char *foreign_name(Sema *sema, const AstPath *callee) {
    static const char modules[] = "nn torch F tf keras layers K onnx mx tl";
    const char *name = callee->second.text ? callee->second.text : callee->first.text;
    if (callee->second.text && (!foreign_has(modules, callee->first.text) ||
                                name_map_get(&sema->scope->module->imports, callee->first.text)))
        return NULL;
    if (foreign_form(name) || foreign_layer(name)) return name;
    if (callee->second.text && strncasecmp(name, "dropout", 7) == 0) return name;
    return callee->second.text && layer_find(name) ? name : NULL;
}

const char *foreign_kin(const char *name) {
    const ForeignForm *form = foreign_form(name);
    return form && *form->layer ? form->layer : NULL;
}

/* The attributes of a layer of .net that take numbers and are not given, in its order. */
static const char *own_parameters(Sema *sema, const LayerCall *call) {
    Text text = text_in(sema->arena);
    for (int i = 0; i < call->layer->n_attrs; i++) {
        const AttrDef *def = &call->layer->attrs[i];
        bool given = false;
        for (size_t j = 0; j < call->expr->call.n_args; j++) {
            const AstArg *arg = &call->expr->call.args[j];
            if (arg->kind != AST_ARG_NAMED) continue;
            given |= strcmp(arg->name.text, attr_text(def->name)) == 0 ||
                     foreign_attr(arg->name.text) == (int)def->name;
        }
        if (given || (def->kind != KIND_COUNT && def->kind != KIND_AXES && def->kind != KIND_PAD &&
                      def->kind != KIND_NUMBER))
            continue;
        text_printf(&text, "%s ", attr_text(def->name));
    }
    return text_str(&text);
}

/* What stands between the brackets of the mended call. */
static const char *arguments_text(const Mend *mend) {
    Sema *sema = mend->sema;
    const AstExpr *expr = mend->call->expr;
    Text text = text_in(sema->arena);
    for (size_t i = 0; i < expr->call.n_args; i++) {
        const AstArg *arg = &expr->call.args[i];
        if (arg->kind != AST_ARG_POSITIONAL || is_plain(sema, arg)) continue;
        text_printf(&text, "%s%s", text.len ? ", " : "", made_as_written(sema, arg->value).text);
    }
    for (int i = 0; i < mend->layer->n_attrs; i++) {
        AttrName attr = mend->layer->attrs[i].name;
        if (!mend->attrs[attr].value) continue;
        text_printf(&text, "%s%s=%s", text.len ? ", " : "", attr_text(attr),
                    mend->attrs[attr].text);
    }
    return text.len ? text_str(&text) : "";
}

/* A step behind the layer: "clip lo=0 hi=6", "conv c=8 k=1 @d.pointwise". */
static const AstExpr *step_call(const Mend *mend, const char *step, const char **text) {
    Sema *sema = mend->sema;
    Span span = mend->call->span;
    AstExpr *expr = ast_copy(sema->arena, mend->call->expr);
    Text out = text_in(sema->arena);
    const char *name = foreign_next(sema->arena, &step), *word;
    AstArg *args = ARENA_ARRAY(sema->arena, AstArg, MAX_LAYER_ATTRS);
    AstLabel label = {0};
    size_t n = 0;
    while ((word = foreign_next(sema->arena, &step)) != NULL) {
        if (*word == '@') {
            label = (AstLabel){intern(sema->interner, word + 1, strlen(word + 1)), span};
            continue;
        }
        const char *value = strchr(word, '=') + 1;
        const char *attr = arena_strndup(sema->arena, word, (size_t)(value - 1 - word));
        Made made = made_word(sema, span, value);
        args[n++] = (AstArg){.kind = AST_ARG_NAMED,
                             .name = {intern(sema->interner, attr, strlen(attr)), span},
                             .value = ast_copy(sema->arena, made.value),
                             .span = span};
        text_printf(&out, "%s%s=%s", n > 1 ? ", " : "", attr, made.text);
    }
    *text = n ? arena_printf(sema->arena, "%s(%s)", name, text_str(&out)) : name;
    if (label.text) *text = arena_printf(sema->arena, "%s @\"%s\"", *text, label.text);
    expr->call.callee = (AstPath){{intern(sema->interner, name, strlen(name)), span}, {0}, span};
    expr->call.piped = mend->call->expr->call.piped;
    expr->call.args = args;
    expr->call.n_args = n;
    expr->call.label = label;
    return expr;
}

/* The call as a tree: what was given stands in the order of the text, what was not before it. */
static const AstExpr *mended_call(const Mend *mend) {
    Sema *sema = mend->sema;
    const AstExpr *expr = mend->call->expr;
    AstExpr *out = ast_copy(sema->arena, expr);
    Span span = expr->call.callee.span;
    AstArg *args = ARENA_ARRAY(sema->arena, AstArg, expr->call.n_args + MAX_LAYER_ATTRS);
    size_t n = 0;
    for (int i = 0; i < mend->layer->n_attrs; i++) {
        AttrName attr = mend->layer->attrs[i].name;
        if (!mend->attrs[attr].value || mend->args[attr]) continue;
        args[n++] = (AstArg){.kind = AST_ARG_NAMED,
                             .name = {attr_text(attr), span},
                             .value = ast_copy(sema->arena, mend->attrs[attr].value),
                             .span = span};
    }
    for (size_t i = 0; i < expr->call.n_args; i++) {
        const AstArg *arg = &expr->call.args[i];
        if (arg->kind == AST_ARG_POSITIONAL && !is_plain(sema, arg)) args[n++] = *arg;
        for (int j = 0; j < mend->layer->n_attrs; j++) {
            AttrName attr = mend->layer->attrs[j].name;
            if (!mend->attrs[attr].value || mend->args[attr] != arg) continue;
            AstName name = arg->kind == AST_ARG_NAMED ? arg->name : (AstName){NULL, arg->span};
            name.text = attr_text(attr);
            args[n++] = (AstArg){.kind = AST_ARG_NAMED,
                                 .name = name,
                                 .value = ast_copy(sema->arena, mend->attrs[attr].value),
                                 .span = arg->span};
        }
    }
    const char *name = mend->layer->name;
    out->call.callee = (AstPath){{intern(sema->interner, name, strlen(name)), span}, {0}, span};
    out->call.args = args;
    out->call.n_args = n;
    return out;
}

/* Replaces the text at `span`, but for what is the same before and behind. */
static void edit_difference(const Mend *mend, DiagHelp *help, Span span, const char *text) {
    const char *old = mend->sema->sources->files.at[span.file]->text + span.begin;
    size_t old_len = span.end - span.begin, len = strlen(text);
    size_t least = old_len < len ? old_len : len, before = 0, behind = 0;
    while (before < least && old[before] == text[before]) before++;
    while (behind < least - before && old[old_len - behind - 1] == text[len - behind - 1]) behind++;
    bool inserts = before + behind == old_len;
    while (!inserts && before > 0 && !strchr("( ", text[before - 1])) before--;
    while (!inserts && behind > 0 && !strchr("(,)", text[len - behind])) behind--;
    span.begin += (uint32_t)before;
    span.end -= (uint32_t)behind;
    diag_edit(help, span, "%.*s", (int)(len - before - behind), text + before);
}

/* The mended line, as a help of the message. */
static void edit_call(const Mend *mend, DiagHelp *help) {
    Sema *sema = mend->sema;
    const AstExpr *expr = mend->call->expr;
    const char *inside = arguments_text(mend), *steps[MAX_STEPS_BEHIND];
    for (int i = 0; i < mend->n_behind; i++) step_call(mend, mend->behind[i], &steps[i]);
    Span stage = expr->call.stage;
    if (!expr->call.piped && mend->n_behind) { /* relu(conv(x, ...)) */
        Text before = text_in(sema->arena), behind = text_in(sema->arena);
        for (int i = mend->n_behind - 1; i >= 0; i--) {
            size_t name = strcspn(steps[i], "(");
            text_printf(&before, "%.*s(", (int)name, steps[i]);
        }
        for (int i = 0; i < mend->n_behind; i++) {
            const char *attrs = strchr(steps[i], '(');
            text_printf(&behind, "%s%s", attrs ? ", " : "", attrs ? attrs + 1 : ")");
        }
        diag_edit(help, stage, "%s%s(%s)", text_str(&before), mend->layer->name, inside);
        diag_edit(help, span_end(expr->span), "%s", text_str(&behind));
        return;
    }
    bool parens =
        *inside || !expr->call.piped || (expr->call.has_parens && mend->layer->n_attrs > 0);
    edit_difference(mend, help, stage,
                    parens ? arena_printf(sema->arena, "%s(%s)", mend->layer->name, inside)
                           : mend->layer->name);
    if (mend->n_behind == 0) return;
    Text behind = text_in(sema->arena);
    for (int i = 0; i < mend->n_behind; i++) text_printf(&behind, " |> %s", steps[i]);
    diag_edit(help, span_end(expr->span), "%s", text_str(&behind));
}

/* What in_channels says, held against the input. */
static FixGrade note_channels(const Mend *mend, Diag *diag, FixGrade grade) {
    const TensorType *type = mend_input(mend);
    int channel = type ? type_channel(type) : NO_AXIS;
    if (!mend->channels) return grade;
    if (mend->channels->kind != AST_INT || channel == NO_AXIS || type->axes[channel].extent < 1 ||
        type->axes[channel].extent == mend->channels->integer) {
        diag_note(diag, "the input channels are those of the tensor, and are not written");
        return grade;
    }
    diag_note(diag, "the layer was made for %lld channels, and its input has %lld",
              (long long)mend->channels->integer, (long long)type->axes[channel].extent);
    return FIX_MAYBE;
}

/* What the name says and the call does not. */
static void note_implied(const Mend *mend, Diag *diag, const char *name) {
    Text text = text_in(mend->sema->arena);
    for (int i = 0; mend->form && i < mend->layer->n_attrs; i++) {
        AttrName attr = mend->layer->attrs[i].name;
        if (!mend->attrs[attr].value || mend->args[attr]) continue;
        text_printf(&text, "%s%s=%s", text.len ? ", " : "", attr_text(attr),
                    mend->attrs[attr].text);
    }
    if (!text.len) return;
    const char *who = mend->form->framework == 'T'   ? "PyTorch"
                      : mend->form->framework == 'K' ? "Keras"
                                                     : "ONNX";
    diag_note(diag, "`%s` of %s implies %s", name, who, text_str(&text));
}

static Diag *report_layer(const Mend *mend) {
    const AstPath *callee = &mend->call->expr->call.callee;
    const char *name = callee->second.text ? arena_printf(mend->sema->arena, "%s.%s",
                                                          callee->first.text, callee->second.text)
                                           : callee->first.text;
    Diag *diag = diag_add(mend->sema->diags, N0201, callee->span,
                          "unknown layer `%s`; it is called `%s`" FACTS("layer meant"), name,
                          mend->layer->name);
    diag_here(diag, "the name of another framework");
    return diag;
}

/* N0203: names of other frameworks in a call of a layer of .net. */
static Diag *report_names(const Mend *mend, const char *const *names, int n, Span span) {
    Sema *sema = mend->sema;
    Text list = text_in(sema->arena);
    for (int i = 0; i < n; i++) text_printf(&list, "%s`%s`", i ? ", " : "", names[i]);
    Diag *diag = diag_add(sema->diags, N0203, span,
                          "`%s` has no attribute%s %s" FACTS("layer - attributes[]"),
                          mend->layer->name, n > 1 ? "s" : "", text_str(&list));
    const char *origin = foreign_origin(mend->layer, names, n);
    if (origin)
        diag_here(diag, n > 1 ? "these are the names of %s" : "the name of %s", origin);
    else
        diag_here(diag, n > 1 ? "names of other frameworks" : "the name of another framework");
    diag_note(diag, "why: `.net` uses the paper's letters, one spelling each: c, k, s, p, d, g, a");
    return diag;
}

/* N0105: the tensors in a list. */
static Diag *report_list(const Mend *mend) {
    Diag *diag =
        diag_add(mend->sema->diags, N0105, mend->call->list->span,
                 "`%s` takes tensors, this is a list of them" FACTS("layer"), mend->layer->name);
    diag_here(diag, "no brackets: they are arguments, one beside the other");
    return diag;
}

/* What is wrong with a call of a layer of .net; NULL if it is as it should be. */
static Diag *report_arguments(const Mend *mend, int *n_names) {
    Sema *sema = mend->sema;
    const AstExpr *expr = mend->call->expr;
    const char **names = ARENA_ARRAY(sema->arena, const char *, expr->call.n_args + 1);
    Span span = {0};
    int n = 0;
    for (size_t i = 0; i < expr->call.n_args; i++) {
        const AstArg *arg = &expr->call.args[i];
        if (arg->kind != AST_ARG_NAMED || own_name(mend->layer, arg->name.text) >= 0) continue;
        span = n ? span_join(span, arg->span) : arg->span;
        names[n++] = arg->name.text;
    }
    *n_names = n;
    if (n > 0) return report_names(mend, names, n, span);
    return mend->call->list ? report_list(mend) : report_numbers(sema, expr);
}

/* "if they are `c` and `k`": what the numbers without a name were taken for. */
static const char *title_of(const Mend *mend, const char *parameters) {
    Sema *sema = mend->sema;
    const AstExpr *expr = mend->call->expr;
    const char **names = ARENA_ARRAY(sema->arena, const char *, expr->call.n_args + 1), *word;
    int n = 0;
    for (size_t i = 0; i < expr->call.n_args; i++)
        if (is_plain(sema, &expr->call.args[i]) &&
            (word = foreign_next(sema->arena, &parameters)) != NULL)
            names[n++] = arena_printf(sema->arena, "`%.*s`", (int)strcspn(word, ":"), word);
    return arena_printf(sema->arena, "if %s %s", n > 1 ? "they are" : "it is",
                        join_words(sema->arena, names, n));
}

/* True if the text of the call can be written anew: no comment in it would be lost. */
static bool may_rewrite(Sema *sema, Span span) {
    const SourceFile *file = sema->sources->files.at[span.file];
    return !memchr(file->text + span.begin, '#', span.end - span.begin);
}

static bool is_of_darknet(const LayerCall *call, const char *name) {
    if (name && (strcmp(name, "convolutional") == 0 || strcmp(name, "deconvolutional") == 0))
        return true;
    for (size_t i = 0; i < call->expr->call.n_args; i++) {
        const AstArg *arg = &call->expr->call.args[i];
        if (arg->kind == AST_ARG_NAMED && strcmp(arg->name.text, "size") == 0) return true;
    }
    return false;
}

static Mend mend_of(Sema *sema, const LayerCall *call, const ForeignForm *form,
                    const LayerDef *layer, const char *name) {
    return (Mend){.sema = sema,
                  .call = call,
                  .form = form,
                  .layer = layer,
                  .multiplier = 1,
                  .is_darknet = is_of_darknet(call, name)};
}

static void put(const Mend *mend, ForeignCall *out) {
    *out = (ForeignCall){.layer = mend->layer, .call = mended_call(mend)};
    const char *text;
    for (int i = 0; i < mend->n_behind; i++)
        out->behind[out->n_behind++] = step_call(mend, mend->behind[i], &text);
}

/* Conv2d(3, 64, 3). */
static bool mend_layer(Sema *sema, const LayerCall *call, const char *name, bool alone,
                       ForeignCall *out) {
    const ForeignForm *form = foreign_form(name);
    const char *meant = form && *form->layer ? form->layer : foreign_layer(name);
    const LayerDef *layer = layer_find(meant ? meant : name);
    if (!layer) return false;
    Mend mend = mend_of(sema, call, form, layer, name);
    if (!mend_arguments_of(&mend, form ? form->parameters : "") || (alone && mend.n_behind))
        return false;
    Diag *diag = report_layer(&mend);
    FixGrade grade = note_channels(&mend, diag, FIX_AUTO);
    note_implied(&mend, diag, name);
    edit_call(&mend, diag_help(diag, grade, "use `%s`", layer->name));
    put(&mend, out);
    return true;
}

/* True if nothing is missing but what frameworks disagree on. */
static bool is_whole(const Mend *mend) {
    for (int i = 0; i < mend->layer->n_attrs; i++) {
        const AttrDef *def = &mend->layer->attrs[i];
        if (def->need == NEED_NEEDED && !*def->words && !mend->attrs[def->name].value) return false;
    }
    return true;
}

static bool has_plain(Sema *sema, const AstExpr *expr) {
    for (size_t i = 0; i < expr->call.n_args; i++)
        if (is_plain(sema, &expr->call.args[i])) return true;
    return false;
}

/* conv(64, 3), conv(filters=64, kernel_size=3). */
static bool mend_arguments(Sema *sema, const LayerCall *call, bool alone, ForeignCall *out) {
    Mend mend = mend_of(sema, call, NULL, call->layer, NULL);
    Mend torch = mend_of(sema, call, NULL, call->layer, NULL);
    const ForeignForm *form =
        has_plain(sema, call->expr) ? foreign_form_of_torch(call->layer) : NULL;
    const char *parameters = own_parameters(sema, call);
    bool own = mend_arguments_of(&mend, parameters) && (mend.changes || call->list);
    bool theirs =
        form && mend_arguments_of(&torch, form->parameters) && torch.channels && is_whole(&torch);
    if (alone && mend.n_behind) own = false;
    if (alone && torch.n_behind) theirs = false;
    if (!own && !theirs) return false;
    int n_names;
    Diag *diag = report_arguments(own ? &mend : &torch, &n_names);
    if (!diag) return false;
    FixGrade grade = n_names > 0 || call->list ? FIX_AUTO : FIX_MAYBE;
    const TensorType *type = mend_input(&mend);
    int channel = type ? type_channel(type) : NO_AXIS;
    bool fits = theirs && torch.channels->kind == AST_INT && channel != NO_AXIS &&
                type->axes[channel].extent == torch.channels->integer;
    if (own && theirs && fits) grade = FIX_MAYBE;
    if (own) grade = note_channels(&mend, diag, grade);
    bool is_named = n_names > 0 || call->list;
    if (own)
        edit_call(&mend,
                  diag_help(diag, grade, "%s",
                            is_named ? "the same layer in `.net`" : title_of(&mend, parameters)));
    if (theirs && (fits || !own))
        edit_call(&torch,
                  diag_help(diag, grade, "%s, as in PyTorch", title_of(&torch, form->parameters)));
    put(fits || !own ? &torch : &mend, out);
    return true;
}

bool mend_foreign_call(Sema *sema, const LayerCall *call, bool alone, ForeignCall *out) {
    if (!may_rewrite(sema, call->span)) return false;
    if (call->layer) return mend_arguments(sema, call, alone, out);
    const char *name = foreign_name(sema, &call->expr->call.callee);
    return name && mend_layer(sema, call, name, alone, out);
}
