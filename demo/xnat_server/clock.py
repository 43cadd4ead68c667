"""What time it is for the stand-in XNAT. Tests may put its clock forward or back."""

import time


class Clock:
    def __init__(self):
        self.shift = 0.0  # seconds by which it differs from the machine's

    def now(self):
        """Seconds since the epoch."""
        return time.time() + self.shift

    def milliseconds(self):
        return int(self.now() * 1000)
