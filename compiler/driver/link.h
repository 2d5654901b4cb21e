/* Making a shared library with a linker of the system. */
#ifndef NETC_DRIVER_LINK_H
#define NETC_DRIVER_LINK_H

#include "driver/options.h"

/** Links an object to a shared library with ld.lld, ld or cc, whichever PATH has first.
 *  @param text    receives the library's bytes
 *  @param output  where it will be written: its last part is the library's own name, and its folder
 *                 holds what the linker reads and writes for a moment
 *  @return STATUS_DONE, or STATUS_OUTPUT after a message: there is no linker, or it failed */
ExitStatus link_shared(Text *text, const char *output, const char *object, size_t len);

#endif
