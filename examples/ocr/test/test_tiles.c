/* tiles: every extent. */
#include "tiles.h"

#include <criterion/criterion.h>

enum { SIDE = 736, OVERLAP = 128 };

Test(tiles, cover_an_axis_and_overlap) {
    for (int extent = 1; extent <= 4000; extent++) {
        Tiles t = tiles_over(extent, SIDE, OVERLAP);
        cr_assert_eq(tiles_begin(&t, 0), 0);
        cr_assert_eq(tiles_first(&t, 0), 0);
        cr_assert_eq(tiles_end(&t, t.count - 1), extent);
        for (int i = 1; i < t.count; i++) {
            int shared = tiles_end(&t, i - 1) - tiles_begin(&t, i);
            cr_assert_geq(shared, OVERLAP, "extent %d, tile %d", extent, i);
            cr_assert_eq(tiles_end(&t, i) - tiles_begin(&t, i), SIDE);
            cr_assert_geq(tiles_first(&t, i) - tiles_begin(&t, i), OVERLAP / 2);
            cr_assert_geq(tiles_end(&t, i - 1) - tiles_first(&t, i), OVERLAP / 2);
        }
        cr_assert_eq(t.count, extent <= SIDE
                                  ? 1
                                  : 1 + (extent - SIDE + SIDE - OVERLAP - 1) / (SIDE - OVERLAP));
    }
}
