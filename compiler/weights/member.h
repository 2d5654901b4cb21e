/* The bytes of a piece of a file from its beginning on, inflated and summed as they are read. */
#ifndef NETC_WEIGHTS_MEMBER_H
#define NETC_WEIGHTS_MEMBER_H

#include "weights/weight_file.h"

typedef struct MemberStream MemberStream;

/** Begins to read; release with member_close. */
MemberStream *member_open(const FileReader *reader, const WeightPlace *place);

/** The next bytes. @return how many: fewer than `len` at the end or at a fault */
size_t member_get(MemberStream *stream, void *out, size_t len);

/** Checks that the member ends here and that its checksum is right.
 *  @return NULL, or what was wrong, here or before, in words that follow a name: "ends too early"
 */
const char *member_finish(MemberStream *stream);

void member_close(MemberStream *stream);

#endif
