/* The geometry of a window layer, axis by axis: from its attributes to conv_arith and back into
 * words. Shared by conv, pools and tconv. */
#ifndef NETC_SEMA_WINDOW_H
#define NETC_SEMA_WINDOW_H

#include "sema/infer.h"
#include "sema/relation.h"
#include "tensor/solve.h"

typedef struct Window {
    WindowKind kind;
    int n;                         /* spatial axes */
    ConvAxis axis[MAX_SPATIAL];    /* as given to conv_arith */
    PadSpec pad[MAX_SPATIAL];      /* as written, or solved */
    unsigned unknown[MAX_SPATIAL]; /* what was `?`: a set of Unknown */
    Border border;                 /* what stands in the padding */
    int64_t o[MAX_SPATIAL];        /* output extents; 0 where the axis failed */
    const char *name[MAX_SPATIAL]; /* "H" */
} Window;

/** Reads k, s, p and d (and whatever of them the layer has) into a window over the call's input and
 *  solves what is `?`.
 *  @param ceil  sizes are rounded up
 *  @return false if one is wrong: reported */
bool window_read(Sema *sema, const LayerCall *call, WindowKind kind, bool ceil, Window *out);

/** Sets the paddings, and for a transposed layer the a that a word means. */
void window_pad(WindowKind kind, const PadSpec *pad, ConvAxis *axis);

/** The names of the axes whose `wanted` is true, joined: "H and W". */
const char *window_axes(Sema *sema, const Window *window, const bool *wanted);

/** One number for the wanted axes: "5", or "5×3" where they differ. */
const char *window_numbers(Sema *sema, const Window *window, const int64_t *numbers,
                           const bool *wanted);

/** The effective kernel of an axis (it fits, or the layer was refused). */
int64_t window_kernel(const ConvAxis *axis);

/** Copies the window into a node. */
void window_store(const Window *window, Node *node);

/** The facts of one axis, and its relationship (relation_facts). */
void window_facts(Diag *diag, const Window *window, int axis);

/** Refuses an input that has not the form [N, C, two spatial axes]: N0313. */
bool require_image(Sema *sema, const LayerCall *call);

/** Refuses a pool without a stride (N0305), or one beside k=all. */
bool require_stride(Sema *sema, const LayerCall *call);

/** Refuses `a` beside p=same or p=causal on a tconv (N0321). */
bool a_may_stand(Sema *sema, const LayerCall *call, const Window *window);

/** Warnings about a healthy window layer: W0701 .. W0706. */
void window_warn(Sema *sema, const LayerCall *call, const Window *window);

#endif
