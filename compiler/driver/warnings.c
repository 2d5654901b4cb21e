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

void warnings_filter(Diags *diags, const Options *options) {
    size_t kept = 0;
    for (size_t i = 0; i < diags->list.len; i++) {
        Diag *diag = diags->list.at[i];
        if (!diag->is_error) {
            if (!is_wanted(diag->code, diag->wall_only, options) ||
                warning_is_allowed(diag, diags->sources))
                continue;
            diag->is_error = options->warnings_are_errors;
            diags->n_errors += diag->is_error;
        }
        for (size_t h = 0; h < diag->helps.len; h++) filter_brought(diag->helps.at[h], options);
        diags->list.at[kept++] = diag;
    }
    diags->list.len = kept;
}
