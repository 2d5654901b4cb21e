/* A static library around one object. */
#ifndef NETC_CODEGEN_ARCHIVE_H
#define NETC_CODEGEN_ARCHIVE_H

#include "codegen/codegen.h"

/** Appends an `ar` archive, with an index of symbols, that holds the object of a model. The same
 *  input gives the same bytes: no time, no owner.
 *  @param member  the object's name in the archive: "lenet5.o"
 *  @return NULL, or the reason in words */
const char *archive_print(Text *out, const char *member, const ModelInterface *interface,
                          const CodegenOutput *output);

#endif
