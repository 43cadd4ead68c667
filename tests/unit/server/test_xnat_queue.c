/* One at a time for one user name: who comes later has the turn when the one before has left. */
#include "tests/support/check.h"

#include <stdlib.h>

#include "server/worker.h"
#include "server/xnat_queue.h"

static struct worker worker;
static unsigned came;

static void on_turn(struct xnat_turn *turn)
{
    assert_true(turn->mine);
    came++;
}

static struct xnat_turn new_turn(void)
{
    return (struct xnat_turn){.worker = &worker, .come = on_turn};
}

static unsigned deliver(void)
{
    came = 0;
    mailbox_deliver(&worker.mailbox);
    return came;
}

static int open_mailbox(void **state)
{
    (void)state;
    return mailbox_open(&worker.mailbox) ? 0 : -1;
}

static int close_mailbox(void **state)
{
    (void)state;
    mailbox_close(&worker.mailbox);
    return 0;
}

static void in_the_order_they_came(void **state)
{
    struct xnat_queue *queue = xnat_queue_new();
    struct xnat_turn turns[3] = {new_turn(), new_turn(), new_turn()};

    (void)state;
    assert_true(xnat_queue_enter(queue, &turns[0], "ada"));
    assert_false(xnat_queue_enter(queue, &turns[1], "ada"));
    assert_false(xnat_queue_enter(queue, &turns[2], "ada"));
    assert_int_equal(deliver(), 0);
    for (size_t i = 0; i < 2; i++) {
        xnat_queue_leave(queue, &turns[i]);
        assert_int_equal(deliver(), 1);
        assert_true(turns[i + 1].mine);
    }
    assert_false(turns[0].mine);
    xnat_queue_leave(queue, &turns[2]);
    assert_int_equal(deliver(), 0);
    assert_true(xnat_queue_enter(queue, &turns[0], "ada"));
    xnat_queue_leave(queue, &turns[0]);
    xnat_queue_free(queue);
}

static void names_are_of_no_case_and_others_do_not_wait(void **state)
{
    struct xnat_queue *queue = xnat_queue_new();
    struct xnat_turn ada = new_turn(), bob = new_turn(), again = new_turn();

    (void)state;
    assert_true(xnat_queue_enter(queue, &ada, "ada"));
    assert_true(xnat_queue_enter(queue, &bob, "bob"));
    assert_false(xnat_queue_enter(queue, &again, "ADA"));
    xnat_queue_leave(queue, &bob);
    assert_int_equal(deliver(), 0);
    xnat_queue_leave(queue, &ada);
    assert_int_equal(deliver(), 1);
    xnat_queue_leave(queue, &again);
    xnat_queue_free(queue);
}

static void who_gives_up_is_passed_over(void **state)
{
    struct xnat_queue *queue = xnat_queue_new();
    struct xnat_turn turns[3] = {new_turn(), new_turn(), new_turn()};
    struct xnat_turn outside = new_turn();

    (void)state;
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(xnat_queue_enter(queue, &turns[i], "ada"), i == 0);
    xnat_queue_leave(queue, &outside); /* it never entered */
    xnat_queue_leave(queue, &turns[1]);
    assert_int_equal(deliver(), 0);
    xnat_queue_leave(queue, &turns[0]);
    assert_int_equal(deliver(), 1);
    assert_true(turns[2].mine);
    xnat_queue_leave(queue, &turns[2]);
    xnat_queue_leave(queue, &turns[2]); /* again: nothing happens */
    assert_int_equal(deliver(), 0);
    xnat_queue_free(queue);
    xnat_queue_free(NULL);
}

static struct xnat_turn *enter(struct xnat_queue *queue, const char *username)
{
    struct xnat_turn *turn = malloc(sizeof(*turn));

    assert_non_null(turn);
    *turn = new_turn();
    xnat_queue_enter(queue, turn, username);
    return turn;
}

static void drop(struct xnat_queue *queue, struct xnat_turn *turn)
{
    xnat_queue_leave(queue, turn);
    free(turn);
}

/* When the process ends, whoever has the turn leaves it to somebody who is the next to go. */
static void all_may_go_at_the_end(void **state)
{
    struct xnat_queue *queue = xnat_queue_new();
    struct xnat_turn *ada[2] = {enter(queue, "ada"), enter(queue, "ada")};
    struct xnat_turn *bob[2] = {enter(queue, "bob"), enter(queue, "bob")};

    (void)state;
    mailbox_shut(&worker.mailbox);
    for (size_t i = 0; i < 2; i++)
        drop(queue, ada[i]);
    for (size_t i = 0; i < 2; i++)
        drop(queue, bob[i]);
    assert_int_equal(deliver(), 0);
    xnat_queue_free(queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_the_order_they_came),
        cmocka_unit_test(names_are_of_no_case_and_others_do_not_wait),
        cmocka_unit_test(who_gives_up_is_passed_over),
        cmocka_unit_test(all_may_go_at_the_end),
    };

    return cmocka_run_group_tests(tests, open_mailbox, close_mailbox);
}
