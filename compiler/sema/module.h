/* Files: the main one and those that are imported, each read once. */
#ifndef NETC_SEMA_MODULE_H
#define NETC_SEMA_MODULE_H

#include "sema/scope.h"

/** Makes sema->ast the main file and reads what it imports. */
void module_main(Sema *sema);

/** Reads what an `import` of `from` names: N0005, N0501, N0902, N0903, N0904, and what is wrong in
 *  the file. A file that was read before is the same module again.
 *  @return NULL if it cannot be had: reported */
Module *module_import(Sema *sema, Module *from, const AstItem *item);

/** The file with this number in Sources; NULL if it is none of the program. */
Module *module_of_file(const Sema *sema, uint32_t file);

#endif
