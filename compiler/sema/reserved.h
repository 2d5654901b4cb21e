/* Words that cannot be names in some places (language.md 2.2, contract.md 3). */
#ifndef NETC_SEMA_RESERVED_H
#define NETC_SEMA_RESERVED_H

#include <stdbool.h>

/** A word that some attribute knows, such as `same`: a let may not be called so. */
bool is_attribute_word(const char *name);

/** A keyword of C or C++, a macro that their headers may define (`errno`), or a parameter of the
 *  generated function (`workspace`): an input or an output may not be called so. */
bool is_c_word(const char *name);

#endif
