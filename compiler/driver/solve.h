/* The two halves of `netc solve`: one layer, or a network. */
#ifndef NETC_DRIVER_SOLVE_H
#define NETC_DRIVER_SOLVE_H

#include "driver/options.h"

/** `netc solve LAYER INPUT OUTPUT`. */
ExitStatus solve_layer(Arena *arena, const Options *options);

/** `netc solve FILE.net --output 28x28`, or `--inputs`. */
ExitStatus solve_network(Arena *arena, const Options *options);

#endif
