/* What the files of this room share: the state of one analysis, and the small helpers that every
 * rule needs. Nothing here is seen from outside. */
#ifndef NETC_SEMA_ANALYSIS_H
#define NETC_SEMA_ANALYSIS_H

#include "sema/sema.h"

#include "base/vec.h"
#include "sema/name_map.h"
#include "weights/weight_file.h"

/** What a tensor expression stands for. A layer that failed gives a value of the error type, which
 *  is not in the graph and silences its consumers. */
typedef struct Tensor Tensor;
struct Tensor {
    Value *value;     /* never NULL */
    TensorType known; /* of a failed layer: what is certain of its type; an extent of 0 is not
                         known, rank 0: nothing is */
    bool is_guess;    /* the axes of `known` are a guess: nothing may be reported about them */
    Tensor *others;   /* of a layer with several results: those after the first */
    size_t n_others;
};

typedef enum BindingKind {
    BIND_VALUE,  /* a tensor: bind, input, output with a value, parameter of a def */
    BIND_NUMBER, /* a whole number: let, parameter */
    BIND_REAL,   /* a real number: let, parameter */
    BIND_PAD,    /* a padding: parameter */
    BIND_FAILED  /* a name whose definition could not be understood: uses are silent */
} BindingKind;

/** What a name means in its scope. */
typedef struct Binding {
    const char *name;    /* interned */
    Span span;           /* of the name where it is defined */
    const AstItem *item; /* of a parameter: its def */
    BindingKind kind;
    bool defined;  /* the analysis has reached the definition */
    bool used;     /* something refers to it */
    bool silenced; /* a layer in its definition failed: what follows was not checked in full */
    /* Once defined: */
    Tensor tensor;         /* VALUE */
    int64_t number;        /* NUMBER */
    double real;           /* REAL */
    const AstExpr *pad;    /* PAD: words and numbers, no names */
    const AstExpr *origin; /* of a parameter or variable of kind NUMBER: where the number was given,
                              through all uses; NULL for others */
} Binding;

typedef struct AttrDef AttrDef; /* attrs.h */
typedef struct Scope Scope;     /* scope.h */
typedef struct Module Module;   /* scope.h */
typedef struct Use Use;         /* scope.h */

/** `repeat d in [...]`: d of one repetition. */
typedef struct Variable Variable;
struct Variable {
    Binding binding;
    const Variable *outer;
};

/** A layer that another one can name: a convolution or pool in `tconv(of ...)`, one with parameters
 * in `tied(...)`. */
typedef struct WindowLayer WindowLayer;
struct WindowLayer {
    OpKind op;
    const Node *node; /* NULL if it failed, or gives another size than its author believes */
    Span span;
    WindowLayer *next; /* another one of the same value or label */
};

/** What `random` gives a parameter: random numbers, or one value in all places (language.md 2.7).
 */
typedef struct RandomRule {
    bool is_filled;
    float value;
} RandomRule;

/** A parameter without a source of its own: the default one is known at the end of the file. */
typedef struct PendingParam {
    Param *param;
    const Node *node;    /* whose it is */
    RandomRule random;   /* what `random` gives it */
    const AstExpr *call; /* the layer's CALL */
    const AttrDef *role; /* weight, bias, ...: of the layer's attributes */
} PendingParam;

/** The layer paths that own parameters, for N0404. */
typedef struct PathUse {
    const char *path; /* interned */
    Span span;
    Use *use;      /* of a def, in which the layer stands; NULL at top level */
    bool is_offer; /* no layer has it, but a fix proposes it as a label */
} PathUse;

/** A weight file, opened once for all who name it. */
typedef struct OpenedFile {
    const WeightFile *file; /* NULL: it could not be opened */
    WeightFileStatus status;
    const char *why; /* it could not */
} OpenedFile;

/** A `?` and what it stands for in one expansion of the def around it. */
typedef struct SolvedUnknown {
    Span span;        /* of the `?` */
    size_t number;    /* in the order of the analysis */
    const char *text; /* "1"; "3x5" where the axes differ */
} SolvedUnknown;

typedef VEC(SolvedUnknown) SolvedList;

/** A number that was given and is out of range: what reads it is told of in one message. */
typedef struct ValueFault {
    const AstExpr *origin;
    int64_t least; /* that is allowed */
    Diag *diag;
} ValueFault;

typedef struct Sema Sema;
struct Sema {
    Arena *arena;
    Interner *interner;
    const Ast *ast; /* of the main file */
    const SemaOptions *options;
    Sources *sources;
    Diags *diags;
    VEC(Diag *) dropped; /* warnings that are not given, for an error points at the same place */
    Graph *graph;
    Module *module;        /* the main file */
    VEC(Module *) modules; /* all files, the main one first */
    Scope *scope;          /* that of the definition that is being analysed */
    NameMap opened;        /* weight files, by path -> OpenedFile */
    const Sema *before;    /* of a try of a fix: the analysis that found the fault, and its files */
    VEC(const WeightTensor *) used; /* of weight files, by some parameter */
    const AstItem *model;           /* the `model` line, or NULL */
    const AstItem *weights;         /* the `weights` line, or NULL */
    bool has_output;                /* an `output` line was reached, be it good or bad */
    const char *lacking_input;      /* the name at which N0402 was reported, or NULL */
    Binding *bind;             /* the definition that is being analysed, or NULL (a second one) */
    const char *bind_name;     /* its first name, for messages */
    const char *bind_path;     /* begins the paths of its layers: "c1", "e1.twice.h" */
    uint32_t first_value;      /* of the graph, that this definition makes */
    const char *repeat_path;   /* of the one call that is repeated, if that has a label: "b.0" */
    bool too_many_layers;      /* N0350 was reported: nothing more is expanded */
    const Diag *limit;         /* that message */
    size_t expanded;           /* bytes of the defs expanded so far: see expand.c */
    int depth;                 /* of the expressions that are being inferred */
    const Variable *variables; /* of the repeats around what is being analysed, innermost first */
    int searches;              /* made so far for the sake of messages: see may_search */
    NameMap paths;             /* of layers with parameters -> PathUse */
    NameMap labels; /* by layer or def -> the number of the last label that was offered */
    NameMap faults; /* inside defs, by code and place -> UseFault: uses.c */
    VEC(struct UseFault *) faults_in_order;
    VEC(ValueFault) value_faults; /* those of numbers that were given to a def */
    VEC(PendingParam) params;
    VEC(const AstExpr *) calls; /* by node: the CALL that made it, NULL for others */
    SolvedList *solved;         /* NULL, or of sema_annotate: receives every solution */
};

/** A value of the error type; what is certain of its type in `known` (NULL: nothing). */
Tensor tensor_failed(Sema *sema, const char *name, Span span, const TensorType *known);

/** A value that exists. */
Tensor tensor_of(Value *value);

bool tensor_is_failed(const Tensor *tensor);

/** True for the first few dozen searches that only serve a message: a cycle, a near name, a
 * trace. Each may take as long as the file; the messages beyond are not shown. */
bool may_search(Sema *sema);

/** The type of a tensor, its extents 0 where they are not known; NULL if its axes are not. */
const TensorType *type_known(const Tensor *tensor);

/** The source text of `span` as it may stand in a message: escaped, shortened in the middle. */
const char *quote_span(Sema *sema, Span span);

/** The same of a string. */
const char *quote_text(Sema *sema, const char *bytes, size_t len);

/** "an integer", "a string", "a tensor": what an expression is, for N0105. */
const char *describe_expr(Sema *sema, const AstExpr *expr);

/** The same of what a name stands for. */
const char *describe_binding(const Binding *binding);

/** "conv", "m.block": what a CALL names, as it is written. */
const char *callee_text(Sema *sema, const AstExpr *call);

/** The points before and after a span, where insertions go. */
Span span_start(Span span);
Span span_end(Span span);

/** "N, C, H, W" of a type. */
const char *axis_names(Sema *sema, const TensorType *type);

/** A way out for each axis of the type that is nearly called `written`, which stands at `span`. */
void suggest_axis(const TensorType *type, Diag *diag, const char *written, Span span);

/** "H", "H and W", "N, H and W". */
const char *join_words(Arena *arena, const char *const *words, int n);

/** A large number with commas: "2,147,483,647". */
const char *count_text(Sema *sema, int64_t number);

/** The sizes of a type as language.md writes them in messages: "[1, 16, 4, 4]", and "?" for an
 *  extent that is not known. */
const char *sizes_of(Sema *sema, const TensorType *type);

#endif
