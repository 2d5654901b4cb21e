/* The version; CMakeLists.txt reads it from here. */
#ifndef NETC_DRIVER_VERSION_H
#define NETC_DRIVER_VERSION_H

#define NETC_VERSION "0.1.0"

#endif
