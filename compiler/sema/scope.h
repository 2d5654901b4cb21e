/* The names of a file and of the uses of its defs: declared by a first pass, so that a use before
 * the definition and an unknown name are told apart. */
#ifndef NETC_SEMA_SCOPE_H
#define NETC_SEMA_SCOPE_H

#include "sema/attrs.h"

/** Uses of a def that are remembered to tell which of them pass. */
enum { MAX_USES_TOLD = 16 };

/** A def of some file. */
typedef struct Def {
    const AstItem *item;
    Module *module; /* the file whose lets, defs and imports it sees */
    bool unusable;  /* its head is wrong: reported, uses are silent */
    bool active;    /* being expanded */
    bool silenced;  /* some use was not checked in full */
    size_t n_uses;  /* distinct calls of it that were expanded */
    struct {
        const AstExpr *call;
        bool passes; /* checked in full, without an error */
    } uses[MAX_USES_TOLD];
} Def;

/** A file: what its defs see. */
struct Module {
    const Ast *ast;
    const char *identity; /* the file's one absolute path, interned; NULL: it has none */
    Module *importer;     /* that made it being read; NULL: the main file */
    bool is_std;          /* of the library: nothing in it is to be edited */
    bool reading;         /* its imports are being read */
    Scope *top;           /* its names; of an imported file, its lets */
    NameMap defs;         /* -> Def */
    NameMap imports;      /* prefix -> Import */
    NameMap first_words;  /* of its lines, if it is damaged; made when first asked for */
};

/** `import "x.net" as m`. */
typedef struct Import {
    const AstItem *item;
    Module *module; /* NULL: it could not be read: reported */
} Import;

/** What stands for a layer in a call: one of the core, or a def. Both are NULL where it was
 *  reported. */
typedef struct LayerRef {
    const LayerDef *core;
    Def *def;
} LayerRef;

/** The expansion of a def at one place. */
struct Use {
    Use *outer;          /* the expansion in which the call stands; NULL at top level */
    const AstExpr *call; /* the CALL */
    const char *path;    /* "e1.twice" */
    Def *def;
    bool failed;    /* there is a fault in it, or in a use inside it */
    bool same_path; /* N0404 was reported: its layers need no message of their own */
};

/** Where the number that an expression stands for was given: what a parameter or variable was set
 *  to if it is the name of one, else the expression. */
const AstExpr *origin_of(Sema *sema, const AstExpr *expr);

/** The names that one definition can see: those of a file, or of the expansion of a def and then
 *  the lets of its file. */
struct Scope {
    Module *module;
    Use *use;                   /* NULL: the top level of the file */
    const char *prefix;         /* of the paths of its layers: "e1.twice."; "" at top level */
    NameMap bindings;           /* -> Binding */
    NameMap layers;             /* parameters of kind layer -> LayerRef */
    NameMap windows_of_value;   /* -> WindowLayer: what `of` can name, by value */
    NameMap windows_of_label;   /* and by label */
    VEC(WindowLayer *) windows; /* of a use: those of all its values, in order */
};

/** Declares every name of a file (N0102, N0104), its defs as well (N0208, N0209), and reads what it
 *  imports. */
void scope_declare(Sema *sema, Module *module);

/** Declares a name of the current scope (N0102). @return NULL if it is taken */
Binding *scope_add(Sema *sema, const AstItem *item, const AstName *name, BindingKind kind);

/** N0104: the name is a word of some attribute. */
void refuse_attribute_word(Sema *sema, const AstName *name, const char *what);

/** True of a model without an `input` line, unless the parser may have lost it. */
bool scope_lacks_input(const Sema *sema);

/** The binding that `item` made for `name`; NULL if the name was taken by an earlier item. */
Binding *scope_own(Sema *sema, const AstItem *item, const char *name);

/** The binding of a name that can be seen, whether defined or not; NULL if there is none. */
Binding *scope_find(Sema *sema, const char *name);

/** The binding of a name that is used at `use`; marks it used.
 *  @return NULL if it is unknown or not yet defined: reported (N0101, N0103) */
Binding *scope_use(Sema *sema, const AstName *use);

/** The same of a path: `m.rate` is a let of an imported file. */
Binding *scope_find_path(Sema *sema, const AstPath *path);
Binding *scope_use_path(Sema *sema, const AstPath *path);

/** What a path in the place of a layer means: a parameter, a def, a layer of the core.
 *  @return false if it is none of these: not reported, save a wrong prefix (N0101) */
bool scope_layer(Sema *sema, const AstPath *path, LayerRef *out);

/** Reports W0708 for every value of the file that nothing uses. */
void scope_warn_unused(Sema *sema);

#endif
