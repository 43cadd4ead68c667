/* What is known about each error code, from the one table in <oidc/error.h>. */
#include <oidc/error.h>

#include <stddef.h>

static const struct code_facts {
    const char *name;
    oidc_class class;
    int http_status;
    const char *sentence;
} facts[OIDC_CODE_COUNT] = {
#define CODE_FACTS(constant, name, class, status, sentence)                                        \
    [constant] = {name, OIDC_CLASS_##class, status, sentence},
    OIDC_CODES(CODE_FACTS)
#undef CODE_FACTS
};

/* A number that is no code, from a caller built against a newer header, say. */
static const struct code_facts unknown = {"unknown", OIDC_CLASS_SYSTEM, 500,
                                          "The sign-in service made a mistake."};

static const struct code_facts *facts_of(oidc_code code)
{
    return (size_t)code < OIDC_CODE_COUNT ? &facts[code] : &unknown;
}

const char *oidc_code_name(oidc_code code)
{
    return facts_of(code)->name;
}

oidc_class oidc_code_class(oidc_code code)
{
    return facts_of(code)->class;
}

int oidc_code_http_status(oidc_code code)
{
    return facts_of(code)->http_status;
}

const char *oidc_code_sentence(oidc_code code)
{
    return facts_of(code)->sentence;
}
