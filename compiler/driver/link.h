/* Making a shared library with a linker of the system. */
#ifndef NETC_DRIVER_LINK_H
#define NETC_DRIVER_LINK_H

#include "base/file.h"
#include "driver/options.h"

/** Links an object to a shared library with ld.lld, ld or cc, whichever PATH has first.
 *  @param output  where it will be written: its last part is the library's own name, and its folder
 *                 holds what the linker reads and writes for a moment
 *  @param library receives its bytes, in `arena`
 *  @return STATUS_DONE, or STATUS_OUTPUT after a message: there is no linker, or it failed */
ExitStatus link_shared(Arena *arena, const char *output, Bytes object, Bytes *library);

#endif
