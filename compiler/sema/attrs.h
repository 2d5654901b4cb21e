/* The table of layers and their attributes (attrs.def), and what a call gives of them. */
#ifndef NETC_SEMA_ATTRS_H
#define NETC_SEMA_ATTRS_H

#include "sema/analysis.h"

typedef enum AttrName {
    ATTR_C,      /* output channels */
    ATTR_K,      /* kernel */
    ATTR_S,      /* stride */
    ATTR_P,      /* padding */
    ATTR_D,      /* dilation */
    ATTR_G,      /* groups */
    ATTR_A,      /* output padding (R14) */
    ATTR_BORDER, /* what stands in the padding */
    ATTR_FLIP,   /* true convolution */
    ATTR_ROUND,
    ATTR_COUNT, /* what avgpool divides by */
    ATTR_N,     /* exponent of lppool and power */
    ATTR_AXIS,
    ATTR_SLOPE,
    ATTR_ALPHA,
    ATTR_APPROXIMATE, /* of gelu */
    ATTR_LO,          /* bounds of clip */
    ATTR_HI,
    ATTR_SIZES, /* of split's results */
    ATTR_SHAPE, /* of a constant */
    ATTR_TO,    /* what the result is as large as */
    ATTR_ORDER, /* of axes; of the channels of a shuffle */
    ATTR_BY,    /* what upsample multiplies sizes by */
    ATTR_MODE,
    ATTR_ALIGN,
    ATTR_R,     /* what pixel_shuffle multiplies sizes by */
    ATTR_VALUE, /* what stands around the data; the numbers of a constant */
    ATTR_EPS,
    ATTR_SHIFT,
    ATTR_WEIGHT,
    ATTR_BIAS,
    ATTR_RUNNING_MEAN,
    ATTR_RUNNING_VAR,
    ATTR_NAMES
} AttrName;

typedef enum AttrKind {
    KIND_COUNT,
    KIND_AXES,
    KIND_ROOM,
    KIND_PAD,
    KIND_WORD,
    KIND_AXIS,
    KIND_NUMBER,
    KIND_NUMBERS,
    KIND_LIST,
    KIND_SHAPE,
    KIND_ORDER,
    KIND_TENSOR,
    KIND_SOURCE
} AttrKind;

typedef enum AttrNeed { NEED_NEEDED, NEED_RULE, NEED_DEFAULTED } AttrNeed;

struct AttrDef {
    AttrName name;
    AttrKind kind;
    AttrNeed need;
    int64_t fallback;  /* DEFAULTED: the number, or the index into words */
    const char *words; /* separated by blanks. NUMBER: "" or
                          "PyTorch 0.01, Keras 0.3": what the frameworks assume */
};

enum { MAX_LAYER_ATTRS = 10 };

/** LayerDef.tensors of a layer that takes two or more, or one or two. */
enum { SEVERAL = -2, ONE_OR_TWO = -1 };

typedef struct LayerDef {
    const char *name;
    OpKind op;
    int tensors; /* how many it takes, SEVERAL or ONE_OR_TWO */
    int n_attrs;
    AttrDef attrs[MAX_LAYER_ATTRS + 1]; /* in canonical order */
} LayerDef;

typedef struct GivenAttr {
    const AstArg *arg;    /* NULL: not given */
    const AstExpr *value; /* as in .net, also where the user wrote another framework's form */
} GivenAttr;

/** One use of a layer. */
typedef struct LayerCall {
    const AstExpr *expr; /* the CALL */
    const LayerDef *layer;
    Span span;                /* the call without what is piped into it, and without its label */
    const AstExpr *assertion; /* the next ASSERT behind it, or NULL */
    const char *path;         /* "c1.conv" */
    const char *title;        /* "c1": what messages call it */
    Tensor input;             /* the first tensor */
    Tensor *tensors;          /* all of them */
    int n_tensors;
    int n_spatial;         /* spatial axes of the input; 0 when it failed */
    int spatial[MAX_RANK]; /* their indices */
    GivenAttr attrs[ATTR_NAMES];
    const AstArg *of;    /* tconv(of ...) */
    const AstExpr *list; /* `expr` has its entries as arguments, where the source has it; or NULL */
    bool failed;         /* an argument is wrong: reported */
} LayerCall;

/** "k". */
const char *attr_text(AttrName name);

/** The layer called `name`, or NULL. */
const LayerDef *layer_find(const char *name);

/** The layers of the table, one after the other: index from 0; NULL after the last. */
const LayerDef *layer_at(int index);

/** Its row for an attribute, or NULL. */
const AttrDef *layer_attr(const LayerDef *layer, AttrName name);

/** True if it has numbers of its own, with keys. */
bool layer_has_params(const LayerDef *layer);

/** Sorts the named arguments of the call into call->attrs and call->of; reports N0203, N0205 and,
 *  for what is missing, N0204. Positional arguments are not looked at. */
void attrs_gather(Sema *sema, LayerCall *call);

/** Gives a help the edit that sets an attribute of a call: its value replaced where it is given,
 *  else the attribute added behind the others. */
void edit_attr(DiagHelp *help, const AstExpr *call, AttrName name, const char *value);

/** Gives a help the edit that takes an argument out of a call. */
void edit_remove(DiagHelp *help, const AstExpr *call, const AstArg *arg);

/** The .net name of a layer of another framework, or NULL. */
const char *foreign_layer(const char *name);

/** What of `attrs` names of other frameworks mean here: -1 if `name` is none. */
int foreign_attr(const char *name);

/** "torch.nn.Conv2d": the one framework that knows all of these names; NULL if there is none. */
const char *foreign_origin(const LayerDef *layer, const char *const *names, int n);

/** What a value in another framework's form is in .net: (3, 5) of kernel_size is 3x5, ceil_mode's
 *  True is ceil. The same pointer if nothing changes, NULL if it cannot be said. */
const AstExpr *foreign_value(Sema *sema, AttrName attr, const AstExpr *value);

/** The text of a value that foreign_value made. */
const char *foreign_value_text(Sema *sema, const AstExpr *value);

#endif
