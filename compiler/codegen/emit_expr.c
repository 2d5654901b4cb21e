/* Operations on values: one LLVM instruction or intrinsic each, without fast-math flags, so that
 * nothing is contracted, reordered or assumed away.
 *
 * MIN and MAX are a comparison and a select in the form that becomes one vminps or vmaxps, whose
 * answer on NaN and on zeros of both signs is loop.def's. */
#include "codegen/emit.h"

#include <assert.h>

static LLVMValueRef unary_intrinsic(Ir *ir, const char *name, LLVMValueRef a) {
    LLVMTypeRef type = LLVMTypeOf(a);
    return ir_intrinsic(ir, name, &type, 1, &a, 1);
}

static LLVMValueRef emit_unary(FnEmit *e, const LoopStmt *s, LLVMValueRef a) {
    LLVMBuilderRef b = e->ir->builder;
    LLVMTypeRef type = ir_type(e->ir, e->fn->values.at[s->result]);
    switch (s->op) {
    case LOOP_NEG: return LLVMBuildFNeg(b, a, "");
    case LOOP_ABS: return unary_intrinsic(e->ir, "llvm.fabs", a);
    case LOOP_SQRT: return unary_intrinsic(e->ir, "llvm.sqrt", a);
    case LOOP_TO_I32: return LLVMBuildFPToSI(b, a, type, "");
    case LOOP_TO_F32: return LLVMBuildSIToFP(b, a, type, "");
    case LOOP_AS_I32:
    case LOOP_AS_F32: return LLVMBuildBitCast(b, a, type, "");
    default: assert(!"not a unary operation"); return NULL;
    }
}

static LLVMValueRef select_where(LLVMBuilderRef b, LLVMRealPredicate predicate, LLVMValueRef a,
                                 LLVMValueRef c) {
    return LLVMBuildSelect(b, LLVMBuildFCmp(b, predicate, a, c, ""), a, c, "");
}

static LLVMValueRef emit_float_binary(LLVMBuilderRef b, LoopOp op, LLVMValueRef a, LLVMValueRef c) {
    switch (op) {
    case LOOP_ADD: return LLVMBuildFAdd(b, a, c, "");
    case LOOP_SUB: return LLVMBuildFSub(b, a, c, "");
    case LOOP_MUL: return LLVMBuildFMul(b, a, c, "");
    case LOOP_DIV: return LLVMBuildFDiv(b, a, c, "");
    case LOOP_MIN: return select_where(b, LLVMRealOLT, a, c);
    case LOOP_MAX: return select_where(b, LLVMRealOGT, a, c);
    default: assert(!"not an operation on f32"); return NULL;
    }
}

static LLVMValueRef emit_int_binary(LLVMBuilderRef b, LoopOp op, LLVMValueRef a, LLVMValueRef c) {
    switch (op) {
    case LOOP_ADD: return LLVMBuildAdd(b, a, c, "");
    case LOOP_SUB: return LLVMBuildSub(b, a, c, "");
    case LOOP_MUL: return LLVMBuildMul(b, a, c, "");
    case LOOP_AND: return LLVMBuildAnd(b, a, c, "");
    case LOOP_OR: return LLVMBuildOr(b, a, c, "");
    case LOOP_XOR: return LLVMBuildXor(b, a, c, "");
    case LOOP_SHL: return LLVMBuildShl(b, a, c, "");
    case LOOP_SHR: return LLVMBuildLShr(b, a, c, "");
    case LOOP_SAR: return LLVMBuildAShr(b, a, c, "");
    default: assert(!"not an operation on i32"); return NULL;
    }
}

static LLVMValueRef emit_compare(FnEmit *e, const LoopStmt *s, LLVMValueRef a, LLVMValueRef c) {
    static const LLVMRealPredicate REAL[] = {[LOOP_LT] = LLVMRealOLT,
                                             [LOOP_LE] = LLVMRealOLE,
                                             [LOOP_EQ] = LLVMRealOEQ,
                                             [LOOP_NE] = LLVMRealUNE};
    static const LLVMIntPredicate INT[] = {[LOOP_LT] = LLVMIntSLT,
                                           [LOOP_LE] = LLVMIntSLE,
                                           [LOOP_EQ] = LLVMIntEQ,
                                           [LOOP_NE] = LLVMIntNE};
    LLVMBuilderRef b = e->ir->builder;
    return e->fn->values.at[s->args[0]].scalar == LOOP_F32
               ? LLVMBuildFCmp(b, REAL[s->predicate], a, c, "")
               : LLVMBuildICmp(b, INT[s->predicate], a, c, "");
}

static LLVMValueRef emit_fma(FnEmit *e, LLVMValueRef a, LLVMValueRef c, LLVMValueRef addend,
                             int lanes) {
    LLVMBuilderRef b = e->ir->builder;
    e->fma_block = LLVMGetInsertBlock(b);
    LLVMTypeRef type = LLVMTypeOf(a);
    if (!e->fma) {
        LLVMValueRef product = LLVMBuildFMul(b, a, c, "");
        return LLVMBuildFAdd(b, keep_sum(e->ir, addend, product, lanes), product, "");
    }
    LLVMValueRef args[] = {a, c, keep_sum(e->ir, addend, NULL, lanes)};
    return ir_intrinsic(e->ir, "llvm.fma", &type, 1, args, 3);
}

/* A vector of one lane out of a scalar: the shape that shuffles take. */
static LLVMValueRef as_vector(Ir *ir, LLVMValueRef value) {
    LLVMTypeRef type = LLVMTypeOf(value);
    if (LLVMGetTypeKind(type) == LLVMVectorTypeKind) return value;
    return LLVMBuildInsertElement(ir->builder, LLVMGetPoison(LLVMVectorType(type, 1)), value,
                                  ir_int32(ir, 0), "");
}

static LLVMValueRef emit_broadcast(Ir *ir, LLVMValueRef scalar, int lanes) {
    if (lanes == 1) return scalar;
    LLVMTypeRef type = LLVMVectorType(LLVMTypeOf(scalar), (unsigned)lanes);
    LLVMValueRef one =
        LLVMBuildInsertElement(ir->builder, LLVMGetPoison(type), scalar, ir_int32(ir, 0), "");
    LLVMTypeRef list = LLVMVectorType(ir->i32, (unsigned)lanes);
    return LLVMBuildShuffleVector(ir->builder, one, LLVMGetPoison(type), LLVMConstNull(list), "");
}

static LLVMValueRef emit_shuffle(FnEmit *e, const LoopStmt *s, LLVMValueRef a, LLVMValueRef c) {
    Ir *ir = e->ir;
    int lanes = e->fn->values.at[s->result].lanes;
    LLVMValueRef *list = ARENA_ARRAY(ir->arena, LLVMValueRef, (size_t)lanes);
    for (int i = 0; i < lanes; i++) list[i] = ir_int32(ir, s->shuffle[i]);
    LLVMValueRef result = LLVMBuildShuffleVector(ir->builder, as_vector(ir, a), as_vector(ir, c),
                                                 LLVMConstVector(list, (unsigned)lanes), "");
    if (lanes > 1) return result;
    return LLVMBuildExtractElement(ir->builder, result, ir_int32(ir, 0), "");
}

/* before: v of n lanes -> after: op(v[0 .. n/2), v[n/2 .. n)), until one lane is left. */
static LLVMValueRef emit_reduce(FnEmit *e, const LoopStmt *s, LLVMValueRef vector) {
    Ir *ir = e->ir;
    int lanes = e->fn->values.at[s->args[0]].lanes;
    if (lanes == 1) return vector;
    for (int half = lanes / 2; half > 0; half /= 2) {
        LLVMValueRef none = LLVMGetPoison(LLVMTypeOf(vector));
        LLVMValueRef low = ir_lanes(ir, 0, half, half - 1);
        LLVMValueRef high = ir_lanes(ir, half, half, 2 * half - 1);
        low = LLVMBuildShuffleVector(ir->builder, vector, none, low, "");
        high = LLVMBuildShuffleVector(ir->builder, vector, none, high, "");
        LoopOp op = s->op == LOOP_REDUCE_ADD ? LOOP_ADD : LOOP_MAX;
        vector = emit_float_binary(ir->builder, op, low, high);
    }
    return LLVMBuildExtractElement(ir->builder, vector, ir_int32(ir, 0), "");
}

LLVMValueRef emit_expr(FnEmit *e, const LoopStmt *s) {
    Ir *ir = e->ir;
    LLVMValueRef a = e->values[s->args[0]], c = e->values[s->args[1]], d = e->values[s->args[2]];
    LoopType type = e->fn->values.at[s->result];
    switch (s->op) {
    case LOOP_CONST_F32: return ir_splat_constant(ir, ir_float(ir, s->f), type.lanes);
    case LOOP_CONST_I32: return ir_splat_constant(ir, ir_int32(ir, s->i), type.lanes);
    case LOOP_BROADCAST: return emit_broadcast(ir, a, type.lanes);
    case LOOP_NEG:
    case LOOP_ABS:
    case LOOP_SQRT:
    case LOOP_TO_I32:
    case LOOP_TO_F32:
    case LOOP_AS_I32:
    case LOOP_AS_F32: return emit_unary(e, s, a);
    case LOOP_COMPARE: return emit_compare(e, s, a, c);
    case LOOP_FMA: return emit_fma(e, a, c, d, type.lanes);
    case LOOP_SELECT: return LLVMBuildSelect(ir->builder, a, c, d, "");
    case LOOP_SHUFFLE: return emit_shuffle(e, s, a, c);
    case LOOP_REDUCE_ADD:
    case LOOP_REDUCE_MAX: return emit_reduce(e, s, a);
    default:
        return type.scalar == LOOP_F32 ? emit_float_binary(ir->builder, s->op, a, c)
                                       : emit_int_binary(ir->builder, s->op, a, c);
    }
}
