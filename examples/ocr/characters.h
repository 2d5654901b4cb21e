/* What the classes of the recogniser stand for, in UTF-8; characters.py makes the table. */
#ifndef CHARACTERS_H
#define CHARACTERS_H

enum { CHARACTER_COUNT = 6625, MOST_CHARACTER_BYTES = 4 };

extern const char *const CHARACTERS[CHARACTER_COUNT];

#endif
