/* Faults inside defs: told apart by code and place, explained by the uses that show them. */
#include "sema/uses.h"

#include <stdio.h>

/* Uses of one fault that are remembered, and calls that its message shows. */
enum { MAX_SHOWING = 8, MAX_CALLS_SHOWN = 6 };

typedef struct UseFault UseFault;
struct UseFault {
    Diag *diag;                      /* NULL: there are too many to show it */
    const Use *showing[MAX_SHOWING]; /* the innermost use, whose def has the fault, of each time */
    size_t n_showing, n_more;
};

static const char *key_of(Sema *sema, DiagCode code, Span span) {
    char key[64];
    int len = snprintf(key, sizeof key, "%d %u %u %u", (int)code, span.file, span.begin, span.end);
    return intern(sema->interner, key, (size_t)len);
}

static void add_showing(UseFault *fault, const Use *use) {
    if (fault->n_showing < MAX_SHOWING)
        fault->showing[fault->n_showing++] = use;
    else
        fault->n_more++;
}

/* Notes one message of the expansion. @return false if another use gave it before */
static bool note_fault(Sema *sema, Diag *diag, const Use *use) {
    if (!diag->has_span) return true;
    const char *key = key_of(sema, diag->code, diag->primary.span);
    UseFault *fault = name_map_get(&sema->faults, key);
    if (fault && fault->diag == diag) return true; /* of a use inside this one */
    bool is_new = !fault;
    if (is_new) {
        fault = ARENA_NEW(sema->arena, UseFault);
        *fault = (UseFault){.diag = diag};
        name_map_put(sema->arena, &sema->faults, key, fault);
        VEC_PUSH(sema->arena, &sema->faults_in_order, fault);
    }
    add_showing(fault, use);
    return is_new;
}

/* The same of a message that is not kept in full. */
static bool note_brief(Sema *sema, DiagBrief *brief, const Use *use) {
    if (!brief->has_span || brief->in_def) return true;
    const char *key = key_of(sema, brief->code, brief->span);
    UseFault *fault = name_map_get(&sema->faults, key);
    if (fault) {
        add_showing(fault, use);
        return false;
    }
    brief->in_def = true;
    name_map_put(sema->arena, &sema->faults, key, ARENA_NEW(sema->arena, UseFault));
    return true;
}

/* What is wrong in the call itself, an argument or the call as such, is no fault of the def. */
static bool is_at_call(Span span, const AstExpr *call) {
    return span.file == call->span.file && span.begin >= call->span.begin &&
           span.end <= call->span.end;
}

static void record_use(const Use *use, bool passes) {
    Def *def = use->def;
    size_t known = def->n_uses < MAX_USES_TOLD ? def->n_uses : MAX_USES_TOLD;
    for (size_t i = 0; i < known; i++) {
        if (def->uses[i].call != use->call) continue;
        def->uses[i].passes &= passes;
        return;
    }
    if (known < MAX_USES_TOLD) {
        def->uses[known].call = use->call;
        def->uses[known].passes = passes;
    }
    def->n_uses++;
}

/* The briefs of a use from number `first` on. @return how many of them other uses gave before */
static size_t end_briefs(Sema *sema, Use *use, size_t first) {
    Diags *diags = sema->diags;
    size_t kept = first, before = diags->briefs.len;
    for (size_t i = first; i < before; i++) {
        DiagBrief brief = diags->briefs.at[i];
        use->failed |= brief.is_error;
        if (is_at_call(brief.span, use->call) || note_brief(sema, &brief, use))
            diags->briefs.at[kept++] = brief;
        else
            diags->n_errors -= brief.is_error;
    }
    diags->briefs.len = kept;
    return before - kept;
}

UseStart uses_begin(const Sema *sema) {
    return (UseStart){sema->diags->list.len, sema->diags->briefs.len};
}

size_t uses_end(Sema *sema, Use *use, UseStart start, bool checked) {
    Diags *diags = sema->diags;
    size_t kept = start.list, before = diags->list.len;
    for (size_t i = start.list; i < before; i++) {
        Diag *diag = diags->list.at[i];
        use->failed |= diag->is_error;
        if (is_at_call(diag->primary.span, use->call) || note_fault(sema, diag, use))
            diags->list.at[kept++] = diag;
        else
            diags_uncount(diags, diag);
    }
    diags->list.len = kept;
    size_t again = before - kept + end_briefs(sema, use, start.briefs);
    record_use(use, checked && !use->failed);
    if (use->outer) use->outer->failed |= use->failed;
    return again;
}

static bool is_among(const AstExpr *const *calls, size_t n, const AstExpr *call) {
    for (size_t i = 0; i < n; i++)
        if (calls[i] == call) return true;
    return false;
}

/* Whether a use is without the fault: a use that only warns has no error either. */
static bool is_fine(const UseFault *fault, const Def *def, size_t i) {
    for (size_t k = 0; k < fault->n_showing; k++)
        if (fault->showing[k]->call == def->uses[i].call) return false;
    return def->uses[i].passes;
}

/* "; the use at line 10 is fine". */
static const char *passing_text(Sema *sema, const UseFault *fault, const Def *def) {
    if (def->n_uses > MAX_USES_TOLD || (fault->n_more > 0 && !fault->diag->is_error)) return "";
    Text lines = text_in(sema->arena);
    size_t n = 0, total = 0, at = 0;
    for (size_t i = 0; i < def->n_uses; i++) total += is_fine(fault, def, i);
    for (size_t i = 0; i < def->n_uses; i++) {
        if (!is_fine(fault, def, i)) continue;
        Span span = def->uses[i].call->call.stage;
        uint32_t line = source_place(sema->sources, span.file, span.begin).line;
        text_printf(&lines, "%s%u", n == 0 ? "" : ++at == total - 1 ? " and " : ", ", line);
        n++;
    }
    if (n == 0) return "";
    return arena_printf(sema->arena,
                        n == 1 ? "; the use at line %s is fine" : "; the uses at lines %s are fine",
                        text_str(&lines));
}

/* A limit is no fault of the def in which it was met: what counts is where it all began. */
static void explain_limit(const UseFault *fault) {
    const Use *use = fault->showing[0];
    while (use->outer) use = use->outer;
    diag_label(fault->diag, use->call->call.stage, "in this use of `%s`",
               use->def->item->def.name.text);
}

static void explain(Sema *sema, const UseFault *fault) {
    const AstExpr *shown[MAX_CALLS_SHOWN];
    size_t n = 0;
    for (size_t i = 0; i < fault->n_showing; i++)
        for (const Use *use = fault->showing[i]; use; use = use->outer) {
            if (n == MAX_CALLS_SHOWN || is_among(shown, n, use->call)) continue;
            diag_label(fault->diag, use->call->call.stage, "in this use of `%s`%s",
                       use->def->item->def.name.text,
                       n == 0 ? passing_text(sema, fault, use->def) : "");
            shown[n++] = use->call;
        }
}

void uses_explain(Sema *sema) {
    for (size_t i = 0; i < sema->faults_in_order.len; i++) {
        const UseFault *fault = sema->faults_in_order.at[i];
        if (fault->diag->code == N0005 || fault->diag == sema->limit)
            explain_limit(fault);
        else
            explain(sema, fault);
    }
}
