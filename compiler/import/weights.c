/* A header, then the numbers in the order of the keys. A parameter whose initializer stands in the
 * file already is tied to it, so that what the model shares stays shared. */
#include "import/weights.h"

#include "import/constant.h"
#include "import/names.h"
#include "import/statements.h"
#include "import/table.h"
#include "weights/safetensors_write.h"

#include <stdlib.h>

typedef VEC(SafetensorsEntry) Entries;

/* True for the numbers of an initializer as they are in the model: f32, none left out. */
static const void *as_they_are(const Constant *constant) {
    if (!constant_is_dense(constant)) return NULL;
    if (constant->floats) return constant->floats + constant->offset;
    if (!constant->tensor || constant->tensor->type != ONNX_FLOAT) return NULL;
    return constant->tensor->bytes + 4 * (size_t)constant->offset;
}

/* The key under which an initializer is written, by its name and the shape it has there. */
static const char *shared_key(Import *im, const Param *param) {
    Text text = text_in(im->arena);
    text_printf(&text, "%s of %s", param->name, param->onnx);
    for (int i = 0; i < param->numbers.rank; i++)
        text_printf(&text, " %lld/%lld", (long long)param->numbers.extent[i],
                    (long long)param->numbers.stride[i]);
    return text_str(&text);
}

/* One parameter of a layer at `path`. `shared` is NULL inside of a def, whose layers cannot tell
 * what one use of it shares with others. */
static void collect_param(Import *im, Param *param, const char *path, NameTable *shared,
                          Entries *entries) {
    const char *first = NULL, *key = NULL;
    if (shared && param->onnx[0]) {
        key = shared_key(im, param);
        first = table_get(shared, key);
    }
    if (first) {
        param->text = arena_printf(im->arena, "tied(%s)", name_string(im->arena, first));
        return;
    }
    param->key = arena_printf(im->arena, "%s.%s", path, param->name);
    const void *data = as_they_are(&param->numbers);
    if (!data) data = constant_all(im->arena, &param->numbers);
    SafetensorsEntry entry = {param->key, param->numbers.rank, {0}, data};
    for (int j = 0; j < entry.rank; j++) entry.extent[j] = param->numbers.extent[j];
    VEC_PUSH(im->arena, entries, entry);
    if (key) table_set(shared, key, (void *)(uintptr_t)path);
}

static void collect(Import *im, Layer *layer, const char *path, NameTable *shared,
                    Entries *entries);

/* What a use of a def stands for: its parts have the paths of the body's. A repeat has the number
 * of the instance behind its label, or before the name of the def. */
static void collect_use(Import *im, const Layer *use, const char *path, Entries *entries) {
    const Def *def = use->def;
    for (size_t i = 0; i < (use->repeats ? use->repeats : 1) * def->n_body; i++) {
        const char *prefix = path, *part = def->body[i % def->n_body]->path;
        if (use->repeats)
            prefix = arena_printf(im->arena, "%s.%zu%s%s", path, i / def->n_body,
                                  use->label ? "" : ".", use->label ? "" : def->name);
        collect(im, use->members[i], arena_printf(im->arena, "%s.%s", prefix, part), NULL, entries);
    }
}

static void collect(Import *im, Layer *layer, const char *path, NameTable *shared,
                    Entries *entries) {
    if (layer->def) collect_use(im, layer, path, entries);
    NameTable *table = layer->label ? shared : NULL;
    for (size_t i = 0; i < layer->n_params; i++)
        if (!layer->params[i].text) collect_param(im, &layer->params[i], path, table, entries);
}

void weights_collect(Import *im, ImportResult *out) {
    Entries entries = {0};
    NameTable *shared = table_create(im->arena);
    /* as the text has them: what is tied stands behind what it is tied to */
    Statements all =
        statements_of(im, im->layers.at, im->layers.len, im->outputs.at, im->outputs.len);
    for (size_t i = 0; i < all.len; i++)
        for (size_t j = 0; j < all.at[i].n; j++)
            collect(im, all.at[i].layers[j], all.at[i].layers[j]->path, shared, &entries);
    out->has_weights = entries.len > 0;
    if (out->has_weights)
        safetensors_write(im->arena, entries.at, entries.len, &out->weights, &out->parameters);
}
