# server: oidc-sidecar. libserver.la holds all of it but main(), so that tests can link it.
