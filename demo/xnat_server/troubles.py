"""Mishaps that a test may order: the next requests that fit meet them instead of, or before, an answer.

    slow         answers after `seconds`
    held         waits, before the request is looked at, until the gate `gate` is open
    held-answer  does what was asked, then keeps the answer back until the gate `gate` is open
    lost-answer  does what was asked, then closes without an answer
    down         closes without an answer
    restarting   503, as from Tomcat while XNAT is being started
    starting     404, as from Tomcat before XNAT is there
    answer       `status` with `type`, `body`, `location` and `cookie`, whatever was asked; where
                 there is a gate `gate`, when it is open
    cut          begins to answer as above, and closes in the middle of the body
"""

import re
import threading
import time
from dataclasses import dataclass

import http1


@dataclass
class Trouble:
    kind: str
    path: re.Pattern
    method: str  # empty: any
    left: int  # how many more requests meet it
    details: dict

    def fits(self, request):
        return self.left > 0 and self.method in ("", request.method) and \
            self.path.fullmatch(request.path)


class Withheld:
    """In place of a connection: keeps what is written."""

    def __init__(self):
        self.data = b""

    def sendall(self, data):
        self.data += data


class Troubles:
    def __init__(self, gates):
        self._gates, self._waiting, self._lock = gates, [], threading.Lock()

    def order(self, kind, path=".*", method="", times="1", **details):
        """Raises ValueError for what cannot be ordered."""
        if kind not in KINDS:
            raise ValueError(f"{kind} is no trouble; there are: {', '.join(KINDS)}")
        missing = [name for name in KINDS[kind][1] if name not in details]
        if missing:
            raise ValueError(f"{kind} needs {', '.join(missing)}")
        with self._lock:
            self._waiting.append(Trouble(kind, re.compile(path), method, int(times), details))

    def clear(self):
        with self._lock:
            self._waiting.clear()

    def serve(self, request, response, usual):
        """Answers: by the trouble that is due, or by `usual(request, response)`."""
        trouble = self._due(request)
        if trouble:
            KINDS[trouble.kind][0](self._gates, trouble.details, request, response, usual)
        else:
            usual(request, response)

    def _due(self, request):
        with self._lock:
            for trouble in self._waiting:
                if trouble.fits(request):
                    trouble.left -= 1
                    return trouble
        return None


def _slow(_, details, request, response, usual):
    time.sleep(float(details["seconds"]))
    usual(request, response)


def _held(gates, details, request, response, usual):
    gates.wait(details["gate"])
    usual(request, response)


def _held_answer(gates, details, request, response, usual):
    withheld = Withheld()
    usual(request, http1.Response(withheld, request))
    gates.wait(details["gate"])
    response.raw(withheld.data)


def _lost_answer(_, __, request, response, usual):
    usual(request, http1.Response(Withheld(), request))
    response.close = True


def _down(_, __, ___, response, ____):
    response.close = True


def _restarting(_, __, ___, response, ____):
    response.send(503, *http1.error_page(503))


def _starting(_, __, ___, response, ____):
    response.send(404, *http1.error_page(404))


def _answer(gates, details, __, response, ___):
    if "gate" in details:
        gates.wait(details["gate"])
    headers = [("Content-Type", details.get("type", "application/json"))]
    headers += [(name, details[key]) for key, name in (("location", "Location"), ("cookie", "Set-Cookie"))
                if key in details]
    response.send(int(details["status"]), headers, details.get("body", "").encode())


def _cut(_, details, __, response, ___):
    body = details["body"].encode()
    response.close = True
    response.raw(http1.head_bytes(int(details["status"]), [
        ("Content-Type", details.get("type", "application/json")),
        ("Content-Length", str(len(body) * 2))]) + body)


# What it does, and what has to be said with it.
KINDS = {"slow": (_slow, ["seconds"]), "held": (_held, ["gate"]),
         "held-answer": (_held_answer, ["gate"]), "lost-answer": (_lost_answer, []),
         "down": (_down, []), "restarting": (_restarting, []), "starting": (_starting, []),
         "answer": (_answer, ["status"]), "cut": (_cut, ["status", "body"])}
