/* `netc export`: the network as written, with its weights, as an ONNX model. */
#include "driver/commands.h"
#include "driver/console.h"
#include "driver/front.h"
#include "driver/outputs.h"
#include "driver/version.h"
#include "export/export.h"
#include "onnx/write.h"

/* One message of protobuf has a length of 31 bits. */
static ExitStatus check_size(Arena *arena, const Options *options, const OnnxBytes *bytes) {
    if (bytes->len <= ONNX_MAX_BYTES) return STATUS_DONE;
    Text size = text_in(arena);
    text_count(&size, (long long)bytes->len);
    return console_fail(STATUS_INPUT,
                        "%s: its model would have %s bytes; readers of ONNX take 2,147,483,647 at "
                        "most. Export a network with fewer weights, or parts of it",
                        console_quote(arena, options->files.at[0]), text_str(&size));
}

ExitStatus cmd_export(Arena *arena, const Options *options) {
    const char *path;
    const char *wrong = export_path(arena, options, &path);
    if (wrong) return console_usage(CMD_EXPORT, wrong);
    Compilation compilation;
    ExitStatus status =
        front_load(arena, options, options->files.at[0], GOAL_WEIGHTS, &compilation);
    if (status != STATUS_DONE) return status;
    OnnxBytes bytes =
        onnx_write(arena, export_graph(arena, compilation.graph, "netc " NETC_VERSION));
    status = check_size(arena, options, &bytes);
    if (status != STATUS_DONE) return status;
    OutputFile file = {.path = path, .pieces = bytes.pieces, .n_pieces = bytes.n};
    return console_write(arena, &file, 1);
}
