/* Every allocation fails once: nothing leaks, nothing is half made, and memory is said to be short.
 */
#include "support.h"

#include <unistd.h>

#include "props/memory.h"
#include "props/properties.h"
#include "props/report.h"
#include "tests/support/failalloc.h"

/* A bit of everything: continuation, duplicates, guesses, two providers, most findings. */
static const char nasty[] =
    "auth.method=openid \nprovider.id=other\nenabled=aaf, google,localdb,none,a "
    "b\nsiteUrl=HTTP://X.example.org/\n"
    "preEstablishedRedirUri=/b\\\n  "
    "ack\nopenid.aaf.clientID=x\nopenid.aaf.clientSecret=y\nopenid.aaf.clientSecret=z\n"
    "openid.aaf.issuer=https://"
    "op.example.org\nopenid.aaf.userInfoUri=nope\nopenid.aaf.jwksUri=http://x\n"
    "openid.aaf.scopes=profile,a "
    "b\nopenid.aaf.shouldFilterEmailDomains=true\nopenid.aaf.allowedEmailDomains=A.org,*\n"
    "openid.aaf.usernamePattern=[\nopenid.aaf.userAutoEnabled=true\nauto.enabled=maybe\n"
    "openid.aaf.idToken.roleCheck.enabled=true\nopenid.aaf.bearer.enabled=true\nopenid.aaf."
    "autoLogin=true\n"
    "openid.aaf.linkExisting.enabled=true\nopenid.aaf.idTokenEncryptionAlgorithm=x\nopenid.google."
    "link=\xc3\xa9\n"
    "openid.google.userInfoUri=\nopenid.b.link=x\nname='x'\nfoo=bar\n";

static const char second[] =
    "\xef\xbb\xbf#\nauth.method=openid\nprovider.id=aaf\nsiteUrl=https://y.example.org\n"
    "openid.aaf.clientId=x\n";
static const char broken[] = "auth.method=openid\na=\\u\nb=\\u\n";

static bool parse_scenario(void *context)
{
    (void)context;
    struct props_source sources[] = {{"one", nasty, sizeof nasty - 1},
                                     {"two", second, sizeof second - 1},
                                     {"three", broken, sizeof broken - 1},
                                     {"four", "", PROPERTIES_MAX_BYTES + 1}};
    struct props_model *model = NULL;
    enum props_result result = props_model_parse(sources, 4, PROPS_AUTO, &model);
    bool worked = result == PROPS_OK && model != NULL;
    bool reported = result == PROPS_E_MEMORY && model == NULL;
    props_model_free(&model);
    return worked || !reported;
}

static void test_parse(void **state)
{
    (void)state;
    assert_true(failalloc_sweep(parse_scenario, NULL) > 300);
}

static bool good_scenario(void *context)
{
    (void)context;
    struct props_source source = {"one", GOOD, sizeof GOOD - 1};
    struct props_model *model = NULL;
    enum props_result result = props_model_parse(&source, 1, PROPS_SIDECAR, &model);
    bool whole = result == PROPS_OK && props_findings_count(model->findings) == 0;
    props_model_free(&model);
    return whole;
}

static void test_good_file(void **state)
{
    (void)state;
    assert_true(failalloc_sweep(good_scenario, NULL) > 30);
}

static bool no_provider_scenario(void *context)
{
    (void)context;
    struct props_model *model = NULL;
    bool worked = props_model_parse(NULL, 0, PROPS_AUTO, &model) == PROPS_OK;
    props_model_free(&model);
    return worked;
}

static void test_no_files(void **state)
{
    (void)state;
    assert_true(failalloc_sweep(no_provider_scenario, NULL) > 3);
}

static char folder[] = "/tmp/test_memory_XXXXXX";

static void write_file(const char *name, const char *text)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static bool load_scenario(void *context)
{
    (void)context;
    const char *paths[] = {folder, "/nowhere/at/all"};
    struct props_model *model = NULL;
    enum props_result result = props_model_load(paths, 2, PROPS_AUTO, &model);
    bool worked = result == PROPS_E_FILE && model != NULL && model->provider_count == 1;
    props_model_free(&model);
    return worked;
}

static void test_load(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    write_file("a-provider.properties", GOOD);
    write_file("b-provider.properties", "auth.method=ldap\n");
    write_file("c.properties", "");
    size_t allocations = failalloc_sweep(load_scenario, NULL);
    char command[100];
    (void)snprintf(command, sizeof command, "rm -r -- %s", folder);
    assert_int_equal(system(command), 0); // NOLINT(cert-env33-c): the name is mkdtemp's
    assert_true(allocations > 50);
}

static bool document_scenario(void *context)
{
    (void)context;
    struct properties document;
    enum properties_result result = properties_parse(&document, nasty, sizeof nasty - 1);
    const struct properties_entry *entry = properties_find(&document, "auto.enabled");
    bool worked = result == PROPERTIES_OK && entry != NULL;
    properties_free(&document);
    return worked;
}

static void test_document(void **state)
{
    (void)state;
    assert_true(failalloc_sweep(document_scenario, NULL) > 50);
}

/* Sizes that no memory has are refused before anything is multiplied. */
static void test_overflow(void **state)
{
    (void)state;
    char *items = NULL;
    size_t capacity = 0;
    assert_false(memory_grow(&items, &capacity, SIZE_MAX, 16));
    assert_false(memory_grow(&items, &capacity, SIZE_MAX / 16 + 1, 16));
    assert_null(items);
    assert_int_equal(capacity, 0);
    assert_true(memory_grow(&items, &capacity, 1, 16));
    assert_true(capacity >= 1);
    memory_free_cleansed(items, capacity * 16);
    memory_free_cleansed(NULL, 0);
    memory_free_text(NULL);
}

/* Growing keeps what was there. */
static void test_growing(void **state)
{
    (void)state;
    size_t *items = NULL;
    size_t capacity = 0;
    for (size_t i = 0; i < 1000; i++) {
        assert_true(memory_grow(&items, &capacity, i + 1, sizeof *items));
        items[i] = i;
    }
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(items[i], i);
    memory_free_cleansed(items, capacity * sizeof *items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),    cmocka_unit_test(test_good_file),
        cmocka_unit_test(test_no_files), cmocka_unit_test(test_load),
        cmocka_unit_test(test_document), cmocka_unit_test(test_overflow),
        cmocka_unit_test(test_growing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
