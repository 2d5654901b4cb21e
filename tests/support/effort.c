#include "support/effort.h"

#include <stdlib.h>

bool effort_is_sanitized(void) {
#ifdef NETC_SANITIZED
    return true;
#else
    return false;
#endif
}

uint64_t effort_cases(uint64_t n) {
    uint64_t share = effort_is_sanitized() ? n / 4 : n;
    return share ? share : 1;
}

uint64_t effort_setting(const char *name, uint64_t otherwise) {
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : otherwise;
}
