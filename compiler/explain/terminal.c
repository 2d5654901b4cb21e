/* Markdown for a terminal: paragraphs, lists and tables are fitted to the width, fences stand as
 * they are, four columns in. The part of Markdown that pages use, no more: `code`, **strong**,
 * *emphatic*, headings, lists, tables, fences, [text](address). */
#include "base/columns.h"
#include "explain/explain.h"

#include <ctype.h>

enum {
    INDENT = 4,
    MAX_CELLS = 8,
    LEAST_CELL = 8,
    WHOLE_CODE = 48 /* bytes of `code` that is never broken */
};

#define STRONG "\033[1m"
#define CODE "\033[36m"
#define PLAIN "\033[0m"

/* A word as it is shown, and the columns it takes: escapes take none. */
typedef struct Word {
    const char *text;
    size_t columns;
} Word;

typedef VEC(Word) Words;

typedef struct Fitter {
    Arena *arena;
    Text *out;
    size_t width;
    bool colour;
} Fitter;

/* What the inline marks of a line make of the text that follows. */
typedef struct Style {
    bool code, strong, emphatic;
    bool breaks; /* the `code` is long: its blanks end words, too */
} Style;

static size_t columns_of(Arena *arena, const char *text, size_t len) {
    return line_columns(arena, (Line){.bytes = text, .len = len}, len);
}

static void end_word(Fitter *fitter, Words *words, Text *word, size_t *columns) {
    if (word->len > 0) VEC_PUSH(fitter->arena, words, (Word){text_str(word), *columns});
    *word = text_in(fitter->arena);
    *columns = 0;
}

/* Words of Markdown text. A mark is shown as colour or, where there is none, stands as typed
 * (`code`) or is dropped (**strong**, *emphatic*). Blanks inside `code` do not end a word, save in
 * a call of a framework that is as long as a line. */
static Words split_words(Fitter *fitter, const char *text) {
    Words words = {0};
    Text word = text_in(fitter->arena);
    size_t columns = 0;
    Style style = {0};
    for (const char *c = text; *c;) {
        size_t len = 1;
        bool escaped = *c == '\\' && !style.code && ispunct((unsigned char)c[1]);
        if (escaped) {
            c++;
        } else if (*c == '`') {
            style.code = !style.code;
            style.breaks = style.code && strcspn(c + 1, "`") > WHOLE_CODE;
            if (fitter->colour) text_puts(&word, style.code ? CODE : PLAIN);
            if (!fitter->colour) text_puts(&word, "`");
            columns += !fitter->colour;
            c++;
            continue;
        } else if (strncmp(c, "**", 2) == 0 && !style.code) {
            style.strong = !style.strong;
            if (fitter->colour) text_puts(&word, style.strong ? STRONG : PLAIN);
            c += 2;
            continue;
        } else if (*c == '*' && !style.code &&
                   (style.emphatic || (word.len == 0 && c[1] && c[1] != ' '))) {
            style.emphatic = !style.emphatic;
            c++;
            continue;
        } else if (isspace((unsigned char)*c) && (!style.code || style.breaks)) {
            if (style.code && fitter->colour) text_puts(&word, PLAIN);
            end_word(fitter, &words, &word, &columns);
            if (style.code && fitter->colour) text_puts(&word, CODE);
            c++;
            continue;
        }
        while (((unsigned char)c[len] & 0xc0) == 0x80) len++;
        bool line_end = *c == '\n'; /* in `code`, where it is a blank */
        columns += line_end ? 1 : columns_of(fitter->arena, c, len);
        text_append(&word, line_end ? " " : c, len);
        c += len;
    }
    end_word(fitter, &words, &word, &columns);
    return words;
}

/* The words that fit in `width` columns from number `first` on, at least one; *columns is what they
 * take with blanks between them. */
static size_t words_in_line(const Words *words, size_t first, size_t width, size_t *columns) {
    size_t n = 0;
    *columns = 0;
    while (first + n < words->len) {
        size_t more = words->at[first + n].columns + (n > 0);
        if (n > 0 && *columns + more > width) break;
        *columns += more;
        n++;
    }
    return n;
}

static void put_words(Text *out, const Words *words, size_t first, size_t n) {
    for (size_t i = 0; i < n; i++)
        text_printf(out, "%s%s", i ? " " : "", words->at[first + i].text);
}

/* A paragraph behind `lead`, its further lines below the first. */
static void put_paragraph(Fitter *fitter, const char *lead, const char *text) {
    Words words = split_words(fitter, text);
    size_t indent = strlen(lead), columns;
    for (size_t at = 0, n; at < words.len; at += n) {
        n = words_in_line(&words, at, fitter->width > indent ? fitter->width - indent : 1,
                          &columns);
        if (at == 0)
            text_puts(fitter->out, lead);
        else
            text_fill(fitter->out, ' ', indent);
        put_words(fitter->out, &words, at, n);
        text_puts(fitter->out, "\n");
    }
}

/* The lines of a Markdown text, one at a time. */
typedef struct Lines {
    Arena *arena;
    const char *at;
    const char *line; /* the current one; NULL after the last */
} Lines;

static void advance(Lines *lines) {
    size_t len = strcspn(lines->at, "\n");
    bool more = *lines->at != '\0';
    lines->line = more ? arena_strndup(lines->arena, lines->at, len) : NULL;
    lines->at += len + (lines->at[len] == '\n');
}

static bool is_blank(const char *line) { return line[strspn(line, " ")] == '\0'; }

/* Bytes of the mark that begins an item of a list, with its blanks; 0: the line begins none. */
static size_t item_mark(const char *line) {
    size_t at = strspn(line, " "), digits = strspn(line + at, "0123456789");
    if (line[at] == '-' && line[at + 1] == ' ') return at + 2;
    return digits > 0 && strncmp(line + at + digits, ". ", 2) == 0 ? at + digits + 2 : 0;
}

static bool begins_block(const char *line) {
    return is_blank(line) || line[0] == '#' || line[0] == '|' || strncmp(line, "```", 3) == 0 ||
           item_mark(line) > 0;
}

static void put_fence(Fitter *fitter, Lines *lines) {
    for (advance(lines); lines->line && strcmp(lines->line, "```") != 0; advance(lines)) {
        if (*lines->line) text_fill(fitter->out, ' ', INDENT);
        text_printf(fitter->out, "%s\n", lines->line);
    }
    if (lines->line) advance(lines);
}

/* A fence without its marks: lines that stand four columns in. */
static void put_indented(Fitter *fitter, Lines *lines) {
    for (; lines->line && strncmp(lines->line, "    ", INDENT) == 0; advance(lines))
        text_printf(fitter->out, "%s\n", lines->line);
}

static void put_heading(Fitter *fitter, Lines *lines) {
    const char *title = lines->line + strspn(lines->line, "# ");
    if (fitter->colour) title = arena_printf(fitter->arena, "**%s**", title);
    put_paragraph(fitter, "", title);
    advance(lines);
}

/* A paragraph or an item: its lines as far as no other block begins. */
static void put_prose(Fitter *fitter, Lines *lines) {
    size_t mark = item_mark(lines->line);
    const char *lead = arena_strndup(fitter->arena, lines->line, mark);
    Text text = text_in(fitter->arena);
    text_puts(&text, lines->line + mark);
    for (advance(lines); lines->line && !begins_block(lines->line); advance(lines))
        text_printf(&text, "\n%s", lines->line);
    put_paragraph(fitter, lead, text_str(&text));
}

typedef struct Row {
    Words cells[MAX_CELLS];
    int n;
} Row;

/* The cells of `| a | b |`; \| is a bar, and one inside `code` ends no cell either. */
static Row split_row(Fitter *fitter, const char *line) {
    Row row = {.n = 0};
    Text cell = text_in(fitter->arena);
    bool code = false;
    for (const char *c = line + 1; *c && row.n < MAX_CELLS; c++) {
        if (*c == '`') code = !code;
        if (*c == '\\' && c[1] == '|') {
            text_puts(&cell, code ? "|" : "\\|");
            c++;
        } else if (*c == '|' && !code) {
            row.cells[row.n++] = split_words(fitter, text_str(&cell));
            cell = text_in(fitter->arena);
        } else {
            text_append(&cell, c, 1);
        }
    }
    return row;
}

/* Widths of columns: what their cells need, the widest narrowed until all fit. */
static void fit_columns(const Fitter *fitter, const Row *rows, size_t n, size_t *widths,
                        int cells) {
    size_t total = 0;
    for (int c = 0; c < cells; c++) {
        for (size_t r = 0; r < n; r++) {
            size_t columns;
            words_in_line(&rows[r].cells[c], 0, SIZE_MAX, &columns);
            if (columns > widths[c]) widths[c] = columns;
        }
        total += widths[c] + 2;
    }
    while (total > fitter->width) {
        int widest = 0;
        for (int c = 1; c < cells; c++)
            if (widths[c] > widths[widest]) widest = c;
        if (widths[widest] <= LEAST_CELL) return;
        widths[widest]--;
        total--;
    }
}

static void put_row(Fitter *fitter, const Row *row, const size_t *widths, int cells) {
    size_t at[MAX_CELLS] = {0};
    for (bool more = true; more;) {
        size_t blanks = 0;
        more = false;
        for (int c = 0; c < cells; c++) {
            size_t columns = 0, n = words_in_line(&row->cells[c], at[c], widths[c], &columns);
            if (n > 0) text_fill(fitter->out, ' ', blanks);
            put_words(fitter->out, &row->cells[c], at[c], n);
            blanks = n > 0 ? 0 : blanks;
            blanks += 2 + (widths[c] > columns ? widths[c] - columns : 0);
            at[c] += n;
            more |= at[c] < row->cells[c].len;
        }
        text_puts(fitter->out, "\n");
    }
}

static void put_table(Fitter *fitter, Lines *lines) {
    VEC(Row) rows = {0};
    int cells = 0;
    for (; lines->line && lines->line[0] == '|'; advance(lines)) {
        if (lines->line[strspn(lines->line, "|-: ")] == '\0')
            continue; /* the rule below the head */
        Row row = split_row(fitter, lines->line);
        if (row.n > cells) cells = row.n;
        VEC_PUSH(fitter->arena, &rows, row);
    }
    size_t widths[MAX_CELLS] = {0};
    fit_columns(fitter, rows.at, rows.len, widths, cells);
    for (size_t r = 0; r < rows.len; r++) put_row(fitter, &rows.at[r], widths, cells);
}

static void put_markdown(Fitter *fitter, const char *markdown) {
    Lines lines = {.arena = fitter->arena, .at = markdown};
    advance(&lines);
    while (lines.line) {
        if (strncmp(lines.line, "```", 3) == 0) {
            put_fence(fitter, &lines);
        } else if (is_blank(lines.line)) {
            text_puts(fitter->out, "\n");
            advance(&lines);
        } else if (lines.line[0] == '#') {
            put_heading(fitter, &lines);
        } else if (lines.line[0] == '|') {
            put_table(fitter, &lines);
        } else if (strncmp(lines.line, "    ", INDENT) == 0) {
            put_indented(fitter, &lines);
        } else {
            put_prose(fitter, &lines);
        }
    }
}

const char *explain_terminal(const Explainer *explainer, const Topic *topic, size_t width,
                             Text *out) {
    Text markdown = text_in(explainer->arena);
    const char *wrong = explain_markdown(explainer, topic, 1, &markdown);
    Fitter fitter = {explainer->arena, out, width, explainer->colour};
    if (!wrong) put_markdown(&fitter, text_str(&markdown));
    return wrong;
}
