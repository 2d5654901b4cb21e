/* One pass over the lines of a function: labels are remembered, a jump to one of them is a loop. */
#include "support/asm_scan.h"

#include <stdbool.h>
#include <string.h>

typedef struct Line {
    const char *text;
    size_t len;
} Line;

static const char *next_line(const char *at, Line *line) {
    line->text = at;
    line->len = strcspn(at, "\n");
    return at + line->len + (at[line->len] == '\n');
}

static bool contains(Line line, const char *word) {
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= line.len; i++) {
        if (memcmp(line.text + i, word, n) == 0) return true;
    }
    return false;
}

static bool has_vector(Line line) {
    return contains(line, "%xmm") || contains(line, "%ymm") || contains(line, "%zmm");
}

static bool is_instruction(Line line) {
    return line.len > 1 && line.text[0] == '\t' && line.text[1] != '.' && line.text[1] != '#';
}

static bool is_label(Line line) {
    return line.len > 1 && line.text[0] == '.' && memchr(line.text, ':', line.len) != NULL;
}

/* x86 without FMA multiplies, then adds; each product counts. */
static bool is_product(Line line) {
    return (contains(line, "fmadd") || contains(line, "\tmulps")) && contains(line, "ps\t");
}

/* The line's operation on vectors of AArch64, as in `fmla v0.4s, v1.4s, v2.s[0]`. */
static void count_arm(AsmLoop *loop, Line line) {
    bool memory = contains(line, "\tldr\tq") || contains(line, "\tldp\tq") ||
                  contains(line, "\tstr\tq") || contains(line, "\tstp\tq");
    if (contains(line, "\tfmla\tv")) {
        loop->fma++;
        loop->folded += contains(line, ".s[");
    }
    if (memory && contains(line, "[sp"))
        loop->stack_vector++;
    else if (contains(line, "\tldr\tq") || contains(line, "\tld1r"))
        loop->loads++;
    if (contains(line, "\tmov\tv") && contains(line, ".16b")) loop->moves++;
}

static int count_vectors(Line line) {
    int n = 0;
    for (size_t i = 0; i + 2 <= line.len; i++) n += memcmp(line.text + i, "mm", 2) == 0;
    return n;
}

/* The operand of an arithmetic instruction: 'p' for packed, 's' for scalar, 0 for any other
 * instruction. The mnemonic ends in ps, pd, ss or sd. */
static char arithmetic(Line line) {
    static const char *const operations[] = {"add", "sub", "mul", "div", "max", "min", "sqrt"};
    size_t end = strcspn(line.text + 1, "\t\n") + 1;
    char form = line.text[end - 2], type = line.text[end - 1];
    Line mnemonic = {line.text + 1, end - 1};
    if ((form != 'p' && form != 's') || (type != 's' && type != 'd')) return 0;
    if (line.text[1] == 'p' || memcmp(line.text + 1, "vp", 2) == 0) return 0; /* integers */
    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++)
        if (contains(mnemonic, operations[i])) return form;
    return 0;
}

static void count_line(AsmLoop *loop, Line line) {
    if (!is_instruction(line)) return;
    bool memory = contains(line, "(");
    bool move = contains(line, "mov") || contains(line, "broadcast");
    loop->instructions++;
    count_arm(loop, line);
    if (!has_vector(line)) return;
    loop->packed += arithmetic(line) == 'p';
    loop->scalar += arithmetic(line) == 's';
    if (is_product(line)) {
        loop->fma++;
        loop->folded += contains(line, "{1to");
    }
    /* %rbp is a register like the others: spills have addresses from %rsp on. */
    if (contains(line, "(%rsp"))
        loop->stack_vector++;
    else if (memory && move && line.text[line.len - 1] != ')')
        loop->loads++;
    if (move && !memory && count_vectors(line) == 2) loop->moves++;
}

static AsmLoop scan_loop(const char *from, const char *to) {
    AsmLoop loop = {.text = from, .len = (size_t)(to - from)};
    Line line;
    for (const char *at = from; at < to;) {
        at = next_line(at, &line);
        count_line(&loop, line);
    }
    return loop;
}

/* The label of this function that the line jumps back to, or NULL. */
static const char *jump_target(Line line, const char *start) {
    if (!is_instruction(line)) return NULL;
    size_t place = line.len; /* of the last full stop: ARM's b.lt has two */
    while (place > 0 && line.text[place] != '.') place--;
    if (place == 0) return NULL;
    const char *name = line.text + place;
    size_t n = line.len - place;
    Line at;
    for (const char *p = start; p < line.text;) {
        p = next_line(p, &at);
        if (is_label(at) && at.len > n && memcmp(at.text, name, n) == 0 && at.text[n] == ':') {
            return at.text;
        }
    }
    return NULL;
}

/* Just behind the line that defines `function`. */
static const char *function_start(const char *assembly, const char *function) {
    size_t n = strlen(function);
    Line line;
    for (const char *at = assembly; *at;) {
        at = next_line(at, &line);
        if (line.len > n && memcmp(line.text, function, n) == 0 && line.text[n] == ':') return at;
    }
    return NULL;
}

/* A loop that contains an earlier one is not innermost: the earlier one begins behind its label. */
static bool contains_loop(const AsmLoops *loops, const char *label) {
    return loops->len > 0 && loops->at[loops->len - 1].text >= label;
}

AsmLoops asm_innermost_loops(Arena *arena, const char *assembly, const char *function) {
    AsmLoops loops = {0};
    const char *start = function_start(assembly, function);
    Line line;
    for (const char *at = start; at && *at;) {
        at = next_line(at, &line);
        if (line.len > 10 && memcmp(line.text, ".Lfunc_end", 10) == 0) break;
        const char *label = jump_target(line, start);
        if (label && !contains_loop(&loops, label)) VEC_PUSH(arena, &loops, scan_loop(label, at));
    }
    return loops;
}
