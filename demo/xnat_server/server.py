"""XNAT's port: which part answers a request."""

import urllib.parse

import http1

from . import data, entry_point, pages, rest
from .answers import redirect
from .gates import Gates
from .handoff import Refused
from .login import INACTIVE_PAGE, VERIFICATION_PAGE, Login, NotReady, WrongCredentials
from .odd_paths import OddPaths
from .recorder import Recorder
from .troubles import Troubles

LOGIN_ACTIONS = ("/app/action/XDATLoginUser", "/login")
LOGOUT_ACTION = "/app/action/LogoutUser"
EXTERNAL_LOGIN_PAGE = "/app/template/RegisterExternalLogin.vm"
STYLE_PATH = "/style/stand-in.css"


class XnatServer(http1.Server):
    """`test_paths`: whether it misbehaves below /test/ as asked."""

    def __init__(self, listen, site, handoff_filter=None, test_paths=False):
        super().__init__(listen)
        self.site, self._login = site, Login(site, handoff_filter)
        self._pages = pages.Pages(site.address)
        self.recorder, self.gates = Recorder(), Gates()
        self.troubles = Troubles(self.gates)
        self._test_paths = OddPaths(self.gates) if test_paths else None
        self._open = {entry_point.LOGIN_PAGE: self._login_page, INACTIVE_PAGE: self._inactive,
                      VERIFICATION_PAGE: self._verification, EXTERNAL_LOGIN_PAGE: self._external,
                      LOGOUT_ACTION: self._log_out, STYLE_PATH: self._style,
                      **dict.fromkeys(LOGIN_ACTIONS, self._log_in)}

    def record(self, request):
        self.recorder.keep(request)

    def serve(self, request, response):
        if self._test_paths and request.path.startswith("/test/"):
            self._test_paths.serve(request, response)
        elif self._is_here(request):
            self.troubles.serve(request, response, self._answer)
        else:
            response.send(404, *http1.error_page(404))

    def _is_here(self, request):
        """Whether the path is below the site's context path, which then is taken off."""
        rest_of_path = request.path.removeprefix(self.site.context_path)
        if not request.path.startswith(self.site.context_path) or not rest_of_path.startswith("/"):
            return False
        request.path = rest_of_path
        return True

    def _answer(self, request, response):
        try:
            session, is_new = self._login.authenticate(request)
        except Refused as refusal:
            self._html(response, 403, self._pages.refused(str(refusal)))
        except NotReady as state:
            self._wait(request, response, state.page)
        except WrongCredentials:
            entry_point.refuse(request, response)
        else:
            cookies = self.site.session_cookies(session) if is_new else []
            self._route(request, response, session, cookies)

    def _route(self, request, response, session, cookies):
        if request.path in self._open:
            self._open[request.path](request, response)
        elif session is None:
            entry_point.ask(self.site, request, response)
        else:
            account = self.site.accounts.find(session.username)
            self._inside(request, response, account, session, cookies)

    def _wait(self, request, response, page):
        """Leads to the page that says why; what is open to all, that page above all, stays open."""
        if request.path in self._open:
            self._open[request.path](request, response)
        else:
            redirect(response, self.site.address(page))

    def _inside(self, request, response, account, session, cookies):
        """What somebody who is logged in gets."""
        if not account.enabled:
            redirect(response, self.site.address(INACTIVE_PAGE), cookies)
        elif rest.is_call(request.path):
            rest.serve(self.site, account, request, response, cookies)
        elif entry_point.is_data_path(request.path):
            data.serve(request, response, session, cookies)
        elif request.path == "/" or request.path.startswith("/app/"):
            self._html(response, 200, self._pages.home(account, session), cookies)
        else:
            self._html(response, 404, self._pages.not_found(), cookies)

    # --- what is open to all -----------------------------------------------------------------------

    def _login_page(self, request, response):
        self._html(response, 200, self._pages.login("failed=true" in request.query))

    def _log_in(self, request, response):
        if request.method != "POST":
            redirect(response, self.site.address(entry_point.LOGIN_PAGE))
            return
        try:
            session = self._login.form(request)
        except WrongCredentials:
            redirect(response, self.site.address(f"{entry_point.LOGIN_PAGE}?failed=true"))
        except NotReady as state:
            redirect(response, self.site.address(state.page))
        else:
            redirect(response, self.site.address("/"), self.site.session_cookies(session))

    def _log_out(self, request, response):
        self._login.logout(request)
        target = {"home": "/", "login": entry_point.LOGIN_PAGE}[self.site.settings["logoutTarget"]]
        path = self.site.context_path or "/"
        redirect(response, self.site.address(target),
                 [("Set-Cookie", f"JSESSIONID=; Path={path}; HttpOnly; Max-Age=0")])

    def _inactive(self, _, response):
        self._html(response, 200, self._pages.inactive_account())

    def _verification(self, request, response):
        fields = dict(urllib.parse.parse_qsl(request.query))
        self._html(response, 200, self._pages.verification_sent(fields.get("emailTo", "")))

    def _external(self, _, response):
        self._html(response, 200, self._pages.register_external_login())

    @staticmethod
    def _style(_, response):
        response.send(200, [("Content-Type", "text/css; charset=utf-8")], pages.STYLE.encode())

    @staticmethod
    def _html(response, status, text, headers=()):
        response.send(status, [*pages.HEADERS, *headers], text.encode())
