"""How somebody without a session is asked for credentials (contract, section 1)."""

import re

from .answers import redirect

LOGIN_PAGE = "/app/template/Login.vm"
DATA_PATH = re.compile(r"/(xapi|data|REST|fs)(/|$)")
CHALLENGE = ("WWW-Authenticate", 'Basic realm="XNAT Protected Area"')
INTERACTIVE_AGENT = re.compile(r"MSIE|Mozilla|AppleWebKit|Opera")


def is_data_path(path):
    return DATA_PATH.match(path)


def is_interactive(request):
    """Whether a person sits at the user agent."""
    agent = request.first("User-Agent")
    return INTERACTIVE_AGENT.search(agent) and "XNATDesktopClient" not in agent


def ask(site, request, response):
    """Answers a request that came without credentials and without a session."""
    if is_data_path(request.path) and not is_interactive(request):
        response.send(401, [CHALLENGE])
    else:
        redirect(response, site.address(LOGIN_PAGE))


def refuse(request, response):
    """Answers wrong credentials; a script gets no challenge, for its browser would ask the person."""
    script = request.first("X-Requested-With") == "XMLHttpRequest"
    response.send(401, [] if script else [CHALLENGE])
