"""What systemd would do with a unit and its drop-ins, where there is no systemd: systemd.exec(5)."""

import os
import re
import subprocess

from .process import PYTHON
from .servers import Sidecar

# No page is ever both written and executed (MemoryDenyWriteExecute), where the kernel (6.3) can see to it.
RESTRICT = """
import ctypes, os, sys
PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN = 65, 1
ctypes.CDLL(None).prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""


class Unit:
    """A unit and what was put beside it; whatever is neither section, setting nor comment is a mistake."""

    def __init__(self, file, dropins=()):
        self.sections = {}
        for each in (file, *dropins):
            self._read(each.read_text())

    def _read(self, text):
        current = None
        for line in text.splitlines():
            if not line or line.startswith("#"):
                continue
            if found := re.fullmatch(r"\[(\w+)\]", line):
                current = self.sections.setdefault(found.group(1), [])
            else:
                key, value = re.fullmatch(r"([A-Za-z]+)=(.*\S|)", line).groups()
                current.append((key, value))

    def values(self, key, section="Service"):
        """All of them, after the last empty one: that takes back what was before it."""
        found = []
        for name, value in self.sections[section]:
            if name == key:
                found = [*found, value] if value else []
        return found

    def credentials(self):
        """{id: path}. Which of two with one id counts is not written down, so there must not be two."""
        pairs = [value.split(":") for value in self.values("LoadCredential")]
        assert len({name for name, _ in pairs}) == len(pairs), f"one id twice: {pairs}"
        return dict(pairs)

    def environment(self, folder):
        """The last of a name counts. `folder` is where the credentials are."""
        return dict(value.replace("%d", str(folder)).split("=", 1) for value in self.values("Environment"))


class Service(Sidecar):
    """What the unit starts: its environment, its command, and neither privilege nor more.

    `root` is a folder in place of /, `within` puts paths of a text there; `folder` is for the credentials.
    """

    def __init__(self, unit, root, within, folder, port):
        super().__init__([], port=port)
        self.unit, self.root, self.within, self.folder = unit, root, within, folder
        self.more = {"OIDC_SIDECAR_LISTEN": f"127.0.0.1:{self.port}",
                     "OIDC_SIDECAR_ADMIN_LISTEN": f"127.0.0.1:{self.admin_port}"}

    def load(self):
        """Credentials: a file under its id, the files of a folder under id_name. Then the environment."""
        self.folder.mkdir(exist_ok=True)
        for old in self.folder.iterdir():
            old.unlink()
        for name, path in self.unit.credentials().items():
            source = self.root / path.lstrip("/")
            for file in sorted(source.iterdir()) if source.is_dir() else [source]:
                loaded = self.folder / (f"{name}_{file.name}" if source.is_dir() else name)
                loaded.write_bytes(file.read_bytes())
                loaded.chmod(0o400)
        given = self.unit.environment(self.folder) | self._from_files()
        self.environment = {"PATH": "/usr/bin:/bin"} | {
            name: self.within(value) for name, value in given.items()} | self.more
        return self

    def _from_files(self):
        found = {}
        for value in self.unit.values("EnvironmentFile"):
            file = self.root / value.lstrip("-").lstrip("/")
            if file.exists() or not value.startswith("-"):
                found |= dict(line.split("=", 1) for line in file.read_text().splitlines() if line)
        return found

    def command(self, key):
        (value,) = self.unit.values(key)
        dropped = [PYTHON, "-c", RESTRICT, "setpriv", "--no-new-privs"]
        if os.getuid() == 0:
            dropped += ["--bounding-set=-all", "--inh-caps=-all"]
        return dropped + self.within(value).split()

    def check(self):
        return subprocess.run(self.command("ExecStartPre"), env=self.environment, capture_output=True,
                              text=True, timeout=60, check=False)

    def start(self, ready=True):
        self.argv = self.command("ExecStart")
        return super().start(ready)
