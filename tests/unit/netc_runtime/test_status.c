/* The runtime's texts and types. */
#include "netc_runtime.h"

#include <criterion/criterion.h>
#include <limits.h>

Test(runtime, every_status_has_a_text_of_its_own) {
    for (int a = NETC_OK; a <= NETC_E_MEMORY; a++) {
        cr_assert_str_neq(netc_status_text(a), "unknown status", "%d", a);
        for (int b = NETC_OK; b < a; b++)
            cr_assert_str_neq(netc_status_text(a), netc_status_text(b), "%d %d", a, b);
    }
    const int unknown[] = {NETC_E_MEMORY + 1, -1, INT_MAX, INT_MIN};
    for (int i = 0; i < 4; i++) cr_assert_str_eq(netc_status_text(unknown[i]), "unknown status");
}

Test(runtime, numbers_are_those_of_the_contract) {
    cr_assert_eq(NETC_OK, 0);
    cr_assert_eq(NETC_E_ARGUMENT, 1);
    cr_assert_eq(NETC_E_CPU, 2);
    cr_assert_eq(NETC_E_WEIGHTS, 3);
    cr_assert_eq(NETC_E_THREADS, 4);
    cr_assert_eq(NETC_E_IO, 5);
    cr_assert_eq(NETC_E_MEMORY, 6);
}
