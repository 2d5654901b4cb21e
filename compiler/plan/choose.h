/* The choice of register tiles by an analytical model of the core (performance.md 4.0, 5). */
#ifndef NETC_PLAN_CHOOSE_H
#define NETC_PLAN_CHOOSE_H

#include "plan/plan.h"

/** The tile of a conv, tconv or dense node: lanes along output channels, `m` along the innermost
 *  output axis (or the batch where every spatial extent is 1). */
PlanTile choose_tap_tile(const CpuModel *cpu, const Node *node);

/** The tile of a pool: lanes along channels.
 *  @param unroll  receives whether one row of a tile's inputs and its results fit the registers:
 * the taps of the row then need no loop, and each input is loaded once */
PlanTile choose_pool_tile(const CpuModel *cpu, const Node *node, bool *unroll);

/** The layout in which a conv, tconv or dense node reads its input best: blocked where neighbouring
 *  channels would else lie far apart and the copy is small beside the arithmetic. */
Layout choose_tap_input(const CpuModel *cpu, const Node *node, Layout present);

/** The layout in which it stores: channels adjacent, in blocks where every group fills them. */
Layout choose_tap_output(const CpuModel *cpu, const Node *node);

/** True if lanes along the row are faster than lanes along output channels: few channels, long
 * rows.
 *  @param present       layout of the input; a row needs it plain
 *  @param plain_output  the output is wanted in plain layout
 *  @param tile          receives its tile, if so */
bool choose_row_kernel(const CpuModel *cpu, const Node *node, Layout present, bool plain_output,
                       PlanTile *tile);

/** The tile of a matmul: lanes along the last axis of the result, `m` along its longest axis that
 *  the operand with that one lacks. */
PlanTile choose_matmul_tile(const CpuModel *cpu, const Node *node);

/** True if the node's groups are narrower than a vector: several of them then share one. */
bool choose_group_kernel(const CpuModel *cpu, const Node *node);
PlanTile choose_group_tile(const CpuModel *cpu, const Node *node);

/** Channels adjacent, in blocks only if a vector's groups read just one block. */
Layout choose_group_input(const CpuModel *cpu, const Node *node, Layout present);

/** The layouts of a pool: channels adjacent on both sides, in blocks unless they come otherwise. */
Layout choose_pool_input(const CpuModel *cpu, const Node *node, Layout present);
Layout choose_pool_output(const CpuModel *cpu, const Node *node, Layout input);

/** True if all weights of the node stay in half of the second-level cache: rows are then the outer
 *  loop, so that an input row serves every channel tile while it is near. */
bool choose_rows_outer(const CpuModel *cpu, const Node *node);

/** Tiles of a 1x1 window's image whose inputs fill half of the second-level cache: all channel
 * tiles read them there before the next ones come. 0 where the whole image fits. */
int64_t choose_block_tiles(const CpuModel *cpu, const Node *node, const PlanTile *tile);

/** The axis along which a window node's register tile runs: the last spatial axis with more than
 *  one output, or NO_AXIS for the batch where there is none. */
int choose_pixel_axis(const Node *node);

#endif
