/* A call: which layer it names, what it is given, and on to the layer's rule. */
#include "sema/infer.h"

#include "base/suggest.h"
#include "sema/eval.h"
#include "sema/expand.h"
#include "sema/foreign_call.h"
#include "sema/infer_f32.h"
#include "sema/of.h"
#include "sema/params.h"
#include "sema/query_layer.h"

#include <ctype.h>
#include <strings.h>

const char *layer_path(Sema *sema, const AstLabel *label, const char *layer) {
    const char *path = label && label->text
                           ? arena_printf(sema->arena, "%s%s", sema->scope->prefix, label->text)
                           : arena_printf(sema->arena, "%s.%s", sema->bind_path, layer);
    return intern(sema->interner, path, strlen(path));
}

Tensor call_failed(Sema *sema, const LayerCall *call, const TensorType *known) {
    return tensor_failed(sema, call->path, call->span, known);
}

TensorType type_like_input(const LayerCall *call, int64_t c, const int64_t *spatial) {
    const Tensor *input = &call->input;
    TensorType type = tensor_is_failed(input) ? input->known : input->value->type;
    type.dtype = DTYPE_F32;
    int at = 0;
    for (int i = 0; i < type.rank; i++) {
        if (i == type_channel(&type))
            type.axes[i].extent = c;
        else if (i != type_batch(&type))
            type.axes[i].extent = spatial ? spatial[at++] : 0;
    }
    return type;
}

bool within_limits(Sema *sema, const char *what, Span span, const TensorType *type) {
    int64_t elems;
    for (int i = 0; i < type->rank; i++) {
        if (type->axes[i].extent <= MAX_EXTENT) continue;
        Diag *diag = diag_add(
            sema->diags, N0350, span,
            "`%s` has %s elements along %s, over the limit of %s" FACTS("layer size# axis limit#"),
            what, count_text(sema, type->axes[i].extent), type->axes[i].name,
            count_text(sema, MAX_EXTENT));
        diag_here(diag, "too large");
        return false;
    }
    if (type_elems(type, &elems)) return true;
    Diag *diag =
        diag_add(sema->diags, N0350, span,
                 "`%s` is %s, over the limit of 2⁴⁰ elements" FACTS("value sizes_over_limit[]"),
                 what, sizes_of(sema, type));
    diag_here(diag, "too large");
    return false;
}

Node *add_layer(Sema *sema, OpKind op, const char *path, const AstExpr *expr,
                const TensorType *type) {
    Span span = expr->kind == AST_CALL ? expr->call.stage : expr->span;
    Graph *graph = sema->graph;
    if (!within_limits(sema, path, span, type)) return NULL;
    if (graph->nodes.len - graph->inputs.len >= MAX_LAYERS) {
        if (!sema->too_many_layers) {
            Diag *diag = diag_add(sema->diags, N0350, span,
                                  "the model has more than %s layers" FACTS("limit#"),
                                  count_text(sema, MAX_LAYERS));
            diag_here(diag, "one too many");
            sema->limit = diag;
        }
        sema->too_many_layers = true;
        return NULL;
    }
    VEC_PUSH(sema->arena, &sema->calls, expr);
    return graph_add_node(graph, op, path, span, path, type);
}

/* `|> dropout(0.5)` in any framework's spelling: the fix deletes the stage. */
static bool report_dropout(Sema *sema, const AstExpr *expr, const char *name) {
    const char *dot = strrchr(name, '.');
    if (strncasecmp(dot ? dot + 1 : name, "dropout", 7) != 0) return false;
    Span stage = expr->call.stage;
    Diag *diag =
        diag_add(sema->diags, N0202, stage, "`%s` does nothing at inference" FACTS("layer"), name);
    diag_here(diag, "passes its input on unchanged");
    const AstExpr *input = expr->call.piped;
    for (size_t i = 0; !input && i < expr->call.n_args; i++)
        if (expr->call.args[i].kind == AST_ARG_POSITIONAL) input = expr->call.args[i].value;
    if (!input) return true;
    DiagHelp *help = diag_help(diag, FIX_AUTO, "delete it");
    if (input->span.begin > expr->span.begin)
        diag_edit(help, (Span){stage.file, expr->span.begin, input->span.begin}, "%s", "");
    diag_edit(help, (Span){stage.file, input->span.end, expr->span.end}, "%s", "");
    return true;
}

static void offer_defs(Suggestion *suggestion, const Module *module) {
    for (size_t i = 0; i < module->defs.cap; i++)
        if (module->defs.slots[i].item) suggest_offer(suggestion, module->defs.slots[i].name);
}

/* N0201: the near names are those of the file that a prefix names, or of this one and the core. */
static void report_unknown_layer(Sema *sema, const AstPath *callee) {
    const AstName *name = callee->second.text ? &callee->second : &callee->first;
    Suggestion suggestion = suggest_for(name->text);
    const Module *module = sema->scope->module;
    const Import *import =
        callee->second.text ? name_map_get(&module->imports, callee->first.text) : NULL;
    if (import) {
        module = import->module;
    } else {
        for (int i = 0; layer_at(i); i++) suggest_offer(&suggestion, layer_at(i)->name);
    }
    if (may_search(sema)) offer_defs(&suggestion, module);
    const char *kin = foreign_kin(name->text);
    Diag *diag;
    if (kin) {
        diag = diag_add(sema->diags, N0201, name->span,
                        "unknown layer `%s`; its like here is `%s`" FACTS("layer meant"),
                        name->text, kin);
        diag_here(diag, "the name of another framework");
        diag_help(diag, FIX_HOLE,
                  "not all that it says can be put into `.net` as it stands: see `netc explain %s`",
                  kin);
        return;
    }
    if (!suggestion.best) {
        diag = diag_add(sema->diags, N0201, name->span, "unknown layer `%s`" FACTS("layer"),
                        name->text);
        diag_here(diag, callee->second.text ? "not a def of that file" : "not a layer");
        return;
    }
    diag = diag_add(sema->diags, N0201, name->span,
                    "unknown layer `%s`; did you mean `%s`?" FACTS("layer nearest"), name->text,
                    suggestion.best);
    diag_here(diag, callee->second.text ? "not a def of that file" : "not a layer");
    suggest_edits(&suggestion, diag, name->span);
}

/* N0201: the name of another framework for the layer `meant`. */
static void report_foreign_layer(Sema *sema, const AstPath *callee, const char *name,
                                 const char *meant) {
    Diag *diag =
        diag_add(sema->diags, N0201, callee->span,
                 "unknown layer `%s`; it is called `%s`" FACTS("layer meant"), name, meant);
    diag_here(diag, "the name of another framework");
    DiagHelp *help = diag_help(diag, FIX_AUTO, "use `%s`", meant);
    diag_edit(help, callee->span, "%s", meant);
}

bool require_layer(Sema *sema, const AstPath *callee, LayerRef *out) {
    if (scope_layer(sema, callee, out)) return true;
    const char *meant = callee->second.text ? NULL : foreign_layer(callee->first.text);
    if (!meant) {
        report_unknown_layer(sema, callee);
        return false;
    }
    report_foreign_layer(sema, callee, callee->first.text, meant);
    out->core = layer_find(meant);
    return true;
}

/* The layer a call names; both parts NULL if it is none: reported. `foreign` is what another
 * framework calls it, `passes` tells that the stage can be left out. */
static LayerRef resolve_layer(Sema *sema, const AstExpr *expr, const char *foreign, bool *passes) {
    const AstPath *callee = &expr->call.callee;
    LayerRef layer = {0};
    *passes = report_dropout(sema, expr, callee_text(sema, expr));
    if (*passes) return layer;
    const char *meant = foreign && callee->second.text ? foreign_layer(foreign) : NULL;
    if (!meant) {
        require_layer(sema, callee, &layer);
        return layer;
    }
    report_foreign_layer(sema, callee, callee_text(sema, expr), meant);
    layer.core = layer_find(meant);
    return layer;
}

bool is_nameless(Sema *sema, const AstArg *arg) {
    return arg->kind == AST_ARG_POSITIONAL && arg->value->kind != AST_NAME &&
           is_number(sema, arg->value);
}

Diag *report_numbers(Sema *sema, const AstExpr *expr) {
    const char **numbers = ARENA_ARRAY(sema->arena, const char *, expr->call.n_args + 1);
    Span span = {0};
    int n = 0;
    for (size_t i = 0; i < expr->call.n_args; i++) {
        const AstArg *arg = &expr->call.args[i];
        if (!is_plain(sema, arg)) continue;
        span = n ? span_join(span, arg->span) : arg->span;
        numbers[n++] = arena_printf(sema->arena, "`%s`", quote_span(sema, arg->span));
    }
    if (n == 0) return NULL;
    Diag *diag =
        diag_add(sema->diags, N0207, span, "the number%s %s %s no name" FACTS("- numbers[] -"),
                 n > 1 ? "s" : "", join_words(sema->arena, numbers, n), n > 1 ? "have" : "has");
    diag_here(diag, "tensors are positional, numbers are named");
    return diag;
}

const AstExpr *tensor_expr(const LayerCall *call, int n) {
    const AstExpr *expr = call->expr;
    if (expr->call.piped && n-- == 0) return expr->call.piped;
    for (size_t i = 0; i < expr->call.n_args; i++)
        if (expr->call.args[i].kind == AST_ARG_POSITIONAL && n-- == 0)
            return expr->call.args[i].value;
    return NULL;
}

/* Infers the positional arguments; `piped` is the first. */
static void gather_tensors(Sema *sema, LayerCall *call, const Tensor *piped) {
    const AstExpr *expr = call->expr;
    call->tensors = ARENA_ARRAY(sema->arena, Tensor, expr->call.n_args + 1);
    if (piped) call->tensors[call->n_tensors++] = *piped;
    for (size_t i = 0; i < expr->call.n_args; i++) {
        const AstArg *arg = &expr->call.args[i];
        if (arg->kind != AST_ARG_POSITIONAL || is_plain(sema, arg)) continue;
        call->tensors[call->n_tensors++] = infer_expr(sema, arg->value);
    }
    if (call->n_tensors > 0) call->input = call->tensors[0];
}

/* concat([x, y], axis=C): the tensors of a list as arguments, where a layer takes several. */
static void spread_list(Sema *sema, LayerCall *call) {
    const AstExpr *expr = call->expr;
    const char *name = foreign_name(sema, &expr->call.callee),
               *meant = foreign_layer(name ? name : "");
    const LayerDef *layer = layer_find(meant ? meant : expr->call.callee.first.text);
    const AstArg *first = expr->call.n_args > 0 ? &expr->call.args[0] : NULL;
    if (!layer || layer->tensors != SEVERAL || !first || first->kind != AST_ARG_POSITIONAL ||
        first->value->kind != AST_LIST || first->value->list.len == 0)
        return;
    size_t n = first->value->list.len, rest = expr->call.n_args - 1;
    AstExpr *copy = ast_copy(sema->arena, expr);
    copy->call.n_args = n + rest;
    copy->call.args = ARENA_ARRAY(sema->arena, AstArg, n + rest);
    for (size_t i = 0; i < n; i++) {
        const AstEntry *entry = &first->value->list.at[i];
        if (entry->axis.text) return;
        copy->call.args[i] =
            (AstArg){.kind = AST_ARG_POSITIONAL, .value = entry->value, .span = entry->span};
    }
    for (size_t i = 0; i < rest; i++) copy->call.args[n + i] = first[1 + i];
    call->expr = copy;
    call->list = first->value;
}

static Tensor dispatch(Sema *sema, LayerCall *call) {
    switch (call->layer->op) {
    case OP_CONV: return infer_conv(sema, call);
    case OP_TCONV: return infer_tconv(sema, call);
    case OP_MAXPOOL:
    case OP_MINPOOL:
    case OP_AVGPOOL:
    case OP_SUMPOOL:
    case OP_LPPOOL: return infer_pool(sema, call);
    case OP_DENSE: return infer_dense(sema, call);
    case OP_CONSTANT: return infer_constant(sema, call);
    case OP_F32: return infer_f32(sema, call);
    case OP_FLATTEN: return infer_flatten(sema, call);
    case OP_RESHAPE: return infer_reshape(sema, call);
    case OP_PERMUTE: return infer_permute(sema, call);
    case OP_BATCHNORM:
    case OP_AFFINE:
    case OP_PRELU: return infer_channel(sema, call);
    case OP_INSTANCENORM:
    case OP_GROUPNORM:
    case OP_LAYERNORM: return infer_norm(sema, call);
    case OP_SCALE: return infer_scale(sema, call);
    case OP_GELU: return infer_gelu(sema, call);
    case OP_MAXIMUM:
    case OP_MINIMUM:
    case OP_DIVIDE_NO_NAN: return infer_two(sema, call);
    case OP_SOFTMAX:
    case OP_LOG_SOFTMAX: return infer_softmax(sema, call);
    case OP_ARGMAX: return infer_argmax(sema, call);
    case OP_MATMUL: return infer_matmul(sema, call);
    case OP_UPSAMPLE: return infer_upsample(sema, call);
    case OP_PIXEL_SHUFFLE: return infer_pixel_shuffle(sema, call);
    case OP_PIXEL_UNSHUFFLE: return infer_pixel_unshuffle(sema, call);
    case OP_CONCAT: return infer_concat(sema, call);
    case OP_SPLIT: return infer_split(sema, call);
    case OP_CROP: return infer_crop(sema, call);
    case OP_PAD: return infer_pad(sema, call);
    default: return infer_pointwise(sema, call);
    }
}

/* What is certain of the result although the input or an argument failed. */
static TensorType known_result(Sema *sema, LayerCall *call) {
    int64_t c = 0;
    OpKind op = call->layer->op;
    bool keeps_channels = op_is_pool(op) || op == OP_CROP || op == OP_PAD || op == OP_UPSAMPLE;
    attrs_check(sema, call, &c);
    const Tensor *input = &call->input;
    TensorType known = tensor_is_failed(input) ? input->known : input->value->type, *type = &known;
    known.dtype = DTYPE_F32;
    if (op_is_pointwise(op) || op_is_norm(op)) return known;
    switch (op) {
    case OP_F32:
    case OP_SOFTMAX:
    case OP_LOG_SOFTMAX: return known;
    case OP_ARGMAX:
    case OP_MATMUL:
    case OP_CONSTANT:
    case OP_RESHAPE:
    case OP_PERMUTE: return (TensorType){0};
    case OP_DENSE:
    case OP_FLATTEN: {
        TensorType flat = {.dtype = type->dtype};
        for (int i = 0; i < type->rank; i++) {
            if (i == type_batch(type)) flat.axes[flat.rank++] = type->axes[i];
            if (i == type_channel(type)) flat.axes[flat.rank++] = (Axis){type->axes[i].name, c};
        }
        return flat;
    }
    default: break;
    }
    if (keeps_channels) c = type->rank ? type_extent(type, type_channel(type)) : 0;
    return type_like_input(call, c, NULL);
}

static bool right_number_of_tensors(Sema *sema, const LayerCall *call) {
    int n = call->n_tensors, wanted = call->layer->tensors;
    if (wanted == SEVERAL ? n >= 2 : wanted == ONE_OR_TWO ? n == 1 || n == 2 : n == wanted)
        return true;
    const char *number = wanted == SEVERAL      ? "at least 2 tensors"
                         : wanted == ONE_OR_TWO ? "1 or 2 tensors"
                                                : arena_printf(sema->arena, "%d tensor%s", wanted,
                                                               wanted == 1 ? "" : "s");
    Diag *diag =
        diag_add(sema->diags, N0206, call->span, "`%s` takes %s, got %d" FACTS("layer wanted got"),
                 call->layer->name, number, n);
    diag_here(diag, n == 0                            ? "nothing to work on"
                    : n > wanted && wanted != SEVERAL ? "too many"
                                                      : "too few");
    return false;
}

bool any_failed(const LayerCall *call) {
    for (int i = 0; i < call->n_tensors; i++)
        if (tensor_is_failed(&call->tensors[i])) return true;
    return call->n_tensors == 0 && call->layer && call->layer->tensors != 0;
}

/* The result of a layer that is not known: if it is asserted, most likely the axes are those of
 * its input. */
Tensor unknown_result(Sema *sema, const LayerCall *call) {
    if (call->n_tensors == 0) return call_failed(sema, call, NULL);
    TensorType type = tensor_is_failed(&call->input) ? call->input.known : call->input.value->type;
    type.dtype = DTYPE_F32;
    for (int i = 0; i < type.rank; i++) type.axes[i].extent = 0;
    Tensor result = call_failed(sema, call, &type);
    result.is_guess = true;
    return result;
}

/* The named arguments, then the numbers without a name: what these were meant to be is not
 * reported as missing. */
static void gather_numbers(Sema *sema, LayerCall *call) {
    const AstExpr *expr = call->expr;
    for (size_t i = 0; i < expr->call.n_args; i++)
        call->failed |= is_plain(sema, &expr->call.args[i]);
    attrs_gather(sema, call);
    report_numbers(sema, expr);
}

/* Convolutions and pools are what `of` can name, layers with parameters what `tied` can. */
static void remember_layer(Sema *sema, const LayerCall *call, const Tensor *result) {
    OpKind op = call->layer->op;
    const char *label = call->expr->call.label.text;
    if (!op_is_pool(op) && !layer_has_params(call->layer)) return;
    WindowLayer layer = {.op = op, .span = call->span};
    if (!tensor_is_failed(result)) layer.node = result->value->producer;
    hold_window(sema, &layer);
    if (label) label_window(sema, label, &layer);
}

/* The layer that a call names, its arguments those of .net, and its path. */
static LayerRef understand(Sema *sema, LayerCall *call, bool alone, bool *passes,
                           ForeignCall *meant) {
    const AstPath *callee = &call->expr->call.callee;
    const char *foreign = foreign_name(sema, callee);
    LayerRef layer = {0};
    bool known = !(callee->second.text && foreign) && scope_layer(sema, callee, &layer);
    call->layer = layer.core;
    if ((layer.core || (!known && foreign)) && mend_foreign_call(sema, call, alone, meant)) {
        layer.core = call->layer = meant->layer;
        call->expr = meant->call;
    } else if (!known) {
        layer = resolve_layer(sema, call->expr, foreign, passes);
        call->layer = layer.core;
    }
    return layer;
}

Tensor infer_call(Sema *sema, const AstExpr *expr, const Tensor *piped, const AstExpr *assertion) {
    LayerCall call = {.expr = expr, .span = expr->call.stage, .assertion = assertion};
    ForeignCall meant = {0};
    call.path = sema->repeat_path;
    sema->repeat_path = NULL; /* it is not that of the layers in the arguments */
    spread_list(sema, &call);
    gather_tensors(sema, &call, piped);
    bool passes = false;
    LayerRef layer = understand(sema, &call, piped && !expr->call.piped, &passes, &meant);
    if (passes && call.n_tensors > 0) return call.input;
    const AstLabel *label = &expr->call.label;
    const AstName *name =
        expr->call.callee.second.text ? &expr->call.callee.second : &expr->call.callee.first;
    if (!call.path)
        call.path = layer_path(sema, label,
                               layer.def    ? layer.def->item->def.name.text
                               : layer.core ? layer.core->name
                                            : name->text);
    if (layer.def) return expand_def(sema, &call, layer.def);
    if (!call.layer) return unknown_result(sema, &call);
    if (meant.n_behind > 0) call.assertion = NULL;
    call.title = label->text ? quote_text(sema, label->text, strlen(label->text)) : sema->bind_name;
    gather_numbers(sema, &call);
    params_claim_path(sema, &call);
    bool counted = right_number_of_tensors(sema, &call);
    if (call.n_tensors == 0) call.input = tensor_failed(sema, call.path, call.span, NULL);
    Tensor result;
    bool typed = counted && call_takes_types(sema, &call);
    if (!typed || call.failed || any_failed(&call)) {
        TensorType known = known_result(sema, &call);
        result = call_failed(sema, &call, &known);
        result.is_guess = call.layer->op == OP_SPLIT || call.layer->op == OP_CONCAT;
    } else {
        if (call.n_tensors > 0)
            call.n_spatial = type_spatial(&call.input.value->type, call.spatial);
        result = sema->options->query ? query_layer(sema, &call) : dispatch(sema, &call);
    }
    result.is_guess |= tensor_is_failed(&result) && call.input.is_guess;
    remember_layer(sema, &call, &result);
    for (int i = 0; i < meant.n_behind; i++)
        result =
            infer_call(sema, meant.behind[i], &result, i + 1 == meant.n_behind ? assertion : NULL);
    return result;
}
