/* Every tensor that a file lists is read twice, with its axes in order and turned round. */
#include "fuzz/weights_promises.h"

#include "weights/weight_file.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_ELEMS = 1 << 16 };

static const char *check_numbers(Arena *arena, const WeightFile *file, const WeightTensor *tensor) {
    int axes[2][MAX_WEIGHT_RANK];
    for (int n = 0; n < tensor->rank; n++) {
        axes[0][n] = n;
        axes[1][n] = tensor->rank - 1 - n;
    }
    const char *broken = NULL;
    float *out = malloc((size_t)tensor->elems * sizeof *out + 1);
    for (int turn = 0; turn < 2 && !broken; turn++) {
        double change = -1;
        const char *why = NULL;
        WeightFileStatus status =
            weight_tensor_read(arena, file, tensor, axes[turn], out, &change, &why);
        if ((status == WEIGHT_FILE_OK) != (why == NULL) || !(change >= 0)) broken = "status";
    }
    free(out);
    return broken;
}

static const char *check_tensor(Arena *arena, const WeightFile *file, size_t i, size_t len) {
    const WeightTensor *tensor = &file->tensors[i];
    int64_t elems = 1;
    if (tensor->rank < 0 || tensor->rank > MAX_WEIGHT_RANK) return "rank";
    for (int n = 0; n < tensor->rank; n++) elems *= tensor->extent[n];
    if (elems != tensor->elems) return "elems";
    if (i > 0 && strcmp(file->tensors[i - 1].name, tensor->name) >= 0) return "order of names";
    if (weight_file_find(file, tensor->name) != tensor) return "find";
    if (tensor->place.at < 0 || tensor->place.len < 0 ||
        tensor->place.at > (int64_t)len - tensor->place.len)
        return "place";
    if (tensor->dtype < 0 || elems > MAX_ELEMS) return NULL;
    return check_numbers(arena, file, tensor);
}

const char *weights_check(Arena *arena, const char *path, const char *bytes, size_t len,
                          bool *accepted, const char **why) {
    WeightFile *file = NULL;
    *why = NULL;
    WeightFileStatus status = weight_file_parse(arena, path, bytes, len, &file, why);
    *accepted = status == WEIGHT_FILE_OK;
    if (status == WEIGHT_FILE_DAMAGED) return !*why || !**why || file ? "reason" : NULL;
    if (!*accepted) return "status of opening";
    const char *broken = NULL;
    for (size_t i = 0; i < file->n_tensors && !broken; i++)
        broken = check_tensor(arena, file, i, len);
    return broken;
}
