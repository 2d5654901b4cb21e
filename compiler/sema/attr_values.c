/* From an attribute's expression to numbers per axis, paddings and words. */
#include "sema/infer.h"

#include "base/suggest.h"
#include "sema/eval.h"
#include "sema/made.h"
#include "sema/negative_pad.h"
#include "sema/scope.h"
#include "sema/trace.h"

#include <string.h>

static const char *const pad_words[] = {[PAD_VALID] = "valid",
                                        [PAD_HALF] = "half",
                                        [PAD_SAME] = "same",
                                        [PAD_FULL] = "full",
                                        [PAD_CAUSAL] = "causal"};

/* The word that an expression is, or NULL. */
static const char *word_of(const AstExpr *expr) {
    return expr->kind == AST_NAME && !expr->name.second.text ? expr->name.first.text : NULL;
}

static const char *wanted_of(Sema *sema, AttrName name) {
    return arena_printf(sema->arena, "`%s`", attr_text(name));
}

/* A sign too many, or a zero for what has no zero: without a stride, dilation or groups is 1. */
static void offer_in_range(Sema *sema, Diag *diag, Span span, AttrName name, int64_t value,
                           int64_t least) {
    const char *text = sema->sources->files.at[span.file]->text + span.begin;
    if (value < 0 && *text == '-' && -value >= least)
        diag_edit(diag_help(diag, FIX_MAYBE, "without the sign"),
                  (Span){span.file, span.begin, span.begin + 1}, "%s", "");
    else if (value == 0 && *text == '0' && span.end - span.begin == 1 &&
             (name == ATTR_S || name == ATTR_D || name == ATTR_G))
        diag_edit(diag_help(diag, FIX_MAYBE,
                            name == ATTR_S   ? "windows at every position"
                            : name == ATTR_D ? "a kernel without holes"
                                             : "all channels together"),
                  span, "1");
}

static bool report_range(Sema *sema, const LayerCall *call, Span span, AttrName name, int64_t value,
                         int64_t least) {
    if (value > MAX_EXTENT) {
        Diag *diag = diag_add(sema->diags, N0350, span,
                              "`%s` is over the limit of %s" FACTS("attribute limit#"),
                              attr_text(name), count_text(sema, MAX_EXTENT));
        diag_here(diag, "is %s", count_text(sema, value));
        return false;
    }
    Diag *diag = name == ATTR_P
                     ? diag_add(sema->diags, N0304, span, "%s",
                                call->layer->op == OP_CROP ? "a crop cannot be negative; use pad"
                                                           : "padding cannot be negative; use crop")
                     : diag_add(sema->diags, N0302, span,
                                "`%s` must be at least %lld" FACTS("attribute least"),
                                attr_text(name), (long long)least);
    diag_here(diag, "is %lld", (long long)value);
    if (name == ATTR_P)
        offer_crop(sema, diag, call);
    else
        offer_in_range(sema, diag, span, name, value, least);
    return false;
}

static bool in_range(Sema *sema, const LayerCall *call, Span span, AttrName name, int64_t value,
                     int64_t least) {
    return (value >= least && value <= MAX_EXTENT) ||
           report_range(sema, call, span, name, value, least);
}

/* True if the message about the number has been given: the place is one more of it. */
static bool is_told(Sema *sema, const AstExpr *expr, const AstExpr *origin, int64_t least) {
    for (size_t i = 0; i < sema->value_faults.len; i++) {
        const ValueFault *fault = &sema->value_faults.at[i];
        if (fault->origin != origin || fault->least != least) continue;
        diag_label(fault->diag, expr->span, "here too");
        if (sema->scope->use) sema->scope->use->failed = true;
        return true;
    }
    return false;
}

static bool number_at_least(Sema *sema, const LayerCall *call, const AstExpr *expr, AttrName name,
                            int64_t least, int64_t *out) {
    int64_t value;
    if (!eval_integer(sema, expr, wanted_of(sema, name), &value)) return false;
    if (value >= least && value <= MAX_EXTENT) {
        *out = value;
        return true;
    }
    const AstExpr *origin = origin_of(sema, expr);
    if (origin != expr && is_told(sema, expr, origin, least)) return false;
    report_range(sema, call, expr->span, name, value, least);
    if (origin == expr) return false;
    ValueFault fault = {origin, least, sema->diags->list.at[sema->diags->list.len - 1]};
    VEC_PUSH(sema->arena, &sema->value_faults, fault);
    return false;
}

bool attr_count(Sema *sema, const LayerCall *call, AttrName name, int64_t *out) {
    const GivenAttr *given = &call->attrs[name];
    if (given->arg) return number_at_least(sema, call, given->value, name, 1, out);
    *out = layer_attr(call->layer, name)->fallback;
    return true;
}

static const char *spatial_names(Sema *sema, const LayerCall *call) {
    Text text = text_in(sema->arena);
    for (int i = 0; i < call->n_spatial; i++)
        text_printf(&text, "%s%s", i ? ", " : "",
                    call->input.value->type.axes[call->spatial[i]].name);
    return text_str(&text);
}

static Diag *report_axes(Sema *sema, const LayerCall *call, const AstExpr *expr, Span where,
                         const char *here) {
    Diag *diag =
        diag_add(sema->diags, N0303, expr->span,
                 "`%s` must name every spatial axis of `%s`: %s" FACTS("given value axes[]"),
                 quote_span(sema, expr->span), call->input.value->name, spatial_names(sema, call));
    if (where.begin == expr->span.begin && where.end == expr->span.end)
        diag_here(diag, "%s", here);
    else
        diag_label(diag, where, "%s", here);
    return diag;
}

/* The part of an attribute's expression that belongs to spatial axis `index`. */
typedef struct AxisPart {
    const AstExpr *expr; /* NULL: the number below */
    int64_t number;
    Span span;
} AxisPart;

/* Splits {H: 3, W: 5}, 3x5 or one value into parts; gives false if an axis has none. */
static bool split_axes(Sema *sema, const LayerCall *call, const AstExpr *expr,
                       AxisPart parts[MAX_SPATIAL]) {
    int n = call->n_spatial;
    for (int i = 0; i < MAX_SPATIAL; i++) parts[i] = (AxisPart){.expr = expr, .span = expr->span};
    if (n == 0) { /* of an input that failed, whose axes nobody knows: one part is looked at */
        for (int i = 0; i < MAX_SPATIAL; i++) {
            if (expr->kind == AST_AXMAP) parts[i].expr = expr->list.at[0].value;
            if (expr->kind == AST_SIZE)
                parts[i] = (AxisPart){.number = expr->size.at[0], .span = expr->span};
        }
        return true;
    }
    if (expr->kind == AST_SIZE) {
        if (expr->size.count != n) {
            Diag *diag = report_axes(sema, call, expr, expr->span, "other axes");
            Made alike = made_per_axis(sema, expr->span, expr->size.at, expr->size.count);
            if (alike.value->kind == AST_INT)
                diag_edit(diag_help(diag, FIX_AUTO, "one number stands for every axis"), expr->span,
                          "%s", alike.text);
            return false;
        }
        for (int i = 0; i < n; i++)
            parts[i] = (AxisPart){.number = expr->size.at[i], .span = expr->span};
        return true;
    }
    if (expr->kind != AST_AXMAP) return true;
    bool seen[MAX_SPATIAL] = {false};
    const TensorType *type = &call->input.value->type;
    for (size_t j = 0; j < expr->list.len; j++) {
        const AstEntry *entry = &expr->list.at[j];
        int at = 0;
        while (at < n && strcmp(type->axes[call->spatial[at]].name, entry->axis.text) != 0) at++;
        if (at == n) {
            Diag *diag = report_axes(sema, call, expr, entry->axis.span, "not a spatial axis");
            suggest_axis(type, diag, entry->axis.text, entry->axis.span);
            return false;
        }
        if (seen[at]) return !report_axes(sema, call, expr, entry->axis.span, "given twice");
        seen[at] = true;
        parts[at] = (AxisPart){.expr = entry->value, .span = entry->value->span};
    }
    for (int i = 0; i < n; i++)
        if (!seen[i])
            return !report_axes(
                sema, call, expr, expr->span,
                arena_printf(sema->arena, "nothing for %s", type->axes[call->spatial[i]].name));
    return true;
}

/* An expression that stands for every axis is evaluated, and reported, once. */
static bool shares_expr(const AxisPart parts[MAX_SPATIAL], int index) {
    return index > 0 && parts[index].expr && parts[index].expr == parts[0].expr;
}

/* k=all, of a layer that knows it: the whole axis. */
static bool is_all(const AttrDef *def, const AxisPart *part) {
    const char *word = part->expr && *def->words ? word_of(part->expr) : NULL;
    return word && strcmp(word, def->words) == 0;
}

/* k=(3, 5), k=[3, 5]: a pair is a beginning and an end; one number per axis is a size. */
static bool report_pair(Sema *sema, const LayerCall *call, const AstExpr *given, AttrName name) {
    Diag *diag = diag_add(sema->diags, N0105, given->span,
                          "`%s` wants an integer, this is %s" FACTS("attribute given"),
                          attr_text(name), describe_expr(sema, given));
    diag_here(diag, "not an integer");
    Made made = made_of_tuple(sema, given, call->n_spatial);
    if (!made.value) return false;
    DiagHelp *help = diag_help(diag, FIX_MAYBE, "one number for each axis is a size");
    diag_edit(help, given->span, "%s", made.text);
    return false;
}

/* N0208: a name that nothing has and that is nearly a word: p=haf, k=al. */
static bool report_slip(Sema *sema, const AstExpr *expr, AttrName attr, const char *words) {
    const char *written = word_of(expr);
    if (!written || !*words || scope_find(sema, written)) return false;
    Suggestion suggestion = suggest_among_few(written);
    suggest_words(&suggestion, sema->arena, words);
    if (!suggestion.best) return false;
    Text list = text_in(sema->arena);
    for (const char *at = words; *at; at++) text_printf(&list, *at == ' ' ? ", " : "%c", *at);
    Diag *diag = diag_add(
        sema->diags, N0208, expr->span,
        "`%s` cannot be `%s`; it is a number or one of %s" FACTS("attribute given candidates[]"),
        attr_text(attr), written, text_str(&list));
    diag_here(diag, "not one of these");
    suggest_edits(&suggestion, diag, expr->span);
    return true;
}

const AstExpr *attr_axis_expr(Sema *sema, const LayerCall *call, AttrName name, int axis) {
    AxisPart parts[MAX_SPATIAL];
    split_axes(sema, call, call->attrs[name].value, parts);
    return parts[axis].expr;
}

bool attr_axes(Sema *sema, const LayerCall *call, AttrName name, int64_t out[MAX_SPATIAL],
               bool unknown[MAX_SPATIAL]) {
    const GivenAttr *given = &call->attrs[name];
    const AttrDef *def = layer_attr(call->layer, name);
    int64_t least = def->kind == KIND_ROOM ? -MAX_EXTENT : 1; /* N0320 refuses the negative */
    for (int i = 0; i < MAX_SPATIAL; i++) out[i] = def->fallback;
    if (!given->arg) return true;
    AxisPart parts[MAX_SPATIAL];
    if (!split_axes(sema, call, given->value, parts)) return false;
    bool ok = true;
    for (int i = 0; i < (call->n_spatial ? call->n_spatial : 1); i++) {
        if (unknown && parts[i].expr && parts[i].expr->kind == AST_UNKNOWN) {
            unknown[i] = true;
            out[i] = def->kind == KIND_ROOM ? 0 : 1;
        } else if (is_all(def, &parts[i]))
            out[i] = call->n_spatial ? call->input.value->type.axes[call->spatial[i]].extent : 1;
        else if (shares_expr(parts, i))
            out[i] = out[0];
        else if (parts[i].expr &&
                 (parts[i].expr->kind == AST_PAIR || parts[i].expr->kind == AST_LIST))
            ok = report_pair(sema, call, parts[i].expr, name);
        else if (parts[i].expr && report_slip(sema, parts[i].expr, name, def->words))
            ok = false;
        else if (parts[i].expr)
            ok &= number_at_least(sema, call, parts[i].expr, name, least, &out[i]);
        else if (in_range(sema, call, parts[i].span, name, parts[i].number, least))
            out[i] = parts[i].number;
        else
            ok = false;
    }
    return ok;
}

bool is_pad_word(const char *word) {
    for (size_t i = 0; i < sizeof pad_words / sizeof *pad_words; i++)
        if (strcmp(pad_words[i], word) == 0) return true;
    return false;
}

/* A padding's expression as if it stood at `span`. */
static AstExpr *moved_to(Sema *sema, const AstExpr *expr, Span span) {
    AstExpr *copy = ast_copy(sema->arena, expr);
    copy->span = span;
    if (expr->kind == AST_PAIR) {
        copy->pair.first = moved_to(sema, expr->pair.first, span);
        copy->pair.second = moved_to(sema, expr->pair.second, span);
    } else if (expr->kind == AST_AXMAP) {
        copy->list.at = ARENA_ARRAY(sema->arena, AstEntry, expr->list.len);
        for (size_t i = 0; i < expr->list.len; i++) {
            AstEntry *entry = &copy->list.at[i];
            *entry = expr->list.at[i];
            entry->span = entry->axis.span = span;
            entry->value = moved_to(sema, entry->value, span);
        }
    }
    return copy;
}

const AstExpr *pad_meant(Sema *sema, const AstExpr *expr) {
    const char *name = word_of(expr);
    if (!name || is_pad_word(name)) return expr;
    Binding *binding = scope_find(sema, name);
    if (!binding || binding->kind != BIND_PAD) return expr;
    binding->used = true;
    return moved_to(sema, binding->pad, expr->span);
}

static bool pad_word(const char *word, PadSpec *out) {
    for (size_t i = 0; i < sizeof pad_words / sizeof *pad_words; i++) {
        if (strcmp(pad_words[i], word) != 0) continue;
        *out = (PadSpec){.is_word = true, .word = (PadWord)i};
        return true;
    }
    return false;
}

/* p=same of a layer without a window. */
static bool report_pad_word(Sema *sema, const LayerCall *call, const AstExpr *word) {
    Diag *diag =
        diag_add(sema->diags, N0105, word->span,
                 "`p` wants an integer, this is `%s`" FACTS("given"), quote_span(sema, word->span));
    diag_here(diag, "only a layer with a kernel knows this word");
    diag_note(diag, "`%s` takes n, (begin, end), or one of them for each axis", call->layer->name);
    return false;
}

bool report_pad_slip(Sema *sema, const AstExpr *expr) {
    return report_slip(sema, expr, ATTR_P, "valid half same full causal");
}

/* p="same". */
static bool report_string(Sema *sema, const AstExpr *given) {
    Diag *diag = diag_add(sema->diags, N0105, given->span,
                          "`p` wants an integer or a word, this is the string `%s`" FACTS("given"),
                          quote_span(sema, given->span));
    diag_here(diag, "words stand without quotes");
    if (is_pad_word(given->string.bytes))
        diag_edit(diag_help(diag, FIX_AUTO, "the word"), given->span, "%s", given->string.bytes);
    return false;
}

/* One axis's padding: a word, a pair, a number. */
static bool pad_of(Sema *sema, const LayerCall *call, const AstExpr *expr, PadSpec *out) {
    expr = pad_meant(sema, expr);
    const char *word = word_of(expr);
    if (word && pad_word(word, out))
        return layer_attr(call->layer, ATTR_K) || report_pad_word(sema, call, expr);
    *out = (PadSpec){0};
    if (expr->kind == AST_UNKNOWN && layer_attr(call->layer, ATTR_K)) {
        out->is_unknown = true;
        return true;
    }
    if (expr->kind == AST_PAIR) {
        bool asked = sema->options->query != NULL;
        out->open_lo = asked && expr->pair.first->kind == AST_UNKNOWN;
        out->open_hi = asked && expr->pair.second->kind == AST_UNKNOWN;
        bool lo =
            out->open_lo || number_at_least(sema, call, expr->pair.first, ATTR_P, 0, &out->lo);
        bool hi =
            out->open_hi || number_at_least(sema, call, expr->pair.second, ATTR_P, 0, &out->hi);
        return lo && hi;
    }
    if (expr->kind == AST_STRING) return report_string(sema, expr);
    if (layer_attr(call->layer, ATTR_K) && report_pad_slip(sema, expr)) return false;
    if (expr->kind == AST_LIST) return report_pair(sema, call, expr, ATTR_P);
    if (!number_at_least(sema, call, expr, ATTR_P, 0, &out->lo)) return false;
    out->hi = out->lo;
    return true;
}

bool attr_pad(Sema *sema, const LayerCall *call, PadSpec out[MAX_SPATIAL]) {
    const GivenAttr *given = &call->attrs[ATTR_P];
    for (int i = 0; i < MAX_SPATIAL; i++) out[i] = (PadSpec){.is_word = true, .word = PAD_VALID};
    if (!given->arg) return true;
    AxisPart parts[MAX_SPATIAL];
    if (!split_axes(sema, call, pad_meant(sema, given->value), parts)) return false;
    bool ok = true;
    for (int i = 0; i < (call->n_spatial ? call->n_spatial : 1); i++) {
        if (shares_expr(parts, i))
            out[i] = out[0];
        else if (parts[i].expr)
            ok &= pad_of(sema, call, parts[i].expr, &out[i]);
        else if (in_range(sema, call, parts[i].span, ATTR_P, parts[i].number, 0))
            out[i] = (PadSpec){.lo = parts[i].number, .hi = parts[i].number};
        else
            ok = false;
    }
    return ok;
}

/* Word number `index` of a list separated by blanks. */
static const char *word_at(Sema *sema, const char *words, int index) {
    while (index-- > 0 && words) words = strchr(words, ' ') ? strchr(words, ' ') + 1 : NULL;
    if (!words || !*words) return NULL;
    const char *end = strchr(words, ' ');
    return arena_strndup(sema->arena, words, end ? (size_t)(end - words) : strlen(words));
}

/* What another framework says for one of the words; NULL if it is none of them. */
static const char *foreign_choice(Sema *sema, AttrName name, const AstExpr *value,
                                  const char *words) {
    static const struct {
        const char *theirs, *ours;
    } choices[] = {{"mirror", "reflect"},
                   {"symmetric", "reflect"},
                   {"edge", "replicate"},
                   {"nearest", "nearest"},
                   {"constant", "zero"},
                   {"zeros", "zero"},
                   {"wrap", "circular"},
                   {"bilinear", "linear"},
                   {"trilinear", "linear"},
                   {"half_pixel", "half"},
                   {"align_corners", "corners"},
                   {"True", "yes"},
                   {"False", "no"},
                   {"true", "yes"},
                   {"false", "no"},
                   {"up", "ceil"},
                   {"down", "floor"},
                   {"CRD", "crd"},
                   {"DCR", "dcr"},
                   {"reflect", "reflect"},
                   {"replicate", "replicate"},
                   {"circular", "circular"},
                   {"linear", "linear"},
                   {"tanh", "yes"},
                   {"True", "corners"},
                   {"False", "half"}};
    const char *written = value->kind == AST_STRING ? value->string.bytes
                          : value->kind == AST_AXIS ? value->axis.text
                                                    : word_of(value);
    for (size_t i = 0; written && i < sizeof choices / sizeof *choices; i++) {
        if (strcmp(choices[i].theirs, written) != 0) continue;
        const char *at = strstr(words, choices[i].ours);
        if (at) return choices[i].ours;
    }
    const AstExpr *said = written ? foreign_value(sema, name, value) : NULL;
    if (said && said != value) return foreign_value_text(sema, said);
    return NULL;
}

static bool report_word(Sema *sema, const LayerCall *call, AttrName name, const AstExpr *value) {
    const AttrDef *def = layer_attr(call->layer, name);
    const char *written = quote_span(sema, value->span);
    Suggestion suggestion = suggest_among_few(written);
    Text list = text_in(sema->arena);
    const char *word;
    for (int i = 0; (word = word_at(sema, def->words, i)) != NULL; i++) {
        text_printf(&list, "%s%s", i ? ", " : "", word);
        suggest_offer(&suggestion, word);
    }
    Diag *diag =
        diag_add(sema->diags, N0208, value->span,
                 "`%s` cannot be `%s`; it is one of %s" FACTS("attribute given candidates[]"),
                 attr_text(name), written, text_str(&list));
    diag_here(diag, "not one of these");
    const char *meant = suggestion.best ? NULL : foreign_choice(sema, name, value, def->words);
    if (meant)
        diag_edit(diag_help(diag, FIX_AUTO, "the same in `.net`"), value->span, "%s", meant);
    else
        suggest_edits(&suggestion, diag, value->span);
    return false;
}

bool attr_word(Sema *sema, const LayerCall *call, AttrName name, int *out) {
    const AttrDef *def = layer_attr(call->layer, name);
    const AstExpr *value = call->attrs[name].value;
    *out = (int)def->fallback;
    if (!call->attrs[name].arg) return true;
    const char *written = word_of(value), *word;
    for (int i = 0; written && (word = word_at(sema, def->words, i)) != NULL; i++) {
        if (strcmp(word, written) != 0) continue;
        *out = i;
        return true;
    }
    return report_word(sema, call, name, value);
}

bool attr_is_word(const LayerCall *call, AttrName name, const char *word) {
    const AstExpr *value = call->attrs[name].arg ? call->attrs[name].value : NULL;
    bool is_map = value && value->kind == AST_AXMAP, all = value != NULL;
    for (size_t i = 0; all && i < (is_map ? value->list.len : 1); i++) {
        const char *written = word_of(is_map ? value->list.at[i].value : value);
        all = written && strcmp(written, word) == 0;
    }
    return all;
}

/* axis=1, axis=-1: the number of an axis in other frameworks. */
static void offer_axis_at(Sema *sema, Diag *diag, const LayerCall *call, const AstExpr *value) {
    bool from_end = value->kind == AST_NEGATE;
    const AstExpr *number = from_end ? value->operand : value;
    const TensorType *type = type_known(&call->input);
    if (number->kind != AST_INT || !type) return;
    if (number->integer < from_end || number->integer >= type->rank + from_end) return;
    int at = from_end ? type->rank - (int)number->integer : (int)number->integer;
    const char *order = axis_names(sema, type);
    DiagHelp *help =
        diag_help(diag, FIX_MAYBE, "axis %s of %s", quote_span(sema, value->span), order);
    diag_edit(help, value->span, "%s", type->axes[at].name);
}

bool attr_axis(Sema *sema, const LayerCall *call, AttrName name, int *out) {
    const AstExpr *value = call->attrs[name].value;
    if (value->kind != AST_AXIS) {
        if (value->kind == AST_ERROR) return false;
        Diag *diag = diag_add(sema->diags, N0105, value->span,
                              "`%s` wants an axis, this is %s" FACTS("attribute given"),
                              attr_text(name), describe_expr(sema, value));
        diag_here(diag, "an axis begins with a capital letter: C");
        offer_axis_at(sema, diag, call, value);
        return false;
    }
    if (tensor_is_failed(&call->input)) return true;
    const TensorType *type = &call->input.value->type;
    *out = type_axis(type, value->axis.text);
    if (*out != NO_AXIS) return true;
    Diag *diag = diag_add(sema->diags, N0108, value->span,
                          "`%s` has no axis `%s`; its axes are %s" FACTS("value axis axes[]"),
                          call->input.value->name, value->axis.text, axis_names(sema, type));
    diag_here(diag, "not an axis of the input");
    suggest_axis(type, diag, value->axis.text, value->span);
    return false;
}

bool attr_real(Sema *sema, const LayerCall *call, AttrName name, double *out) {
    const GivenAttr *given = &call->attrs[name];
    *out = (double)layer_attr(call->layer, name)->fallback;
    return !given->arg || eval_real(sema, given->value, wanted_of(sema, name), out);
}

bool attr_f32(Sema *sema, const LayerCall *call, AttrName name, double *out) {
    const GivenAttr *given = &call->attrs[name];
    *out = (double)layer_attr(call->layer, name)->fallback;
    return !given->arg || eval_f32(sema, given->value, wanted_of(sema, name), out);
}

bool attr_numbers(Sema *sema, const LayerCall *call, AttrName name, int64_t n, float **out) {
    const AstExpr *value = call->attrs[name].value;
    bool is_list = value && value->kind == AST_LIST, ok = true;
    double number;
    if (is_list && out && (int64_t)value->list.len != n) {
        Diag *diag = diag_add(
            sema->diags, N0105, value->span,
            "`%s` wants one number, or one for each of %lld channels" FACTS("attribute channels"),
            attr_text(name), (long long)n);
        diag_here(diag, "%zu number%s", value->list.len, value->list.len == 1 ? "" : "s");
        trace_size(sema, diag, call->input.value, "C");
        return false;
    }
    if (!is_list && !attr_f32(sema, call, name, &number)) return false;
    float *numbers = out ? ARENA_ARRAY(sema->arena, float, (size_t)n) : NULL;
    int64_t read = is_list ? (int64_t)value->list.len : 0;
    for (int64_t c = 0; c < read; c++) {
        ok &= eval_f32(sema, value->list.at[c].value, wanted_of(sema, name), &number);
        if (numbers && ok) numbers[c] = (float)number;
    }
    for (int64_t c = read; numbers && c < n; c++) numbers[c] = (float)number;
    if (out) *out = numbers;
    return ok;
}

bool attr_list(Sema *sema, const LayerCall *call, AttrName name, int64_t **out, size_t *n) {
    const AstExpr *value = call->attrs[name].value;
    if (value->kind != AST_LIST || value->list.len == 0) {
        if (value->kind == AST_ERROR) return false;
        Diag *diag = diag_add(
            sema->diags, N0105, value->span,
            "`%s` wants a list of sizes, this is %s" FACTS("attribute given"), attr_text(name),
            value->kind == AST_LIST ? "an empty one" : describe_expr(sema, value));
        diag_here(diag, "write them in brackets: `%s=[8, 8]`", attr_text(name));
        return false;
    }
    bool ok = true;
    *n = value->list.len;
    *out = ARENA_ARRAY(sema->arena, int64_t, *n);
    for (size_t i = 0; i < *n; i++) {
        const AstEntry *entry = &value->list.at[i];
        if (entry->axis.text) {
            Diag *diag =
                diag_add(sema->diags, N0105, entry->span,
                         "`%s` wants sizes, this is the size of an axis" FACTS("attribute"),
                         attr_text(name));
            diag_here(diag, "write the number alone");
            ok = false;
            continue;
        }
        ok &= number_at_least(sema, call, entry->value, name, 1, &(*out)[i]);
    }
    return ok;
}

bool attr_shape(Sema *sema, const LayerCall *call, AttrName name, TensorType *out) {
    const AstExpr *value = call->attrs[name].value;
    if (value->kind == AST_LIST) return read_axes(sema, value, out);
    if (value->kind == AST_ERROR) return false;
    Diag *diag = diag_add(sema->diags, N0105, value->span,
                          "`%s` wants axes, this is %s" FACTS("attribute given"), attr_text(name),
                          describe_expr(sema, value));
    diag_here(diag, "write them in brackets: `%s=[N: 1, C: 8]`", attr_text(name));
    return false;
}

/* N0334. */
static Diag *report_order_of(Sema *sema, const LayerCall *call, Span where, const char *here) {
    Diag *diag = diag_add(sema->diags, N0334, where,
                          "`order` must name each axis of `%s` once: %s" FACTS("value axes[]"),
                          call->input.value->name, axis_names(sema, &call->input.value->type));
    diag_here(diag, "%s", here);
    return diag;
}

bool attr_order(Sema *sema, const LayerCall *call, AttrName name, int out[MAX_RANK]) {
    const AstExpr *value = call->attrs[name].value;
    if (value->kind == AST_ERROR || tensor_is_failed(&call->input)) return false;
    const TensorType *type = &call->input.value->type;
    bool seen[MAX_RANK] = {false};
    if (value->kind != AST_LIST)
        return !report_order_of(sema, call, value->span, "a list of axes: `order=[N, H, W, C]`");
    for (size_t i = 0; i < value->list.len; i++) {
        const AstEntry *entry = &value->list.at[i];
        bool is_axis = !entry->axis.text && entry->value->kind == AST_AXIS;
        int axis = is_axis ? type_axis(type, entry->value->axis.text) : NO_AXIS;
        if (axis == NO_AXIS) {
            Diag *diag = report_order_of(sema, call, entry->span, "not an axis of it");
            if (is_axis) suggest_axis(type, diag, entry->value->axis.text, entry->span);
            return false;
        }
        if (seen[axis]) return !report_order_of(sema, call, entry->span, "the second time");
        seen[axis] = true;
        out[i] = axis;
    }
    for (int i = 0; i < type->rank; i++)
        if (!seen[i])
            return !report_order_of(sema, call, value->span,
                                    arena_printf(sema->arena, "without %s", type->axes[i].name));
    return true;
}

void attrs_check(Sema *sema, const LayerCall *call, int64_t *c) {
    int64_t number, numbers[MAX_SPATIAL];
    bool open[MAX_SPATIAL];
    double real;
    PadSpec pads[MAX_SPATIAL];
    int index;
    int64_t *list;
    size_t n;
    TensorType shape = {0};
    int order[MAX_RANK];
    for (int i = 0; i < call->layer->n_attrs; i++) {
        const AttrDef *def = &call->layer->attrs[i];
        if (!call->attrs[def->name].arg) continue;
        switch (def->kind) {
        case KIND_COUNT:
            attr_count(sema, call, def->name, def->name == ATTR_C ? c : &number);
            break;
        case KIND_AXES:
        case KIND_ROOM:
            attr_axes(sema, call, def->name, numbers, def->name == ATTR_BY ? NULL : open);
            break;
        case KIND_PAD: attr_pad(sema, call, pads); break;
        case KIND_WORD: attr_word(sema, call, def->name, &index); break;
        case KIND_AXIS: attr_axis(sema, call, def->name, &index); break;
        case KIND_NUMBER: attr_f32(sema, call, def->name, &real); break;
        case KIND_NUMBERS: attr_numbers(sema, call, def->name, 0, NULL); break;
        case KIND_LIST: attr_list(sema, call, def->name, &list, &n); break;
        case KIND_SHAPE: attr_shape(sema, call, def->name, &shape); break;
        case KIND_ORDER: attr_order(sema, call, def->name, order); break;
        case KIND_TENSOR: infer_expr(sema, call->attrs[def->name].value); break;
        case KIND_SOURCE: break;
        }
    }
}
