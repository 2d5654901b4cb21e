/* Warnings beside errors would repeat in other words what the error says. */
#include "sema/warnings.h"

#include <stdlib.h>

/* The places that errors point at, sorted by their beginning. */
typedef struct Places {
    VEC(Span) spans;
    Span *reach; /* by place: among it and those before, the one that ends last */
} Places;

static bool before(Span a, Span b) {
    return a.file != b.file ? a.file < b.file : a.begin < b.begin;
}

static int compare(const void *a, const void *b) {
    const Span *left = a, *right = b;
    return (int)before(*right, *left) - (int)before(*left, *right);
}

static Places places_of_errors(const Diags *diags) {
    Places places = {0};
    for (size_t i = 0; i < diags->list.len; i++) {
        const Diag *diag = diags->list.at[i];
        if (!diag->is_error || !diag->has_span) continue;
        VEC_PUSH(diags->arena, &places.spans, diag->primary.span);
        for (size_t j = 0; j < diag->secondary.len; j++)
            VEC_PUSH(diags->arena, &places.spans, diag->secondary.at[j].span);
    }
    for (size_t i = 0; i < diags->briefs.len; i++) {
        const DiagBrief *brief = &diags->briefs.at[i];
        if (brief->is_error && brief->has_span) VEC_PUSH(diags->arena, &places.spans, brief->span);
    }
    size_t n = places.spans.len;
    if (n > 0) qsort(places.spans.at, n, sizeof(Span), compare);
    places.reach = ARENA_ARRAY(diags->arena, Span, n);
    for (size_t i = 0; i < n; i++) {
        Span own = places.spans.at[i];
        bool further =
            i > 0 && places.reach[i - 1].file == own.file && places.reach[i - 1].end > own.end;
        places.reach[i] = further ? places.reach[i - 1] : own;
    }
    return places;
}

/* True if one of the places shares a byte with the span: of those that begin before its end, the
 * one that reaches furthest ends after its beginning. */
static bool overlaps(const Places *places, Span span) {
    size_t lo = 0, hi = places->spans.len;
    Span end = {span.file, span.end, span.end};
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (before(places->spans.at[mid], end))
            lo = mid + 1;
        else
            hi = mid;
    }
    if (lo == 0) return false;
    Span reach = places->reach[lo - 1];
    return reach.file == span.file && reach.end > span.begin;
}

static void drop_briefs(Diags *diags, const Places *places) {
    size_t kept = 0;
    for (size_t i = 0; i < diags->briefs.len; i++) {
        DiagBrief brief = diags->briefs.at[i];
        if (brief.is_error || !brief.has_span || !overlaps(places, brief.span))
            diags->briefs.at[kept++] = brief;
    }
    diags->briefs.len = kept;
}

void drop_warnings(Sema *sema) {
    Diags *diags = sema->diags;
    Places places = places_of_errors(diags);
    size_t kept = 0;
    for (size_t i = 0; i < diags->list.len; i++) {
        Diag *diag = diags->list.at[i];
        bool drop = !diag->is_error && diag->has_span && overlaps(&places, diag->primary.span);
        if (drop)
            VEC_PUSH(sema->arena, &sema->dropped, diag);
        else
            diags->list.at[kept++] = diag;
    }
    diags->list.len = kept;
    drop_briefs(diags, &places);
}
