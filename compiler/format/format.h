/* The one style of .net text (GRAMMAR.md, "Style"): text -> text.
 *
 * Takes the bytes of a file and the table of layers, and gives the same program with canonical
 * blanks, line breaks, order of attributes and without attributes that have their default. Every
 * comment stays, in its order and with its statement. The result is parsed again, and must give
 * the same tree and comments; formatting it again changes nothing. Knows tokens and trees, no
 * meaning: what an attribute's default is comes with the table. Time is linear in the size of the
 * text. */
#ifndef NETC_FORMAT_FORMAT_H
#define NETC_FORMAT_FORMAT_H

#include "base/diag.h"
#include "base/text.h"
#include "syntax/ast.h"

#include <stdbool.h>
#include <stddef.h>

/** An attribute of a layer. */
typedef struct AttrStyle {
    const char *name;
    const char *word;   /* its default is this word; NULL: none */
    bool has_number;    /* its default is `number`, beside the word if there is one */
    int64_t number;     /* written as a whole number, or as a real one that equals it */
    const char *beside; /* the default may be left out only if the attribute of this name is
                           absent or has its own default; NULL: always */
    bool real;          /* `number` may be written as 1.0, too */
} AttrStyle;

/** A layer of the language. */
typedef struct LayerStyle {
    const char *name;
    const AttrStyle *attrs; /* in canonical order */
    size_t n_attrs;
} LayerStyle;

/** The layers whose attributes are put in order. */
typedef struct LayerStyles {
    const LayerStyle *at;
    size_t len;
} LayerStyles;

enum { FORMAT_COLUMNS = 100 /* beyond which a statement is broken */ };

typedef enum FormatStatus {
    FORMAT_DONE,
    FORMAT_FAULTS,   /* the text is no .net: `diags` say why */
    FORMAT_TOO_LONG, /* the result would exceed the limit of a source */
    FORMAT_DIFFERS   /* the result would mean something else: a programmer's error */
} FormatStatus;

/** Formats a text.
 *  @param name   what messages call it
 *  @param limit  bytes that the result may have
 *  @param diags  receives the faults of the text; its sources receive the text
 *  @param out    receives the result; nothing unless FORMAT_DONE is returned */
FormatStatus format_source(const LayerStyles *styles, const char *name, const char *text,
                           size_t len, size_t limit, Diags *diags, Text *out);

/** Puts the attributes of every call in the tree in the order and form that format_source gives
 *  them: two texts that differ by no more have equal trees then. */
void format_canonical(const LayerStyles *styles, const Ast *ast, Arena *arena);

#endif
