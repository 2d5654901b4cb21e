/* What the analysis knows and the author may want in the source: the solution of each `?`, and the
 * sizes of each value (`netc fmt --solve`, `--pin`).
 *
 * A program that is free of errors is analysed once more. Only the main file is looked at. A `?`
 * inside a def is solved in each use anew; it has a solution only if all uses agree. */
#ifndef NETC_SEMA_ANNOTATE_H
#define NETC_SEMA_ANNOTATE_H

#include "base/vec.h"
#include "sema/sema.h"

typedef enum AnnotationKind {
    ANNOTATION_SOLVED,   /* `text` takes the place of a `?` */
    ANNOTATION_DIFFERS,  /* a `?` that is `text` in one use of `def` and `other` in another */
    ANNOTATION_UNSOLVED, /* a `?` that no use of `def` solves */
    ANNOTATION_SIZES     /* `text`, "[1, 64, 56, 56]", is the size of the value of a statement that
                            does not end in an assertion */
} AnnotationKind;

typedef struct Annotation {
    AnnotationKind kind;
    Span span; /* the `?`; SIZES: the point behind the statement */
    const char *text, *other;
    const char *def;
} Annotation;

typedef VEC(Annotation) AnnotationList;

/** Appends the annotations in the order of the text.
 *  @param ast      was analysed without an error
 *  @param sources  the main file, as its first */
void sema_annotate(Arena *arena, Interner *interner, const Ast *ast, const SemaOptions *options,
                   Sources *sources, AnnotationList *out);

#endif
