"""Waiting for a condition: bounded, and clear about what did not happen."""

import time


def wait_until(condition, what, timeout=10.0, evidence=None):
    """Returns the condition's first true value; fails with `what` and the evidence after `timeout`.

    Polling is fine-grained, so that a generous timeout costs nothing when all is well.
    """
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            said = f"\n{evidence()}" if evidence else ""
            raise AssertionError(f"waited {timeout:g} s in vain: {what}{said}")
        time.sleep(0.01)
