/* A def as the list of its layers, uses of others expanded, and a few questions about it:
 *
 *     x + two convolutions             residual (He et al. 2016)
 *     x + 1x1, 3x3, 1x1                bottleneck
 *     x + 1x1, depthwise, 1x1          inverted_residual (Sandler et al. 2018); without x + it is
 * an inverted_bottleneck x * the gate of its channels     squeeze_excite (Hu et al. 2018) concat(x,
 * convolutions of x)     dense_layer (Huang et al. 2017) concat of four branches of x     inception
 * (Szegedy et al. 2015) 1x1, concat of 1x1 and 3x3       fire (Iandola et al. 2016) concat, its
 * channels shuffled    shuffle_unit (Zhang et al. 2018) depthwise, 1x1                   separable
 *     concat(y, a larger x)            up (Ronneberger et al. 2015) */
#include "import/def_names.h"

#include "import/emit.h"
#include "import/pattern.h"

#include <ctype.h>
#include <stdlib.h>

enum { MOST_LAYERS = 64 };

typedef struct Held {
    size_t convs, pointwise, depthwise, pools, tconvs, norms, sums, gates, denses, lines;
    size_t branches; /* of the last concat; 0: there is none */
    bool shuffles, takes_input, ends_in_sum, ends_in_concat, ends_in_gate, pools_all;
    const char *act; /* the last activation; NULL */
    size_t n;
} Held;

static bool is_depthwise(const Layer *layer) {
    const char *groups = attr_said(layer, "g");
    if (!groups) return false;
    for (const char *c = groups; *c; c++)
        if (isalpha((unsigned char)*c)) return true; /* said by the channels */
    int channel = value_axis(layer->in[0], "C");
    return channel != NO_AXIS && strtoll(groups, NULL, 10) == layer->in[0]->extent[channel];
}

static bool is_pointwise(const Layer *layer) {
    for (int i = 0; i < layer->window; i++)
        if (layer->axis[i].k != 1) return false;
    return true;
}

static bool is_activation(const char *op) {
    static const char *const ops[] = {"relu", "silu",  "hard_swish", "gelu",    "elu", "leaky_relu",
                                      "mish", "prelu", "clip",       "sigmoid", "tanh"};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        if (strcmp(ops[i], op) == 0) return true;
    return false;
}

static bool takes(const Layer *layer, const Def *def) {
    for (size_t i = 0; i < layer->n_in; i++)
        if (layer->in[i] == def->params[0]) return true;
    return false;
}

static void look(const Def *def, Held *held) {
    for (size_t i = 0; i < def->n_body && held->n < MOST_LAYERS; i++, held->n++) {
        const Layer *layer = def->body[i];
        bool sum = false, concat = false, gate = false;
        if (layer->def) {
            look(layer->def, held);
        } else if (strcmp(layer->op, "conv") == 0) {
            bool depthwise = is_depthwise(layer);
            held->convs++;
            held->depthwise += depthwise;
            held->pointwise += !depthwise && is_pointwise(layer);
        } else if (strcmp(layer->op, "+") == 0) {
            sum = true;
            held->sums++;
            held->takes_input = takes(layer, def);
        } else if (strcmp(layer->op, "concat") == 0) {
            concat = true;
            held->branches = layer->n_in;
            held->takes_input = takes(layer, def);
        } else if (strcmp(layer->op, "*") == 0 ||
                   (strcmp(layer->op, "scale") == 0 && layer->n_in == 2)) {
            gate = true;
            held->gates++;
        } else if (strcmp(layer->op, "tconv") == 0 || strcmp(layer->op, "upsample") == 0) {
            held->tconvs++;
        } else if (strstr(layer->op, "pool")) {
            held->pools++;
            held->pools_all = held->pools_all || layer->all;
        } else if (strcmp(layer->op, "dense") == 0) {
            held->denses++;
        } else if (strstr(layer->op, "norm")) {
            held->norms++;
        } else if (is_activation(layer->op)) {
            held->act = layer->op;
            continue; /* what ends with an activation ends with what is before it */
        } else if (strcmp(layer->op, "permute") == 0 || strcmp(layer->op, "reshape") == 0) {
            held->shuffles = held->shuffles || layer->op[0] == 'p';
            continue;
        }
        if (layer->def && i + 1 < def->n_body) continue;
        if (layer->def) return;
        held->ends_in_sum = sum;
        held->ends_in_concat = concat;
        held->ends_in_gate = gate;
    }
}

/* "conv_bn_relu", as far as it has these. */
static const char *chain_name(Import *im, const Held *held) {
    const char *act = held->act && strcmp(held->act, "clip") == 0 ? "relu6" : held->act;
    return arena_printf(im->arena, "%s%s%s%s", held->denses ? "dense" : "conv",
                        held->norms ? "_bn" : "", act ? "_" : "", act ? act : "");
}

const char *def_kind(Import *im, const Def *def, bool strides) {
    Held held = {0};
    look(def, &held);
    const char *word = "block";
    bool inverts = held.depthwise == 1 && held.pointwise >= 2;
    if (held.ends_in_gate && held.pools_all)
        word = "squeeze_excite";
    else if (held.ends_in_sum)
        word = inverts                                  ? "inverted_residual"
               : held.pointwise >= 2 && held.convs >= 3 ? "bottleneck"
               : held.convs >= 1                        ? "residual"
                                                        : "block";
    else if (held.ends_in_concat && held.tconvs && def->n_params > 1)
        return "up";
    else if (held.ends_in_concat && held.shuffles)
        word = "shuffle_unit";
    else if (held.ends_in_concat && def->n_params > 1)
        word = "branches";
    else if (held.ends_in_concat)
        word = held.takes_input                         ? "dense_layer"
               : held.branches >= 3                     ? "inception"
               : held.convs == 3 && held.pointwise == 2 ? "fire"
                                                        : "branches";
    else if (inverts)
        word = "inverted_bottleneck";
    else if (held.depthwise == 1 && held.convs == 2)
        word = held.pointwise ? "separable" : word;
    else if (held.convs == 2 && !held.pools && !held.gates && !held.tconvs && !held.sums)
        word = "double_conv";
    else if (held.convs + held.denses == 1 && !held.pools && !held.gates && !held.tconvs)
        word = chain_name(im, &held);
    for (size_t i = 0; i < def->n_numbers; i++)
        if (strcmp(def->numbers[i], "s") == 0) strides = false; /* some of its uses do */
    if (strides) return arena_printf(im->arena, "%s_down", word);
    bool projects = held.ends_in_sum && !held.takes_input;
    return projects ? arena_printf(im->arena, "projected_%s", word) : word;
}
