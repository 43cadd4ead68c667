/* Making findings: props' own side of findings.h. */
#ifndef PROPS_REPORT_H
#define PROPS_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "findings.h"
#include "lines.h"
#include "readers.h"
#include "rules.h"

/** What a finding is about. A zero `at` stands for the file as a whole. */
struct report_at {
    const char *file;
    size_t file_order; /* findings are shown in the order of their files */
    struct place at;
    const char *key; /* or NULL */
    bool muted;      /* all has been said: the finding is dropped */
};

struct props_findings *findings_new(void);
void findings_free(struct props_findings *findings);

/**
 * Adds a finding. When memory is short the list becomes bad, and stays so, so that one question to
 * findings_bad at the end of all checks is enough.
 */
__attribute__((format(printf, 4, 5))) void report(struct props_findings *findings,
                                                  enum props_rule_id rule,
                                                  const struct report_at *at, const char *format,
                                                  ...);

/** The same for a finding that is milder than its rule's worst, for some readers or for all. */
__attribute__((format(printf, 5, 6))) void
report_as(struct props_findings *findings, enum props_rule_id rule, const struct impact *impact,
          const struct report_at *at, const char *format, ...);

/** Ends a cure that is for XNAT's plugin's sake alone. */
#define UNLESS_SIDECAR_ALONE                                                                       \
    "; where the sidecar alone reads the file, leave it as it is and check with --target sidecar"

/** Says of the finding just added what to do about it. */
__attribute__((format(printf, 2, 3))) void advise(struct props_findings *findings,
                                                  const char *format, ...);

/**
 * Says that the finding just added is the cause of whatever else is found in these lines of its
 * file: it takes over their severity, and they are dropped, so that a mistake is told once. Lines
 * from 0: the file as a whole.
 */
void explain_lines(struct props_findings *findings, size_t first, size_t last);

/** Says that a key is not there because of the finding just added: a finding with that key that
 * says so gives it its severity, and is dropped. */
void explain_lack(struct props_findings *findings, const char *key);

/** Replaces every occurrence of a text (three bytes or more) in keys, messages and hints by "***".
 */
void findings_hide(struct props_findings *findings, const char *text, size_t size);

/** True when a finding was lost for want of memory. */
bool findings_bad(const struct props_findings *findings);

/** The readers that a file's layout implies, the sidecar included. */
typedef reader_set layout_readers(const void *context, size_t file_order);

/**
 * Gives every finding the severity that it has for a target, and drops what does not concern it.
 * With PROPS_AUTO a finding that concerns only releases of the plugin that the layout does not
 * imply is a warning at most, and its message says which.
 */
void findings_judge(struct props_findings *findings, enum props_target target,
                    layout_readers *layout, const void *context);

/** Moves all of `more`, which has been judged, into `findings`, and frees it. @return false:
 * memory, and then, too, it is freed. */
bool findings_join(struct props_findings *findings, struct props_findings *more);

/** Brings the findings into the order of files and lines. */
void findings_sort(struct props_findings *findings);

#endif
