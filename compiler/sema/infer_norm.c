/* instancenorm, groupnorm, layernorm: the result has the type of the input. */
#include "sema/infer.h"

#include "sema/channel.h"
#include "sema/groups.h"
#include "sema/params.h"

#include <float.h>

/* N0302: beside a variance of 0 a smaller eps divides by 0. */
static bool read_eps(Sema *sema, const LayerCall *call, double *eps) {
    if (!attr_real(sema, call, ATTR_EPS, eps)) return false;
    if (*eps >= FLT_MIN) return true;
    Diag *diag = diag_add(sema->diags, N0302, call->attrs[ATTR_EPS].value->span,
                          "`eps` must be at least 1.2e-38");
    diag_here(diag, "is %g", *eps);
    diag_note(diag, "why: where all elements are equal their variance is 0, and eps alone is left");
    return false;
}

Tensor infer_norm(Sema *sema, LayerCall *call) {
    const TensorType *type = &call->input.value->type;
    OpKind op = call->layer->op;
    int64_t groups = 1;
    Numbers numbers = {{0}};
    bool ok = require_channels(sema, call);
    if (op == OP_INSTANCENORM) ok = ok && require_spatial(sema, call);
    ok &= read_eps(sema, call, &numbers.at[0]);
    if (op == OP_GROUPNORM)
        ok = attr_count(sema, call, ATTR_G, &groups) && ok && group_divides(sema, call, groups);
    Node *node = ok ? add_layer(sema, op, call->path, call->expr, type) : NULL;
    if (!node) return call_failed(sema, call, type);
    node->inputs[node->n_inputs++] = call->input.value;
    node->numbers = numbers;
    node->groups = op == OP_INSTANCENORM ? type_extent(type, type_channel(type)) : groups;
    params_add_channels(sema, call, node);
    return tensor_of(node->output);
}
