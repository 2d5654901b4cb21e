/* A page of `netc explain`: its source, embedded into the program, as a list of blocks. The format
 * is that of pages/README.md. */
#ifndef NETC_EXPLAIN_PAGE_H
#define NETC_EXPLAIN_PAGE_H

#include "base/arena.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stddef.h>

/** One file of pages/, as it is. */
typedef struct PageSource {
    const char *group; /* its folder: "codes", "relationships", "layers", "std" */
    const char *name;  /* "N0301", "R6", "conv", "plus" */
    const char *text;  /* len bytes, then a NUL */
    size_t len;
} PageSource;

/** All pages, ordered by group and name; then a row of NULLs. */
extern const PageSource page_sources[];
extern const size_t n_page_sources;

/** The text of std/blocks.net. */
extern const char library_source[];

typedef enum BlockKind {
    BLOCK_PROSE,    /* lines of Markdown */
    BLOCK_PROGRAM,  /* a whole .net program */
    BLOCK_FIXTURE,  /* a file beside the programs that follow */
    BLOCK_VERBATIM, /* a fence of any other language */
    BLOCK_DIRECTIVE /* what the compiler computes for the program before it */
} BlockKind;

/** What a program is there to show. */
typedef enum ProgramRole {
    ROLE_GOOD,   /* checks without an error */
    ROLE_FAILS,  /* raises the page's code, and no other */
    ROLE_MENDED, /* checks without an error or a warning */
    ROLES
} ProgramRole;

typedef enum FixtureKind {
    FIXTURE_WEIGHTS, /* lines `KEY DTYPE [sizes]`: tensors of zeros */
    FIXTURE_BYTES,   /* bytes, with escapes */
    FIXTURE_FILE,    /* text */
    FIXTURE_FOLDER,  /* a folder */
    FIXTURES
} FixtureKind;

typedef enum Directive {
    SHOWS_DIAGNOSTICS,
    SHOWS_SUMMARY,
    SHOWS_WEIGHTS,
    SHOWS_RELATION,
    SHOWS_FIGURE,
    SHOWS_ATTRIBUTES,
    SHOWS_DEFINITION,
    DIRECTIVES
} Directive;

typedef struct Block {
    BlockKind kind;
    int line;            /* of the page, from 1 */
    const char *text;    /* PROSE, PROGRAM, FIXTURE, VERBATIM: whole lines */
    ProgramRole role;    /* PROGRAM */
    const char *options; /* PROGRAM: as given to `netc check`, "" without */
    FixtureKind fixture; /* FIXTURE */
    const char *name;    /* FIXTURE: of the file; VERBATIM: the language, or "" */
    Directive directive; /* DIRECTIVE */
} Block;

typedef struct Page {
    const char *group;    /* as in its source */
    const char *name;     /* as in its source */
    const char *sentence; /* its first line: what it is about, without full stop */
    VEC(Block) blocks;
} Page;

/** The page called `name` in a group, or NULL. */
const PageSource *page_source(const char *group, const char *name);

/** Reads a page.
 *  @return NULL, or what is wrong with the source, with its line, in `arena` */
const char *page_parse(Arena *arena, const PageSource *source, Page *out);

#endif
