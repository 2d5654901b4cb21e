/* The tables of foreign_call.def: whole layers of other frameworks, and the words of their
 * arguments. */
#ifndef NETC_SEMA_FOREIGN_FORM_H
#define NETC_SEMA_FOREIGN_FORM_H

#include "sema/attrs.h"

/** A row: see foreign_call.def. */
typedef struct ForeignForm {
    char framework;
    const char *names, *layer, *parameters, *rest;
} ForeignForm;

/** What an argument says that gives no attribute of its name. */
typedef enum WordMeaning {
    MEANS_CHANNELS,
    MEANS_NOTHING,
    MEANS_TRUE,
    MEANS_FALSE,
    MEANS_AFFINE,
    MEANS_BIAS,
    MEANS_ACTIVATION,
    MEANS_AUTO_PAD,
    MEANS_PAD,
    MEANS_AXIS,
    MEANS_OUTPUT,     /* the size that a pool is to give */
    MEANS_KEEP_SPACE, /* whether the axes that are pooled away stay, with one element */
    MEANS_MULTIPLIER, /* output channels for each input channel */
    MEANS_ONE,
    MEANS_MINUS_ONE,
    MEANS_ATTR /* of its own name */
} WordMeaning;

/** The form of the layer called `name`, or NULL. */
const ForeignForm *foreign_form(const char *name);

/** The form in which torch.nn has a layer of .net, or NULL. */
const ForeignForm *foreign_form_of_torch(const LayerDef *layer);

/** What an argument called `word` says. */
WordMeaning foreign_word(const char *word);

/** The step that activation=word is, "" for none; NULL if the word is not known. */
const char *foreign_activation(const char *word);

/** The next word of a list separated by blanks, which is moved on; NULL at its end. */
const char *foreign_next(Arena *arena, const char **list);

/** True if the list has the word. */
bool foreign_has(const char *list, const char *word);

#endif
