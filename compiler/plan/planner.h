/* What the files that plan steps share: the plan as it grows, tensors and steps to add to it. */
#ifndef NETC_PLAN_PLANNER_H
#define NETC_PLAN_PLANNER_H

#include "plan/plan.h"

typedef struct Planner {
    Plan *plan;
    const Graph *graph;
    int *first_tensor;   /* by Value.id: the tensor it was made in, -1 before */
    int *output;         /* by Value.id: the first output of the model that it is, or -1 */
    const Node **joined; /* by Value.id: the first concat that takes it, or NULL */
} Planner;

/** Adds a tensor of its own for a value; gives its number. */
int planner_add_tensor(Planner *p, const Value *value, Layout layout);

/** The same for a constant, which is there before the first step in whatever layout. */
int planner_add_constant(Planner *p, const Value *value, Layout layout);

/** The same for a tensor that a step is about to make: in the output's argument if the value is an
 *  output of the model and the layout plain; in its place of the tensor that a concat is going to
 *  put together, if that can have the layout. */
int planner_add_made_tensor(Planner *p, const Value *value, Layout layout);

/** Adds a tensor that lies in the bytes of another, from element `start` of it on. */
int planner_add_view(Planner *p, const Value *value, int of, const Strides *strides, int64_t start);

/** The tensor that holds `value` in `layout` as f32; if there is none, a copy step makes it, or
 *  it is one more constant. */
int planner_tensor_in(Planner *p, const Value *value, Layout layout);

/** The same for a step that reads each element once: of u8 it converts them itself. */
int planner_stored_in(Planner *p, const Value *value, Layout layout);

/** The tensor a value was made in, of whatever element type, and its layout. */
int planner_tensor_any(const Planner *p, const Value *value);
Layout planner_layout_any(const Planner *p, const Value *value);

/** A step of the node, without its inputs. */
PlanStep planner_step(Planner *p, const Node *node, PlanAlgorithm algorithm);

/** Adds a step that makes tensor `output`; a step that copies one tensor to another. */
void planner_add_step(Planner *p, PlanStep step, int output);
void planner_add_copy(Planner *p, int from, int to);

/** The tensor of a value in its place of what a concat makes of it, or -1. */
int planner_add_joined(Planner *p, const Value *value, Layout layout);

/* plan_moves.c: the layers that move elements. */
void plan_flatten(Planner *p, const Node *node);
void plan_reshape(Planner *p, const Node *node);
void plan_permute(Planner *p, const Node *node);
void plan_concat(Planner *p, const Node *node);
void plan_part(Planner *p, const Node *node);
void plan_upsample(Planner *p, const Node *node);
void plan_pixel_shuffle(Planner *p, const Node *node);
void plan_pad(Planner *p, const Node *node);

#endif
