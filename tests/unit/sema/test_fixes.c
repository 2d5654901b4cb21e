/* sema: every fix that is offered holds. The programs of tests/error are analysed; each help with
 * edits is applied to the text, the result is analysed, and the fault must be gone. */
#include "sema/analysed.h"

#include "base/file.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <string.h>

static const char directory[] = NETC_SOURCE_DIR "/tests/error/";

static const SemaOptions options = {.max_weight_bytes = 1 << 20, .weights_may_be_missing = true};

static size_t count(const Analysed *analysed, const Diag *fault) {
    size_t n = 0;
    for (size_t i = 0; i < analysed->diags.list.len; i++) {
        const Diag *diag = analysed->diags.list.at[i];
        n += diag->code == fault->code && strcmp(diag->message, fault->message) == 0;
    }
    return n;
}

/* The source byte by byte: before each byte the edits that begin there. */
static const char *apply(Arena *arena, const SourceFile *file, const DiagHelp *help) {
    Text text = text_in(arena);
    size_t skip_to = 0;
    for (size_t i = 0; i <= file->len; i++) {
        for (size_t j = 0; j < help->edits.len; j++) {
            const DiagEdit *edit = &help->edits.at[j];
            if (edit->span.begin != i) continue;
            text_puts(&text, edit->text);
            if (edit->span.end > skip_to) skip_to = edit->span.end;
        }
        if (i >= skip_to && i < file->len) text_append(&text, file->text + i, 1);
    }
    return text_str(&text);
}

/* Tries every fix of one program; gives their number. */
static size_t try_fixes(const char *path, const char *source, size_t len) {
    Analysed *before = analyse_bytes(path, source, len, &options);
    const SourceFile *file = before->sources.files.at[0];
    size_t tried = 0;
    for (size_t i = 0; i < before->diags.list.len; i++) {
        const Diag *fault = before->diags.list.at[i];
        for (size_t j = 0; j < fault->helps.len; j++) {
            const DiagHelp *help = fault->helps.at[j];
            if (help->edits.len == 0) continue;
            const char *text = apply(before->arena, file, help);
            Analysed *after = analyse_bytes(path, text, strlen(text), &options);
            cr_assert_lt(count(after, fault), count(before, fault), "%s: %s: %s\n%s", path,
                         fault->message, help->title, text);
            analysed_free(after);
            tried++;
        }
    }
    analysed_free(before);
    return tried;
}

Test(sema_fixes, every_offered_edit_makes_its_fault_vanish) {
    DIR *dir = opendir(directory);
    cr_assert_not_null(dir, "%s", directory);
    size_t tried = 0;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        size_t len = strlen(entry->d_name);
        if (len < 4 || strcmp(entry->d_name + len - 4, ".net") != 0) continue;
        Arena *arena = arena_create();
        const char *path = arena_printf(arena, "%s%s", directory, entry->d_name);
        Bytes bytes;
        const char *why = file_read(arena, path, 1 << 20, &bytes);
        cr_assert_null(why, "%s: %s", path, why);
        tried += try_fixes(path, bytes.data, bytes.len);
        arena_destroy(arena);
    }
    closedir(dir);
    cr_assert_geq(tried, 50u, "only %zu fixes were offered", tried);
}

static size_t edits_offered(const char *source) {
    Analysed *analysed = analyse(source);
    size_t n = 0;
    for (size_t i = 0; i < analysed->diags.list.len; i++)
        for (size_t j = 0; j < analysed->diags.list.at[i]->helps.len; j++)
            n += analysed->diags.list.at[i]->helps.at[j]->edits.len > 0;
    analysed_free(analysed);
    return n;
}

#define HEAD "net 1\nweights random(seed=1)\ninput x : f32[N: 1, C: 4, H: 8, W: 8]\n"

Test(sema_fixes, edits_that_make_another_error_are_not_offered) {
    static const struct {
        const char *source;
        size_t offered;
    } table[] = {
        /* s=2 and s=1; then only s=2, since s=1 breaks the assertion of the next line */
        {HEAD "y = x |> maxpool(k=2)\noutput z = y |> relu\n", 2},
        {HEAD "y = x |> maxpool(k=2)\noutput z = y |> relu -> [H: 4]\n", 1},
        {HEAD "output y = x |> maxpool(k=2) -> [H: 3]\n", 0},
        /* p on the layer, or a smaller k; p would break its second use */
        {HEAD "output a = x |> conv(c=4, k=9)\n", 2},
        {HEAD "a = x |> conv(c=4, k=3)\nb = a |> conv(c=4, k=7)\noutput c = a -> [H: 6]\n"
              "output d = b\n",
         1},
        /* what lies behind in a statement that the fault silenced does not speak against a fix */
        {HEAD "y = x |> maxpool(k=2)\nz = y |> conv(c=4, k=99)\noutput u = z |> relu\n", 2},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        cr_assert_eq(edits_offered(table[i].source), table[i].offered, "%zu of %zu: %s",
                     edits_offered(table[i].source), table[i].offered, table[i].source);
}
