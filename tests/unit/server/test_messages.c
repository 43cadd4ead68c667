/* The catalogue: what it takes, what it complains about, what is shown; and that no reason is
 * without a page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <oidc/error.h>

#include "server/messages.h"

#define PROBLEMS_SIZE 2048

static void note(void *context, size_t line, const char *problem)
{
    char *notes = context;
    const size_t used = strlen(notes);
    snprintf(notes + used, PROBLEMS_SIZE - used, "%zu: %s\n", line, problem);
}

static bool read_text(struct messages *messages, const char *text, char notes[PROBLEMS_SIZE])
{
    notes[0] = '\0';
    return messages_read(messages, strdup(text), strlen(text), note, notes);
}

static char *shown(const struct messages *messages, enum message message,
                   const struct message_value *values)
{
    struct text page = {0};
    message_add(&page, messages, message, values);
    return text_steal(&page);
}

static void a_catalogue_overrides_what_it_names(void **state)
{
    (void)state;
    struct messages messages;
    char notes[PROBLEMS_SIZE];
    assert_true(read_text(&messages,
                          "\xEF\xBB\xBF# Deutsch\r\n\r\nlanguage = de\r\n"
                          "sign_in.heading=Anmelden \r\n"
                          "signed_out.both =  {provider}: <abgemeldet> = ja",
                          notes));
    assert_string_equal(notes, "");
    assert_string_equal(messages.texts[MESSAGE_LANGUAGE], "de");
    assert_string_equal(messages.texts[MESSAGE_SIGN_IN_HEADING], "Anmelden");
    assert_string_equal(messages.texts[MESSAGE_SIGN_OUT_YES], "Sign out");
    const struct message_value values[] = {{"provider", "<A&B>"}, {NULL, NULL}};
    char *text = shown(&messages, MESSAGE_SIGNED_OUT_BOTH, values);
    assert_string_equal(text, "&lt;A&amp;B&gt;: &lt;abgemeldet&gt; = ja");
    free(text);
    messages_free(&messages);
}

static void every_mistake_is_told_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        const char *told;
    } cases[] = {
        {"language = en\nsign_in.headin = x\n",
         "2: there is no message \"sign_in.headin\"; did you mean \"sign_in.heading\"?\n"},
        {"nonsense = x", "1: there is no message \"nonsense\"; --print-messages lists them\n"},
        {"\n\nsign in", "3: a line is written \"name = text\"\n"},
        {"sign_out.yes =", "1: sign_out.yes has no text: write one, or leave the line out\n"},
        {"sign_out.yes = a\nsign_out.yes = b", "2: sign_out.yes stands in line 1 already\n"},
        {"signed_out.both = fort",
         "1: signed_out.both lacks {provider}, which the English text has\n"},
        {"sign_out.yes = {user} geht",
         "1: sign_out.yes has {user}, for which nothing can be filled in\n"},
        {"sign_out.yes = \xFF", "1: sign_out.yes is no plain UTF-8 text\n"},
        {"sign_out.yes = a\xE2\x80\xAE", "1: sign_out.yes is no plain UTF-8 text\n"},
        {"language = \"x", "1: language must be a language tag such as en, de or pt-BR\n"},
        {"a\nb\n", "1: a line is written \"name = text\"\n2: a line is written \"name = text\"\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct messages messages;
        char notes[PROBLEMS_SIZE];
        assert_false(read_text(&messages, cases[i].file, notes));
        assert_string_equal(notes, cases[i].told);
        messages_free(&messages);
    }
}

static void a_file_with_a_nul_is_no_catalogue(void **state)
{
    (void)state;
    struct messages messages;
    char notes[PROBLEMS_SIZE] = "";
    char *file = calloc(1, 8);
    assert_false(messages_read(&messages, file, 7, note, notes));
    assert_non_null(strstr(notes, "NUL"));
    messages_free(&messages);
}

static void what_is_printed_can_be_read(void **state)
{
    (void)state;
    char *printed = NULL;
    size_t size;
    FILE *out = open_memstream(&printed, &size);
    messages_print(out);
    fclose(out);
    struct messages messages, english;
    char notes[PROBLEMS_SIZE] = "";
    assert_true(messages_read(&messages, printed, size, note, notes));
    assert_string_equal(notes, "");
    messages_english(&english);
    for (size_t i = 0; i < MESSAGE_COUNT; i++) {
        assert_ptr_not_equal(messages.texts[i], english.texts[i]);
        assert_string_equal(messages.texts[i], english.texts[i]);
    }
    messages_free(&messages);
}

static void no_code_is_without_a_page(void **state)
{
    (void)state;
    static const char *const ours[] = {"upstream_unreachable", "upstream_tls", "upstream_timeout",
                                       "upstream_broken", "sign_out_state"};
    enum page_kind kind;
    for (int code = 0; code < OIDC_CODE_COUNT; code++)
        if (!page_kind_of(oidc_code_name((oidc_code)code), &kind))
            fail_msg("%s has no page", oidc_code_name((oidc_code)code));
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        assert_true(page_kind_of(ours[i], &kind));
    assert_false(page_kind_of("no_such_reason", &kind));
    assert_int_equal(kind, PAGE_KIND_BROKEN);
}

static void no_reason_has_two_pages_and_no_page_is_for_nothing(void **state)
{
    (void)state;
    bool used[PAGE_KIND_COUNT] = {false};
    for (size_t row = 0; page_kind_reason(row); row++) {
        enum page_kind kind;
        assert_true(page_kind_of(page_kind_reason(row), &kind));
        used[kind] = true;
        for (size_t other = 0; other < row; other++)
            assert_string_not_equal(page_kind_reason(row), page_kind_reason(other));
    }
    for (size_t kind = 0; kind < PAGE_KIND_COUNT; kind++)
        assert_true(used[kind]);
}

static void a_kinds_texts_are_its_own(void **state)
{
    (void)state;
    struct messages messages;
    messages_english(&messages);
    assert_string_equal(messages.texts[message_of_kind(PAGE_KIND_ACCOUNT_WAITING, MESSAGE_HEADING)],
                        "Your account is waiting for approval");
    assert_string_equal(messages.texts[message_of_kind(PAGE_KIND_SESSION_OVER, MESSAGE_TODO)],
                        "Sign in again.");
    assert_string_equal(messages.texts[message_of_kind(PAGE_KIND_NOT_UNDERSTOOD, MESSAGE_HEADING)],
                        "That was not understood");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_catalogue_overrides_what_it_names),
        cmocka_unit_test(every_mistake_is_told_with_its_line),
        cmocka_unit_test(a_file_with_a_nul_is_no_catalogue),
        cmocka_unit_test(what_is_printed_can_be_read),
        cmocka_unit_test(no_code_is_without_a_page),
        cmocka_unit_test(no_reason_has_two_pages_and_no_page_is_for_nothing),
        cmocka_unit_test(a_kinds_texts_are_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
