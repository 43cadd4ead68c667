"""The stand-in XNAT's parts. Each may use those above it, none those below:

    clock, settings, noise, gates    what time it is; what a site can set; bytes; doors
    accounts, tokens, sessions       what XNAT keeps: who exists, alias tokens, servlet sessions
    database                         what of it outlives the process
    site                             all of it together, and what touches more than one
    handoff                          the filter that believes a signed assertion of oidc-sidecar
    login                            who a request is: cookie, Basic, form or hand-off
    pages, data, rest                what is answered: pages, transfers, the table of REST calls
    recorder, troubles, odd_paths    for tests: what arrived, mishaps, odd answers
    server                           XNAT's port
    control                          the port from which tests look in and steer
"""
