"""Bad configuration stops the start: file, line, column, cause and cure, exit 1."""

import http.server
import json
import re
import socket
import subprocess
import threading

import pytest

from harness import properties
from harness.hostile import HostileProvider
from harness.process import Process, clean_environment
from harness.servers import Sidecar, sidecar_program
from harness.tls import self_signed

SITE = "http://127.0.0.1:8081"


def text(provider=None, **site_keys):
    block = properties.ProviderBlock("http://127.0.0.1:9", keys=provider or {})
    return properties.site(SITE, [block], **site_keys)


def line_of(config, beginning):
    return next(number for number, line in enumerate(config.splitlines(), 1)
                if line.startswith(beginning))


def run(folder, config, options=(), name="openid-provider.properties", listen=None):
    file = folder / name
    file.write_bytes(config if isinstance(config, bytes) else config.encode("latin-1"))
    process = Sidecar([file], "http://127.0.0.1:9", options)
    if listen:
        process.argv[process.argv.index("--listen") + 1] = listen
    Process.start(process)
    status = process.wait_exit()
    return status, "\n".join(process.stderr + process.stdout), file, process


# What is wrong with the file: how to make it so, the line it is on (its beginning), and words that the
# message must have: the cause, and what to do.
BAD = {
    "malformed escape": (lambda: text(provider={"link": "<p>\\u00zz</p>"}), "openid.aaf.link",
                         ["\\u"]),
    "escape cut short": (lambda: text() + "openid.aaf.x=\\u12", "openid.aaf.x", ["\\u"]),
    "no provider enabled": (lambda: text(enabled=""), "enabled", ["enabled"]),
    "enabled provider without a block": (lambda: text(enabled="aaf,google"), "enabled",
                                         ["google"]),
    "empty clientId": (lambda: text({"clientId": ""}), "openid.aaf.clientId", ["clientId"]),
    "misspelt clientId": (lambda: text({"clientId": None, "clientID": "x"}), "openid.aaf.clientID",
                          ["clientId"]),
    "empty clientSecret": (lambda: text({"clientSecret": ""}), "openid.aaf.clientSecret",
                           ["clientSecret"]),
    "relative endpoint": (lambda: text({"userAuthUri": "/oidc/authorize"}),
                          "openid.aaf.userAuthUri", ["userAuthUri", "https"]),
    "http endpoint": (lambda: text({"accessTokenUri": "http://idp.example.com/token"}),
                      "openid.aaf.accessTokenUri", ["https"]),
    "http user-info": (lambda: text({"userInfoUri": "http://idp.example.com/userinfo"}),
                       "openid.aaf.userInfoUri", ["https"]),
    "http keys": (lambda: text({"jwksUri": "http://idp.example.com/jwks"}),
                  "openid.aaf.jwksUri", ["https"]),
    "ftp endpoint": (lambda: text({"accessTokenUri": "ftp://127.0.0.1/token"}),
                     "openid.aaf.accessTokenUri", ["https"]),
    "host that only begins like loopback": (
        lambda: text({"accessTokenUri": "http://127.0.0.1.evil.example/token"}),
        "openid.aaf.accessTokenUri", ["https"]),
    "redirect path without slash": (lambda: text(preEstablishedRedirUri="openid-login"),
                                    "preEstablishedRedirUri", ["/"]),
    "site without scheme": (lambda: text(siteUrl="xnat.example.com"), "siteUrl", ["siteUrl"]),
    "site with a path": (lambda: text(siteUrl="https://xnat.example.com/xnat"), "siteUrl",
                         ["siteUrl"]),
    "empty domain list with the filter on": (
        lambda: text({"shouldFilterEmailDomains": "true", "allowedEmailDomains": ""}),
        "openid.aaf.allowedEmailDomains", ["allowedEmailDomains"]),
    "blank domain list with the filter on": (
        lambda: text({"shouldFilterEmailDomains": "true", "allowedEmailDomains": " , ,\t"}),
        "openid.aaf.allowedEmailDomains", ["allowedEmailDomains"]),
    "no domain among the domains with the filter on": (
        lambda: text({"shouldFilterEmailDomains": "true", "allowedEmailDomains": "@example.com"}),
        "openid.aaf.allowedEmailDomains", ["@example.com", "everybody is turned away"]),
    # What is missing has no line: it is told where it is asked for.
    "no domain list with the filter on": (
        lambda: text({"shouldFilterEmailDomains": "true"}),
        "openid.aaf.shouldFilterEmailDomains", ["allowedEmailDomains"]),
}


def assert_says(output, file, line, words):
    """Somewhere it names the file and the line together with a column, and has the words."""
    lines = output.splitlines()
    places = [said + " " + " ".join(lines[number + 1:number + 3])  # message and cure may be below it
              for number, said in enumerate(lines)
              if file.name in said and (f'"line":{line},' in said.replace(" ", "")
                                        or f":{line}:" in said)]
    assert places, f"no message about line {line} of {file.name}:\n{output}"
    assert any("column" in said or f":{line}:" in said for said in places)
    for word in words:
        assert any(word in said or json.dumps(word)[1:-1] in said for said in places), \
            f"{word!r} is not in {places}"


@pytest.mark.parametrize("name", BAD)
def test_bad_file(tmp_path, name):
    make, beginning, words = BAD[name]
    config = make()
    status, output, file, process = run(tmp_path, config)
    assert status == 1
    assert_says(output, file, line_of(config, beginning), words)
    assert "canary-client-secret" not in output
    assert has_hint(process)


def has_hint(process):
    """Whether an error came with what to do."""
    events = [json.loads(line) for line in process.stderr]
    return any(event.get("hint") for event in events if event["level"] == "error")


@pytest.mark.parametrize("name", BAD)
def test_check_config_says_the_same(tmp_path, name):
    make, beginning, words = BAD[name]
    config = make()
    status, output, file, _ = run(tmp_path, config, ["--check-config"])
    assert status == 1
    assert_says(output, file, line_of(config, beginning), words)
    assert ": error [OC" in output and "    cure: " in output
    assert re.search(r"^\d errors?: the sidecar would not start\.", output, re.MULTILINE)


def test_check_config_of_a_good_file(tmp_path):
    """Reads everything, asks nobody, exits 0."""
    status, output, _, _ = run(tmp_path, text(), ["--check-config"])
    assert status == 0, output


# Paths that the sidecar's own pages, or XNAT's, take, and what they clash with.
TAKEN = {
    "/oidc/auth": "/oidc/auth", "/oidc/auth/callback": "/oidc/auth",
    "/oidc/auth-redirect": "/oidc/auth-redirect", "/oidc/auth-redirect/x": "/oidc/auth-redirect",
    "/oidc/sign-in": "/oidc/sign-in", "/oidc/sign-out": "/oidc/sign-out",
    "/oidc/signed-out": "/oidc/signed-out", "/oidc/backchannel-logout": "/oidc/backchannel-logout",
    "/oidc/session": "/oidc/session", "/oidc/jwks.json": "/oidc/jwks.json",
    "/oidc/style.css": "/oidc/style.css", "/oidc/logo": "/oidc/logo",
    "/app/template/Login.vm": "/app/template/Login.vm",
    "/app/action/LogoutUser": "/app/action/LogoutUser",
}


@pytest.mark.parametrize("options", [[], ["--check-config"]])
@pytest.mark.parametrize("path", TAKEN)
def test_a_return_path_that_is_taken(tmp_path, path, options):
    """Nobody could come back from the provider."""
    status, output, _, _ = run(tmp_path, text(preEstablishedRedirUri=path), options)
    assert status == 1
    assert "preEstablishedRedirUri" in output and "such as /openid-login" in output
    assert f"{path} is taken: {TAKEN[path]} is" in output


@pytest.mark.parametrize("path, options", [
    ("/oidc/callback", []), ("/oidc/authorised", []), ("/oidc/sign-in/done", []), ("/oidc", []),
    ("/oidc/auth/callback", ["--path-prefix", "/own"]), ("/app/action/LogoutUser/x", []),
    ("/app/template/Login.vm", ["--login-page", "/login"])])
def test_a_return_path_that_is_free(tmp_path, path, options):
    status, output, _, _ = run(tmp_path, text(preEstablishedRedirUri=path), ["--check-config", *options])
    assert status == 0, output


@pytest.mark.parametrize("upstream, told", [
    ("https://xnat.example.com", 1), ("https://XNAT.example.com:443/", 1), ("http://xnat.example.com", 0),
    ("https://xnat.example.com:8443", 0), ("http://127.0.0.1:8080", 0)])
def test_an_upstream_that_is_the_site(tmp_path, upstream, told):
    """Where the name leads to the front end, requests go round in circles."""
    file = tmp_path / "openid-provider.properties"
    file.write_text(text(siteUrl="https://xnat.example.com"))
    process = Sidecar([file], upstream, ["--check-config"])
    Process.start(process)
    assert process.wait_exit() == 0
    said = "\n".join(process.stderr)
    assert said.count("--upstream: warning: it is the site's own address") == told, said


@pytest.mark.parametrize("handoff, told", [([], 1), (["--handoff", "headers"], 1), (["--handoff", "xnat-token"], 0)])
def test_check_config_tells_of_the_filter(tmp_path, handoff, told):
    """On standard error, and as no warning: the default takes something in XNAT that cannot be tried from here."""
    if not told:
        (tmp_path / "xnat-admin").write_text("service:password")
        (tmp_path / "xnat-admin").chmod(0o600)
        handoff = [*handoff, "--xnat-admin-file", tmp_path / "xnat-admin"]
    key = tmp_path / "session.key"
    key.write_text("A" * 43 + "=\n")
    for each in (key, tmp_path / "openid-provider.properties"):
        each.touch()
        each.chmod(0o600)
    status, output, _, process = run(tmp_path, text(), ["--check-config", "--session-key-file", key, *handoff])
    assert status == 0, output
    (verdict,) = process.stdout
    assert (verdict == "The configuration is fine.") == bool(told), output
    lines = [line for line in process.stderr if "filter" in line]
    assert len(lines) == told, output
    assert all(line.startswith("--handoff headers: info: ") and "--handoff xnat-token" in line for line in lines)


@pytest.mark.parametrize("off, handoff, mode, told", [
    ("true", "xnat-token", "login", 1), ("false", "xnat-token", "login", 0),
    ("true", "headers", "login", 0), ("true", "xnat-token", "deny", 1),
    ("false", "xnat-token", "deny", 1), ("false", "headers", "deny", 0)])
def test_administrators_without_a_way_in(tmp_path, off, handoff, mode, told):
    """A remark: it may be as it was meant."""
    options = ["--handoff", handoff, "--unauthenticated", mode]
    if handoff == "xnat-token":
        (tmp_path / "xnat-admin").write_text("service:password")
        (tmp_path / "xnat-admin").chmod(0o600)
        options += ["--xnat-admin-file", tmp_path / "xnat-admin"]
    config = text(disableUsernamePasswordLogin=off)
    _, output, _, process = run(tmp_path, config, ["--check-config", *options])
    lines = [line for line in process.stderr if "site administrators cannot sign in" in line]
    assert len(lines) == told, output
    assert all(line.startswith("--handoff xnat-token: info: ") for line in lines)
    assert output.count("cure: let them sign in at XNAT's own port") == told
    _, _, _, process = run(tmp_path, config, options, listen=f"unix:{tmp_path}/none/s")
    events = [event for event in map(json.loads, process.stderr) if event["event"] == "administrators_shut_out"]
    assert len(events) == told and all(event["hint"] and event["level"] == "info" for event in events)


@pytest.mark.parametrize("socket, trusted, words", [
    (True, [], "add --trusted-proxy unix"), (True, ["127.0.0.1"], "add --trusted-proxy unix"),
    (True, ["127.0.0.1", "unix"], None), (False, ["127.0.0.1"], None), (False, [], None),
    (False, ["unix"], "name the front end's address")])
def test_a_front_end_is_where_the_sidecar_listens(tmp_path, socket, trusted, words):
    listen = f"unix:{tmp_path}/s" if socket else None
    options = ["--check-config", *(word for each in trusted for word in ("--trusted-proxy", each))]
    status, output, _, _ = run(tmp_path, text(), options, listen=listen)
    assert status == 0 and (words is None) == ("--trusted-proxy" not in output), output
    assert words is None or f"    cure: {words}" in output


@pytest.mark.parametrize("file_mode, key_mode, warnings", [
    (0o600, 0o600, 0), (0o644, 0o600, 1), (0o600, 0o644, 1), (0o644, 0o644, 2), (0o600, None, 1)])
def test_check_config_counts_warnings(tmp_path, file_mode, key_mode, warnings):
    """In words alone, whatever they are about."""
    options = ["--check-config"]
    if key_mode is not None:
        key = tmp_path / "session.key"
        key.write_text("A" * 43 + "=\n")
        key.chmod(key_mode)
        options += ["--session-key-file", key]
    file = tmp_path / "openid-provider.properties"
    file.touch()
    file.chmod(file_mode)
    status, _, _, process = run(tmp_path, text(), options)
    assert status == 0
    assert process.stdout == ["The configuration is fine." if warnings == 0 else
                              f"The sidecar would start; {warnings} "
                              f"warning{'s' if warnings > 1 else ''}."]
    told = [line for line in process.stderr if re.search(r": warning(:| \[)", line)]
    assert len(told) == warnings
    assert not [line for line in process.stderr if line.startswith("{")]


def test_check_config_of_a_missing_file(tmp_path):
    """It is told once."""
    process = Sidecar([tmp_path / "missing"], "http://127.0.0.1:9", ["--check-config"])
    Process.start(process)
    assert process.wait_exit() == 1
    output = "\n".join(process.stderr + process.stdout)
    assert output.count("no such file") == 1
    assert output.endswith("1 error: the sidecar would not start. oidc-check shows the lines.")


def test_all_mistakes_are_said_at_once(tmp_path):
    config = text({"clientId": "", "accessTokenUri": "http://idp.example.com/token"},
                  preEstablishedRedirUri="login")
    _, output, file, _ = run(tmp_path, config)
    for beginning, word in (("openid.aaf.clientId", "clientId"),
                            ("openid.aaf.accessTokenUri", "https"),
                            ("preEstablishedRedirUri", "/")):
        assert_says(output, file, line_of(config, beginning), [word])


def test_http_to_loopback_is_fine(tmp_path):
    for host in ("127.0.0.1", "localhost", "[::1]"):
        status, output, _, _ = run(tmp_path, text({"accessTokenUri": f"http://{host}:9/token"}),
                                   ["--check-config"])
        assert status == 0, output


@pytest.mark.parametrize("make, words", [
    (lambda folder: folder / "missing", ["missing"]),
    (lambda folder: write(folder, ""), ["key"]),
    (lambda folder: write(folder, "too short\n"), ["key"]),
    (lambda folder: write(folder, "AAAA\n"), ["key"]),
    (lambda folder: folder, ["key"]),
])
@pytest.mark.parametrize("option", ["--session-key-file", "--assertion-key-file",
                                    "--decryption-key-file"])
def test_unusable_key_file(tmp_path, make, words, option):
    path = make(tmp_path)
    status, output, _, _ = run(tmp_path, text(), [option, path])
    assert status == 1
    assert str(path) in output
    for word in words:
        assert word in output


def write(folder, content):
    file = folder / "some.key"
    file.write_text(content)
    file.chmod(0o600)
    return file


@pytest.mark.parametrize("option", ["--session-key-file", "--assertion-key-file",
                                    "--decryption-key-file"])
def test_key_file_that_is_not_there(tmp_path, option):
    status, output, _, _ = run(tmp_path, text(), ["--check-config", option, tmp_path / "no.key"])
    assert status == 1
    assert f"{option}: No such file" in output
    assert "cure: write one with: (umask 077 && openssl " in output


@pytest.mark.parametrize("option, command", [
    ("--session-key-file", "openssl rand -base64 32"),
    ("--assertion-key-file", "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256"),
    ("--decryption-key-file", "openssl genrsa 3072")])
def test_how_a_key_file_is_filled(tmp_path, option, command):
    """The command that is named makes a file that is taken; what may hold a key is not lightly written over."""
    for content, cure in (("", "write a key with: "), (" \r\n\t\n", "write a key with: "),
                          ("AAAA\n", "name the right file; or, where nothing in this one is still needed, "
                                     "write it anew with: ")):
        file = write(tmp_path, content)
        status, output, _, _ = run(tmp_path, text(), ["--check-config", option, file])
        line = f"(umask 077 && {command} > {file})"
        assert status == 1 and f"cure: {cure}{line}\n" in f"{output}\n"
        subprocess.run(["sh", "-c", line], check=True, stderr=subprocess.DEVNULL)
        assert run(tmp_path, text(), ["--check-config", option, file])[0] == 0


@pytest.mark.parametrize("option, make", [
    ("--decryption-key-file", "openssl genrsa -aes256 -passout pass:x 2048"),
    ("--decryption-key-file", "openssl genrsa -aes256 -passout pass:x -traditional 2048"),
    ("--assertion-key-file",
     "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -aes256 -pass pass:x")])
def test_a_key_under_a_passphrase(tmp_path, option, make):
    """The cure keeps the key, whose public half others may have."""
    file = tmp_path / "old.pem"
    file.write_bytes(subprocess.run(make.split(), check=True, capture_output=True).stdout)
    status, output, _, _ = run(tmp_path, text(), ["--check-config", option, file])
    line = f"openssl pkey -in {file} -out new.pem"
    assert status == 1 and f"cure: write the same key without its passphrase: {line};" in output
    subprocess.run([*line.split(), "-passin", "pass:x"], check=True, cwd=tmp_path)
    assert run(tmp_path, text(), ["--check-config", option, tmp_path / "new.pem"])[0] == 0


@pytest.mark.parametrize("content", ["", "AAAA\n"])
def test_authorities_that_are_none(tmp_path, content):
    file = write(tmp_path, content)
    status, output, _, _ = run(tmp_path, text(), ["--check-config", "--ca-file", file])
    assert status == 1 and "cure: name a file of certificates in PEM, or leave --ca-file out" in output


@pytest.mark.parametrize("mode, told", [(0o644, True), (0o640, False), (0o600, False)])
def test_key_file_that_everybody_can_read(tmp_path, mode, told):
    file = tmp_path / "session.key"
    file.write_text("A" * 43 + "=\n")
    file.chmod(mode)
    status, output, _, _ = run(tmp_path, text(), ["--check-config", "--session-key-file", file])
    assert status == 0
    assert ("everybody on this machine can read the key" in output) == told


def test_assertion_key_of_another_kind(tmp_path):
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    key = ec.generate_private_key(ec.SECP384R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption())
    file = tmp_path / "p384.pem"
    file.write_bytes(key)
    status, output, _, _ = run(tmp_path, text(), ["--assertion-key-file", file])
    assert status == 1 and "p384.pem" in output and "P-256" in output


def test_missing_file(tmp_path):
    process = Sidecar([tmp_path / "nowhere.properties"], "http://127.0.0.1:9")
    Process.start(process)
    assert process.wait_exit() == 1
    assert "nowhere.properties" in process.evidence()


def test_folder_without_files_that_xnat_loads(tmp_path):
    (tmp_path / "openid-provider-aaf.properties").write_text(text())
    process = Sidecar([tmp_path], "http://127.0.0.1:9")
    Process.start(process)
    assert process.wait_exit() == 1
    assert "-provider.properties" in "\n".join(process.stderr)


def test_same_provider_in_two_files(tmp_path):
    for name in ("a-provider.properties", "b-provider.properties"):
        (tmp_path / name).write_text(text())
    process = Sidecar([tmp_path], "http://127.0.0.1:9")
    Process.start(process)
    assert process.wait_exit() == 1
    output = "\n".join(process.stderr)
    assert "b-provider.properties" in output and "aaf" in output


@pytest.mark.parametrize("option", ["--listen", "--admin-listen"])
def test_port_in_use(tmp_path, option):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        file = tmp_path / "openid-provider.properties"
        file.write_text(text())
        process = Sidecar([file], "http://127.0.0.1:9")
        process.argv[process.argv.index(option) + 1] = address
        Process.start(process)
        assert process.wait_exit() == 1
    output = "\n".join(process.stderr)
    assert address in output and option in output and "use" in output


@pytest.mark.parametrize("make, words", [
    (lambda folder: folder / "none" / "s", ["{folder}/none must be a folder", "write"]),
    (lambda folder: write(folder, "") / "s", ["{folder}/some.key must be a folder"]),
    (lambda folder: write(folder, ""), ["there is a file of this name", "name another path"]),
])
def test_a_socket_that_cannot_be_made(tmp_path, make, words):
    status, output, _, _ = run(tmp_path, text(), listen=f"unix:{make(tmp_path)}")
    assert status == 1
    for word in words:
        assert word.format(folder=tmp_path) in output


def test_a_socket_at_which_somebody_answers(tmp_path):
    with socket.socket(socket.AF_UNIX) as taken:
        taken.bind(f"{tmp_path}/s")
        taken.listen()
        status, output, _, _ = run(tmp_path, text(), listen=f"unix:{tmp_path}/s")
    assert status == 1 and "another process listens there: stop it, or name another path" in output


@pytest.mark.parametrize("options, words", [
    (["--handoff", "xnat-token"], ["--handoff", "xnat-token", "--xnat-admin-file"]),
    (["--handoff", "xnat-token", "--xnat-admin-file", "/nonexistent"],
     ["/nonexistent", "--xnat-admin-file", "user:password"]),
    (["--redis", "rediss://127.0.0.1"], ["--redis"]),
    (["--xnat-admin-file", "x"], ["--xnat-admin-file", "--handoff xnat-token"]),
    (["--session-ttl", "soon"], ["--session-ttl", "soon"]),
    (["--session-ttl", "-1s"], ["--session-ttl"]),
    (["--session-ttl", "1m", "--session-idle", "2m"], ["--session-idle"]),
    (["--unauthenticated", "maybe"], ["--unauthenticated", "maybe", "deny"]),
    (["--trusted-proxy", "300.1.1.1/8"], ["--trusted-proxy"]),
    (["--trusted-proxy", "10.0.0.0/33"], ["--trusted-proxy"]),
    (["--path-prefix", "oidc"], ["--path-prefix"]),
    (["--header-prefix", "X XNAT"], ["--header-prefix"]),
    (["--ca-file", "/nonexistent.pem"], ["/nonexistent.pem"]),
    (["--no-such-option"], ["--no-such-option"]),
    (["--sesion-ttl", "1h"], ["--sesion-ttl", "--session-ttl"]),
    (["stray"], ["stray"]),
])
def test_bad_option(tmp_path, options, words):
    status, output, _, _ = run(tmp_path, text(), options)
    assert status == 1
    for word in words:
        assert word in output, output


def test_bad_upstream(tmp_path):
    file = tmp_path / "openid-provider.properties"
    file.write_text(text())
    for upstream in ("127.0.0.1:8080", "ftp://127.0.0.1", "http://", "http://u:p@127.0.0.1"):
        process = Sidecar([file], upstream)
        Process.start(process)
        assert process.wait_exit() == 1
        assert "--upstream" in "\n".join(process.stderr), upstream


def test_environment_and_command_line(tmp_path):
    """Options come from the environment too; the command line wins; a misspelt one is noticed."""
    file = tmp_path / "openid-provider.properties"
    file.write_text(text())
    argv = [sidecar_program(), "--check-config"]

    def check(*more, **variables):
        process = Process("check", [*argv, *more], clean_environment(**variables))
        process.start()
        return process.wait_exit(), "\n".join(process.stderr + process.stdout)
    good = {"OIDC_SIDECAR_CONFIG": str(file), "OIDC_SIDECAR_UPSTREAM": "http://127.0.0.1:9"}
    assert check(**good)[0] == 0
    assert check(**good, OIDC_SIDECAR_UNAUTHENTICATED="maybe")[0] == 1
    assert check("--unauthenticated", "deny", **good, OIDC_SIDECAR_UNAUTHENTICATED="maybe")[0] == 0
    status, output = check(**good, OIDC_SIDECAR_UNAUTENTICATED="deny")
    assert "OIDC_SIDECAR_UNAUTHENTICATED" in output


WRONG_VARIABLES = {"OIDC_SIDECAR_REDIS_URL": "OIDC_SIDECAR_REDIS",
                   "OIDC_SIDECAR_SESSION_KEY": "OIDC_SIDECAR_SESSION_KEY_FILE",
                   "OIDC_SIDECAR_COLOUR": None}


def start_with(folder, *options, **variables):
    file = folder / "openid-provider.properties"
    file.write_text(text())
    file.chmod(0o600)
    key = write(folder, "A" * 43 + "=\n")
    process = Process("sidecar", [sidecar_program(), "--config", file, "--session-key-file", key, *options],
                      clean_environment(**variables))
    process.start()
    return process


@pytest.mark.parametrize("variable, meant", WRONG_VARIABLES.items())
def test_a_variable_of_no_option(tmp_path, variable, meant):
    """Whoever checks is told, and whoever starts."""
    service = {"OIDC_SIDECAR_SERVICE_HOST": "10.0.0.1", "OIDC_SIDECAR_PORT": "tcp://10.0.0.1:8081"}
    process = start_with(tmp_path, "--check-config", **{variable: "canary-value"}, **service)
    assert process.wait_exit() == 0
    assert process.stdout == ["The sidecar would start; 1 warning."]
    said = "\n".join(process.stderr)
    assert f"{variable}: warning: " in said and (f"did you mean {meant}?" in said) == bool(meant)
    assert "canary-value" not in said and said.count("OIDC_SIDECAR_") == (2 if meant else 1)
    process = start_with(tmp_path, "--listen", f"unix:{tmp_path}/none/s", **{variable: "canary-value"}, **service)
    assert process.wait_exit() == 1
    (event,) = [event for event in map(json.loads, process.stderr) if event["event"] == "variable_unknown"]
    assert event["level"] == "warning" and event["variable"] == variable
    assert (f"did you mean {meant}?" in event["hint"]) == bool(meant)


def test_help_and_version():
    for option, word in (("--help", "--session-key-file"), ("--version", "0.")):
        process = Process("help", [sidecar_program(), option], clean_environment())
        process.start()
        assert process.wait_exit() == 0
        assert word in "\n".join(process.stdout)


def test_issuer_that_cannot_be_learnt(tmp_path):
    """A server that has no discovery document: the start fails, and names the key to add."""
    stranger = HostileProvider()
    try:
        config = text({"userAuthUri": f"{stranger.url}/some/where",
                       "accessTokenUri": f"{stranger.url}/some/token"})
        status, output, _, process = run(tmp_path, config)
    finally:
        stranger.stop()
    assert status == 1 and "openid.aaf.issuer" in output
    (event,) = process.events("stopping")
    assert event.get("signal") is None and "errors above" in event["detail"], "nobody told it to"


class Maintenance(http.server.BaseHTTPRequestHandler):
    """Whatever is asked, the answer is of that status."""

    def do_GET(self):
        self.send_response(self.server.status)
        self.send_header("Location", "/maintenance")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.mark.parametrize("status", [302, 403, 503])
def test_a_guess_that_cannot_be_tried_yet(tmp_path, status):
    """The sidecar waits, and says what to write if it stays. Later, what is wrong for good ends nothing either."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Maintenance)
    server.status = status
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    file = tmp_path / "openid-provider.properties"
    file.write_text(text({"userAuthUri": f"{url}/some/where", "accessTokenUri": f"{url}/some/token"}))
    sidecar = Sidecar([file], "http://127.0.0.1:9")
    try:
        sidecar.start(ready=False)
        line = sidecar.wait_event("provider_failed")
        assert line["reason"] == ("answer_redirect" if status == 302 else "answer_status")
        assert "guessed" in line["hint"] and line["hint"].endswith("openid.aaf.issuer="), line
        assert not sidecar.events("issuer_unknown")
        server.status = 404
        sidecar.wait_event("issuer_unknown", 20)
        assert sidecar.readiness()[0] == 503
    finally:
        server.shutdown()
        server.server_close()
        assert sidecar.stop() == 0


def test_an_authority_of_ones_own_is_to_be_named(tmp_path):
    """The commonest cause of provider_tls, and the option that mends it."""
    certificate, key, _ = self_signed(tmp_path, "localhost")
    provider = HostileProvider(tls=("localhost", certificate, key))
    file = tmp_path / "openid-provider.properties"
    file.write_text(text({"issuer": f"{provider.url}/op"}))
    sidecar = Sidecar([file], "http://127.0.0.1:9")
    try:
        sidecar.start(ready=False)
        line = sidecar.wait_event("provider_failed")
        assert line["reason"] == "provider_tls" and "--ca-file" in line["hint"], line
    finally:
        provider.stop()
        assert sidecar.stop() == 0
