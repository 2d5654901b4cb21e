/* Warnings beside errors would repeat in other words what the error says. */
#include "sema/warnings.h"

static bool overlap(Span a, Span b) {
    return a.file == b.file && a.begin < b.end && b.begin < a.end;
}

/* True if the error points, first or second, at a place within `span`. */
static bool points_into(const Diag *error, Span span) {
    if (!error->has_span) return false;
    if (overlap(error->primary.span, span)) return true;
    for (size_t i = 0; i < error->secondary.len; i++)
        if (overlap(error->secondary.at[i].span, span)) return true;
    return false;
}

static bool is_overshadowed(const Diags *diags, const Diag *warning) {
    for (size_t i = 0; i < diags->list.len; i++)
        if (diags->list.at[i]->is_error && points_into(diags->list.at[i], warning->primary.span))
            return true;
    return false;
}

void drop_warnings(Diags *diags) {
    size_t kept = 0;
    for (size_t i = 0; i < diags->list.len; i++) {
        Diag *diag = diags->list.at[i];
        bool drop = !diag->is_error && diag->has_span && is_overshadowed(diags, diag);
        if (!drop) diags->list.at[kept++] = diag;
    }
    diags->list.len = kept;
}
