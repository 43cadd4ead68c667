/* What OpenSSL lost because memory was short is noticed. */
#include "tests/support/check.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "server/crypto.h"

#define STEP 5 /* of the allocations: making one kind of keys ready takes a dozen */

static int failing; /* it is the failing-th allocation from now that fails; 0: none */

static bool fails(void)
{
    return failing > 0 && --failing == 0;
}

static void *take(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return fails() ? NULL : malloc(size);
}

static void *move(void *block, size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return fails() ? NULL : realloc(block, size);
}

static void give(void *block, const char *file, int line)
{
    (void)file;
    (void)line;
    free(block);
}

/* What becomes of a process in which one allocation failed when the kinds of keys were made ready.
 */
enum fate {
    FATE_WHOLE,
    FATE_NOTICED,
    FATE_OVERLOOKED, /* it goes on without RSA */
    FATE_OVER        /* it made fewer allocations */
};

static bool has_rsa(void)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    bool has = context && EVP_PKEY_fromdata_init(context) == 1;

    EVP_PKEY_CTX_free(context);
    return has;
}

static enum fate live(int number)
{
    failing = number;
    EVP_KEYMGMT_free(EVP_KEYMGMT_fetch(NULL, "EC", NULL));
    if (failing > 0)
        return FATE_OVER;
    if (crypto_missing())
        return FATE_NOTICED;
    return has_rsa() ? FATE_WHOLE : FATE_OVERLOOKED;
}

/* What is lost is lost for good: each life is a process's. */
static enum fate live_apart(int number)
{
    int status = 0;
    pid_t child = fork();

    if (child == 0)
        _exit((int)live(number));
    assert_true(child > 0 && waitpid(child, &status, 0) == child);
    assert_true(WIFEXITED(status));
    return (enum fate)WEXITSTATUS(status);
}

static void all_is_there_where_nothing_failed(void **state)
{
    (void)state;
    assert_null(crypto_missing());
}

static void what_is_lost_is_noticed(void **state)
{
    enum fate fate;
    int noticed = 0;

    (void)state;
    if (getenv("FAILALLOC_SKIP"))
        skip();
    for (int number = 1; (fate = live_apart(number)) != FATE_OVER; number += STEP) {
        assert_int_not_equal(fate, FATE_OVERLOOKED);
        noticed += fate == FATE_NOTICED;
    }
    assert_true(noticed > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_lost_is_noticed), /* first: nothing is ready yet */
        cmocka_unit_test(all_is_there_where_nothing_failed),
    };

    /* As the sidecar begins. */
    if (CRYPTO_set_mem_functions(take, move, give) != 1 ||
        OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CRYPTO_STRINGS | OPENSSL_INIT_LOAD_CONFIG, NULL) !=
            1 ||
        !OSSL_LIB_CTX_get0_global_default())
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
