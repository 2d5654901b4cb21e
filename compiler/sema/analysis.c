/* The small helpers that every rule needs: failed tensors, quoting, words for messages. */
#include "sema/analysis.h"

#include "base/suggest.h"

#include "base/utf8.h"
#include "sema/scope.h"

#include <string.h>

/* Searches for messages in one analysis. */
enum { MAX_SEARCHES = 64 };

/* Longest quoted piece of source in a message, in bytes. */
enum { MAX_QUOTE = 60 };

Tensor tensor_failed(Sema *sema, const char *name, Span span, const TensorType *known) {
    Value *value = ARENA_NEW(sema->arena, Value);
    *value = (Value){.id = UINT32_MAX, .name = name, .span = span};
    if (sema->bind) sema->bind->silenced = true;
    Tensor tensor = {.value = value};
    if (known) tensor.known = *known;
    return tensor;
}

Tensor tensor_of(Value *value) { return (Tensor){.value = value}; }

bool tensor_is_failed(const Tensor *tensor) { return type_is_error(&tensor->value->type); }

const TensorType *type_known(const Tensor *tensor) {
    if (!tensor_is_failed(tensor)) return &tensor->value->type;
    return tensor->known.rank > 0 && !tensor->is_guess ? &tensor->known : NULL;
}

bool may_search(Sema *sema) {
    if (sema->searches >= MAX_SEARCHES) return false;
    sema->searches++;
    return true;
}

/* The longest prefix of at most `most` bytes that ends between characters. */
static size_t cut_at_character(const char *bytes, size_t len, size_t most) {
    if (len <= most) return len;
    size_t end = 0;
    for (;;) {
        size_t n = utf8_length(bytes + end, len - end);
        if (n == 0) n = 1;
        if (end + n > most) return end;
        end += n;
    }
}

const char *quote_text(Sema *sema, const char *bytes, size_t len) {
    Text text = text_in(sema->arena);
    size_t shown = cut_at_character(bytes, len, MAX_QUOTE);
    text_quote(&text, bytes, shown);
    if (shown < len) text_puts(&text, "…");
    return text_str(&text);
}

const char *quote_span(Sema *sema, Span span) {
    const SourceFile *file = sema->sources->files.at[span.file];
    return quote_text(sema, file->text + span.begin, span.end - span.begin);
}

const char *describe_binding(const Binding *binding) {
    switch (binding->kind) {
    case BIND_NUMBER: return "an integer";
    case BIND_REAL: return "a real number";
    case BIND_PAD: return "a padding";
    default: return "a tensor";
    }
}

const char *callee_text(Sema *sema, const AstExpr *call) {
    const AstPath *path = &call->call.callee;
    if (!path->second.text) return path->first.text;
    return arena_printf(sema->arena, "%s.%s", path->first.text, path->second.text);
}

const char *describe_expr(Sema *sema, const AstExpr *expr) {
    switch (expr->kind) {
    case AST_INT:
    case AST_EXTENT: return "an integer";
    case AST_REAL: return "a real number";
    case AST_SIZE: return "a size with one number for each axis";
    case AST_STRING: return "a string";
    case AST_AXIS: return "an axis";
    case AST_UNKNOWN: return "an unknown";
    case AST_LIST: return "a list";
    case AST_AXMAP: return "an axis map";
    case AST_PAIR: return "a pair";
    case AST_CALL:
    case AST_REPEAT: return "a layer";
    case AST_NAME: {
        Binding *binding = scope_find_path(sema, &expr->name);
        if (!binding) return "a word";
        return describe_binding(binding);
    }
    default: return "an expression";
    }
}

Span span_start(Span span) { return (Span){span.file, span.begin, span.begin}; }

Span span_end(Span span) { return (Span){span.file, span.end, span.end}; }

void suggest_axis(const TensorType *type, Diag *diag, const char *written, Span span) {
    Suggestion suggestion = suggest_among_few(written);
    for (int i = 0; i < type->rank; i++) suggest_offer(&suggestion, type->axes[i].name);
    suggest_edits(&suggestion, diag, span);
}

const char *axis_names(Sema *sema, const TensorType *type) {
    Text text = text_in(sema->arena);
    for (int i = 0; i < type->rank; i++)
        text_printf(&text, "%s%s", i ? ", " : "", type->axes[i].name);
    return text_str(&text);
}

const char *join_words(Arena *arena, const char *const *words, int n) {
    Text text = text_in(arena);
    for (int i = 0; i < n; i++)
        text_printf(&text, "%s%s", i == 0 ? "" : i == n - 1 ? " and " : ", ", words[i]);
    return text_str(&text);
}

const char *count_text(Sema *sema, int64_t number) {
    Text text = text_in(sema->arena);
    text_count(&text, number);
    return text_str(&text);
}

const char *sizes_of(Sema *sema, const TensorType *type) {
    Text text = text_in(sema->arena);
    text_puts(&text, "[");
    for (int i = 0; i < type->rank; i++) {
        if (i > 0) text_puts(&text, ", ");
        if (type->axes[i].extent > 0)
            text_printf(&text, "%lld", (long long)type->axes[i].extent);
        else
            text_puts(&text, "?");
    }
    text_puts(&text, "]");
    return text_str(&text);
}
