/* The network as text, and the names and paths in it. */
#ifndef NETC_IMPORT_PRINT_H
#define NETC_IMPORT_PRINT_H

#include "import/ir.h"

/** Gives names to the values that need one, and paths to the layers with parameters. */
void print_names(Import *im);

/** The text, not yet formatted. Names are given. */
void print_net(Import *im, bool has_weights, Text *text);

#endif
