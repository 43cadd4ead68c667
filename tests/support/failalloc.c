/* The wrapped allocation functions, and the sweep that makes each allocation fail once. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

#include <cmocka.h>

#include "failalloc.h"

/* More allocations than any scenario of ours makes: a sweep beyond it does not end by itself. */
enum { FAILALLOC_MAX_RUNS = 200000 };

static struct {
    bool armed;
    bool from; /* all from the target on, not the target alone */
    bool fired;
    size_t target;
    size_t count;
} state;

static void arm(size_t n, bool from)
{
    state.armed = true;
    state.from = from;
    state.fired = false;
    state.target = n;
    state.count = 0;
}

void failalloc_arm(size_t n)
{
    arm(n, false);
}

void failalloc_arm_from(size_t n)
{
    arm(n, true);
}

void failalloc_disarm(void)
{
    state.armed = false;
}

size_t failalloc_count(void)
{
    return state.count;
}

bool failalloc_fired(void)
{
    return state.fired;
}

/* Counts one request, and says whether it is to fail. */
static bool refuse(void)
{
    if (!state.armed)
        return false;
    state.count++;
    bool hit = state.target != 0 &&
               (state.from ? state.count >= state.target : state.count == state.target);
    if (!hit)
        return false;
    state.fired = true;
    errno = ENOMEM;
    return true;
}

static size_t sweep(failalloc_scenario *scenario, void *context, bool tolerant, bool from)
{
    bool once = getenv("FAILALLOC_SKIP") != NULL;
    for (size_t n = 1; n <= FAILALLOC_MAX_RUNS; n++) {
        arm(once ? 0 : n, from);
        bool worked = scenario(context);
        failalloc_disarm();
        if (!state.fired) {
            if (!worked)
                fail_msg("the scenario fails although all of its %zu allocations succeed",
                         state.count);
            return state.count;
        }
        if (worked && !tolerant)
            fail_msg("allocation %zu failed%s and nobody noticed", n,
                     from ? " with all later" : "");
    }
    fail_msg("no end after %d runs", (int)FAILALLOC_MAX_RUNS);
    return 0;
}

size_t failalloc_sweep(failalloc_scenario *scenario, void *context)
{
    (void)sweep(scenario, context, false, true);
    return sweep(scenario, context, false, false);
}

size_t failalloc_sweep_tolerant(failalloc_scenario *scenario, void *context)
{
    (void)sweep(scenario, context, true, true);
    return sweep(scenario, context, true, false);
}

/* --- what the linker puts in place of the C library's functions ---------------------------------
 * The names are the linker's, not ours to choose. */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__real_reallocarray(void *block, size_t count, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t most);
int __real_vasprintf(char **text, const char *format, va_list args);
int __real___vasprintf_chk(char **text, int flag, const char *format, va_list args);
ssize_t __real_getline(char **line, size_t *capacity, FILE *file);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_reallocarray(void *block, size_t count, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t most);
int __wrap_vasprintf(char **text, const char *format, va_list args);
int __wrap___vasprintf_chk(char **text, int flag, const char *format, va_list args);
int __wrap_asprintf(char **text, const char *format, ...);
int __wrap___asprintf_chk(char **text, int flag, const char *format, ...);
ssize_t __wrap_getline(char **line, size_t *capacity, FILE *file);

void *__wrap_malloc(size_t size)
{
    return refuse() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return refuse() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size)
{
    return refuse() ? NULL : __real_realloc(block, size);
}

void *__wrap_reallocarray(void *block, size_t count, size_t size)
{
    return refuse() ? NULL : __real_reallocarray(block, count, size);
}

char *__wrap_strdup(const char *text)
{
    return refuse() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t most)
{
    return refuse() ? NULL : __real_strndup(text, most);
}

int __wrap_vasprintf(char **text, const char *format, va_list args)
{
    return refuse() ? -1 : __real_vasprintf(text, format, args);
}

int __wrap___vasprintf_chk(char **text, int flag, const char *format, va_list args)
{
    return refuse() ? -1 : __real___vasprintf_chk(text, flag, format, args);
}

int __wrap_asprintf(char **text, const char *format, ...)
{
    if (refuse())
        return -1;
    va_list args;
    va_start(args, format);
    int size = __real_vasprintf(text, format, args);
    va_end(args);
    return size;
}

int __wrap___asprintf_chk(char **text, int flag, const char *format, ...)
{
    if (refuse())
        return -1;
    va_list args;
    va_start(args, format);
    int size = __real___vasprintf_chk(text, flag, format, args);
    va_end(args);
    return size;
}

ssize_t __wrap_getline(char **line, size_t *capacity, FILE *file)
{
    return refuse() ? -1 : __real_getline(line, capacity, file);
}
