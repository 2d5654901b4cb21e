/* The tree of facts. A format is read as printf reads it, so that the compiler checks it. */
#include "base/fact.h"

#include <assert.h>
#include <string.h>

Fact *fact_map_in(Arena *arena) {
    Fact *map = ARENA_NEW(arena, Fact);
    *map = (Fact){.arena = arena, .kind = FACT_MAP};
    return map;
}

static Fact *find(const Fact *into, const char *name, size_t len) {
    for (size_t i = 0; into->kind == FACT_MAP && i < into->parts.len; i++) {
        Fact *part = into->parts.at[i];
        if (strncmp(part->name, name, len) == 0 && !part->name[len]) return part;
    }
    return NULL;
}

/* Adds a part; NULL if the map has one of this name. */
static Fact *add(Fact *into, const char *name, size_t len, FactKind kind) {
    assert((into->kind == FACT_MAP) == (len > 0));
    if (find(into, name, len)) return NULL;
    Fact *part = ARENA_NEW(into->arena, Fact);
    part->arena = into->arena;
    part->kind = kind;
    if (len) part->name = arena_strndup(into->arena, name, len);
    VEC_PUSH(into->arena, &into->parts, part);
    return part;
}

void fact_vput(Fact *into, const char *format, va_list args) {
    while (*format) {
        size_t len = strcspn(format, "=%");
        const char *name = format;
        if (format[len] == '%') len = 0;
        format = strchr(format, '%') + 1;
        Fact own = {0};
        if (*format == 's') {
            own.kind = FACT_TEXT;
            own.text = arena_strdup(into->arena, va_arg(args, const char *));
        } else if (*format == 'd') {
            own.integer = va_arg(args, int);
        } else if (*format == 'g') {
            own.kind = FACT_REAL;
            own.real = va_arg(args, double);
        } else {
            assert(strncmp(format, "lld", 3) == 0);
            own.integer = va_arg(args, long long);
            format += 2;
        }
        format++;
        assert(*format == '\0' || *format == ' ');
        format += *format == ' ';
        Fact *part = add(into, name, len, own.kind);
        if (!part) continue;
        part->integer = own.integer;
        part->real = own.real;
        part->text = own.text;
    }
}

void fact_put(Fact *into, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fact_vput(into, format, args);
    va_end(args);
}

static Fact *branch(Fact *into, const char *name, FactKind kind) {
    size_t len = name ? strlen(name) : 0;
    Fact *part = add(into, name ? name : "", len, kind);
    if (!part) part = find(into, name, len);
    assert(part->kind == kind);
    return part;
}

Fact *fact_list(Fact *into, const char *name) { return branch(into, name, FACT_LIST); }

Fact *fact_map(Fact *into, const char *name) { return branch(into, name, FACT_MAP); }

const Fact *fact_get(const Fact *map, const char *name) { return find(map, name, strlen(name)); }
