/* `netc explain`: pages about codes, relationships, layers and the defs of std, with what the
 * compiler says put in.
 *
 * A page is a source (page.h). Made into Markdown, its programs are run and its directives are
 * computed; a terminal gets the same Markdown, fitted to its width. The compiler itself is reached
 * through Explainer.run, for this room knows neither files nor options. */
#ifndef NETC_EXPLAIN_EXPLAIN_H
#define NETC_EXPLAIN_EXPLAIN_H

#include "base/diag.h"
#include "base/text.h"
#include "explain/page.h"
#include "graph/graph.h"
#include "sema/sema.h"

/** What can be explained. */
typedef struct Topic {
    const char *group;        /* "codes", "relationships", "layers", "std" */
    const char *name;         /* "N0301", "R6", "conv", "+" */
    const char *file;         /* the name of its page: as `name`, but "plus" */
    const char *sentence;     /* one line for lists */
    const PageSource *source; /* NULL: no page is written */
} Topic;

typedef VEC(Topic) Topics;

/** What became of a program of a page. */
typedef struct ExplainRun {
    const char *diagnostics; /* as the terminal shows them; "" without any */
    const DiagCode *codes;   /* of each of them */
    size_t n_codes;
    const Graph *graph; /* as it is written; NULL if there was an error */
} ExplainRun;

typedef struct Explainer Explainer;
struct Explainer {
    Arena *arena;
    bool colour; /* what the compiler says is coloured for a terminal */
    /** Runs a program.
     *  @param files    all there are; the first is the program
     *  @param options  as given to `netc check`
     *  @param weights  the weights are read, too
     *  @return NULL, or why it could not be run, in words */
    const char *(*run)(const Explainer *explainer, const SemaFiles *files, const char *options,
                       bool weights, ExplainRun *out);
    /** The table of `netc summary` for a program that has no errors; the graph is used up. */
    const char *(*summary)(const Explainer *explainer, Graph *graph);
};

/** All topics: codes, relationships, layers, defs of std, each in the order of its table. */
Topics explain_topics(Arena *arena);

/** The topic that a word means (`N0301`, `n0301`, `R6`, `6`, `conv`, `+`, `plus`), or NULL. */
const Topic *explain_find(const Topics *topics, const char *word);

/** What `word` may have meant: "; did you mean `conv` or `tconv`?", or "". */
const char *explain_near(Arena *arena, const Topics *topics, const char *word);

/** Appends the topics of a group (NULL: of all groups), one a line. */
void explain_list(Text *out, const Topics *topics, const char *group);

/** Appends the page of a topic as Markdown.
 *  @param level  of its heading, from 1
 *  @return NULL, or what is wrong with the page, in words */
const char *explain_markdown(const Explainer *explainer, const Topic *topic, int level, Text *out);

/** Appends all pages of a group as one document with a table of contents. */
const char *explain_reference(const Explainer *explainer, const Topics *topics, const char *group,
                              Text *out);

/** Appends the page for a terminal of `width` columns. */
const char *explain_terminal(const Explainer *explainer, const Topic *topic, size_t width,
                             Text *out);

/** A visit of one program of a page, run: for tests of the pages. */
typedef const char *ExplainVisit(void *ctx, const Page *page, const Block *program,
                                 const ExplainRun *run);

/** Runs all programs of a page, in order, and calls `visit` for each.
 *  @return NULL, or the first fault of the page or that `visit` gave */
const char *explain_programs(const Explainer *explainer, const Topic *topic, ExplainVisit *visit,
                             void *ctx);

#endif
