/* The steps of the analysis. */
#include "sema/sema.h"

#include "sema/channel.h"
#include "sema/fixes.h"
#include "sema/items.h"
#include "sema/params.h"
#include "sema/resize.h"
#include "sema/run.h"
#include "sema/uses.h"
#include "sema/warnings.h"

void run_analysis(Sema *sema) {
    sema->graph = graph_create(sema->arena);
    analyse_items(sema);
    if (sema->diags->n_errors == 0) warn_batchnorms(sema);
    if (!sema->options->resize) params_resolve(sema);
    uses_explain(sema);
    drop_warnings(sema);
}

Graph *sema_resized(Arena *arena, Interner *interner, const Ast *ast, const SemaOptions *options,
                    Sources *sources, SemaResize *resize) {
    SemaOptions resized = *options;
    resized.resize = resize;
    Diags diags = diags_in(arena, sources);
    Sema sema = {.arena = arena,
                 .interner = interner,
                 .ast = ast,
                 .options = &resized,
                 .sources = sources,
                 .diags = &diags};
    run_analysis(&sema);
    return diags.n_errors == 0 ? sema.graph : NULL;
}

Graph *sema_file(Arena *arena, Interner *interner, const Ast *ast, const SemaOptions *options,
                 Sources *sources, Diags *diags) {
    Sema sema = {.arena = arena,
                 .interner = interner,
                 .ast = ast,
                 .options = options,
                 .sources = sources,
                 .diags = diags};
    run_analysis(&sema);
    check_fixes(&sema);
    return sema.graph;
}
