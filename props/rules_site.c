/* The rules OC2xx: the site, and which providers it has. */
#include "rules.h"

#define AT(id) [(id)-RULE_METHOD_MISSING]

/* clang-format off */
const struct props_rule rules_site[] = {
    AT(RULE_METHOD_MISSING) = {"OC201", IMPACT(INFO, ERROR, ERROR, ERROR), "auth.method is missing",
        .part = PART_LACK,
        .happens = "XNAT gives a file to the plugin that auth.method names. Without the line no plugin "
                   "gets the file, and XNAT says nothing. The sidecar reads it all the same.",
        .cure = "Add auth.method=openid.",
        .bad = {.scene = SCENE_LINES, .without = "auth.method"},
        .good = {.scene = SCENE_LINES, .lines = "auth.method=openid\n"}},
    AT(RULE_METHOD_OTHER) = {"OC202", IMPACT_ALL(ERROR), "the file is for another login method",
        .happens = "XNAT gives the file to the plugin that auth.method names. A word other than openid, "
                   "letter by letter, hides the file from the OpenID plugin and from the sidecar: "
                   "its providers do not exist.",
        .cure = "Write auth.method=openid, in small letters. To put a provider's file out of use, "
                "give it a name that XNAT does not load.",
        .bad = {.scene = SCENE_LINES, .lines = "auth.method=OpenID\n"},
        .good = {.scene = SCENE_LINES, .lines = "auth.method=openid\n"}},
    AT(RULE_METHOD_SKIPPED) = {"OC203", IMPACT_ALL(INFO), "a file for another login method is skipped",
        .happens = "In a folder, files for LDAP or other login methods are none of the sidecar's "
                   "business. This is said so that nobody wonders.",
        .cure = "Nothing need be done.",
        .bad = {.scene = SCENE_NONE},
        .good = {.scene = SCENE_NONE}},
    AT(RULE_NO_PROVIDER) = {"OC204", IMPACT_ALL(ERROR), "no provider is enabled",
        .part = PART_LACK,
        .happens = "Files enable providers in one of two ways: `enabled` lists ids (plugin 1.0), or "
                   "provider.id names one (1.1 and later). This one does neither, so nobody is offered "
                   "a sign-in.",
        .cure = "Write enabled=aaf beside provider.id=openid, or provider.id=aaf alone.",
        .bad = {.scene = SCENE_LINES, .without = "enabled"},
        .good = {.scene = SCENE_LINES, .lines = "enabled=aaf\n"}},
    AT(RULE_PROVIDER_ID) = {"OC205", IMPACT_ALL(ERROR), "a provider id with other characters than allowed",
        .happens = "An id is part of keys, of links and of user names. One with other characters than "
                   "letters, digits, - and _ matches no key.",
        .cure = "Use a short word, for example aaf, in the list and in the keys.",
        .bad = {.scene = SCENE_LINES, .lines = "enabled=a@f\n"
                 "openid.a@f.clientId=5f0c2b7a-xnat-example\n"},
        .good = {.scene = SCENE_LINES, .lines = "enabled=aaf\n"}},
    AT(RULE_PROVIDER_RESERVED) = {"OC206", IMPACT_ALL(ERROR), "a provider id that belongs to XNAT",
        .happens = "localdb is the name under which XNAT keeps its own accounts. A provider of that "
                   "name would be taken for them.",
        .cure = "Give the provider another id, in the list and in its keys.",
        .bad = {.scene = SCENE_LINES, .lines = "enabled=localdb\n"
                 "openid.localdb.clientId=5f0c2b7a-xnat-example\n"},
        .good = {.scene = SCENE_LINES, .lines = "enabled=aaf\n"}},
    AT(RULE_PROVIDER_TWICE) = {"OC207", IMPACT_ALL(ERROR), "two files configure one provider",
        .happens = "Ids must differ over all files of a site. With two files for one provider it is "
                   "chance whose keys apply.",
        .cure = "Remove one of the files, or give one of the providers another id.",
        .bad = {.scene = SCENE_LINES, .lines = "provider.id=openid\n", .other = "provider.id=other\n"
                 "enabled=aaf\n"},
        .good = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n", .without = "enabled", .other = "provider.id=google\n"
                 "openid.google.clientId=318204775961-example.apps.googleusercontent.com\n"}},
    AT(RULE_LISTED_TWICE) = {"OC208", IMPACT_ALL(WARNING), "a provider is listed twice",
        .happens = "The second mention does nothing; plugin 1.0 shows the button twice.",
        .cure = "List each provider once.",
        .bad = {.scene = SCENE_LINES, .lines = "enabled=aaf,aaf\n"},
        .good = {.scene = SCENE_LINES, .lines = "enabled=aaf\n"}},
    AT(RULE_NO_BLOCK) = {"OC209", IMPACT_ALL(ERROR), "an enabled provider is not configured",
        .part = PART_LACK,
        .happens = "The id is enabled, but no key begins with openid. and that id. Ids are "
                   "case-sensitive. Whoever chooses the provider gets an error page.",
        .cure = "Write the id as the keys have it, or add the keys.",
        .bad = {.scene = SCENE_LINES, .lines = "enabled=AAF\n"},
        .good = {.scene = SCENE_LINES, .lines = "enabled=aaf\n"}},
    AT(RULE_MIXED_LAYOUT) = {"OC210", IMPACT(WARNING, WARNING, ERROR, ERROR), "the layouts of two generations are mixed",
        .happens = "provider.id names one provider, and `enabled` others. Plugin 1.0 and the sidecar "
                   "take the list; later releases ignore it and look for the keys of provider.id, which "
                   "are not there.",
        .cure = "Write provider.id=openid to keep the list, or remove `enabled` and give each "
                "provider a file of its own.",
        .bad = {.scene = SCENE_LINES, .lines = "provider.id=google\n"
                 "enabled=aaf\n"},
        .good = {.scene = SCENE_LINES, .lines = "provider.id=openid\n"
                 "enabled=aaf\n"}},
    AT(RULE_PROVIDER_ID_MISSING) = {"OC211", IMPACT(NONE, WARNING, ERROR, ERROR), "provider.id is missing",
        .part = PART_LACK,
        .happens = "XNAT tells its login methods apart by provider.id. Without it XNAT may pass over "
                   "the file; the sidecar goes by `enabled`.",
        .cure = "Add provider.id=openid.",
        .bad = {.scene = SCENE_LINES, .without = "provider.id"},
        .good = {.scene = SCENE_LINES, .lines = "provider.id=openid\n"}},
    AT(RULE_SHARED_PROVIDER_ID) = {"OC212", IMPACT(NONE, ERROR, ERROR, ERROR), "two files have the same provider.id",
        .happens = "XNAT keeps one file of each provider.id, and drops the other without a word. The "
                   "sidecar takes both.",
        .cure = "Put the providers into one file, or give each a file with its own provider.id and "
                "without `enabled`.",
        .bad = {.scene = SCENE_LINES, .lines = "provider.id=openid\n", .other = "provider.id=openid\n"
                 "enabled=google\n"
                 "openid.google.clientId=318204775961-example.apps.googleusercontent.com\n"},
        .good = {.scene = SCENE_LINES, .lines = "provider.id=openid\n"}},
    AT(RULE_NOT_ENABLED) = {"OC213", IMPACT_ALL(INFO), "a provider is configured but not enabled",
        .happens = "The keys of the provider are there, but nothing enables it: no button, no sign-in.",
        .cure = "Add it to `enabled`, or remove its keys.",
        .bad = {.scene = SCENE_LINES, .lines = "openid.google.clientId=318204775961-example.apps.googleusercontent.com\n"},
        .good = {.scene = SCENE_LINES, .lines = "enabled=aaf\n"}},
    AT(RULE_TOO_MANY_PROVIDERS) = {"OC214", IMPACT_ALL(ERROR), "too many providers",
        .happens = "A site may have 64 providers. Further ones are left out.",
        .cure = "Enable fewer providers.",
        .bad = {.scene = SCENE_NONE},
        .good = {.scene = SCENE_NONE}},
    AT(RULE_OTHER_LAYOUT) = {"OC215", IMPACT_PLUGINS(ERROR), "the layout of another generation of the plugin",
        .happens = "There are two layouts, both right, and each generation of the plugin reads its own "
                   "alone: one file with a list `enabled` (1.0), or one file a provider (1.1 and "
                   "later). Read by the wrong release, the file offers nobody a sign-in.",
        .cure = "Write the file in the layout of the release that is installed.",
        .bad = {.scene = SCENE_LINES, .lines = "enabled=aaf\n", .target = PROPS_PLUGIN_1_6},
        .good = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n", .without = "enabled", .target = PROPS_PLUGIN_1_6}},
    AT(RULE_TYPE) = {"OC216", IMPACT_PLUGINS(INFO), "type is not openid",
        .happens = "Releases before XNAT 1.7.5 chose files by `type`. None does since: auth.method took "
                   "its place.",
        .cure = "Write type=openid, or remove the line.",
        .bad = {.scene = SCENE_LINES, .lines = "type=ldap\n"},
        .good = {.scene = SCENE_LINES, .lines = "type=openid\n"}},
    AT(RULE_SITE_URL_MISSING) = {"OC221", IMPACT(ERROR, ERROR, ERROR, ERROR), "siteUrl is missing",
        .part = PART_LACK,
        .happens = "The provider is told where to send people back to: siteUrl with "
                   "preEstablishedRedirUri after it. The sidecar does not start without it. The plugin "
                   "takes XNAT's own setting where the line is missing, but not where it is empty.",
        .cure = "Write the address that people see, for example siteUrl=https://xnat.example.com.",
        .bad = {.scene = SCENE_LINES, .lines = "siteUrl=\n"},
        .good = {.scene = SCENE_LINES, .lines = "siteUrl=https://xnat.example.edu.au\n"}},
    AT(RULE_SITE_URL) = {"OC222", IMPACT_ALL(ERROR), "siteUrl is not the address of a site",
        .happens = "siteUrl and preEstablishedRedirUri are put together, letter by letter, and must "
                   "give the redirect URL that is registered with the provider. With anything but "
                   "scheme and host it does not.",
        .cure = "Write scheme and host alone.",
        .bad = {.scene = SCENE_LINES, .lines = "siteUrl=xnat.example.edu.au\n"},
        .good = {.scene = SCENE_LINES, .lines = "siteUrl=https://xnat.example.edu.au\n"}},
    AT(RULE_SITE_URL_SLASH) = {"OC223", IMPACT_PLUGINS(ERROR), "siteUrl ends in a slash",
        .happens = "The plugin puts preEstablishedRedirUri after it as it stands and sends "
                   "https://xnat.example.com//openid-login, which is not registered: the provider "
                   "refuses every sign-in. The sidecar drops the slash.",
        .cure = "Remove the slash.",
        .bad = {.scene = SCENE_LINES, .lines = "siteUrl=https://xnat.example.edu.au/\n"},
        .good = {.scene = SCENE_LINES, .lines = "siteUrl=https://xnat.example.edu.au\n"}},
    AT(RULE_SITE_URL_HTTP) = {"OC224", IMPACT(WARNING, ERROR, ERROR, ERROR), "the site is not on https",
        .happens = "Everybody on the way can read passwords and sessions, and browsers keep back the "
                   "cookies that a sign-in needs. AAF registers https sites alone.",
        .cure = "Let the site answer on https and write https://.",
        .bad = {.scene = SCENE_LINES, .lines = "siteUrl=http://xnat.example.edu.au\n"},
        .good = {.scene = SCENE_LINES, .lines = "siteUrl=https://xnat.example.edu.au\n"}},
    AT(RULE_SITE_URL_SPELLING) = {"OC225", IMPACT_ALL(WARNING), "browsers write siteUrl another way",
        .happens = "Browsers write hosts in small letters and leave out the usual port. Providers "
                   "compare redirect URLs letter by letter.",
        .cure = "Write the address as a browser shows it, here and at the provider.",
        .bad = {.scene = SCENE_LINES, .lines = "siteUrl=https://XNAT.example.edu.au\n"},
        .good = {.scene = SCENE_LINES, .lines = "siteUrl=https://xnat.example.edu.au\n"}},
    AT(RULE_REDIRECT_PATH) = {"OC226", IMPACT_ALL(ERROR), "preEstablishedRedirUri is not a plain path",
        .happens = "preEstablishedRedirUri is put after siteUrl. Without its slash, as a full URL, or "
                   "with a query, the result is an address that does not exist.",
        .cure = "Write the path alone, beginning with a slash: /openid-login.",
        .bad = {.scene = SCENE_LINES, .lines = "preEstablishedRedirUri=openid-login\n"},
        .good = {.scene = SCENE_LINES, .lines = "preEstablishedRedirUri=/openid-login\n"}},
    AT(RULE_SITE_CONFLICT) = {"OC227", IMPACT_ALL(ERROR), "two files disagree about the site",
        .happens = "A site has one address and one redirect path. With two, a provider sends people to "
                   "a place that is not registered with it.",
        .cure = "Write the same in all files, or leave it out of all but one.",
        .bad = {.scene = SCENE_LINES, .lines = "provider.id=aaf\n", .without = "enabled", .other = "provider.id=google\n"
                 "siteUrl=https://other.example.edu.au\n"
                 "openid.google.clientId=318204775961-example.apps.googleusercontent.com\n"},
        .good = {.scene = SCENE_LINES, .lines = "siteUrl=https://xnat.example.edu.au\n"}},
    AT(RULE_SITE_URL_ADDRESS) = {"OC228", IMPACT(WARNING, ERROR, ERROR, ERROR), "the site has no name but an IP address",
        .happens = "AAF registers no redirect URL with an IP address, and no certificate fits one.",
        .cure = "Write the site's name.",
        .bad = {.scene = SCENE_LINES, .lines = "siteUrl=https://130.95.128.1\n"},
        .good = {.scene = SCENE_LINES, .lines = "siteUrl=https://xnat.example.edu.au\n"}},
    AT(RULE_REDIRECT_PATH_MISSING) = {"OC229", IMPACT(NONE, ERROR, ERROR, NONE), "preEstablishedRedirUri is missing",
        .part = PART_LACK,
        .happens = "Releases before 1.6 send the provider a redirect URL that ends in the word null. "
                   "The sidecar and 1.6 take /openid-login.",
        .cure = "Add preEstablishedRedirUri=/openid-login.",
        .bad = {.scene = SCENE_LINES, .without = "preEstablishedRedirUri"},
        .good = {.scene = SCENE_LINES, .lines = "preEstablishedRedirUri=/openid-login\n"}},
};
/* clang-format on */
