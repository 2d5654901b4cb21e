/* Pieces -> lines: which tokens share a line. */
#ifndef NETC_FORMAT_BREAK_H
#define NETC_FORMAT_BREAK_H

#include "format/rows.h"

/** Breaks a statement into rows, at `indent` columns. Comments inside it are written; the one
 *  behind it, `behind` (or NULL), is put on its last row. A statement of several rows is a
 *  paragraph of its own. */
void break_statement(Writer *writer, const Statement *statement, uint32_t indent,
                     const Comment *behind);

/** Whether tokens first .. end-1 fit on a line at `indent` columns. */
bool fits_on_line(const Pieces *pieces, uint32_t first, uint32_t end, uint32_t indent);

/** A row of these tokens. */
Row row_of(const Pieces *pieces, uint32_t first, uint32_t end, uint32_t indent);

#endif
