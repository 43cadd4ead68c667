"""What outlives the process, as XNAT's database does: accounts and alias tokens, but no session.

Without a file nothing is kept. With one it is written whole after every change, before the change is
answered for, and put in place by a rename: a process that is killed leaves the last state or the one before.
"""

import json
import os
import threading
from pathlib import Path


class Database:
    """Tables by name; each has dump() and load(rows)."""

    def __init__(self, path=None):
        self._path = Path(path) if path else None
        self._tables, self._lock = {}, threading.Lock()

    def open(self, **tables):
        """Fills the tables with what was kept. Whether anything was."""
        if self._path and self._path.exists():
            kept = json.loads(self._path.read_text("utf-8"))
            for name, table in tables.items():
                table.load(kept[name])
        self._tables = tables
        return bool(self._path and self._path.exists())

    def save(self):
        if not self._path:
            return
        with self._lock:
            kept = {name: table.dump() for name, table in self._tables.items()}
            new = self._path.with_name(self._path.name + ".new")
            new.touch(0o600)
            new.write_text(json.dumps(kept), "utf-8")
            os.replace(new, self._path)
