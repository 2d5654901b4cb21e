/* Blocks of layers that occur several times -> defs, and uses of them. */
#ifndef NETC_IMPORT_BLOCKS_H
#define NETC_IMPORT_BLOCKS_H

#include "import/ir.h"

/** Layers first .. first+len-1 of the list, as a block: what comes in, and its one result. */
typedef struct Block {
    size_t first;
    Value *in[LAYER_INPUTS];
    size_t n_in;
    Value *result;
} Block;

/** Makes defs of blocks as long as the text becomes shorter by them. Labels are given. */
void find_blocks(Import *im);

/** A def of blocks of `len` layers that differ in numbers alone; the blocks become uses of it.
 *  @param blocks  n of them, in order, disjoint
 *  @return false if they differ in more numbers than a reader would follow; nothing changes then */
bool make_def(Import *im, const Block *blocks, size_t n, size_t len);

/** Makes chains of uses of one def that are alike, or differ in one number, one use that repeats.
 */
void repeat_uses(Import *im);

#endif
