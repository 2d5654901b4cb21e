/* Names and values of other frameworks, for mechanical fixes. */
#include "sema/attrs.h"

#include <string.h>

typedef struct ForeignAttr {
    const char *name;
    AttrName attr;
    const char *frameworks; /* their letters */
} ForeignAttr;

static const ForeignAttr attrs[] = {
#define FOREIGN_ATTR(name, attr, frameworks) {name, ATTR_##attr, frameworks},
#define FOREIGN_LAYER(name, layer)
#define FOREIGN_CLASS(framework, layer, name)
#include "sema/foreign.def"
#undef FOREIGN_ATTR
#undef FOREIGN_LAYER
#undef FOREIGN_CLASS
};

static const struct {
    const char *name, *layer;
} layers[] = {
#define FOREIGN_ATTR(name, attr, frameworks)
#define FOREIGN_LAYER(name, layer) {name, layer},
#define FOREIGN_CLASS(framework, layer, name)
#include "sema/foreign.def"
#undef FOREIGN_ATTR
#undef FOREIGN_LAYER
#undef FOREIGN_CLASS
};

static const struct {
    char framework;
    const char *layer, *name;
} classes[] = {
#define FOREIGN_ATTR(name, attr, frameworks)
#define FOREIGN_LAYER(name, layer)
#define FOREIGN_CLASS(framework, layer, name) {framework, layer, name},
#include "sema/foreign.def"
#undef FOREIGN_ATTR
#undef FOREIGN_LAYER
#undef FOREIGN_CLASS
};

static const ForeignAttr *find_attr(const char *name) {
    for (size_t i = 0; i < sizeof attrs / sizeof *attrs; i++)
        if (strcmp(attrs[i].name, name) == 0) return &attrs[i];
    return NULL;
}

int foreign_attr(const char *name) {
    const ForeignAttr *attr = find_attr(name);
    return attr ? (int)attr->attr : -1;
}

const char *foreign_layer(const char *name) {
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++)
        if (strcmp(layers[i].name, name) == 0) return layers[i].layer;
    return NULL;
}

const char *foreign_origin(const LayerDef *layer, const char *const *names, int n) {
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        if (strcmp(classes[i].layer, layer->name) != 0) continue;
        bool knows_all = true;
        for (int j = 0; j < n; j++) {
            const ForeignAttr *attr = find_attr(names[j]);
            knows_all &= attr && strchr(attr->frameworks, classes[i].framework);
        }
        if (knows_all) return classes[i].name;
    }
    return NULL;
}

static const AstExpr *word_at(Sema *sema, Span span, const char *word) {
    AstExpr *expr = ARENA_NEW(sema->arena, AstExpr);
    const char *text = intern(sema->interner, word, strlen(word));
    *expr = (AstExpr){.kind = AST_NAME, .span = span};
    expr->name = (AstPath){.first = {.text = text, .span = span}, .span = span};
    return expr;
}

static const AstExpr *size_at(Sema *sema, Span span, int64_t first, int64_t second) {
    AstExpr *expr = ARENA_NEW(sema->arena, AstExpr);
    *expr = (AstExpr){.kind = AST_SIZE, .span = span};
    expr->size.at[0] = first;
    expr->size.at[1] = second;
    expr->size.count = 2;
    return expr;
}

/* True, False, 1, 0: -1 if it is none of these. */
static int truth_of(const AstExpr *value) {
    if (value->kind == AST_INT && value->integer <= 1) return (int)value->integer;
    if (value->kind != AST_AXIS) return -1;
    if (strcmp(value->axis.text, "True") == 0) return 1;
    return strcmp(value->axis.text, "False") == 0 ? 0 : -1;
}

static const AstExpr *padding_of_string(Sema *sema, const AstExpr *value) {
    static const char *const words[] = {"same", "valid", "causal"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(value->string.bytes, words[i]) == 0) return word_at(sema, value->span, words[i]);
    return NULL;
}

const AstExpr *foreign_value(Sema *sema, AttrName attr, const AstExpr *value) {
    int truth = truth_of(value);
    switch (attr) {
    case ATTR_ROUND: return truth < 0 ? NULL : word_at(sema, value->span, truth ? "ceil" : "floor");
    case ATTR_COUNT: return truth < 0 ? NULL : word_at(sema, value->span, truth ? "all" : "inside");
    case ATTR_BORDER:
        if (value->kind != AST_STRING) return NULL;
        return word_at(sema, value->span,
                       strcmp(value->string.bytes, "zeros") == 0 ? "zero" : value->string.bytes);
    default: break;
    }
    if (value->kind == AST_STRING) return attr == ATTR_P ? padding_of_string(sema, value) : NULL;
    if (value->kind == AST_PAIR) {
        const AstExpr *first = value->pair.first, *second = value->pair.second;
        if (first->kind != AST_INT || second->kind != AST_INT) return NULL;
        return size_at(sema, value->span, first->integer, second->integer);
    }
    return value->kind == AST_LIST ? NULL : value;
}

const char *foreign_value_text(Sema *sema, const AstExpr *value) {
    if (value->kind == AST_NAME) return value->name.first.text;
    return arena_printf(sema->arena, "%lldx%lld", (long long)value->size.at[0],
                        (long long)value->size.at[1]);
}
