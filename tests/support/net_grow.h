/* A network as it grows, and what the statements share: the files net_*.c of this folder. */
#ifndef NETC_TESTS_NET_GROW_H
#define NETC_TESTS_NET_GROW_H

#include "base/text.h"
#include "support/net_generator.h"
#include "tensor/conv_arith.h"
#include "tensor/shape.h"
#include "tensor/tap.h"

#include <stdbool.h>

enum {
    MAX_VALUES = 24,
    RANKS = MAX_SPATIAL,
    MAX_DEGREE = 6 /* of a value as a polynomial in the input: products grow fast */
};

/** A value of the network. */
typedef struct Made {
    const char *name;
    const char *order;        /* its axes by letter: "NCHW", "TC", "NC" */
    bool flat;                /* without spatial axes */
    int64_t c, extent[RANKS]; /* 1 along the axes that the network lacks */
    int degree;               /* as a polynomial in the input */
    /* The conv or pool that it holds, for `of`. */
    bool is_conv, is_pool;
    int64_t c_in;
    ConvAxis axis[RANKS];
} Made;

typedef struct Generator {
    Arena *arena;
    Text text;
    uint64_t state;
    int rank;              /* spatial axes: 1 to 3 */
    bool batched;          /* there is an axis N */
    int64_t batch, macs;   /* 1 without N; of all layers together */
    Made made[MAX_VALUES]; /* the last one is what the next statement takes */
    int n_made;
    NetCensus census;
} Generator;

/** One statement; false: not here, nothing was written. */
typedef bool (*Step)(Generator *);

/** A whole number in least .. most; true so many times in a hundred; a size around vector widths.
 */
int64_t pick(Generator *g, int64_t least, int64_t most);
bool chance(Generator *g, int percent);
int64_t pick_size(Generator *g);

void count(Generator *g, NetFeature feature, bool present);

/** The last value; an earlier one, or the last. */
Made *last(Generator *g);
Made *any_made(Generator *g);

/** The letter of spatial axis `axis`, or C for -1. */
char axis_letter(const Generator *g, int axis);

/** The channels of a value (axis -1), or its extent along a spatial axis. */
int64_t *extent_of(Made *value, int axis);

bool same_extents(const Generator *g, const Made *a, const Made *b);

/** N and C anywhere among the spatial axes, which keep their order. */
char *any_order(Generator *g);

/** Within the limits of a value and of the network's multiply-adds. */
bool is_small(const Generator *g, const Made *value, int64_t macs);

/** Begins `vN = `, gives the value that is being made. */
Made *begin(Generator *g, const Made *shape);

/** Perhaps a norm and an activation behind the layer; then the assertion of the sizes. */
void end(Generator *g, const Made *value, int activation_percent);

/** "N: 1, C: 3, H: 5" in the value's order. */
void write_axes(Generator *g, const Made *value);

/** NAME3 or NAME3x5, one number for each spatial axis. */
void write_sizes(Generator *g, const char *name, const int64_t *numbers);

/** Appends " |> relu" or another function, counted. */
void write_activation(Generator *g);

/** " + ", " - " or " * " between values of these degrees; NULL if the product grows too fast. */
const char *pick_join(Generator *g, int left, int right, int *degree);

/** What stands around the data: zero, or those that read them again. */
enum { ZERO, REFLECT, REPLICATE, CIRCULAR };
extern const char *const border_words[];

/** Whether an axis of i elements has what is to stand around it. */
bool border_has_data(int border, int64_t i, int64_t p);

/* net_windows.c */
bool add_conv(Generator *g);
bool add_tconv(Generator *g);
bool add_tconv_of(Generator *g);
bool add_pool(Generator *g);
bool add_block(Generator *g);
bool add_pixel_shuffle(Generator *g);
bool add_pixel_unshuffle(Generator *g);
bool add_dense(Generator *g);

/* net_moves.c */
bool add_concat(Generator *g);
bool add_split(Generator *g);
bool add_crop(Generator *g);
bool add_crop_to(Generator *g);
bool add_pad(Generator *g);
bool add_permute(Generator *g);
bool add_reshape(Generator *g);
bool add_upsample(Generator *g);
bool add_flatten(Generator *g);
bool add_argmax(Generator *g);

/* net_matmul.c */
bool add_matmul(Generator *g);

#endif
