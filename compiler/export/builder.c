/* Nodes and constants. What a layer needs beside its one operator is called after its path. */
#include "export/builder.h"

#include "weights/source.h"

#include <assert.h>

enum { MAX_ATTRIBUTES = 8 };

/* A new name after the layer: "c1.conv/Pad". */
static const char *name_after(Builder *builder, const char *what) {
    return names_unique(&builder->names,
                        arena_printf(builder->arena, "%s/%s", builder->node->path, what));
}

const char *put_node(Builder *builder, const char *op, const char *output, int n,
                     const char *const *inputs) {
    Arena *arena = builder->arena;
    OnnxNode node = {.op = op, .domain = "", .n_outputs = 1};
    node.inputs = ARENA_ARRAY(arena, const char *, (size_t)n);
    for (int i = 0; i < n; i++)
        if (inputs[i]) node.inputs[node.n_inputs++] = inputs[i];
    node.outputs = ARENA_ARRAY(arena, const char *, 1);
    node.outputs[0] = output ? output : name_after(builder, op);
    node.name = names_unique(&builder->node_names, output ? builder->node->path : node.outputs[0]);
    node.attributes = ARENA_ARRAY(arena, OnnxAttribute, MAX_ATTRIBUTES);
    VEC_PUSH(arena, &builder->nodes, node);
    return node.outputs[0];
}

static OnnxAttribute *new_attribute(Builder *builder, const char *name, OnnxAttributeType type) {
    OnnxNode *node = &builder->nodes.at[builder->nodes.len - 1];
    assert(node->n_attributes < MAX_ATTRIBUTES);
    OnnxAttribute *attribute = &node->attributes[node->n_attributes++];
    *attribute = (OnnxAttribute){.name = name, .type = type, .s = ""};
    return attribute;
}

void put_int(Builder *builder, const char *name, int64_t value) {
    new_attribute(builder, name, ONNX_ATTRIBUTE_INT)->i = value;
}

void put_float(Builder *builder, const char *name, double value) {
    new_attribute(builder, name, ONNX_ATTRIBUTE_FLOAT)->f = (float)value;
}

void put_string(Builder *builder, const char *name, const char *value) {
    new_attribute(builder, name, ONNX_ATTRIBUTE_STRING)->s = value;
}

static const int64_t *copy_ints(Builder *builder, const Extents *values) {
    int64_t *copy = ARENA_ARRAY(builder->arena, int64_t, (size_t)values->n);
    for (int i = 0; i < values->n; i++) copy[i] = values->at[i];
    return copy;
}

void put_ints(Builder *builder, const char *name, const Extents *values) {
    OnnxAttribute *attribute = new_attribute(builder, name, ONNX_ATTRIBUTE_INTS);
    attribute->ints = copy_ints(builder, values);
    attribute->n = (size_t)values->n;
}

static const char *add_initializer(Builder *builder, const char *name, OnnxType type,
                                   const void *numbers, const Extents *extents) {
    OnnxTensor tensor = {
        .name = name, .type = (int)type, .rank = extents->n, .elems = 1, .bytes = numbers};
    for (int i = 0; i < extents->n; i++) {
        tensor.extent[i] = extents->at[i];
        tensor.elems *= extents->at[i];
    }
    tensor.len = (size_t)tensor.elems * onnx_type_size(tensor.type);
    VEC_PUSH(builder->arena, &builder->initializers, tensor);
    return name;
}

const char *constant_list(Builder *builder, const char *what, const int64_t *values, size_t n) {
    Extents shape = {1, {(int64_t)n}};
    return add_initializer(builder, name_after(builder, what), ONNX_INT64, values, &shape);
}

const char *constant_ints(Builder *builder, const char *what, const Extents *values) {
    return constant_list(builder, what, copy_ints(builder, values), (size_t)values->n);
}

const char *constant_float(Builder *builder, const char *what, double value) {
    float *number = ARENA_NEW(builder->arena, float);
    *number = (float)value;
    return add_initializer(builder, name_after(builder, what), ONNX_FLOAT, number,
                           &(Extents){0, {0}});
}

const char *constant_floats(Builder *builder, const char *name, const float *numbers,
                            const Extents *extents) {
    name = name ? names_unique(&builder->names, name) : name_after(builder, "constant");
    return add_initializer(builder, name, ONNX_FLOAT, numbers, extents);
}

/* The initializer that has just these numbers and extents; NULL: none. */
static const char *find_initializer(const Builder *builder, const float *numbers,
                                    const Extents *extents) {
    for (size_t i = builder->initializers.len; i-- > 0;) {
        const OnnxTensor *tensor = &builder->initializers.at[i];
        if (tensor->bytes != (const unsigned char *)numbers || tensor->rank != extents->n) continue;
        bool same = true;
        for (int k = 0; k < extents->n; k++) same &= tensor->extent[k] == extents->at[k];
        if (same) return tensor->name;
    }
    return NULL;
}

const char *param_with_extents(Builder *builder, const Param *param, const Extents *extents) {
    bool is_tied = param->source->kind == WEIGHT_TIED;
    if (!is_tied && names_add(&builder->names, param->key))
        return add_initializer(builder, param->key, ONNX_FLOAT, param->data, extents);
    const char *name = find_initializer(builder, param->data, extents);
    return name ? name : constant_floats(builder, param->key, param->data, extents);
}

const char *param_tensor(Builder *builder, const Param *param) {
    Extents extents = {.n = param->rank};
    for (int i = 0; i < param->rank; i++) extents.at[i] = param->extent[i];
    return param_with_extents(builder, param, &extents);
}
