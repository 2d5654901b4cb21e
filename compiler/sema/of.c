/* Finding L of `tconv(of L)` and its transposed geometry. */
#include "sema/of.h"

#include "sema/scope.h"
#include "sema/trace.h"

#include <assert.h>
#include <string.h>

static bool is_window(const WindowLayer *layer) {
    return layer->op == OP_CONV || op_is_pool(layer->op);
}

const WindowLayer *only_window(const WindowLayer *layers) {
    const WindowLayer *found = NULL;
    for (; layers; layers = layers->next) {
        if (!is_window(layers)) continue;
        if (found) return NULL;
        found = layers;
    }
    return found;
}

/* "holds no window layer", "holds 2 window layers". */
static const Node *report_ambiguous(Sema *sema, const LayerCall *call, const WindowLayer *layers) {
    const AstArg *of = call->of;
    int n = 0;
    for (const WindowLayer *layer = layers; layer; layer = layer->next) n += is_window(layer);
    const char *shown = quote_text(sema, of->name.text, strlen(of->name.text));
    Diag *diag;
    if (n == 0) {
        diag = diag_add(sema->diags, N0327, of->span,
                        "`%s` holds no window layer; give the one you mean a label" FACTS("name"),
                        shown);
        diag_here(diag, "neither a convolution nor a pool");
        return NULL;
    }
    diag = diag_add(
        sema->diags, N0327, of->span,
        "`%s` holds %d window layers; give the one you mean a label" FACTS("name count"), shown, n);
    diag_here(diag, "which of them?");
    for (const WindowLayer *layer = layers; layer; layer = layer->next)
        if (is_window(layer)) diag_label(diag, layer->span, "one of them");
    diag_note(diag, "a label is written behind a layer, as in `conv(c=8, k=3) @first`; then "
                    "`of first` means it");
    return NULL;
}

/* Puts a copy of the layer at the head of those under `name`. */
static WindowLayer *put_window(Sema *sema, NameMap *map, const char *name,
                               const WindowLayer *layer) {
    WindowLayer *copy = ARENA_NEW(sema->arena, WindowLayer);
    *copy = *layer;
    copy->next = name_map_get(map, name);
    name_map_put(sema->arena, map, name, copy);
    return copy;
}

void hold_window(Sema *sema, const WindowLayer *layer) {
    Scope *scope = sema->scope;
    WindowLayer *held = put_window(sema, &scope->windows_of_value, sema->bind_name, layer);
    if (scope->use) VEC_PUSH(sema->arena, &scope->windows, held);
}

void label_window(Sema *sema, const char *label, const WindowLayer *layer) {
    put_window(sema, &sema->scope->windows_of_label, intern(sema->interner, label, strlen(label)),
               layer);
}

bool layers_named(Sema *sema, const AstName *given, bool is_string, const char *missing,
                  const WindowLayer **out) {
    const char *name = intern(sema->interner, given->text, strlen(given->text));
    const WindowLayer *layers = name_map_get(&sema->scope->windows_of_label, name);
    if (!layers && is_string) {
        Diag *diag = diag_add(sema->diags, N0101, given->span, "unknown label `%s`" FACTS("label"),
                              quote_text(sema, name, strlen(name)));
        diag_here(diag, "%s", missing);
        return false;
    }
    if (!layers) {
        const Binding *binding = scope_use(sema, given);
        if (!binding || binding->kind == BIND_FAILED) return false;
        layers = name_map_get(&sema->scope->windows_of_value, name);
        if (!layers && binding->kind == BIND_VALUE && tensor_is_failed(&binding->tensor))
            return false;
    } else if (!is_string) {
        Binding *binding = scope_find(sema, name); /* the value of that name counts as used */
        if (binding) binding->used = true;
    }
    *out = layers;
    return true;
}

const Node *of_layer(Sema *sema, const LayerCall *call) {
    const AstArg *of = call->of;
    const WindowLayer *layers;
    if (!layers_named(sema, &of->name, of->of_string, "no convolution or pool has this label",
                      &layers))
        return NULL;
    const WindowLayer *layer = only_window(layers);
    return layer ? layer->node : report_ambiguous(sema, call, layers);
}

/* N0326: the geometry is the layer's, and cannot be given beside `of`. */
static bool refuse_geometry(Sema *sema, const LayerCall *call) {
    static const AttrName geometry[] = {ATTR_K, ATTR_S, ATTR_P, ATTR_D, ATTR_A};
    bool ok = true;
    for (size_t i = 0; i < sizeof geometry / sizeof *geometry; i++) {
        const AstArg *arg = call->attrs[geometry[i]].arg;
        if (!arg) continue;
        Diag *diag =
            diag_add(sema->diags, N0326, arg->span,
                     "`%s` cannot be given beside `of`" FACTS("attribute"), attr_text(geometry[i]));
        diag_here(diag, "the layer that is undone has it");
        edit_remove(diag_help(diag, FIX_MAYBE, "leave it out"), call->expr, arg);
        ok = false;
    }
    return ok;
}

/* N0326: a tap on the border reads an element that another tap reads too. */
static bool refuse_border(Sema *sema, const LayerCall *call, const Node *forward) {
    static const char *const words[] = {"zero", "reflect", "replicate", "circular"};
    if (forward->border == BORDER_ZERO) return true;
    const char *name = quote_text(sema, call->of->name.text, strlen(call->of->name.text));
    Diag *diag = diag_add(sema->diags, N0326, call->of->span,
                          "border=%s of `%s` has no transpose" FACTS("border layer"),
                          words[forward->border], name);
    diag_here(diag, "cannot be undone");
    diag_label(diag, forward->span, "border=%s", words[forward->border]);
    return false;
}

/* N0325 for the axes whose input is not the layer's output. */
static bool require_output(Sema *sema, const LayerCall *call, const Node *forward,
                           const Window *window) {
    bool differs[MAX_SPATIAL] = {false}, any = false;
    int64_t undone[MAX_SPATIAL], has[MAX_SPATIAL];
    for (int i = 0; i < window->n; i++) {
        const TensorType *type = &call->input.value->type;
        undone[i] = forward->window[i].o;
        has[i] = type->axes[call->spatial[i]].extent;
        differs[i] = undone[i] != has[i];
        any |= differs[i];
    }
    if (!any) return true;
    const char *shown = quote_text(sema, call->of->name.text, strlen(call->of->name.text));
    Diag *diag =
        diag_add(sema->diags, N0325, call->of->span,
                 "`of %s` undoes size %s, but its input is %s along %s" FACTS(
                     "layer undone[] actual[] axes[]"),
                 shown, window_numbers(sema, window, undone, differs),
                 window_numbers(sema, window, has, differs), window_axes(sema, window, differs));
    diag_here(diag, "the input must have the output's size");
    diag_label(diag, forward->span, "gives %s", sizes_of(sema, &forward->output->type));
    diag_label(diag, call->input.value->span, "%s", sizes_of(sema, &call->input.value->type));
    trace_window(sema, diag, call->input.value, window, differs);
    return false;
}

bool of_window(Sema *sema, const LayerCall *call, const Node *forward, Window *out) {
    bool ok = refuse_geometry(sema, call);
    ok &= refuse_border(sema, call, forward);
    *out = (Window){.kind = WINDOW_TCONV, .n = forward->n_axes};
    const TensorType *type = &call->input.value->type;
    if (call->n_spatial != forward->n_axes) {
        Diag *diag =
            diag_add(sema->diags, N0325, call->of->span,
                     "`of %s` undoes %d axes, but its input has %d" FACTS("layer undone actual"),
                     quote_text(sema, call->of->name.text, strlen(call->of->name.text)),
                     forward->n_axes, call->n_spatial);
        diag_label(diag, call->input.value->span, "%s", sizes_of(sema, type));
        return false;
    }
    for (int i = 0; i < out->n; i++) {
        out->name[i] = type->axes[call->spatial[i]].name;
        ConvStatus status = conv_transpose_of(&forward->window[i].arith, &out->axis[i]);
        out->o[i] = forward->window[i].arith.i;
        assert(status == CONV_OK);
        (void)status;
    }
    return ok && require_output(sema, call, forward, out);
}
