/* "did you mean": the nearest of some names, by edit distance. */
#ifndef NETC_BASE_SUGGEST_H
#define NETC_BASE_SUGGEST_H

#include "base/diag.h"

/** Number of edits (insert, delete, replace, swap of neighbours) from a to b; names longer than 64
 *  bytes count as far away. */
int edit_distance(const char *a, const char *b);

enum { MAX_NEAREST = 3 };

/** Offers candidates one by one and keeps the nearest. */
typedef struct Suggestion {
    const char *wanted;                  /* what the user wrote */
    const char *best;                    /* NULL: none is near enough */
    int distance;                        /* edits to best */
    const char *others[MAX_NEAREST - 1]; /* as near as best */
    int n_others;
    bool among_few; /* the candidates are so few that one edit of two letters tells something */
} Suggestion;

Suggestion suggest_for(const char *wanted);

/** The same where few candidates can stand: attributes of a layer, words of one. */
Suggestion suggest_among_few(const char *wanted);

/** Near enough is at most a third of the length, and at least one edit. A name that is written as
 * it stands is not offered. */
void suggest_offer(Suggestion *suggestion, const char *candidate);

/** Offers each word of a list separated by blanks, which lives as long as the arena. */
void suggest_words(Suggestion *suggestion, Arena *arena, const char *words);

/** Gives the message a way out for each of the nearest: the name at `span` replaced by it. */
void suggest_edits(const Suggestion *suggestion, Diag *diag, Span span);

#endif
