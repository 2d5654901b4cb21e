/* The skip of a U-Net joined by hand: the paper crops the encoder's image to the decoder's, most
 * programs of today pad the decoder's, ⌊n/2⌋ of the n missing elements in front. */
#include "sema/explain_sides.h"

#include <string.h>

/* True if the one is somewhat larger along a spatial axis, and nowhere smaller or otherwise
 * different: an image of half the size is no image with a few rows missing. */
static bool is_larger(const TensorType *large, const TensorType *small, int aside) {
    bool any = false;
    for (int i = 0; i < large->rank; i++) {
        int64_t more = large->axes[i].extent - small->axes[i].extent;
        if (more == 0 || i == aside) continue;
        if (more < 0 || i == type_batch(large) || i == type_channel(large)) return false;
        if (more > small->axes[i].extent / 2) return false;
        any = true;
    }
    return any;
}

static bool is_plain_name(const AstExpr *expr) {
    return expr && expr->kind == AST_NAME && !expr->name.second.text;
}

/* "(0, 1)" for all axes, or "{H: (0, 1), W: 0}". */
static const char *missing_text(Sema *sema, const TensorType *large, const TensorType *small) {
    int spatial[MAX_RANK], n = type_spatial(large, spatial);
    const char *first = NULL;
    bool alike = true;
    Text map = text_in(sema->arena);
    for (int i = 0; i < n; i++) {
        const Axis *axis = &large->axes[spatial[i]];
        int64_t more = axis->extent - small->axes[spatial[i]].extent, lo = more / 2;
        const char *pad = more % 2 == 0 ? arena_printf(sema->arena, "%lld", (long long)lo)
                                        : arena_printf(sema->arena, "(%lld, %lld)", (long long)lo,
                                                       (long long)(more - lo));
        if (!first) first = pad;
        alike &= strcmp(pad, first) == 0;
        text_printf(&map, "%s%s: %s", i ? ", " : "{", axis->name, pad);
    }
    text_puts(&map, "}");
    return alike ? first : text_str(&map);
}

void offer_equal_sides(Sema *sema, Diag *diag, const Operand *a, const Operand *b, int aside) {
    if (is_larger(&b->value->type, &a->value->type, aside)) {
        offer_equal_sides(sema, diag, b, a, aside);
        return;
    }
    if (!is_larger(&a->value->type, &b->value->type, aside) || !is_plain_name(a->expr) ||
        !is_plain_name(b->expr))
        return;
    const char *large = quote_span(sema, a->expr->span), *small = quote_span(sema, b->expr->span);
    DiagHelp *help = diag_help(diag, FIX_MAYBE, "cut the middle out of `%s`", large);
    help->is_aside = true;
    diag_edit(help, a->expr->span, "crop(%s, to=%s)", large, small);
    help = diag_help(diag, FIX_MAYBE, "surround `%s` with zeros", small);
    help->is_aside = true;
    diag_edit(help, b->expr->span, "pad(%s, p=%s)", small,
              missing_text(sema, &a->value->type, &b->value->type));
}

void offer_concat(Sema *sema, Diag *diag, const AstExpr *sum, const TensorType *left,
                  const TensorType *right) {
    const AstExpr *a = sum->binary.left, *b = sum->binary.right;
    if (sum->binary.op != AST_ADD || !is_plain_name(a) || !is_plain_name(b)) return;
    int channel = type_channel(left);
    for (int i = 0; i < left->rank; i++)
        if ((left->axes[i].extent != right->axes[i].extent) != (i == channel)) return;
    DiagHelp *help =
        diag_help(diag, FIX_MAYBE, "put them side by side: %lld channels",
                  (long long)(left->axes[channel].extent + right->axes[channel].extent));
    help->is_aside = true;
    diag_edit(help, sum->span, "concat(%s, %s, axis=C)", quote_span(sema, a->span),
              quote_span(sema, b->span));
}
