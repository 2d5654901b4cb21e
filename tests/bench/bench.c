/* Times compiled networks against ONNX Runtime on one core, case by case, and writes the report.
 *
 *     bench [OPTIONS] --ort=LIBRARY DIRECTORY
 *
 * DIRECTORY holds suite.tsv and for each of its cases NAME.onnx, perhaps NAME.bare.onnx, and
 * NAME.so (absent: ONNX Runtime alone is timed). Exit status: 0 whatever the figures say, 1 if it
 * could not measure, 2 for wrong usage. */
#include "base/file.h"
#include "measure/peak.h"
#include "measure/rounds.h"
#include "model.h"
#include "ort.h"
#include "report.h"

#include <getopt.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct Options {
    const char *directory;
    const char *ort;      /* path of libonnxruntime */
    const char *markdown; /* files to write; NULL without */
    const char *json;
    int core; /* to pin; -1: the last one allowed */
    int vector_bits;
    RoundOptions rounds;
} Options;

static const char USAGE[] =
    "usage: bench [options] --ort=LIBRARY DIRECTORY\n"
    "  --core=N         pin this core (the last one allowed)\n"
    "  --vector=BITS    width whose FMA peak the shares refer to: 128, 256, 512 (the widest)\n"
    "  --rounds=N       turns of each contender (5)\n"
    "  --seconds=S      length of a turn (0.15)\n"
    "  --markdown=FILE  --json=FILE    write the report there; the Markdown goes to stdout too\n";

static bool parse_options(int argc, char **argv, Options *out) {
    static const struct option table[] = {
        {"ort", required_argument, NULL, 'o'},     {"core", required_argument, NULL, 'c'},
        {"vector", required_argument, NULL, 'v'},  {"rounds", required_argument, NULL, 'r'},
        {"seconds", required_argument, NULL, 's'}, {"markdown", required_argument, NULL, 'm'},
        {"json", required_argument, NULL, 'j'},    {NULL, 0, NULL, 0}};
    *out = (Options){.core = -1,
                     .vector_bits = peak_widest(),
                     .rounds = {.rounds = 5, .seconds = 0.15, .slice = 1e-3}};
    for (int option; (option = getopt_long(argc, argv, "", table, NULL)) != -1;) {
        if (option == 'o')
            out->ort = optarg;
        else if (option == 'm')
            out->markdown = optarg;
        else if (option == 'j')
            out->json = optarg;
        else if (option == 'c')
            out->core = atoi(optarg);
        else if (option == 'v')
            out->vector_bits = atoi(optarg);
        else if (option == 'r')
            out->rounds.rounds = atoi(optarg);
        else if (option == 's')
            out->rounds.seconds = atof(optarg);
        else
            return false;
    }
    out->directory = argv[optind];
    return out->ort && optind == argc - 1 && out->rounds.rounds >= 1 && out->rounds.seconds > 0 &&
           peak_has_width(out->vector_bits);
}

/* Keeps this process on one core; gives its number, or -1. */
static int pin(int core) {
    cpu_set_t set;
    if (core < 0) {
        if (sched_getaffinity(0, sizeof set, &set) != 0) return -1;
        for (core = CPU_SETSIZE - 1; core >= 0 && !CPU_ISSET(core, &set); core--) {
        }
    }
    if (core < 0 || core >= CPU_SETSIZE) return -1;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    return sched_setaffinity(0, sizeof set, &set) == 0 ? core : -1;
}

/* The processor's name as Linux tells it. */
static const char *cpu_name(Arena *arena) {
    FILE *file = fopen("/proc/cpuinfo", "r");
    const char *name = "unknown CPU";
    char line[512];
    while (file && fgets(line, sizeof line, file)) {
        const char *colon = strchr(line, ':');
        if (colon && strncmp(line, "model name", 10) == 0) {
            name = arena_strndup(arena, colon + 2, strcspn(colon + 2, "\n"));
            break;
        }
    }
    if (file) fclose(file);
    return name;
}

/* Both are taken several times in a run, and the report keeps the best. */
static void measure_fma(Report *report, double seconds) {
    for (int i = 0; i < 3; i++)
        report->fma_gflops[i] = fmax(report->fma_gflops[i], peak_fma(128 << i, seconds));
}

static void measure_read(Report *report) {
    size_t large = (size_t)256 << 20, small = peak_l2_bytes() / 2 & ~(size_t)4095;
    report->read_gbs = fmax(report->read_gbs, peak_read(large, 0.3));
    report->read_l2_gbs = fmax(report->read_l2_gbs, peak_read(small, 0.1));
}

static Timing timing_of(Arena *arena, const Contender *contender) {
    size_t count = contender->failed ? 0 : contender->samples.len;
    if (count == 0) return (Timing){0};
    return (Timing){.min = stats_min(contender->samples.at, count),
                    .median = stats_median(arena, contender->samples.at, count),
                    .samples = count};
}

/* Compares all outputs of the two; false if their numbers or sizes differ. */
static bool compare(const Model *ours, const OrtModel *ort, double *difference) {
    const struct netc_model *model = ours->descriptor;
    if (model->n_outputs != ort->n_outputs) return false;
    for (unsigned i = 0; i < model->n_outputs; i++) {
        size_t elems = model->outputs[i].elems;
        if (elems != ort->output_elems[i]) return false;
        *difference =
            fmax(*difference, output_difference(ours->outputs[i], ort->outputs[i], elems));
    }
    return true;
}

/* What takes part in one case. */
typedef struct Entrants {
    Model ours, again;
    OrtModel ort, alone;
    bool has_ours, has_ort, has_alone;
} Entrants;

static void enter(Arena *arena, const Options *options, const OrtLibrary *library, Row *row,
                  Entrants *out) {
    const char *stem = arena_printf(arena, "%s/%s", options->directory, row->item->name);
    const char *object = arena_printf(arena, "%s.so", stem);
    const char *bare = arena_printf(arena, "%s.bare.onnx", stem);
    const char *why = NULL;
    if (access(object, R_OK) != 0)
        row->problem = "no object";
    else if ((why = model_open(arena, object, row->item->name, &out->ours)) == NULL)
        why = model_open(arena, object, row->item->name, &out->again), out->has_ours = !why;
    if (why) row->problem = arena_printf(arena, "object: %s", why);
    why = ort_model_open(arena, library, arena_printf(arena, "%s.onnx", stem), &out->ort);
    out->has_ort = !why;
    if (!why && access(bare, R_OK) == 0) {
        why = ort_model_open(arena, library, bare, &out->alone);
        out->has_alone = !why;
    }
    if (why) row->problem = arena_printf(arena, "ort: %s", why);
}

/* Sets of rounds that a case gets until its A/A pair agrees. */
enum { MAX_SETS = 4 };

/* Runs one case; `arena` keeps what it allocates. More rounds only ever lower the smallest samples
 * of all contenders towards the undisturbed time. */
static void run_case(Arena *arena, const Options *options, const OrtLibrary *library, Row *row) {
    Entrants entrants = {0};
    enter(arena, options, library, row, &entrants);
    Contender contenders[4];
    Timing *timings[4];
    size_t count = 0;
#define ENTER(present, function, object, timing)                                                   \
    if (present) {                                                                                 \
        contenders[count] = (Contender){.call = (function), .ctx = &(object)};                     \
        timings[count++] = &(timing);                                                              \
    }
    ENTER(entrants.has_ours, model_call, entrants.ours, row->ours)
    ENTER(entrants.has_ort, ort_model_call, entrants.ort, row->ort)
    ENTER(entrants.has_ours, model_call, entrants.again, row->again)
    ENTER(entrants.has_alone, ort_model_call, entrants.alone, row->alone)
    for (int set = 0; set < MAX_SETS; set++) {
        rounds_run(arena, contenders, count, &options->rounds);
        for (size_t i = 0; i < count; i++) {
            *timings[i] = timing_of(arena, &contenders[i]);
            if (contenders[i].failed) row->problem = "a call failed";
        }
        if (!row_void(arena, row)) break;
    }
    if (row->ours.samples && row->ort.samples) {
        row->compared = compare(&entrants.ours, &entrants.ort, &row->difference);
        if (!row->compared) row->problem = "outputs have different sizes";
    }
    if (entrants.has_ort) ort_model_close(&entrants.ort);
    if (entrants.has_alone) ort_model_close(&entrants.alone);
}

/* The words of the first object that is there. */
static void describe_objects(Arena *arena, const Options *options, const Suite *suite,
                             Report *report) {
    report->compiler = report->target = "";
    for (size_t i = 0; i < suite->len; i++) {
        const char *name = suite->at[i].name;
        Model model;
        Arena *scratch = arena_create();
        const char *path = arena_printf(scratch, "%s/%s.so", options->directory, name);
        bool opened = access(path, R_OK) == 0 && !model_open(scratch, path, name, &model);
        if (opened) {
            report->compiler = arena_strdup(arena, model.descriptor->compiler);
            report->target = arena_strdup(arena, model.descriptor->cpu);
        }
        arena_destroy(scratch);
        if (opened) return;
    }
}

static void run_suite(Arena *arena, const Options *options, const OrtLibrary *library,
                      const Suite *suite, Report *report) {
    measure_fma(report, 0.2);
    measure_read(report);
    for (size_t i = 0; i < suite->len; i++) {
        fprintf(stderr, "%s\n", suite->at[i].name);
        Row row = {.item = &suite->at[i]};
        Arena *scratch = arena_create();
        measure_fma(report, 0.02);
        run_case(scratch, options, library, &row);
        if (row.problem) row.problem = arena_strdup(arena, row.problem);
        arena_destroy(scratch);
        VEC_PUSH(arena, &report->rows, row);
    }
    measure_read(report);
}

static bool write_report(Arena *arena, const Options *options, const Report *report) {
    Text markdown = text_in(arena), json = text_in(arena);
    print_markdown(&markdown, report);
    print_json(&json, report);
    OutputFile files[3] = {{.path = "-", .data = markdown.bytes, .len = markdown.len}};
    size_t count = 1;
    if (options->markdown)
        files[count++] =
            (OutputFile){.path = options->markdown, .data = markdown.bytes, .len = markdown.len};
    if (options->json)
        files[count++] = (OutputFile){.path = options->json, .data = json.bytes, .len = json.len};
    const char *which, *why = files_write(arena, files, count, &which);
    if (why) fprintf(stderr, "bench: cannot write %s: %s\n", which, why);
    return !why;
}

int main(int argc, char **argv) {
    Options options;
    if (!parse_options(argc, argv, &options)) {
        fputs(USAGE, stderr);
        return 2;
    }
    Arena *arena = arena_create();
    Bytes text;
    Suite suite = {0};
    OrtLibrary library;
    Report report = {.cpu = cpu_name(arena),
                     .core = pin(options.core),
                     .vector_bits = options.vector_bits,
                     .rounds = options.rounds.rounds,
                     .seconds = options.rounds.seconds};
    const char *why = report.core < 0 ? "cannot pin the core" : NULL;
    const char *list = arena_printf(arena, "%s/suite.tsv", options.directory);
    if (!why) why = file_read(arena, list, 1 << 20, &text);
    if (!why) why = suite_read(arena, text.data, &suite);
    if (!why) why = ort_open(arena, options.ort, &library);
    bool ok = !why;
    if (why) {
        fprintf(stderr, "bench: %s\n", why);
    } else {
        if (getloadavg(&report.load, 1) != 1) report.load = 0;
        report.ort = library.version;
        describe_objects(arena, &options, &suite, &report);
        run_suite(arena, &options, &library, &suite, &report);
        ok = write_report(arena, &options, &report);
    }
    arena_destroy(arena);
    return ok ? 0 : 1;
}
