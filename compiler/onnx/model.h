/* An ONNX model in memory: the part of onnx.proto (IR versions 3 to 14) that a network for
 * inference uses. read.h makes one of the bytes of a file, write.h makes bytes of one.
 *
 * Names are UTF-8 without NUL; "" where the file has none. Numbers of tensors are views of the
 * file's bytes where the file stores them raw, so the bytes must outlive the model. */
#ifndef NETC_ONNX_MODEL_H
#define NETC_ONNX_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ONNX_MAX_RANK = 16 };

/** TensorProto.DataType. */
typedef enum OnnxType {
    ONNX_UNDEFINED = 0,
    ONNX_FLOAT = 1,
    ONNX_UINT8 = 2,
    ONNX_INT8 = 3,
    ONNX_UINT16 = 4,
    ONNX_INT16 = 5,
    ONNX_INT32 = 6,
    ONNX_INT64 = 7,
    ONNX_STRING = 8,
    ONNX_BOOL = 9,
    ONNX_FLOAT16 = 10,
    ONNX_DOUBLE = 11,
    ONNX_UINT32 = 12,
    ONNX_UINT64 = 13,
    ONNX_BFLOAT16 = 16
} OnnxType;

/** Bytes of one number of a type; 0: a type that netc does not read. */
size_t onnx_type_size(int type);

/** A constant tensor. Its numbers are `len` bytes at `bytes`, little-endian and row-major, of
 *  exactly the size that type and extents demand; or outside, in a file beside the model. Those of
 *  a type that netc does not read may be missing or of any size. */
typedef struct OnnxTensor {
    const char *name;
    int type; /* an OnnxType, or a number that netc does not know */
    int rank; /* 0 .. ONNX_MAX_RANK */
    int64_t extent[ONNX_MAX_RANK];
    int64_t elems; /* product of the extents; may be 0 */
    const unsigned char *bytes;
    size_t len;
    const char *location;    /* file of the numbers, as the model says; NULL: `bytes` has them */
    int64_t offset, outside; /* of that file: first byte, number of bytes (-1: to its end) */
} OnnxTensor;

/** AttributeProto.AttributeType. */
typedef enum OnnxAttributeType {
    ONNX_ATTRIBUTE_FLOAT = 1,
    ONNX_ATTRIBUTE_INT = 2,
    ONNX_ATTRIBUTE_STRING = 3,
    ONNX_ATTRIBUTE_TENSOR = 4,
    ONNX_ATTRIBUTE_GRAPH = 5,
    ONNX_ATTRIBUTE_FLOATS = 6,
    ONNX_ATTRIBUTE_INTS = 7,
    ONNX_ATTRIBUTE_STRINGS = 8,
    ONNX_ATTRIBUTE_OTHER = 9 /* of a type that netc does not read, or a text that is none */
} OnnxAttributeType;

/** A named argument of a node. A subgraph is noticed and not read. */
typedef struct OnnxAttribute {
    const char *name;
    OnnxAttributeType type;
    float f;
    int64_t i;
    const char *s; /* UTF-8; one with ill-formed bytes or NUL is of type OTHER */
    const OnnxTensor *tensor;
    const float *floats;
    const int64_t *ints;
    const char *const *strings;
    size_t n; /* of the list that the type says */
} OnnxAttribute;

typedef struct OnnxNode {
    const char *name;    /* may be "" and need not be unique */
    const char *op;      /* "Conv" */
    const char *domain;  /* "" is ONNX's own */
    const char **inputs; /* names of values; "" where an optional one is left out */
    size_t n_inputs;
    const char **outputs;
    size_t n_outputs;
    OnnxAttribute *attributes;
    size_t n_attributes;
} OnnxNode;

/** An extent of an input or output: a number, or unknown. */
typedef struct OnnxExtent {
    int64_t size;     /* -1: unknown */
    const char *name; /* of an unknown one: "batch"; "" without */
} OnnxExtent;

/** A value that comes from outside or goes there. */
typedef struct OnnxValueInfo {
    const char *name;
    int type; /* an OnnxType; ONNX_UNDEFINED if the file does not say, or it is no tensor */
    bool has_shape;
    int rank; /* 0 .. ONNX_MAX_RANK */
    OnnxExtent extent[ONNX_MAX_RANK];
} OnnxValueInfo;

typedef struct OnnxOpset {
    const char *domain;
    int64_t version;
} OnnxOpset;

/** An entry of metadata_props: what a tool keeps in a model for itself. */
typedef struct OnnxProperty {
    const char *key, *value;
} OnnxProperty;

typedef struct OnnxModel {
    int64_t ir_version;
    const char *producer; /* "pytorch 2.1" */
    OnnxProperty *properties;
    size_t n_properties;
    const char *graph; /* the graph's name */
    OnnxOpset *opsets;
    size_t n_opsets;
    OnnxNode *nodes; /* in the file's order, which need not be that of the data */
    size_t n_nodes;
    OnnxTensor *initializers;
    size_t n_initializers;
    OnnxValueInfo *inputs; /* before IR version 4 they contain the initializers */
    size_t n_inputs;
    OnnxValueInfo *outputs;
    size_t n_outputs;
    size_t n_functions; /* local functions, which netc does not read */
} OnnxModel;

#endif
