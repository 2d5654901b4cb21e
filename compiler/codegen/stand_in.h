/* What stands in an object where the packed weights will: a mark, and zeros behind it. */
#ifndef NETC_CODEGEN_STAND_IN_H
#define NETC_CODEGEN_STAND_IN_H

#include <stddef.h>

enum { STAND_IN_MARK = 32 };

/** Bytes that no text of a program holds, for they are not UTF-8, and nothing else in an object. */
extern const unsigned char stand_in_mark[STAND_IN_MARK];

/** Writes `len` bytes, 0 or at least a mark, over the stand-in of an object.
 *  @return NULL, or in words that the object does not have just one */
const char *stand_in_replace(char *object, size_t object_len, const unsigned char *bytes,
                             size_t len);

#endif
