/* `netc version`. */
#include "driver/commands.h"
#include "driver/console.h"
#include "driver/version.h"

ExitStatus cmd_version(Arena *arena, const Options *options) {
    (void)options;
    Text text = text_in(arena);
    text_puts(&text, "netc " NETC_VERSION "\n");
    return console_print(&text);
}
