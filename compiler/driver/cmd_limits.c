/* `netc limits`: what bounds the input, and what a build may take. */
#include "driver/commands.h"
#include "driver/console.h"
#include "driver/front.h"
#include "driver/limits.h"
#include "syntax/parse.h"

/** One bound: at the limit is fine, one more is a diagnostic. */
typedef struct Limit {
    int64_t value;
    const char *unit;
    const char *text;
} Limit;

static const Limit limits[] = {
    {MAX_SOURCE_BYTES, "bytes", "of all source files of a program"},
    {MAX_TOKEN_BYTES, "bytes", "of a name, number or string of the source"},
    {MAX_NAME_BYTES, "bytes", "of a name or axis that is declared"},
    {MAX_BRACKETS, "brackets", "open at once"},
    {MAX_EXPR_DEPTH, "parts", "inside each other in one expression"},
    {MAX_SYNTAX_NODES, "parts", "of the syntax of a file"},
    {MAX_MODULES, "files", "of a program, what is imported too"},
    {MAX_LAYERS, "layers", "of a model, defs expanded"},
    {MAX_PARAMS, "parameters", "of a def"},
    {MAX_USE_DEPTH, "uses", "of defs inside each other"},
    {MAX_EXPR_NESTING, "expressions", "inside each other, through the uses of defs"},
    {MAX_PATH_BYTES, "bytes", "of the path of a use of a def"},
    {MAX_EXPANDED, "bytes", "of source that the uses of defs stand for"},
    {MAX_RANK, "axes", "of a tensor"},
    {MAX_EXTENT, "elements", "along one axis"},
    {MAX_ELEMS, "elements", "of one tensor"},
    {MAX_PRINTED, "messages", "printed of one file"},
};

static void print_limit(Text *text, int64_t value, const char *unit, const char *words) {
    Text number = text_in(text->arena);
    text_count(&number, value);
    text_printf(text, "%20s %-9s %s\n", text_str(&number), unit, words);
}

ExitStatus cmd_limits(Arena *arena, const Options *options) {
    Text text = text_in(arena);
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
        print_limit(&text, limits[i].value, limits[i].unit, limits[i].text);
    print_limit(&text, (int64_t)limit_memory(options), "bytes",
                "of weights and workspace, of a weight file, of memory (--max-memory)");
    print_limit(&text, options->max_seconds, "seconds", "of CPU time of a build (--max-seconds)");
    return console_print(&text);
}
