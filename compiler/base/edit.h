/* Edits of a source: applied, and set in order. */
#ifndef NETC_BASE_EDIT_H
#define NETC_BASE_EDIT_H

#include "base/diag.h"
#include "base/file.h"

/** A text with edits made, and where they are in it. */
typedef struct Edited {
    Bytes text;
    uint32_t begin, end; /* bytes from the first edit to the end of the last */
} Edited;

/** True if the edits cannot both be made: they share a byte, or begin at the same place. */
bool edits_clash(const DiagEdit *a, const DiagEdit *b);

/** A copy of the edits in order of file and place. */
DiagEdit *edits_in_order(Arena *arena, const DiagEdit *edits, size_t n);

/** Makes edits, in any order, of which no two clash and all are in `file`. */
Edited edits_apply(Arena *arena, const SourceFile *file, const DiagEdit *edits, size_t n);

/** Where a byte of the edited text was before; for one that was put in, where the edit begins.
 *  @param edits  those of the file, in order of place */
uint32_t edits_origin(const DiagEdit *edits, size_t n, uint32_t at);

/** Sorts the ways out of a fault: the fewest edits first, then those that leave out the fewest
 *  characters of what the author wrote, then those that put in the fewest; those that are told in
 *  words after those that show what they change, and advice without an edit last. Stable. */
void helps_sort(Diag *diag);

#endif
