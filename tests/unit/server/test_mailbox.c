/* The mailbox: every letter is delivered, once, in the order it was sent by its thread. */
#include "tests/support/check.h"

#include <poll.h>
#include <stdlib.h>

#include "server/mailbox.h"

#define SENDERS 4
#define LETTERS 5000

struct numbered {
    struct letter letter; /* first */
    unsigned sender;
    unsigned number;
};

static struct mailbox mailbox;
static struct numbered letters[SENDERS][LETTERS];
static unsigned delivered[SENDERS];

static void deliver(struct letter *letter)
{
    struct numbered *numbered = (struct numbered *)(void *)letter;

    assert_int_equal(numbered->number, delivered[numbered->sender]);
    delivered[numbered->sender]++;
}

static void *send_all(void *context)
{
    struct numbered *mine = context;

    for (unsigned i = 0; i < LETTERS; i++)
        mailbox_send(&mailbox, &mine[i].letter);
    return NULL;
}

static bool all_delivered(void)
{
    for (unsigned sender = 0; sender < SENDERS; sender++) {
        if (delivered[sender] < LETTERS)
            return false;
    }
    return true;
}

static void letters_of_several_threads_arrive(void **state)
{
    pthread_t threads[SENDERS];

    (void)state;
    assert_true(mailbox_open(&mailbox));
    mailbox_deliver(&mailbox); /* an empty one is no trouble */
    for (unsigned sender = 0; sender < SENDERS; sender++) {
        for (unsigned i = 0; i < LETTERS; i++)
            letters[sender][i] =
                (struct numbered){.letter.deliver = deliver, .sender = sender, .number = i};
        assert_int_equal(pthread_create(&threads[sender], NULL, send_all, letters[sender]), 0);
    }
    while (!all_delivered()) {
        struct pollfd readable = {.fd = mailbox.event_fd, .events = POLLIN};

        /* Until all have come the descriptor must become readable again and again. */
        assert_int_equal(poll(&readable, 1, 30000), 1);
        mailbox_deliver(&mailbox);
    }
    for (unsigned sender = 0; sender < SENDERS; sender++)
        pthread_join(threads[sender], NULL);
    mailbox_close(&mailbox);
}

static struct mailbox chain;
static unsigned chained;

static void deliver_and_send_again(struct letter *letter)
{
    if (++chained < 3)
        mailbox_send(&chain, letter);
}

/* A letter may be sent on while it is being delivered; it comes with the next round. */
static void a_letter_can_be_sent_on(void **state)
{
    struct letter letter = {.deliver = deliver_and_send_again};

    (void)state;
    assert_true(mailbox_open(&chain));
    mailbox_send(&chain, &letter);
    mailbox_deliver(&chain);
    assert_int_equal(chained, 1);
    mailbox_deliver(&chain);
    mailbox_deliver(&chain);
    mailbox_deliver(&chain);
    assert_int_equal(chained, 3);
    mailbox_close(&chain);
}

/* What is freed at the end may be part of a letter that nobody has read: here what was freed is all
 * zero, and stays so. */
static void nobody_writes_to_one_that_is_shut(void **state)
{
    static const struct letter nothing;
    struct letter letters_left[2] = {{.deliver = deliver_and_send_again},
                                     {.deliver = deliver_and_send_again}};

    (void)state;
    chained = 0;
    assert_true(mailbox_open(&chain));
    mailbox_send(&chain, &letters_left[0]);
    mailbox_shut(&chain);
    letters_left[0] = nothing;
    mailbox_send(&chain, &letters_left[1]);
    assert_memory_equal(&letters_left[0], &nothing, sizeof(nothing));
    letters_left[1] = nothing;
    mailbox_deliver(&chain);
    assert_int_equal(chained, 0);
    mailbox_close(&chain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_of_several_threads_arrive),
        cmocka_unit_test(a_letter_can_be_sent_on),
        cmocka_unit_test(nobody_writes_to_one_that_is_shut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
