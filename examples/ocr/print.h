/* Lines of text on standard output. */
#ifndef PRINT_H
#define PRINT_H

#include "read.h"

/** A line of text: its number, how sure the program is, the corners of its box, what it says. */
void print_line(int number, const Line *line);

/** An array of objects {"box": [[x, y], ...], "confidence": c, "text": "..."}. */
void print_json(const Line *lines, int n);

#endif
