/* Building an ONNX graph: its nodes, constants and names, and the two forms of a value.
 *
 * A value of the language has axes in any order, with N or C or without. Operators of ONNX that
 * know of channels want [N, C, spatial...]. So a value has two forms: STORED, with the axes of its
 * type, and CHANNELS_FIRST, which is the same tensor where the type is [N, C, spatial...] already.
 * A layer makes one of them; the other is made where something asks for it. */
#ifndef NETC_EXPORT_BUILDER_H
#define NETC_EXPORT_BUILDER_H

#include "base/text.h"
#include "base/vec.h"
#include "export/names.h"
#include "graph/graph.h"
#include "onnx/model.h"

typedef enum Form { STORED, CHANNELS_FIRST, FORMS } Form;

typedef struct Builder {
    Arena *arena;
    Names names;      /* of values and initializers */
    Names node_names; /* of nodes */
    VEC(OnnxNode) nodes;
    VEC(OnnxTensor) initializers;
    const char *(*forms)[FORMS]; /* by Value.id: the tensor's name; NULL: not made yet */
    const char **stored_names;   /* by Value.id: of the form to come; NULL: not chosen yet */
    const Node *node;            /* the layer that is exported */
    Text statements;             /* of what each tensor is a form */
} Builder;

/** Numbers along axes. */
typedef struct Extents {
    int n;
    int64_t at[2 * MAX_RANK];
} Extents;

/* ---- nodes ---- */

/** Appends a node that makes one value.
 *  @param output  its name; NULL: a new one after the layer and the operator
 *  @param inputs  n names; NULL ones are left out
 *  @return the name of the output */
const char *put_node(Builder *builder, const char *op, const char *output, int n,
                     const char *const *inputs);
#define PUT(builder, op, output, ...)                                                              \
    put_node((builder), (op), (output),                                                            \
             (int)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *)),             \
             (const char *const[]){__VA_ARGS__})

/** Attributes of the node appended last. */
void put_int(Builder *builder, const char *name, int64_t value);
void put_float(Builder *builder, const char *name, double value);
void put_string(Builder *builder, const char *name, const char *value);
void put_ints(Builder *builder, const char *name, const Extents *values);

/* ---- constants: the name of an initializer ---- */

/** Whole numbers along one axis, called after the layer and `what`; constant_list does not copy
 *  them. */
const char *constant_ints(Builder *builder, const char *what, const Extents *values);
const char *constant_list(Builder *builder, const char *what, const int64_t *values, size_t n);

/** A number without axes. */
const char *constant_float(Builder *builder, const char *what, double value);

/** Numbers of these extents, which are not copied. `name` becomes "name.2" if there is another
 *  initializer of that name; NULL: called after the layer and "constant". */
const char *constant_floats(Builder *builder, const char *name, const float *numbers,
                            const Extents *extents);

/** A parameter in its own shape, or with these extents (of as many elements). The same parameter,
 *  and one tied to it, are one initializer. */
const char *param_tensor(Builder *builder, const Param *param);
const char *param_with_extents(Builder *builder, const Param *param, const Extents *extents);

/* ---- values ---- */

/** The name of input `index` of the layer in a form, which is made if need be. */
const char *input_in(Builder *builder, int index, Form form);
const char *value_in(Builder *builder, const Value *value, Form form);

/** The name under which the layer has to make its output, in this form. */
const char *output_in(Builder *builder, Form form);
const char *new_value_in(Builder *builder, const Value *value, Form form);

/** Gives a value the name of a tensor that has its STORED form already. */
void name_value(Builder *builder, const Value *value, const char *name);

/** The form in which all inputs of the layer are there already; STORED if there is none: for layers
 *  that work in either. */
Form common_form(const Builder *builder);

/** Axis `axis` of a type, as an axis of the form. */
int axis_in(const TensorType *type, int axis, Form form);

/** The extents of a type in a form. */
Extents extents_in(const TensorType *type, Form form);

/** [n, 1, 1...] for n numbers, one a channel, beside a CHANNELS_FIRST tensor of `type`. */
Extents channel_extents(const TensorType *type, int64_t n);

#endif
