/* The tree of facts. A format is read as printf reads it, so that the compiler checks it. */
#include "base/fact.h"

#include "base/checked.h"

#include <assert.h>
#include <stdbool.h>
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

static void put_text(Fact *into, const char *name, size_t len, const char *text) {
    Fact *part = add(into, name, len, FACT_TEXT);
    if (part) part->text = arena_strdup(into->arena, text);
}

static void put_integer(Fact *into, const char *name, size_t len, int64_t integer) {
    Fact *part = add(into, name, len, FACT_INT);
    if (part) part->integer = integer;
}

/* A whole number as messages write it, with commas. False if the text is none. */
static bool read_number(const char *text, size_t len, int64_t *out) {
    *out = 0;
    for (size_t i = 0; i < len; i++) {
        if (i > 0 && text[i] == ',') continue;
        if (text[i] < '0' || text[i] > '9' || !checked_mul(*out, 10, out) ||
            !checked_add(*out, text[i] - '0', out))
            return false;
    }
    return len > 0;
}

/* Bytes of what stands between two members of a list, or 0. */
static size_t separator_length(const char *text) {
    static const char *const between[] = {", ", " and ", "×"};
    for (int i = 0; i < 3; i++)
        if (strncmp(text, between[i], strlen(between[i])) == 0) return strlen(between[i]);
    return 0;
}

/* One member, without the marks of code around it. */
static void push_member(Fact *list, const char *text, size_t len) {
    int64_t number;
    if (len >= 2 && text[0] == '`' && text[len - 1] == '`') {
        text++;
        len -= 2;
    }
    if (read_number(text, len, &number))
        put_integer(list, "", 0, number);
    else
        put_text(list, "", 0, arena_strndup(list->arena, text, len));
}

static void put_members(Fact *into, const char *name, size_t len, const char *text) {
    Fact *list = add(into, name, len, FACT_LIST);
    if (!list) return;
    size_t end = strlen(text);
    bool enclosed = end >= 2 && (text[0] == '[' || text[0] == '{');
    const char *stop = text + end - enclosed;
    for (const char *begin = text + enclosed, *at = begin; begin < stop; at++) {
        size_t between = at < stop ? separator_length(at) : 0;
        if (at < stop && !between) continue;
        push_member(list, begin, (size_t)(at - begin));
        begin = at + between;
        at = begin - (between > 0);
        if (!between) break;
    }
}

static void put_named(Fact *map, const char *name, size_t len, const char *text) {
    int64_t number;
    if (len > 2 && name[len - 1] == ']') {
        put_members(map, name, len - 2, text);
    } else if (name[len - 1] == '#') {
        if (read_number(text, strlen(text), &number)) put_integer(map, name, len - 1, number);
    } else {
        put_text(map, name, len, text);
    }
}

void fact_vname(Fact *map, const char *names, const char *format, va_list args) {
    for (; (format = strchr(format, '%')); format++) {
        if (*++format == '%') continue;
        size_t len = strcspn(names, " ");
        bool wanted = strncmp(names, "-", len) != 0;
        assert(len > 0);
        format += strspn(format, ".0123456789");
        if (*format == 's') {
            const char *text = va_arg(args, const char *);
            if (wanted) put_named(map, names, len, text);
        } else if (*format == 'g' || *format == 'e') {
            double real = va_arg(args, double);
            Fact *part = wanted ? add(map, names, len, FACT_REAL) : NULL;
            if (part) part->real = real;
        } else {
            int64_t integer = *format == 'd'   ? va_arg(args, int)
                              : *format == 'u' ? va_arg(args, unsigned)
                              : *format == 'z' ? (int64_t)va_arg(args, size_t)
                                               : va_arg(args, long long);
            assert(strchr("duzl", *format));
            format += *format == 'z' ? 1 : *format == 'l' ? 2 : 0;
            if (wanted) put_integer(map, names, len, integer);
        }
        names += len;
        names += *names == ' ';
    }
    assert(*names == '\0');
}

void fact_put_int(Fact *map, const char *name, int64_t integer) {
    put_integer(map, name, strlen(name), integer);
}
