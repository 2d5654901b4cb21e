/* parse_file: checks the encoding, runs scanner, layout filter and grammar, gives the tree. */
#include "syntax/parse.h"

#include "base/utf8.h"
#include "parser.h"
#include "syntax/parse_state.h"
#include "syntax/scan.h"

#include <assert.h>

Diag *parse_report(Parse *parse, DiagCode code, Span where, const char *format, ...) {
    assert(parse_may_report(parse));
    parse->build.n_messages++;
    va_list args;
    va_start(args, format);
    Diag *diag = diag_vadd(parse->diags, code, where, format, args);
    va_end(args);
    return diag;
}

const char *parse_quote(Parse *parse, Span span) {
    enum { SHOWN_BYTES = 40 };
    const char *bytes = parse->source->text + span.begin;
    size_t len = span.end - span.begin, shown = len;
    if (len > SHOWN_BYTES)
        for (shown = SHOWN_BYTES; shown > SHOWN_BYTES - 4 && (bytes[shown] & 0xc0) == 0x80;)
            shown--;
    Text out = text_in(parse->scratch);
    text_quote(&out, bytes, shown);
    if (shown < len) text_puts(&out, "…");
    return text_str(&out);
}

void parse_report_stack(Parse *parse, Span where) {
    parse->stopped = true;
    ast_damaged(&parse->build);
    if (!parse_may_report(parse)) return;
    Diag *diag =
        parse_report(parse, N0005, where,
                     "nested brackets and signs exceed the limit %d (`netc limits`)" FACTS("limit"),
                     MAX_PARSER_STACK);
    diag_here(diag, "nothing is read from here on");
}

/* N0002, once: where the first ill-formed bytes are, and how many more there are. */
static void check_encoding(Parse *parse) {
    const char *text = parse->source->text;
    size_t len = parse->source->len, first = 0, more = 0;
    bool any = false;
    for (size_t i = 0; i < len;) {
        size_t n = utf8_length(text + i, len - i);
        if (n == 0) {
            if (!any) first = i;
            more += any;
            any = true;
        }
        i += n ? n : 1;
    }
    if (!any) return;
    Span where = {parse->file, (uint32_t)first, (uint32_t)first + 1};
    Diag *diag =
        parse_report(parse, N0002, where, "invalid UTF-8 at byte %zu" FACTS("byte"), first);
    bool utf16 = first == 0 && len > 1 &&
                 (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0);
    if (utf16) {
        diag_note(diag, "this looks like UTF-16; save the file as UTF-8");
        parse->build.n_messages = MAX_SYNTAX_MESSAGES; /* no other message would help */
        ast_damaged(&parse->build);
    } else if (more) {
        diag_note(diag, "%zu more %s not UTF-8 either; save the file as UTF-8", more,
                  more == 1 ? "byte is" : "bytes are");
    }
}

/* Puts back what the scanner wrote into the text behind its last token. */
static void drain(Parse *parse) {
    TokenValue value;
    Span where;
    parse->stopped = true;
    parse->build.n_messages = MAX_SYNTAX_MESSAGES;
    while (scan_raw(parse, &value, &where) != 0) {
    }
}

Ast *parse_file(Arena *arena, Interner *interner, Sources *sources, uint32_t file, Diags *diags) {
    return parse_file_with_tokens(arena, interner, sources, file, diags, NULL);
}

Ast *parse_file_with_tokens(Arena *arena, Interner *interner, Sources *sources, uint32_t file,
                            Diags *diags, SourceTokens *tokens) {
    Arena *scratch = arena_create();
    Parse *parse = ARENA_NEW(scratch, Parse);
    parse->arena = arena;
    parse->scratch = scratch;
    parse->interner = interner;
    parse->diags = diags;
    parse->source = sources->files.at[file];
    parse->file = file;
    parse->tokens = tokens;
    parse->build = ast_builder_create(arena, diags, file);
    parse->scan.piece = arena_alloc(scratch, MAX_TOKEN_BYTES);
    parse->scan.doc = text_in(scratch);
    parse->layout.at_start = true;
    uint32_t mark = source_mark(parse->source);
    parse->layout.previous.span = (Span){file, mark, mark};
    check_encoding(parse);
    scan_begin(parse, mark);
    grammar_parse(parse);
    drain(parse);
    Ast *ast = parse->build.ast;
    arena_destroy(scratch);
    return ast;
}
