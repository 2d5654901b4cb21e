/* The table of operations: names, operand counts and typing rules. */
#include "loop/loop.h"

#include "loop/stmt.h"

typedef struct OpInfo {
    const char *name;
    int operands; /* values read, 0 .. 3 */
    bool result;  /* gives a value */
} OpInfo;

static const OpInfo ops[LOOP_OPS] = {
#define LOOP(kind, name, operands, result) [LOOP_##kind] = {name, operands, result},
#include "loop/loop.def"
#undef LOOP
};

const char *loop_op_name(LoopOp op) { return ops[op].name; }

int loop_op_operands(LoopOp op) { return ops[op].operands; }

bool loop_op_has_result(LoopOp op) { return ops[op].result; }

int64_t loop_element_size(const LoopBuffer *buffer) { return buffer->element == LOOP_BYTE ? 1 : 4; }

static bool same(LoopType a, LoopType b) { return a.scalar == b.scalar && a.lanes == b.lanes; }

static bool converts(LoopType from, LoopScalar from_scalar, LoopType to, LoopScalar to_scalar) {
    return from.scalar == from_scalar && to.scalar == to_scalar && from.lanes == to.lanes;
}

static const char *shuffle_typing(const LoopStmt *stmt, LoopType a, LoopType b, LoopType result) {
    if (!same(a, b) || a.scalar != result.scalar) return "operands of a shuffle differ in type";
    for (int i = 0; i < result.lanes; i++)
        if (stmt->shuffle[i] >= 2 * a.lanes) return "shuffle picks a lane that does not exist";
    return NULL;
}

static const char *binary_typing(LoopOp op, LoopType a, LoopType b, LoopType result) {
    if (!same(a, b)) return "the two operands differ in type";
    if (op == LOOP_COMPARE) {
        if (a.scalar == LOOP_BOOL) return "compare takes f32 or i32";
        return converts(a, a.scalar, result, LOOP_BOOL) ? NULL : "compare gives a bool per lane";
    }
    if (!same(a, result)) return "result and operands differ in type";
    bool f32 = op <= LOOP_MAX, i32 = op <= LOOP_MUL || op >= LOOP_AND;
    if ((a.scalar == LOOP_F32 && f32) || (a.scalar == LOOP_I32 && i32)) return NULL;
    return "the operation does not exist for this type";
}

static bool holds_bytes(const LoopFn *fn, const LoopStmt *stmt) {
    return fn->buffers.at[stmt->addr.buffer].element == LOOP_BYTE;
}

const char *loop_typing(const LoopFn *fn, const LoopStmt *stmt) {
    LoopType result = fn->values.at[stmt->result], arg[3];
    for (int i = 0; i < 3; i++) arg[i] = fn->values.at[stmt->args[i]];
    if (ops[stmt->op].result && result.lanes < 1) return "a value has at least one lane";
    switch (stmt->op) {
    case LOOP_LOAD:
        if (result.scalar == LOOP_BOOL) return "bools are not in memory";
        if (holds_bytes(fn, stmt) && result.scalar != LOOP_F32) return "of bytes a load makes f32";
        return stmt->active >= 1 && stmt->active <= result.lanes ? NULL : "active lanes of a load";
    case LOOP_STORE:
        if (arg[0].scalar == LOOP_BOOL) return "bools are not in memory";
        if (holds_bytes(fn, stmt)) return "bytes are read only";
        return stmt->active >= 1 && stmt->active <= arg[0].lanes ? NULL : "active lanes of a store";
    case LOOP_CONST_F32: return result.scalar == LOOP_F32 ? NULL : "an f32 constant of other type";
    case LOOP_CONST_I32: return result.scalar == LOOP_I32 ? NULL : "an i32 constant of other type";
    case LOOP_BROADCAST:
        if (arg[0].lanes != 1) return "broadcast takes a scalar";
        return arg[0].scalar == result.scalar ? NULL : "broadcast keeps the kind";
    case LOOP_NEG:
    case LOOP_ABS:
    case LOOP_SQRT:
        return converts(arg[0], LOOP_F32, result, LOOP_F32) ? NULL : "the operation is f32 to f32";
    case LOOP_TO_I32:
    case LOOP_AS_I32:
        return converts(arg[0], LOOP_F32, result, LOOP_I32) ? NULL : "the operation is f32 to i32";
    case LOOP_TO_F32:
    case LOOP_AS_F32:
        return converts(arg[0], LOOP_I32, result, LOOP_F32) ? NULL : "the operation is i32 to f32";
    case LOOP_FMA:
        if (result.scalar != LOOP_F32) return "fma is f32";
        return same(arg[0], result) && same(arg[1], result) && same(arg[2], result)
                   ? NULL
                   : "operands of fma differ in type";
    case LOOP_SELECT:
        if (!same(arg[1], result) || !same(arg[2], result)) return "select differs in type";
        return converts(arg[0], LOOP_BOOL, result, result.scalar) ? NULL
                                                                  : "select takes a bool per lane";
    case LOOP_SHUFFLE: return shuffle_typing(stmt, arg[0], arg[1], result);
    case LOOP_REDUCE_ADD:
    case LOOP_REDUCE_MAX:
        if (arg[0].scalar != LOOP_F32 || !same(result, (LoopType){LOOP_F32, 1}))
            return "reduce is a vector of f32 to one f32";
        return (arg[0].lanes & (arg[0].lanes - 1)) == 0 ? NULL : "reduce takes 2^n lanes";
    case LOOP_PREFETCH:
    case LOOP_FOR:
    case LOOP_OPS: return NULL;
    default: return binary_typing(stmt->op, arg[0], arg[1], result);
    }
}
