#include "sema/foreign_form.h"

#include <string.h>

#define FOREIGN_CALL(framework, names, layer, parameters, rest)                                    \
    {framework, names, layer, parameters, rest},
#define FOREIGN_WORD(word, meaning)
#define FOREIGN_ACTIVATION(word, step)
static const ForeignForm forms[] = {
#include "sema/foreign_call.def"
};
#undef FOREIGN_CALL
#undef FOREIGN_WORD
#define FOREIGN_CALL(framework, names, layer, parameters, rest)
#define FOREIGN_WORD(word, meaning) {word, MEANS_##meaning},
static const struct {
    const char *word;
    WordMeaning meaning;
} words[] = {
#include "sema/foreign_call.def"
};
#undef FOREIGN_WORD
#undef FOREIGN_ACTIVATION
#define FOREIGN_WORD(word, meaning)
#define FOREIGN_ACTIVATION(word, step) {word, step},
static const struct {
    const char *word, *step;
} activations[] = {
#include "sema/foreign_call.def"
};
#undef FOREIGN_CALL
#undef FOREIGN_WORD
#undef FOREIGN_ACTIVATION

const char *foreign_next(Arena *arena, const char **list) {
    *list += strspn(*list, " ");
    size_t len = strcspn(*list, " ");
    if (len == 0) return NULL;
    const char *word = arena_strndup(arena, *list, len);
    *list += len;
    return word;
}

bool foreign_has(const char *list, const char *word) {
    size_t len = strlen(word);
    for (const char *at = list; len > 0 && (at = strstr(at, word)) != NULL; at += len)
        if ((at == list || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0')) return true;
    return false;
}

const ForeignForm *foreign_form(const char *name) {
    for (size_t i = 0; name && i < sizeof forms / sizeof *forms; i++)
        if (foreign_has(forms[i].names, name)) return &forms[i];
    return NULL;
}

const ForeignForm *foreign_form_of_torch(const LayerDef *layer) {
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (forms[i].framework == 'T' && strcmp(forms[i].layer, layer->name) == 0) return &forms[i];
    return NULL;
}

WordMeaning foreign_word(const char *word) {
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].word, word) == 0) return words[i].meaning;
    return MEANS_ATTR;
}

const char *foreign_activation(const char *word) {
    for (size_t i = 0; i < sizeof activations / sizeof *activations; i++)
        if (strcmp(activations[i].word, word) == 0) return activations[i].step;
    return NULL;
}
