/* What the importer works on: values with known sizes, constants, and layers of the language.
 *
 * Nodes are taken in the order of the data. A node whose inputs are all constant is computed on the
 * spot; any other becomes layers, appended to `layers`, and values with names of axes. Passes then
 * rewrite the list (rewrite.h), names are given (names.h), and the text is written (print.h). */
#ifndef NETC_IMPORT_IR_H
#define NETC_IMPORT_IR_H

#include "import/import.h"
#include "tensor/conv_arith.h"
#include "tensor/shape.h"

enum {
    CONSTANT_RANK = 8, /* most axes of a constant */
    LAYER_ATTRS = 8,
    LAYER_PARAMS = 4,
    LAYER_INPUTS = 2, /* of most layers; concat has its own list */
    NODE_INPUTS = 16  /* of the operators that have a fixed number of them */
};

/** A constant: whole numbers, or real ones in the model or computed. The numbers of a tensor of the
 *  model are seen through strides, so that a transposed weight needs no copy. */
typedef struct Constant {
    bool whole;
    int rank;
    int64_t extent[CONSTANT_RANK];
    int64_t elems;
    const int64_t *ints;           /* of whole numbers: all of them, row-major */
    const OnnxTensor *tensor;      /* of real ones: in the model ... */
    const float *floats;           /* ... or computed */
    int64_t stride[CONSTANT_RANK]; /* of real ones, in elements; 0 where they repeat */
    int64_t offset;                /* of real ones: the first element */
} Constant;

/** What the model says of a tensor (stated.h). */
typedef struct Stated Stated;

/** A tensor of the network. */
typedef struct Value {
    const char *onnx; /* what the model calls it; "" for what the importer adds */
    const char *name; /* in the text; NULL: it has none, the next layer follows in the chain */
    const Constant *constant; /* NULL: computed by the network */
    bool failed;              /* of a node that could not be said: its consumers are silent */
    bool is_u8;               /* an input of bytes */
    int rank;                 /* 1 .. MAX_RANK */
    int64_t extent[MAX_RANK];
    const char *axes[MAX_RANK]; /* their names in the text */
    struct Layer *layer;        /* that makes it; NULL: an input, or a constant */
    struct Value *same;         /* a pass found that this one serves as well; NULL: none */
    const Stated *stated;       /* said of it; NULL: nothing */
    const OnnxNode *turned;     /* a Transpose of it that has been taken up already; NULL */
    size_t uses;                /* by the layers that a pass looks at ... */
    size_t user;                /* ... and the last of them */
} Value;

/** An attribute as it is written: `eps=1e-5`. */
typedef struct Attr {
    const char *name, *text;
} Attr;

/** A parameter: numbers of the model, in the shape that the layer wants. */
typedef struct Param {
    const char *name; /* "weight" */
    Constant numbers;
    const char *onnx; /* the initializer that they are, whole; NULL: made by the importer */
    const char *text; /* its source as written: "none", "tied(...)"; NULL: the file of weights */
    const char *key;  /* in the file of weights */
} Param;

/** Numbers of a window that uses of a def may differ in. */
typedef enum WindowNumber { NUMBER_K, NUMBER_S, NUMBER_P, NUMBER_D, WINDOW_NUMBERS } WindowNumber;

typedef struct Layer {
    const char *op; /* "conv"; "+" "-" "*" "/" between two values */
    Value **in;
    size_t n_in;
    Value **out;
    size_t n_out;
    int window; /* spatial axes of the geometry below; 0: it has none */
    ConvAxis axis[MAX_SPATIAL];
    const char *said[WINDOW_NUMBERS]; /* of the geometry, where a def says it otherwise; NULL */
    bool all;                         /* a pool of everything: k=all */
    const struct Layer *undoes;       /* a tconv: the layer whose geometry it has; NULL */
    const char *of;                   /* what the text calls that; NULL: it says the numbers */
    Attr attrs[LAYER_ATTRS];
    size_t n_attrs;
    Param params[LAYER_PARAMS];
    size_t n_params;
    const char *label; /* NULL: none */
    const OnnxNode *node;
    size_t number;          /* of the node in the file */
    bool dead;              /* taken out by a pass */
    const struct Def *def;  /* a use of a def ... */
    struct Layer **members; /* ... that stands for these layers, in the order of its body */
    size_t repeats;         /* so often, with members for each; 0: once */
    const char *over;       /* "d in [1, 2, 4]": a repeat in which a number differs; NULL */
    const char *path;       /* in keys of weights, once names are given */
} Layer;

/** A def of the text: the layers of one of its uses, and what differs between the uses. */
typedef struct Def {
    const char *name;
    Layer **body;
    size_t n_body;
    Value *params[LAYER_INPUTS]; /* of the body: what comes from outside */
    size_t n_params;
    Value *result;
    const char **numbers; /* names of its numbers: "c", "s" */
    size_t n_numbers;
} Def;

/** A node and what its inputs are. */
typedef struct Node {
    const OnnxNode *onnx;
    size_t number;
    Value *in[NODE_INPUTS]; /* NULL: left out */
    bool failed;            /* a problem was reported */
} Node;

/** One import. */
typedef struct Import {
    Arena *arena;
    const OnnxModel *model;
    const ImportOptions *options;
    ImportReport *report;
    int64_t opset;            /* of ONNX's own operators */
    size_t outside;           /* bytes read from other files */
    int64_t computed;         /* numbers that nodes have computed of constants */
    int64_t most_computed;    /* ... and may: more for a model that has more of its own */
    struct NameTable *names;  /* of ONNX values -> Value */
    struct NameTable *stated; /* of ONNX values -> Stated; NULL: nothing is */
    struct NameTable *wanted; /* of those that are used -> the one node that takes them, or an
                                 empty one where there are several, and for outputs */
    struct NameTable *bytes;  /* of tensors that are of uint8 in the model; NULL: none is */
    VEC(Layer *) layers;
    VEC(const Def *) defs;
    VEC(Value *) inputs;            /* of the network, in order */
    VEC(Value *) outputs;           /* one for each output of the model */
    VEC(const char *) output_names; /* of these, in the text */
} Import;

#endif
