/* bench: statistics, the list of cases, the report's two writings, a loaded model. Nothing here
 * depends on how fast the machine is. */
#include "model.h"
#include "measure/peak.h"
#include "report.h"
#include "measure/rounds.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

Test(bench, statistics) {
    Arena *arena = arena_create();
    struct {
        double samples[5];
        size_t count;
        double min, median;
    } table[] = {{{3}, 1, 3, 3},
                 {{4, 2}, 2, 2, 3},
                 {{9, 1, 5}, 3, 1, 5},
                 {{8, 2, 6, 4}, 4, 2, 5},
                 {{7, 7, 1, 7, 7}, 5, 1, 7}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        cr_assert_eq(stats_min(table[i].samples, table[i].count), table[i].min, "row %zu", i);
        cr_assert_eq(stats_median(arena, table[i].samples, table[i].count), table[i].median,
                     "row %zu", i);
    }
    cr_assert_float_eq(stats_distance(2, 3), 0.5, 1e-15);
    cr_assert_float_eq(stats_distance(3, 2), 0.5, 1e-15);
    cr_assert_eq(stats_distance(2, 2), 0);
    arena_destroy(arena);
}

/* Who called, in order; a call fails from the `fail_from`th on. */
typedef struct Log {
    char *at;
    char name;
    int calls, fail_from;
} Log;

static char order[64], *order_end;

static bool log_call(void *ctx) {
    Log *log = ctx;
    if (order_end < order + sizeof order - 1 && (order_end == order || order_end[-1] != log->name))
        *order_end++ = log->name;
    return ++log->calls < log->fail_from;
}

Test(bench, rounds_take_turns_and_stop_at_a_failure) {
    Arena *arena = arena_create();
    order_end = order;
    Log logs[] = {{.name = 'a', .fail_from = 1 << 30},
                  {.name = 'b', .fail_from = 1},
                  {.name = 'c', .fail_from = 1 << 30}};
    Contender contenders[3] = {{0}};
    for (int i = 0; i < 3; i++) {
        contenders[i].call = log_call;
        contenders[i].ctx = &logs[i];
    }
    rounds_run(arena, contenders, 3, &(RoundOptions){.rounds = 3, .seconds = 1e-9, .slice = 0});
    /* Calibration, then the turns abc, bca, cab without b: its first call failed. */
    cr_assert_str_eq(order, "abcacaca", "%s", order);
    cr_assert(contenders[1].failed);
    cr_assert_eq(contenders[1].samples.len, 0u);
    for (int i = 0; i < 3; i += 2) {
        cr_assert_not(contenders[i].failed);
        cr_assert_eq(contenders[i].samples.len, 3u);
        cr_assert_eq(logs[i].calls, 2 + 3 * 2, "calibration, and in each turn one call unseen");
    }
    /* More rounds add to the samples and do not calibrate again. */
    rounds_run(arena, contenders, 3, &(RoundOptions){.rounds = 2, .seconds = 1e-9, .slice = 0});
    cr_assert_eq(contenders[0].samples.len, 5u);
    cr_assert_eq(logs[0].calls, 2 + 5 * 2);
    cr_assert_eq(logs[1].calls, 1);
    arena_destroy(arena);
}

Test(bench, suite_lines) {
    Arena *arena = arena_create();
    Suite suite = {0};
    cr_assert_null(suite_read(arena,
                              "a\ta.net\t85%\t10\t12\t400\tx |> conv\tConv\n"
                              "b\tb.net\tort\t0\t0\t8\tx |> maxpool\tReorderInput MaxPool\n"
                              "c\tc.net\t-\t1\t1\t1\tn\t\n",
                              &suite));
    cr_assert_eq(suite.len, 3u);
    cr_assert_str_eq(suite.at[0].name, "a");
    cr_assert_eq(suite.at[0].floor, FLOOR_SHARE);
    cr_assert_float_eq(suite.at[0].floor_share, 0.85, 1e-12);
    cr_assert_eq(suite.at[0].macs, 10);
    cr_assert_eq(suite.at[0].macs_counted, 12);
    cr_assert_eq(suite.at[0].bytes, 400);
    cr_assert_eq(suite.at[1].floor, FLOOR_PEER);
    cr_assert_str_eq(suite.at[1].network, "x |> maxpool");
    cr_assert_str_eq(suite.at[1].operators, "ReorderInput MaxPool");
    cr_assert_eq(suite.at[2].floor, FLOOR_NONE);
    const char *bad[] = {"a\ta.net\t85%\t10\t12\t400\tx",   "a\ta.net\t85\t10\t12\t400\tx\ty",
                         "a\ta.net\t-\t-1\t12\t400\tx\ty",  "a\ta.net\t-\t1\t1x\t400\tx\ty",
                         "a\ta.net\t-\t1\t1\t400\tx\ty\tz", "a\ta.net\t-\t1\t\t400\tx\ty"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        Suite none = {0};
        const char *why = suite_read(arena, bad[i], &none);
        cr_assert(why && strcmp(why, "line 1 is not a case") == 0, "%s", bad[i]);
    }
    arena_destroy(arena);
}

/* A timing of `us` microseconds, the median twice as long; none for 0. */
static Timing timing(double us) {
    return (Timing){.min = 1e-6 * us, .median = 2e-6 * us, .samples = us > 0 ? 5 : 0};
}

static const Case CONV = {.name = "conv",
                          .network = "x |> conv",
                          .operators = "Conv",
                          .floor = FLOOR_SHARE,
                          .floor_share = 0.5,
                          .macs = 40000,
                          .macs_counted = 50000,
                          .bytes = 20000};

Test(bench, rows_are_judged) {
    Arena *arena = arena_create();
    Report report = {.vector_bits = 256, .fma_gflops = {50, 100, 0}}; /* 1 us is the whole peak */
    Case peer = CONV;
    peer.floor = FLOOR_PEER;
    struct {
        const Case *item;
        double ours, again, ort; /* microseconds; 0 where it did not run */
        const char *why;         /* of being void */
        bool verdict, met;
    } table[] = {
        {&CONV, 1.9, 1.9, 1, NULL, true, true},
        {&CONV, 2.1, 2.1, 9, NULL, true, false},
        {&CONV, 1, 1.04, 1, "A/A differs by 4.0 %", false, false},
        {&CONV, 1.02, 1, 1, NULL, true, true},
        {&CONV, 0, 0, 1, NULL, false, false},
        {&CONV, 1, 1, 0, NULL, true, true},
        {&peer, 1, 1, 1, NULL, true, true},
        {&peer, 2, 2, 1, NULL, true, false},
        {&peer, 2, 2, 0, NULL, false, false},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        Row row = {.item = table[i].item,
                   .ours = timing(table[i].ours),
                   .again = timing(table[i].again),
                   .ort = timing(table[i].ort)};
        const char *why = row_void(arena, &row);
        cr_assert(table[i].why ? why && strcmp(why, table[i].why) == 0 : !why, "row %zu: %s", i,
                  why ? why : "counts");
        cr_assert_eq(row_has_verdict(arena, &row), table[i].verdict, "row %zu", i);
        if (table[i].verdict)
            cr_assert_eq(row_meets_floor(&report, &row), table[i].met, "row %zu", i);
    }
    double differences[] = {0, 1e-4, 1.1e-4, INFINITY, NAN};
    for (size_t i = 0; i < 5; i++) {
        Row row = {.item = &CONV, .compared = true, .difference = differences[i]};
        cr_assert_eq(row_void(arena, &row) != NULL, i >= 2, "difference %g", differences[i]);
    }
    arena_destroy(arena);
}

/* A report with a row that counts, one that is void and one without an object. */
static Report make_report(Arena *arena) {
    static const Case pool = {
        .name = "pool", .network = "x |> \"p\"", .operators = "MaxPool", .bytes = 4000};
    Report report = {.cpu = "A CPU",
                     .core = 1,
                     .load = 0.5,
                     .vector_bits = 256,
                     .fma_gflops = {50, 100, 0},
                     .read_gbs = 20,
                     .read_l2_gbs = 90,
                     .compiler = "netc 0",
                     .target = "x86-64-v3",
                     .ort = "1.0",
                     .rounds = 5,
                     .seconds = 0.15};
    Row conv = {.item = &CONV,
                .ours = timing(1.25),
                .again = timing(1.25),
                .ort = timing(2.5),
                .alone = timing(2),
                .compared = true,
                .difference = 3e-7};
    Row wrong = conv;
    wrong.difference = INFINITY;
    Row missing = {.item = &pool, .ort = timing(4), .problem = "no object"};
    VEC_PUSH(arena, &report.rows, conv);
    VEC_PUSH(arena, &report.rows, wrong);
    VEC_PUSH(arena, &report.rows, missing);
    return report;
}

Test(bench, markdown) {
    Arena *arena = arena_create();
    Report report = make_report(arena);
    Text text = text_in(arena);
    print_markdown(&text, &report);
    const char *lines[] = {
        "A CPU, core 1, one thread, batch 1.\n",
        "FMA peak: 50.0 GFLOP/s with 128-bit vectors, 100.0 GFLOP/s with 256-bit vectors; shares "
        "refer to 256 bits.\n",
        "| conv | 1.250 (2.500) | 2.500 (5.000) | 2.000 (4.000) | 2.00 | 80.0 (64.0) | 80.0 (64.0) "
        "| 40.0 (32.0) | 40.0 (32.0) | 16.0 | 8.0 | 3e-07 | 50 % | met |\n",
        "| **void**: results differ by inf |\n",
        "| pool | – | 4.000 (8.000) | – | – | – | – | – | – | – | 1.0 | – | | no object |\n",
        "| conv | `x \\|> conv` | 0.05 (0.04) | Conv |\n"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        cr_assert_not_null(strstr(text_str(&text), lines[i]), "no line\n%sin\n%s", lines[i],
                           text_str(&text));
    arena_destroy(arena);
}

Test(bench, json) {
    Arena *arena = arena_create();
    Report report = make_report(arena);
    Text text = text_in(arena);
    print_json(&text, &report);
    json_error_t error;
    json_t *json = json_loads(text_str(&text), 0, &error);
    cr_assert_not_null(json, "%s", error.text);
    double peak = 0, share = 0, min = 0;
    int met = -1;
    const char *why = "", *network = "";
    json_t *none = NULL, *row512 = NULL;
    int status = json_unpack_ex(
        json, &error, 0, "{s:{s:F, s:o}, s:[{s:b, s:{s:F, s:F}}, {s:s, s:o}, {s:s, s:n, s:o}]}",
        "fma_gflops", "256", &peak, "512", &row512, "rows", "meets_floor", &met, "ours",
        "share_counted", &share, "min_us", &min, "void", &why, "difference", &none, "network",
        &network, "ours", "floor", &none);
    cr_assert_eq(status, 0, "%s", error.text);
    cr_assert_float_eq(peak, 100, 1e-9);
    cr_assert(json_is_null(row512) && json_is_null(none));
    cr_assert_float_eq(share, 0.8, 1e-5);
    cr_assert_float_eq(min, 1.25, 1e-5);
    cr_assert_eq(met, 1);
    cr_assert_str_eq(why, "results differ by inf");
    cr_assert_str_eq(network, "x |> \"p\"");
    json_decref(json);
    arena_destroy(arena);
}

Test(bench, inputs_are_tame) {
    float data[4096], other[4096];
    input_fill(0, data, 4096);
    input_fill(1, other, 4096);
    cr_assert_neq(memcmp(data, other, sizeof data), 0);
    double sum = 0;
    for (int i = 0; i < 4096; i++) {
        cr_assert(data[i] >= -1 && data[i] < 1, "element %d is %g", i, data[i]);
        cr_assert(data[i] == 0 || fabsf(data[i]) >= 0x1p-23f, "element %d is %g", i, data[i]);
        sum += data[i];
    }
    cr_assert_lt(fabs(sum), 200); /* 5 deviations are 185 */
    input_fill(0, other, 4096);
    cr_assert_eq(memcmp(data, other, sizeof data), 0);
}

Test(bench, differences) {
    struct {
        float a[3], b[3];
        double expected;
    } table[] = {{{1, 2, 3}, {1, 2, 3}, 0},
                 {{1, 2, 3}, {1, 2.5f, 5}, 0.5},
                 {{2, 2, 2}, {4, 4, 4}, 0.5},
                 {{NAN, 0, 0}, {0, 0, 0}, INFINITY},
                 {{0, 0, 0}, {0, INFINITY, 0}, INFINITY},
                 {{0, 1, 0}, {0, 0, 0}, INFINITY}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        cr_assert_eq(output_difference(table[i].a, table[i].b, 3), table[i].expected, "row %zu", i);
}

Test(bench, a_model_is_loaded_by_its_descriptor) {
    Arena *arena = arena_create();
    Model model, other;
    cr_assert_null(model_open(arena, NETC_STANDIN, "standin", &model));
    cr_assert_null(model_open(arena, NETC_STANDIN, "standin", &other));
    cr_assert_neq(model.inputs[0], other.inputs[0]);
    cr_assert_neq(model.outputs[0], other.outputs[0]);
    cr_assert(model_call(&model));
    /* Channel 0 at the top left corner: bias 0 and the four taps inside, by the formula of the
     * stand-in; at the bottom right of channel 3, which has another weight for each. */
    const float *x = model.inputs[0];
    double corner = 0, last = 0.75;
    for (int c = 0; c < 3; c++)
        for (int y = 0; y < 2; y++)
            for (int q = 0; q < 2; q++) {
                corner +=
                    ((2 * c + 3 * (y + 1) + 5 * (q + 1)) % 7 - 3) / 8.0 * x[c * 25 + 5 * y + q];
                last +=
                    ((3 + 2 * c + 3 * y + 5 * q) % 7 - 3) / 8.0 * x[c * 25 + 5 * (3 + y) + 3 + q];
            }
    cr_assert_float_eq(model.outputs[0][0], fmax(corner, 0), 1e-6);
    cr_assert_float_eq(model.outputs[0][99], fmax(last, 0), 1e-6);
    cr_assert(corner > 0 || last > 0, "both are cut off: choose another place");
    model.inputs[0][0] = NAN;
    cr_assert_not(model_call(&model));
    cr_assert_not_null(model_open(arena, NETC_STANDIN, "another", &model));
    cr_assert_not_null(model_open(arena, "/nowhere.so", "standin", &model));
    arena_destroy(arena);
}

Test(bench, peaks_are_taken_of_widths_that_are_there) {
    cr_assert(peak_has_width(128) && peak_has_width(peak_widest()) && !peak_has_width(64));
    for (int bits = 128; bits <= 512; bits *= 2)
        cr_assert_eq(peak_fma(bits, 1e-3) > 0, peak_has_width(bits), "%d bits", bits);
    cr_assert_gt(peak_read(1 << 20, 1e-3), 0);
    cr_assert_geq(peak_l2_bytes(), 8192u);
}
