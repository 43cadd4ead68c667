# Probes and options of this project.

# OIDC_TRY_CFLAG(FLAG): adds FLAG to OIDC_CFLAGS where the compiler takes it.
AC_DEFUN([OIDC_TRY_CFLAG], [
  AS_VAR_PUSHDEF([cache], [oidc_cv_cflag_$1])
  AC_CACHE_CHECK([whether $CC takes $1], [cache], [
    oidc_saved_CFLAGS=$CFLAGS
    CFLAGS="$CFLAGS -Werror $1"
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM()], [AS_VAR_SET([cache], [yes])], [AS_VAR_SET([cache], [no])])
    CFLAGS=$oidc_saved_CFLAGS])
  AS_VAR_IF([cache], [yes], [AS_VAR_APPEND([OIDC_CFLAGS], [" $1"])])
  AS_VAR_POPDEF([cache])
])

# OIDC_TRY_LDFLAG(FLAG): adds FLAG to OIDC_LDFLAGS where the linker takes it.
AC_DEFUN([OIDC_TRY_LDFLAG], [
  AS_VAR_PUSHDEF([cache], [oidc_cv_ldflag_$1])
  AC_CACHE_CHECK([whether the linker takes $1], [cache], [
    oidc_saved_LDFLAGS=$LDFLAGS
    LDFLAGS="$LDFLAGS $1"
    AC_LINK_IFELSE([AC_LANG_PROGRAM()], [AS_VAR_SET([cache], [yes])], [AS_VAR_SET([cache], [no])])
    LDFLAGS=$oidc_saved_LDFLAGS])
  AS_VAR_IF([cache], [yes], [AS_VAR_APPEND([OIDC_LDFLAGS], [" $1"])])
  AS_VAR_POPDEF([cache])
])

AC_DEFUN([OIDC_ARG_WERROR], [
  AC_ARG_ENABLE([werror], [AS_HELP_STRING([--enable-werror], [treat compiler warnings as errors])])
])

AC_DEFUN([OIDC_ARG_SANITIZERS], [
  AC_ARG_ENABLE([sanitizers],
    [AS_HELP_STRING([--enable-sanitizers], [build with AddressSanitizer and UndefinedBehaviorSanitizer])])
  AM_CONDITIONAL([SANITIZERS], [test "$enable_sanitizers" = yes])
])

AC_DEFUN([OIDC_ARG_COVERAGE], [
  AC_ARG_ENABLE([coverage], [AS_HELP_STRING([--enable-coverage], [build for gcov])])
])

AC_DEFUN([OIDC_ARG_FUZZERS], [
  AC_ARG_ENABLE([fuzzers],
    [AS_HELP_STRING([--enable-fuzzers], [build the fuzz targets for libFuzzer (CC must be clang)])])
  AM_CONDITIONAL([FUZZERS], [test "$enable_fuzzers" = yes])
])

AC_DEFUN([OIDC_WARNINGS], [
  m4_foreach_w([flag], [-Wall -Wextra -Wpedantic -Wshadow -Wformat=2 -Wstrict-prototypes
    -Wmissing-prototypes -Wold-style-definition -Wpointer-arith -Wcast-qual -Wwrite-strings -Wundef
    -Wvla -Wconversion -Wsign-conversion -Wduplicated-cond -Wlogical-op -Wnull-dereference
    -Wimplicit-fallthrough],
    [OIDC_TRY_CFLAG(flag)])
  AS_VAR_IF([enable_werror], [yes], [AS_VAR_APPEND([OIDC_CFLAGS], [" -Werror"])])
  AC_SUBST([OIDC_CFLAGS])
])

# Hardening is left out where it would get in the way of the tool that is asked for.
AC_DEFUN([OIDC_HARDENING], [
  OIDC_TRY_CFLAG([-std=gnu11])
  OIDC_TRY_CFLAG([-fvisibility=hidden])
  OIDC_TRY_CFLAG([-fno-strict-overflow])
  AS_IF([test "$enable_sanitizers" = yes], [
    AS_VAR_APPEND([OIDC_CFLAGS], [" -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer"])
    AS_VAR_APPEND([OIDC_LDFLAGS], [" -fsanitize=address,undefined"])
  ], [test "$enable_coverage" = yes], [
    AS_VAR_APPEND([OIDC_CFLAGS], [" --coverage -fprofile-update=atomic -O0"])
    AS_VAR_APPEND([OIDC_LDFLAGS], [" --coverage"])
  ], [
    m4_foreach_w([flag], [-fstack-protector-strong -fstack-clash-protection -fcf-protection
      -U_FORTIFY_SOURCE], [OIDC_TRY_CFLAG(flag)])
    AS_CASE([" $CFLAGS "], [*' -O0 '*], [], [AS_VAR_APPEND([OIDC_CFLAGS], [" -D_FORTIFY_SOURCE=2"])])
    OIDC_TRY_LDFLAG([-Wl,-z,relro])
    OIDC_TRY_LDFLAG([-Wl,-z,now])
    OIDC_TRY_LDFLAG([-Wl,-z,noexecstack])
    OIDC_TRY_LDFLAG([-Wl,--as-needed])
  ])
  AS_IF([test "$enable_fuzzers" = yes], [
    AS_VAR_APPEND([OIDC_CFLAGS], [" -fsanitize=fuzzer-no-link"])
  ])
  AC_SUBST([OIDC_LDFLAGS])
])

# OIDC_CHECK_CJOSE_TAG: refuses a cjose that takes the length of GCM's tag from the input, so that one
# of a byte is guessed in 256 attempts (CVE-2023-37464, mended in 0.6.2.2). Distributions mend it under
# the old number: what it does is asked, and the number only where the answer cannot be run.
AC_DEFUN([OIDC_CHECK_CJOSE_TAG], [
  AC_CACHE_CHECK([whether cjose refuses a tag that was cut], [oidc_cv_cjose_tag], [
    oidc_saved_CFLAGS=$CFLAGS
    oidc_saved_LIBS=$LIBS
    CFLAGS="$CFLAGS $CJOSE_CFLAGS $JANSSON_CFLAGS"
    LIBS="$CJOSE_LIBS $JANSSON_LIBS $LIBS"
    AC_RUN_IFELSE([AC_LANG_PROGRAM([[
#include <string.h>
#include <cjose/cjose.h>
      ]], [[
        cjose_err error;
        size_t size = 0;
        cjose_jwk_t *key = cjose_jwk_create_oct_random(256, &error);
        cjose_header_t *head = cjose_header_new(&error);
        if (!key || !head || !cjose_header_set(head, CJOSE_HDR_ALG, CJOSE_HDR_ALG_DIR, &error) ||
            !cjose_header_set(head, CJOSE_HDR_ENC, CJOSE_HDR_ENC_A256GCM, &error))
          return 2;
        cjose_jwe_t *made = cjose_jwe_encrypt(key, head, (const unsigned char *)"x", 1, &error);
        char *text = made ? cjose_jwe_export(made, &error) : NULL;
        if (!text)
          return 2;
        cjose_jwe_t *whole = cjose_jwe_import(text, strlen(text), &error);
        if (!whole || !cjose_jwe_decrypt(whole, key, &size, &error))
          return 2;
        text[strlen(text) - 18] = '\0';
        cjose_jwe_t *cut = cjose_jwe_import(text, strlen(text), &error);
        return cut && cjose_jwe_decrypt(cut, key, &size, &error) ? 1 : 0;
      ]])],
      [oidc_cv_cjose_tag=yes], [oidc_cv_cjose_tag=no],
      [AS_IF([$PKG_CONFIG --exists 'cjose >= 0.6.2.2'],
        [oidc_cv_cjose_tag=yes], [oidc_cv_cjose_tag=no])])
    CFLAGS=$oidc_saved_CFLAGS
    LIBS=$oidc_saved_LIBS])
  AS_IF([test "$oidc_cv_cjose_tag" != yes],
    [AC_MSG_ERROR([this cjose accepts cut tags (CVE-2023-37464): install 0.6.2.2 or later, or your distribution's mended one])])
])

# OIDC_CHECK_HIREDIS: what replicas share, they share by Redis. Everything else works without.
AC_DEFUN([OIDC_CHECK_HIREDIS], [
  AC_ARG_WITH([hiredis],
    [AS_HELP_STRING([--without-hiredis], [build oidc-sidecar without --redis (default: with it where hiredis is found)])],
    [], [with_hiredis=check])
  have_hiredis=no
  AS_IF([test "$with_hiredis" != no],
    [PKG_CHECK_MODULES([HIREDIS], [hiredis >= 0.14], [have_hiredis=yes],
      [AS_IF([test "$with_hiredis" = yes], [AC_MSG_ERROR([hiredis was asked for and is not there])])])])
  AS_IF([test "$have_hiredis" = yes],
    [AC_DEFINE([HAVE_HIREDIS], [1], [Whether --redis can be used])])
  AM_CONDITIONAL([HAVE_HIREDIS], [test "$have_hiredis" = yes])
])
