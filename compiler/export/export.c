/* Node after node in the order of the graph, which is that of the data. */
#include "export/export.h"

#include "export/layers.h"

#include <string.h>

/* No default: a new operator is missing here until it is exported. */
static void export_node(Builder *builder, const Graph *graph) {
    switch (builder->node->op) {
    case OP_INPUT:
    case OP_KINDS: break;
    case OP_CONSTANT: export_constant(builder); break;
    case OP_F32: export_f32(builder); break;
    case OP_CONV: export_conv(builder); break;
    case OP_TCONV: export_tconv(builder); break;
    case OP_MAXPOOL:
    case OP_MINPOOL:
    case OP_AVGPOOL:
    case OP_SUMPOOL:
    case OP_LPPOOL: export_pool(builder); break;
    case OP_DENSE: export_dense(builder); break;
    case OP_FLATTEN: export_flatten(builder); break;
    case OP_CONCAT: export_concat(builder); break;
    case OP_SPLIT: export_split(builder, graph); break;
    case OP_CROP: export_crop(builder); break;
    case OP_PAD: export_pad(builder); break;
    case OP_RESHAPE: export_reshape(builder); break;
    case OP_PERMUTE: export_permute(builder); break;
    case OP_UPSAMPLE: export_upsample(builder); break;
    case OP_PIXEL_SHUFFLE: export_pixel_shuffle(builder); break;
    case OP_PIXEL_UNSHUFFLE: export_pixel_unshuffle(builder); break;
    case OP_ABS:
    case OP_SQRT:
    case OP_RECIPROCAL:
    case OP_EXP:
    case OP_LOG:
    case OP_POWER:
    case OP_RELU:
    case OP_TANH:
    case OP_SIGMOID:
    case OP_SILU:
    case OP_GELU:
    case OP_GELU_TANH:
    case OP_MISH:
    case OP_SOFTPLUS:
    case OP_SOFTSIGN:
    case OP_ELU:
    case OP_SELU:
    case OP_LEAKY_RELU:
    case OP_HARD_SIGMOID:
    case OP_HARD_SWISH:
    case OP_CLIP:
    case OP_SOFTMAX:
    case OP_LOG_SOFTMAX:
    case OP_ADD:
    case OP_SUB:
    case OP_MUL:
    case OP_DIV:
    case OP_DIVIDE_NO_NAN:
    case OP_MAXIMUM:
    case OP_MINIMUM: export_pointwise(builder); break;
    case OP_PRELU: export_prelu(builder); break;
    case OP_SCALE: export_scale(builder); break;
    case OP_BATCHNORM: export_batchnorm(builder); break;
    case OP_AFFINE: export_affine(builder); break;
    case OP_INSTANCENORM: export_instancenorm(builder); break;
    case OP_GROUPNORM: export_groupnorm(builder); break;
    case OP_LAYERNORM: export_layernorm(builder); break;
    case OP_ARGMAX: export_argmax(builder); break;
    case OP_MATMUL: export_matmul(builder); break;
    case OP_SCALE_BY: export_scale_by(builder); break;
    }
}

static OnnxValueInfo value_info(const char *name, const TensorType *type) {
    OnnxValueInfo info = {.name = name,
                          .type = type->dtype == DTYPE_U8 ? ONNX_UINT8 : ONNX_FLOAT,
                          .has_shape = true,
                          .rank = type->rank};
    for (int i = 0; i < type->rank; i++) info.extent[i] = (OnnxExtent){type->axes[i].extent, ""};
    return info;
}

/* Inputs and outputs have their names before anything else can take them; a value that is an output
 * under its own name is made under it. */
static void reserve_names(Builder *builder, const Graph *graph) {
    for (size_t i = 0; i < graph->inputs.len; i++) {
        const Value *input = graph->inputs.at[i];
        builder->stored_names[input->id] = names_unique(&builder->names, input->name);
    }
    for (size_t i = 0; i < graph->outputs.len; i++) {
        const GraphOutput *output = &graph->outputs.at[i];
        const char **stored = &builder->stored_names[output->value->id];
        bool is_new = names_add(&builder->names, output->name);
        if (is_new && !*stored && strcmp(output->name, output->value->name) == 0)
            *stored = output->name;
    }
}

/* An output under another name than its value's is a copy. */
static void export_output(Builder *builder, const GraphOutput *output, OnnxValueInfo *info) {
    builder->node = output->value->producer;
    const char *name = value_in(builder, output->value, STORED);
    if (strcmp(name, output->name) != 0) PUT(builder, "Identity", output->name, name);
    *info = value_info(output->name, &output->value->type);
}

const OnnxModel *export_graph(Arena *arena, const Graph *graph, const char *producer) {
    Builder builder = {.arena = arena, .names = {.arena = arena}, .node_names = {.arena = arena}};
    builder.forms = arena_calloc(arena, graph->values.len, sizeof *builder.forms);
    builder.stored_names = ARENA_ARRAY(arena, const char *, graph->values.len);
    builder.statements = text_in(arena);
    reserve_names(&builder, graph);
    OnnxModel *model = ARENA_NEW(arena, OnnxModel);
    *model = (OnnxModel){.ir_version = EXPORT_IR_VERSION,
                         .producer = producer,
                         .graph = graph->model,
                         .n_opsets = 1,
                         .n_inputs = graph->inputs.len,
                         .n_outputs = graph->outputs.len};
    model->opsets = ARENA_NEW(arena, OnnxOpset);
    model->opsets[0] = (OnnxOpset){"", EXPORT_OPSET};
    model->inputs = ARENA_ARRAY(arena, OnnxValueInfo, model->n_inputs);
    model->outputs = ARENA_ARRAY(arena, OnnxValueInfo, model->n_outputs);
    for (size_t i = 0; i < model->n_inputs; i++) {
        const char *name = new_value_in(&builder, graph->inputs.at[i], STORED);
        model->inputs[i] = value_info(name, &graph->inputs.at[i]->type);
    }
    for (size_t i = 0; i < graph->nodes.len; i++) {
        builder.node = graph->nodes.at[i];
        export_node(&builder, graph);
    }
    for (size_t i = 0; i < model->n_outputs; i++)
        export_output(&builder, &graph->outputs.at[i], &model->outputs[i]);
    model->properties = ARENA_NEW(arena, OnnxProperty);
    model->properties[0] = (OnnxProperty){EXPORT_VALUES, text_str(&builder.statements)};
    model->n_properties = 1;
    model->nodes = builder.nodes.at;
    model->n_nodes = builder.nodes.len;
    model->initializers = builder.initializers.at;
    model->n_initializers = builder.initializers.len;
    return model;
}
