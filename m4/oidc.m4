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

# OIDC_CHECK_CJOSE_TAG: CVE-2023-37464 (cjose before 0.6.2.2 takes the GCM tag's length from the
# input) touches JWE only, which nothing here uses; distributions patch it under the old number. So
# the version is reported, not refused.
AC_DEFUN([OIDC_CHECK_CJOSE_TAG], [
  AC_MSG_CHECKING([version of cjose])
  oidc_cjose_version=`$PKG_CONFIG --modversion cjose`
  AC_MSG_RESULT([$oidc_cjose_version])
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
