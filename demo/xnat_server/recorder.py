"""What arrived, in order, so that tests can look at it."""

import base64
import collections
import threading

RECORDED_REQUESTS = 5000


class Recorder:
    def __init__(self):
        self._requests = collections.deque(maxlen=RECORDED_REQUESTS)
        self._last, self._lock = 0, threading.Lock()

    def keep(self, request):
        with self._lock:
            self._last += 1
            self._requests.append((self._last, request))

    def clear(self):
        with self._lock:
            self._requests.clear()

    def since(self, sequence):
        """What came after that one, and the number of the last."""
        with self._lock:
            last, kept = self._last, [entry for entry in self._requests if entry[0] > sequence]
        return {"last": last, "requests": [_described(*entry) for entry in kept]}


def _described(sequence, request):
    return {"sequence": sequence, "method": request.method, "target": request.target,
            "version": request.version, "headers": request.headers,
            "head": base64.b64encode(request.head).decode(),
            "body_size": request.body.size if request.body else 0,
            "body_complete": bool(request.body and request.body.complete)}
