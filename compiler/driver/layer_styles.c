/* Defaults of one literal are known to the formatter: numbers, words, `valid`. Two of them may not
 * be left out always: `a` beside a word of p is refused (N0321), `value` beside another border,
 * too; and fmt hides no fault. */
#include "driver/layer_styles.h"

#include "sema/attrs.h"

#include <string.h>

static AttrStyle style_of(Arena *arena, const AttrDef *attr) {
    AttrStyle style = {.name = attr_text(attr->name)};
    if (attr->need != NEED_DEFAULTED) return style;
    switch (attr->kind) {
    case KIND_COUNT:
    case KIND_AXES:
    case KIND_ROOM: style.has_number = true; break;
    case KIND_PAD:
        style.has_number = true;
        style.word = "valid";
        break;
    case KIND_NUMBER:
    case KIND_NUMBERS: style.has_number = style.real = true; break;
    case KIND_WORD: /* the first one is the default of all of them */
        style.word = arena_strndup(arena, attr->words, strcspn(attr->words, " "));
        break;
    default: break;
    }
    style.number = attr->fallback;
    if (attr->name == ATTR_A) style.beside = attr_text(ATTR_P);
    if (attr->name == ATTR_VALUE) style.beside = attr_text(ATTR_BORDER);
    return style;
}

LayerStyles layer_styles(Arena *arena) {
    VEC(LayerStyle) layers = {0};
    const LayerDef *layer;
    for (int i = 0; (layer = layer_at(i)) != NULL; i++) {
        AttrStyle *attrs = ARENA_ARRAY(arena, AttrStyle, (size_t)layer->n_attrs);
        for (int a = 0; a < layer->n_attrs; a++) attrs[a] = style_of(arena, &layer->attrs[a]);
        LayerStyle style = {layer->name, attrs, (size_t)layer->n_attrs};
        VEC_PUSH(arena, &layers, style);
    }
    return (LayerStyles){layers.at, layers.len};
}
