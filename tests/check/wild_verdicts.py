"""What is true of the published configurations, judged by hand against how each generation of the
plugin behaves. A verdict is every finding there must be, and no other: (code, line), by severity.
The files themselves are read where they are."""

VERDICTS = {
    # The documentation's sample with its trailing blanks: XNAT takes `openid  ` for another
    # login method and never sees the file.
    "01-ais-docs-aaf.properties": {
        "error": [("OC106", 1), ("OC106", 10), ("OC106", 12), ("OC106", 14)],
        "warning": [("OC106", 4), ("OC324", 12), ("OC324", 13), ("OC106", 23), ("OC106", 24),
                    ("OC106", 25)],
        "info": [("OC106", 2), ("OC106", 3), ("OC106", 5), ("OC318", 14), ("OC318", 15),
                 ("OC311", 19), ("OC106", 19)],
    },
    # Shipped unfilled; the last allowed domain keeps its blanks, so the filter turns everybody
    # away.
    "02-ais-sample-aaf.properties": {
        "error": [("OC221", 10), ("OC301", 12), ("OC302", 13), ("OC106", 19)],
        "warning": [("OC312", 21), ("OC312", 22)],
        "info": [("OC318", 14), ("OC318", 15), ("OC323", 25)],
    },
    # Shipped unfilled; the two generations' switches for new accounts disagree.
    "03-ais-sample-google.properties": {
        "error": [("OC221", 10), ("OC301", 12), ("OC302", 13)],
        "warning": [("OC312", 20), ("OC312", 21)],
        "info": [("OC318", 14), ("OC318", 15)],
    },
    # Two providers, both unfilled; AAF's filter admits nobody because of trailing blanks.
    "04-ais-sample-google-and-aaf.properties": {
        "error": [("OC221", 10), ("OC301", 12), ("OC302", 13), ("OC301", 25), ("OC302", 26),
                  ("OC106", 32)],
        "warning": [("OC312", 20), ("OC312", 21), ("OC312", 34), ("OC312", 35)],
        "info": [("OC318", 14), ("OC318", 15), ("OC318", 27), ("OC318", 28), ("OC323", 38)],
    },
    # Shipped unfilled.
    "05-qcif-sample-google-pkce.properties": {
        "error": [("OC221", 10), ("OC301", 12), ("OC302", 13)],
        "warning": [("OC312", 20), ("OC312", 21)],
        "info": [("OC318", 14), ("OC318", 15)],
    },
    # Shipped unfilled; nothing is known of the provider's addresses, so nothing is said of
    # them.
    "06-qcif-sample-wustl.properties": {
        "error": [("OC221", 10), ("OC301", 12), ("OC302", 13)],
        "warning": [("OC312", 20), ("OC312", 21)],
    },
    # A file for tests: the word secret is no secret, and the button is no link.
    "07-qcif-test-localhost.properties": {
        "error": [("OC381", 20)],
        "warning": [("OC324", 14)],
        "info": [("OC351", 23)],
    },
    # Shipped unfilled; the button leads to a provider auth0 that the file does not have.
    "08-nrg13-sample-aaf.properties": {
        "error": [("OC221", 7), ("OC301", 9), ("OC302", 10), ("OC382", 14), ("OC106", 16)],
        "warning": [("OC312", 18), ("OC312", 19)],
        "info": [("OC318", 11), ("OC318", 12), ("OC323", 22)],
    },
    # Shipped unfilled.
    "09-nrg13-sample-google.properties": {
        "error": [("OC221", 7), ("OC301", 9), ("OC302", 10)],
        "warning": [("OC312", 18), ("OC312", 19)],
        "info": [("OC318", 11), ("OC318", 12)],
    },
    # provider.id=openid without a list: the later layout, but no keys of a provider openid.
    "10-nrg13-sample-wustl.properties": {
        "error": [("OC204", 3), ("OC221", 7)],
    },
    # Reads well in both layouts; the button is no link.
    "11-nrg13-test.properties": {
        "error": [("OC381", 20)],
        "warning": [("OC324", 14)],
        "info": [("OC351", 23)],
    },
    # The layout of 1.0 with a pattern that 1.0 does not read.
    "12-nrg12-sample-google-and-aaf.properties": {
        "error": [("OC221", 10), ("OC301", 12), ("OC302", 13), ("OC301", 27), ("OC302", 28),
                  ("OC106", 34)],
        "warning": [("OC312", 21), ("OC312", 22), ("OC121", 26), ("OC312", 36), ("OC312", 37)],
        "info": [("OC318", 14), ("OC318", 15), ("OC318", 29), ("OC318", 30), ("OC323", 40)],
    },
    # Current addresses of AAF, everything else unfilled.
    "13-nrg-2025-aaf-oidc.properties": {
        "error": [("OC221", 10), ("OC301", 12), ("OC302", 13), ("OC106", 19)],
        "warning": [("OC312", 21), ("OC312", 22)],
        "info": [("OC323", 25)],
    },
    # As 13 in the later layout, with the button of another provider.
    "14-nrg-2025-aaf-oidc-multi.properties": {
        "error": [("OC221", 7), ("OC301", 9), ("OC302", 10), ("OC382", 14), ("OC106", 16)],
        "warning": [("OC312", 18), ("OC312", 19)],
        "info": [("OC323", 22)],
    },
    # A key that no release reads, and the button of another provider.
    "15-nrg16-sample-aaf.properties": {
        "error": [("OC221", 7), ("OC301", 9), ("OC302", 10), ("OC382", 14), ("OC106", 17)],
        "warning": [("OC103", 16)],
        "info": [("OC318", 11), ("OC318", 12), ("OC323", 21)],
    },
    # Shipped unfilled, right otherwise.
    "16-nrg16-sample-google.properties": {
        "error": [("OC221", 7), ("OC301", 9), ("OC302", 10)],
        "info": [("OC318", 11), ("OC318", 12)],
    },
    # Right for plugin 1.6 but for what is unfilled.
    "17-nrg16-sample-keycloak.properties": {
        "error": [("OC221", 7), ("OC302", 10)],
    },
    # As 10, for 1.6.
    "18-nrg16-sample-wustl.properties": {
        "error": [("OC204", 3), ("OC221", 7)],
    },
    # Both layouts; without userAuto* release 1.0 leaves new accounts to an administrator.
    "19-nrg14-test.properties": {
        "error": [("OC381", 19)],
        "warning": [("OC354", 5), ("OC354", 6), ("OC324", 13)],
    },
    # No auth.method, no provider: no release since XNAT 1.7.5 sees it.
    "20-first-2017.properties": {
        "error": [("OC201", 0), ("OC204", 0), ("OC221", 0), ("OC120", 5)],
    },
    # The 2018 layout: redirect paths for each provider, which nobody reads any more.
    "21-early-2018-per-provider-redirect.properties": {
        "error": [("OC201", 0), ("OC221", 5), ("OC301", 6), ("OC302", 7), ("OC120", 10),
                  ("OC381", 12), ("OC315", 14), ("OC301", 14), ("OC302", 15), ("OC381", 20)],
        "warning": [("OC104", 2), ("OC315", 6), ("OC315", 6), ("OC315", 6), ("OC315", 14),
                    ("OC315", 14), ("OC120", 18), ("OC103", 23)],
        "info": [("OC318", 8), ("OC318", 9), ("OC318", 16), ("OC318", 17)],
    },
    # The 2018 layout: `id` for provider.id, no auth.method, no claims.
    "22-early-2018-google-and-aaf.properties": {
        "error": [("OC201", 0), ("OC221", 5), ("OC301", 7), ("OC302", 8), ("OC315", 17),
                  ("OC301", 17), ("OC302", 18), ("OC106", 24)],
        "warning": [("OC104", 2), ("OC315", 7), ("OC315", 7), ("OC315", 7), ("OC315", 17),
                    ("OC315", 17)],
        "info": [("OC318", 9), ("OC318", 10), ("OC318", 19), ("OC318", 20)],
    },
    # A context path with a slash after it: the redirect URL gets two. logoutUrl is not
    # logoutUri.
    "23-pacificanalytics-keycloak.properties": {
        "error": [("OC201", 0), ("OC222", 6), ("OC301", 8), ("OC302", 9)],
        "warning": [("OC104", 2), ("OC104", 12)],
    },
    # No key has its openid.google. in front.
    "24-rherrick-2019-unprefixed.properties": {
        "error": [("OC221", 9), ("OC120", 12)],
    },
    # A template with its placeholders.
    "25-koekie-2019-placeholders.properties": {
        "error": [("OC221", 0), ("OC229", 0), ("OC116", 2)],
        "warning": [("OC116", 7), ("OC120", 11)],
    },
    # As 07.
    "26-sbs-test-2019.properties": {
        "error": [("OC381", 19)],
        "warning": [("OC324", 14)],
        "info": [("OC351", 22)],
    },
    # One switch for new accounts agrees, one does not.
    "27-healthri-2020-google.properties": {
        "error": [("OC221", 10), ("OC301", 12), ("OC302", 13)],
        "warning": [("OC312", 20)],
        "info": [("OC318", 14), ("OC318", 15)],
    },
    # As 02, with claims that exist.
    "28-uq-rcc-sample-aaf.properties": {
        "error": [("OC221", 10), ("OC301", 12), ("OC302", 13), ("OC106", 19)],
        "warning": [("OC312", 21), ("OC312", 22)],
        "info": [("OC318", 14), ("OC318", 15)],
    },
    # A context path is right for the plugin and nothing for the sidecar; endpoints in plain
    # text on an IP address.
    "29-snet-keycloak.properties": {
        "error": [("OC222", 10), ("OC302", 13), ("OC305", 14), ("OC305", 15)],
        "warning": [("OC329", 14), ("OC329", 15), ("OC312", 20), ("OC312", 21)],
    },
    # Shipped, filter off and list empty: nothing to say of either.
    "30-szho42-aaf.properties": {
        "error": [("OC221", 10), ("OC301", 12), ("OC302", 13)],
        "warning": [("OC312", 21), ("OC312", 22)],
        "info": [("OC318", 14), ("OC318", 15), ("OC323", 25)],
    },
    # Shipped unfilled.
    "31-szho42-google.properties": {
        "error": [("OC221", 10), ("OC301", 12), ("OC302", 13)],
        "warning": [("OC312", 20), ("OC312", 21)],
        "info": [("OC318", 14), ("OC318", 15)],
    },
    # Filled in and working; the switches of one provider disagree.
    "32-docker-compose-script-aaf-google.properties": {
        "warning": [("OC312", 34), ("OC312", 35)],
        "info": [("OC318", 14), ("OC318", 15), ("OC323", 25), ("OC318", 28), ("OC318", 29)],
    },
    # clientID: AAF answers 400. PPP stands for what a script was to fill in.
    "33-ais-chart-2020-11-12.properties": {
        "error": [("OC222", 10), ("OC303", 12)],
        "warning": [("OC327", 13), ("OC312", 21), ("OC312", 22)],
        "info": [("OC318", 14), ("OC318", 15), ("OC311", 19), ("OC323", 24)],
    },
    # clientID twice; the switches disagree.
    "34-ais-chart-2020-11-17.properties": {
        "error": [("OC303", 12), ("OC302", 13), ("OC303", 26), ("OC302", 27)],
        "warning": [("OC312", 21), ("OC312", 22), ("OC312", 35), ("OC312", 36)],
        "info": [("OC318", 14), ("OC318", 15), ("OC323", 24), ("OC318", 28), ("OC318", 29)],
    },
    # Both endpoints stand under clientSecret, and the last of three counts.
    "35-ais-chart-2021-auth-tpl-aaf.properties": {
        "error": [("OC222", 9), ("OC306", 12), ("OC310", 17), ("OC310", 17)],
        "warning": [("OC102", 12), ("OC102", 13), ("OC324", 14), ("OC324", 15)],
    },
    # As 35; siteUrl holds a map that a template printed.
    "36-ais-chart-2021-auth-tpl-google-map.properties": {
        "error": [("OC116", 9), ("OC306", 12)],
        "warning": [("OC102", 12), ("OC102", 13), ("OC386", 18)],
    },
    # The chart's values, unfilled.
    "37-ais-chart-values-today.properties": {
        "error": [("OC301", 9), ("OC302", 10), ("OC301", 23), ("OC302", 24), ("OC221", 37)],
        "info": [("OC318", 7), ("OC323", 12), ("OC318", 18), ("OC318", 21), ("OC318", 32)],
    },
    # The chart writes the button for a provider that does not exist, and none for AAF.
    "38-ais-chart-2026-generated-link.properties": {
        "error": [("OC380", 7)],
        "info": [("OC318", 7), ("OC323", 12), ("OC318", 17), ("OC318", 20), ("OC318", 31),
                 ("OC213", 39)],
    },
    # A list of domains and nothing that switches the filter on.
    "39-uq-rcc-terraform.properties": {
        "warning": [("OC311", 8)],
        "info": [("OC323", 12)],
    },
    # Two placeholders; a user name of an e-mail's first half is no claim and collides.
    "40-stanford-chart.properties": {
        "error": [("OC116", 6), ("OC116", 7)],
        "warning": [("OC353", 19)],
    },
    # __X__ was to be replaced.
    "41-scout-dev.properties": {
        "error": [("OC116", 12)],
    },
    # Braces were to be filled in, in five values.
    "42-scout-plan.properties": {
        "error": [("OC116", 8), ("OC116", 12), ("OC116", 13), ("OC116", 14), ("OC116", 15)],
    },
    # allowedGroups keeps nobody out.
    "43-scout-k3d-allowed-groups.properties": {
        "error": [("OC115", 26)],
    },
    # A playbook's expressions, not rendered.
    "44-scout-ansible-unrendered.properties": {
        "error": [("OC116", 8), ("OC116", 11), ("OC116", 12), ("OC116", 13), ("OC116", 14),
                  ("OC116", 15)],
        "warning": [("OC353", 23)],
    },
    # auth.method twice, to no harm; AAF takes no http site.
    "45-aaf-tutorial.properties": {
        "error": [("OC301", 10), ("OC302", 11), ("OC106", 17)],
        "warning": [("OC224", 7), ("OC312", 19), ("OC312", 20)],
        "info": [("OC102", 1), ("OC318", 12), ("OC318", 13), ("OC323", 23)],
    },
}
