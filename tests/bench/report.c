/* Judges rows and writes the table. Figures are printed with few digits: what differs in the third
 * one differs between two runs. */
#include "report.h"

#include "measure/rounds.h"

static const double PAIR_TOLERANCE = 0.03, RESULT_TOLERANCE = 1e-4;

double report_peak(const Report *report) {
    return report->fma_gflops[report->vector_bits == 512 ? 2 : report->vector_bits == 256 ? 1 : 0];
}

double report_gflops(int64_t macs, double seconds) { return 2e-9 * (double)macs / seconds; }

static double pair_distance(const Row *row) {
    return stats_distance(row->ours.min, row->again.min);
}

const char *row_void(Arena *arena, const Row *row) {
    if (row->compared && !(row->difference <= RESULT_TOLERANCE))
        return arena_printf(arena, "results differ by %.1e", row->difference);
    if (row->ours.samples && pair_distance(row) > PAIR_TOLERANCE)
        return arena_printf(arena, "A/A differs by %.1f %%", 100 * pair_distance(row));
    return NULL;
}

bool row_has_verdict(Arena *arena, const Row *row) {
    return row->item->floor != FLOOR_NONE && row->ours.samples && !row_void(arena, row) &&
           (row->item->floor == FLOOR_SHARE || row->ort.samples);
}

bool row_meets_floor(const Report *report, const Row *row) {
    if (row->item->floor == FLOOR_PEER) return row->ours.min <= row->ort.min;
    double gflops = report_gflops(row->item->macs_counted, row->ours.min);
    return gflops >= row->item->floor_share * report_peak(report);
}

/* --- Markdown --------------------------------------------------------------------------------- */

static void print_machine(Text *text, const Report *report) {
    text_printf(text, "# Benchmark\n\n%s, core %d, one thread, batch 1.\n", report->cpu,
                report->core);
    text_puts(text, "FMA peak:");
    for (int i = 0; i < 3; i++)
        if (report->fma_gflops[i] > 0)
            text_printf(text, "%s %.1f GFLOP/s with %d-bit vectors", i ? "," : "",
                        report->fma_gflops[i], 128 << i);
    text_printf(text, "; shares refer to %d bits.\n", report->vector_bits);
    text_printf(text, "Read bandwidth: %.1f GB/s from memory, %.1f GB/s from the second cache.\n",
                report->read_gbs, report->read_l2_gbs);
    if (report->compiler[0])
        text_printf(text, "Ours: %s for %s. ", report->compiler, report->target);
    text_printf(text, "Peer: ONNX Runtime %s.\n", report->ort);
    text_printf(text, "%d interleaved rounds of %.2f s; load %.1f when it began.\n\n",
                report->rounds, report->seconds, report->load);
}

/* Three significant digits or more, never an exponent. */
static void print_figure(Text *text, double value) {
    text_printf(text, "%.*f", value >= 1000 ? 0 : value >= 100 ? 1 : value >= 10 ? 2 : 3, value);
}

static void print_time(Text *text, const Timing *timing) {
    if (!timing->samples) {
        text_puts(text, " – |");
        return;
    }
    text_puts(text, " ");
    print_figure(text, 1e6 * timing->min);
    text_puts(text, " (");
    print_figure(text, 1e6 * timing->median);
    text_puts(text, ") |");
}

/* GFLOP/s and share of the peak, padding taps counted, with the figures on data alone in brackets:
 * two cells. */
static void print_rate(Text *text, const Report *report, const Case *item, const Timing *timing) {
    if (!timing->samples || !item->macs) {
        text_puts(text, " – | – |");
        return;
    }
    double counted = report_gflops(item->macs_counted, timing->min);
    double on_data = report_gflops(item->macs, timing->min), peak = report_peak(report);
    text_printf(text, " %.1f (%.1f) | %.1f (%.1f) |", counted, on_data, 100 * counted / peak,
                100 * on_data / peak);
}

static void print_bandwidth(Text *text, const Case *item, const Timing *timing) {
    if (timing->samples)
        text_printf(text, " %.1f |", 1e-9 * (double)item->bytes / timing->min);
    else
        text_puts(text, " – |");
}

static void print_verdict(Text *text, const Report *report, const Row *row) {
    const char *why = row_void(text->arena, row);
    if (why)
        text_printf(text, " **void**: %s |", why);
    else if (row->problem)
        text_printf(text, " %s |", row->problem);
    else if (row_has_verdict(text->arena, row))
        text_puts(text, row_meets_floor(report, row) ? " met |" : " **missed** |");
    else
        text_puts(text, " |");
}

static void print_floor(Text *text, const Case *item) {
    if (item->floor == FLOOR_SHARE)
        text_printf(text, " %.0f %% |", 100 * item->floor_share);
    else
        text_puts(text, item->floor == FLOOR_PEER ? " ort |" : " |");
}

static void print_row(Text *text, const Report *report, const Row *row) {
    const Case *item = row->item;
    text_printf(text, "| %s |", item->name);
    print_time(text, &row->ours);
    print_time(text, &row->ort);
    print_time(text, &row->alone);
    if (row->ours.samples && row->ort.samples)
        text_printf(text, " %.2f |", row->ort.min / row->ours.min);
    else
        text_puts(text, " – |");
    print_rate(text, report, item, &row->ours);
    print_rate(text, report, item, &row->ort);
    print_bandwidth(text, item, &row->ours);
    print_bandwidth(text, item, &row->ort);
    if (!row->compared)
        text_puts(text, " – |");
    else if (row->difference == 0)
        text_puts(text, " 0 |");
    else
        text_printf(text, " %.0e |", row->difference);
    print_floor(text, item);
    print_verdict(text, report, row);
    text_puts(text, "\n");
}

void print_markdown(Text *text, const Report *report) {
    print_machine(text, report);
    text_puts(text, "| case | ours µs | ort µs | ort alone µs | ort/ours "
                    "| ours GFLOP/s | % of peak | ort GFLOP/s | % of peak "
                    "| ours GB/s | ort GB/s | difference | floor | verdict |\n"
                    "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|\n");
    for (size_t i = 0; i < report->rows.len; i++) print_row(text, report, &report->rows.at[i]);
    text_puts(text,
              "\nTimes: smallest sample (median). GFLOP/s and % of peak: taps on padding counted "
              "(taps on data alone). `ort alone`: the layer without ONNX Runtime's layout "
              "conversions. GB/s: inputs, outputs and parameters once each.\n\n"
              "| case | network | M multiply-adds (on data) | ort runs |\n|---|---|---|---|\n");
    for (size_t i = 0; i < report->rows.len; i++) {
        const Case *item = report->rows.at[i].item;
        text_printf(text, "| %s | `", item->name);
        for (const char *c = item->network; *c; c++) /* a bar would end the cell */
            text_printf(text, "%s%c", *c == '|' ? "\\" : "", *c);
        text_printf(text, "` | %.2f (%.2f) | %s |\n", 1e-6 * (double)item->macs_counted,
                    1e-6 * (double)item->macs, item->operators);
    }
}
