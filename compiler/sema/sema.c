/* The steps of the analysis, and which warnings remain. */
#include "sema/sema.h"

#include "sema/items.h"
#include "sema/params.h"
#include "sema/warnings.h"

Graph *sema_file(Arena *arena, Interner *interner, const Ast *ast, const SemaOptions *options,
                 Sources *sources, Diags *diags) {
    Sema sema = {.arena = arena,
                 .interner = interner,
                 .ast = ast,
                 .options = options,
                 .sources = sources,
                 .diags = diags,
                 .graph = graph_create(arena),
                 .syntax_failed = diags->n_errors > 0};
    analyse_items(&sema);
    params_resolve(&sema);
    drop_warnings(diags);
    return sema.graph;
}
