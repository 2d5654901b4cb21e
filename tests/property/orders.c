/* See orders.h. */
#include "property/orders.h"

const char *order_program(Arena *arena, const char *type, const Order *order,
                          const char *template) {
    Text text = text_in(arena);
    text_printf(&text, "net 1\nmodel m\nweights random(seed=1)\ninput x : %s[%s]\n", type,
                order->axes);
    for (const char *c = template; *c; c++) {
        if (*c != '$') {
            text_append(&text, c, 1);
            continue;
        }
        c++;
        text_puts(&text, *c == 'F' ? order->first : order->last);
    }
    return text_str(&text);
}

void order_sweep(const char *type, const Order *orders, size_t n_orders,
                 const char *const *templates, size_t n, NetNumbers numbers) {
    Arena *arena = arena_create();
    uint64_t seed = 0;
    for (size_t t = 0; t < n; t++)
        for (size_t o = 0; o < n_orders; o++)
            net_check_text(arena, order_program(arena, type, &orders[o], templates[t]), seed++,
                           numbers);
    arena_destroy(arena);
}
