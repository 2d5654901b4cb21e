/* Optimal string alignment distance in three rows. */
#include "sema/suggest.h"

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

void suggest_offer(Suggestion *suggestion, const char *candidate) {
    int distance = edit_distance(suggestion->wanted, candidate);
    int allowed = (int)strlen(suggestion->wanted) / 3;
    if (allowed < 1) allowed = 1;
    if (distance > allowed || distance >= suggestion->distance) return;
    /* A name of one or two letters is within one edit of half of all names. */
    if (strlen(suggestion->wanted) <= 2 && distance >= (int)strlen(suggestion->wanted)) return;
    suggestion->best = candidate;
    suggestion->distance = distance;
}
