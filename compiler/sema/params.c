/* Parameters: made with their node; those that name no source get the default one when the whole
 * file has been read. */
#include "sema/params.h"

#include "base/checked.h"
#include "sema/sources.h"
#include "sema/weight_file.h"

#include <stdio.h>
#include <string.h>

/* conv2, conv3, ...: the first that is no path yet and was not offered. */
static const char *free_label(Sema *sema, const char *layer) {
    const char *name = intern(sema->interner, layer, strlen(layer));
    int *last = name_map_get(&sema->labels, name);
    if (!last) {
        last = ARENA_NEW(sema->arena, int);
        *last = 1;
        name_map_put(sema->arena, &sema->labels, name, last);
    }
    for (;;) {
        char text[MAX_PATH_BYTES + 16];
        int len = snprintf(text, sizeof text, "%.*s%d", MAX_PATH_BYTES, layer, ++*last);
        const char *label = intern(sema->interner, text, (size_t)len);
        if (name_map_get(&sema->paths, label)) continue;
        PathUse *offered = ARENA_NEW(sema->arena, PathUse);
        *offered = (PathUse){.path = label, .is_offer = true};
        name_map_put(sema->arena, &sema->paths, label, offered);
        return label;
    }
}

/* The outermost use around a layer that is not around the other one too; NULL if there is none. */
static Use *use_apart(Use *use, const Use *other) {
    Use *apart = NULL;
    for (; use; use = use->outer) {
        const Use *at = other;
        while (at && at != use) at = at->outer;
        if (at) break;
        apart = use;
    }
    return apart;
}

/* The same layer in two uses: it is the uses that have one path. */
static void report_uses(Sema *sema, const Use *first, const Use *second) {
    const char *shown = quote_text(sema, second->path, strlen(second->path));
    const char *name = second->def->item->def.name.text;
    Span where = second->call->call.stage;
    Diag *diag =
        diag_add(sema->diags, N0404, where,
                 "two uses of `%s` have the path `%s`; label one" FACTS("def path"), name, shown);
    diag_here(diag, "its parameters would have the keys of the other's");
    diag_label(diag, first->call->call.stage, "the first `%s`", shown);
    if (second->call->call.label.text) return;
    DiagHelp *help = diag_help(diag, FIX_MAYBE, "a label replaces value and def in the path");
    diag_edit(help, span_end(where), " @%s", free_label(sema, name));
}

static void report_path(Sema *sema, const LayerCall *call, const PathUse *first) {
    const char *shown = quote_text(sema, call->path, strlen(call->path));
    Diag *diag = diag_add(sema->diags, N0404, call->span,
                          "two layers have the path `%s`; label one" FACTS("path"), shown);
    diag_here(diag, "its parameters would have the keys of the other's");
    diag_label(diag, first->span, "the first `%s`", shown);
    if (call->expr->call.label.text) return;
    DiagHelp *help = diag_help(diag, FIX_MAYBE, "a label replaces value and layer in the path");
    diag_edit(help, span_end(call->span), " @%s", free_label(sema, call->layer->name));
}

/* The keys of two layers with one path would be the same. */
void params_claim_path(Sema *sema, const LayerCall *call) {
    if (!layer_has_params(call->layer)) return;
    const PathUse *first = name_map_get(&sema->paths, call->path);
    Use *use = sema->scope->use;
    if (!first || first->is_offer) {
        PathUse *claimed = ARENA_NEW(sema->arena, PathUse);
        *claimed = (PathUse){.path = call->path, .span = call->span, .use = use};
        name_map_put(sema->arena, &sema->paths, call->path, claimed);
        return;
    }
    if (!sema->bind && !use) return; /* a second definition, already reported */
    Use *apart = use_apart(use, first->use), *other = use_apart(first->use, use);
    if (!apart || !other || apart->def != other->def)
        report_path(sema, call, first);
    else if (!apart->same_path)
        report_uses(sema, other, apart);
    if (apart) apart->same_path = true;
}

/* "F C H W": the axes of a weight for messages; spatial names as the input's. */
static const char *weight_axes(Sema *sema, const LayerCall *call) {
    Text text = text_in(sema->arena);
    text_puts(&text, call->layer->op == OP_TCONV ? "C F" : "F C");
    if (call->layer->op == OP_DENSE) return text_str(&text);
    const TensorType *type = &call->input.value->type;
    for (int i = 0; i < call->n_spatial; i++)
        text_printf(&text, " %s", type->axes[call->spatial[i]].name);
    return text_str(&text);
}

static const RandomRule RANDOM = {false, 0}, ZEROS = {true, 0}, ONES = {true, 1},
                        SLOPES = {true, 0.25f};

/* The parameter `role` of a layer, with its own source; NULL if it is too large (N0350). */
static Param *add_param(Sema *sema, const LayerCall *call, Node *node, AttrName role,
                        RandomRule random, Param shape) {
    Param *param = ARENA_NEW(sema->arena, Param);
    *param = shape;
    param->span = call->span;
    const char *key = arena_printf(sema->arena, "%s.%s", call->path, attr_text(role));
    param->key = intern(sema->interner, key, strlen(key));
    param->elems = 1;
    for (int i = 0; i < param->rank; i++) {
        if (checked_mul(param->elems, param->extent[i], &param->elems) && param->elems <= MAX_ELEMS)
            continue;
        Diag *diag =
            diag_add(sema->diags, N0350, call->span,
                     "`%s` needs more than 2⁴⁰ elements, over the limit" FACTS("parameter"),
                     quote_text(sema, param->key, strlen(param->key)));
        diag_here(diag, "too many parameters");
        return NULL;
    }
    VEC_PUSH(sema->arena, &sema->graph->params, param);
    if (call->attrs[role].arg) {
        param->source = own_source(sema, call, node, role, param, random);
        return param;
    }
    PendingParam pending = {param, node, random, call->expr, layer_attr(call->layer, role)};
    VEC_PUSH(sema->arena, &sema->params, pending);
    return param;
}

/* Products in one output: C/g times the taps that meet one output along each axis, which are k of
 * a convolution and at most ⌈k/s⌉ of a transposed one. */
static int64_t fan_in_of(const Node *node, int64_t channels) {
    int64_t fan_in = channels;
    for (int i = 0; i < node->n_axes; i++) {
        const ConvAxis *axis = &node->window[i].arith;
        int64_t taps = node->op == OP_TCONV ? ceil_div(axis->k, axis->s) : axis->k;
        if (!checked_mul(fan_in, taps, &fan_in)) return INT64_MAX;
    }
    return fan_in;
}

/* False for `none` where the layer can do without, and where it has no such parameter. */
static bool has_param(const LayerCall *call, AttrName role) {
    const AttrDef *def = layer_attr(call->layer, role);
    return def && (strncmp(def->words, "none", 4) != 0 || !attr_is_word(call, role, "none"));
}

void params_add(Sema *sema, const LayerCall *call, Node *node, int64_t c) {
    const TensorType *type = &call->input.value->type;
    int64_t channels = type_extent(type, type_channel(type));
    int64_t per_group = channels / node->groups;
    Param weight = {.axes = weight_axes(sema, call), .rank = 2 + node->n_axes};
    weight.extent[0] = node->op == OP_TCONV ? channels : c;
    weight.extent[1] = node->op == OP_TCONV ? c / node->groups : per_group;
    for (int i = 0; i < node->n_axes; i++) weight.extent[2 + i] = node->window[i].arith.k;
    weight.fan_in = fan_in_of(node, per_group);
    node->weight = add_param(sema, call, node, ATTR_WEIGHT, RANDOM, weight);
    if (!has_param(call, ATTR_BIAS)) return;
    Param bias = {.axes = "F", .rank = 1, .extent = {c}, .fan_in = weight.fan_in};
    node->bias = add_param(sema, call, node, ATTR_BIAS, ZEROS, bias);
}

void params_add_channels(Sema *sema, const LayerCall *call, Node *node) {
    const struct {
        AttrName role;
        RandomRule random;
        Param **param;
    } roles[] = {{ATTR_WEIGHT, node->op == OP_PRELU ? SLOPES : ONES, &node->weight},
                 {ATTR_BIAS, ZEROS, &node->bias},
                 {ATTR_RUNNING_MEAN, ZEROS, &node->mean},
                 {ATTR_RUNNING_VAR, ONES, &node->variance}};
    const TensorType *type = &call->input.value->type;
    Param shape = {
        .axes = "C", .rank = 1, .extent = {type_extent(type, type_channel(type))}, .fan_in = 1};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (has_param(call, roles[i].role))
            *roles[i].param = add_param(sema, call, node, roles[i].role, roles[i].random, shape);
}

void params_add_value(Sema *sema, const LayerCall *call, Node *node) {
    const TensorType *type = &node->output->type;
    Text axes = text_in(sema->arena);
    Param shape = {.rank = type->rank, .fan_in = 1};
    for (int i = 0; i < type->rank; i++) {
        text_printf(&axes, "%s%s", i ? " " : "", type->axes[i].name);
        shape.extent[i] = type->axes[i].extent;
    }
    shape.axes = text_str(&axes);
    node->weight = add_param(sema, call, node, ATTR_VALUE, RANDOM, shape);
}

/* N0506, once: the first parameter stands for all. */
static void report_no_source(Sema *sema, const Param *param, size_t others) {
    const char *key = quote_text(sema, param->key, strlen(param->key));
    Diag *diag = others
                     ? diag_add(sema->diags, N0506, param->span,
                                "no source for `%s` and %zu other parameter%s; add a `weights` "
                                "line" FACTS("parameter others -"),
                                key, others, others == 1 ? "" : "s")
                     : diag_add(sema->diags, N0506, param->span,
                                "no source for `%s`; add a `weights` line" FACTS("parameter"), key);
    diag_here(diag, "needs numbers");
    if (sema->ast->items.len == 0) return;
    DiagHelp *help = diag_help(diag, FIX_MAYBE, "random numbers, the same on every machine");
    diag_edit(help, span_end(sema->ast->items.at[0]->span), "\nweights random(seed=1)");
}

void params_resolve(Sema *sema) {
    DefaultSource fallback = default_source_open(sema);
    const Param *orphan = NULL;
    size_t orphans = 0;
    for (size_t i = 0; i < sema->params.len; i++) {
        const PendingParam *pending = &sema->params.at[i];
        Param *param = pending->param;
        switch (fallback.kind) {
        case DEFAULT_NONE:
            if (orphans++ == 0) orphan = param;
            break;
        case DEFAULT_FAILED: break;
        case DEFAULT_RANDOM:
            param->source = random_source(sema, pending->random, fallback.seed);
            break;
        case DEFAULT_FILE: param->source = file_source(sema, &fallback, pending); break;
        }
    }
    if (orphan) report_no_source(sema, orphan, orphans - 1);
    default_source_close(sema, &fallback);
}
