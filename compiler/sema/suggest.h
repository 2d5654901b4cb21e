/* "did you mean": the nearest of some names, by edit distance. */
#ifndef NETC_SEMA_SUGGEST_H
#define NETC_SEMA_SUGGEST_H

#include <stddef.h>

/** Number of edits (insert, delete, replace, swap of neighbours) from a to b; names longer than 64
 *  bytes count as far away. */
int edit_distance(const char *a, const char *b);

/** Offers candidates one by one and keeps the nearest. */
typedef struct Suggestion {
    const char *wanted; /* what the user wrote */
    const char *best;   /* NULL: none is near enough */
    int distance;       /* edits to best */
} Suggestion;

Suggestion suggest_for(const char *wanted);

/** Near enough is at most a third of the length, and at least one edit. */
void suggest_offer(Suggestion *suggestion, const char *candidate);

#endif
