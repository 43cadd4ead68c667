/* In names, characters that XNAT does not take become spaces. See xnat_person.h. */
#include <config.h>

#include "xnat_person.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "ascii.h"

static void copy(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from);
}

void xnat_person_of(const oidc_identity *identity, struct xnat_person *person)
{
    copy(person->username, sizeof(person->username), identity->username);
    copy(person->email, sizeof(person->email), identity->email);
    copy(person->given_name, sizeof(person->given_name), identity->given_name);
    copy(person->family_name, sizeof(person->family_name), identity->family_name);
    copy(person->provider, sizeof(person->provider), identity->provider);
    person->auto_enabled = identity->auto_enabled;
    person->auto_verified = identity->auto_verified;
    person->is_doubtful = identity->email_unverified && !identity->username_of_subject;
}

void xnat_person_add_name(const struct xnat_person *person, struct text *path)
{
    static const char unreserved[] = ASCII_ALPHANUMERIC "-_.~";

    for (const char *at = person->username; *at; at++) {
        if (strchr(unreserved, *at))
            text_add(path, at, 1);
        else
            text_addf(path, "%%%02X", (unsigned char)*at);
    }
}

/* XNAT takes a name with none of these in it; a space in their place still says who it is. */
static void write_name(const char *name, char written[OIDC_NAME_MAX + 1])
{
    size_t size = 0;

    for (; *name && size < OIDC_NAME_MAX; name++) {
        char c = *name;

        if (strchr("&<>\"/", c))
            c = ' ';
        if (c != ' ' || (size > 0 && written[size - 1] != ' '))
            written[size++] = c;
    }
    if (size > 0 && written[size - 1] == ' ')
        size--;
    written[size] = '\0';
}

const char *xnat_person_lacks(const struct xnat_person *person)
{
    char written[OIDC_NAME_MAX + 1];

    if (person->email[0] == '\0')
        return "emailProperty";
    write_name(person->given_name, written);
    if (written[0] == '\0')
        return "givenNameProperty";
    write_name(person->family_name, written);
    return written[0] == '\0' ? "familyNameProperty" : NULL;
}

/* `verified` counts only beside `enabled`: both are always sent. There is no password: nobody can
 * sign in with one that was never set. */
char *xnat_person_as_json(const struct xnat_person *person)
{
    char given_name[OIDC_NAME_MAX + 1], family_name[OIDC_NAME_MAX + 1];
    json_t *object;
    char *text;

    write_name(person->given_name, given_name);
    write_name(person->family_name, family_name);
    object = json_pack("{s:s, s:s, s:s, s:s, s:b, s:b}", "username", person->username, "email",
                       person->email, "firstName", given_name, "lastName", family_name, "enabled",
                       person->auto_enabled, "verified", person->auto_verified);
    text = object ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    return text;
}
