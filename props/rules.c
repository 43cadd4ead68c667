/* The table of rules. OC0xx: files, OC1xx: keys and values, OC2xx: the site and which providers it
 * has, OC3xx: a provider, OC4xx: what this release does not do. */
#include "rules.h"

static const struct props_rule rules[RULE_COUNT] = {
    [RULE_FILE_UNREADABLE] = {"OC001", PROPS_ERROR, "the file cannot be read"},
    [RULE_FILE_TOO_LARGE] = {"OC002", PROPS_ERROR, "the file is too large"},
    [RULE_TOO_MANY_ENTRIES] = {"OC003", PROPS_ERROR, "the file has too many entries"},
    [RULE_FOLDER_EMPTY] = {"OC004", PROPS_ERROR, "the folder has no file that XNAT would load"},
    [RULE_FILE_NOT_LOADED] = {"OC005", PROPS_INFO, "XNAT does not load a file of this name"},
    [RULE_TOO_MANY_FILES] = {"OC006", PROPS_ERROR, "the folder has too many provider files"},

    [RULE_MALFORMED_ESCAPE] = {"OC101", PROPS_ERROR, "malformed \\u escape"},
    [RULE_DUPLICATE_KEY] = {"OC102", PROPS_WARNING, "a key is given twice"},
    [RULE_UNKNOWN_KEY] = {"OC103", PROPS_WARNING, "nobody reads this key"},
    [RULE_MISSPELT_KEY] = {"OC104", PROPS_WARNING, "a key looks misspelt"},
    [RULE_MISSPELT_GUARD] = {"OC105", PROPS_ERROR, "the key of an access restriction is misspelt"},
    [RULE_BLANKS] = {"OC106", PROPS_WARNING, "blanks around a value"},
    [RULE_UTF8] = {"OC107", PROPS_WARNING, "UTF-8 in a file that is read as ISO-8859-1"},
    [RULE_BYTE_ORDER_MARK] = {"OC108", PROPS_WARNING, "the file begins with a byte order mark"},
    [RULE_BOOLEAN] = {"OC109", PROPS_WARNING, "neither true nor false"},
    [RULE_BOOLEAN_GUARD] = {"OC110", PROPS_ERROR, "an access restriction neither true nor false"},
    [RULE_EMPTY_VALUE] = {"OC111", PROPS_WARNING, "an empty value counts as absent"},
    [RULE_CHARACTERS] = {"OC112", PROPS_ERROR, "characters that cannot be meant"},
    [RULE_QUOTES] = {"OC113", PROPS_WARNING, "quotation marks around a value"},
    [RULE_TOO_MANY_ITEMS] = {"OC114", PROPS_ERROR, "a list has too many items"},

    [RULE_METHOD_MISSING] = {"OC201", PROPS_WARNING, "auth.method is missing"},
    [RULE_METHOD_OTHER] = {"OC202", PROPS_ERROR, "the file is for another login method"},
    [RULE_METHOD_SKIPPED] = {"OC203", PROPS_INFO, "a file for another login method is skipped"},
    [RULE_NO_PROVIDER] = {"OC204", PROPS_ERROR, "no provider is enabled"},
    [RULE_PROVIDER_ID] = {"OC205", PROPS_ERROR, "a provider id with other characters than allowed"},
    [RULE_PROVIDER_RESERVED] = {"OC206", PROPS_ERROR, "a provider id that belongs to XNAT"},
    [RULE_PROVIDER_TWICE] = {"OC207", PROPS_ERROR, "two files configure one provider"},
    [RULE_LISTED_TWICE] = {"OC208", PROPS_WARNING, "a provider is listed twice"},
    [RULE_NO_BLOCK] = {"OC209", PROPS_ERROR, "an enabled provider is not configured"},
    [RULE_MIXED_LAYOUT] = {"OC210", PROPS_WARNING, "the layouts of two generations are mixed"},
    [RULE_PROVIDER_ID_MISSING] = {"OC211", PROPS_WARNING, "provider.id is missing"},
    [RULE_SHARED_PROVIDER_ID] = {"OC212", PROPS_WARNING, "two files have the same provider.id"},
    [RULE_NOT_ENABLED] = {"OC213", PROPS_INFO, "a provider is configured but not enabled"},
    [RULE_TOO_MANY_PROVIDERS] = {"OC214", PROPS_ERROR, "too many providers"},

    [RULE_SITE_URL_MISSING] = {"OC221", PROPS_ERROR, "siteUrl is missing"},
    [RULE_SITE_URL] = {"OC222", PROPS_ERROR, "siteUrl is not the address of a site"},
    [RULE_SITE_URL_SLASH] = {"OC223", PROPS_WARNING, "siteUrl ends in a slash"},
    [RULE_SITE_URL_HTTP] = {"OC224", PROPS_WARNING, "the site is not on https"},
    [RULE_SITE_URL_SPELLING] = {"OC225", PROPS_WARNING, "browsers write siteUrl another way"},
    [RULE_REDIRECT_PATH] = {"OC226", PROPS_ERROR, "preEstablishedRedirUri is not a plain path"},
    [RULE_SITE_CONFLICT] = {"OC227", PROPS_ERROR, "two files disagree about the site"},

    [RULE_CLIENT_ID_MISSING] = {"OC301", PROPS_ERROR, "no client id"},
    [RULE_CLIENT_SECRET_MISSING] = {"OC302", PROPS_ERROR, "no client secret"},
    [RULE_REQUIRED_MISSPELT] = {"OC303", PROPS_ERROR,
                                "the key of the client id or secret is misspelt"},
    [RULE_ENDPOINT] = {"OC304", PROPS_ERROR, "an endpoint is not a usable URL"},
    [RULE_ENDPOINT_HTTP] = {"OC305", PROPS_ERROR, "an endpoint is not on https"},
    [RULE_NO_ENDPOINT] = {"OC306", PROPS_ERROR, "nothing says where the provider is"},
    [RULE_SCOPE_OPENID] = {"OC307", PROPS_WARNING, "the scope openid is missing"},
    [RULE_SCOPE] = {"OC308", PROPS_ERROR, "a scope with characters that scopes cannot have"},
    [RULE_FILTER_EMPTY] = {"OC309", PROPS_ERROR, "the e-mail filter is on and admits nobody"},
    [RULE_FILTER_ITEM] = {"OC310", PROPS_WARNING, "an allowed domain that can never match"},
    [RULE_FILTER_UNUSED] = {"OC311", PROPS_INFO, "allowed domains without effect"},
    [RULE_AUTO_DISAGREE] = {"OC312", PROPS_WARNING, "two switches for new accounts disagree"},
    [RULE_USERNAME_PATTERN] = {"OC313", PROPS_ERROR, "the pattern of user names cannot be read"},
    [RULE_USERNAME_SHARED] = {"OC314", PROPS_ERROR, "all persons would share one user name"},

    [RULE_GATE_UNSUPPORTED] = {"OC401", PROPS_ERROR, "claim checks are not supported yet"},
    [RULE_BEARER_UNSUPPORTED] = {"OC402", PROPS_ERROR, "bearer tokens are not supported yet"},
    [RULE_ENCRYPTION_UNSUPPORTED] = {"OC403", PROPS_ERROR,
                                     "encrypted ID tokens are not supported yet"},
    [RULE_AUTO_LOGIN_IGNORED] = {"OC404", PROPS_WARNING, "automatic login is ignored"},
    [RULE_LINK_EXISTING_IGNORED] = {"OC405", PROPS_WARNING, "linking of accounts is ignored"},
};

const struct props_rule *props_rule(enum props_rule_id id)
{
    return &rules[id];
}
