/* The report as JSON. Times in microseconds, rates in GFLOP/s and GB/s (10^9), shares from 0 to 1;
 * a figure that was not taken is null. */
#include "report.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

static json_t *number(double value, bool known) {
    return known && isfinite(value) ? json_real(value) : json_null();
}

static json_t *timing_json(const Report *report, const Case *item, const Timing *timing) {
    if (!timing->samples) return json_null();
    double counted = report_gflops(item->macs_counted, timing->min);
    double on_data = report_gflops(item->macs, timing->min), peak = report_peak(report);
    bool works = item->macs > 0;
    json_t *json = json_object();
    json_object_set_new(json, "min_us", json_real(1e6 * timing->min));
    json_object_set_new(json, "median_us", json_real(1e6 * timing->median));
    json_object_set_new(json, "samples", json_integer((json_int_t)timing->samples));
    json_object_set_new(json, "gflops_counted", number(counted, works));
    json_object_set_new(json, "gflops_on_data", number(on_data, works));
    json_object_set_new(json, "share_counted", number(counted / peak, works));
    json_object_set_new(json, "share_on_data", number(on_data / peak, works));
    json_object_set_new(json, "gbs", json_real(1e-9 * (double)item->bytes / timing->min));
    return json;
}

static json_t *floor_json(const Case *item) {
    if (item->floor == FLOOR_PEER) return json_string("ort");
    return number(item->floor_share, item->floor == FLOOR_SHARE);
}

static json_t *row_json(Arena *arena, const Report *report, const Row *row) {
    const Case *item = row->item;
    const char *why = row_void(arena, row);
    json_t *json = json_object();
    json_object_set_new(json, "name", json_string(item->name));
    json_object_set_new(json, "network", json_string(item->network));
    json_object_set_new(json, "macs_counted", json_integer(item->macs_counted));
    json_object_set_new(json, "macs_on_data", json_integer(item->macs));
    json_object_set_new(json, "bytes", json_integer(item->bytes));
    json_object_set_new(json, "ort_operators", json_string(item->operators));
    json_object_set_new(json, "ours", timing_json(report, item, &row->ours));
    json_object_set_new(json, "ours_again", timing_json(report, item, &row->again));
    json_object_set_new(json, "ort", timing_json(report, item, &row->ort));
    json_object_set_new(json, "ort_alone", timing_json(report, item, &row->alone));
    json_object_set_new(json, "difference", number(row->difference, row->compared));
    json_object_set_new(json, "void", why ? json_string(why) : json_null());
    json_object_set_new(json, "problem", row->problem ? json_string(row->problem) : json_null());
    json_object_set_new(json, "floor", floor_json(item));
    json_object_set_new(json, "meets_floor",
                        row_has_verdict(arena, row) ? json_boolean(row_meets_floor(report, row))
                                                    : json_null());
    return json;
}

void print_json(Text *text, const Report *report) {
    json_t *json = json_object(), *peaks = json_object(), *rows = json_array();
    for (int i = 0; i < 3; i++) {
        const char *bits = arena_printf(text->arena, "%d", 128 << i);
        json_object_set_new(peaks, bits, number(report->fma_gflops[i], report->fma_gflops[i] > 0));
    }
    for (size_t i = 0; i < report->rows.len; i++)
        json_array_append_new(rows, row_json(text->arena, report, &report->rows.at[i]));
    json_object_set_new(json, "cpu", json_string(report->cpu));
    json_object_set_new(json, "core", json_integer(report->core));
    json_object_set_new(json, "load", json_real(report->load));
    json_object_set_new(json, "vector_bits", json_integer(report->vector_bits));
    json_object_set_new(json, "fma_gflops", peaks);
    json_object_set_new(json, "read_gbs", json_real(report->read_gbs));
    json_object_set_new(json, "read_l2_gbs", json_real(report->read_l2_gbs));
    json_object_set_new(json, "compiler", json_string(report->compiler));
    json_object_set_new(json, "target", json_string(report->target));
    json_object_set_new(json, "onnxruntime", json_string(report->ort));
    json_object_set_new(json, "rounds", json_integer(report->rounds));
    json_object_set_new(json, "seconds", json_real(report->seconds));
    json_object_set_new(json, "rows", rows);
    char *dump = json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
    text_puts(text, dump ? dump : "null");
    text_puts(text, "\n");
    free(dump);
    json_decref(json);
}
