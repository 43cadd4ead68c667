#!/usr/bin/python3
"""A stand-in for XNAT, with or without a filter that trusts the hand-off of oidc-sidecar.

For demonstrations and tests on loopback. It treats accounts, credentials, alias tokens, sessions, data
paths and agents as XNAT 1.8 on Tomcat 9 does, and is never more forgiving. Its parts are in xnat_server/.
"""

import argparse
import signal
import sys
import threading

from xnat_server.accounts import ADMINISTRATOR, USERNAME
from xnat_server.control import ControlServer
from xnat_server.handoff import Assertions, HandOffFilter
from xnat_server.server import XnatServer
from xnat_server.settings import Settings
from xnat_server.site import Site


def parse_user(text):
    name, colon, password = text.partition(":")
    if not colon or not USERNAME.fullmatch(name) or not password:
        raise argparse.ArgumentTypeError("write name:password")
    return name, password


def parse_setting(text):
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError("write NAME=VALUE")
    try:
        Settings().set(name, value)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(str(problem)) from None
    return name, value


def parse_context(text):
    if text and (not text.startswith("/") or text.endswith("/")):
        raise argparse.ArgumentTypeError("write /name")
    return text


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--listen", default="127.0.0.1:0", metavar="HOST:PORT")
    parser.add_argument("--control-listen", metavar="HOST:PORT", help="offer /control/ to tests")
    parser.add_argument("--admin", type=parse_user, default="admin:admin", metavar="NAME:PASSWORD",
                        help="the administrator who is there from the start; default: admin:admin")
    parser.add_argument("--user", action="append", type=parse_user, default=[],
                        metavar="NAME:PASSWORD", help="a local account; repeatable")
    parser.add_argument("--setting", action="append", type=parse_setting, default=[],
                        metavar="NAME=VALUE", help="what a site can set; repeatable")
    parser.add_argument("--context-path", type=parse_context, default="", metavar="/NAME",
                        help="where below its host the site is; default: at the top")
    parser.add_argument("--database", metavar="FILE",
                        help="keep accounts and alias tokens there over a restart")
    parser.add_argument("--handoff-jwks", metavar="URL", help="the sidecar's /oidc/jwks.json")
    parser.add_argument("--handoff-issuer", metavar="URL", help="the site's URL")
    parser.add_argument("--test-paths", action="store_true", help="misbehave on /test/ paths")
    options = parser.parse_args(arguments)
    if bool(options.handoff_jwks) != bool(options.handoff_issuer):
        parser.error("--handoff-jwks and --handoff-issuer go together")
    return options


def make_site(options):
    """The site with the accounts of the command line, unless its database has accounts already."""
    site = Site(options.database, options.context_path)
    for name, value in options.setting:
        site.settings.set(name, value)
    if not site.is_kept:
        for name, password in [options.admin, *options.user]:
            roles = [ADMINISTRATOR] if name == options.admin[0] else []
            site.accounts.create({"username": name, "email": f"{name}@xnat.example.org",
                                  "password": password, "enabled": True, "verified": True},
                                 roles=roles)
    return site


def make_server(options):
    site, handoff_filter = make_site(options), None
    if options.handoff_jwks:
        handoff_filter = HandOffFilter(Assertions(site.clock, options.handoff_jwks,
                                                  options.handoff_issuer))
    return XnatServer(options.listen, site, handoff_filter, options.test_paths)


def main(arguments=None):
    options = parse_arguments(arguments)
    server = make_server(options)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if options.control_listen:
        control = ControlServer(options.control_listen, server)
        threading.Thread(target=control.serve_forever, daemon=True).start()
        print(f"control on {control.url}", flush=True)
    print(f"listening on {server.url}", flush=True)
    try:
        server.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
