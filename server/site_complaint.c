/* See site_complaint.h. */
#include <config.h>

#include "site_complaint.h"

#include <stdio.h>

#include "log.h"

bool site_complain(const struct site *site, const char *subject, const char *detail)
{
    if (site->options.check_config)
        fprintf(stderr, "%s: error: %s\n", subject, detail);
    else
        log_event(LOG_ERROR, "start_failed", LOG_TEXT("subject", subject),
                  LOG_TEXT("detail", detail));
    return false;
}

bool site_complain_with_cure(const struct site *site, const char *subject, const char *detail,
                             const char *cure)
{
    if (site->options.check_config)
        fprintf(stderr, "%s: error: %s\n    cure: %s\n", subject, detail, cure);
    else
        log_event(LOG_ERROR, "start_failed", LOG_TEXT("subject", subject),
                  LOG_TEXT("detail", detail), LOG_TEXT("hint", cure));
    return false;
}

void site_warn(struct site *site, const struct site_warning *warning)
{
    site->warnings++;
    if (site->options.check_config)
        fprintf(stderr, "%s: warning: %s\n    cure: %s\n\n", warning->subject, warning->effect,
                warning->cure);
    else
        log_event(LOG_WARNING, warning->event, LOG_TEXT("option", warning->option),
                  LOG_TEXT("file", warning->file), LOG_TEXT("variable", warning->variable),
                  LOG_TEXT("effect", warning->effect), LOG_TEXT("hint", warning->cure));
}

void site_remark(const struct site *site, const struct site_warning *remark)
{
    if (site->options.check_config)
        fprintf(stderr, "%s: info: %s\n    cure: %s\n\n", remark->subject, remark->effect,
                remark->cure);
    else
        log_event(LOG_INFO, remark->event, LOG_TEXT("effect", remark->effect),
                  LOG_TEXT("hint", remark->cure));
}
