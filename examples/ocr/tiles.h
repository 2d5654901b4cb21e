/* A network of one size on a longer axis: tiles that overlap. */
#ifndef TILES_H
#define TILES_H

/** The tiles of an axis are spread evenly, and the first and the last end with it. */
typedef struct Tiles {
    int extent; /* of the axis, at least 1 */
    int side;   /* of a tile */
    int count;
} Tiles;

/** As few tiles as overlap by at least `overlap`, 0 <= overlap < side. */
Tiles tiles_over(int extent, int side, int overlap);

/** Where tile i begins, and where it ends: at most `side` behind. */
int tiles_begin(const Tiles *tiles, int i);
int tiles_end(const Tiles *tiles, int i);

/** From where on tile i is used: the middle of what it shares with the one before. */
int tiles_first(const Tiles *tiles, int i);

#endif
