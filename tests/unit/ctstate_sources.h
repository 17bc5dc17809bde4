/*
 * ctstate_sources.h - the parts of ctstate that unit tests and fuzz targets drive, as one translation unit: a tool is
 * not a library, and its files keep their names apart.
 */
#ifndef TESTS_UNIT_CTSTATE_SOURCES_H
#define TESTS_UNIT_CTSTATE_SOURCES_H

#include "../../tools/ctstate/ct.c"
#include "../../tools/ctstate/eventfilter.c"
#include "../../tools/ctstate/eventlog.c"
#include "../../tools/ctstate/facts.c"
#include "../../tools/ctstate/filter.c"
#include "../../tools/ctstate/gather.c"
#include "../../tools/ctstate/json.c"
#include "../../tools/ctstate/json_parse.c"
#include "../../tools/ctstate/mem.c"
#include "../../tools/ctstate/record.c"
#include "../../tools/ctstate/row.c"
#include "../../tools/ctstate/size.c"
#include "../../tools/ctstate/table.c"
#include "../../tools/ctstate/template_escape.c"
#include "../../tools/ctstate/template_eval.c"
#include "../../tools/ctstate/template_func.c"
#include "../../tools/ctstate/template_lex.c"
#include "../../tools/ctstate/template_parse.c"
#include "../../tools/ctstate/template_print.c"
#include "../../tools/ctstate/template_value.c"
#include "../../tools/ctstate/utf8.c"
#include "../../tools/ctstate/view.c"
#include "../../tools/ctstate/view_host.c"
#include "../../tools/ctstate/view_net.c"
#include "../../tools/ctstate/when.c"

#endif
