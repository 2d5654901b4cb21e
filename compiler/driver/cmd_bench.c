/* `netc bench`: the time of each layer and of all, beside what the machine can do at most. */
#include "driver/bench.h"
#include "driver/commands.h"
#include "driver/sink.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* JSON of a figure that not every layer has. */
static json_t *figure(bool known, double value) { return known ? json_real(value) : json_null(); }

static void print_json(Text *text, const Bench *bench) {
    json_t *document = json_object(), *layers = json_array();
    for (size_t i = 0; i < bench->layers.len; i++) {
        const BenchLayer *layer = &bench->layers.at[i];
        json_t *json = json_object();
        bool works = layer->macs > 0;
        json_object_set_new(json, "path", json_string(layer->path));
        json_object_set_new(json, "us", json_real(1e6 * layer->seconds));
        json_object_set_new(json, "gflops",
                            figure(works, bench_gflops(layer->macs, layer->seconds)));
        json_object_set_new(json, "share",
                            figure(works, bench_share(bench, layer->macs, layer->seconds)));
        json_object_set_new(json, "predicted_us",
                            figure(layer->predicted > 0, 1e6 * layer->predicted));
        json_array_append_new(layers, json);
    }
    json_object_set_new(document, "fma_gflops", json_real(bench->fma_gflops));
    json_object_set_new(document, "read_gbs", figure(bench->read_gbs > 0, bench->read_gbs));
    json_object_set_new(document, "threads", json_integer(bench->threads));
    json_object_set_new(document, "layers", layers);
    json_object_set_new(document, "total_us", json_real(1e6 * bench->total));
    char *dump = json_dumps(document, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
    text_printf(text, "%s\n", dump);
    free(dump);
    json_decref(document);
}

/* Rate and share, or nothing where nothing is multiplied. */
static void print_rate(Text *text, const Bench *bench, int64_t macs, double seconds) {
    if (macs == 0)
        text_puts(text, "          -         -");
    else
        text_printf(text, "  %9.2f  %7.1f%%", bench_gflops(macs, seconds),
                    100 * bench_share(bench, macs, seconds));
}

static void print_table(Text *text, const Bench *bench) {
    int width = 8;
    double sum = 0;
    for (size_t i = 0; i < bench->layers.len; i++) {
        int len = (int)strlen(bench->layers.at[i].path);
        if (len > width) width = len;
        sum += bench->layers.at[i].seconds;
    }
    text_printf(text, "%-*s        us  of sum    GFLOP/s   of peak  predicted us\n", width,
                "layer");
    for (size_t i = 0; i < bench->layers.len; i++) {
        const BenchLayer *layer = &bench->layers.at[i];
        text_printf(text, "%-*s  %8.2f  %5.1f%%", width, layer->path, 1e6 * layer->seconds,
                    sum > 0 ? 100 * layer->seconds / sum : 0);
        print_rate(text, bench, layer->macs, layer->seconds);
        if (layer->predicted > 0)
            text_printf(text, "  %12.2f\n", 1e6 * layer->predicted);
        else
            text_puts(text, "             -\n");
    }
    text_printf(text, "%-*s  %8.2f        ", width, "a run", 1e6 * bench->total);
    print_rate(text, bench, bench->macs, bench->total);
    text_printf(text,
                "\n\nThe best of several samples on %d thread%s; layers alone, with their data in "
                "the caches.\nFMA peak %.1f GFLOP/s with vectors of %d bits",
                bench->threads, bench->threads == 1 ? "" : "s", bench->fma_gflops,
                bench->vector_bits);
    if (bench->read_gbs > 0) text_printf(text, ", memory %.1f GB/s", bench->read_gbs);
    text_puts(text, ".\nPredicted: the work at the peak, or the data once at "
                    "the bandwidth, whichever takes longer.\n");
}

ExitStatus cmd_bench(Arena *arena, const Options *options) {
    Compilation compilation;
    Bench bench;
    ExitStatus status =
        front_load(arena, options, options->files.at[0], GOAL_WEIGHTS, &compilation);
    if (status == STATUS_DONE) status = bench_run(&compilation, &bench);
    if (status != STATUS_DONE) return status;
    front_report_times(&compilation);
    Text text = text_in(arena);
    if (options->json)
        print_json(&text, &bench);
    else
        print_table(&text, &bench);
    return sink_print_result(options, &text);
}
