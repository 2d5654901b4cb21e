/* Reserved words, as sorted lists. */
#include "sema/reserved.h"

#include <stdlib.h>
#include <string.h>

static const char *const attribute_words[] = {
    "all",     "causal",    "ceil",   "circular", "corners", "fill", "floor", "full",
    "half",    "inside",    "linear", "nearest",  "no",      "none", "ones",  "random",
    "reflect", "replicate", "same",   "tied",     "valid",   "yes",  "zero",  "zeros"};

/* C17, C23 and C++23 together, and the parameters that every generated function has. */
static const char *const c_words[] = {"alignas",
                                      "alignof",
                                      "and",
                                      "and_eq",
                                      "asm",
                                      "auto",
                                      "bitand",
                                      "bitor",
                                      "bool",
                                      "break",
                                      "case",
                                      "catch",
                                      "char",
                                      "char16_t",
                                      "char32_t",
                                      "char8_t",
                                      "class",
                                      "co_await",
                                      "co_return",
                                      "co_yield",
                                      "compl",
                                      "concept",
                                      "const",
                                      "const_cast",
                                      "consteval",
                                      "constexpr",
                                      "constinit",
                                      "continue",
                                      "decltype",
                                      "default",
                                      "delete",
                                      "do",
                                      "double",
                                      "dynamic_cast",
                                      "else",
                                      "enum",
                                      "explicit",
                                      "export",
                                      "extern",
                                      "false",
                                      "float",
                                      "for",
                                      "friend",
                                      "goto",
                                      "if",
                                      "inline",
                                      "int",
                                      "long",
                                      "mutable",
                                      "namespace",
                                      "new",
                                      "noexcept",
                                      "not",
                                      "not_eq",
                                      "nullptr",
                                      "operator",
                                      "or",
                                      "or_eq",
                                      "private",
                                      "protected",
                                      "public",
                                      "register",
                                      "reinterpret_cast",
                                      "requires",
                                      "restrict",
                                      "return",
                                      "short",
                                      "signed",
                                      "sizeof",
                                      "static",
                                      "static_assert",
                                      "static_cast",
                                      "struct",
                                      "switch",
                                      "template",
                                      "this",
                                      "thread_local",
                                      "threads",
                                      "throw",
                                      "true",
                                      "try",
                                      "typedef",
                                      "typeid",
                                      "typename",
                                      "typeof",
                                      "typeof_unqual",
                                      "union",
                                      "unsigned",
                                      "using",
                                      "virtual",
                                      "void",
                                      "volatile",
                                      "wchar_t",
                                      "weights",
                                      "while",
                                      "workspace",
                                      "xor",
                                      "xor_eq"};

static int compare(const void *name, const void *entry) {
    return strcmp(name, *(const char *const *)entry);
}

bool is_attribute_word(const char *name) {
    return bsearch(name, attribute_words, sizeof attribute_words / sizeof *attribute_words,
                   sizeof *attribute_words, compare) != NULL;
}

bool is_c_word(const char *name) {
    return bsearch(name, c_words, sizeof c_words / sizeof *c_words, sizeof *c_words, compare) !=
           NULL;
}
