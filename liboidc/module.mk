# liboidc: the relying party. liboidc-core.la is the same code with nothing hidden, for the tests.

noinst_LTLIBRARIES += liboidc-core.la
lib_LTLIBRARIES += liboidc.la

oidcincludedir = $(includedir)/oidc
oidcinclude_HEADERS = \
	liboidc/include/oidc/bearer.h \
	liboidc/include/oidc/config.h \
	liboidc/include/oidc/curl.h \
	liboidc/include/oidc/decryption.h \
	liboidc/include/oidc/error.h \
	liboidc/include/oidc/export.h \
	liboidc/include/oidc/handoff.h \
	liboidc/include/oidc/http.h \
	liboidc/include/oidc/identity.h \
	liboidc/include/oidc/lint.h \
	liboidc/include/oidc/login.h \
	liboidc/include/oidc/logout.h \
	liboidc/include/oidc/oidc.h \
	liboidc/include/oidc/provider.h \
	liboidc/include/oidc/seal.h \
	liboidc/include/oidc/session.h \
	liboidc/include/oidc/text.h
nodist_oidcinclude_HEADERS = liboidc/include/oidc/version.h

pkgconfigdir = $(libdir)/pkgconfig
pkgconfig_DATA = liboidc/oidc.pc

liboidc_core_la_SOURCES = \
	liboidc/algorithm.c \
	liboidc/algorithm.h \
	liboidc/authorization.c \
	liboidc/base64url.c \
	liboidc/base64url.h \
	liboidc/bearer.c \
	liboidc/bearer_token.c \
	liboidc/bearer_token.h \
	liboidc/buf.c \
	liboidc/buf.h \
	liboidc/byte_reader.c \
	liboidc/byte_reader.h \
	liboidc/claims.c \
	liboidc/claims.h \
	liboidc/compact.c \
	liboidc/compact.h \
	liboidc/config.c \
	liboidc/content.c \
	liboidc/content.h \
	liboidc/curl.c \
	liboidc/curl_exchange.c \
	liboidc/decryption.c \
	liboidc/decryption.h \
	liboidc/email.c \
	liboidc/email.h \
	liboidc/error.c \
	liboidc/exchange.c \
	liboidc/exchange.h \
	liboidc/fail.c \
	liboidc/fail.h \
	liboidc/findings.c \
	liboidc/findings.h \
	liboidc/form.c \
	liboidc/form.h \
	liboidc/gates.c \
	liboidc/gates.h \
	liboidc/handoff.c \
	liboidc/id_token.c \
	liboidc/id_token.h \
	liboidc/json.c \
	liboidc/json.h \
	liboidc/jwe.c \
	liboidc/jwe.h \
	liboidc/jwk.c \
	liboidc/jwk.h \
	liboidc/jwks.c \
	liboidc/jwks.h \
	liboidc/jws.c \
	liboidc/jws.h \
	liboidc/jwt.c \
	liboidc/jwt.h \
	liboidc/keyfile.c \
	liboidc/keyfile.h \
	liboidc/known.c \
	liboidc/known.h \
	liboidc/lint.c \
	liboidc/login.c \
	liboidc/logout.c \
	liboidc/logout_token.c \
	liboidc/logout_token.h \
	liboidc/mapping.c \
	liboidc/mapping.h \
	liboidc/metadata.c \
	liboidc/metadata.h \
	liboidc/pem.c \
	liboidc/pem.h \
	liboidc/pkce.c \
	liboidc/pkce.h \
	liboidc/policy.c \
	liboidc/policy.h \
	liboidc/provider.c \
	liboidc/provider.h \
	liboidc/refresh.c \
	liboidc/response.c \
	liboidc/response.h \
	liboidc/seal.c \
	liboidc/sealing.h \
	liboidc/secret.c \
	liboidc/secret.h \
	liboidc/session.c \
	liboidc/session_plain.c \
	liboidc/session_plain.h \
	liboidc/settings.h \
	liboidc/sid.c \
	liboidc/sid.h \
	liboidc/signer.c \
	liboidc/signer.h \
	liboidc/sign_out.c \
	liboidc/state.c \
	liboidc/state.h \
	liboidc/text.c \
	liboidc/thumbprint.c \
	liboidc/thumbprint.h \
	liboidc/token.c \
	liboidc/token.h \
	liboidc/curl_trust.c \
	liboidc/url.c \
	liboidc/url.h \
	liboidc/userinfo.c \
	liboidc/userinfo.h \
	liboidc/username.c \
	liboidc/username.h \
	liboidc/version.c
liboidc_core_la_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS) $(CJOSE_CFLAGS) $(CURL_CFLAGS)
liboidc_core_la_LIBADD = libprops.la $(CJOSE_LIBS) $(JANSSON_LIBS) $(CRYPTO_LIBS) $(CURL_LIBS)

liboidc_la_SOURCES =
liboidc_la_LIBADD = liboidc-core.la
liboidc_la_LDFLAGS = $(AM_LDFLAGS) -version-info $(LIBOIDC_VERSION_INFO) \
	-Wl,--version-script=$(srcdir)/liboidc/oidc.map
EXTRA_liboidc_la_DEPENDENCIES = liboidc/oidc.map
EXTRA_DIST += liboidc/oidc.map
dist_man_MANS += liboidc/oidc.3
