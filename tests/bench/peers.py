"""The servers of the measurements: ours, the peers, and what stands behind them. Each with one core."""

import os
import socket
from pathlib import Path

from harness.process import Process, clean_environment, free_port
from harness.servers import Sidecar
from harness.wait import wait_until

from pin import OTHER_CORE, SERVER_CORE, on_core, program

APACHE_MODULES = Path("/usr/lib/apache2/modules")
# As many as wrk has connections, twice over, so that no request waits for a thread.
APACHE_THREADS = 64
SMALL_BODY = "A small answer, as XNAT gives many of while somebody browses.\\n"


class Server(Process):
    """A child on one core, ready when its port takes connections."""

    def __init__(self, name, argv, port=None, core=SERVER_CORE, **more):
        super().__init__(name, on_core(core, argv), **more)
        self.port = port

    def start(self):
        super().start()
        if self.port is None:
            self.port = int(self.wait_line("listening on ").rpartition(":")[2])
        wait_until(self._takes_connections, f"{self.name} to listen", 20, self.evidence)
        return self

    def _takes_connections(self):
        assert self.alive, f"{self.name} ended early\n{self.evidence()}"
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True


class MeasuredSidecar(Sidecar):
    """oidc-sidecar as a site would run it: logging as it comes, nothing but the workers chosen.

    Under libtool the built program is a script around the real one, whose start must not be measured.
    """

    def __init__(self, build, config, session_key_file, port, upstream, workers):
        self.port, self.admin_port = port, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.admin = f"http://127.0.0.1:{self.admin_port}"
        argv = [build / ".libs" / "oidc-sidecar", "--config", config, "--upstream", upstream,
                "--session-key-file", session_key_file, "--listen", f"127.0.0.1:{self.port}",
                "--admin-listen", f"127.0.0.1:{self.admin_port}", "--workers", str(workers)]
        Process.__init__(self, "oidc-sidecar", on_core(SERVER_CORE, argv),
                         clean_environment(LD_LIBRARY_PATH=str(build / ".libs")))

    def launch(self):
        """Starts it, and waits for nothing."""
        Process.start(self)


# --- nginx ------------------------------------------------------------------------------------------

def _nginx(name, folder, core, locations, port):
    """One worker, nothing logged, connections kept on both sides for as long as they are wanted."""
    place = folder / name
    place.mkdir()
    temporary = "".join(f"{kind}_temp_path {place}/{kind};\n" for kind in
                        ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = "user root;\n" if os.geteuid() == 0 else ""
    (place / "nginx.conf").write_text(f"""{user}daemon off;
worker_processes 1;
pid {place}/pid;
error_log stderr warn;
events {{ worker_connections 1024; }}
http {{
access_log off;
{temporary}
sendfile on;
tcp_nopush on;
keepalive_requests 1000000000;
underscores_in_headers on;
{locations}
}}
""")
    return Server(name, [program("nginx"), "-e", "stderr", "-p", place, "-c", place / "nginx.conf"],
                  port, core)


def upstream(folder, large_file):
    """Answers small requests, echoes who it was told is asking, and has a large file."""
    port = free_port()
    return _nginx("upstream", folder, OTHER_CORE, f"""server {{
listen 127.0.0.1:{port} backlog=1024;
default_type text/plain;
location / {{ return 200 "{SMALL_BODY}"; }}
location = /whoami {{ return 200 "$http_x_xnat_oidc_email$http_oidc_claim_email\\n"; }}
location = /large {{ alias {large_file}; }}
}}""", port)


def nginx_proxy(folder, upstream_port, sink_port=None):
    """proxy_pass as it comes for small requests, streaming for large ones, which the sink takes."""
    port = free_port()

    def backend(name, number):
        return (f"upstream {name} {{ server 127.0.0.1:{number}; keepalive 64; "
                "keepalive_requests 1000000000; }\n")

    streaming = "proxy_buffering off; proxy_request_buffering off; client_max_body_size 0;"
    backends = backend("xnat", upstream_port) + (backend("sink", sink_port) if sink_port else "")
    upload = f"location /upload {{ {streaming} proxy_pass http://sink; }}" if sink_port else ""
    return _nginx("nginx", folder, SERVER_CORE, f"""{backends}server {{
listen 127.0.0.1:{port} backlog=1024;
proxy_http_version 1.1;
proxy_set_header Connection "";
{upload}
location /large {{ {streaming} proxy_pass http://xnat; }}
location / {{ proxy_pass http://xnat; }}
}}""", port)


# --- Apache -----------------------------------------------------------------------------------------

class Apache(Server):
    """Event MPM, mod_auth_openidc as the relying party, mod_proxy behind it."""

    MODULES = ("mpm_event", "authn_core", "authz_core", "authz_user", "auth_openidc", "proxy",
               "proxy_http")

    def __init__(self, folder, port, provider_url, client, upstream_port):
        place = folder / "apache"
        place.mkdir()
        place.chmod(0o755)
        modules = "".join(f"LoadModule {name}_module {APACHE_MODULES}/mod_{name}.so\n"
                          for name in self.MODULES)
        user = "User www-data\nGroup www-data\n" if os.geteuid() == 0 else ""
        (place / "apache.conf").write_text(f"""ServerRoot {place}
ServerName 127.0.0.1
DefaultRuntimeDir {place}
PidFile {place}/pid
ErrorLog /dev/stderr
LogLevel warn
Listen 127.0.0.1:{port}
{modules}{user}
ServerLimit 1
StartServers 1
ThreadLimit {APACHE_THREADS}
ThreadsPerChild {APACHE_THREADS}
MaxRequestWorkers {APACHE_THREADS}
MinSpareThreads 1
MaxSpareThreads {APACHE_THREADS}
MaxKeepAliveRequests 0
KeepAliveTimeout 60

OIDCProviderMetadataURL {provider_url}/.well-known/openid-configuration
OIDCClientID {client.id}
OIDCClientSecret {client.secret}
OIDCRedirectURI {self.redirect_uri(port)}
OIDCCryptoPassphrase measurements-only
OIDCScope "openid profile email"
OIDCPKCEMethod S256
ProxyPass /signed-in !
ProxyPass / http://127.0.0.1:{upstream_port}/
<Location />
AuthType openid-connect
Require valid-user
</Location>
""")
        super().__init__("apache", [program("apache2"), "-D", "FOREGROUND", "-f",
                                    place / "apache.conf"], port)

    @staticmethod
    def redirect_uri(port):
        return f"http://127.0.0.1:{port}/signed-in"


# --- programs of this folder ------------------------------------------------------------------------

def bare_handler(build):
    return Server("bare handler", [build / "tests" / "bench" / "bare_handler"])


def sink(build):
    return Server("sink", [build / "tests" / "bench" / "sink"], core=OTHER_CORE)
