/* What a message says, as data for programs: a tree of numbers, texts, lists and maps.
 *
 *     fact_put(map, "layer=%s k=%d i=%lld", title, k, (long long)i);
 *     Fact *trace = fact_list(map, "trace");
 *     fact_put(fact_list(trace, NULL), "%s %lld", "image", 28LL);
 *
 * Members keep the order in which they came; a name that comes again keeps its first value, which
 * is that of the first axis or layer the message speaks of. All strings are copied. */
#ifndef NETC_BASE_FACT_H
#define NETC_BASE_FACT_H

#include "base/arena.h"
#include "base/vec.h"

#include <stdarg.h>
#include <stdint.h>

typedef enum FactKind { FACT_INT, FACT_REAL, FACT_TEXT, FACT_LIST, FACT_MAP } FactKind;

typedef struct Fact Fact;
struct Fact {
    Arena *arena;
    FactKind kind;
    const char *name;  /* in a map; NULL elsewhere */
    int64_t integer;   /* INT */
    double real;       /* REAL: finite or not */
    const char *text;  /* TEXT: any bytes */
    VEC(Fact *) parts; /* LIST, MAP */
};

/** An empty map in `arena`. */
Fact *fact_map_in(Arena *arena);

/** Adds values. The format holds one item for each, with a blank between: "name=%s" in a map, "%s"
 *  in a list. %s is a text, %d and %lld whole numbers, %g a real one; nothing else may stand. */
void fact_put(Fact *into, const char *format, ...) __attribute__((format(printf, 2, 3)));
void fact_vput(Fact *into, const char *format, va_list args);

/** Adds a number under a name that the program gives. */
void fact_put_int(Fact *map, const char *name, int64_t integer);

/** Adds the arguments of a printf format under the words of `names`, one for each: `-` leaves one
 *  out, `name#` is a number written as text ("61,706"), `name[]` a list written as text ("H and W",
 *  "[1, 6]", "5×3"). Conversions are %s, %d, %u, %zu, %lld, and of real numbers %g and %e. */
void fact_vname(Fact *map, const char *names, const char *format, va_list args);

/** Adds an empty list or map and gives it, or the one of this name that is there. `name` is NULL
 *  in a list. */
Fact *fact_list(Fact *into, const char *name);
Fact *fact_map(Fact *into, const char *name);

/** The member of a map, or NULL. */
const Fact *fact_get(const Fact *map, const char *name);

#endif
