/* The messages of onnx.proto that netc reads, and of them the fields it needs; all others are
 * passed over by their length. Nothing here calls itself: a graph inside an attribute, which could
 * nest without end, is noticed and not read, so the messages nest eight deep at most.
 *
 * netc reads protobuf's wire format itself (wire.h). A library would copy every tensor out of the
 * file into memory of its own, so that the weights were there twice, and reads all of a message
 * before its first fault can be told; a generator would add code and a copy of onnx.proto to keep.
 * The whole format is what wire.c is.
 *
 * As protobuf demands, the last of several values of a field counts. Of several messages in a
 * field that holds one it demands to merge them; such a file is refused. */
#include "onnx/read.h"

#include "base/text.h"
#include "onnx/duplicates.h"
#include "onnx/tensor.h"
#include "onnx/wire.h"

#include <string.h>

/* Field numbers, by message. */
enum {
    MODEL_IR_VERSION = 1,
    MODEL_PRODUCER_NAME = 2,
    MODEL_PRODUCER_VERSION = 3,
    MODEL_GRAPH = 7,
    MODEL_OPSET_IMPORT = 8,
    MODEL_METADATA_PROPS = 14,
    MODEL_FUNCTIONS = 25
};
enum { OPSET_DOMAIN = 1, OPSET_VERSION = 2 };
enum { PROPERTY_KEY = 1, PROPERTY_VALUE = 2 };
enum {
    GRAPH_NODE = 1,
    GRAPH_NAME = 2,
    GRAPH_INITIALIZER = 5,
    GRAPH_INPUT = 11,
    GRAPH_OUTPUT = 12,
    GRAPH_SPARSE_INITIALIZER = 15
};
enum {
    NODE_INPUT = 1,
    NODE_OUTPUT = 2,
    NODE_NAME = 3,
    NODE_OP_TYPE = 4,
    NODE_ATTRIBUTE = 5,
    NODE_DOMAIN = 7
};
enum {
    ATTRIBUTE_NAME = 1,
    ATTRIBUTE_F = 2,
    ATTRIBUTE_I = 3,
    ATTRIBUTE_S = 4,
    ATTRIBUTE_T = 5,
    ATTRIBUTE_G = 6,
    ATTRIBUTE_FLOATS = 7,
    ATTRIBUTE_INTS = 8,
    ATTRIBUTE_STRINGS = 9,
    ATTRIBUTE_TYPE = 20,
    ATTRIBUTE_REF_ATTR_NAME = 21
};
enum { VALUE_NAME = 1, VALUE_TYPE = 2 };
enum { TYPE_TENSOR = 1 };
enum { TENSOR_ELEM_TYPE = 1, TENSOR_SHAPE = 2 };
enum { SHAPE_DIM = 1 };
enum { DIM_VALUE = 1, DIM_PARAM = 2 };

/* Room for as many parts as the message has fields of this number; NULL: none, or a fault. */
static void *room_for(Wire message, uint32_t number, size_t size) {
    size_t n = wire_count(message, number);
    if (n == 0 || message.file->why || !wire_spend(message.file, message.at, n)) return NULL;
    return arena_calloc(message.file->arena, n, size);
}

/* A message in a field that may come once; `seen` is of that field. */
static bool sole_message(WireFile *file, const WireField *field, const char *what, bool *seen,
                         Wire *out) {
    if (*seen) return wire_fault(file, field->tag, "%s comes a second time", what);
    *seen = true;
    return wire_message(file, field, what, out);
}

/* Floats, ints and strings of an attribute. */
static bool read_floats(Wire message, OnnxAttribute *out) {
    WireFile *file = message.file;
    uint64_t bits;
    size_t n = 0;
    WireNumbers all =
        wire_numbers(message, ATTRIBUTE_FLOATS, WIRE_FIXED32, "AttributeProto.floats");
    for (WireNumbers count = all; wire_next_number(&count, &bits);) n++;
    if (file->why || !wire_spend(file, message.at, n)) return false;
    float *floats = ARENA_ARRAY(file->arena, float, n);
    while (wire_next_number(&all, &bits)) memcpy(&floats[out->n++], &(uint32_t){(uint32_t)bits}, 4);
    out->floats = floats;
    return true;
}

static bool read_ints(Wire message, OnnxAttribute *out) {
    WireFile *file = message.file;
    uint64_t value;
    size_t n = 0;
    WireNumbers all = wire_numbers(message, ATTRIBUTE_INTS, WIRE_VARINT, "AttributeProto.ints");
    for (WireNumbers count = all; wire_next_number(&count, &value);) n++;
    if (file->why || !wire_spend(file, message.at, n)) return false;
    int64_t *ints = ARENA_ARRAY(file->arena, int64_t, n);
    while (wire_next_number(&all, &value)) ints[out->n++] = (int64_t)value;
    out->ints = ints;
    return true;
}

static bool read_strings(Wire message, OnnxAttribute *out) {
    WireFile *file = message.file;
    const char **strings = room_for(message, ATTRIBUTE_STRINGS, sizeof *strings);
    for (WireField field; wire_next(&message, &field);) {
        if (field.number != ATTRIBUTE_STRINGS) continue;
        if (!wire_text(file, &field, "AttributeProto.strings", &strings[out->n++])) return false;
    }
    out->strings = strings;
    return !file->why;
}

static bool read_attribute_tensor(Wire message, OnnxAttribute *out) {
    OnnxTensor *tensor = ARENA_NEW(message.file->arena, OnnxTensor);
    out->tensor = tensor;
    return onnx_read_tensor(message, tensor);
}

/* What an attribute's fields say before its type is known. */
typedef struct AttributeFields {
    int64_t type;  /* as the file says; 0: it does not */
    unsigned seen; /* 1 << n: field n < 10 was there */
    bool no_text;  /* s holds bytes that are no text */
    bool refers;   /* to an attribute of a function */
    bool has_tensor;
    Wire tensor;
} AttributeFields;

static bool read_attribute_field(WireFile *file, const WireField *field, AttributeFields *fields,
                                 OnnxAttribute *out) {
    if (field->number < 10) fields->seen |= 1u << field->number;
    switch (field->number) {
    case ATTRIBUTE_NAME: return wire_text(file, field, "AttributeProto.name", &out->name);
    case ATTRIBUTE_F: return wire_float(file, field, "AttributeProto.f", &out->f);
    case ATTRIBUTE_I: return wire_int(file, field, "AttributeProto.i", &out->i);
    case ATTRIBUTE_S:
        fields->no_text = field->type == WIRE_LENGTH && !wire_is_text(file, field);
        return fields->no_text || wire_text(file, field, "AttributeProto.s", &out->s);
    case ATTRIBUTE_T:
        return sole_message(file, field, "AttributeProto.t", &fields->has_tensor, &fields->tensor);
    case ATTRIBUTE_TYPE: return wire_int(file, field, "AttributeProto.type", &fields->type);
    case ATTRIBUTE_REF_ATTR_NAME: fields->refers = true; return true;
    default: return true;
    }
}

/* Files of the first IR versions do not say the type: it is that of the field that is there. */
static OnnxAttributeType attribute_type(const AttributeFields *fields) {
    static const struct {
        unsigned field;
        OnnxAttributeType type;
    } implied[] = {
        {ATTRIBUTE_F, ONNX_ATTRIBUTE_FLOAT},   {ATTRIBUTE_I, ONNX_ATTRIBUTE_INT},
        {ATTRIBUTE_S, ONNX_ATTRIBUTE_STRING},  {ATTRIBUTE_T, ONNX_ATTRIBUTE_TENSOR},
        {ATTRIBUTE_G, ONNX_ATTRIBUTE_GRAPH},   {ATTRIBUTE_FLOATS, ONNX_ATTRIBUTE_FLOATS},
        {ATTRIBUTE_INTS, ONNX_ATTRIBUTE_INTS}, {ATTRIBUTE_STRINGS, ONNX_ATTRIBUTE_STRINGS}};
    if (fields->refers || fields->no_text) return ONNX_ATTRIBUTE_OTHER;
    if (fields->type != 0)
        return fields->type >= ONNX_ATTRIBUTE_FLOAT && fields->type <= ONNX_ATTRIBUTE_STRINGS
                   ? (OnnxAttributeType)fields->type
                   : ONNX_ATTRIBUTE_OTHER;
    for (size_t i = 0; i < sizeof implied / sizeof *implied; i++)
        if (fields->seen >> implied[i].field & 1) return implied[i].type;
    return ONNX_ATTRIBUTE_OTHER;
}

static bool read_attribute(Wire message, OnnxAttribute *out) {
    WireFile *file = message.file;
    Wire whole = message;
    AttributeFields fields = {0};
    *out = (OnnxAttribute){.name = "", .s = ""};
    for (WireField field; wire_next(&message, &field);)
        if (!read_attribute_field(file, &field, &fields, out)) return false;
    if (file->why) return false;
    if (!*out->name) return wire_fault(file, whole.at, "an attribute has no name");
    out->type = attribute_type(&fields);
    switch (out->type) {
    case ONNX_ATTRIBUTE_FLOATS: return read_floats(whole, out);
    case ONNX_ATTRIBUTE_INTS: return read_ints(whole, out);
    case ONNX_ATTRIBUTE_STRINGS: return read_strings(whole, out);
    case ONNX_ATTRIBUTE_TENSOR:
        if (!fields.has_tensor)
            return wire_fault(file, whole.at, "an attribute of type TENSOR has no tensor");
        return read_attribute_tensor(fields.tensor, out);
    case ONNX_ATTRIBUTE_FLOAT:
    case ONNX_ATTRIBUTE_INT:
    case ONNX_ATTRIBUTE_STRING:
    case ONNX_ATTRIBUTE_GRAPH:
    case ONNX_ATTRIBUTE_OTHER: break;
    }
    return true;
}

static bool read_node(Wire message, OnnxNode *out) {
    WireFile *file = message.file;
    size_t start = message.at;
    *out = (OnnxNode){.name = "", .op = "", .domain = ""};
    out->inputs = room_for(message, NODE_INPUT, sizeof *out->inputs);
    out->outputs = room_for(message, NODE_OUTPUT, sizeof *out->outputs);
    out->attributes = room_for(message, NODE_ATTRIBUTE, sizeof *out->attributes);
    Wire part;
    for (WireField field; wire_next(&message, &field);) {
        bool good = true;
        switch (field.number) {
        case NODE_INPUT:
            good = wire_text(file, &field, "NodeProto.input", &out->inputs[out->n_inputs++]);
            break;
        case NODE_OUTPUT:
            good = wire_text(file, &field, "NodeProto.output", &out->outputs[out->n_outputs++]);
            break;
        case NODE_NAME: good = wire_text(file, &field, "NodeProto.name", &out->name); break;
        case NODE_OP_TYPE: good = wire_text(file, &field, "NodeProto.op_type", &out->op); break;
        case NODE_DOMAIN: good = wire_text(file, &field, "NodeProto.domain", &out->domain); break;
        case NODE_ATTRIBUTE:
            good = wire_message(file, &field, "NodeProto.attribute", &part) &&
                   read_attribute(part, &out->attributes[out->n_attributes++]);
            break;
        default: break;
        }
        if (!good) return false;
    }
    if (!file->why && !*out->op) return wire_fault(file, start, "a node has no operator");
    if (strcmp(out->domain, "ai.onnx") == 0) out->domain = "";
    return !file->why && onnx_attributes_differ(file, start, out);
}

static bool read_extent(Wire message, OnnxExtent *out) {
    WireFile *file = message.file;
    *out = (OnnxExtent){-1, ""};
    for (WireField field; wire_next(&message, &field);) {
        int64_t size;
        if (field.number == DIM_VALUE) {
            if (!wire_int(file, &field, "TensorShapeProto.Dimension.dim_value", &size))
                return false;
            *out = (OnnxExtent){size < 0 ? -1 : size, ""};
        }
        if (field.number == DIM_PARAM) {
            out->size = -1;
            if (!wire_text(file, &field, "TensorShapeProto.Dimension.dim_param", &out->name))
                return false;
        }
    }
    return !file->why;
}

static bool read_shape(Wire message, OnnxValueInfo *out) {
    WireFile *file = message.file;
    Wire part;
    out->has_shape = true;
    for (WireField field; wire_next(&message, &field);) {
        if (field.number != SHAPE_DIM) continue;
        if (out->rank == ONNX_MAX_RANK)
            return wire_fault(file, field.tag, "a value has more than %d axes", ONNX_MAX_RANK);
        if (!wire_message(file, &field, "TensorShapeProto.dim", &part) ||
            !read_extent(part, &out->extent[out->rank++]))
            return false;
    }
    return !file->why;
}

static bool read_tensor_type(Wire message, OnnxValueInfo *out) {
    WireFile *file = message.file;
    bool has_shape = false;
    Wire shape;
    for (WireField field; wire_next(&message, &field);) {
        int64_t type;
        if (field.number == TENSOR_ELEM_TYPE) {
            if (!wire_int(file, &field, "TypeProto.Tensor.elem_type", &type)) return false;
            out->type = (int32_t)type;
        }
        if (field.number == TENSOR_SHAPE &&
            (!sole_message(file, &field, "TypeProto.Tensor.shape", &has_shape, &shape) ||
             !read_shape(shape, out)))
            return false;
    }
    return !file->why;
}

static bool read_value(Wire message, OnnxValueInfo *out) {
    WireFile *file = message.file;
    bool has_type = false, has_tensor = false;
    Wire type = {file, 0, 0}, tensor;
    *out = (OnnxValueInfo){.name = ""};
    for (WireField field; wire_next(&message, &field);) {
        if (field.number == VALUE_NAME &&
            !wire_text(file, &field, "ValueInfoProto.name", &out->name))
            return false;
        if (field.number == VALUE_TYPE &&
            !sole_message(file, &field, "ValueInfoProto.type", &has_type, &type))
            return false;
    }
    for (WireField field; wire_next(&type, &field);)
        if (field.number == TYPE_TENSOR &&
            (!sole_message(file, &field, "TypeProto.tensor_type", &has_tensor, &tensor) ||
             !read_tensor_type(tensor, out)))
            return false;
    return !file->why;
}

static bool read_graph(Wire message, OnnxModel *out) {
    WireFile *file = message.file;
    Wire part, whole = message;
    out->nodes = room_for(message, GRAPH_NODE, sizeof *out->nodes);
    out->initializers = room_for(message, GRAPH_INITIALIZER, sizeof *out->initializers);
    out->inputs = room_for(message, GRAPH_INPUT, sizeof *out->inputs);
    out->outputs = room_for(message, GRAPH_OUTPUT, sizeof *out->outputs);
    for (WireField field; wire_next(&message, &field);) {
        bool good = true;
        switch (field.number) {
        case GRAPH_NAME: good = wire_text(file, &field, "GraphProto.name", &out->graph); break;
        case GRAPH_NODE:
            good = wire_message(file, &field, "GraphProto.node", &part) &&
                   read_node(part, &out->nodes[out->n_nodes++]);
            break;
        case GRAPH_INITIALIZER:
            good = wire_message(file, &field, "GraphProto.initializer", &part) &&
                   onnx_read_tensor(part, &out->initializers[out->n_initializers++]);
            break;
        case GRAPH_INPUT:
            good = wire_message(file, &field, "GraphProto.input", &part) &&
                   read_value(part, &out->inputs[out->n_inputs++]);
            break;
        case GRAPH_OUTPUT:
            good = wire_message(file, &field, "GraphProto.output", &part) &&
                   read_value(part, &out->outputs[out->n_outputs++]);
            break;
        case GRAPH_SPARSE_INITIALIZER:
            good = wire_fault(file, field.tag, "the model has a sparse tensor");
            break;
        default: break;
        }
        if (!good) return false;
    }
    return !file->why && onnx_names_differ(file, whole.at, out);
}

static bool read_opset(Wire message, OnnxOpset *out) {
    WireFile *file = message.file;
    *out = (OnnxOpset){.domain = ""};
    for (WireField field; wire_next(&message, &field);) {
        if (field.number == OPSET_DOMAIN &&
            !wire_text(file, &field, "OperatorSetIdProto.domain", &out->domain))
            return false;
        if (field.number == OPSET_VERSION &&
            !wire_int(file, &field, "OperatorSetIdProto.version", &out->version))
            return false;
    }
    if (strcmp(out->domain, "ai.onnx") == 0) out->domain = "";
    return !file->why;
}

/* Tools keep what they like in there: what is no text counts as "". */
static bool read_property(Wire message, OnnxProperty *out) {
    WireFile *file = message.file;
    *out = (OnnxProperty){"", ""};
    for (WireField field; wire_next(&message, &field);) {
        const char **text = field.number == PROPERTY_KEY     ? &out->key
                            : field.number == PROPERTY_VALUE ? &out->value
                                                             : NULL;
        if (text && field.type == WIRE_LENGTH && wire_is_text(file, &field) &&
            !wire_text(file, &field, "StringStringEntryProto", text))
            return false;
    }
    return !file->why;
}

static bool read_model(Wire message, OnnxModel *out) {
    WireFile *file = message.file;
    const char *producer = "", *version = "";
    bool has_graph = false;
    Wire part;
    *out = (OnnxModel){.graph = ""};
    out->opsets = room_for(message, MODEL_OPSET_IMPORT, sizeof *out->opsets);
    out->properties = room_for(message, MODEL_METADATA_PROPS, sizeof *out->properties);
    for (WireField field; wire_next(&message, &field);) {
        bool good = true;
        switch (field.number) {
        case MODEL_IR_VERSION:
            good = wire_int(file, &field, "ModelProto.ir_version", &out->ir_version);
            break;
        case MODEL_PRODUCER_NAME:
            good = wire_text(file, &field, "ModelProto.producer_name", &producer);
            break;
        case MODEL_PRODUCER_VERSION:
            good = wire_text(file, &field, "ModelProto.producer_version", &version);
            break;
        case MODEL_GRAPH:
            good = sole_message(file, &field, "ModelProto.graph", &has_graph, &part) &&
                   read_graph(part, out);
            break;
        case MODEL_OPSET_IMPORT:
            good = wire_message(file, &field, "ModelProto.opset_import", &part) &&
                   read_opset(part, &out->opsets[out->n_opsets++]);
            break;
        case MODEL_METADATA_PROPS:
            good = wire_message(file, &field, "ModelProto.metadata_props", &part) &&
                   read_property(part, &out->properties[out->n_properties++]);
            break;
        case MODEL_FUNCTIONS: out->n_functions++; break;
        default: break;
        }
        if (!good) return false;
    }
    if (!file->why && !has_graph)
        return wire_fault(file, file->len, "the file ends and has no graph: it is no ONNX model");
    out->producer = arena_printf(file->arena, "%s%s%s", producer, *version ? " " : "", version);
    return !file->why;
}

const char *onnx_read(Arena *arena, const unsigned char *bytes, size_t len, const OnnxModel **out) {
    WireFile file = {.arena = arena, .bytes = bytes, .len = len};
    OnnxModel *model = ARENA_NEW(arena, OnnxModel);
    if (!read_model(wire_of(&file), model)) return file.why;
    *out = model;
    return NULL;
}

const OnnxAttribute *onnx_attribute(const OnnxNode *node, const char *name) {
    for (size_t i = 0; i < node->n_attributes; i++)
        if (strcmp(node->attributes[i].name, name) == 0) return &node->attributes[i];
    return NULL;
}
