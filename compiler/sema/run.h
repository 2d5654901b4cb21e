/* The analysis as its fixes run it once more: all steps but the trying of fixes. */
#ifndef NETC_SEMA_RUN_H
#define NETC_SEMA_RUN_H

#include "sema/analysis.h"

/** Analyses sema->ast, whose other inputs are set, into sema->graph and sema->diags. */
void run_analysis(Sema *sema);

#endif
