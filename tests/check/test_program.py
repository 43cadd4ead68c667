"""The command line, the formats and the exit statuses (DESIGN 7)."""

import json
import os
import pty
import re
import subprocess

import pytest

from harness.process import ROOT
from harness.servers import fetch
from harness.setup import Setup

from .conftest import GOOD, NAME, SECRET, program

pytestmark = pytest.mark.standins

BAD = GOOD.replace("openid.aaf.clientId=", "openid.aaf.clientID=")
SINGLE = GOOD.replace("provider.id=openid\n", "provider.id=aaf\n").replace("enabled=aaf\n", "")
WARNED = GOOD + "openid.aaf.colour=blue\n"


def test_a_good_file_and_the_url_to_register(check):
    done = check.run(check.write(GOOD).name)
    assert done.returncode == 0
    assert done.stdout.decode() == (
        "no problems in 1 file\n"
        "To register with AAF (in its Federation Manager):\n"
        "  redirect URI (redirect_uris), also called callback URL, redirect URL, sign-in redirect URI:\n"
        "    https://xnat.example.edu.au/openid-login\n"
        "and, for the sidecar, where the provider takes them (a --path-prefix stands in place of /oidc):\n"
        "  post-logout redirect URI (post_logout_redirect_uris), also called allowed logout URL, "
        "sign-out redirect URI:\n"
        "    https://xnat.example.edu.au/oidc/signed-out\n"
        "  back-channel logout URI (backchannel_logout_uri), also called backchannel logout URL, "
        "single logout URL:\n"
        "    https://xnat.example.edu.au/oidc/backchannel-logout\n")


def registered(check, text, *arguments):
    """The names in registration requests, and the URLs."""
    output = check.run(*arguments, check.write(text).name).stdout.decode()
    return dict(re.findall(r"^  .* \((\w+)\), also called .*:\n    (\S+)$", output, re.MULTILINE))


ENCRYPTED = SINGLE + "openid.aaf.idTokenEncryptionAlgorithm=RSA-OAEP-256\n"


@pytest.mark.parametrize("text, target, names", [
    (SINGLE, "sidecar", ["redirect_uris", "post_logout_redirect_uris", "backchannel_logout_uri"]),
    (SINGLE, "plugin-1.6", ["redirect_uris"]),
    (ENCRYPTED, "sidecar",
     ["redirect_uris", "post_logout_redirect_uris", "backchannel_logout_uri", "jwks_uri"]),
    (ENCRYPTED, "plugin-1.6", ["redirect_uris"]),
])
def test_what_to_register(check, text, target, names):
    assert list(registered(check, text, "--target", target)) == names


def test_the_urls_to_register_are_the_sidecars(check, tmp_path):
    """Each is a page of its own, which XNAT never hears of. (A sign-in is for browsers.)"""
    key = tmp_path / "decryption.pem"
    subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
    setup = Setup(tmp_path, provider_keys={"idTokenEncryptionAlgorithm": "RSA-OAEP-256"},
                  options=["--decryption-key-file", key])
    setup.start()
    try:
        urls = registered(check, setup.config_file.read_text(), "--target", "sidecar")
        assert len(urls) == 4
        since = setup.xnat.mark()
        statuses = {name: fetch(url)[0] for name, url in urls.items()}
        assert setup.xnat.requests(since) == []
    finally:
        setup.stop()
    assert statuses == {"redirect_uris": 400, "post_logout_redirect_uris": 200,
                        "backchannel_logout_uri": 405, "jwks_uri": 200}


@pytest.mark.parametrize("more, words", [
    ("", "To register with AAF (in its Federation Manager):"),
    ("google", "To register with each provider (AAF: in its Federation Manager):"),
])
def test_with_whom_to_register(check, more, words):
    check.write(SINGLE)
    if more:
        check.write(SINGLE.replace("aaf", more), "second-provider.properties")
    assert f"\n{words}\n" in check.run("--target", "sidecar", ".").stdout.decode()


def test_a_bad_file(check):
    done = check.run(check.write(BAD).name)
    assert done.returncode == 1
    text = done.stdout.decode()
    assert f"{NAME}:12:1: error [OC303]\n" in text
    assert "\n    12 | openid.aaf.clientID=***\n       | ^\n" in text
    assert "\n    cure: write openid.aaf.clientId\n" in text
    assert text.endswith("\n1 error in 1 file\n")
    assert "o register" not in text


@pytest.mark.parametrize("strict, status", [(False, 0), (True, 1)])
def test_warnings_and_strict(check, strict, status):
    done = check.run(*(["--strict"] if strict else []), check.write(WARNED).name)
    assert done.returncode == status
    last = "1 warning in 1 file (--strict: warnings count as errors)" if strict \
        else "would start; 1 warning in 1 file"
    assert f"\n{last}\n" in done.stdout.decode()


def finding(check, text, code):
    """The one finding of a code, as JSON has it."""
    report = json.loads(check.run("--format", "json", check.write(text).name).stdout)
    (found,) = [each for each in report["findings"] if each["code"] == code]
    return found


@pytest.mark.parametrize("code, address, whose", [
    ("OC316", "https://central.test.aaf.edu.au/oidc/token", "federation"),
    ("OC317", "https://oauth2.googleapis.com/token", "provider"),
])
def test_whose_addresses_are_right_is_for_the_client_id_to_say(check, code, address, whose):
    hint = finding(check, GOOD.replace("https://central.aaf.edu.au/oidc/token", address), code)["hint"]
    assert hint == (f"take all addresses from the {whose} that gave you the client id; if that is AAF's production "
                    "federation, write openid.aaf.accessTokenUri=https://central.aaf.edu.au/oidc/token")


@pytest.mark.parametrize("value, codes", [
    ("CHANGE-ME", ["OC324", "OC324"]), (SECRET, ["OC326"])])
def test_one_value_for_both_credentials(check, value, codes):
    """A placeholder that stands twice is one that is still to be replaced, and no wrong copy."""
    text = GOOD.replace(SECRET, value).replace("5f0c2b7a-xnat-example", value)
    report = json.loads(check.run("--format", "json", check.write(text).name).stdout)
    assert [found["code"] for found in report["findings"]] == codes


@pytest.mark.parametrize("name, meant", [
    ("familyname", "family_name"), ("familyNames", "family_name"), ("preferredUsername", "preferred_username"),
    ("preferred_username1", "preferred_username"), ("Middle-Names", "middle_name"),
])
def test_a_claim_is_shown_as_it_is_misspelt(check, name, meant):
    found = finding(check, GOOD.replace("familyNameProperty=family_name", f"familyNameProperty={name}"), "OC322")
    assert f'"{name}" is not how' in found["message"] and found["hint"] == f"write {meant}"


@pytest.mark.parametrize("name", ["Hc9vTq2LmWz7/RkXb4N", "Hc9vTq2LmWz7RkXb4N/familyname"])
def test_what_is_no_claim_may_be_a_secret(check, name):
    found = finding(check, GOOD.replace("familyNameProperty=family_name", f"familyNameProperty={name}"), "OC322")
    assert name[:10] not in found["message"]


def test_an_unreadable_file(check):
    done = check.run("--format", "json", "missing.properties", check.write(GOOD).name)
    assert done.returncode == 2
    files = json.loads(done.stdout)
    assert {f["file"] for f in files} == {"missing.properties", NAME}


def test_a_missing_file_is_told_once(check):
    done = check.run("missing.properties")
    assert done.returncode == 2
    assert (done.stdout + done.stderr).count(b"missing.properties") == 1


@pytest.mark.parametrize("arguments, words", [
    ([], "name a provider file"),
    (["--fromat", "json", "x"], "did you mean --format?"),
    (["--format"], "needs a value"),
    (["--format", "xml", "x"], "text|json|sarif"),
    (["--target=plugin-2", "x"], "plugin-1.6"),
    (["--strict=yes", "x"], "takes no value"),
    (["-f", "x"], "two dashes"),
    (["-help", "x"], "two dashes"),
    (["--explain", "OC999"], "no rule or key OC999"),
    (["--explain", "openid.aaf.clientID"], "did you mean openid.aaf.clientId?"),
])
def test_a_wrong_command_line(check, arguments, words):
    done = check.run(*arguments)
    assert done.returncode == 2
    assert words in done.stderr.decode()
    assert done.stderr.endswith(b"See --help.\n") or arguments[0] == "--explain"
    assert done.stdout == b""


def test_json(check):
    report = check.report(BAD)
    finding = report["findings"][0]
    assert list(report) == ["file", "redirect_uri", "providers", "findings", "summary"]
    assert report["file"] == NAME
    assert report["redirect_uri"] == "https://xnat.example.edu.au/openid-login"
    assert report["providers"] == ["aaf"]
    assert report["summary"] == {"errors": 1, "warnings": 0, "infos": 0}
    assert list(finding) == ["code", "severity", "key", "line", "column", "message", "hint"]
    assert (finding["code"], finding["severity"], finding["key"]) == \
        ("OC303", "error", "openid.aaf.clientID")
    assert (finding["line"], finding["column"]) == (12, 1)
    assert finding["hint"] == "write openid.aaf.clientId"


def test_json_without_a_site(check):
    report = check.report(GOOD.replace("siteUrl=https://xnat.example.edu.au", "siteUrl="))
    assert report["redirect_uri"] is None


def test_json_of_several_files(check):
    check.write(GOOD)
    check.write(GOOD.replace("aaf", "google").replace("enabled=google\n", "enabled=google\n"),
                "second-provider.properties")
    done = check.run("--format=json", ".")
    files = json.loads(done.stdout)
    assert [f["file"] for f in files] == ["./openid-provider.properties",
                                          "./second-provider.properties"]
    assert [f["providers"] for f in files] == [["aaf"], ["google"]]
    assert any(f["code"] == "OC212" for f in files[1]["findings"])


def test_standard_input(check):
    done = check.run("--format", "json", "-", stdin=BAD.encode())
    report = json.loads(done.stdout)
    assert done.returncode == 1
    assert report["file"] == "-"
    assert report["findings"][0]["line"] == 12


def test_a_file_named_twice_is_read_once(check):
    name = check.write(GOOD).name
    done = check.run(name, name)
    assert done.returncode == 0
    assert "in 1 file" in done.stdout.decode()


def test_redirect_uri(check):
    done = check.run("--redirect-uri", check.write(GOOD).name)
    assert (done.returncode, done.stdout) == (0, b"https://xnat.example.edu.au/openid-login\n")
    bad = check.run("--redirect-uri",
                    check.write(GOOD.replace("=/openid-login", "=openid-login")).name)
    assert (bad.returncode, bad.stdout) == (1, b"")
    assert b"OC226" in bad.stderr


def test_effective(check):
    done = check.run("--effective", check.write(GOOD + "openid.aaf.pkceEnabled= true\n").name)
    lines = done.stdout.decode().splitlines()
    assert done.returncode == 0
    assert f"siteUrl = https://xnat.example.edu.au    # {NAME}:10" in lines
    assert f"openid.aaf.clientSecret = ***    # {NAME}:13" in lines
    assert f"openid.aaf.pkceEnabled = true    # {NAME}:25" in lines
    assert "openid.aaf.usernamePattern = [providerId]_[sub]    # default" in lines


def test_effective_shows_the_gates(check):
    """Each way in's own key, or the key for both; what is off is seen to be off."""
    text = GOOD.replace("provider.id=openid\n", "provider.id=aaf\n").replace("enabled=aaf\n", "")
    first = text.count("\n") + 1
    done = check.run("--effective", check.write(
        text + "openid.aaf.roleCheck.enabled=true\nopenid.aaf.roleCheck.rolePath=access.xnat\n"
        "openid.aaf.idToken.roleCheck.requiredRoles=a, b\n").name)
    lines = [line.split("    # ") for line in done.stdout.decode().splitlines()]
    gates = {line[0]: line[1] for line in lines if "Check." in line[0]}
    assert gates == {
        "openid.aaf.idToken.audCheck.enabled = false": "default",
        "openid.aaf.idToken.roleCheck.enabled = true": f"{NAME}:{first}",
        "openid.aaf.idToken.roleCheck.rolePath = access.xnat": f"{NAME}:{first + 1}",
        "openid.aaf.idToken.roleCheck.requiredRoles = a,b": f"{NAME}:{first + 2}",
        "openid.aaf.idToken.typCheck.enabled = false": "default"}


@pytest.mark.parametrize("shared", ["", "openid.aaf.audCheck.enabled=false\n"])
def test_effective_shows_what_api_clients_may(check, shared):
    """A key for both ways in does not switch API clients' audience check off, and is not named."""
    text = GOOD.replace("provider.id=openid\n", "provider.id=aaf\n").replace("enabled=aaf\n", "")
    first = text.count("\n") + 1
    done = check.run("--effective", check.write(
        text + "openid.aaf.bearer.enabled=true\nopenid.aaf.audCheck.acceptedAudiences=xnat\n"
        "openid.aaf.issuer=https://central.aaf.edu.au\n"
        "openid.aaf.jwksUri=https://central.aaf.edu.au/oidc/jwks\n" + shared).name)
    lines = [line.split("    # ") for line in done.stdout.decode().splitlines()]
    said = {line[0]: line[1] for line in lines if ".bearer." in line[0]}
    assert said == {
        "openid.aaf.bearer.enabled = true": f"{NAME}:{first}",
        "openid.aaf.bearer.forceUserCreate = true": f"{NAME}:{first - 6}",
        "openid.aaf.bearer.audCheck.enabled = true": "default",
        "openid.aaf.bearer.audCheck.acceptedAudiences = xnat": f"{NAME}:{first + 1}",
        "openid.aaf.bearer.roleCheck.enabled = false": "default",
        "openid.aaf.bearer.typCheck.enabled = false": "default"}


@pytest.mark.parametrize("line, value, origin", [
    ("", "true", "default, unless the provider's metadata rules it out"),
    ("openid.aaf.pkceEnabled=false\n", "false", f"{NAME}:25")])
def test_effective_shows_pkce(check, line, value, origin):
    done = check.run("--effective", check.write(GOOD + line).name)
    assert f"openid.aaf.pkceEnabled = {value}    # {origin}" in done.stdout.decode().splitlines()


@pytest.mark.parametrize("target", [(), ("--target", "plugin-1.0")])
def test_effective_of_a_file_that_only_the_plugin_minds(check, target):
    """Errors of the plugin's alone do not keep the sidecar from using a file."""
    text = GOOD.replace("openid.aaf.scopes=openid,profile,email\n", "")
    assert ("OC315", 0, "error") in [
        (code, 0, severity) for code, _, severity in check.codes(text, *target)]
    done = check.run("--effective", *target, check.write(text).name)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "openid.aaf.scopes = openid,profile,email    # default" in done.stdout.decode()


def test_effective_of_a_bad_file(check):
    done = check.run("--effective", check.write(BAD).name)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"OC303" in done.stderr
    assert b"--dump prints what stands in the file" in done.stderr


def test_dump(check):
    text = "b=1\na : \\u00e9\\ud83d\\ude00\\ud83d\nb=2\nopenid.aaf.clientSecret=" + SECRET + "\n"
    done = check.run("--dump", check.write(text).name)
    assert done.returncode == 0
    assert json.loads(done.stdout) == {"a": "\u00e9\U0001f600\ud83d", "b": "2",
                                       "openid.aaf.clientSecret": "***"}
    assert list(json.loads(done.stdout)) == ["a", "b", "openid.aaf.clientSecret"]
    assert done.stdout.isascii()


def test_dump_of_a_broken_file(check):
    done = check.run("--dump", check.write("a=1\nb=\\u12\n").name)
    assert done.returncode == 1
    assert b"2:3: malformed" in done.stderr


def test_explain(check):
    rule = check.run("--explain", "oc303").stdout.decode()
    assert rule.startswith("OC303: ")
    for part in ("Cure: ", "Severity at worst: sidecar error", "Wrong:\n", "Right:\n"):
        assert part in rule
    assert "Default: false; for .bearer: true\n" in check.run(
        "--explain", "audCheck.enabled").stdout.decode()
    for topic in ("openid.aaf.scopes", "openid.P.scopes", "scopes"):
        assert "Default: openid,profile,email" in check.run("--explain", topic).stdout.decode()


def test_lists(check):
    rules = json.loads(check.run("--list-rules", "--format", "json").stdout)
    keys = json.loads(check.run("--list-keys", "--format", "json").stdout)
    lines = check.run("--list-rules").stdout.decode().splitlines()
    assert [line.split()[0] for line in lines] == [rule["code"] for rule in rules]
    assert len(check.run("--list-keys").stdout.decode().splitlines()) == len(keys)
    assert all(rule["happens"] and rule["cure"] for rule in rules)
    assert {"openid.P.clientId", "siteUrl"} <= {key["key"] for key in keys}


@pytest.mark.parametrize("targets", [("sidecar",), ("sidecar", "auto", "plugin-1.3", "plugin-1.6")])
def test_examples_of_the_manual(check, targets):
    """oidc-properties(5) has a file for the sidecar alone, then one for the plugin, too."""
    manual = (ROOT / "props" / "oidc-properties.5.in").read_text(encoding="utf-8")
    section = manual.split(".Sh EXAMPLES\n")[1].split("\n.Sh ")[0]
    files = [part.split(".Ed\n")[0] for part in (section + "\n").split("-offset indent\n")[1:]]
    assert len(files) == 2
    for target in targets:
        assert check.codes(files[len(targets) > 1], "--target", target) == []


def test_what_is_required_is_explained(check):
    explained = check.run("--explain", "openid.P.issuer").stdout.decode()
    assert "\nRequired by the sidecar: unless userAuthUri is there\n" in explained
    keys = {key["key"]: key for key in json.loads(check.run("--list-keys", "--format", "json").stdout)}
    assert keys["siteUrl"]["required"] == "always"
    assert keys["name"]["required"] is None


def test_help_and_version(check):
    assert b"--target" in check.run("--help").stdout
    assert check.run("-h").stdout == check.run("--help").stdout
    assert b"\n  -h, --help\n" in check.run("-h").stdout
    assert check.run("--version").stdout.startswith(b"oidc-check ")


def test_an_answer_that_cannot_be_written(check):
    name = check.write(GOOD).name
    with open("/dev/full", "wb") as full:
        done = subprocess.run([program(), name], cwd=check.folder, stdout=full,
                              stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert b"cannot be written" in done.stderr


@pytest.mark.parametrize("environment, colour", [
    ({"TERM": "xterm"}, True),
    ({"TERM": "xterm", "NO_COLOR": "1"}, False),
    ({"TERM": "dumb"}, False),
    ({}, False),
])
def test_colour_and_width_on_a_terminal(check, environment, colour):
    main, side = pty.openpty()
    check.write(BAD)
    clean = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "TERM")}
    subprocess.run([program(), NAME], cwd=check.folder, stdout=side, env=clean | environment,
                   check=False)
    os.close(side)
    output = b""
    try:
        while piece := os.read(main, 4096):
            output += piece
    except OSError:
        pass  # the end of a terminal
    os.close(main)
    assert (b"\x1b[" in output) == colour
    plain = [line for line in output.decode().splitlines() if "\x1b" not in line]
    assert max(map(len, plain)) <= 80


def test_no_colour_in_a_pipe(check):
    assert b"\x1b" not in check.run(check.write(BAD).name, TERM="xterm").stdout


def test_a_terminal_cannot_be_steered(check):
    text = GOOD + "openid.aaf.\x1b]0;owned\x07=\x1b[31m\nname=\x1b[2J\n"
    output = check.run(check.write(text).name).stdout
    assert b"\x1b" not in output and b"\x07" not in output


def test_a_large_file_is_refused_at_once(check):
    path = check.folder / NAME
    with open(path, "wb") as file:
        for _ in range(100):
            file.write(b"# nothing\n" * 104858)
    done = check.run("--format", "json", NAME)
    assert done.returncode == 1
    assert [f["code"] for f in json.loads(done.stdout)["findings"]] == ["OC002"]


@pytest.mark.parametrize("name", [b"\xff\xfe-provider.properties", "\u202e-provider.properties".encode(),
                                  b"a\nb-provider.properties", "\u00e9-provider.properties".encode()])
def test_a_strange_name(check, name):
    """Whatever the file is called, programs can read the answer and no line is forged."""
    path = os.path.join(os.fsencode(check.folder), name)
    with open(path, "wb") as file:
        file.write(BAD.encode())
    for form in ("json", "sarif"):
        done = subprocess.run([program(), "--format", form, path], capture_output=True, check=False)
        assert done.returncode == 1
        json.loads(done.stdout)
    done = subprocess.run([program(), path], capture_output=True, check=False)
    text = done.stdout.decode()
    assert "\u202e" not in text and "a\nb" not in text
    assert ("\u00e9" in text) == (name == "\u00e9-provider.properties".encode())


def test_what_is_missing_has_no_line(check):
    """It is told beside its provider; the line that stands there is not to blame."""
    text = check.run(check.write(GOOD.replace("openid.aaf.emailProperty=email\n", "")).name)
    blocks = text.stdout.decode().split("\n\n")
    block, = [block for block in blocks if "emailProperty" in block]
    assert " | " not in block and "cure: write openid.aaf.emailProperty=email" in block
