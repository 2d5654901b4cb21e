/* Names. PyTorch's exporter calls a weight `layer1.0.conv1.weight` and its node
 * `/layer1/layer1.0/conv1/Conv`: the label is `layer1.0.conv1`, the value `layer1_0_conv1`. */
#include "import/names.h"

#include "base/utf8.h"
#include "import/stated.h"
#include "import/words.h"

#include <ctype.h>

enum { LONGEST_LABEL = 200, LONGEST_NAME = 48 };

bool name_is_plain(const char *name) {
    if (!islower((unsigned char)name[0]) && name[0] != '_') return false;
    for (const char *c = name; *c; c++)
        if (!isalnum((unsigned char)*c) && *c != '_') return false;
    return strlen(name) <= 64 && !is_language_word(name);
}

const char *name_string(Arena *arena, const char *name) {
    Text text = text_in(arena);
    text_puts(&text, "\"");
    for (const char *c = name; *c; c++) {
        if (*c == '"' || *c == '\\')
            text_printf(&text, "\\%c", *c);
        else if (*c == '\n' || *c == '\t')
            text_puts(&text, *c == '\n' ? "\\n" : "\\t");
        else if ((unsigned char)*c < 0x20 || *c == 0x7F)
            text_printf(&text, "\\u{%x}", (unsigned)*c);
        else
            text_append(&text, c, 1);
    }
    text_puts(&text, "\"");
    return text_str(&text);
}

static bool ends_with(const char *name, const char *end) {
    size_t len = strlen(name), tail = strlen(end);
    return len > tail && strcmp(name + len - tail, end) == 0;
}

/* The module of a layer: what stands before `.weight` or `.bias` of its initializers; NULL. */
static const char *module_of(Arena *arena, const Layer *layer) {
    static const char *const ends[] = {".weight", ".bias", ".running_mean", ".running_var",
                                       ".value"};
    for (size_t i = 0; i < layer->n_params; i++)
        for (size_t e = 0; e < sizeof ends / sizeof *ends; e++) {
            const char *onnx = layer->params[i].onnx;
            if (ends_with(onnx, ends[e]))
                return arena_strndup(arena, onnx, strlen(onnx) - strlen(ends[e]));
        }
    return NULL;
}

/* A node's path without what says a thing twice:
 * "/layer1/layer1.0/conv1/Conv" -> "layer1.0.conv1", "/features/features.0/Conv" -> "features.0",
 * "/layer1/layer1.0/Add" -> "layer1.0.add". The operator stays where no weights say what it is. */
static const char *short_path(Arena *arena, const char *path, const char *op, bool drop_op) {
    Text text = text_in(arena);
    size_t last = 0; /* where the part before this one begins in the text */
    for (const char *part = path; *part;) {
        size_t len = strcspn(part, "/");
        const char *next = part + len + (part[len] == '/');
        bool is_op = !*next && strncmp(part, op, strlen(op)) == 0;
        bool extends = text.len > 0 && len > text.len - last + 1 &&
                       strncmp(part, text.bytes + last, text.len - last) == 0 &&
                       part[text.len - last] == '.';
        if (len > 0 && !(is_op && drop_op && text.len > 0)) {
            if (extends) {
                text.len = last;
            } else if (text.len > 0) {
                text_puts(&text, ".");
            }
            last = text.len;
            for (size_t i = 0; i < len; i++) {
                char c = is_op ? (char)tolower((unsigned char)part[i]) : part[i];
                text_append(&text, &c, 1);
            }
        }
        part = next;
    }
    return text_str(&text);
}

/* True if a string of the language can hold the name. */
static bool is_sayable(const char *name) {
    for (const char *c = name; *c; c++)
        if (((unsigned char)*c < 0x20 && *c != '\n' && *c != '\t') || *c == 0x7F) return false;
    return true;
}

void name_layers(Import *im) {
    NameTable *taken = table_create(im->arena);
    for (size_t i = 0; i < im->layers.len; i++) {
        Layer *layer = im->layers.at[i];
        if (layer->dead || layer->n_params == 0) continue;
        const char *node = layer->node->name;
        const char *path =
            node[0] == '/' ? short_path(im->arena, node, layer->node->op, true) : NULL;
        const char *choices[] = {module_of(im->arena, layer), path, node};
        for (int c = 0; c < 3 && !layer->label; c++) {
            const char *label = choices[c];
            if (!label || !label[0] || strlen(label) > LONGEST_LABEL || !is_sayable(label) ||
                table_get(taken, label))
                continue;
            table_set(taken, label, layer);
            layer->label = label;
        }
    }
}

NameScope name_scope(Import *im) {
    return (NameScope){im->arena, table_create(im->arena), im->options->is_reserved};
}

/* Letters, digits and single underscores; begins with a small letter. */
static const char *identifier(Arena *arena, const char *wanted) {
    Text text = text_in(arena);
    for (const char *c = wanted; *c && text.len < LONGEST_NAME; c++) {
        bool good = (unsigned char)*c < 0x80 && isalnum((unsigned char)*c);
        if (good) {
            char small = text.len == 0 ? (char)tolower((unsigned char)*c) : *c;
            if (text.len == 0 && isdigit((unsigned char)*c)) text_puts(&text, "v");
            text_append(&text, &small, 1);
        } else if (text.len > 0 && text.bytes[text.len - 1] != '_') {
            text_puts(&text, "_");
        }
    }
    while (text.len > 0 && text.bytes[text.len - 1] == '_') text.bytes[--text.len] = '\0';
    return text.len ? text_str(&text) : "v";
}

void name_keep(NameScope *scope, const char *name) {
    size_t *next = ARENA_NEW(scope->arena, size_t); /* number to try for the next of this name */
    *next = 2;
    table_set(scope->taken, name, next);
}

const char *name_take(NameScope *scope, const char *wanted) {
    const char *base = identifier(scope->arena, wanted), *name = base;
    if (is_language_word(name) || scope->is_reserved(name))
        name = base = arena_printf(scope->arena, "%s_", base);
    size_t *next = table_get(scope->taken, base);
    while (next && table_get(scope->taken, name))
        name = arena_printf(scope->arena, "%s_%zu", base, (*next)++);
    name_keep(scope, name);
    return name;
}

/* True for "123", "onnx::Relu_45" and the like, which say nothing. */
static bool says_nothing(const char *name) {
    if (strncmp(name, "onnx::", 6) == 0) return true;
    for (const char *c = name; *c; c++)
        if (!isdigit((unsigned char)*c) && *c != '_') return false;
    return true;
}

const char *name_wanted(Import *im, const Layer *layer, const Value *value) {
    const char *node = layer->node->name, *op = layer->node->op;
    if (value->stated && value->stated->op) /* its name in the program, "c1/NCHW" */
        return arena_strndup(im->arena, value->onnx, strcspn(value->onnx, "/"));
    if (layer->label) return short_path(im->arena, layer->label, op, true);
    const char *module = module_of(im->arena, layer);
    if (module) return module;
    if (node[0] && !says_nothing(node)) return short_path(im->arena, node, op, layer->n_params > 0);
    if (value->onnx[0] && !says_nothing(value->onnx)) return value->onnx;
    if (layer->n_out == 1 && isalpha((unsigned char)layer->op[0])) return layer->op;
    return layer->op[0] == '+' ? "sum" : layer->op[0] == '*' ? "product" : "v";
}
