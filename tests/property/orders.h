/* Programs of one input, for inputs with their axes in many orders: what moves elements, or reads
 * them in another layout, is tried on each. */
#ifndef NETC_PROPERTY_ORDERS_H
#define NETC_PROPERTY_ORDERS_H

#include "property/compiled_net.h"

/** Axes of an input, its first and its last spatial axis. */
typedef struct Order {
    const char *axes, *first, *last;
} Order;

/** The program of an input x of `type` ("f32") and the template, with $F and $L in place of the
 *  first and the last spatial axis. */
const char *order_program(Arena *arena, const char *type, const Order *order, const char *template);

/** net_check_text on each template for each order. */
void order_sweep(const char *type, const Order *orders, size_t n_orders,
                 const char *const *templates, size_t n, NetNumbers numbers);

#endif
