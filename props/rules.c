/* The table of rules, put together from its sections. */
#include "rules.h"

extern const struct props_rule rules_files[];
extern const struct props_rule rules_lines[];
extern const struct props_rule rules_site[];
extern const struct props_rule rules_provider[];
extern const struct props_rule rules_policy[];
extern const struct props_rule rules_endpoints[];
extern const struct props_rule rules_accounts[];
extern const struct props_rule rules_link[];
extern const struct props_rule rules_limits[];
extern const struct props_rule rules_online[];

static const struct {
    enum props_rule_id first;
    enum props_rule_id last;
    const struct props_rule *rows;
} sections[] = {
    {RULE_FILE_UNREADABLE, RULE_FILE_READABLE, rules_files},
    {RULE_MALFORMED_ESCAPE, RULE_OTHER_RELEASE, rules_lines},
    {RULE_METHOD_MISSING, RULE_REDIRECT_PATH_MISSING, rules_site},
    {RULE_CLIENT_ID_MISSING, RULE_SCOPE, rules_provider},
    {RULE_FILTER_EMPTY, RULE_USERNAME_SHARED, rules_policy},
    {RULE_ENDPOINT_MISSING, RULE_ISSUER_SPELLING, rules_endpoints},
    {RULE_FILTER_CAPITALS, RULE_BEARER_AUDIENCE_OFF, rules_accounts},
    {RULE_LINK_MISSING, RULE_LINK_IMAGE, rules_link},
    {RULE_ENCRYPTION_UNSUPPORTED, RULE_LINK_EXISTING_IGNORED, rules_limits},
    {RULE_DISCOVERY_UNREACHABLE, RULE_ENCRYPTION_NOT_OFFERED, rules_online},
};

const struct props_rule *props_rule(enum props_rule_id id)
{
    size_t i = 0;
    while (id > sections[i].last)
        i++;
    return &sections[i].rows[id - sections[i].first];
}

const char rules_base[] = "auth.method=openid\n"
                          "type=openid\n"
                          "provider.id=openid\n"
                          "visible=true\n"
                          "auto.enabled=false\n"
                          "auto.verified=false\n"
                          "name=OpenID Authentication Provider\n"
                          "disableUsernamePasswordLogin=false\n"
                          "enabled=aaf\n"
                          "siteUrl=https://xnat.example.edu.au\n"
                          "preEstablishedRedirUri=/openid-login\n"
                          "openid.aaf.clientId=5f0c2b7a-xnat-example\n"
                          "openid.aaf.clientSecret=Hc9vTq2LmWz7RkXb4NsYdJ6f\n"
                          "openid.aaf.accessTokenUri=https://central.aaf.edu.au/oidc/token\n"
                          "openid.aaf.userAuthUri=https://central.aaf.edu.au/oidc/authorize\n"
                          "openid.aaf.scopes=openid,profile,email\n"
                          "openid.aaf.link=<p><a href=\"/openid-login?providerId=aaf\">"
                          "<img src=\"/images/aaf_service_223x54.png\" /></a></p>\n"
                          "openid.aaf.shouldFilterEmailDomains=false\n"
                          "openid.aaf.forceUserCreate=true\n"
                          "openid.aaf.userAutoEnabled=false\n"
                          "openid.aaf.userAutoVerified=false\n"
                          "openid.aaf.emailProperty=email\n"
                          "openid.aaf.givenNameProperty=given_name\n"
                          "openid.aaf.familyNameProperty=family_name\n";
