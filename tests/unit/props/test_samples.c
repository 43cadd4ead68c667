/* Files as people wrote them: the documented sample, and, where they are at hand, published ones.
 */
#include "support.h"

#include <dirent.h>
#include <sys/stat.h>

static const char *source_folder(void)
{
    const char *folder = getenv("srcdir");
    return folder == NULL ? "." : folder;
}

static struct props_model *load(const char *path, enum props_target target)
{
    const char *paths[] = {path};
    struct props_model *model = NULL;
    assert_int_equal(props_model_load(paths, 1, target, &model), PROPS_OK);
    return model;
}

/* The sample of the documents of the Australian Imaging Service, blanks at the ends of lines
 * included. */
static void test_documented_sample(void **state)
{
    (void)state;
    char path[512];
    (void)snprintf(path, sizeof path, "%s/tests/data/properties/sample-aaf.properties",
                   source_folder());
    /* In XNAT the blanks keep the plugin from seeing the file; the sidecar drops them. */
    struct props_model *model = load(path, PROPS_AUTO);
    size_t blanks = 0;
    for (size_t i = 0; i < props_findings_count(model->findings); i++) {
        const struct props_finding *finding = props_findings_at(model->findings, i);
        bool blank = strcmp(finding->code, "OC106") == 0;
        blanks += blank ? 1 : 0;
        assert_true(blank || finding->severity != PROPS_ERROR);
    }
    assert_int_equal(blanks, 12);
    assert_int_equal(props_findings_errors(model->findings), 4);
    props_model_free(&model);
    model = load(path, PROPS_SIDECAR);
    assert_int_equal(props_findings_errors(model->findings), 0);
    assert_string_equal(model->site_url, "https://xnat.example.com");
    assert_string_equal(model->redirect_path, "/openid-login");
    assert_int_equal(model->provider_count, 1);
    const struct props_provider *provider = &model->providers[0];
    assert_string_equal(provider->id, "aaf");
    assert_string_equal(provider->client_id, "123jsdjd");
    assert_string_equal(provider->client_secret, "chahdkdfdhffkhf");
    assert_string_equal(provider->display_name, "Australian Access Federation (AAF)");
    assert_string_equal(provider->token_endpoint,
                        "https://central.test.aaf.edu.au/providers/op/token");
    assert_string_equal(provider->email_claim, "email");
    assert_string_equal(provider->family_name_claim, "family_name");
    assert_true(provider->visible && provider->create_user);
    assert_false(provider->auto_enabled || provider->auto_verified ||
                 provider->filter_email_domains);
    props_model_free(&model);
}

/* Judged by hand: what the sidecar must say of a published file. The first error, or "" for none.
 */
struct verdict {
    const char *name;
    const char *code;
};

static const struct verdict verdicts[] = {
    {"01-ais-docs-aaf.properties", ""},
    {"02-ais-sample-aaf.properties", "OC221"},
    {"07-qcif-test-localhost.properties", ""},
    {"10-nrg13-sample-wustl.properties", "OC204"},
    {"11-nrg13-test.properties", ""},
    {"17-nrg16-sample-keycloak.properties", "OC221"},
    {"19-nrg14-test.properties", ""},
    {"20-first-2017.properties", "OC204"},
    {"24-rherrick-2019-unprefixed.properties", "OC221"},
    {"25-koekie-2019-placeholders.properties", "OC221"},
    {"26-sbs-test-2019.properties", ""},
    {"29-snet-keycloak.properties", "OC222"},
    {"32-docker-compose-script-aaf-google.properties", ""},
    {"33-ais-chart-2020-11-12.properties", "OC222"},
    {"34-ais-chart-2020-11-17.properties", "OC303"},
    {"35-ais-chart-2021-auth-tpl-aaf.properties", "OC222"},
    {"36-ais-chart-2021-auth-tpl-google-map.properties", "OC116"},
    {"38-ais-chart-2026-generated-link.properties", ""},
    {"39-uq-rcc-terraform.properties", ""},
    {"40-stanford-chart.properties", "OC116"},
    {"41-scout-dev.properties", "OC116"},
    {"42-scout-plan.properties", "OC116"},
    {"43-scout-k3d-allowed-groups.properties", "OC115"},
    {"44-scout-ansible-unrendered.properties", "OC116"},
    {"45-aaf-tutorial.properties", "OC301"},
};

static const char *first_error(const struct props_model *model)
{
    for (size_t i = 0; i < props_findings_count(model->findings); i++)
        if (props_findings_at(model->findings, i)->severity == PROPS_ERROR)
            return props_findings_at(model->findings, i)->code;
    return "";
}

/* True when the file is one of those judged. */
static bool judge(const char *name, const char *path)
{
    struct props_model *model = load(path, PROPS_SIDECAR);
    bool judged = false;
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++) {
        if (strcmp(verdicts[i].name, name) != 0)
            continue;
        judged = true;
        if (strcmp(first_error(model), verdicts[i].code) != 0)
            fail_msg("%s: \"%s\", not \"%s\"", name, first_error(model), verdicts[i].code);
    }
    for (size_t i = 0; i < model->provider_count; i++) {
        const struct props_provider *provider = &model->providers[i];
        if (provider->client_id[0] == '\0' || provider->client_secret[0] == '\0')
            assert_true(props_findings_errors(model->findings) > 0);
    }
    props_model_free(&model);
    return judged;
}

static void test_published_files(void **state)
{
    (void)state;
    char path[1024];
    const char *folder = getenv("WILD_DIR");
    if (folder == NULL) {
        (void)snprintf(path, sizeof path, "%s/../shared/wild", source_folder());
        folder = path;
    }
    DIR *stream = opendir(folder);
    if (stream == NULL)
        skip();
    char file[2048];
    size_t judged = 0;
    for (const struct dirent *entry; (entry = readdir(stream)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        (void)snprintf(file, sizeof file, "%s/%s", folder, entry->d_name);
        judged += judge(entry->d_name, file) ? 1 : 0;
    }
    (void)closedir(stream);
    assert_int_equal(judged, sizeof verdicts / sizeof *verdicts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_documented_sample),
        cmocka_unit_test(test_published_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
