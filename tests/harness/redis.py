"""A Redis of the tests' own, on loopback, without persistence."""

import signal
import subprocess

from .process import Process, free_port
from .wait import wait_until


class Redis(Process):
    def __init__(self, folder, port=None, password=None, options=()):
        self.port, self.password = port or free_port(), password
        argv = ["redis-server", "--port", self.port, "--bind", "127.0.0.1", "--save", "",
                "--appendonly", "no", "--dir", folder, "--daemonize", "no",
                *(["--requirepass", password] if password else []), *options]
        super().__init__("redis", argv)

    @property
    def url(self):
        credentials = f":{self.password}@" if self.password else ""
        return f"redis://{credentials}127.0.0.1:{self.port}"

    def start(self):
        super().start()

        def answering():
            assert self.alive, f"redis ended early\n{self.evidence()}"
            return self.command("PING") == "PONG"
        wait_until(answering, "redis to answer", 10, self.evidence)
        return self

    def command(self, *words):
        credentials = ["--no-auth-warning", "-a", self.password] if self.password else []
        done = subprocess.run(["redis-cli", "-p", str(self.port), *credentials, *words],
                              capture_output=True, text=True, timeout=10, check=False)
        return done.stdout.strip()

    def names(self):
        return [name for name in self.command("KEYS", "*").splitlines() if name]

    def freeze(self):
        self.signal(signal.SIGSTOP)

    def thaw(self):
        self.signal(signal.SIGCONT)

    def kill(self):
        self.thaw()
        self.signal(signal.SIGKILL)
        self.wait_exit()
