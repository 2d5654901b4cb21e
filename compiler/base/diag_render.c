/* One message as text: its line, the source lines with the marked places in order, notes, and ways
 * out as edited lines (language.md 3.1).
 *
 * First everything is laid out as rows, since the width of the gutter is that of the largest line
 * number anywhere; then the rows are printed. Lines wider than a window are cut at its edges, and a
 * line whose marks do not fit into one window is shown once for each. */
#include "base/columns.h"
#include "base/diag.h"
#include "base/edit.h"

enum {
    WINDOW_COLUMNS = 120, /* most columns of a source line */
    LEAD_COLUMNS = 24,    /* shown before the first mark of a line that is cut */
    LIST_COLUMNS = 2,     /* between replaced parts that are marked as one: ", " */
    HELP_LINES = 8,       /* most lines that the edits of one help show in one place ... */
    BLOCK_BYTES = 16384   /* ... and about as many bytes */
};

typedef enum RowKind { ROW_PLACE, ROW_SOURCE, ROW_MARK, ROW_GAP, ROW_NOTE, ROW_HELP } RowKind;

typedef enum Paint { PAINT_NONE, PAINT_LEVEL, PAINT_SECOND, PAINT_HELP } Paint;

typedef struct Row {
    RowKind kind;
    uint32_t number; /* SOURCE: of the line */
    size_t indent;   /* MARK: columns before the text */
    Paint paint;     /* MARK */
    const char *text;
} Row;

/* A marked part of one line. */
typedef struct Mark {
    uint32_t line;
    size_t begin, end; /* bytes of the line */
    bool primary;
    const char *words;
} Mark;

typedef VEC(Mark) Marks;

typedef struct Render {
    Arena *arena;
    Sources *sources;
    const Diag *diag;
    VEC(Row) rows;
} Render;

static void add_row(Render *render, Row row) { VEC_PUSH(render->arena, &render->rows, row); }

static const char *quoted(Render *render, const char *string) {
    Text out = text_in(render->arena);
    text_quote(&out, string, strlen(string));
    return text_str(&out);
}

static Line line_of(Render *render, uint32_t file, uint32_t number) {
    Line line = {0};
    line.bytes = source_line(render->sources, file, number, &line.len);
    return line;
}

static void add_place(Render *render, const char *arrow, Span span) {
    Place place = source_place(render->sources, span.file, span.begin);
    const char *name = quoted(render, render->sources->files.at[span.file]->name);
    const char *text =
        arena_printf(render->arena, "%s %s:%u:%u", arrow, name, place.line, place.column);
    add_row(render, (Row){.kind = ROW_PLACE, .text = text});
}

/* Where in a line a byte of the file is; a byte order mark is before the first. */
static size_t offset_in_line(Render *render, uint32_t file, uint32_t offset, uint32_t line) {
    uint32_t start = source_line_start(render->sources, file, line);
    return offset > start ? offset - start : 0;
}

/* A span as marks: one, or for several lines the rest of its first and the start of its last. */
static void add_marks(Render *render, Marks *marks, const DiagLabel *label, bool primary) {
    Span span = label->span;
    uint32_t first = source_place(render->sources, span.file, span.begin).line;
    uint32_t last_byte = span.end > span.begin ? span.end - 1 : span.begin;
    uint32_t last = source_place(render->sources, span.file, last_byte).line;
    size_t begin = offset_in_line(render, span.file, span.begin, first);
    size_t end = offset_in_line(render, span.file, span.end, last);
    const char *words = quoted(render, label->text);
    if (first == last) {
        VEC_PUSH(render->arena, marks, ((Mark){first, begin, end, primary, words}));
        return;
    }
    size_t len = line_of(render, span.file, first).len;
    VEC_PUSH(render->arena, marks, ((Mark){first, begin, len, primary, ""}));
    Line line = line_of(render, span.file, last);
    size_t blanks = 0;
    while (blanks < line.len && (line.bytes[blanks] == ' ' || line.bytes[blanks] == '\t')) blanks++;
    VEC_PUSH(render->arena, marks, ((Mark){last, blanks < end ? blanks : 0, end, primary, words}));
}

static bool mark_before(const Mark *a, const Mark *b) {
    if (a->line != b->line) return a->line < b->line;
    if (a->begin != b->begin) return a->begin < b->begin;
    return a->primary && !b->primary;
}

static void sort_marks(Marks *marks) {
    for (size_t i = 1; i < marks->len; i++) {
        Mark mark = marks->at[i];
        size_t j = i;
        for (; j > 0 && mark_before(&mark, &marks->at[j - 1]); j--) marks->at[j] = marks->at[j - 1];
        marks->at[j] = mark;
    }
}

/* Columns that a window shows. */
typedef struct Window {
    size_t from, to;
} Window;

/* A window of the line in which the columns begin .. end-1 stand, as far as they fit. */
static Window window_for(size_t columns, size_t begin, size_t end) {
    if (columns <= WINDOW_COLUMNS) return (Window){0, columns};
    size_t from = 0;
    if (end > WINDOW_COLUMNS - 1) from = begin > LEAD_COLUMNS ? begin - LEAD_COLUMNS : 0;
    if (from + WINDOW_COLUMNS > columns) from = columns - WINDOW_COLUMNS;
    return (Window){from, from + WINDOW_COLUMNS};
}

static void add_source(Render *render, uint32_t number, Line line, Window window) {
    size_t columns = line_columns(render->arena, line, line.len);
    bool cut_left = window.from > 0 || line.left > 0;
    bool cut_right = window.to < columns || line.right > 0;
    Text out = text_in(render->arena);
    if (cut_left) text_puts(&out, "…");
    line_put(&out, line, window.from + cut_left, window.to - cut_right);
    if (cut_right) text_puts(&out, "…");
    add_row(render, (Row){.kind = ROW_SOURCE, .number = number, .text = text_str(&out)});
}

/* Where the bytes begin .. end-1 of a line stand in its clip, at least one column wide. */
static Window mark_columns(Render *render, Line line, size_t begin, size_t end) {
    size_t from = line_columns(render->arena, line, line_clip_offset(line, begin));
    size_t to = line_columns(render->arena, line, line_clip_offset(line, end));
    return (Window){from, to > from ? to : from + 1};
}

static void add_mark(Render *render, const Mark *mark, Window at, Window window) {
    size_t from = at.from - window.from;
    size_t last = window.to > at.from + 1 ? window.to : at.from + 1;
    Text out = text_in(render->arena);
    text_fill(&out, mark->primary ? '^' : '-', (at.to < last ? at.to : last) - at.from);
    if (mark->words[0]) text_printf(&out, " %s", mark->words);
    Paint paint = mark->primary ? PAINT_LEVEL : PAINT_SECOND;
    add_row(render,
            (Row){.kind = ROW_MARK, .indent = from, .paint = paint, .text = text_str(&out)});
}

/* One line and the marks on it, all of `marks[0 .. n-1]`. */
static void add_line(Render *render, uint32_t file, const Mark *marks, size_t n) {
    Line whole = line_of(render, file, marks[0].line);
    for (size_t i = 0; i < n;) {
        Line line = line_clip(whole, marks[i].begin);
        size_t columns = line_columns(render->arena, line, line.len);
        Window all = mark_columns(render, line, marks[i].begin, marks[i].end);
        size_t next = i + 1;
        for (; next < n; next++) {
            Window at = mark_columns(render, line, marks[next].begin, marks[next].end);
            size_t to = at.to > all.to ? at.to : all.to;
            if (columns > WINDOW_COLUMNS && to - all.from >= WINDOW_COLUMNS - LEAD_COLUMNS) break;
            all.to = to;
        }
        Window window = window_for(columns, all.from, all.to);
        add_source(render, marks[0].line, line, window);
        for (; i < next; i++)
            add_mark(render, &marks[i], mark_columns(render, line, marks[i].begin, marks[i].end),
                     window);
    }
}

static void add_snippet(Render *render, uint32_t file, Marks *marks) {
    sort_marks(marks);
    for (size_t i = 0; i < marks->len;) {
        uint32_t line = marks->at[i].line;
        size_t n = 1;
        while (i + n < marks->len && marks->at[i + n].line == line) n++;
        if (i > 0 && line > marks->at[i - 1].line + 1) add_row(render, (Row){.kind = ROW_GAP});
        add_line(render, file, marks->at + i, n);
        i += n;
    }
}

/* The places of the message: first those in the file of the primary one, then file by file. */
static void add_places(Render *render) {
    const Diag *diag = render->diag;
    uint32_t home = diag->primary.span.file;
    Marks marks = {0};
    add_place(render, "-->", diag->primary.span);
    add_marks(render, &marks, &diag->primary, true);
    for (size_t i = 0; i < diag->secondary.len; i++)
        if (diag->secondary.at[i].span.file == home)
            add_marks(render, &marks, &diag->secondary.at[i], false);
    add_snippet(render, home, &marks);
    for (uint32_t file = 0; file < render->sources->files.len; file++) {
        Marks others = {0};
        for (size_t i = 0; i < diag->secondary.len && file != home; i++) {
            const DiagLabel *label = &diag->secondary.at[i];
            if (label->span.file != file) continue;
            if (!others.len) add_place(render, ":::", label->span);
            add_marks(render, &others, label, false);
        }
        add_snippet(render, file, &others);
    }
}

static void add_note(Render *render, const char *note) {
    for (const char *line = note; line;) {
        const char *end = strchr(line, '\n');
        size_t len = end ? (size_t)(end - line) : strlen(line);
        Text out = text_in(render->arena);
        text_quote(&out, line, len);
        add_row(render, (Row){.kind = ROW_NOTE, .text = text_str(&out)});
        line = end ? end + 1 : NULL;
    }
}

/* Edits whose lines touch, and the lines that they make. */
typedef struct Block {
    uint32_t file, first, last; /* lines of the source */
    const DiagEdit *edits;      /* n of them, in order of place */
    size_t n;
    bool deletes;       /* nothing is put in: the old lines are shown */
    size_t left, right; /* bytes of the first line and of the last that are left out */
} Block;

/* A stretch of changed text. */
typedef struct Change {
    size_t begin, end; /* bytes of the block's text */
    char sign;         /* '+' put in, '~' replaced, '-' left out */
} Change;

typedef VEC(Change) Changes;

/* A few kilobytes of the new lines: a change that is far to the right in its line is in sight, and
 * what comes long after it is left out. */
static Text block_text(Render *render, Block *block, Changes *changes) {
    const char *source = render->sources->files.at[block->file]->text;
    uint32_t at = source_line_start(render->sources, block->file, block->first);
    Line first = line_of(render, block->file, block->first);
    Line last = line_of(render, block->file, block->last);
    block->left = line_clip(first, block->edits[0].span.begin - at).left;
    at += (uint32_t)block->left;
    uint32_t start = at, end = (uint32_t)(last.bytes + last.len - source);
    Text out = text_in(render->arena);
    for (size_t i = 0; i < block->n && out.len < BLOCK_BYTES; i++) {
        const DiagEdit *edit = &block->edits[i];
        if (edit->span.begin - start > BLOCK_BYTES) break;
        Change change = {0};
        if (block->deletes) {
            change = (Change){edit->span.begin - start, edit->span.end - start, '-'};
        } else {
            text_append(&out, source + at, edit->span.begin - at);
            at = edit->span.end;
            change.begin = out.len;
            text_puts(&out, edit->text);
            change.end = out.len;
            change.sign = edit->span.begin == edit->span.end ? '+' : '~';
        }
        VEC_PUSH(render->arena, changes, change);
    }
    uint32_t rest = end - at;
    block->right = rest > BLOCK_BYTES ? rest - BLOCK_BYTES : 0;
    text_append(&out, source + at, rest - block->right);
    return out;
}

/* The part of a new line, at `offset` of the text, in which its first change is in sight. */
static Line changed_clip(Line line, size_t offset, const Changes *changes) {
    for (size_t i = 0; i < changes->len; i++) {
        size_t begin = changes->at[i].begin;
        if (changes->at[i].end >= offset)
            return line_clip(line, begin > offset ? begin - offset : 0);
    }
    return line;
}

/* A line of a block and, below it, what was changed in it: all on one row. */
static void add_changed_line(Render *render, const Block *block, uint32_t number, Line line,
                             size_t offset, const Changes *changes) {
    VEC(Change) here = {0};
    bool touched = false;
    Line clip = changed_clip(line, offset, changes);
    for (size_t i = 0; i < changes->len; i++) {
        Change change = changes->at[i];
        size_t begin = change.begin > offset ? change.begin - offset : 0;
        size_t end = change.end < offset + line.len ? change.end : offset + line.len;
        touched = touched || (change.begin >= offset && change.begin <= offset + line.len);
        if (end <= offset || end - offset <= begin || begin >= clip.left + clip.len) continue;
        Window at = mark_columns(render, clip, begin, end - offset);
        Change *last = here.len ? &here.at[here.len - 1] : NULL;
        if (last && change.sign == '~' && last->sign == '~' && at.from <= last->end + LIST_COLUMNS)
            last->end = at.to;
        else
            VEC_PUSH(render->arena, &here, ((Change){at.from, at.to, change.sign}));
    }
    if (!touched && !here.len) return;
    size_t columns = line_columns(render->arena, clip, clip.len);
    Window window = here.len ? window_for(columns, here.at[0].begin, here.at[here.len - 1].end)
                             : window_for(columns, 0, 0);
    if (number == block->first) clip.left += block->left;
    if (number == block->last) clip.right += block->right;
    add_source(render, number, clip, window);
    Text out = text_in(render->arena);
    for (size_t i = 0, column = window.from; i < here.len; i++) {
        size_t end = here.at[i].end < window.to ? here.at[i].end : window.to;
        if (here.at[i].begin < column || end <= here.at[i].begin) continue;
        if (out.len) text_fill(&out, ' ', here.at[i].begin - column);
        text_fill(&out, here.at[i].sign, end - here.at[i].begin);
        column = end;
    }
    if (!here.len) return;
    add_row(render, (Row){.kind = ROW_MARK,
                          .indent = here.at[0].begin - window.from,
                          .paint = PAINT_HELP,
                          .text = text_str(&out)});
}

static void add_block(Render *render, Block *block) {
    Changes changes = {0};
    Text text = block_text(render, block, &changes);
    size_t before = render->rows.len, offset = 0;
    for (uint32_t number = block->first; offset <= text.len; number++) {
        const char *begin = text_str(&text) + offset;
        size_t len = 0, left = text.len - offset;
        while (len < left && begin[len] != '\n' && begin[len] != '\r') len++;
        add_changed_line(render, block, number, (Line){.bytes = begin, .len = len}, offset,
                         &changes);
        bool two = left - len >= 2 && begin[len] == '\r' && begin[len + 1] == '\n';
        offset += len + 1 + two;
        if (render->rows.len - before < 2 * HELP_LINES) continue;
        add_row(render, (Row){.kind = ROW_GAP});
        break;
    }
}

/* The titles of the ways out from number `first` that are told in words and go on with "or": they
 * stand on one line. Gives the number after them. */
static size_t add_words(Render *render, size_t first) {
    const Diag *diag = render->diag;
    Text words = text_in(render->arena);
    size_t i = first;
    for (; i < diag->helps.len && diag->helps.at[i]->in_words; i++) {
        const DiagHelp *help = diag->helps.at[i];
        const char *title =
            diag_help_title(render->arena, help, render->sources, diag->primary.span.file);
        if (i > first && strncmp(title, "or ", 3) != 0) break;
        text_printf(&words, "%s%s", i > first ? ", " : "", title);
    }
    add_row(render, (Row){.kind = ROW_HELP, .text = quoted(render, text_str(&words))});
    return i;
}

static void add_help(Render *render, const DiagHelp *help) {
    const char *title =
        diag_help_title(render->arena, help, render->sources, render->diag->primary.span.file);
    add_row(render, (Row){.kind = ROW_HELP, .text = quoted(render, title)});
    const DiagEdit *edits = edits_in_order(render->arena, help->edits.at, help->edits.len);
    size_t n = help->edits.len;
    bool deletes = true;
    for (size_t i = 0; i < n; i++) deletes = deletes && edits[i].text[0] == '\0';
    uint32_t shown_file = render->diag->primary.span.file, shown_last = 0;
    for (size_t i = 0; i < n;) {
        Block block = {.file = edits[i].span.file, .edits = edits + i, .deletes = deletes};
        block.first = source_place(render->sources, block.file, edits[i].span.begin).line;
        block.last = block.first;
        for (; i + block.n < n && edits[i + block.n].span.file == block.file; block.n++) {
            Span span = edits[i + block.n].span;
            if (source_place(render->sources, block.file, span.begin).line > block.last + 1) break;
            block.last = source_place(render->sources, block.file, span.end).line;
        }
        if (block.file != shown_file)
            add_place(render, ":::", edits[i].span);
        else if (shown_last)
            add_row(render, (Row){.kind = ROW_GAP});
        add_block(render, &block);
        shown_file = block.file;
        shown_last = block.last;
        i += block.n;
    }
}

/* Escape sequences of a terminal, or "". */
typedef struct Colours {
    const char *level, *second, *help, *gutter, *bold, *reset;
} Colours;

static Colours colours_for(const Diag *diag, bool colour) {
    if (!colour) return (Colours){"", "", "", "", "", ""};
    return (Colours){.level = diag->is_error ? "\x1b[1;31m" : "\x1b[1;33m",
                     .second = "\x1b[1;34m",
                     .help = "\x1b[1;32m",
                     .gutter = "\x1b[1;34m",
                     .bold = "\x1b[1m",
                     .reset = "\x1b[0m"};
}

static const char *paint_of(const Colours *colours, Paint paint) {
    switch (paint) {
    case PAINT_LEVEL: return colours->level;
    case PAINT_SECOND: return colours->second;
    case PAINT_HELP: return colours->help;
    default: return "";
    }
}

static void print_row(Text *out, const Row *row, int width, const Colours *colours) {
    const char *space = row->text && row->text[0] ? " " : "";
    switch (row->kind) {
    case ROW_PLACE:
        text_printf(out, "%*s%s%.3s%s%s\n", width, "", colours->gutter, row->text, colours->reset,
                    row->text + 3);
        break;
    case ROW_SOURCE:
        text_printf(out, "%s%*u |%s%s%s\n", colours->gutter, width, row->number, colours->reset,
                    space, row->text);
        break;
    case ROW_MARK:
        text_printf(out, "%s%*s |%s ", colours->gutter, width, "", colours->reset);
        text_fill(out, ' ', row->indent);
        text_printf(out, "%s%s%s\n", paint_of(colours, row->paint), row->text, colours->reset);
        break;
    case ROW_GAP: text_printf(out, "%s...%s\n", colours->gutter, colours->reset); break;
    case ROW_NOTE:
        text_printf(out, "%*s %s=%s%s%s\n", width, "", colours->gutter, colours->reset, space,
                    row->text);
        break;
    case ROW_HELP:
        text_printf(out, "%shelp:%s%s%s\n", colours->help, colours->reset, space, row->text);
        break;
    }
}

void diag_render(const Diag *diag, Sources *sources, bool colour, Text *out) {
    Arena *arena = arena_create();
    Render render = {.arena = arena, .sources = sources, .diag = diag};
    if (diag->has_span) add_places(&render);
    for (size_t i = 0; i < diag->notes.len; i++) add_note(&render, diag->notes.at[i]);
    for (size_t i = 0; i < diag->helps.len;) {
        if (diag->helps.at[i]->in_words)
            i = add_words(&render, i);
        else
            add_help(&render, diag->helps.at[i++]);
    }
    Colours colours = colours_for(diag, colour);
    text_printf(out, "%s%s[%s]%s%s: ", colours.level, diag->is_error ? "error" : "warning",
                diag_code_name(diag->code), colours.reset, colours.bold);
    text_quote(out, diag->message, strlen(diag->message));
    text_printf(out, "%s\n", colours.reset);
    uint32_t largest = 1;
    for (size_t i = 0; i < render.rows.len; i++)
        if (render.rows.at[i].number > largest) largest = render.rows.at[i].number;
    int width = 1;
    for (; largest >= 10; largest /= 10) width++;
    for (size_t i = 0; i < render.rows.len; i++)
        print_row(out, &render.rows.at[i], width, &colours);
    arena_destroy(arena);
}
