/* Moves whole lines, with the comment behind them: the definition to the line where the statement
 * that uses it begins, or an output below what it gives. Whether the program is right then, the try
 * of the fix says (fixes.c): what the definition itself uses may still stand below. */
#include "sema/reorder.h"

#include <string.h>

/* The lines of a statement, with the end of the last one. */
static Span lines_of(Sema *sema, Span span) {
    const SourceFile *file = sema->sources->files.at[span.file];
    uint32_t first = source_place(sema->sources, span.file, span.begin).line;
    uint32_t last = source_place(sema->sources, span.file, span.end).line;
    span.begin = source_line_start(sema->sources, span.file, first);
    span.end = last < file->n_lines ? source_line_start(sema->sources, span.file, last + 1)
                                    : (uint32_t)file->len;
    return span;
}

/* True if nothing but the statement and a comment behind it stands on its lines. */
static bool is_alone(const SourceFile *file, Span lines, Span statement) {
    for (uint32_t i = lines.begin; i < statement.begin; i++)
        if (file->text[i] != ' ' && file->text[i] != '\t') return false;
    for (uint32_t i = statement.end; i < lines.end && file->text[i] != '#'; i++)
        if (!strchr(" \t\r\n", file->text[i])) return false;
    return true;
}

/* Gives a help the edits that take lines from one place to another. */
static void move_lines(DiagHelp *help, const SourceFile *file, Span lines, uint32_t to) {
    const char *text =
        arena_strndup(help->arena, file->text + lines.begin, lines.end - lines.begin);
    diag_edit(help, (Span){lines.file, to, to}, "%s", text);
    diag_edit(help, lines, "%s", "");
    help->in_words = true;
}

/* A definition moves up; `output y`, which nothing depends on, moves down. */
void offer_reorder(Sema *sema, Diag *diag, const AstName *use, const Binding *binding) {
    bool is_output = !sema->bind;
    Span made = binding->item->span, used = is_output ? use->span : sema->bind->item->span;
    const SourceFile *file = sema->sources->files.at[made.file];
    Span from = lines_of(sema, made), to = lines_of(sema, used);
    bool movable = used.file == made.file && to.end <= from.begin && is_alone(file, from, made) &&
                   strchr("\r\n", file->text[from.end - 1]);
    const char *title = is_output ? "move this line below the definition of `%s`"
                                  : "move the definition of `%s` above this line";
    DiagHelp *help = diag_help(diag, movable ? FIX_AUTO : FIX_HOLE, title, use->text);
    if (!movable) return;
    if (is_output)
        move_lines(help, file, to, from.end);
    else
        move_lines(help, file, from, to.begin);
}
