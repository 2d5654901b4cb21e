/* tied(L): the numbers of another layer, by its value or label.
 *
 * A convolution's weight [F, C/g, ...] is, read as the [C, F/g, ...] of the layer that undoes it,
 * its exact adjoint: the shapes are the same, and so are the numbers. */
#include "sema/sources.h"

#include "sema/of.h"
#include "sema/weight_tensor.h"

#include <string.h>

/* Layers whose parameters mean the same, so that a value with a convolution and a batchnorm is no
 * riddle. */
static bool same_kind(OpKind a, OpKind b) {
    bool weighs_a = a == OP_CONV || a == OP_TCONV || a == OP_DENSE;
    bool weighs_b = b == OP_CONV || b == OP_TCONV || b == OP_DENSE;
    return a == b || (weighs_a && weighs_b);
}

static void report_riddle(Sema *sema, const LayerCall *call, const AstName *name, AttrName role,
                          const WindowLayer *layers) {
    const char *shown = quote_text(sema, name->text, strlen(name->text));
    int n = 0;
    for (const WindowLayer *layer = layers; layer; layer = layer->next)
        n += same_kind(layer->op, call->layer->op);
    if (n == 0) {
        Diag *diag =
            diag_add(sema->diags, N0327, name->span,
                     "`%s` holds no layer with a `%s` like that of `%s`" FACTS("name role layer"),
                     shown, attr_text(role), call->layer->name);
        diag_here(diag, "nothing to tie to");
        return;
    }
    Diag *diag = diag_add(
        sema->diags, N0327, name->span,
        "`%s` holds %d layers with a `%s`; give the one you mean a label" FACTS("name count role"),
        shown, n, attr_text(role));
    diag_here(diag, "which of them?");
    for (const WindowLayer *layer = layers; layer; layer = layer->next)
        if (same_kind(layer->op, call->layer->op)) diag_label(diag, layer->span, "one of them");
    diag_note(diag, "a label is written behind a layer, as in `conv(c=8, k=3) @first`; then "
                    "`tied(first)` means it");
}

/* The one layer that is meant; NULL after a message, or if it failed. */
static const Node *find_layer(Sema *sema, const LayerCall *call, AttrName role, const AstName *name,
                              bool is_string) {
    const WindowLayer *layers, *found = NULL;
    if (!layers_named(sema, name, is_string, "no layer with parameters has this label", &layers))
        return NULL;
    for (const WindowLayer *layer = layers; layer; layer = layer->next) {
        if (!same_kind(layer->op, call->layer->op)) continue;
        if (found) {
            report_riddle(sema, call, name, role, layers);
            return NULL;
        }
        found = layer;
    }
    if (!found) report_riddle(sema, call, name, role, layers);
    return found ? found->node : NULL;
}

static const Param *param_of(const Node *node, AttrName role) {
    switch (role) {
    case ATTR_VALUE:
    case ATTR_WEIGHT: return node->weight;
    case ATTR_BIAS: return node->bias;
    case ATTR_RUNNING_MEAN: return node->mean;
    case ATTR_RUNNING_VAR: return node->variance;
    default: return NULL;
    }
}

static bool same_shape(const Param *a, const Param *b) {
    bool same = a->rank == b->rank;
    for (int i = 0; same && i < a->rank; i++) same = a->extent[i] == b->extent[i];
    return same;
}

/* N0508 unless the parameter is there, of the same shape and, beside `of`, of as many groups. */
static bool fits(Sema *sema, const LayerCall *call, const Node *node, const Param *param,
                 const Node *other, const Param *tied, const AstName *name, AttrName role) {
    const char *shown = quote_text(sema, name->text, strlen(name->text));
    Diag *diag;
    if (!tied) {
        diag = diag_add(sema->diags, N0508, name->span,
                        "tied(`%s`): it has no `%s`" FACTS("name role"), shown, attr_text(role));
        diag_here(diag, "nothing to tie to");
    } else if (!same_shape(param, tied)) {
        diag = diag_add(sema->diags, N0508, name->span,
                        "tied(`%s`): shapes %s and %s differ" FACTS("name shape[] other_shape[]"),
                        shown, extents_text(sema, param->axes, param->rank, param->extent),
                        extents_text(sema, tied->axes, tied->rank, tied->extent));
        diag_here(diag, "not of this shape");
        trace_channels(sema, diag, node, param, tied->rank, tied->extent);
    } else if (call->of && other->op == OP_CONV && other->groups != node->groups) {
        diag = diag_add(sema->diags, N0508, name->span,
                        "tied(`%s`): g = %lld here, but g = %lld there" FACTS("name g other_g"),
                        shown, (long long)node->groups, (long long)other->groups);
        diag_here(diag, "not its transpose");
    } else {
        return true;
    }
    diag_label(diag, other->span, "the layer it names");
    return false;
}

const WeightSource *tied_source(Sema *sema, const LayerCall *call, Node *node, AttrName role,
                                const Param *param, const AstExpr *value) {
    const AstArg *arg = value->call.args;
    bool named = value->call.n_args == 1 && arg->kind == AST_ARG_POSITIONAL &&
                 arg->value->kind == AST_NAME && !arg->value->name.second.text;
    bool labelled = value->call.n_args == 1 && arg->kind == AST_ARG_POSITIONAL &&
                    arg->value->kind == AST_STRING &&
                    strlen(arg->value->string.bytes) == arg->value->string.len;
    if (!named && !labelled) {
        Diag *diag = diag_add(sema->diags, N0206, value->span, "`tied` takes 1 layer");
        diag_here(diag, "a value or a label: tied(c1), tied(\"features.0\")");
        return NULL;
    }
    AstName name =
        named ? arg->value->name.first : (AstName){arg->value->string.bytes, arg->value->span};
    const Node *other = find_layer(sema, call, role, &name, labelled);
    if (!other) return NULL;
    const Param *tied = param_of(other, role);
    if (!fits(sema, call, node, param, other, tied, &name, role)) return NULL;
    if (role == ATTR_WEIGHT && node->op == OP_TCONV) node->flip = other->flip;
    WeightSource *source = ARENA_NEW(sema->arena, WeightSource);
    *source = (WeightSource){.kind = WEIGHT_TIED, .tied = tied};
    return source;
}
