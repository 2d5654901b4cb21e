/* sema: the tables of layers, attributes, reserved and foreign words. */
#include "base/suggest.h"
#include "sema/attrs.h"
#include "sema/reserved.h"

#include <criterion/criterion.h>
#include <string.h>

Test(sema_tables, attributes_stand_in_canonical_order) {
    static const struct {
        const char *layer, *attributes; /* `*`: must be given */
    } table[] = {
        {"conv", "c* k* s p d g border flip weight bias"},
        {"tconv", "c* k* s p d g a weight bias"},
        {"maxpool", "k* s p d round"},
        {"minpool", "k* s p d round"},
        {"avgpool", "k* s p round count"},
        {"sumpool", "k* s p round"},
        {"lppool", "k* s p round n*"},
        {"batchnorm", "eps* weight bias running_mean running_var"},
        {"instancenorm", "eps* weight bias"},
        {"groupnorm", "g* eps* weight bias"},
        {"layernorm", "eps* weight bias"},
        {"affine", "weight bias"},
        {"prelu", "weight"},
        {"scale", "by shift"},
        {"f32", ""},
        {"constant", "shape* value"},
        {"dense", "c* weight bias"},
        {"flatten", ""},
        {"reshape", "to*"},
        {"permute", "order*"},
        {"upsample", "by* mode* align"},
        {"pixel_shuffle", "r* order"},
        {"pixel_unshuffle", "r* order"},
        {"abs", ""},
        {"sqrt", ""},
        {"reciprocal", ""},
        {"exp", ""},
        {"log", ""},
        {"power", "n*"},
        {"relu", ""},
        {"tanh", ""},
        {"sigmoid", ""},
        {"silu", ""},
        {"gelu", "approximate"},
        {"mish", ""},
        {"softplus", ""},
        {"softsign", ""},
        {"elu", "alpha"},
        {"selu", ""},
        {"hard_swish", ""},
        {"leaky_relu", "slope*"},
        {"hard_sigmoid", "slope*"},
        {"clip", "lo* hi*"},
        {"softmax", "axis*"},
        {"log_softmax", "axis*"},
        {"argmax", "axis*"},
        {"matmul", "axis*"},
        {"max", ""},
        {"min", ""},
        {"divide_no_nan", ""},
        {"concat", "axis*"},
        {"split", "axis* sizes*"},
        {"pad", "p* border value"},
        {"crop", "p to"},
    };
    Arena *arena = arena_create();
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const LayerDef *layer = layer_find(table[i].layer);
        cr_assert_not_null(layer, "%s", table[i].layer);
        Text text = text_in(arena);
        for (int j = 0; j < layer->n_attrs; j++)
            text_printf(&text, "%s%s%s", j ? " " : "", attr_text(layer->attrs[j].name),
                        layer->attrs[j].need == NEED_NEEDED ? "*" : "");
        cr_assert_str_eq(text_str(&text), table[i].attributes, "%s", table[i].layer);
    }
    cr_assert_null(layer_at(sizeof table / sizeof *table), "a layer that this test does not know");
    arena_destroy(arena);
}

Test(sema_tables, reserved_words_are_all_found) {
    /* The look-up is a bisection: a word out of order would be lost. */
    static const char *const attribute_words[] = {
        "all",  "causal", "ceil",   "circular",   "corners",   "fill", "floor",
        "full", "half",   "inside", "linear",     "nearest",   "no",   "none",
        "ones", "random", "same",   "reflect",    "replicate", "tied", "valid",
        "yes",  "zero",   "zeros",  "asymmetric", "crd",       "dcr"};
    static const char *const c_words[] = {
        "alignas",       "and_eq",       "auto",     "bool",      "char8_t",
        "class",         "co_await",     "compl",    "concept",   "const",
        "const_cast",    "constinit",    "continue", "double",    "dynamic_cast",
        "enum",          "false",        "for",      "goto",      "if",
        "inline",        "int",          "long",     "namespace", "not_eq",
        "operator",      "or_eq",        "private",  "register",  "reinterpret_cast",
        "requires",      "restrict",     "return",   "short",     "static",
        "static_assert", "static_cast",  "struct",   "switch",    "template",
        "this",          "thread_local", "threads",  "typedef",   "typeof",
        "typeof_unqual", "union",        "unsigned", "virtual",   "void",
        "wchar_t",       "weights",      "while",    "workspace", "xor",
        "xor_eq"};
    for (size_t i = 0; i < sizeof attribute_words / sizeof *attribute_words; i++)
        cr_assert(is_attribute_word(attribute_words[i]), "%s", attribute_words[i]);
    for (size_t i = 0; i < sizeof c_words / sizeof *c_words; i++)
        cr_assert(is_c_word(c_words[i]), "%s", c_words[i]);
    static const char *const free_words[] = {"", "image", "digit", "allx", "al", "workspaces"};
    for (size_t i = 0; i < sizeof free_words / sizeof *free_words; i++)
        cr_assert(!is_attribute_word(free_words[i]) && !is_c_word(free_words[i]), "%s",
                  free_words[i]);
}

Test(sema_tables, foreign_names) {
    static const struct {
        const char *name;
        int attr; /* -1: not known */
    } attrs[] = {
        {"kernel_size", ATTR_K},
        {"kernel_shape", ATTR_K},
        {"size", ATTR_K},
        {"pool_size", ATTR_K},
        {"stride", ATTR_S},
        {"strides", ATTR_S},
        {"padding", ATTR_P},
        {"pads", ATTR_P},
        {"dilation", ATTR_D},
        {"dilations", ATTR_D},
        {"dilation_rate", ATTR_D},
        {"group", ATTR_G},
        {"groups", ATTR_G},
        {"filters", ATTR_C},
        {"out_channels", ATTR_C},
        {"num_output", ATTR_C},
        {"output_padding", ATTR_A},
        {"ceil_mode", ATTR_ROUND},
        {"count_include_pad", ATTR_COUNT},
        {"padding_mode", ATTR_BORDER},
        {"k", -1},
        {"kernel", ATTR_K},
        {"kernels", -1},
    };
    for (size_t i = 0; i < sizeof attrs / sizeof *attrs; i++)
        cr_assert_eq(foreign_attr(attrs[i].name), attrs[i].attr, "%s", attrs[i].name);
    static const char *const layers[][2] = {{"Conv2d", "conv"},           {"Convolution", "conv"},
                                            {"ConvTranspose2d", "tconv"}, {"deconv", "tconv"},
                                            {"Linear", "dense"},          {"Gemm", "dense"},
                                            {"InnerProduct", "dense"}};
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++)
        cr_assert_str_eq(foreign_layer(layers[i][0]), layers[i][1], "%s", layers[i][0]);
    cr_assert_null(foreign_layer("conv"));
}

Test(sema_tables, edit_distance_counts_edits) {
    static const struct {
        const char *a, *b;
        int distance;
    } table[] = {
        {"", "", 0},          {"a", "", 1},        {"", "abc", 3},        {"conv", "conv", 0},
        {"convv", "conv", 1}, {"cnov", "conv", 1}, {"dense", "sense", 1}, {"maxpool", "avgpool", 3},
        {"ca", "abc", 3}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        cr_assert_eq(edit_distance(table[i].a, table[i].b), table[i].distance, "%s, %s", table[i].a,
                     table[i].b);
        cr_assert_eq(edit_distance(table[i].b, table[i].a), table[i].distance, "%s, %s", table[i].b,
                     table[i].a);
    }
}
