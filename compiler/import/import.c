/* The way from a model to text: order, values, layers, rewriting, names. */
#include "import/import.h"

#include "import/blocks.h"
#include "import/bytes.h"
#include "import/emit.h"
#include "import/held.h"
#include "import/layouts.h"
#include "import/names.h"
#include "import/node.h"
#include "import/ops.h"
#include "import/order.h"
#include "import/outside.h"
#include "import/print.h"
#include "import/rewrite.h"
#include "import/said_layers.h"
#include "import/stated.h"
#include "import/turned.h"
#include "import/undone.h"
#include "import/weights.h"
#include "import/words.h"

#include <stdlib.h>

static void problem(Import *im, const char *help, const char *what) {
    ImportProblem one = {NULL, im->model->n_nodes, what, help};
    VEC_PUSH(im->arena, &im->report->problems, one);
}

static void add_initializer(Import *im, const OnnxTensor *tensor) {
    Value *value = ARENA_NEW(im->arena, Value);
    Constant *constant = ARENA_NEW(im->arena, Constant);
    *value = (Value){.onnx = tensor->name, .constant = constant};
    table_set(im->names, tensor->name, value);
    const char *why;
    const OnnxTensor *here = tensor_here(im, tensor, &why);
    if (!here) {
        value->failed = true;
        problem(im, "put the files that belong to the model into its folder", why);
    } else if (!constant_of(im->arena, here, constant)) {
        value->failed = true;
        problem(
            im, NULL,
            arena_printf(im->arena,
                         "netc cannot read the initializer %s (type %d, shape %s): quantized "
                         "weights, texts and large tables of whole numbers are not said in .net",
                         quoted(im->arena, tensor->name), tensor->type,
                         sizes_text(im->arena,
                                    tensor->rank < CONSTANT_RANK ? tensor->rank : CONSTANT_RANK,
                                    tensor->extent)));
    } else if (may_be_held(constant)) {
        const Stated *stated = stated_of(im, tensor->name, constant->rank);
        if (stated && stated->op && strcmp(stated->op, "constant") == 0)
            table_set(im->names, tensor->name, stated_constant(im, stated, value));
    }
}

static const ImportShape *given_shape(const Import *im, const char *name) {
    for (size_t i = 0; i < im->options->n_shapes; i++)
        if (strcmp(im->options->shapes[i].input, name) == 0) return &im->options->shapes[i];
    return NULL;
}

/* The option that would fix an input's shape, with 1 for a batch and 224 for the rest. */
static const char *example(Import *im, const OnnxValueInfo *input) {
    int64_t extent[ONNX_MAX_RANK];
    for (int i = 0; i < input->rank; i++)
        extent[i] = input->extent[i].size > 0 ? input->extent[i].size : i == 0 ? 1 : 224;
    Text name = text_in(im->arena);
    text_quote(&name, input->name, strlen(input->name));
    return arena_printf(im->arena, "--input-shape '%s=%s'", text_str(&name),
                        sizes_text(im->arena, input->rank, extent));
}

/* Extents of an input: those of the model, of the option, and 1 for an unknown batch. False after a
 * report. */
static bool input_extents(Import *im, const OnnxValueInfo *input, int *rank, int64_t *extent) {
    const ImportShape *given = given_shape(im, input->name);
    const char *name = quoted(im->arena, input->name);
    *rank = given ? given->rank : input->rank;
    if (!given && !input->has_shape) {
        problem(im, "give it one, as --input-shape NAME=1x3x224x224",
                arena_printf(im->arena, "input %s has no shape", name));
        return false;
    }
    if ((given && input->has_shape && given->rank != input->rank) || *rank < 1 ||
        *rank > MAX_RANK) {
        problem(im, NULL,
                arena_printf(im->arena, "input %s has %d axes%s", name, input->rank,
                             given ? "; --input-shape gives another number of them"
                                   : "; netc takes 1 to 5"));
        return false;
    }
    bool unknown = false, batch = false;
    for (int i = 0; i < *rank; i++) {
        int64_t own = input->has_shape ? input->extent[i].size : -1;
        extent[i] = given ? given->extent[i] : own;
        if (given && own > 0 && own != extent[i]) {
            problem(im, "leave it as it is, or export the model for another size",
                    arena_printf(im->arena, "the model fixes axis %d of input %s to %lld", i, name,
                                 (long long)own));
            return false;
        }
        if (extent[i] >= 1 && extent[i] <= MAX_EXTENT) continue;
        if (i == 0 && *rank > 1 && !given)
            batch = true;
        else
            unknown = true;
        extent[i] = 1;
    }
    if (unknown) {
        problem(
            im, arena_printf(im->arena, "fix its sizes: %s", example(im, input)),
            arena_printf(im->arena, "the sizes of input %s are not known before it runs", name));
        return false;
    }
    if (batch)
        VEC_PUSH(im->arena, &im->report->notes,
                 arena_printf(im->arena, "the batch of %s is taken as 1 (%s)", name,
                              example(im, input)));
    return true;
}

static void add_input(Import *im, const OnnxValueInfo *input, const NameTable *turned) {
    Value *value = ARENA_NEW(im->arena, Value);
    *value = (Value){.onnx = input->name};
    table_set(im->names, input->name, value);
    value->failed = !input_extents(im, input, &value->rank, value->extent);
    if (value->failed) return;
    value->stated = stated_of(im, value->onnx, value->rank);
    bool last = table_get(turned, input->name) != NULL;
    const char *const *axes = value->stated ? value->stated->axes : axes_usual(value->rank, last);
    for (int i = 0; i < value->rank; i++) value->axes[i] = axes[i];
    if (input->type == ONNX_UINT8) {
        bytes_add_input(im, value);
        return;
    }
    if (input->type != ONNX_FLOAT && input->type != ONNX_FLOAT16 && input->type != ONNX_DOUBLE &&
        input->type != ONNX_BFLOAT16) {
        value->failed = true;
        problem(im, "netc takes f32, and u8",
                arena_printf(im->arena, "input %s is of type %d, not of real numbers or bytes",
                             quoted(im->arena, input->name), input->type));
        return;
    }
    if (input->type != ONNX_FLOAT)
        VEC_PUSH(im->arena, &im->report->notes,
                 arena_printf(im->arena, "input %s becomes f32", quoted(im->arena, input->name)));
}

static void add_inputs(Import *im, const NameTable *turned) {
    for (size_t i = 0; i < im->model->n_initializers; i++)
        add_initializer(im, &im->model->initializers[i]);
    for (size_t i = 0; i < im->model->n_inputs; i++)
        if (!table_get(im->names, im->model->inputs[i].name))
            add_input(im, &im->model->inputs[i], turned);
    for (size_t i = 0; i < im->options->n_shapes; i++) {
        const Value *value = table_get(im->names, im->options->shapes[i].input);
        if (value && !value->constant) continue;
        problem(im, NULL,
                arena_printf(im->arena, "the model has no input %s, which --input-shape names",
                             quoted(im->arena, im->options->shapes[i].input)));
    }
}

/* Inputs that something depends on, in the order of the model. */
static void keep_inputs(Import *im) {
    for (size_t i = 0; i < im->model->n_inputs; i++) {
        Value *value = table_get(im->names, im->model->inputs[i].name);
        if (!value || value->constant) continue;
        bool converted = value->layer && value->layer->in[0]->is_u8;
        VEC_PUSH(im->arena, &im->inputs, converted ? value->layer->in[0] : value);
    }
}

static void add_outputs(Import *im) {
    for (size_t i = 0; i < im->model->n_outputs; i++) {
        const char *name = im->model->outputs[i].name;
        Value *value = table_get(im->names, name);
        if (!value)
            problem(
                im, "the file is damaged",
                arena_printf(im->arena, "nothing makes the output %s", quoted(im->arena, name)));
        else if (value->constant && !value->failed &&
                 (im->inputs.len == 0 || !may_be_held(value->constant)))
            problem(
                im, "leave it out of the model",
                arena_printf(im->arena, "the output %s is a constant", quoted(im->arena, name)));
        else if (bytes_are(im, name))
            problem(im, "cast it to float before",
                    arena_printf(im->arena, "the output %s is of bytes", quoted(im->arena, name)));
        else if (value->constant && !value->failed)
            VEC_PUSH(
                im->arena, &im->outputs,
                hold_constant(im, name, value->constant, axes_usual(value->constant->rank, false)));
        else
            VEC_PUSH(im->arena, &im->outputs, value);
    }
    if (im->model->n_outputs == 0) problem(im, NULL, "the model has no output");
}

/* Opset of ONNX's own operators. False after a report. */
static bool find_opset(Import *im) {
    enum { OLDEST = 7, NEWEST = 28 };
    for (size_t i = 0; i < im->model->n_opsets; i++) {
        const OnnxOpset *opset = &im->model->opsets[i];
        if (is_own_domain(opset->domain)) im->opset = opset->version;
    }
    bool needed = false; /* else its nodes are refused for their domain */
    for (size_t i = 0; i < im->model->n_nodes; i++)
        needed = needed || is_own_domain(im->model->nodes[i].domain);
    if ((im->opset >= OLDEST && im->opset <= NEWEST) || !needed) return true;
    if (im->opset == 0)
        problem(im, "the file is damaged, or of a very old exporter",
                "the model does not say which opset of ONNX it uses");
    else
        problem(im, "convert it with onnx.version_converter",
                arena_printf(im->arena, "the model uses opset %lld of ONNX; netc reads %d to %d",
                             (long long)im->opset, OLDEST, NEWEST));
    return false;
}

/* The version of the format. False after a report. */
static bool check_version(Import *im) {
    enum { OLDEST = 3, NEWEST = 14 };
    long long version = (long long)im->model->ir_version;
    if (version >= OLDEST && version <= NEWEST) return true;
    problem(im, "write it anew with a current version of the package onnx",
            arena_printf(im->arena, "the model is of IR version %lld; netc reads %d to %d", version,
                         OLDEST, NEWEST));
    return false;
}

/* How many numbers the nodes may compute of constants: for shapes, and some for each of the model's
 * own, so that a small file cannot ask for much. */
static int64_t most_computed(const OnnxModel *model) {
    enum { ALWAYS = 1 << 22, EACH = 8 };
    int64_t most = ALWAYS;
    for (size_t i = 0; i < model->n_initializers; i++)
        most += EACH * (int64_t)(model->initializers[i].len);
    return most;
}

/* Reports a network beyond the limits of netc: in layers, or in bytes of weights. */
static void check_limits(Import *im) {
    int64_t numbers = 0, most = (int64_t)(im->options->max_memory / sizeof(float));
    if (im->layers.len > im->options->max_layers)
        problem(im, "`netc limits` names the limits",
                arena_printf(im->arena, "the network has %zu layers; netc takes up to %zu",
                             im->layers.len, im->options->max_layers));
    for (size_t i = 0; i < im->layers.len; i++) {
        const Layer *layer = im->layers.at[i];
        for (size_t j = 0; j < layer->n_params; j++) {
            const Param *param = &layer->params[j];
            if (param->text) continue;
            numbers += param->numbers.elems;
            if (numbers <= most) continue;
            Node node = {.onnx = layer->node, .number = layer->number};
            refuse(im, &node, "allow more by --max-memory",
                   "with its %s the network needs %lld numbers; netc's memory here is for %lld",
                   param->name, (long long)numbers, (long long)most);
            return;
        }
    }
}

static int by_number(const void *a, const void *b) {
    size_t first = ((const ImportProblem *)a)->number, second = ((const ImportProblem *)b)->number;
    return (first > second) - (first < second);
}

static void note_wanted(Import *im) {
    static const OnnxNode several = {0};
    const OnnxModel *model = im->model;
    im->wanted = table_create(im->arena);
    for (size_t i = 0; i < model->n_nodes; i++)
        for (size_t j = 0; j < model->nodes[i].n_inputs; j++) {
            const char *name = model->nodes[i].inputs[j];
            const OnnxNode *user = table_get(im->wanted, name) ? &several : &model->nodes[i];
            if (name[0]) table_set(im->wanted, name, (void *)(uintptr_t)user);
        }
    for (size_t i = 0; i < model->n_outputs; i++)
        table_set(im->wanted, model->outputs[i].name, (void *)(uintptr_t)&several);
}

/* The layers of the model, or reports. */
static void translate(Import *im) {
    if (!check_version(im) || !find_opset(im)) return;
    const size_t *order = order_nodes(im);
    if (!order) return;
    note_wanted(im);
    stated_read(im);
    add_inputs(im, find_turned(im, order));
    for (size_t i = 0; i < im->model->n_nodes; i++) import_node(im, order[i]);
    keep_inputs(im);
    add_outputs(im);
    if (im->report->problems.len == 0) rewrite_layers(im);
    if (im->report->problems.len == 0) check_limits(im);
}

void import_model(Arena *arena, const OnnxModel *model, const ImportOptions *options,
                  ImportReport *report, ImportResult *out) {
    Import im = {.arena = arena, .model = model, .options = options, .report = report};
    im.names = table_create(arena);
    im.most_computed = most_computed(model);
    *out = (ImportResult){.text = text_in(arena)};
    translate(&im);
    if (report->problems.len > 0) {
        qsort(report->problems.at, report->problems.len, sizeof *report->problems.at, by_number);
        return;
    }
    say_layers(&im);
    lay_out(&im);
    out->layers = im.layers.len;
    name_layers(&im);
    find_undone(&im);
    find_blocks(&im);
    print_names(&im);
    weights_collect(&im, out);
    print_net(&im, out->has_weights, &out->text);
}
