/* The filter of warnings: by option, and by the comments of the source. */
#include "driver/warnings.h"

#include "base/allow.h"

static bool is_wanted(DiagCode code, bool wall_only, const Options *options) {
    WarnLevel level = options->warns[code];
    return level == WARN_ALL || (level == WARN_DEFAULT && !wall_only);
}

/* Of the warnings that a way out brings, those that would be shown stay. */
static void filter_brought(DiagHelp *help, const Options *options) {
    size_t kept = 0;
    for (size_t i = 0; i < help->brings.len; i++) {
        DiagBrought brought = help->brings.at[i];
        if (is_wanted(brought.code, brought.wall_only, options)) help->brings.at[kept++] = brought;
    }
    help->brings.len = kept;
}

static bool is_silenced(DiagCode code, bool wall_only, const Span *where, Sources *sources,
                        const Options *options) {
    return !is_wanted(code, wall_only, options) ||
           (where && warning_is_allowed(code, *where, sources));
}

static void filter_briefs(Diags *diags, const Options *options) {
    size_t kept = 0;
    for (size_t i = 0; i < diags->briefs.len; i++) {
        DiagBrief brief = diags->briefs.at[i];
        if (!brief.is_error) {
            if (is_silenced(brief.code, brief.wall_only, brief.has_span ? &brief.span : NULL,
                            diags->sources, options))
                continue;
            brief.is_error = options->warnings_are_errors;
            diags->n_errors += brief.is_error;
        }
        diags->briefs.at[kept++] = brief;
    }
    diags->briefs.len = kept;
}

void warnings_filter(Diags *diags, const Options *options) {
    filter_briefs(diags, options);
    size_t kept = 0;
    for (size_t i = 0; i < diags->list.len; i++) {
        Diag *diag = diags->list.at[i];
        if (!diag->is_error) {
            if (is_silenced(diag->code, diag->wall_only,
                            diag->has_span ? &diag->primary.span : NULL, diags->sources, options))
                continue;
            diag->is_error = options->warnings_are_errors;
            diags->n_errors += diag->is_error;
        }
        for (size_t h = 0; h < diag->helps.len; h++) filter_brought(diag->helps.at[h], options);
        diags->list.at[kept++] = diag;
    }
    diags->list.len = kept;
}
