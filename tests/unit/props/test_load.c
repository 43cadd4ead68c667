/* Files and folders: names that XNAT loads, what cannot be read, reads that go wrong. */
#include "support.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "props/build.h"
#include "tests/support/failread.h"

static char folder[64];

static int make_folder(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/test_load_XXXXXX");
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static int remove_folder(void **state)
{
    (void)state;
    char command[100];
    failread_reset();
    (void)snprintf(command, sizeof command, "rm -r -- %s", folder);
    return system(command); // NOLINT(cert-env33-c): the name is mkdtemp's
}

static const char *path_of(char *path, size_t room, const char *name)
{
    (void)snprintf(path, room, "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const char *text)
{
    char path[256];
    FILE *file = fopen(path_of(path, sizeof path, name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fchmod(fileno(file), 0600), 0);
    assert_int_equal(fclose(file), 0);
}

static struct props_model *load(const char *name, enum props_result expected)
{
    char path[256];
    const char *paths[] = {path_of(path, sizeof path, name)};
    struct props_model *model = NULL;
    assert_int_equal(props_model_load(paths, 1, PROPS_SIDECAR, &model), expected);
    assert_non_null(model);
    return model;
}

static void assert_code(const struct props_model *model, size_t index, const char *code,
                        const char *name)
{
    const struct props_finding *finding = props_findings_at(model->findings, index);
    char path[256];
    assert_non_null(finding);
    assert_string_equal(finding->code, code);
    assert_string_equal(finding->file, path_of(path, sizeof path, name));
}

static void test_names(void **state)
{
    (void)state;
    static const char *const loaded[] = {
        "openid-provider.properties",   "aaf-provider.properties",
        "-provider.properties",         "a-provider_properties",
        "a-provider\xc3\xa9properties", "a-provider\xf0\x9f\x98\x80properties",
        ".x-provider.properties"};
    static const char *const passed_over[] = {"openid-provider-aaf.properties",
                                              "provider.properties",
                                              "a-provider.properties.bak",
                                              "a-provider.propertiesx",
                                              "a-providerproperties",
                                              "a-Provider.properties",
                                              "a-provider..properties",
                                              "a\n-provider.properties",
                                              "a-provider\nproperties",
                                              "",
                                              "properties",
                                              "x.properties"};
    for (size_t i = 0; i < sizeof loaded / sizeof *loaded; i++)
        if (!loads_in_xnat(loaded[i]))
            fail_msg("%s is not loaded", loaded[i]);
    for (size_t i = 0; i < sizeof passed_over / sizeof *passed_over; i++)
        if (loads_in_xnat(passed_over[i]))
            fail_msg("%s is loaded", passed_over[i]);
}

static void test_file(void **state)
{
    (void)state;
    write_file("any.name", GOOD);
    struct props_model *model = load("any.name", PROPS_OK);
    assert_int_equal(props_findings_count(model->findings), 0);
    assert_int_equal(model->provider_count, 1);
    assert_string_equal(model->providers[0].client_secret, SECRET);
    props_model_free(&model);
    write_file("empty", "");
    model = load("empty", PROPS_OK);
    assert_code(model, 0, "OC007", "empty");
    props_model_free(&model);
}

static void test_folder(void **state)
{
    (void)state;
    char path[256];
    write_file("b-provider.properties", GOOD);
    write_file(
        "a-provider.properties",
        "auth.method=openid\nprovider.id=a\nopenid.a.clientId=x\nopenid.a.clientSecret=" SECRET "\n"
        "openid.a.issuer=https://op.example.org\n");
    write_file("c-provider.properties", "auth.method=ldap\nprovider.id=ldap1\nldap.password=z\n");
    write_file("openid-provider-x.properties", GOOD);
    write_file("README", "nothing");
    assert_int_equal(mkdir(path_of(path, sizeof path, "d-provider.properties"), 0700), 0);
    struct props_model *model = load("", PROPS_OK);
    assert_int_equal(model->provider_count, 2);
    assert_string_equal(model->providers[0].id, "a");
    assert_string_equal(model->providers[1].id, "aaf");
    assert_int_equal(props_findings_errors(model->findings), 0);
    assert_int_equal(props_findings_count(model->findings), 2);
    assert_code(model, 0, "OC005", "openid-provider-x.properties");
    assert_code(model, 1, "OC203", "c-provider.properties");
    props_model_free(&model);
    /* Asked for by name, the LDAP file is a mistake. */
    model = load("c-provider.properties", PROPS_OK);
    assert_code(model, 0, "OC202", "c-provider.properties");
    assert_int_equal(props_findings_count(model->findings), 1);
    props_model_free(&model);
}

/* A provider's file that hides behind its login method is no other plugin's. */
static void test_folder_with_hidden(void **state)
{
    (void)state;
    static const char *const hidden[] = {
        "auth.method=OpenID\n",
        "auth.method=opneid\n",
        "auth.method=open-id\nprovider.id=b\n",
        "auth.method=\nprovider.id=b\nopenid.b.clientId=x\n",
        "auth.method=oidc\nprovider.id=b\nopenid.b.clientId=x\n",
    };
    write_file("a-provider.properties", GOOD);
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
        write_file("b-provider.properties", hidden[i]);
        struct props_model *model = load("", PROPS_OK);
        assert_int_equal(model->provider_count, 1);
        assert_int_equal(props_findings_errors(model->findings), 1);
        assert_code(model, 0, "OC202", "b-provider.properties");
        assert_non_null(strstr(props_findings_at(model->findings, 0)->hint,
                               "write auth.method=openid (small letters)"));
        props_model_free(&model);
    }
    static const char *const others[] = {
        "auth.method=ldap\nprovider.id=openid\nldap.userfilter=openid.x\n",
        "auth.method=db\n",
        "auth.method=localdb\n",
        "auth.method=shibboleth\n",
        "auth.method=saml\n",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        write_file("b-provider.properties", others[i]);
        struct props_model *model = load("", PROPS_OK);
        assert_int_equal(props_findings_errors(model->findings), 0);
        assert_code(model, 0, "OC203", "b-provider.properties");
        props_model_free(&model);
    }
}

static void test_folder_without_ours(void **state)
{
    (void)state;
    write_file("c-provider.properties", "auth.method=ldap\n");
    struct props_model *model = load("", PROPS_OK);
    assert_int_equal(props_findings_errors(model->findings), 1);
    assert_code(model, 0, "OC204", "c-provider.properties");
    assert_code(model, 1, "OC203", "c-provider.properties");
    props_model_free(&model);
}

static void test_folder_empty(void **state)
{
    (void)state;
    write_file("x.txt", GOOD);
    struct props_model *model = load("", PROPS_OK);
    assert_int_equal(props_findings_count(model->findings), 1);
    assert_code(model, 0, "OC004", "");
    props_model_free(&model);
}

static void test_folder_with_too_many(void **state)
{
    (void)state;
    for (size_t i = 0; i <= PROPS_MAX_FILES; i++) {
        char name[64];
        (void)snprintf(name, sizeof name, "%zu-provider.properties", i);
        write_file(name, "auth.method=ldap\n");
    }
    struct props_model *model = load("", PROPS_OK);
    assert_int_equal(props_findings_count(model->findings), 1);
    assert_code(model, 0, "OC006", "");
    props_model_free(&model);
}

static void test_missing(void **state)
{
    (void)state;
    struct props_model *model = load("none", PROPS_E_FILE);
    assert_int_equal(props_findings_count(model->findings), 1);
    assert_code(model, 0, "OC001", "none");
    assert_non_null(strstr(props_findings_at(model->findings, 0)->message, "no such file"));
    props_model_free(&model);
    write_file("file", GOOD);
    model = load("file/below", PROPS_E_FILE);
    assert_code(model, 0, "OC001", "file/below");
    props_model_free(&model);
}

/* Loads the folder as somebody who is not root, whom no right stops. */
static void assert_forbidden(const char *name)
{
    enum { NOBODY = 65534 };
    bool root = geteuid() == 0;
    if (root)
        assert_int_equal(seteuid(NOBODY), 0);
    struct props_model *model = load("", PROPS_E_FILE);
    if (root)
        assert_int_equal(seteuid(0), 0);
    assert_code(model, 0, "OC001", name);
    assert_int_equal(props_findings_count(model->findings), 1);
    assert_non_null(strstr(props_findings_at(model->findings, 0)->message, "may not read"));
    props_model_free(&model);
}

static void test_forbidden(void **state)
{
    (void)state;
    char path[256];
    write_file("a-provider.properties", GOOD);
    assert_int_equal(chmod(folder, 0755), 0);
    assert_int_equal(chmod(path_of(path, sizeof path, "a-provider.properties"), 0), 0);
    assert_forbidden("a-provider.properties");
    assert_int_equal(chmod(folder, 0), 0);
    assert_forbidden("");
    assert_int_equal(chmod(folder, 0700), 0);
}

static void test_one_missing_of_two(void **state)
{
    (void)state;
    char good[256];
    char none[256];
    write_file("good", GOOD);
    const char *paths[] = {path_of(none, sizeof none, "none"), path_of(good, sizeof good, "good")};
    struct props_model *model = NULL;
    assert_int_equal(props_model_load(paths, 2, PROPS_SIDECAR, &model), PROPS_E_FILE);
    assert_int_equal(model->provider_count, 1);
    assert_int_equal(props_findings_count(model->findings), 1);
    props_model_free(&model);
}

static void test_short_reads(void **state)
{
    (void)state;
    write_file("file", GOOD);
    for (size_t most = 1; most < 40; most++) {
        failread_short(most);
        struct props_model *model = load("file", PROPS_OK);
        assert_true(failread_count() > strlen(GOOD) / most);
        failread_reset();
        assert_int_equal(props_findings_count(model->findings), 0);
        assert_string_equal(model->providers[0].client_secret, SECRET);
        props_model_free(&model);
    }
}

static void test_failing_reads(void **state)
{
    (void)state;
    static const int errors[] = {EINTR, EIO, EISDIR, EACCES};
    write_file("file", GOOD);
    failread_short(100);
    struct props_model *model = load("file", PROPS_OK);
    size_t reads = failread_count();
    assert_true(reads >= 3);
    props_model_free(&model);
    for (size_t n = 1; n <= reads; n++)
        for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
            bool again = errors[i] == EINTR;
            failread_fail(n, errors[i]);
            model = load("file", again ? PROPS_OK : PROPS_E_FILE);
            assert_int_equal(props_findings_count(model->findings), again ? 0 : 1);
            assert_int_equal(model->provider_count, again ? 1 : 0);
            props_model_free(&model);
        }
    failread_reset();
}

/* A pipe has no size to go by. */
static void test_pipe(void **state)
{
    (void)state;
    int ends[2];
    char path[64];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], GOOD, strlen(GOOD)), strlen(GOOD));
    (void)close(ends[1]);
    (void)snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    const char *paths[] = {path};
    struct props_model *model = NULL;
    assert_int_equal(props_model_load(paths, 1, PROPS_SIDECAR, &model), PROPS_OK);
    assert_int_equal(props_findings_count(model->findings), 0);
    assert_string_equal(model->providers[0].client_secret, SECRET);
    props_model_free(&model);
    (void)close(ends[0]);
}

/* Far more than the limit is not read to its end. */
static void test_endless(void **state)
{
    (void)state;
    static const char *const paths[] = {"/dev/zero"};
    struct props_model *model = NULL;
    assert_int_equal(props_model_load(paths, 1, PROPS_SIDECAR, &model), PROPS_OK);
    assert_int_equal(props_findings_count(model->findings), 1);
    assert_string_equal(props_findings_at(model->findings, 0)->code, "OC002");
    props_model_free(&model);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        IN_FOLDER(test_file),
        IN_FOLDER(test_folder),
        IN_FOLDER(test_folder_with_hidden),
        IN_FOLDER(test_folder_without_ours),
        IN_FOLDER(test_folder_empty),
        IN_FOLDER(test_folder_with_too_many),
        IN_FOLDER(test_missing),
        IN_FOLDER(test_forbidden),
        IN_FOLDER(test_one_missing_of_two),
        IN_FOLDER(test_short_reads),
        IN_FOLDER(test_failing_reads),
        IN_FOLDER(test_pipe),
        cmocka_unit_test(test_endless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
