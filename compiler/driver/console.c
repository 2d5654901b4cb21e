/* Words on standard error, results on standard output or in files. */
#include "driver/console.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

void console_begin(void) {
    /* Opened the wrong way round, so that any use of a file that was closed is an error. */
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            _exit(STATUS_INTERNAL);
    signal(SIGPIPE, SIG_IGN);
}

static bool takes_colour(int fd) {
    const char *no = getenv("NO_COLOR"), *terminal = getenv("TERM");
    return isatty(fd) && !(no && *no) && terminal && strcmp(terminal, "dumb") != 0;
}

bool console_is_terminal(void) { return isatty(STDERR_FILENO); }

bool console_colour(void) { return takes_colour(STDERR_FILENO); }

bool console_output_colour(void) { return takes_colour(STDOUT_FILENO); }

size_t console_columns(void) {
    struct winsize size;
    bool sized = isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
    return sized ? size.ws_col : 0;
}

size_t console_width(void) {
    enum { LEAST = 40, MOST = 100 };
    const char *given = getenv("COLUMNS");
    long columns = given ? strtol(given, NULL, 10) : 0;
    if (columns <= 0) columns = (long)console_columns();
    if (columns <= 0 || columns > MOST) return MOST;
    return columns < LEAST ? LEAST : (size_t)columns;
}

const char *console_quote(Arena *arena, const char *string) {
    Text text = text_in(arena);
    text_quote(&text, string, strlen(string));
    return text_str(&text);
}

ExitStatus console_fail(ExitStatus status, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fputs("netc: ", stderr);
    vfprintf(stderr, format, args);
    fputs("\n", stderr);
    va_end(args);
    return status;
}

ExitStatus console_usage(CommandKind command, const char *wrong) {
    console_fail(STATUS_USAGE, "%s", wrong);
    if (command == COMMANDS) return console_fail(STATUS_USAGE, "`netc help` lists the commands");
    return console_fail(STATUS_USAGE, "`netc help %s` lists its options",
                        command_info(command)->name);
}

ExitStatus console_print(const Text *text) {
    OutputFile file = {.path = "-", .data = text_str(text), .len = text->len};
    return console_write(text->arena, &file, 1);
}

ExitStatus console_write(Arena *arena, const OutputFile *files, size_t n) {
    const char *path, *why = files_write(arena, files, n, &path);
    if (!why) return STATUS_DONE;
    const char *name = strcmp(path, "-") == 0 ? "standard output" : console_quote(arena, path);
    return console_fail(STATUS_OUTPUT, "cannot write %s: %s", name, why);
}
