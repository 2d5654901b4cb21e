/* NAME_run_threads: the phases on the threads that the caller brings.
 *
 *     i32 start_threads(ctx, threads)
 *         no threads, or one, or a network of which no phase is worth two
 *                                             -> start(ctx): no barriers, no atomics
 *         what start checks; a bad count      -> NETC_E_THREADS
 *         together   threads->parallel(team, ctx): one job, with barriers inside
 *         else       threads->parallel(task, ctx) for each phase that is worth it: nothing waits,
 * so the parts may run one after another void team(ctx, i, n)     every part of every phase: set
 * control word; phases; restore it void task(ctx, i, n)     the parts of the phase whose number is
 * in ctx
 *
 * A phase of little work runs on fewer parts (LoopFn.most_parts); between two that part 0 does
 * alone there is no barrier. `n` is not asked: the count is the one that was checked, since the
 * workspace is made for it.
 *
 * Behind the workspace of one thread lie, 128 bytes apart, two words and one for each 8 threads:
 *
 *     control + 0            groups that are complete at the barrier
 *     control + 128          epoch: changes when all are; who came early waits for that
 *     control + 256 + 128*g  threads of group g that are at the barrier
 *
 * The last of a group goes on to the first word, the last group sets all words back, changes the
 * epoch and wakes the others. Nobody can arrive at the next barrier before. */
#include "codegen/entry_parts.h"

enum { LINE = 128, GROUP = 8, STAMP = 64, EPOCH = LINE, GROUPS = 2 * LINE, THREADS_MOST = 1024 };

/* Bytes of the fields of struct netc_threads, whose pointers have 8 bytes. */
enum { AT_COUNT = 0, AT_TOGETHER = 4, AT_PARALLEL = 8, AT_WAIT = 16, AT_WAKE = 24 };

static int64_t control_offset(const ModelInterface *interface) {
    int64_t bytes = interface->workspace_bytes > STAMP ? interface->workspace_bytes : STAMP;
    return (bytes + LINE - 1) / LINE * LINE;
}

/* LINE bytes for each GROUP threads begun: at most LINE/GROUP * n + LINE. */
void model_add_threads(ModelInterface *interface) {
    interface->threads = true;
    interface->threads_bytes = control_offset(interface) + GROUPS + LINE;
    interface->thread_bytes = LINE / GROUP;
}

/* ---- words that threads share ---- */

static LLVMValueRef load_acquire(Ir *ir, LLVMValueRef word) {
    LLVMValueRef load = LLVMBuildLoad2(ir->builder, ir->i32, word, "");
    LLVMSetOrdering(load, LLVMAtomicOrderingAcquire);
    LLVMSetAlignment(load, 4);
    return load;
}

static void store_ordered(Ir *ir, LLVMValueRef value, LLVMValueRef word, LLVMAtomicOrdering order) {
    LLVMValueRef store = LLVMBuildStore(ir->builder, value, word);
    LLVMSetOrdering(store, order);
    LLVMSetAlignment(store, 4);
}

/* Counts this arrival at `word`: goes on in a new block, the word set back, if it is the last of
 * `all`, else to `early`. */
static void arrive(Ir *ir, LLVMValueRef barrier, LLVMValueRef word, LLVMValueRef all,
                   LLVMBasicBlockRef early) {
    LLVMBuilderRef b = ir->builder;
    LLVMValueRef one = ir_int32(ir, 1);
    LLVMValueRef before = LLVMBuildAtomicRMW(b, LLVMAtomicRMWBinOpAdd, word, one,
                                             LLVMAtomicOrderingAcquireRelease, false);
    LLVMValueRef is_last = LLVMBuildICmp(b, LLVMIntEQ, LLVMBuildAdd(b, before, one, ""), all, "");
    LLVMBasicBlockRef last = ir_block(ir, barrier, "");
    LLVMBuildCondBr(b, is_last, last, early);
    ir_at_end(ir, last);
    store_ordered(ir, ir_int32(ir, 0), word, LLVMAtomicOrderingMonotonic);
}

static LLVMValueRef smaller(Ir *ir, LLVMValueRef a, LLVMValueRef b) {
    LLVMValueRef less = LLVMBuildICmp(ir->builder, LLVMIntULT, a, b, "");
    return LLVMBuildSelect(ir->builder, less, a, b, "");
}

static LLVMValueRef field(Ir *ir, LLVMValueRef threads, int64_t at) {
    return LLVMBuildLoad2(ir->builder, ir->ptr, ir_offset(ir, threads, at), "");
}

static LLVMTypeRef void_type(const Ir *ir) { return LLVMVoidTypeInContext(ir->context); }

static LLVMValueRef threads_in(Ir *ir, const EntryParts *parts, LLVMValueRef ctx) {
    return ctx_load(ir, ctx, ctx_entries(parts->layout) + CTX_THREADS);
}

/* Address of word `index` of the control block, which are LINE bytes apart. */
static LLVMValueRef group_word(Ir *ir, LLVMValueRef control, LLVMValueRef group) {
    LLVMValueRef line = LLVMBuildMul(ir->builder, group, ir_int32(ir, LINE), "");
    LLVMValueRef wide = LLVMBuildZExt(ir->builder, line, ir->i64, "");
    return LLVMBuildInBoundsGEP2(ir->builder, ir->i8, ir_offset(ir, control, GROUPS), &wide, 1, "");
}

static LLVMValueRef control_of(Ir *ir, const EntryParts *parts, LLVMValueRef ctx) {
    return ir_offset(ir, entry_workspace(ir, parts, ctx), control_offset(parts->interface));
}

static LLVMValueRef groups_of(Ir *ir, LLVMValueRef count) {
    LLVMValueRef up = LLVMBuildAdd(ir->builder, count, ir_int32(ir, GROUP - 1), "");
    return LLVMBuildUDiv(ir->builder, up, ir_int32(ir, GROUP), "");
}

/* Waits in the current block until the epoch is not `seen`, then returns. */
static void emit_wait(Ir *ir, LLVMValueRef barrier, LLVMValueRef threads, LLVMValueRef epoch,
                      LLVMValueRef seen) {
    LLVMBuilderRef b = ir->builder;
    LLVMBasicBlockRef head = LLVMGetInsertBlock(b), again = ir_block(ir, barrier, "again");
    LLVMBasicBlockRef done = ir_block(ir, barrier, "done");
    LLVMValueRef early = LLVMBuildICmp(b, LLVMIntEQ, load_acquire(ir, epoch), seen, "");
    LLVMBuildCondBr(b, early, again, done);
    ir_at_end(ir, again);
    LLVMTypeRef params[] = {ir->ptr, ir->i32};
    LLVMValueRef args[] = {epoch, seen};
    LLVMBuildCall2(b, LLVMFunctionType(void_type(ir), params, 2, false),
                   field(ir, threads, AT_WAIT), args, 2, "");
    LLVMBuildBr(b, head);
    ir_at_end(ir, done);
    LLVMBuildRetVoid(b);
}

/* void barrier(ctx, i): returns when all parts have called it. */
static LLVMValueRef emit_barrier(Ir *ir, const EntryParts *parts) {
    LLVMBuilderRef b = ir->builder;
    LLVMTypeRef params[] = {ir->ptr, ir->i32};
    LLVMValueRef barrier = entry_function(ir, "barrier", void_type(ir), params, 2);
    LLVMValueRef ctx = LLVMGetParam(barrier, 0), part = LLVMGetParam(barrier, 1);
    LLVMBasicBlockRef early = ir_block(ir, barrier, "early");
    LLVMValueRef threads = threads_in(ir, parts, ctx);
    LLVMValueRef count = ctx_load_number(ir, parts, ctx, CTX_COUNT);
    LLVMValueRef control = control_of(ir, parts, ctx), epoch = ir_offset(ir, control, EPOCH);
    LLVMValueRef seen = load_acquire(ir, epoch); /* it cannot change before we arrive */
    LLVMValueRef size = ir_int32(ir, GROUP), group = LLVMBuildUDiv(b, part, size, "");
    LLVMValueRef rest = LLVMBuildSub(b, count, LLVMBuildMul(b, group, size, ""), "");
    arrive(ir, barrier, group_word(ir, control, group), smaller(ir, rest, size), early);
    arrive(ir, barrier, control, groups_of(ir, count), early);
    LLVMValueRef next = LLVMBuildAdd(b, seen, ir_int32(ir, 1), "");
    store_ordered(ir, next, epoch, LLVMAtomicOrderingRelease);
    LLVMTypeRef wake = LLVMFunctionType(void_type(ir), &ir->ptr, 1, false);
    LLVMBuildCall2(b, wake, field(ir, threads, AT_WAKE), &epoch, 1, "");
    LLVMBuildRetVoid(b);
    ir_at_end(ir, early);
    emit_wait(ir, barrier, threads, epoch, seen);
    return barrier;
}

/* ---- team and task ---- */

/** A function `void (ctx, i, n)` that a pool calls, while it is emitted. */
typedef struct Part {
    LLVMValueRef function, ctx, part, count, barrier;
    ControlWord word;
} Part;

/* Begins one; parts beyond the count return at once. */
static Part begin_part(Ir *ir, const EntryParts *parts, const char *role) {
    LLVMTypeRef params[] = {ir->ptr, ir->i32, ir->i32};
    Part p = {.function = entry_function(ir, role, void_type(ir), params, 3)};
    p.word = control_word_begin(ir);
    p.ctx = LLVMGetParam(p.function, 0);
    p.part = LLVMGetParam(p.function, 1);
    p.count = ctx_load_number(ir, parts, p.ctx, CTX_COUNT);
    LLVMBasicBlockRef none = ir_block(ir, p.function, ""), some = ir_block(ir, p.function, "");
    LLVMValueRef is_part = LLVMBuildICmp(ir->builder, LLVMIntULT, p.part, p.count, "");
    LLVMBuildCondBr(ir->builder, is_part, some, none);
    ir_at_end(ir, none);
    LLVMBuildRetVoid(ir->builder);
    ir_at_end(ir, some);
    return p;
}

/* This part of a phase, if it has one. */
static void call_phase(Ir *ir, const Part *p, const LoopFn *fn, LLVMValueRef phase) {
    LLVMBuilderRef b = ir->builder;
    if (fn->most_parts == 0) {
        LLVMValueRef args[] = {p->ctx, p->part, p->count};
        entry_call(ir, phase, args, 3);
        return;
    }
    LLVMValueRef n = smaller(ir, p->count, ir_int32(ir, fn->most_parts));
    LLVMBasicBlockRef ours = ir_block(ir, p->function, ""), after = ir_block(ir, p->function, "");
    LLVMBuildCondBr(b, LLVMBuildICmp(b, LLVMIntULT, p->part, n, ""), ours, after);
    ir_at_end(ir, ours);
    LLVMValueRef args[] = {p->ctx, p->part, n};
    entry_call(ir, phase, args, 3);
    LLVMBuildBr(b, after);
    ir_at_end(ir, after);
}

static void team_version(Ir *ir, const EntryParts *parts, int version, void *context) {
    const EntryVersion *v = &parts->versions[version];
    const Part *p = context;
    for (size_t i = 0; i < v->program->fns.len; i++) {
        const LoopFn *fn = v->program->fns.at[i], *before = i ? v->program->fns.at[i - 1] : fn;
        LLVMValueRef args[] = {p->ctx, p->part};
        if (i > 0 && (phase_is_shared(before) || phase_is_shared(fn)))
            entry_call(ir, p->barrier, args, 2);
        call_phase(ir, p, fn, v->phases[i]);
    }
}

static LLVMValueRef emit_team(Ir *ir, const EntryParts *parts, LLVMValueRef barrier) {
    Part p = begin_part(ir, parts, "team");
    p.barrier = barrier;
    LLVMValueRef version = ctx_load_number(ir, parts, p.ctx, CTX_VERSION);
    control_word_set(ir, &p.word);
    entry_switch_version(ir, parts, version, team_version, &p);
    control_word_restore(ir, &p.word);
    LLVMBuildRetVoid(ir->builder);
    return p.function;
}

/* Numbers the phases of all versions. */
static int first_task(const EntryParts *parts, int version) {
    size_t first = 0;
    for (int v = 0; v < version; v++) first += parts->versions[v].program->fns.len;
    return (int)first;
}

static LLVMValueRef emit_task(Ir *ir, const EntryParts *parts) {
    LLVMBuilderRef b = ir->builder;
    Part p = begin_part(ir, parts, "task");
    LLVMValueRef number = ctx_load_number(ir, parts, p.ctx, CTX_TASK);
    control_word_set(ir, &p.word);
    LLVMBasicBlockRef done = ir_block(ir, p.function, "");
    LLVMValueRef choice =
        LLVMBuildSwitch(b, number, done, (unsigned)first_task(parts, parts->n_versions));
    for (int v = 0; v < parts->n_versions; v++) {
        const EntryVersion *version = &parts->versions[v];
        for (size_t i = 0; i < version->program->fns.len; i++) {
            LLVMBasicBlockRef block = ir_block(ir, p.function, "");
            LLVMAddCase(choice, ir_int32(ir, first_task(parts, v) + (int)i), block);
            ir_at_end(ir, block);
            call_phase(ir, &p, version->program->fns.at[i], version->phases[i]);
            LLVMBuildBr(b, done);
        }
    }
    ir_at_end(ir, done);
    control_word_restore(ir, &p.word);
    LLVMBuildRetVoid(b);
    return p.function;
}

/* ---- start_threads ---- */

typedef struct StartThreads {
    const Entry *entry;
    LLVMValueRef function, ctx, threads;
} StartThreads;

static void call_parallel(Ir *ir, const StartThreads *s, LLVMValueRef part) {
    LLVMTypeRef params[] = {ir->ptr, ir->ptr, ir->ptr};
    LLVMValueRef args[] = {s->threads, part, s->ctx};
    LLVMBuildCall2(ir->builder, LLVMFunctionType(void_type(ir), params, 3, false),
                   field(ir, s->threads, AT_PARALLEL), args, 3, "");
}

/* Phase after phase: by all, or by the calling thread alone. */
static void start_tasks(Ir *ir, const EntryParts *parts, int version, void *context) {
    const StartThreads *s = context;
    const LoopProgram *program = parts->versions[version].program;
    for (size_t i = 0; i < program->fns.len; i++) {
        LLVMValueRef number = ir_int32(ir, first_task(parts, version) + (int)i);
        ctx_store_number(ir, parts, number, s->ctx, CTX_TASK);
        if (phase_is_shared(program->fns.at[i])) {
            call_parallel(ir, s, s->entry->task);
        } else {
            LLVMValueRef args[] = {s->ctx, ir_int32(ir, 0), ir_int32(ir, 1)};
            entry_call(ir, s->entry->task, args, 3);
        }
    }
}

/* Every word of the barrier to 0, whatever the workspace held; then one job. */
static void start_team(Ir *ir, const EntryParts *parts, const StartThreads *s, LLVMValueRef count) {
    LLVMBuilderRef b = ir->builder;
    LLVMValueRef control = control_of(ir, parts, s->ctx), zero = ir_int32(ir, 0);
    LLVMBuildStore(b, zero, control);
    LLVMBuildStore(b, zero, ir_offset(ir, control, EPOCH));
    LLVMBasicBlockRef before = LLVMGetInsertBlock(b), loop = ir_block(ir, s->function, "");
    LLVMBasicBlockRef after = ir_block(ir, s->function, "");
    LLVMValueRef groups = groups_of(ir, count);
    LLVMBuildBr(b, loop);
    ir_at_end(ir, loop);
    LLVMValueRef group = LLVMBuildPhi(b, ir->i32, "");
    LLVMBuildStore(b, zero, group_word(ir, control, group));
    LLVMValueRef next = LLVMBuildAdd(b, group, ir_int32(ir, 1), "");
    LLVMBuildCondBr(b, LLVMBuildICmp(b, LLVMIntULT, next, groups, ""), loop, after);
    LLVMValueRef values[] = {zero, next};
    LLVMBasicBlockRef blocks[] = {before, loop};
    LLVMAddIncoming(group, values, blocks, 2);
    ir_at_end(ir, after);
    call_parallel(ir, s, s->entry->team);
}

/* NETC_E_THREADS for a count that is out of range, and for functions that are missing. */
static void check_threads(Ir *ir, LLVMValueRef threads, LLVMValueRef count, LLVMValueRef together) {
    LLVMBuilderRef b = ir->builder;
    LLVMValueRef below = LLVMBuildSub(b, count, ir_int32(ir, 1), "");
    LLVMValueRef bad = LLVMBuildICmp(b, LLVMIntUGE, below, ir_int32(ir, THREADS_MOST), "");
    bad = LLVMBuildOr(b, bad, entry_is_null(ir, field(ir, threads, AT_PARALLEL)), "");
    LLVMValueRef wait = entry_is_null(ir, field(ir, threads, AT_WAIT));
    LLVMValueRef wake = entry_is_null(ir, field(ir, threads, AT_WAKE));
    LLVMValueRef deaf = LLVMBuildAnd(b, LLVMBuildOr(b, wait, wake, ""), together, "");
    entry_return_if(ir, LLVMBuildOr(b, bad, deaf, ""), NETC_E_THREADS);
}

/* Ends the block: returns start(ctx) where `condition` holds. */
static void start_alone_if(Ir *ir, const StartThreads *s, LLVMValueRef condition) {
    LLVMValueRef ctx = s->ctx;
    LLVMBasicBlockRef alone = ir_block(ir, s->function, ""), go_on = ir_block(ir, s->function, "");
    LLVMBuildCondBr(ir->builder, condition, alone, go_on);
    ir_at_end(ir, alone);
    LLVMBuildRet(ir->builder, entry_call(ir, s->entry->start, &ctx, 1));
    ir_at_end(ir, go_on);
}

static LLVMValueRef load_int(Ir *ir, LLVMValueRef threads, int64_t at) {
    return LLVMBuildLoad2(ir->builder, ir->i32, ir_offset(ir, threads, at), "");
}

static bool is_shared(const EntryParts *parts) {
    for (int v = 0; v < parts->n_versions; v++) {
        const LoopProgram *program = parts->versions[v].program;
        for (size_t i = 0; i < program->fns.len; i++)
            if (phase_is_shared(program->fns.at[i])) return true;
    }
    return false;
}

static LLVMValueRef emit_start_threads(Ir *ir, const EntryParts *parts, const Entry *entry) {
    LLVMBuilderRef b = ir->builder;
    LLVMTypeRef params[] = {ir->ptr, ir->ptr};
    LLVMValueRef function = entry_function(ir, "start_threads", ir->i32, params, 2);
    StartThreads s = {entry, function, LLVMGetParam(function, 0), LLVMGetParam(function, 1)};
    start_alone_if(ir, &s, entry_is_null(ir, s.threads));
    LLVMValueRef count = load_int(ir, s.threads, AT_COUNT), zero = ir_int32(ir, 0);
    LLVMValueRef together =
        LLVMBuildICmp(b, LLVMIntNE, load_int(ir, s.threads, AT_TOGETHER), zero, "");
    check_threads(ir, s.threads, count, together);
    if (!is_shared(parts)) {
        LLVMBuildRet(b, entry_call(ir, entry->start, &s.ctx, 1));
        return function;
    }
    start_alone_if(ir, &s, LLVMBuildICmp(b, LLVMIntEQ, count, ir_int32(ir, 1), ""));
    entry_check_arguments(ir, parts, s.ctx, true);
    LLVMValueRef version = entry_choose_version(ir, parts, s.ctx, true);
    ctx_store(ir, s.threads, s.ctx, ctx_entries(parts->layout) + CTX_THREADS);
    ctx_store_number(ir, parts, count, s.ctx, CTX_COUNT);
    ctx_store_number(ir, parts, version, s.ctx, CTX_VERSION);
    LLVMBasicBlockRef team = ir_block(ir, function, "team"), tasks = ir_block(ir, function, "task");
    LLVMBasicBlockRef done = ir_block(ir, function, "");
    LLVMBuildCondBr(b, together, team, tasks);
    ir_at_end(ir, team);
    start_team(ir, parts, &s, count);
    LLVMBuildBr(b, done);
    ir_at_end(ir, tasks);
    entry_switch_version(ir, parts, version, start_tasks, &s);
    LLVMBuildBr(b, done);
    LLVMMoveBasicBlockAfter(done, LLVMGetInsertBlock(b));
    ir_at_end(ir, done);
    LLVMBuildRet(b, ir_int32(ir, NETC_OK));
    return function;
}

void entry_emit_threads(Ir *ir, const EntryParts *parts, Entry *entry) {
    if (is_shared(parts)) {
        entry->barrier = emit_barrier(ir, parts);
        entry->team = emit_team(ir, parts, entry->barrier);
        entry->task = emit_task(ir, parts);
    }
    entry->start_threads = emit_start_threads(ir, parts, entry);
}
