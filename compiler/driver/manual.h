/* The command line for others than the reader of --help: the manual page, and the completions of
 * shells. All of it is made from options.def. */
#ifndef NETC_DRIVER_MANUAL_H
#define NETC_DRIVER_MANUAL_H

#include "driver/options.h"

/** Appends what `netc help TOPIC` prints: man, bash, zsh or fish.
 *  @return false if there is no such topic */
bool manual_print(Text *out, const char *topic);

/** Append the completions of a shell, to be sourced or put where the shell looks for them. */
void print_bash_completion(Text *out);
void print_zsh_completion(Text *out);
void print_fish_completion(Text *out);

#endif
