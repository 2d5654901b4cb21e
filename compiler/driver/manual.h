/* The command line for others than the reader of --help: the manual page, and the completions of
 * shells. All of it is made from options.def. */
#ifndef NETC_DRIVER_MANUAL_H
#define NETC_DRIVER_MANUAL_H

#include "driver/options.h"

/** A name and what it means. */
typedef struct HelpRow {
    const char *name, *text;
} HelpRow;

/** The tables of topics.def, by index; NULL, or a row of NULLs, after the last. */
const char *status_text(size_t number);
const HelpRow *environment_row(size_t index);
HelpRow topic_row(size_t index);

/** Appends what `netc help TOPIC` prints, of the topics of topics.def.
 *  @return false if there is no such topic */
bool topic_print(Text *out, const char *name);

/** Append the text of a topic. */
void print_exit_topic(Text *out);
void print_environment_topic(Text *out);
void print_warnings_topic(Text *out);
void print_manual(Text *out);

/** Append the completions of a shell, to be sourced or put where the shell looks for them. */
void print_bash_completion(Text *out);
void print_zsh_completion(Text *out);
void print_fish_completion(Text *out);

#endif
