/* LoopProgram -> object bytes through the LLVM C API. The only room that sees LLVM; it knows
 * buffers, loops and vectors, nothing of layers. */
#ifndef NETC_CODEGEN_CODEGEN_H
#define NETC_CODEGEN_CODEGEN_H

#include "base/text.h"
#include "loop/loop.h"
#include "tensor/shape.h"

#include <stdbool.h>

/** One CPUID bit group that must be set: register of leaf (subleaf 0). */
typedef struct CpuidNeed {
    uint32_t leaf;
    int reg;       /* 0 eax, 1 ebx, 2 ecx, 3 edx */
    uint32_t mask; /* all of these bits */
} CpuidNeed;

/** The machine to compile for. */
typedef struct CodegenTarget {
    const char *triple;     /* "x86_64-pc-linux-gnu" */
    const char *cpu;        /* LLVM's name; checked to be known before */
    const char *tune;       /* LLVM's scheduling model, may equal cpu */
    const char *features;   /* "+avx2,+fma,...": complete, filtered by the CPU table */
    const char *entry_cpu;  /* baseline for NAME_run, which runs before the check: "x86-64" */
    int vector_bits;        /* widest vector used */
    const CpuidNeed *needs; /* empty: no CPU check */
    int n_needs;
    uint64_t xcr0;        /* bits of XCR0 that the OS must have set */
    bool flush_denormals; /* --math=fast */
} CodegenTarget;

/** One argument tensor of the model. */
typedef struct ModelTensor {
    const char *name;
    TensorType type;
    int64_t elems;
} ModelTensor;

/** What the object and its header say of the model (contract.md 3). */
typedef struct ModelInterface {
    const char *name;     /* C prefix: "lenet5" */
    const char *compiler; /* "netc 0.1.0" */
    const char *cpu;      /* as the user named it, for the header's comment */
    const ModelTensor *inputs;
    int n_inputs;
    const ModelTensor *outputs;
    int n_outputs;
    int64_t workspace_bytes; /* 0, or includes the stamp */
    int64_t workspace_align; /* 64 */
    bool threads;            /* NAME_run_threads is there; its workspace on n threads takes */
    int64_t threads_bytes;   /*     threads_bytes + n * thread_bytes; see model_add_threads */
    int64_t thread_bytes;
    int64_t stack_bytes;    /* found by codegen_object */
    bool weights_extern;    /* the caller passes the packed weights: no copy in .rodata */
    int64_t weights_bytes;  /* of the weights that the caller passes; 0: none */
    unsigned char hash[16]; /* of the whole input: network, weights, options */
    char abi_hash[17];      /* 16 hex digits: of the header's declarations */
} ModelInterface;

/** What codegen makes, each in the arena; NULL where not asked for. */
typedef struct CodegenOutput {
    const char *object; /* object_len bytes */
    size_t object_len;
    const char *assembly;
    const char *llvm;    /* the module as text */
    const char *bitcode; /* the same as bitcode_len bytes */
    size_t bitcode_len;
} CodegenOutput;

typedef enum CodegenEmit {
    EMIT_OBJECT = 1,
    EMIT_ASSEMBLY = 2,
    EMIT_LLVM = 4,
    EMIT_BITCODE = 8
} CodegenEmit;

/** The network for one CPU. */
typedef struct CodegenVersion {
    const LoopProgram *program;
    CodegenTarget target;
} CodegenVersion;

/** Compiles the versions of a network into one object, behind one entry that runs the first of them
 *  that the CPU can. Sets interface->stack_bytes.
 *  @param versions  at least one; all have the same packed weights, triple and entry_cpu
 *  @param emit      a sum of CodegenEmit
 *  @return NULL, or the reason in words (an internal error) */
const char *codegen_object(Arena *arena, const CodegenVersion *versions, int n_versions,
                           ModelInterface *interface, bool strip, int emit, CodegenOutput *out);

/** Sets what happens when LLVM gives up: `handler` gets the reason and must not return. */
void codegen_on_fatal(void (*handler)(const char *reason));

/** True if the code generator has a model of this CPU of the triple's architecture. */
bool codegen_knows_cpu(const char *triple, const char *cpu);

/** Gives the model NAME_run_threads, and sets the size of its workspace from the workspace's. */
void model_add_threads(ModelInterface *interface);

/** The hex digits that NAME_run is renamed with: a hash of arguments, order, shapes and sizes, so
 *  that a stale header fails at link time and retraining does not. */
void model_abi_hash(const ModelInterface *interface, char out[17]);

/** Appends the C header of the model (C99 and C++11). */
void c_header_print(Text *out, const ModelInterface *interface);

/** Appends the file of weights that are passed by the caller, as netc_weights_create of the runtime
 *  reads it: see weights_blob.c.
 *  @param weights  interface->weights_bytes bytes, packed */
void weights_blob_print(Text *out, const ModelInterface *interface, const unsigned char *weights);

#endif
