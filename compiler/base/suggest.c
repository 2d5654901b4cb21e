/* Optimal string alignment distance in three rows. */
#include "base/suggest.h"

#include <limits.h>
#include <string.h>

enum { MAX_COMPARED = 64 };

static int least(int a, int b) { return a < b ? a : b; }

int edit_distance(const char *a, const char *b) {
    size_t n = strlen(a), m = strlen(b);
    if (n > MAX_COMPARED || m > MAX_COMPARED) return INT_MAX;
    int rows[3][MAX_COMPARED + 1];
    int *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= m; j++) last[j] = (int)j;
    for (size_t i = 1; i <= n; i++) {
        row[0] = (int)i;
        for (size_t j = 1; j <= m; j++) {
            row[j] = least(last[j - 1] + (a[i - 1] != b[j - 1]), least(last[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
        int *free_row = before;
        before = last;
        last = row;
        row = free_row;
    }
    return last[m];
}

Suggestion suggest_for(const char *wanted) {
    return (Suggestion){.wanted = wanted, .distance = INT_MAX};
}

Suggestion suggest_among_few(const char *wanted) {
    Suggestion suggestion = suggest_for(wanted);
    suggestion.among_few = true;
    return suggestion;
}

/* A name of one or two letters is within one edit of half of all names. */
static bool is_near(const Suggestion *suggestion, const char *candidate, int distance) {
    int length = (int)strlen(suggestion->wanted);
    if (distance == 0 || distance > (length > 5 ? length / 3 : 1)) return false;
    if (suggestion->among_few) return length > 1 || strlen(candidate) > 1;
    return length > 2 || distance < length;
}

void suggest_offer(Suggestion *suggestion, const char *candidate) {
    int distance = edit_distance(suggestion->wanted, candidate);
    if (distance > suggestion->distance || !is_near(suggestion, candidate, distance)) return;
    if (distance < suggestion->distance) {
        suggestion->best = candidate;
        suggestion->distance = distance;
        suggestion->n_others = 0;
        return;
    }
    if (strcmp(candidate, suggestion->best) == 0) return;
    for (int i = 0; i < suggestion->n_others; i++)
        if (strcmp(candidate, suggestion->others[i]) == 0) return;
    if (suggestion->n_others < MAX_NEAREST - 1)
        suggestion->others[suggestion->n_others++] = candidate;
}

void suggest_words(Suggestion *suggestion, Arena *arena, const char *words) {
    for (size_t len; *words; words += len + (words[len] == ' ')) {
        len = strcspn(words, " ");
        if (len > 0) suggest_offer(suggestion, arena_strndup(arena, words, len));
    }
}

void suggest_edits(const Suggestion *suggestion, Diag *diag, Span span) {
    if (!suggestion->best) return;
    diag_edit(diag_help(diag, FIX_MAYBE, "use `%s`", suggestion->best), span, "%s",
              suggestion->best);
    for (int i = 0; i < suggestion->n_others; i++)
        diag_edit(diag_help(diag, FIX_MAYBE, "use `%s`", suggestion->others[i]), span, "%s",
                  suggestion->others[i]);
}
