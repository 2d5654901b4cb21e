#include "sema/foreign_mend.h"

#include <string.h>

const TensorType *mend_input(const Mend *mend) {
    return mend->call->n_tensors > 0 ? type_known(&mend->call->tensors[0]) : NULL;
}

static const char *word_in(const AstExpr *value) {
    if (value->kind == AST_STRING) return value->string.bytes;
    if (value->kind == AST_AXIS) return value->axis.text;
    return value->kind == AST_NAME && !value->name.second.text ? value->name.first.text : NULL;
}

static bool is_none(const AstExpr *value) {
    return value->kind == AST_AXIS && strcmp(value->axis.text, "None") == 0;
}

/* True, False, 1, 0: -1 if it is none of these. */
static int truth_in(const AstExpr *value) {
    if (value->kind == AST_INT && value->integer <= 1) return (int)value->integer;
    if (value->kind != AST_AXIS) return -1;
    if (strcmp(value->axis.text, "True") == 0) return 1;
    return strcmp(value->axis.text, "False") == 0 ? 0 : -1;
}

/* The spatial axes of the input by name; `n` is 0 if they are not known. */
static const char *const *space(const Mend *mend, int *n) {
    const TensorType *type = mend_input(mend);
    *n = 0;
    if (!type) return NULL;
    const char **names = ARENA_ARRAY(mend->sema->arena, const char *, MAX_RANK);
    int axes[MAX_RANK];
    *n = type_spatial(type, axes);
    for (int i = 0; i < *n; i++) names[i] = type->axes[axes[i]].name;
    return names;
}

static bool give(Mend *mend, AttrName attr, const AstArg *arg, Made made) {
    if (!made.value || !layer_attr(mend->layer, attr) || mend->attrs[attr].value) return false;
    mend->attrs[attr] = made;
    mend->args[attr] = arg;
    return true;
}

/* A default of the framework, where nothing else was said. */
static bool give_default(Mend *mend, AttrName attr, const char *text) {
    if (mend->attrs[attr].value) return true;
    return give(mend, attr, NULL, made_word(mend->sema, mend->call->expr->call.callee.span, text));
}

/* k, s, d, a, by: one number for each spatial axis. */
static Made say_per_axis(Mend *mend, const AstExpr *value) {
    int64_t numbers[6];
    int n = numbers_in(value, numbers), axes;
    space(mend, &axes);
    if (value->kind == AST_SIZE || n == 1) return made_as_written(mend->sema, value);
    if (n > 3 || (axes && n > 1 && n != axes)) return (Made){0};
    if (n > 0) return made_per_axis(mend->sema, value->span, numbers, n);
    if (value->kind == AST_LIST || value->kind == AST_PAIR || value->kind == AST_STRING)
        return (Made){0};
    return made_as_written(mend->sema, value);
}

/* ONNX' pads: all beginnings, then all ends. */
static Made say_pads(Mend *mend, const AstExpr *value) {
    int64_t numbers[6];
    int n = numbers_in(value, numbers), axes;
    const char *const *names = space(mend, &axes);
    if (n == 1) return made_as_written(mend->sema, value);
    if (n == 0 || n % 2 || (axes && n != 2 * axes)) return (Made){0};
    return made_pads(mend->sema, value->span, numbers, numbers + n / 2, n / 2, names);
}

/* Keras' ((top, bottom), (left, right)), and torch's [left, right, top, bottom], of a layer that
 * only pads or crops. */
static Made say_frame(Mend *mend, const AstExpr *value) {
    int64_t numbers[6], before[3], after[3];
    int n = numbers_in(value, numbers), axes;
    const char *const *names = space(mend, &axes);
    if (value->kind == AST_PAIR && value->pair.first->kind == AST_PAIR) {
        int64_t first[6], second[6];
        if (numbers_in(value->pair.first, first) != 2 ||
            numbers_in(value->pair.second, second) != 2)
            return (Made){0};
        before[0] = first[0], after[0] = first[1], before[1] = second[0], after[1] = second[1];
        n = 2;
    } else if (mend->form->framework == 'T' && n > 1) {
        n /= 2;
        for (int i = 0; i < n; i++) {
            before[i] = numbers[2 * (n - 1 - i)];
            after[i] = numbers[2 * (n - 1 - i) + 1];
        }
    } else {
        return say_per_axis(mend, value);
    }
    if (axes && n != axes) return (Made){0};
    return made_pads(mend->sema, value->span, before, after, n, names);
}

static Made say_padding(Mend *mend, const char *name, const AstExpr *value) {
    if (strcmp(name, "pads") == 0) return say_pads(mend, value);
    if (mend->form && (mend->layer->op == OP_PAD || mend->layer->op == OP_CROP))
        return say_frame(mend, value);
    const char *word = value->kind == AST_STRING ? value->string.bytes : NULL;
    if (!word) return say_per_axis(mend, value);
    if (strcmp(word, "same") != 0 && strcmp(word, "valid") != 0 && strcmp(word, "causal") != 0 &&
        strcmp(word, "SAME") != 0 && strcmp(word, "VALID") != 0)
        return (Made){0};
    bool same = word[0] == 's' || word[0] == 'S';
    return made_word(mend->sema, value->span, same ? "same" : word[0] == 'c' ? "causal" : "valid");
}

/* The axis with a number; also from the end. */
static Made say_axis(Mend *mend, const AstExpr *value) {
    const TensorType *type = mend_input(mend);
    const AstExpr *number = value->kind == AST_NEGATE ? value->operand : value;
    if (value->kind == AST_AXIS) return made_as_written(mend->sema, value);
    if (number->kind != AST_INT || !type || number->integer > type->rank) return (Made){0};
    int64_t at = value->kind == AST_NEGATE ? type->rank - number->integer : number->integer;
    if (at < 0 || at >= type->rank) return (Made){0};
    return made_word(mend->sema, value->span, type->axes[at].name);
}

static Made say_word(Mend *mend, AttrName attr, const AstExpr *value) {
    int truth = truth_in(value);
    const char *word = word_in(value);
    if (attr == ATTR_MODE && word) {
        bool linear = strcmp(word, "linear") == 0 || strcmp(word, "bilinear") == 0 ||
                      strcmp(word, "trilinear") == 0;
        if (!linear && strcmp(word, "nearest") != 0) return (Made){0};
        return made_word(mend->sema, value->span, linear ? "linear" : "nearest");
    }
    if (attr == ATTR_ALIGN && truth >= 0)
        return made_word(mend->sema, value->span, truth ? "corners" : "half");
    const AstExpr *said = foreign_value(mend->sema, attr, value);
    if (said == value) return made_as_written(mend->sema, value);
    return said ? (Made){said, foreign_value_text(mend->sema, said)} : (Made){0};
}

/* An argument that gives the attribute. */
static bool say_attr(Mend *mend, AttrName attr, const char *name, const AstArg *arg) {
    const AstExpr *value = arg->value;
    const AttrDef *def = layer_attr(mend->layer, attr);
    if (!def) return false;
    if (is_none(value)) return true; /* as if it were not there */
    switch (def->kind) {
    case KIND_AXES:
    case KIND_ROOM: return give(mend, attr, arg, say_per_axis(mend, value));
    case KIND_PAD: return give(mend, attr, arg, say_padding(mend, name, value));
    case KIND_AXIS: return give(mend, attr, arg, say_axis(mend, value));
    case KIND_WORD: return give(mend, attr, arg, say_word(mend, attr, value));
    case KIND_COUNT:
    case KIND_NUMBER:
        if (value->kind == AST_STRING || value->kind == AST_LIST || value->kind == AST_PAIR)
            return false;
        break;
    default: break;
    }
    return give(mend, attr, arg, made_as_written(mend->sema, value));
}

/* bias=False is bias=none, bias=True the default. */
static bool say_bias(Mend *mend, const AstArg *arg) {
    int truth = truth_in(arg->value);
    if (truth < 0) return give(mend, ATTR_BIAS, arg, made_as_written(mend->sema, arg->value));
    mend->changes = true;
    mend->lacks_bias = truth == 0;
    return truth || give(mend, ATTR_BIAS, arg, made_word(mend->sema, arg->value->span, "none"));
}

/* affine=False is a factor of 1 and a shift of 0. */
static bool say_affine(Mend *mend, const AstArg *arg) {
    int truth = truth_in(arg->value);
    bool norms = mend->layer->op == OP_BATCHNORM;
    if (truth < 0) return false;
    if (truth && mend->layer->op != OP_INSTANCENORM) return true;
    Span span = arg->value->span;
    if (truth) { /* torch's default is False */
        mend->args[ATTR_WEIGHT] = mend->args[ATTR_BIAS] = arg;
        return true;
    }
    return give(mend, ATTR_WEIGHT, arg, made_word(mend->sema, span, norms ? "ones" : "none")) &&
           give(mend, ATTR_BIAS, arg, made_word(mend->sema, span, norms ? "zeros" : "none"));
}

static bool say_activation(Mend *mend, const AstExpr *value) {
    const char *word = word_in(value);
    if (is_none(value)) return true;
    if (mend->n_behind > 0) return false; /* said twice */
    const char *step = word ? foreign_activation(word) : NULL;
    if (step && *step) mend->behind[mend->n_behind++] = step;
    return step != NULL;
}

/* SAME_LOWER has its odd row before, which p=same has behind: see say_lower. */
static bool say_auto_pad(Mend *mend, const AstArg *arg) {
    const char *word = word_in(arg->value), *said = NULL;
    if (!word) return false;
    if (strcmp(word, "NOTSET") == 0) return true;
    if (strcmp(word, "VALID") == 0) said = "valid";
    if (strcmp(word, "SAME_UPPER") == 0) said = "same";
    mend->lower = strcmp(word, "SAME_LOWER") == 0 ? arg : NULL;
    return mend->lower ||
           (said && give(mend, ATTR_P, arg, made_word(mend->sema, arg->value->span, said)));
}

/* Darknet's pad=1 is half the kernel, that of Caffe and MXNet a number. */
static bool say_pad(Mend *mend, const AstArg *arg) {
    int truth = truth_in(arg->value);
    if (!mend->is_darknet || truth < 0)
        return give(mend, ATTR_P, arg, say_per_axis(mend, arg->value));
    return give(mend, ATTR_P, arg,
                made_word(mend->sema, arg->value->span, truth ? "half" : "valid"));
}

static bool say_multiplier(Mend *mend, const AstExpr *value) {
    if (value->kind != AST_INT || value->integer < 1 || value->integer > 1024) return false;
    mend->multiplier = value->integer;
    return true;
}

/* output_size=1 or (1, 1). */
static bool is_one(const AstExpr *value) {
    int64_t numbers[6];
    int n = numbers_in(value, numbers);
    for (int i = 0; i < n; i++)
        if (numbers[i] != 1) return false;
    return n > 0;
}

/* output_size=1 is the whole axis; a whole part of a known one is a window and stride. */
static bool say_output(Mend *mend, const AstArg *arg) {
    int64_t numbers[6], parts[MAX_SPATIAL];
    int n = numbers_in(arg->value, numbers), axes[MAX_RANK];
    if (is_one(arg->value)) return true; /* the form says k=all */
    const TensorType *type = mend_input(mend);
    int n_axes = type ? type_spatial(type, axes) : 0;
    if (n_axes == 0 || (n != 1 && n != n_axes)) return false;
    for (int i = 0; i < n_axes; i++) {
        int64_t size = type->axes[axes[i]].extent, wanted = numbers[n == 1 ? 0 : i];
        if (size < 1 || wanted < 1 || size % wanted) return false;
        parts[i] = size / wanted;
    }
    Made made = made_per_axis(mend->sema, arg->value->span, parts, n_axes);
    return give(mend, ATTR_K, arg, made) && give(mend, ATTR_S, arg, made);
}

static bool is_minus_one(const AstExpr *value) {
    return value->kind == AST_NEGATE && is_one(value->operand);
}

static bool say_meaning(Mend *mend, WordMeaning meaning, const AstArg *arg) {
    const AstExpr *value = arg->value;
    mend->changes = true;
    switch (meaning) {
    case MEANS_CHANNELS: mend->channels = value; return true;
    case MEANS_NOTHING: return true;
    case MEANS_TRUE: return truth_in(value) == 1;
    case MEANS_FALSE: return truth_in(value) == 0;
    case MEANS_AFFINE: return say_affine(mend, arg);
    case MEANS_BIAS: return say_bias(mend, arg);
    case MEANS_ACTIVATION: return say_activation(mend, value);
    case MEANS_AUTO_PAD: return say_auto_pad(mend, arg);
    case MEANS_PAD: return say_pad(mend, arg);
    case MEANS_AXIS: return say_attr(mend, ATTR_AXIS, "axis", arg);
    case MEANS_OUTPUT: return say_output(mend, arg);
    case MEANS_KEEP_SPACE: mend->keeps_space = truth_in(value) == 1; return truth_in(value) >= 0;
    case MEANS_MULTIPLIER: return say_multiplier(mend, value);
    case MEANS_ONE: return is_one(value);
    case MEANS_MINUS_ONE: return is_minus_one(value);
    case MEANS_ATTR: break;
    }
    return false;
}

int own_name(const LayerDef *layer, const char *name) {
    for (int i = 0; i < layer->n_attrs; i++)
        if (strcmp(attr_text(layer->attrs[i].name), name) == 0) return (int)layer->attrs[i].name;
    return -1;
}

/* One of the words of the form's parameters: "size:by" gives `by`. */
static const char *renamed(const Mend *mend, const char *name) {
    const char *list = mend->form ? mend->form->parameters : "", *word;
    size_t len = strlen(name);
    while ((word = foreign_next(mend->sema->arena, &list)) != NULL)
        if (strncmp(word, name, len) == 0 && word[len] == ':') return word + len + 1;
    return NULL;
}

/* An argument under the name that it has, or would have, in its framework. */
static bool say(Mend *mend, const char *name, const AstArg *arg) {
    const char *as = renamed(mend, name);
    int attr = own_name(mend->layer, as ? as : name);
    bool own = attr >= 0 && !as && arg->kind == AST_ARG_NAMED;
    bool native = arg->value->kind != AST_STRING && truth_in(arg->value) < 0;
    if (own && attr != ATTR_BIAS && (native || arg->value->kind == AST_INT))
        return give(mend, (AttrName)attr, arg,
                    attr == ATTR_AXIS ? say_axis(mend, arg->value)
                                      : made_as_written(mend->sema, arg->value));
    if (!own) mend->changes = true;
    if (attr != ATTR_BIAS && attr >= 0) return say_attr(mend, (AttrName)attr, as ? as : name, arg);
    WordMeaning meaning = foreign_word(name);
    if (meaning == MEANS_BIAS && own) return say_bias(mend, arg);
    if (meaning != MEANS_ATTR) return say_meaning(mend, meaning, arg);
    attr = foreign_attr(name);
    return attr >= 0 && say_attr(mend, (AttrName)attr, name, arg);
}

/* "s=k": the kernel's. "a=s-k": as much as the windows leave out, without padding. "g=C". */
static bool say_computed(Mend *mend, AttrName attr, const char *text) {
    Span span = mend->call->expr->call.callee.span;
    const Made *k = &mend->attrs[ATTR_K], *s = &mend->attrs[ATTR_S], *p = &mend->attrs[ATTR_P];
    if (mend->attrs[attr].value) return true;
    if (strcmp(text, "k") == 0) return !k->value || give(mend, attr, NULL, *k);
    if (strcmp(text, "C") == 0) {
        const TensorType *type = mend_input(mend);
        int channel = type ? type_channel(type) : NO_AXIS;
        if (channel == NO_AXIS || type->axes[channel].extent < 1) return false;
        int64_t c = type->axes[channel].extent;
        const AstExpr *piped = mend->call->expr->call.piped;
        Made input = made_integer(mend->sema, span, c);
        Made output = made_integer(mend->sema, span, c * mend->multiplier);
        if (piped && piped->kind == AST_NAME && !piped->name.second.text) {
            input.text = arena_printf(mend->sema->arena, "%s.C", piped->name.first.text);
            if (mend->multiplier == 1) output.text = input.text;
        }
        return give(mend, ATTR_G, NULL, input) &&
               (mend->attrs[ATTR_C].value || give(mend, ATTR_C, NULL, output));
    }
    const char *padding = p->value ? word_in(p->value) : "valid";
    if (!s->value || s->value->kind != AST_INT || !k->value || k->value->kind != AST_INT)
        return !s->value || (padding && strcmp(padding, "same") == 0);
    if (!padding || strcmp(padding, "valid") != 0 || s->value->integer <= k->value->integer)
        return true;
    return give(mend, attr, NULL,
                made_integer(mend->sema, span, s->value->integer - k->value->integer));
}

/* True if the padding is more than none, or not known. */
static bool pads(const Mend *mend) {
    const AstExpr *p = mend->attrs[ATTR_P].value;
    return p && !(p->kind == AST_INT && p->integer == 0) &&
           !(word_in(p) && strcmp(word_in(p), "valid") == 0);
}

/* SAME_LOWER where the windows move by one: as many rows as the kernel has beside its middle. */
static bool say_lower(Mend *mend) {
    const AstExpr *k = mend->attrs[ATTR_K].value, *s = mend->attrs[ATTR_S].value;
    if (!k || k->kind != AST_INT || k->integer < 1 || mend->attrs[ATTR_D].value) return false;
    if (s && (s->kind != AST_INT || s->integer != 1)) return false;
    int64_t before = k->integer / 2, behind = (k->integer - 1) / 2;
    return give(mend, ATTR_P, mend->lower,
                made_pads(mend->sema, mend->lower->value->span, &before, &behind, 1, NULL));
}

/* The 1x1 convolution of a separable one: it has the filters and the bias. */
static bool say_pointwise(Mend *mend) {
    Made *c = &mend->attrs[ATTR_C];
    if (!c->value || strchr(c->text, ' ')) return false;
    for (int i = mend->n_behind++; i > 0; i--) mend->behind[i] = mend->behind[i - 1];
    const char *label = mend->sema->bind_name;
    mend->behind[0] = arena_printf(mend->sema->arena, "conv c=%s k=1%s @%s.pointwise", c->text,
                                   mend->lacks_bias ? " bias=none" : "", label);
    *c = (Made){0};
    mend->args[ATTR_C] = NULL;
    return give_default(mend, ATTR_BIAS, "none");
}

static bool is_linear(const AstExpr *mode) {
    const char *word = mode ? word_in(mode) : NULL;
    return word && strcmp(word, "linear") == 0;
}

/* The framework's defaults, as far as they are not those of .net. */
static bool say_rest(Mend *mend) {
    const char *list = mend->form ? mend->form->rest : "", *word;
    if (mend->lower && !say_lower(mend)) return false;
    while ((word = foreign_next(mend->sema->arena, &list)) != NULL) {
        if (*word == '|') {
            if (strcmp(word, "|flatten") == 0 && !mend->keeps_space)
                mend->behind[mend->n_behind++] = word + 1;
            if (strcmp(word, "|conv") == 0 && !say_pointwise(mend)) return false;
            continue;
        }
        const char *text = strchr(word, '=') + 1;
        AttrName attr = (AttrName)own_name(
            mend->layer, arena_strndup(mend->sema->arena, word, (size_t)(text - 1 - word)));
        const AstExpr *mode = mend->attrs[ATTR_MODE].value;
        if (attr == ATTR_COUNT && !pads(mend) && !mend->attrs[ATTR_ROUND].value) continue;
        if (attr == ATTR_ALIGN && !is_linear(mode)) continue;
        if (mend->args[attr] && !mend->attrs[attr].value) continue; /* said to be netc's own */
        if (!(strlen(text) == 1 || strcmp(text, "s-k") == 0) || strchr("0123456789", *text)
                ? !give_default(mend, attr, text)
                : !say_computed(mend, attr, text))
            return false;
    }
    return true;
}

/* All arguments; the plain ones are `parameters`, in order. */
bool mend_arguments_of(Mend *mend, const char *parameters) {
    const AstExpr *expr = mend->call->expr;
    for (size_t i = 0; i < expr->call.n_args; i++) {
        const AstArg *arg = &expr->call.args[i];
        if (arg->kind == AST_ARG_OF) return false;
        if (arg->kind == AST_ARG_NAMED) {
            if (!say(mend, arg->name.text, arg)) return false;
        } else if (is_plain(mend->sema, arg)) {
            const char *word = foreign_next(mend->sema->arena, &parameters);
            if (!word) return false;
            const char *colon = strchr(word, ':');
            if (colon) word = arena_strndup(mend->sema->arena, word, (size_t)(colon - word));
            mend->changes = true;
            if (!say(mend, word, arg)) return false;
        }
    }
    return say_rest(mend);
}
