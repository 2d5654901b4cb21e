/* The front half of the compiler on a string. */
#include "sema/analysed.h"

#include "syntax/parse.h"

#include <string.h>

Analysed *analyse_bytes(const char *name, const char *source, size_t len,
                        const SemaOptions *options) {
    Arena *arena = arena_create();
    Analysed *analysed = ARENA_NEW(arena, Analysed);
    analysed->arena = arena;
    analysed->sources.arena = arena;
    analysed->diags = diags_in(arena, &analysed->sources);
    uint32_t file = sources_add(&analysed->sources, name, source, len);
    Interner *interner = interner_create(arena);
    Ast *ast = parse_file(arena, interner, &analysed->sources, file, &analysed->diags);
    analysed->graph =
        sema_file(arena, interner, ast, options, &analysed->sources, &analysed->diags);
    diags_sort(&analysed->diags);
    return analysed;
}

Analysed *analyse(const char *source) {
    SemaOptions options = {.max_weight_bytes = 1 << 20, .weights_may_be_missing = true};
    return analyse_bytes("test.net", source, strlen(source), &options);
}

void analysed_free(Analysed *analysed) { arena_destroy(analysed->arena); }

const char *analysed_codes(Analysed *analysed) {
    Text text = text_in(analysed->arena);
    for (size_t i = 0; i < analysed->diags.list.len; i++)
        text_printf(&text, "%s%s", i ? " " : "", diag_code_name(analysed->diags.list.at[i]->code));
    return text_str(&text);
}

const Value *analysed_value(const Analysed *analysed, const char *name) {
    const Graph *graph = analysed->graph;
    for (size_t i = graph->values.len; i-- > 0;)
        if (strcmp(graph->values.at[i]->name, name) == 0) return graph->values.at[i];
    return NULL;
}
