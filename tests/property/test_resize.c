/* Random networks with inputs of other sizes: what sema_resized computes from the tree is what the
 * language says of a program that declares that size, for every size, output and axis. */
#include "support/net_generator.h"

#include "base/diag.h"
#include "graph/graph.h"
#include "sema/resize.h"
#include "syntax/parse.h"

#include <criterion/criterion.h>
#include <string.h>

enum { NETWORKS = 24, SIZES = 200 };

/* A program without its assertions, which hold for one size only. */
static const char *without_assertions(Arena *arena, const char *text) {
    Text out = text_in(arena);
    while (*text) {
        if (strncmp(text, "->", 2) == 0) {
            text += strcspn(text, "]");
            text += *text == ']';
            continue;
        }
        text_append(&out, text++, 1);
    }
    return text_str(&out);
}

/* The program with `axis: size` on its only `input` line; NULL if there is none. */
static const char *declaring(Arena *arena, const char *text, const char *axis, int64_t size) {
    const char *line = strstr(text, "\ninput ");
    if (!line || strstr(line + 1, "\ninput ")) return NULL;
    const char *end = strchr(line + 1, '\n');
    const char *at = strstr(line, arena_printf(arena, "%s: ", axis));
    if (!at || at > end) return NULL;
    at += strlen(axis) + 2;
    Text out = text_in(arena);
    text_append(&out, text, (size_t)(at - text));
    text_printf(&out, "%lld%s", (long long)size, at + strspn(at, "0123456789"));
    return text_str(&out);
}

typedef struct Program {
    Arena *arena;
    Interner *interner;
    Sources sources;
    Diags diags;
    const Ast *ast;
} Program;

static const SemaOptions options = {.max_weight_bytes = 1 << 20, .max_source_bytes = 1 << 20};

static void parse(Program *program, Arena *arena, const char *text) {
    *program = (Program){.arena = arena, .sources = {.arena = arena}};
    program->interner = interner_create(arena);
    program->diags = diags_in(arena, &program->sources);
    uint32_t file = sources_add(&program->sources, "net", text, strlen(text));
    program->ast = parse_file(arena, program->interner, &program->sources, file, &program->diags);
}

static bool same_outputs(const Graph *a, const Graph *b) {
    if (a->outputs.len != b->outputs.len) return false;
    for (size_t i = 0; i < a->outputs.len; i++) {
        const TensorType *left = &a->outputs.at[i].value->type;
        const TensorType *right = &b->outputs.at[i].value->type;
        if (left->rank != right->rank) return false;
        for (int axis = 0; axis < left->rank; axis++)
            if (left->axes[axis].extent != right->axes[axis].extent) return false;
    }
    return true;
}

Test(resize, is_what_the_language_says_of_that_size) {
    static const char *const axes[] = {"H", "W", "T"};
    int64_t networks = 0, legal = 0, faulty = 0;
    for (uint64_t seed = 1; networks < NETWORKS; seed++) {
        Arena *arena = arena_create();
        const char *text = net_generate(arena, seed, NULL), *axis = axes[seed % 3];
        const char *plain = without_assertions(arena, text);
        if (!strchr(plain, '?') && declaring(arena, plain, axis, 1)) {
            networks++;
            Program declared;
            parse(&declared, arena, text);
            for (int64_t size = 1; size <= SIZES; size++) {
                Arena *scratch = arena_create();
                Program other;
                parse(&other, scratch, declaring(scratch, plain, axis, size));
                const Graph *wanted = sema_file(scratch, other.interner, other.ast, &options,
                                                &other.sources, &other.diags);
                SemaResize resize = {.axis = axis, .extent = size};
                const Graph *found = sema_resized(scratch, declared.interner, declared.ast,
                                                  &options, &declared.sources, &resize);
                bool is_legal = other.diags.n_errors == 0;
                cr_assert_eq(found != NULL, is_legal, "seed %llu, %s = %lld: %s\n%s",
                             (unsigned long long)seed, axis, (long long)size,
                             is_legal ? "legal" : other.diags.list.at[0]->message, plain);
                if (found)
                    cr_assert(same_outputs(found, wanted), "seed %llu, %s = %lld\n%s",
                              (unsigned long long)seed, axis, (long long)size, plain);
                cr_assert_not(resize.solves);
                legal += is_legal;
                faulty += !is_legal;
                arena_destroy(scratch);
            }
        }
        arena_destroy(arena);
        cr_assert_lt(seed, 4000, "only %lld networks", (long long)networks);
    }
    cr_assert_geq(legal, 300);
    cr_assert_geq(faulty, 100);
}
