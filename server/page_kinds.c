/* Which reason is told as which page. See page_kinds.h. */
#include "page_kinds.h"

#include <string.h>

static const struct {
    const char *reason;
    enum page_kind kind;
} rows[] = {
    /* this machine and its files */
    {"ok", PAGE_KIND_BROKEN},
    {"out_of_memory", PAGE_KIND_BUSY},
    {"out_of_descriptors", PAGE_KIND_BUSY},
    {"states_full", PAGE_KIND_BUSY},
    {"usernames_full", PAGE_KIND_BUSY},
    {"wrong_use", PAGE_KIND_BROKEN},
    {"no_randomness", PAGE_KIND_BROKEN},
    {"crypto_failure", PAGE_KIND_BROKEN},
    {"file_unreadable", PAGE_KIND_BROKEN},
    {"configuration", PAGE_KIND_BROKEN},
    {"key_file", PAGE_KIND_BROKEN},
    /* the browser's way back */
    {"provider_unknown", PAGE_KIND_PROVIDER_UNKNOWN},
    {"response_malformed", PAGE_KIND_LINK_FOREIGN},
    {"response_issuer", PAGE_KIND_PROVIDER_UNVERIFIED},
    {"state_missing", PAGE_KIND_LINK_FOREIGN},
    {"state_invalid", PAGE_KIND_LINK_FOREIGN},
    {"state_mismatch", PAGE_KIND_LINK_FOREIGN},
    {"state_expired", PAGE_KIND_LINK_OLD},
    {"state_used", PAGE_KIND_LINK_OLD},
    {"cookies_missing", PAGE_KIND_COOKIES_BLOCKED},
    {"session_invalid", PAGE_KIND_SESSION_OVER},
    {"session_expired", PAGE_KIND_SESSION_OVER},
    {"sign_out_state", PAGE_KIND_SIGN_OUT_FOREIGN},
    /* the provider */
    {"access_denied", PAGE_KIND_DECLINED},
    {"provider_error", PAGE_KIND_PROVIDER_REFUSED},
    {"provider_not_ready", PAGE_KIND_PROVIDER_UNREACHABLE},
    {"provider_unreachable", PAGE_KIND_PROVIDER_UNREACHABLE},
    {"provider_timeout", PAGE_KIND_PROVIDER_UNREACHABLE},
    {"provider_tls", PAGE_KIND_PROVIDER_UNVERIFIED},
    {"answer_cut_short", PAGE_KIND_PROVIDER_UNREACHABLE},
    {"answer_too_large", PAGE_KIND_PROVIDER_REFUSED},
    {"answer_redirect", PAGE_KIND_PROVIDER_REFUSED},
    {"answer_status", PAGE_KIND_PROVIDER_REFUSED},
    {"answer_malformed", PAGE_KIND_PROVIDER_REFUSED},
    {"discovery_issuer", PAGE_KIND_PROVIDER_UNVERIFIED},
    {"discovery_incomplete", PAGE_KIND_PROVIDER_REFUSED},
    {"endpoint_insecure", PAGE_KIND_PROVIDER_UNVERIFIED},
    {"keys_unusable", PAGE_KIND_PROVIDER_UNVERIFIED},
    {"token_refused", PAGE_KIND_PROVIDER_REFUSED},
    {"token_type", PAGE_KIND_PROVIDER_REFUSED},
    {"id_token_missing", PAGE_KIND_PROVIDER_REFUSED},
    {"id_token_malformed", PAGE_KIND_PROVIDER_UNVERIFIED},
    {"id_token_encrypted", PAGE_KIND_PROVIDER_UNVERIFIED},
    {"id_token_not_encrypted", PAGE_KIND_PROVIDER_UNVERIFIED},
    {"id_token_decryption", PAGE_KIND_PROVIDER_UNVERIFIED},
    {"id_token_algorithm", PAGE_KIND_PROVIDER_UNVERIFIED},
    {"id_token_key", PAGE_KIND_PROVIDER_UNVERIFIED},
    {"id_token_signature", PAGE_KIND_PROVIDER_UNVERIFIED},
    {"id_token_claim_missing", PAGE_KIND_PROVIDER_UNVERIFIED},
    {"id_token_issuer", PAGE_KIND_PROVIDER_UNVERIFIED},
    {"id_token_audience", PAGE_KIND_PROVIDER_UNVERIFIED},
    {"id_token_azp", PAGE_KIND_PROVIDER_UNVERIFIED},
    {"id_token_nonce", PAGE_KIND_PROVIDER_UNVERIFIED},
    {"id_token_at_hash", PAGE_KIND_PROVIDER_UNVERIFIED},
    {"id_token_subject", PAGE_KIND_PROVIDER_UNVERIFIED},
    {"state_future", PAGE_KIND_CLOCK_WRONG},
    {"id_token_expired", PAGE_KIND_CLOCK_WRONG},
    {"id_token_future", PAGE_KIND_CLOCK_WRONG},
    {"userinfo_malformed", PAGE_KIND_PROVIDER_UNVERIFIED},
    {"userinfo_encrypted", PAGE_KIND_PROVIDER_UNVERIFIED},
    {"userinfo_subject", PAGE_KIND_PROVIDER_UNVERIFIED},
    /* the site's rules about people */
    {"claim_missing", PAGE_KIND_FACTS_MISSING},
    {"email_invalid", PAGE_KIND_FACTS_MISSING},
    {"email_domain", PAGE_KIND_ORGANISATION},
    {"gate_audience", PAGE_KIND_GATE_AUDIENCE},
    {"gate_role", PAGE_KIND_GATE_ROLE},
    {"gate_type", PAGE_KIND_GATE_TYPE},
    {"username_invalid", PAGE_KIND_USER_NAME},
    {"username_taken", PAGE_KIND_USER_NAME_TAKEN},
    /* XNAT's own login */
    {"password_login_off", PAGE_KIND_PASSWORD_LOGIN_OFF},
    /* the account in XNAT */
    {"account_disabled", PAGE_KIND_ACCOUNT_WAITING},
    {"account_unverified", PAGE_KIND_ACCOUNT_UNVERIFIED},
    {"account_is_administrator", PAGE_KIND_ACCOUNT_ADMINISTRATOR},
    {"account_email_differs", PAGE_KIND_ACCOUNT_EMAIL},
    {"account_name_shared", PAGE_KIND_ACCOUNT_NAME},
    {"account_unknown", PAGE_KIND_ACCOUNT_UNKNOWN},
    {"account_create_failed", PAGE_KIND_XNAT_REFUSED},
    /* XNAT itself */
    {"xnat_unreachable", PAGE_KIND_XNAT_UNREACHABLE},
    {"xnat_refuses_service", PAGE_KIND_XNAT_REFUSED},
    {"xnat_answer_malformed", PAGE_KIND_XNAT_REFUSED},
    {"upstream_unreachable", PAGE_KIND_XNAT_UNREACHABLE},
    {"upstream_tls", PAGE_KIND_XNAT_UNREACHABLE},
    {"upstream_timeout", PAGE_KIND_XNAT_UNREACHABLE},
    {"upstream_broken", PAGE_KIND_XNAT_UNREACHABLE},
    /* what programs bring: they get no page, but a reason without one must not be */
    {"logout_request", PAGE_KIND_NOT_UNDERSTOOD},
    {"logout_malformed", PAGE_KIND_NOT_UNDERSTOOD},
    {"logout_encrypted", PAGE_KIND_NOT_UNDERSTOOD},
    {"logout_not_encrypted", PAGE_KIND_NOT_UNDERSTOOD},
    {"logout_decryption", PAGE_KIND_NOT_UNDERSTOOD},
    {"logout_type", PAGE_KIND_NOT_UNDERSTOOD},
    {"logout_algorithm", PAGE_KIND_NOT_UNDERSTOOD},
    {"logout_key", PAGE_KIND_NOT_UNDERSTOOD},
    {"logout_signature", PAGE_KIND_NOT_UNDERSTOOD},
    {"logout_claim_missing", PAGE_KIND_NOT_UNDERSTOOD},
    {"logout_issuer", PAGE_KIND_NOT_UNDERSTOOD},
    {"logout_audience", PAGE_KIND_NOT_UNDERSTOOD},
    {"logout_expired", PAGE_KIND_NOT_UNDERSTOOD},
    {"logout_future", PAGE_KIND_NOT_UNDERSTOOD},
    {"logout_subject", PAGE_KIND_NOT_UNDERSTOOD},
    {"logout_used", PAGE_KIND_NOT_UNDERSTOOD},
    {"bearer_request", PAGE_KIND_NOT_UNDERSTOOD},
    {"bearer_malformed", PAGE_KIND_NOT_UNDERSTOOD},
    {"bearer_encrypted", PAGE_KIND_NOT_UNDERSTOOD},
    {"bearer_type", PAGE_KIND_NOT_UNDERSTOOD},
    {"bearer_algorithm", PAGE_KIND_NOT_UNDERSTOOD},
    {"bearer_key", PAGE_KIND_NOT_UNDERSTOOD},
    {"bearer_signature", PAGE_KIND_NOT_UNDERSTOOD},
    {"bearer_claim_missing", PAGE_KIND_NOT_UNDERSTOOD},
    {"bearer_issuer", PAGE_KIND_NOT_UNDERSTOOD},
    {"bearer_expired", PAGE_KIND_NOT_UNDERSTOOD},
    {"bearer_future", PAGE_KIND_NOT_UNDERSTOOD},
    {"bearer_subject", PAGE_KIND_NOT_UNDERSTOOD},
};

static const struct {
    enum page_ask ask;
    enum page_offer offer;
} facts[PAGE_KIND_COUNT] = {
#define KIND_FACTS(constant, name, ask, offer, heading, happened, todo)                            \
    {PAGE_ASK_##ask, PAGE_OFFER_##offer},
    PAGE_KINDS(KIND_FACTS)
#undef KIND_FACTS
};

bool page_kind_of(const char *reason, enum page_kind *kind)
{
    *kind = PAGE_KIND_BROKEN;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strcmp(rows[i].reason, reason) == 0) {
            *kind = rows[i].kind;
            return true;
        }
    }
    return false;
}

enum page_ask page_kind_ask(enum page_kind kind)
{
    return facts[kind].ask;
}

enum page_offer page_kind_offer(enum page_kind kind)
{
    return facts[kind].offer;
}

const char *page_kind_reason(size_t row)
{
    return row < sizeof(rows) / sizeof(rows[0]) ? rows[row].reason : NULL;
}
