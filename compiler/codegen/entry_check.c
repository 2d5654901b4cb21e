/* What is checked before a run: the arguments, and which version this CPU can run. */
#include "codegen/entry_parts.h"

enum { WEIGHTS_ALIGN = 64 };

/* True for NULL, and for what is not a multiple of `align`, a power of two. */
static LLVMValueRef is_unusable(Ir *ir, LLVMValueRef pointer, int64_t align) {
    LLVMBuilderRef b = ir->builder;
    LLVMValueRef address = LLVMBuildPtrToInt(b, pointer, ir->i64, "");
    LLVMValueRef rest = LLVMBuildAnd(b, address, ir_int(ir, align - 1), "");
    LLVMValueRef misaligned = LLVMBuildICmp(b, LLVMIntNE, rest, ir_int(ir, 0), "");
    return LLVMBuildOr(b, entry_is_null(ir, pointer), misaligned, "");
}

void entry_check_arguments(Ir *ir, const EntryParts *parts, LLVMValueRef ctx,
                           bool needs_workspace) {
    const ModelInterface *interface = parts->interface;
    LLVMValueRef bad = LLVMConstInt(ir->i1, 0, false);
    for (int i = 0; i < interface->n_inputs + interface->n_outputs; i++) {
        bad = LLVMBuildOr(ir->builder, bad, entry_is_null(ir, ctx_load(ir, ctx, i)), "");
    }
    if (needs_workspace) {
        LLVMValueRef workspace = entry_workspace(ir, parts, ctx);
        bad = LLVMBuildOr(ir->builder, bad, is_unusable(ir, workspace, interface->workspace_align),
                          "");
    }
    entry_return_if(ir, bad, NETC_E_ARGUMENT);
    if (interface->weights_extern && interface->weights_bytes > 0) {
        LLVMValueRef weights = ctx_load(ir, ctx, ctx_index(parts->layout, LOOP_WEIGHTS, 0));
        entry_return_if(ir, is_unusable(ir, weights, WEIGHTS_ALIGN), NETC_E_WEIGHTS);
    }
}

/* The first version whose check says yes: after it the builder stands where one was found. */
static LLVMValueRef ask_cpu(Ir *ir, const EntryParts *parts) {
    LLVMBuilderRef b = ir->builder;
    LLVMValueRef function = LLVMGetBasicBlockParent(LLVMGetInsertBlock(b));
    LLVMBasicBlockRef found = ir_block(ir, function, "found");
    LLVMBasicBlockRef *from = ARENA_ARRAY(ir->arena, LLVMBasicBlockRef, (size_t)parts->n_versions);
    LLVMValueRef *number = ARENA_ARRAY(ir->arena, LLVMValueRef, (size_t)parts->n_versions);
    unsigned n = 0;
    bool all_asked = true;
    for (int v = 0; v < parts->n_versions && all_asked; v++) {
        LLVMBasicBlockRef next = ir_block(ir, function, "");
        from[n] = LLVMGetInsertBlock(b);
        number[n++] = ir_int32(ir, v);
        all_asked = parts->versions[v].check != NULL;
        if (all_asked) {
            LLVMValueRef good = entry_call(ir, parts->versions[v].check, NULL, 0);
            LLVMBuildCondBr(b, good, found, next);
        } else {
            LLVMBuildBr(b, found);
        }
        ir_at_end(ir, next);
    }
    if (all_asked) {
        LLVMBuildRet(b, ir_int32(ir, NETC_E_CPU));
    } else {
        LLVMBuildUnreachable(b);
    }
    LLVMMoveBasicBlockAfter(found, LLVMGetInsertBlock(b));
    ir_at_end(ir, found);
    LLVMValueRef version = LLVMBuildPhi(b, ir->i32, "");
    LLVMAddIncoming(version, number, from, n);
    return version;
}

/* The stamp is two words: the object's constant xor the workspace's address, and the number of the
 * version that was chosen. Any other number is no stamp. */
static LLVMValueRef ask_stamp(Ir *ir, const EntryParts *parts, LLVMValueRef workspace) {
    enum { WORD = 8 };
    LLVMBuilderRef b = ir->builder;
    LLVMValueRef function = LLVMGetBasicBlockParent(LLVMGetInsertBlock(b));
    LLVMBasicBlockRef before = LLVMGetInsertBlock(b);
    LLVMBasicBlockRef unknown = ir_block(ir, function, "unknown");
    LLVMBasicBlockRef known = ir_block(ir, function, "known");
    LLVMValueRef second = ir_offset(ir, workspace, WORD);
    LLVMValueRef address = LLVMBuildPtrToInt(b, workspace, ir->i64, "");
    LLVMValueRef stamp = LLVMBuildXor(b, address, ir_int(ir, (int64_t)parts->stamp), "");
    LLVMValueRef is_ours =
        LLVMBuildICmp(b, LLVMIntEQ, LLVMBuildLoad2(b, ir->i64, workspace, ""), stamp, "");
    LLVMValueRef number = LLVMBuildLoad2(b, ir->i64, second, "");
    LLVMValueRef is_valid = LLVMBuildICmp(b, LLVMIntULT, number, ir_int(ir, parts->n_versions), "");
    LLVMValueRef stamped = LLVMBuildTrunc(b, number, ir->i32, "");
    LLVMBuildCondBr(b, LLVMBuildAnd(b, is_ours, is_valid, ""), known, unknown);

    ir_at_end(ir, unknown);
    LLVMValueRef chosen = ask_cpu(ir, parts);
    LLVMBuildStore(b, stamp, workspace);
    LLVMBuildStore(b, LLVMBuildZExt(b, chosen, ir->i64, ""), second);
    LLVMBasicBlockRef after = LLVMGetInsertBlock(b);
    LLVMBuildBr(b, known);

    ir_at_end(ir, known);
    LLVMValueRef version = LLVMBuildPhi(b, ir->i32, "version");
    LLVMValueRef values[] = {stamped, chosen};
    LLVMBasicBlockRef blocks[] = {before, after};
    LLVMAddIncoming(version, values, blocks, 2);
    return version;
}

LLVMValueRef entry_choose_version(Ir *ir, const EntryParts *parts, LLVMValueRef ctx,
                                  bool has_stamp) {
    if (parts->n_versions == 1 && parts->versions[0].check == NULL) return ir_int32(ir, 0);
    if (!has_stamp) return ask_cpu(ir, parts);
    return ask_stamp(ir, parts, entry_workspace(ir, parts, ctx));
}
