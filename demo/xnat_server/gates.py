"""Doors with names: an answer waits before one until a test opens it; it stays open."""

import threading

GATE_SECONDS = 120


class Gates:
    def __init__(self):
        self._gates, self._lock = {}, threading.Lock()

    def _gate(self, name):
        with self._lock:
            return self._gates.setdefault(name, threading.Event())

    def open(self, name):
        self._gate(name).set()

    def wait(self, name):
        self._gate(name).wait(GATE_SECONDS)
