/* The texts of statuses, and what follows from a model's description. */
#include "netc_runtime.h"

const char *netc_status_text(int status) {
    switch (status) {
    case NETC_OK: return "no error";
    case NETC_E_ARGUMENT: return "a pointer is NULL or the workspace is not aligned";
    case NETC_E_CPU: return "this CPU lacks features that the model was compiled for";
    case NETC_E_WEIGHTS: return "the weights are not those of the model";
    case NETC_E_THREADS: return "the threads cannot be used";
    case NETC_E_IO: return "a file could not be read";
    case NETC_E_MEMORY: return "out of memory";
    default: return "unknown status";
    }
}

size_t netc_workspace_bytes(const struct netc_model *model, const struct netc_threads *threads) {
    if (!threads || threads->count < 1 || model->thread_bytes == 0) return model->workspace_bytes;
    return model->threads_bytes + (size_t)threads->count * model->thread_bytes;
}
