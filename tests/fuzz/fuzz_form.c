/* Fuzzes the reading of forms and queries: what is read and written again is read the same. */
#include <stdint.h>
#include <string.h>

#include "liboidc/buf.h"
#include "liboidc/form.h"
#include "tests/fuzz/require.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_again(const struct form *form)
{
    struct buf written;
    struct form again;
    const char *reason = NULL;
    size_t room = 16;

    for (size_t i = 0; i < form->count; i++)
        room += 3 * (strlen(form->fields[i].name) + strlen(form->fields[i].value)) + 2;
    buf_init(&written, room);
    for (size_t i = 0; i < form->count; i++) {
        require(form_get(form, form->fields[i].name) == form->fields[i].value);
        buf_adds(&written, i > 0 ? "&" : "");
        form_encode(&written, form->fields[i].name);
        buf_adds(&written, "=");
        form_encode(&written, form->fields[i].value);
    }
    require(buf_ok(&written));
    require(form_read(written.data ? written.data : "", written.size, &again, &reason) == OIDC_OK);
    require(again.count == form->count);
    for (size_t i = 0; i < form->count; i++)
        require(strcmp(again.fields[i].name, form->fields[i].name) == 0 &&
                strcmp(again.fields[i].value, form->fields[i].value) == 0);
    form_free(&again);
    buf_free(&written);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct form form;
    const char *reason = NULL;
    oidc_code code = form_read((const char *)data, size, &form, &reason);

    require(code == OIDC_OK || (code == OIDC_E_RESPONSE_MALFORMED && reason != NULL));
    if (code == OIDC_OK)
        check_again(&form);
    form_free(&form);
    return 0;
}
