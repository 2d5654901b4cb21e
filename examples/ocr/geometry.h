/* Points, rectangles of any direction, and quadrilaterals. x to the right, y downwards. */
#ifndef GEOMETRY_H
#define GEOMETRY_H

typedef struct Point {
    double x, y;
} Point;

typedef struct Rectangle {
    Point middle, along;   /* `along` has length 1; the sides of this length lie in its direction */
    double length, height; /* at least 0 */
} Rectangle;

/** Corners clockwise, as one sees it, from the top left of the text in it. */
typedef struct Quad {
    Point corner[4];
} Quad;

/** Moves the corners of the convex hull of n >= 1 points to their front, clockwise; none lies
 *  between two others.
 *  @return how many they are; 0 if memory is short */
int convex_hull(Point *points, int n);

/** The rectangle of the least area around a convex hull of n >= 1 corners: one of its sides lies on
 *  one of the hull's. `along` points to the right, by at most 45 degrees up or down. */
Rectangle smallest_rectangle(const Point *hull, int n);

/** The corners of a rectangle. Text in a rectangle that is at least 1.5 times as high as long is
 *  taken to run downwards. */
Quad rectangle_quad(const Rectangle *rectangle);

/** The same corners, of text that is upside down. */
Quad quad_turned(const Quad *quad);

Point quad_middle(const Quad *quad);

/** The length of the text's line, and its height. */
double quad_length(const Quad *quad);
double quad_height(const Quad *quad);

#endif
