/* A .net program given as text, taken through the front half. */
#ifndef NETC_TESTS_DRIVER_PROGRAM_H
#define NETC_TESTS_DRIVER_PROGRAM_H

#include "driver/front.h"

/** Loads a program that has no errors, its weights too; fails the test otherwise. The first lines
 *  (`net 1`, `model`, `weights random`) are supplied. */
void program_load(Arena *arena, const Options *options, const char *text, Compilation *out);

#endif
