/* Any bytes as a program: parse and semantics end with a graph that the verifiers accept, or with
 * an error, and never otherwise. Built as a libFuzzer target by -DNETC_FUZZ=ON (clang), and else
 * with replay.c, which runs the corpus. */
#include "fuzz/fuzz_front.h"

#include "base/diag.h"
#include "sema/sema.h"
#include "syntax/parse.h"

#include <stdlib.h>

/* A promise that does not hold ends the process, whatever the build. */
static void require(bool holds) {
    if (!holds) abort();
}

static void check_spans(const Diags *diags, const Sources *sources) {
    for (size_t i = 0; i < diags->list.len; i++) {
        const Diag *diag = diags->list.at[i];
        if (!diag->has_span) continue;
        Span span = diag->primary.span;
        require(span.file < sources->files.len);
        require(span.begin <= span.end && span.end <= sources->files.at[span.file]->len);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 1 << 16) return 0;
    Arena *arena = arena_create();
    Sources sources = {.arena = arena};
    Diags diags = diags_in(arena, &sources);
    Interner *interner = interner_create(arena);
    SemaOptions options = {
        .max_source_bytes = 1 << 20, .max_weight_bytes = 1 << 20, .weights_may_be_missing = true};
    uint32_t file = sources_add(&sources, "fuzz.net", (const char *)data, size);
    Ast *ast = parse_file(arena, interner, &sources, file, &diags);
    require(ast_verify(arena, ast, sources.files.at[file]) == NULL);
    Graph *graph = sema_file(arena, interner, ast, &options, &sources, &diags);
    require(diags.n_errors > 0 || graph_verify(arena, graph) == NULL);
    check_spans(&diags, &sources);
    diags_sort(&diags);
    Text text = text_in(arena);
    for (size_t i = 0; i < diags.list.len && i < 20; i++)
        diag_render(diags.list.at[i], &sources, false, &text);
    arena_destroy(arena);
    return 0;
}
