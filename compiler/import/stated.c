/* Lines of `TENSOR: LAYER weight=none bias=none AXES as AXES`, of which all but tensor and axes may
 * be missing. */
#include "import/stated.h"

#include "import/emit.h"
#include "import/held.h"
#include "import/table.h"

#include <ctype.h>
#include <string.h>

static bool is_axis(const char *word) {
    if (!isupper((unsigned char)word[0])) return false;
    for (const char *c = word; *c; c++)
        if (!isalnum((unsigned char)*c)) return false;
    return strlen(word) <= 64;
}

/* Takes the words of axes from *words on; 0: there are none, too many, or one occurs twice. */
static int take_axes(Arena *arena, const char **words, const char **axes) {
    int n = 0;
    for (;;) {
        const char *word = *words + strspn(*words, " ");
        size_t len = strcspn(word, " ");
        const char *copy = arena_strndup(arena, word, len);
        if (!is_axis(copy)) return n;
        for (int i = 0; i < n; i++)
            if (strcmp(axes[i], copy) == 0) return 0;
        if (n == MAX_RANK) return 0;
        axes[n++] = copy;
        *words = word + len;
    }
}

static bool take_word(const char **words, const char *word) {
    const char *at = *words + strspn(*words, " ");
    size_t len = strlen(word);
    if (strncmp(at, word, len) != 0 || at[len] != ' ') return false;
    *words = at + len;
    return true;
}

static bool is_spatial(const char *axis) {
    return strcmp(axis, "N") != 0 && strcmp(axis, "C") != 0;
}

/* The axes of the text are those of the tensor: spatial ones in their order, N and C anywhere. */
static bool fits(const Stated *stated) {
    int at = 0, spatial = 0, spatial_in_text = 0;
    for (int i = 0; i < stated->rank; i++) spatial += is_spatial(stated->axes[i]);
    for (int i = 0; i < stated->rank_in_text; i++) {
        const char *axis = stated->in_text[i];
        int from = is_spatial(axis) ? at : 0;
        while (from < stated->rank && strcmp(stated->axes[from], axis) != 0) from++;
        if (from == stated->rank) return false;
        if (is_spatial(axis)) at = from + 1;
        spatial_in_text += is_spatial(axis);
    }
    return spatial == spatial_in_text && spatial <= MAX_SPATIAL;
}

/* The words behind the name of a tensor. NULL: they say nothing that netc knows. */
static const Stated *parse(Arena *arena, const char *words) {
    Stated *stated = ARENA_NEW(arena, Stated);
    words += strspn(words, " ");
    size_t len = strcspn(words, " ");
    if (islower((unsigned char)words[0])) {
        stated->op = arena_strndup(arena, words, len);
        words += len;
        stated->no_weight = take_word(&words, "weight=none");
        stated->no_bias = take_word(&words, "bias=none");
    }
    stated->rank = take_axes(arena, &words, stated->axes);
    if (stated->rank == 0) return NULL;
    words += strspn(words, " ");
    if (strncmp(words, "as ", 3) == 0) {
        words += 3;
        stated->rank_in_text = take_axes(arena, &words, stated->in_text);
        if (stated->rank_in_text == 0) return NULL;
    } else {
        stated->rank_in_text = stated->rank;
        memcpy(stated->in_text, stated->axes, sizeof stated->axes);
    }
    return words[strspn(words, " ")] || !fits(stated) ? NULL : stated;
}

static void read_lines(Import *im, const char *line) {
    im->stated = table_create(im->arena);
    for (size_t len; *line; line += len + (line[len] == '\n')) {
        len = strcspn(line, "\n");
        const char *whole = arena_strndup(im->arena, line, len), *colon = strrchr(whole, ':');
        const Stated *stated = colon ? parse(im->arena, colon + 1) : NULL;
        if (!stated) continue;
        const char *tensor = arena_strndup(im->arena, whole, (size_t)(colon - whole));
        table_set(im->stated, tensor, (void *)stated);
    }
}

void stated_read(Import *im) {
    static const char key[] = "netc.values";
    for (size_t i = 0; i < im->model->n_properties; i++)
        if (strcmp(im->model->properties[i].key, key) == 0)
            read_lines(im, im->model->properties[i].value);
}

const Stated *stated_of(const Import *im, const char *tensor, int rank) {
    const Stated *stated = im->stated ? table_get(im->stated, tensor) : NULL;
    return stated && stated->rank == rank ? stated : NULL;
}

Value *stated_constant(Import *im, const Stated *stated, const Value *value) {
    Value *made = hold_constant(im, value->onnx, value->constant, stated->axes);
    made->stated = stated;
    return made;
}

bool stated_is(const Import *im, const Node *node, const char *op) {
    const Stated *stated = im->stated && node->onnx->n_outputs > 0
                               ? table_get(im->stated, node->onnx->outputs[0])
                               : NULL;
    return stated && stated->op && strcmp(stated->op, op) == 0;
}

bool is_said(const Layer *layer, const char *op) {
    const Stated *stated = layer->n_out == 1 ? layer->out[0]->stated : NULL;
    return stated && stated->op && strcmp(stated->op, op) == 0;
}

static bool has_axes(const Value *value, const Stated *stated) {
    for (int i = 0; i < value->rank; i++)
        if (strcmp(value->axes[i], stated->axes[i]) != 0) return false;
    return true;
}

static const char *order_text(Arena *arena, const Value *x) {
    Text text = text_in(arena);
    for (int i = 0; i < x->rank; i++) text_printf(&text, "%s%s", i ? ", " : "[", x->axes[i]);
    text_puts(&text, "]");
    return text_str(&text);
}

/* A layer that the model leaves out, since it gives its input. */
static Value *do_nothing(Import *im, const Node *node, const char *op, Value *x) {
    Layer *layer = emit_layer(im, node, op, x);
    if (strcmp(op, "crop") == 0 || strcmp(op, "pad") == 0)
        emit_attr(im, layer, "p", "0");
    else if (strcmp(op, "permute") == 0)
        emit_attr(im, layer, "order", "%s", order_text(im->arena, x));
    else if (strcmp(op, "scale") == 0)
        emit_attr(im, layer, "by", "1");
    else if (strcmp(op, "affine") == 0) {
        emit_source(layer, "weight", "none");
        emit_source(layer, "bias", "none");
    } else if (strcmp(op, "upsample") == 0) {
        emit_attr(im, layer, "by", "1");
        emit_attr(im, layer, "mode", "nearest");
    } else if (strncmp(op, "pixel_", 6) == 0) {
        emit_attr(im, layer, "r", "1");
    }
    return emit_result_like(im, layer, x);
}

static bool may_do_nothing(const char *op) {
    static const char *const ops[] = {
        "crop",   "pad",     "permute", "scale",         "upsample",
        "affine", "flatten", "reshape", "pixel_shuffle", "pixel_unshuffle"};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        if (strcmp(ops[i], op) == 0) return true;
    return false;
}

Value *stated_value(Import *im, const Node *node, const char *tensor, Value *value) {
    const Stated *stated =
        value->constant || value->failed ? NULL : stated_of(im, tensor, value->rank);
    if (!stated) return value;
    const Layer *layer = value->layer;
    bool is_step = layer && !value->stated; /* of this layer */
    if (!is_step && stated->op && has_axes(value, stated) && may_do_nothing(stated->op))
        value = do_nothing(im, node, stated->op, value);
    if (!has_axes(value, stated)) {
        bool renames = is_step && layer->node == node->onnx && strcmp(layer->op, "reshape") == 0;
        if (!renames) value = emit_rename(im, node, value, stated->axes);
        memcpy(value->axes, stated->axes, sizeof value->axes);
    }
    value->stated = stated;
    return value;
}
