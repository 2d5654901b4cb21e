/* The words, calls and lists that stand for numbers. */
#include "sema/sources.h"

#include "base/suggest.h"

#include "sema/eval.h"
#include "sema/weight_file.h"
#include "sema/weight_tensor.h"

#include <string.h>

static WeightSource *new_source(Sema *sema, WeightSourceKind kind) {
    WeightSource *source = ARENA_NEW(sema->arena, WeightSource);
    source->kind = kind;
    return source;
}

static const WeightSource *fill_source(Sema *sema, float value) {
    WeightSource *source = new_source(sema, WEIGHT_FILL);
    source->value = value;
    return source;
}

const WeightSource *random_source(Sema *sema, RandomRule rule, uint64_t seed) {
    if (rule.is_filled) return fill_source(sema, rule.value);
    WeightSource *source = new_source(sema, WEIGHT_RANDOM);
    source->seed = seed;
    return source;
}

/* The one word that names a source, or NULL. */
static const AstName *source_name(const AstExpr *value) {
    if (value->kind == AST_CALL && !value->call.piped && !value->call.callee.second.text)
        return &value->call.callee.first;
    return value->kind == AST_NAME && !value->name.second.text ? &value->name.first : NULL;
}

/* N0208, with the help to say `none` for another framework's False. */
static const WeightSource *report_source(Sema *sema, const AstExpr *value, const AttrDef *role) {
    bool may_lack = strncmp(role->words, "none", 4) == 0;
    bool is_false = value->kind == AST_AXIS && strcmp(value->axis.text, "False") == 0;
    Diag *diag =
        diag_add(sema->diags, N0208, value->span,
                 "`%s` cannot be `%s`; it is one of %szeros, ones, fill(v), "
                 "random(seed=s), file(\"w.npy\"), tied(layer), a list of numbers" FACTS(
                     "attribute given -"),
                 attr_text(role->name), quote_span(sema, value->span), may_lack ? "none, " : "");
    diag_here(diag, "not a source of numbers");
    if (may_lack && is_false) {
        DiagHelp *help = diag_help(diag, FIX_AUTO, "leave the %s out", attr_text(role->name));
        diag_edit(help, value->span, "none");
    }
    const AstName *name = source_name(value);
    if (!name) return NULL;
    Suggestion suggestion = suggest_among_few(name->text);
    suggest_words(&suggestion, sema->arena,
                  value->kind == AST_CALL ? "fill random file tied"
                  : may_lack              ? "none zeros ones"
                                          : "zeros ones");
    suggest_edits(&suggestion, diag, name->span);
    return NULL;
}

/* fill(0.5) */
static const WeightSource *fill_call(Sema *sema, const AstExpr *value) {
    const AstArg *arg = value->call.args;
    double number;
    if (value->call.n_args != 1 || arg->kind != AST_ARG_POSITIONAL) {
        Diag *diag = diag_add(sema->diags, N0206, value->span,
                              "`fill` takes 1 number, got %zu" FACTS("got"), value->call.n_args);
        diag_here(diag, "one number for all places: fill(0.5)");
        return NULL;
    }
    if (!eval_f32(sema, arg->value, "`fill`", &number)) return NULL;
    return fill_source(sema, (float)number);
}

/* ---- file("w.npz", "key", axes=[H, W, C, F]) ---- */

static bool report_file_call(Sema *sema, Span where, const char *what, const char *here) {
    Diag *diag = diag_add(sema->diags, N0206, where, "`file` takes %s" FACTS("wanted"), what);
    diag_here(diag, "%s", here);
    return false;
}

/* Sorts the arguments of the call into the request. */
static bool read_file_call(Sema *sema, const AstExpr *value, TensorRequest *request) {
    static const char *const form = "file(\"w.npy\"), file(\"w.npz\", \"key\", axes=[H, W, C, F])";
    for (size_t i = 0; i < value->call.n_args; i++) {
        const AstArg *arg = &value->call.args[i];
        bool is_string = arg->kind == AST_ARG_POSITIONAL && arg->value->kind == AST_STRING;
        if (is_string && !request->file) {
            request->file = arg->value;
        } else if (is_string && !request->key_expr) {
            request->key_expr = arg->value;
        } else if (arg->kind == AST_ARG_NAMED && strcmp(arg->name.text, "axes") == 0 &&
                   !request->axes) {
            request->axes = arg->value;
        } else {
            return report_file_call(sema, arg->span, "a file, a key, and `axes`", form);
        }
    }
    return request->file || report_file_call(sema, value->span, "the name of a file", form);
}

static const WeightSource *file_call(Sema *sema, const LayerCall *call, const Node *node,
                                     AttrName role, const Param *param, const AstExpr *value) {
    TensorRequest request = {.param = param,
                             .node = node,
                             .call = call->expr,
                             .role = role,
                             .source = value,
                             .key = param->key};
    if (!read_file_call(sema, value, &request)) return NULL;
    const WeightFile *file = weight_file_named(sema, request.file);
    if (!file) return NULL;
    if (file->format == FORMAT_NPY) {
        if (request.key_expr) {
            report_file_call(sema, request.key_expr->span, "no key for a .npy",
                             "it holds one tensor, without a name");
            return NULL;
        }
        return tensor_source(sema, &request, file, &file->tensors[0]);
    }
    if (request.key_expr) request.key = request.key_expr->string.bytes;
    const WeightTensor *tensor = weight_file_find(file, request.key);
    if (tensor) return tensor_source(sema, &request, file, tensor);
    report_no_tensor(sema, file, request.file, param, request.key, 0);
    return NULL;
}

/* ---- [[[[1, 0, -1]]]] ---- */

/* A nested list and what was read of it. */
typedef struct Literal {
    Sema *sema;
    int rank; /* depth of the first elements */
    int64_t extent[MAX_RANK];
    int64_t rows[MAX_RANK]; /* by depth: lists that were met */
    VEC(float) numbers;
} Literal;

/* The shape is that of the first elements: what differs from them is ragged. */
static bool find_shape(Literal *literal, const AstExpr *list) {
    for (; list->kind == AST_LIST; list = list->list.at[0].value) {
        if (literal->rank == MAX_RANK) return false;
        literal->extent[literal->rank++] = (int64_t)list->list.len;
        if (list->list.len == 0) return true;
    }
    return true;
}

static bool report_ragged(const Literal *literal, const AstExpr *expr, const char *is) {
    Diag *diag = diag_add(literal->sema->diags, N0505, expr->span,
                          "the literal is ragged: %s" FACTS("reason"), is);
    diag_here(diag, "not like what is before it");
    return false;
}

/* Appends the numbers of a part at `depth`, which must be shaped as the first parts were. */
static bool read_part(Literal *literal, const AstExpr *expr, int depth) {
    Sema *sema = literal->sema;
    bool is_list = expr->kind == AST_LIST;
    if (expr->kind == AST_ERROR) return false;
    if (depth == literal->rank) {
        double number;
        if (is_list) return report_ragged(literal, expr, "a list stands among numbers");
        if (!eval_f32(sema, expr, "the list", &number)) return false;
        VEC_PUSH(sema->arena, &literal->numbers, (float)number);
        return true;
    }
    if (!is_list) return report_ragged(literal, expr, "a number stands among lists");
    int64_t row = ++literal->rows[depth], len = (int64_t)expr->list.len;
    if (len != literal->extent[depth])
        return report_ragged(literal, expr,
                             arena_printf(sema->arena, "row %lld has %lld value%s, row 1 has %lld",
                                          (long long)row, (long long)len, len == 1 ? "" : "s",
                                          (long long)literal->extent[depth]));
    for (size_t i = 0; i < expr->list.len; i++) {
        const AstEntry *entry = &expr->list.at[i];
        if (entry->axis.text) {
            Diag *diag = diag_add(sema->diags, N0105, entry->span,
                                  "the list wants numbers, this is the size of an axis");
            diag_here(diag, "write the number alone");
            return false;
        }
        if (!read_part(literal, entry->value, depth + 1)) return false;
    }
    return true;
}

static const WeightSource *list_source(Sema *sema, const Node *node, const Param *param,
                                       const AstExpr *list) {
    Literal literal = {.sema = sema};
    bool fits = find_shape(&literal, list);
    if (fits && !read_part(&literal, list, 0)) return NULL;
    fits = fits && literal.rank == param->rank;
    for (int i = 0; fits && i < param->rank; i++) fits = literal.extent[i] == param->extent[i];
    if (fits) {
        WeightSource *source = new_source(sema, WEIGHT_LIST);
        source->numbers = literal.numbers.at;
        return source;
    }
    Diag *diag = diag_add(sema->diags, N0503, list->span,
                          "weight `%s` has the wrong shape" FACTS("parameter"),
                          quote_text(sema, param->key, strlen(param->key)));
    if (literal.rank == MAX_RANK)
        diag_here(diag, "is a list of 5 axes or more");
    else
        diag_here(diag, "is %s" FACTS("actual[]"),
                  extents_text(sema, "", literal.rank, literal.extent));
    diag_label(diag, param->span, "needs %s" FACTS("needed"),
               extents_text(sema, param->axes, param->rank, param->extent));
    trace_channels(sema, diag, node, param, literal.rank, literal.extent);
    return NULL;
}

const WeightSource *own_source(Sema *sema, const LayerCall *call, Node *node, AttrName role,
                               const Param *param, RandomRule random) {
    const AstExpr *value = call->attrs[role].value;
    if (value->kind == AST_ERROR) return NULL;
    if (value->kind == AST_LIST) return list_source(sema, node, param, value);
    if (value->kind == AST_NAME && !value->name.second.text) {
        if (strcmp(value->name.first.text, "zeros") == 0) return fill_source(sema, 0);
        if (strcmp(value->name.first.text, "ones") == 0) return fill_source(sema, 1);
    }
    bool is_call = value->kind == AST_CALL && !value->call.piped && !value->call.label.text &&
                   !value->call.callee.second.text;
    const char *callee = is_call ? value->call.callee.first.text : "";
    uint64_t seed;
    if (strcmp(callee, "random") == 0)
        return random_seed(sema, value, &seed) ? random_source(sema, random, seed) : NULL;
    if (strcmp(callee, "fill") == 0) return fill_call(sema, value);
    if (strcmp(callee, "file") == 0) return file_call(sema, call, node, role, param, value);
    if (strcmp(callee, "tied") == 0) return tied_source(sema, call, node, role, param, value);
    return report_source(sema, value, layer_attr(call->layer, role));
}
