/* The text: a head, the defs, a line for each statement. What a statement says of its last value
 * are its sizes, where these differ from those of the line before. */
#include "import/print.h"

#include "import/emit.h"
#include "import/names.h"
#include "import/pattern.h"
#include "import/statements.h"
#include "import/table.h"
#include "import/undone.h"
#include "import/words.h"

#include <stdlib.h>

/* The layer of a statement that gives it its name: a window with parameters, else the first that
 * has some, else the last. */
static const Layer *speaker(const Statement *statement) {
    for (size_t i = 0; i < statement->n; i++)
        if (statement->layers[i]->n_params && statement->layers[i]->window)
            return statement->layers[i];
    for (size_t i = 0; i < statement->n; i++)
        if (statement->layers[i]->n_params || statement->layers[i]->def)
            return statement->layers[i];
    return statement->layers[statement->n - 1];
}

static void give_paths(Arena *arena, const Statement *statement, const char *name) {
    NameTable *before = table_create(arena);
    for (size_t i = 0; i < statement->n; i++) {
        Layer *layer = statement->layers[i];
        const char *op = layer->def ? layer->def->name : layer->op;
        uintptr_t count = (uintptr_t)table_get(before, op); /* of its kind: two need a name each */
        if (count && layer->n_params && !layer->label)
            layer->label = arena_printf(arena, "%s.%s%zu", name, op, (size_t)count + 1);
        table_set(before, layer->op, (void *)(count + 1));
        layer->path = layer->label     ? layer->label
                      : layer->repeats ? name
                                       : arena_printf(arena, "%s.%s", name, op);
    }
}

static void name_statements(Import *im, NameScope *scope, const Statements *statements,
                            const Value *result) {
    for (size_t i = 0; i < statements->len; i++) {
        const Statement *statement = &statements->at[i];
        const Layer *last = statement->layers[statement->n - 1];
        for (size_t j = 0; j < last->n_out; j++) {
            Value *value = last->out[j];
            if (!value->name && value != result)
                value->name = name_take(scope, name_wanted(im, speaker(statement), value));
        }
        give_paths(im->arena, statement, last->out[0] == result ? "out" : last->out[0]->name);
    }
}

/* A word of the language cannot be a name: "input" becomes what it is. */
static const char *input_name(const Value *value) {
    if (!is_language_word(value->onnx)) return value->onnx;
    int channel = value_axis(value, "C");
    bool is_image = value->rank - (value_axis(value, "N") != NO_AXIS) == 3 && channel != NO_AXIS &&
                    value->extent[channel] <= 4;
    return is_image ? "image" : "x";
}

void print_names(Import *im) {
    NameScope scope = name_scope(im);
    for (size_t i = 0; i < im->inputs.len; i++)
        im->inputs.at[i]->name = name_take(&scope, input_name(im->inputs.at[i]));
    for (size_t i = 0; i < im->outputs.len; i++) {
        const char *name = name_take(&scope, im->model->outputs[i].name);
        VEC_PUSH(im->arena, &im->output_names, name);
        if (!im->outputs.at[i]->name) im->outputs.at[i]->name = name;
    }
    for (size_t i = 0; i < im->defs.len; i++) {
        const Def *def = im->defs.at[i];
        NameScope own = name_scope(im);
        for (size_t j = 0; j < def->n_numbers; j++) name_keep(&own, def->numbers[j]);
        for (size_t j = 0; j < def->n_params; j++)
            def->params[j]->name = name_take(&own, j ? "y" : "x");
        Statements inner = statements_of(im, def->body, def->n_body, (Value **)&def->result, 1);
        name_statements(im, &own, &inner, def->result);
    }
    Statements all =
        statements_of(im, im->layers.at, im->layers.len, im->outputs.at, im->outputs.len);
    name_statements(im, &scope, &all, NULL);
    name_undone(im, &all);
}

/* Between the attributes of a call. */
static void comma(Text *text, bool *first) {
    text_puts(text, *first ? "" : ", ");
    *first = false;
}

static void print_attr(Text *text, bool *first, const char *name, const char *value) {
    if (!value[0]) return;
    comma(text, first);
    text_printf(text, "%s=%s", name, value);
}

/* k, s, p, d, a and round of a window. */
static void print_window(Text *text, bool *first, const Layer *layer) {
    int64_t k[MAX_SPATIAL], s[MAX_SPATIAL], d[MAX_SPATIAL], a[MAX_SPATIAL], lo[MAX_SPATIAL],
        hi[MAX_SPATIAL];
    bool is_pool = strstr(layer->op, "pool") != NULL, ceil = false;
    const char *names[MAX_SPATIAL];
    int n = layer->window;
    for (int i = 0; i < n; i++) {
        const ConvAxis *axis = &layer->axis[i];
        k[i] = axis->k;
        s[i] = axis->s;
        d[i] = axis->d;
        a[i] = axis->a;
        lo[i] = axis->pad_lo;
        hi[i] = axis->pad_hi;
        ceil = ceil || axis->ceil;
    }
    const Value *x = layer->in[0];
    for (int i = 0, at = 0; i < x->rank && at < n; i++)
        if (strcmp(x->axes[i], "N") != 0 && strcmp(x->axes[i], "C") != 0) names[at++] = x->axes[i];
    const char *const *said = layer->said;
    print_attr(text, first, "k", said[NUMBER_K] ? said[NUMBER_K] : axes_text(text->arena, n, k, 0));
    print_attr(text, first, "s",
               said[NUMBER_S] ? said[NUMBER_S] : axes_text(text->arena, n, s, is_pool ? 0 : 1));
    print_attr(text, first, "p",
               said[NUMBER_P] ? said[NUMBER_P] : pads_text(text->arena, n, names, lo, hi));
    print_attr(text, first, "d", said[NUMBER_D] ? said[NUMBER_D] : axes_text(text->arena, n, d, 1));
    print_attr(text, first, "a", axes_text(text->arena, n, a, 0));
    if (ceil) print_attr(text, first, "round", "ceil");
}

static const char *axes_list(Arena *arena, const Value *value) {
    Text text = text_in(arena);
    for (int i = 0; i < value->rank; i++)
        text_printf(&text, "%s%s: %lld", i ? ", " : "[", value->axes[i],
                    (long long)value->extent[i]);
    text_puts(&text, "]");
    return text_str(&text);
}

static void print_of(Text *text, bool *first, const Layer *layer) {
    comma(text, first);
    text_printf(text, "of %s", layer->of);
    /* groups are taken over, too */
    if (attr_said(layer->undoes, "g") && !attr_said(layer, "g")) print_attr(text, first, "g", "1");
}

/* True for a number of channels that follows from the layer that is undone. */
static bool is_channels_undone(const Layer *layer, const Attr *attr) {
    const Value *x = layer->undoes->in[0];
    return strcmp(attr->name, "c") == 0 &&
           strtoll(attr->text, NULL, 10) == x->extent[value_axis(x, "C")];
}

static void print_call(Import *im, Text *text, const Layer *layer, bool first_given) {
    bool first = true;
    if (layer->over)
        text_printf(text, "repeat %s ", layer->over);
    else if (layer->repeats)
        text_printf(text, "repeat %zu ", layer->repeats);
    text_printf(text, "%s(", layer->def ? layer->def->name : layer->op);
    for (size_t i = first_given ? 1 : 0; i < layer->n_in; i++) {
        comma(text, &first);
        text_puts(text, layer->in[i]->name);
    }
    if (layer->of) print_of(text, &first, layer);
    if (layer->all) print_attr(text, &first, "k", "all");
    for (size_t i = 0; i < layer->n_attrs; i++)
        if (!layer->of || !is_channels_undone(layer, &layer->attrs[i]))
            print_attr(text, &first, layer->attrs[i].name, layer->attrs[i].text);
    if (layer->window && !layer->of) print_window(text, &first, layer);
    if (strcmp(layer->op, "reshape") == 0)
        print_attr(text, &first, "to", axes_list(im->arena, layer->out[0]));
    for (size_t i = 0; i < layer->n_params; i++)
        if (layer->params[i].text)
            print_attr(text, &first, layer->params[i].name, layer->params[i].text);
    text_puts(text, ")");
    if (layer->label)
        text_printf(text, " @%s",
                    name_is_plain(layer->label) ? layer->label
                                                : name_string(im->arena, layer->label));
}

/* The chain of a statement. */
static void print_chain(Import *im, Text *text, const Statement *statement) {
    const Layer *head = statement->layers[0];
    bool infix = strchr("+-*/", head->op[0]) != NULL;
    if (infix)
        text_printf(text, "%s %s %s", head->in[0]->name, head->op, head->in[1]->name);
    else if (strcmp(head->op, "concat") == 0 || head->n_in == 0)
        print_call(im, text, head, false);
    else
        text_puts(text, head->in[0]->name);
    for (size_t i = infix || strcmp(head->op, "concat") == 0 || head->n_in == 0; i < statement->n;
         i++) {
        text_puts(text, " |> ");
        print_call(im, text, statement->layers[i], true);
    }
}

/* True if a reader wants the sizes: they are not those that the statement begins with. */
static bool changes_size(const Statement *statement) {
    const Layer *head = statement->layers[0], *last = statement->layers[statement->n - 1];
    if (last->n_out != 1 || head->n_in == 0) return false;
    const Value *before = head->in[0], *after = last->out[0];
    if (before->rank != after->rank) return true;
    for (int i = 0; i < after->rank; i++) {
        if (strcmp(before->axes[i], after->axes[i]) != 0) return true;
        if (strcmp(after->axes[i], "C") != 0 && before->extent[i] != after->extent[i]) return true;
    }
    return false;
}

static void print_sizes(Text *text, const Value *value) {
    text_puts(text, " -> [");
    for (int i = 0; i < value->rank; i++)
        text_printf(text, "%s%lld", i ? ", " : "", (long long)value->extent[i]);
    text_puts(text, "]");
}

static void print_def(Import *im, Text *text, const Def *def) {
    text_printf(text, "\ndef %s(", def->name);
    for (size_t i = 0; i < def->n_params; i++)
        text_printf(text, "%s%s", i ? ", " : "", def->params[i]->name);
    for (size_t i = 0; i < def->n_numbers; i++) text_printf(text, ", %s: int", def->numbers[i]);
    text_puts(text, ") {\n");
    Statements all = statements_of(im, def->body, def->n_body, (Value **)&def->result, 1);
    for (size_t i = 0; i < all.len; i++) {
        const Statement *statement = &all.at[i];
        const Layer *last = statement->layers[statement->n - 1];
        text_puts(text, last->out[0] == def->result ? "  return " : "  ");
        for (size_t j = 0; j < last->n_out && last->out[0] != def->result; j++)
            text_printf(text, "%s%s%s", j ? ", " : "", last->out[j]->name,
                        j + 1 == last->n_out ? " = " : "");
        print_chain(im, text, statement);
        text_puts(text, "\n");
    }
    text_puts(text, "}\n");
}

static void print_head(Import *im, bool has_weights, Text *text) {
    text_printf(text, "net 1\nmodel %s\n", im->options->model);
    if (has_weights)
        text_printf(text, "weights %s\n", name_string(im->arena, im->options->weights));
    for (size_t i = 0; i < im->inputs.len; i++) {
        const Value *value = im->inputs.at[i];
        text_printf(text, "input %s : %s%s\n", value->name, value->is_u8 ? "u8" : "f32",
                    axes_list(im->arena, value));
    }
}

/* True if the one output is the last thing that happens: it stands in the line that computes it. */
static bool output_is_last(const Import *im, const Statements *all) {
    if (im->outputs.len != 1 || all->len == 0) return false;
    const Statement *last = &all->at[all->len - 1];
    const Layer *layer = last->layers[last->n - 1];
    return layer->n_out == 1 && layer->out[0] == im->outputs.at[0];
}

void print_net(Import *im, bool has_weights, Text *text) {
    print_head(im, has_weights, text);
    for (size_t i = 0; i < im->defs.len; i++) print_def(im, text, im->defs.at[i]);
    Statements all =
        statements_of(im, im->layers.at, im->layers.len, im->outputs.at, im->outputs.len);
    bool inline_output = output_is_last(im, &all);
    text_puts(text, "\n");
    for (size_t i = 0; i < all.len; i++) {
        const Statement *statement = &all.at[i];
        const Layer *last = statement->layers[statement->n - 1];
        bool is_output = inline_output && i + 1 == all.len;
        if (is_output) text_puts(text, "output ");
        for (size_t j = 0; j < last->n_out; j++)
            text_printf(text, "%s%s", j ? ", " : "", last->out[j]->name);
        text_puts(text, " = ");
        print_chain(im, text, statement);
        if (is_output || changes_size(statement)) print_sizes(text, last->out[0]);
        text_puts(text, "\n");
    }
    for (size_t i = 0; i < im->outputs.len && !inline_output; i++) {
        const char *name = im->output_names.at[i], *value = im->outputs.at[i]->name;
        if (strcmp(name, value) == 0)
            text_printf(text, "output %s\n", name);
        else
            text_printf(text, "output %s = %s\n", name, value);
    }
}
