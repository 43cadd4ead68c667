/* The list of findings from inside: for report.c and causes.c alone. */
#ifndef PROPS_REPORT_LIST_H
#define PROPS_REPORT_LIST_H

#include "report.h"

struct item {
    struct props_finding finding;
    enum props_rule_id rule;
    struct impact impact;
    size_t file_order;
    size_t sequence;
    bool cause;        /* of whatever else is found in these lines */
    size_t first_line; /* of the entry or file it explains */
    size_t last_line;
    char *lacks;    /* the keys that are not there because of it, each after a line feed; or NULL */
    bool explained; /* by another */
};

struct props_findings {
    struct item *items;
    size_t count;
    size_t capacity;
    size_t errors;
    bool bad;
    bool dropped; /* the last finding was: its advice is, too */
};

/** Says every mistake once: marks what only follows from another finding as explained, and gives
 * the other its severity. Sorts the findings. */
void findings_explain(struct props_findings *findings);

#endif
