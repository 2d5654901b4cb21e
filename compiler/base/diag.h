/* Messages to the user: collected by every stage, printed by the driver alone.
 *
 *     Diag *d = diag_add(diags, N0310, span, "`%s` is %s, but the program asserts %s", ...);
 *     diag_here(d, "asserted here");                     the words beside the caret
 *     diag_label(d, other, "H = W = 55");                a second place
 *     diag_note(d, "relationship 7: o = ...");           a line after `=`
 *     diag_facts(d, "i=%lld k=%d", i, k);                its numbers, as data for programs
 *     DiagHelp *h = diag_help(d, FIX_MAYBE, "pad: ...");  a way out ...
 *     diag_edit(h, span, ", p=1");                       ... as an edit of the source
 *
 * All strings are copied. A message begins in lower case and has no full stop.
 */
#ifndef NETC_BASE_DIAG_H
#define NETC_BASE_DIAG_H

#include "base/arena.h"
#include "base/fact.h"
#include "base/source.h"
#include "base/text.h"
#include "base/vec.h"

#include <stdbool.h>

typedef enum DiagCode {
#define DIAG(code, text) code,
#include "base/diag.def"
#undef DIAG
    DIAG_CODES
} DiagCode;

/** How sure a fix is: one true edit, one of several true edits, or a template to fill in. The grade
 *  is given by whoever knows what the author can have meant. That the others failed a trial does
 * not make one of several edits AUTO: the trial tells which sizes fit, not which network is meant.
 */
typedef enum FixGrade { FIX_AUTO, FIX_MAYBE, FIX_HOLE } FixGrade;

typedef struct DiagEdit {
    Span span;        /* what is replaced; a point for an insertion */
    const char *text; /* the replacement */
} DiagEdit;

/** A warning that is new where a fix is made. */
typedef struct DiagBrought {
    DiagCode code;
    bool wall_only; /* as in Diag */
    uint32_t file;
    uint32_t line; /* from 1, of the file as the fix leaves it */
} DiagBrought;

typedef struct DiagHelp {
    Arena *arena;
    const char *title;
    FixGrade grade;
    bool in_words;           /* the title says all: the edited lines are not shown */
    bool is_aside;           /* true, but rarely what is meant: stands behind the others */
    const char *told;        /* path of a layer whose result the title is to tell, or NULL ... */
    const char *told_title;  /* ... and what it is called */
    const char *otherwise;   /* not NULL: the title is a note about the program, true if the edits
                                hold, and this one is if they do not; the help itself goes */
    VEC(DiagEdit) edits;     /* may be empty: advice in words */
    VEC(DiagBrought) brings; /* in order of place */
} DiagHelp;

typedef struct DiagLabel {
    Span span;
    const char *text; /* may be "" */
} DiagLabel;

typedef struct Diag {
    Arena *arena;
    DiagCode code;
    bool is_error;
    bool wall_only;      /* a warning shown only with -Wall or its own -WCODE */
    bool has_span;       /* false: no place in a source file */
    const char *message; /* one line that stands alone */
    DiagLabel primary;
    VEC(DiagLabel) secondary;
    VEC(const char *) notes;
    Fact *facts; /* a map: what the message and its notes say, as data */
    VEC(DiagHelp *) helps;
} Diag;

/** What is kept of a message beyond MAX_FULL of its code: enough to count it and to know it again.
 */
typedef struct DiagBrief {
    Span span;
    uint32_t hash[2]; /* the halves of diag_hash */
    uint16_t code;
    bool is_error : 1, has_span : 1, wall_only : 1; /* as in Diag */
    bool in_def : 1;                                /* some use of a def has shown it */
} DiagBrief;

typedef VEC(DiagBrief) DiagBriefs;

/** Messages of each code that can be shown, filtered, mended; a few times as many as are printed.
 */
enum { MAX_FULL = 256 };

typedef struct Diags {
    Arena *arena;
    Sources *sources;
    VEC(Diag *) list; /* in full */
    DiagBriefs briefs;
    size_t n_errors;           /* in both */
    size_t n_full[DIAG_CODES]; /* in the list, by code */
    Arena *spare[2];           /* of Diags that are not in the list; made when needed */
    Diag *last;                /* that was added */
} Diags;

/** Room for messages in `arena` about files in `sources`. */
Diags diags_in(Arena *arena, Sources *sources);

/** Behind the format of a message, label or note, the names under which its arguments become facts
 * (fact_vname):
 *  "`%s` takes %d tensors, got %d" FACTS("layer wanted got"). */
#define FACTS(names) "\x1f" names

/** Adds a message at `where`; errors and warnings are told apart by the code's letter. Of what
 * there is more than MAX_FULL times, only a DiagBrief stays: the Diag takes words all the same, and
 * lives until some hundred others have come. */
Diag *diag_add(Diags *diags, DiagCode code, Span where, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

Diag *diag_vadd(Diags *diags, DiagCode code, Span where, const char *format, va_list args);

/** Adds a message that has no place in a source file. */
Diag *diag_add_global(Diags *diags, DiagCode code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** The words beside the caret. */
void diag_here(Diag *diag, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** A second place, with its words. */
void diag_label(Diag *diag, Span where, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** A line after `=`: the relationship with its numbers, the trace, the reason. */
void diag_note(Diag *diag, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Continues the last note. */
void diag_note_more(Diag *diag, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** What the message says, as data: see fact_put. */
void diag_facts(Diag *diag, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** A way out. */
DiagHelp *diag_help(Diag *diag, FixGrade grade, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** An edit of the source that carries the way out; edits of one help may not overlap. */
void diag_edit(DiagHelp *help, Span replaced, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** "auto", "maybe", "hole". */
const char *fix_grade_name(FixGrade grade);

/** "N0301". */
const char *diag_code_name(DiagCode code);

/** The index entry of a code. */
const char *diag_code_text(DiagCode code);

/** True for the warnings that are off unless asked for by -Wall or -WCODE. */
bool diag_off_by_default(DiagCode code);

/** What tells one fault from another, wherever it stands: code and message, without the numbers of
 *  lines and bytes that an edit above shifts. */
const char *diag_key(Arena *arena, const Diag *diag);

/** The title of a way out, with what becomes of the program: "round up (brings W0704 at line 10)".
 *  @param home  the file whose lines need no name */
const char *diag_help_title(Arena *arena, const DiagHelp *help, const Sources *sources,
                            uint32_t home);

/** A hash of diag_key. */
uint64_t diag_hash(Arena *scratch, const Diag *diag);
uint64_t diag_brief_hash(const DiagBrief *brief);

/** The message that was added last is shown only with -Wall. */
void diag_only_with_wall(Diags *diags);

/** Counts a message no longer that is taken out of the list. */
void diags_uncount(Diags *diags, const Diag *diag);

/** Sorts by file and place, stable. */
void diags_sort(Diags *diags);

/** Renders one message as text (language.md 3.1), with terminal colours if wanted. */
void diag_render(const Diag *diag, Sources *sources, bool colour, Text *out);

#endif
