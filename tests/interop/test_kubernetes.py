"""Manifests of examples/: Kubernetes would take them, and what is in them runs.

kubectl and helm are the real ones, a cluster is not: harness/kubernetes.py holds each manifest against Kubernetes' own
schemas. What the front ends among them do is in test_front_ends.py.
"""

import http.client
import json
import os
import re
import shutil
import subprocess
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from harness import properties
from harness.browser import Browser
from harness.guide import walk
from harness.kubernetes import KUBECTL, Cluster, documents, faults, helm_folder
from harness.process import ROOT, Process, clean_environment, free_port
from harness.servers import sidecar_program
from harness.setup import Setup
from harness.tls import self_signed
from harness.wait import wait_until
from harness.wire import exchange, request_bytes
from interop import istio
from interop.fronts import EXAMPLES, NAME, SITE

PROVIDER = "openid-provider.properties"
MANIFESTS = sorted(str(path.relative_to(EXAMPLES)) for path in EXAMPLES.rglob("*.yaml")
                   if "apiVersion:" in path.read_text() and "{{" not in path.read_text()
                   and path.name not in ("Chart.yaml", "kustomization.yaml"))
CHART = Path(__file__).parent / "ais-chart"


@pytest.fixture
def cluster(tmp_path):
    made = Cluster(tmp_path)
    yield made
    made.stop()


def manifests(name):
    return documents((EXAMPLES / name).read_text())


def of_kind(name, kind):
    (found,) = [each for each in manifests(name) if each["kind"] == kind]
    return found


def shell(command, folder, **variables):
    done = subprocess.run(["sh", "-euc", command], cwd=folder, capture_output=True, text=True, timeout=60,
                          check=False, env=clean_environment(**{"PATH": os.environ["PATH"], **variables}))
    assert done.returncode == 0, done.stdout + done.stderr
    return done


# --- what a cluster takes ---------------------------------------------------------------------------

@pytest.mark.parametrize("name", MANIFESTS)
def test_a_cluster_takes_it(name):
    assert manifests(name)
    assert [fault for each in manifests(name) for fault in faults(each)] == []


MISSPELT = [("kubernetes/xnat-with-sidecar.yaml", "readinessProbe:", "readynessProbe:"),
            ("kubernetes/xnat-with-sidecar.yaml", "targetPort:", "target:"),
            ("kubernetes/xnat-with-sidecar.yaml", "podSelector:", "selector:"),
            ("ingress-nginx/reverse-proxy.yaml", "pathType:", "type:"),
            ("ingress-nginx/forward-auth.yaml", "namespaceSelector:", "namespace:"),
            ("istio/reverse-proxy.yaml", "credentialName:", "secretName:"),
            ("istio/ext-authz.yaml", "notPrincipals:", "notPrincipal:"),
            ("istio/ext-authz.yaml", "action: CUSTOM", "action: Custom")]


@pytest.mark.parametrize("name, before, after", MISSPELT)
def test_a_cluster_does_not_take_what_is_misspelt(name, before, after):
    text = (EXAMPLES / name).read_text()
    assert before in text
    assert [fault for each in documents(text.replace(before, after)) for fault in faults(each)]


# --- the pod ------------------------------------------------------------------------------------------

POD = "kubernetes/xnat-with-sidecar.yaml"
SERVES = {"livenessProbe": 200, "readinessProbe": 200, "XNAT": 401}
SIGNED_IN = {**SERVES, "person": "aaf"}


def the_sidecar(pod):
    (container,) = [each for each in pod["containers"] if each["name"] == "oidc-sidecar"]
    return container


def mounted(folder, pod, container, files):
    """The container's Secrets, as the kubelet mounts them; its arguments with these places."""
    secrets = {each["name"]: each["secret"] for each in pod["volumes"] if "secret" in each}
    places = {}
    for each in container["volumeMounts"]:
        secret, place = secrets[each["name"]], folder / each["mountPath"].strip("/")
        assert each["readOnly"] and secret["defaultMode"] == 0o440
        data = place / "..2026_11_26_09_00_00.1"
        data.mkdir(parents=True)
        (place / "..data").symlink_to(data.name)
        for name, text in files[each["name"].removeprefix("oidc-")].items():
            (data / name).write_text(text, encoding="latin-1")
            (data / name).chmod(secret["defaultMode"])
            (place / name).symlink_to(f"..data/{name}")
        places[each["mountPath"]] = str(place)
    arguments = container.get("command", []) + container.get("args", [])
    for place, here in places.items():
        arguments = [each.replace(place, here) for each in arguments]
    return arguments


@pytest.fixture
def world(tmp_path):
    """A provider and XNAT; the files that the pod's Secrets have."""
    setup = Setup(tmp_path, site_url=SITE, filter_on=False)
    setup.provider.start()
    setup.xnat.start()
    setup.files = {
        "auth": {PROVIDER: properties.site(SITE, [properties.ProviderBlock(setup.provider.url, setup.client)])},
        "keys": {"session.key": setup.key_file.read_text(), "xnat-admin": "admin:admin"}}
    yield setup
    setup.xnat.stop()
    setup.provider.stop()


def serve(folder, pod, world, upstream="http://127.0.0.1:8080", person=None):
    """The sidecar with the container's own arguments, on other ports; what its probes are answered, and of which
    provider XNAT takes the person to be who signs in, if there is one."""
    container = the_sidecar(pod)
    arguments = mounted(folder, pod, container, world.files)
    ports = {each["name"]: each["containerPort"] for each in container["ports"]}
    public, admin = free_port(), free_port()
    for before, after in ((f"0.0.0.0:{ports['sidecar']}", f"127.0.0.1:{public}"),
                          (f"0.0.0.0:{ports['admin']}", f"127.0.0.1:{admin}"),
                          (upstream, world.xnat.url)):
        assert sum(each.endswith(before) for each in arguments) == 1, before
        arguments = [each.replace(before, after) for each in arguments]
    argv = [sidecar_program(), *arguments]
    done = subprocess.run([*argv, "--check-config"], env=clean_environment(), capture_output=True, text=True,
                          timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "The configuration is fine.\n"), done.stderr
    process = Process("sidecar", argv, clean_environment())
    process.start()
    wait_until(lambda: get(admin, "/healthz"), "the admin port", 30, process.evidence)
    answered = {}
    for probe in ("livenessProbe", "readinessProbe"):
        asked = container[probe]["httpGet"]
        assert asked["port"] == "admin"
        answered[probe] = get(admin, asked["path"])
    # And XNAT is behind it, which asks for credentials.
    answered["XNAT"] = get(public, "/data/projects")
    if person:
        wait_until(lambda: get(admin, "/readyz") == 200, "the provider to be known", 30, process.evidence)
        browser = Browser({SITE: (public, None)})
        assert browser.sign_in(SITE, person).status in (302, 303), process.evidence()
        answered["person"], _, _ = browser.script(f"{SITE}/xapi/users/username").text.partition("_")
    assert process.stop() == 0
    return answered


def get(port, path):
    """A probe's question; the status, or None where nobody listens."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Accept": "*/*", "Host": NAME, "User-Agent": "kube-probe/1.37"})
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


def test_the_sidecar_of_the_pod_serves(tmp_path, world):
    pod = of_kind(POD, "Deployment")["spec"]["template"]["spec"]
    assert serve(tmp_path / "pod", pod, world, person="alice") == SIGNED_IN


def test_a_provider_out_of_reach_takes_xnat_from_nobody(tmp_path, world):
    world.provider.stop()
    pod = of_kind(POD, "Deployment")["spec"]["template"]["spec"]
    assert serve(tmp_path / "pod", pod, world) == SERVES
    world.provider.start()


def test_the_sidecar_of_its_own_pod_serves(tmp_path, world):
    """As Istio's proxies ask it."""
    pod = of_kind("istio/ext-authz.yaml", "Deployment")["spec"]["template"]["spec"]
    assert serve(tmp_path / "pod", pod, world, "http://xnat-direct:8080") == SERVES


@pytest.mark.parametrize("name", [POD, "istio/ext-authz.yaml", "helm/ais/statefulset-patch.yaml"])
def test_memory_that_is_limited_is_for_a_number_of_workers(name):
    """A node has more processors than the pod may use."""
    text = (EXAMPLES / name).read_text()
    assert text.count("limits: {memory:") == text.count("- --workers=2 ") == 1


DICOM = 8104


def test_the_service_leads_to_the_sidecar_alone():
    """And nobody past it: what is open beside it is no HTTP of XNAT's."""
    pod = of_kind(POD, "Deployment")["spec"]["template"]
    service, policy = of_kind(POD, "Service")["spec"], of_kind(POD, "NetworkPolicy")["spec"]
    ports = {each["name"]: each["containerPort"] for each in the_sidecar(pod["spec"])["ports"]}
    assert service["selector"].items() <= pod["metadata"]["labels"].items()
    assert [each["targetPort"] for each in service["ports"]] == ["sidecar"]
    assert policy["podSelector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
    assert policy["ingress"] == [{"ports": [{"protocol": "TCP", "port": port} for port in (ports["sidecar"], DICOM)]}]
    assert policy["policyTypes"] == ["Ingress"]


@pytest.mark.parametrize("name", [POD, "helm/ais/statefulset-patch.yaml"])
def test_nobody_is_believed_unless_somebody_says_so(name):
    """Some front ends pass on what their clients say. The guides say where the comment becomes a line."""
    text = (EXAMPLES / name).read_text()
    assert "--trusted-proxy" not in json.dumps(documents(text))
    assert "--trusted-proxy=10.1.0.0/16" in json.dumps(documents(text.replace("#- --trusted", "- --trusted")))


# --- in a mesh ----------------------------------------------------------------------------------------

GATEWAY = "cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account"
OWN = "cluster.local/ns/xnat/sa/oidc-sidecar"
OTHER = "cluster.local/ns/other/sa/default"
LOGOUT = "/app/action/LogoutUser"
CREDENTIALS = {"request.headers[authorization]": "Basic eDp5"}


@pytest.mark.parametrize("principal, path, headers, asked", [
    (GATEWAY, "/data/projects", {}, True), (GATEWAY, LOGOUT, {}, True), (GATEWAY, "/data/projects", CREDENTIALS, False),
    (OTHER, "/data/projects", {}, True), ("", "/data/projects", {}, True), ("", LOGOUT, {}, True),
    (OWN, LOGOUT, {}, False), (OWN, "/data/projects", {}, True), (OWN, f"{LOGOUT}/x", {}, True)])
def test_who_is_asked_about_in_a_mesh(principal, path, headers, asked):
    """Everybody without credentials of XNAT's; the sidecar itself passes XNAT's logout on, and nothing else."""
    policy = of_kind("istio/ext-authz.yaml", "AuthorizationPolicy")
    assert policy["spec"]["action"] == "CUSTOM"
    assert istio.met(policy, port="8080", path=path, principal=principal, **headers) == asked


@pytest.mark.parametrize("principal, port, refused", [
    (GATEWAY, "8081", False), (OTHER, "8081", True), (OWN, "8081", True), ("", "8081", True), ("", "8104", False),
    (OTHER, "8080", False)])
def test_the_gateway_alone_comes_to_a_port_that_believes_it(principal, port, refused):
    policy = of_kind("istio/gateway-alone.yaml", "AuthorizationPolicy")
    pod = of_kind(POD, "Deployment")["spec"]["template"]
    assert policy["spec"]["action"] == "DENY"
    assert policy["spec"]["selector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
    assert istio.met(policy, port=port, path="/", principal=principal) == refused


def test_the_sidecar_of_its_own_pod_is_the_meshes_alone():
    """XNAT's proxy asks, the gateway leads people there, and nobody comes to the admin port."""
    name = "istio/ext-authz.yaml"
    labels = of_kind(name, "Deployment")["spec"]["template"]["metadata"]["labels"]
    policy = of_kind(name, "NetworkPolicy")["spec"]
    assert policy["podSelector"]["matchLabels"].items() <= labels.items() and policy["policyTypes"] == ["Ingress"]
    (rule,) = policy["ingress"]
    assert rule["ports"] == [{"protocol": "TCP", "port": 8081}]
    asks, leads = rule["from"]
    assert asks == {"podSelector": of_kind(name, "AuthorizationPolicy")["spec"]["selector"]}
    assert leads["podSelector"]["matchLabels"] == of_kind(name, "Gateway")["spec"]["selector"]
    assert leads["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "istio-system"}
    strict = [(each["spec"]["selector"]["matchLabels"], without_tls(each)) for each in manifests(name)
              if each["kind"] == "PeerAuthentication" and each["spec"]["mtls"] == {"mode": "STRICT"}]
    assert strict == [({"app": "xnat-web"}, {DICOM}), (labels, set())]


def without_tls(peers):
    """The ports to which whoever is not of the mesh comes."""
    ports = peers["spec"].get("portLevelMtls", {})
    assert all(each == {"mode": "DISABLE"} for each in ports.values())
    return {int(port) for port in ports}


def test_a_load_balancer_and_scanners_come_without_the_mesh():
    peers = of_kind("istio/without-gateway.yaml", "PeerAuthentication")
    assert peers["spec"]["mtls"] == {"mode": "STRICT"} and without_tls(peers) == {8081, DICOM}


# --- behind an ALB ------------------------------------------------------------------------------------

ALB = "alb/ingress.yaml"
FORGED = "forged.example"


@pytest.fixture
def behind(tmp_path):
    """A sidecar with the arguments of the pod: without --trusted-proxy."""
    made = Setup(tmp_path, site_url=SITE)
    made.start()
    yield made
    assert made.stop() == 0


def annotation(name):
    return of_kind(ALB, "Ingress")["metadata"]["annotations"][f"alb.ingress.kubernetes.io/{name}"]


def attributes(name):
    return dict(each.split("=") for each in annotation(name).split(","))


def test_the_health_that_an_alb_asks_for(behind):
    """Of its own agent and Host, with and without XNAT."""
    assert annotation("healthcheck-port") == "traffic-port"
    for _ in range(2):
        answer = exchange(behind.port, request_bytes("GET", annotation("healthcheck-path"), [
            ("User-Agent", "ELB-HealthChecker/2.0"), ("Accept-Encoding", "gzip, compressed"),
            ("Connection", "close")], host="10.0.3.7:8081"))
        assert str(answer.status) == annotation("success-codes")
        behind.xnat.stop()
    behind.xnat.start()


def test_what_an_alb_passes_on_does_not_reach_xnat(behind):
    """It appends to X-Forwarded-For, sets -Proto and -Port, and leaves the rest to the client."""
    since = behind.xnat.mark()
    exchange(behind.port, request_bytes("GET", "/data/projects", [
        ("X-Forwarded-For", f"{FORGED}, 203.0.113.9"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Port", "443"),
        *((name, FORGED) for name in ("X-Forwarded-Host", "X-Forwarded-Uri", "X-Forwarded-Prefix", "Forwarded",
                                      "X-XNAT-OIDC-Username")),
        ("Authorization", "Basic YWRtaW46YWRtaW4="), ("Connection", "close")], host=NAME))
    (seen,) = behind.xnat.requests(since)
    assert FORGED.encode() not in seen["head"]


def test_what_an_alb_does_not_close_is_no_question(behind):
    """It compares what is spelt, with * for any letters; the sidecar gets the rest. A question of nobody's is answered 401."""
    closed = of_kind(ALB, "Ingress")["spec"]["rules"][0]["http"]["paths"][0]["path"]
    answers = {}
    for path in ("/oidc/auth", "/oidc/auth?x", "/oidc/auth-redirect", "/oidc/auth-redirect/data/projects", "/oidc/%61uth",
                 "//oidc/auth", "/oidc//auth", "/oidc/./auth", "/oidc/x/../auth", "/%6fidc/auth", "/oidc;a/auth",
                 "/oidc/%61uth-redirect/data/projects", "/oidc;a/auth-redirect/x", "/x/../oidc/auth-redirect/x"):
        if not fnmatchcase(path, closed):
            answers[path] = exchange(behind.port, request_bytes("GET", path, [
                ("X-Forwarded-Uri", "/data/projects"), ("Connection", "close")], host=NAME)).status
    assert len(answers) == 10 and set(answers.values()) <= {400, 404}, answers


def test_an_alb_closes_connections_before_the_sidecar_does():
    idle = re.search(r"^#define CONNECTION_IDLE (\d+)U", (ROOT / "server" / "front.c").read_text(), re.M).group(1)
    assert 120 < int(attributes("load-balancer-attributes")["idle_timeout.timeout_seconds"]) < int(idle)
    assert attributes("target-group-attributes")["stickiness.enabled"] == "true"
    assert annotation("target-type") == "ip"


def test_an_alb_leads_to_the_sidecar():
    (rule,) = of_kind(ALB, "Ingress")["spec"]["rules"]
    closed, rest = rule["http"]["paths"]
    assert closed["path"] == "/oidc/auth*" and closed["pathType"] == "ImplementationSpecific"
    action = json.loads(annotation(f"actions.{closed['backend']['service']['name']}"))
    assert (action["type"], action["fixedResponseConfig"]["statusCode"]) == ("fixed-response", "404")
    service = of_kind(POD, "Service")
    assert rest["backend"]["service"] == {"name": service["metadata"]["name"],
                                          "port": {"name": service["spec"]["ports"][0]["name"]}}


def test_an_alb_of_a_chart_closes_the_same():
    """By an Ingress of its own, whose rules come before the chart's and count for the same ports."""
    whole, alone = of_kind(ALB, "Ingress"), of_kind("alb/questions.yaml", "Ingress")
    assert alone["spec"]["rules"][0]["http"]["paths"] == whole["spec"]["rules"][0]["http"]["paths"][:1]
    assert alone["spec"]["rules"][0]["host"] == whole["spec"]["rules"][0]["host"]
    said, group = {}, {}
    for key, value in alone["metadata"]["annotations"].items():
        (group if "/group." in key else said)[key] = value
    assert said.items() <= whole["metadata"]["annotations"].items()
    guide = (EXAMPLES / "alb" / "README.md").read_text()
    order = int(group.pop("alb.ingress.kubernetes.io/group.order"))
    (name, theirs), = group.items()
    assert f"`{name}: {theirs}`" in guide
    assert order < int(re.search(r'`alb\.ingress\.kubernetes\.io/group\.order: "(\d+)"`', guide).group(1))


# --- who asks ----------------------------------------------------------------------------------------------

def questions(name):
    """The Ingress that closes them: its annotations, and the paths."""
    (found,) = [each for each in manifests(name) if each["metadata"]["name"].endswith("oidc-questions")]
    (rule,) = found["spec"]["rules"]
    return found["metadata"]["annotations"], [(each["path"], each["pathType"]) for each in rule["http"]["paths"]]


@pytest.mark.parametrize("name", ["ingress-nginx/forward-auth.yaml", "helm/ais/closed.yaml"])
def test_questions_are_closed_alike(name):
    """As in that of which test_front_ends.py shows what it does."""
    assert questions(name) == questions("ingress-nginx/reverse-proxy.yaml")


# --- AIS's chart ---------------------------------------------------------------------------------------

@pytest.fixture(scope="session")
def helm():
    """A search path on which helm and kubectl are."""
    return f"{helm_folder()}:{KUBECTL.parent}"


@pytest.fixture
def ais(tmp_path):
    """The example's folder, with the files that its guide puts there."""
    folder = folder_of("helm/ais", tmp_path)
    shutil.copy(EXAMPLES / "kubernetes" / PROVIDER, folder)
    (folder / "session.key").write_text("first\n")
    (folder / "xnat-admin").write_text("oidc-sidecar:first")
    return folder


def render(helm, folder, *options, release="xnat"):
    return subprocess.run(["helm", "template", release, CHART, "--namespace", "xnat", "--values", "values.yaml",
                           "--post-renderer", "./hook.sh", *options], cwd=folder, capture_output=True, text=True,
                          timeout=120, check=False, env=clean_environment(PATH=f"{helm}:{os.environ['PATH']}",
                                                                          HOME=str(folder)))


def rendered(helm, folder, *options):
    """By kind and name."""
    done = render(helm, folder, *options)
    assert done.returncode == 0, done.stderr
    return {(each["kind"], each["metadata"]["name"]): each for each in documents(done.stdout)}


@pytest.mark.parametrize("options", [(), ("--set", "headless=false,container=xnat")])
def test_the_chart_with_the_sidecar(tmp_path, helm, ais, world, options):
    """Kubernetes takes all of it; the Service leads to the sidecar; the sidecar serves; the rest is as it was."""
    made = rendered(helm, ais, *options)
    assert [fault for each in made.values() for fault in faults(each)] == []
    assert not (ais / "all.yaml").exists() and not (ais / "made.yaml").exists()

    spec = made["StatefulSet", "xnat-xnat-web"]["spec"]["template"]
    pod = spec["spec"]
    own = [each for each in pod["containers"] if each["name"] != "oidc-sidecar"]
    assert len(own) == 2 and own[0]["readinessProbe"]["httpGet"]["port"] == "http"
    assert [each["name"] for each in pod["initContainers"]] == ["oidc-check", "home-init"]
    assert pod["securityContext"]["fsGroup"] == 1000
    assert serve(tmp_path / "pod", pod, world, person="alice") == SIGNED_IN

    services = {name: each["spec"]["ports"][0]["targetPort"] for (kind, name), each in made.items()
                if kind == "Service"}
    assert services.pop("xnat-xnat-web-dicom-scp") == DICOM
    assert services and set(services.values()) == {"sidecar"}
    secrets = {each["secret"]["secretName"] for each in pod["volumes"] if "secret" in each}
    assert len(secrets) == 2 and all(("Secret", name) in made for name in secrets)
    # The release's is for all of them, or none of kustomize's names would be in the pod.
    assert not [name for name, each in made.items() if "namespace" in each["metadata"]]
    policy = made["NetworkPolicy", "xnat-oidc-sidecar"]["spec"]
    assert policy["podSelector"]["matchLabels"].items() <= spec["metadata"]["labels"].items()
    assert [each["port"] for each in policy["ingress"][0]["ports"]] == [8081, DICOM]
    assert made["Ingress", "xnat-oidc-questions"] and made["Ingress", "xnat-xnat-web"]


def test_another_content_starts_a_roll_out(helm, ais):
    def pod():
        return rendered(helm, ais)["StatefulSet", "xnat-xnat-web"]["spec"]["template"]
    first = pod()
    assert pod() == first
    for name in ("session.key", "xnat-admin", PROVIDER):
        (ais / name).write_text((ais / name).read_text() + "# changed\n")
        second = pod()
        assert second != first
        first = second


@pytest.mark.parametrize("file", [PROVIDER, "session.key", "xnat-admin"])
def test_a_file_that_is_missing_stops_it(helm, ais, file):
    (ais / file).unlink()
    done = render(helm, ais)
    assert done.returncode != 0 and file in done.stderr


def test_a_release_of_another_name_stops_it(helm, ais):
    """kustomize would be silent, and XNAT without its sidecar."""
    done = render(helm, ais, release="other")
    assert done.returncode != 0 and "nothing became of" in done.stderr
    assert not (ais / "all.yaml").exists()


def test_the_guide_to_the_chart(tmp_path, helm, ais):
    """With the chart's stand-in in place of ais/xnat, which is rendered, not installed."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "oidc-check").symlink_to(sidecar_program().with_name("oidc-check"))
    path = f"{programs}:{helm}:{os.environ['PATH']}"
    (ais / "session.key").unlink()
    (ais / "xnat-admin").unlink()
    (ais / PROVIDER).rename(there := tmp_path / PROVIDER)
    with walk(ais / "README.md") as take:
        block = take("(umask 077 && kubectl exec ")
        pod = f"kubectl exec xnat-xnat-web-0 --namespace xnat -- \\\n    cat /data/xnat/home/config/auth/{PROVIDER} > "
        assert pod in block
        shell(block.replace(pod, f"cat {there} > "), ais, PATH=path)
        assert (ais / PROVIDER).read_text() == there.read_text()
        assert (ais / "session.key").stat().st_size > 40
        assert re.fullmatch("oidc-sidecar:[0-9a-f]{48}", (ais / "xnat-admin").read_text())
        assert_nobody_elses(ais / "session.key", ais / "xnat-admin", ais / PROVIDER)
        _, command = take("helm repo add ais ").split("\n", 1)
        assert command.startswith("helm upgrade xnat ais/xnat --install --namespace xnat ")
        done = shell(command.replace("upgrade xnat ais/xnat --install", f"template xnat {CHART}"), ais, PATH=path)
    assert "name: oidc-sidecar" in done.stdout


def assert_nobody_elses(*files):
    """Secrets: for who wrote them alone."""
    assert {file.name: oct(file.stat().st_mode & 0o777) for file in files} == {file.name: "0o600" for file in files}


# What a guide writes in a checkout, and its programs.
SECRETS = {"kubernetes": {"session.key", "xnat-admin"},
           "helm/ais": {"session.key", "xnat-admin", PROVIDER, "all.yaml", "made.yaml"}}


@pytest.mark.parametrize("name", SECRETS)
def test_git_does_not_take_secrets(tmp_path, name):
    folder = folder_of(name, tmp_path)
    for each in SECRETS[name]:
        (folder / each).write_text("secret\n")
    shell("git init -q && git add --all", folder, HOME=str(folder))
    kept = shell("git ls-files", folder, HOME=str(folder)).stdout.split()
    assert "README.md" in kept and not SECRETS[name] & set(kept)


# --- the commands of the guides -----------------------------------------------------------------------

def kubectl(cluster, block, folder):
    """Each line of a block: kubectl's are run by the real one, the others by a shell. What kubectl said."""
    said = ""
    for line in re.sub(r"(?:\\|(&&))\n", r"\1 ", block).splitlines():
        if condition := re.match(r"(.*) &&\s+(?=kubectl )", line):
            shell(condition[1], folder, PATH=f"{sidecar_program().parent}:{os.environ['PATH']}")
            line = line[condition.end():]
        if line.startswith("kubectl "):
            text = subprocess.run(["sh", "-c", f"printf '%s\\0' {line.removeprefix('kubectl ')}"], check=True,
                                  capture_output=True, text=True).stdout
            said += cluster.kubectl(text.split("\0")[:-1], folder)
        else:
            shell(line, folder)
    return said


def builds(block, folder):
    """No image is built here: the files that it is built from must be where the block leads. Where it ends."""
    for line in block.splitlines():
        if line.startswith("cd "):
            folder = (folder / line.removeprefix("cd ")).resolve(strict=True)
        else:
            assert line.startswith("podman "), line
            for file in re.findall(r" -f (\S+)", line):
                assert (folder / file).is_file(), line
    return folder


def folder_of(name, tmp_path):
    """A copy of the example's folder, in which the commands run."""
    return shutil.copytree(EXAMPLES / name, tmp_path / name.replace("/", "-"))


def test_the_guide_to_kubernetes(tmp_path, cluster, world):
    clone = tmp_path / "clone"
    folder = clone / "examples" / "kubernetes"
    shutil.copytree(EXAMPLES / "kubernetes", folder)
    pod = of_kind(POD, "Deployment")["spec"]["template"]["spec"]
    with walk(folder / "README.md") as take:
        assert builds(take("podman build"), clone) == clone
        there, take_their_permissions = take("cd ").splitlines()
        assert builds(there, clone) == folder
        shell(take_their_permissions, folder)
        sample = (folder / PROVIDER).read_text()
        (folder / PROVIDER).write_text(sample.replace(".clientId=", ".clientID="))
        block = take("kubectl create namespace ")
        with pytest.raises(AssertionError, match="OC303"):
            kubectl(cluster, block, folder)
        assert ("xnat", "Secret", "openid-provider-1") not in cluster.kept, "what is wrong stays here"
        (folder / PROVIDER).write_text(sample)
        kubectl(cluster, block.partition("\n")[2], folder)
        kubectl(cluster, take("kubectl apply "), folder)
        said = kubectl(cluster, take("kubectl logs"), folder)
        assert said == "[pod/xnat-web-0/oidc-check] oidc-check says this\n"
        assert builds(take("cd ../..\n"), folder) == folder
        assert cluster.kept.pop(("xnat", "Deployment", "xnat-web"))["spec"]["template"]["spec"]["initContainers"]
        kubectl(cluster, take("(umask 077 && openssl rand"), folder)
        assert_nobody_elses(folder / "session.key", folder / "xnat-admin")
        kubectl(cluster, take("kubectl apply "), folder)
        # XNAT is reached as if by port-forward, and the password is typed.
        take("kubectl port-forward deployment/xnat-web 8080:8080 ")
        shell(take("printf '{\"username\"").replace("--user admin ", "--user admin:admin ").replace(
            "http://127.0.0.1:8080/", f"{world.xnat.url}/"), folder)
        world.files["keys"] = {name: (folder / name).read_text() for name in ("session.key", "xnat-admin")}
        assert serve(tmp_path / "pod", pod, world, person="alice") == SIGNED_IN
        said = kubectl(cluster, take("kubectl logs"), folder)
        assert said == "[pod/xnat-web-0/oidc-sidecar] oidc-sidecar says this\n"
        cluster.add({"metadata": {"name": "controller"}, "kind": "Deployment", "spec": {"template": {
            "metadata": {"labels": {"app": "controller"}}, "spec": {"containers": []}}}}, "ingress-nginx")
        assert "controller-0" in kubectl(cluster, take("kubectl get pods"), folder)
        certificate, key, _ = self_signed(tmp_path, NAME)
        certificate.rename(folder / "fullchain.pem")
        key.rename(folder / "privkey.pem")
        kubectl(cluster, take("kubectl create secret tls "), folder)
    kept = set(cluster.kept)
    assert {("default", "Namespace", "xnat"), ("xnat", "Secret", "openid-provider-1"), ("xnat", "Secret", "xnat-tls"),
            ("xnat", "Deployment", "xnat-web"), ("xnat", "Service", "xnat-web")} <= kept
    assert [each for each in kept if each[0] == "default"] == [("default", "Namespace", "xnat")]
    assert set(cluster.kept["xnat", "Secret", "oidc-sidecar-keys"]["data"]) == {"session.key", "xnat-admin"}
    secrets = [each["secret"]["secretName"] for each in pod["volumes"]]
    assert {("xnat", "Secret", name) for name in secrets} <= kept


def test_the_guide_to_an_alb(tmp_path, cluster):
    folder = folder_of("alb", tmp_path)
    with walk(folder / "README.md") as take:
        kubectl(cluster, take("kubectl apply -f ingress.yaml"), folder)
        kubectl(cluster, take("kubectl apply -f questions.yaml"), folder)
    assert cluster.kept["xnat", "Ingress", "xnat"]
    assert cluster.kept["xnat", "Ingress", "xnat-oidc-questions"]


def test_the_guide_to_istio(tmp_path, cluster):
    folder = folder_of("istio", tmp_path)
    cluster.add({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "xnat"}}, "")
    with walk(folder / "README.md") as take:
        kubectl(cluster, take("kubectl label"), folder)
        kubectl(cluster, take("kubectl apply -f reverse-proxy.yaml"), folder)
        kubectl(cluster, take("kubectl apply -f gateway-alone.yaml"), folder)
        kubectl(cluster, take("kubectl apply -f without-gateway.yaml"), folder)
        # istiod's chart is out of reach: what it is told is read by interop/istio.py.
        helm_line, kubectl_line = take("helm upgrade istiod istio/istiod").splitlines()
        assert helm_line.endswith("--values mesh-config.yaml")
        kubectl(cluster, kubectl_line, folder)
    assert cluster.kept["", "Namespace", "xnat"]["metadata"]["labels"] == {"istio-injection": "enabled"}
    assert cluster.kept["xnat", "AuthorizationPolicy", "xnat-oidc"]
    # To XNAT's own port nobody comes without the mesh.
    opened = cluster.kept["xnat", "PeerAuthentication", "xnat-web"]
    assert opened["spec"]["mtls"] == {"mode": "STRICT"} and 8080 not in without_tls(opened)


def test_the_guide_to_ingress_nginx(tmp_path, cluster):
    folder = folder_of("ingress-nginx", tmp_path)
    controller = "ingress-nginx-controller"
    cluster.add({"apiVersion": "v1", "kind": "ConfigMap", "data": {"allow-snippet-annotations": "false"},
                 "metadata": {"name": controller, "namespace": "ingress-nginx"}}, "ingress-nginx")
    with walk(folder / "README.md") as take:
        kubectl(cluster, take("kubectl apply -f headers.yaml"), folder)
        kubectl(cluster, take("kubectl apply -f reverse-proxy.yaml"), folder)
        kubectl(cluster, take("kubectl patch configmap"), folder)
        kubectl(cluster, take("kubectl apply -f forward-auth.yaml"), folder)
    data = cluster.kept["ingress-nginx", "ConfigMap", controller]["data"]
    # With snippets off, as they are; and nobody's word for an address but a load balancer's.
    assert data == {"allow-snippet-annotations": "false", "proxy-set-headers": "xnat/cleared-headers",
                    "use-forwarded-headers": "true", "proxy-real-ip-cidr": "10.1.0.0/16"}
    assert cluster.kept["xnat", "ConfigMap", "cleared-headers"]
    for name in ("reverse-proxy", "forward-auth"):
        for each in manifests(f"ingress-nginx/{name}.yaml"):
            assert not re.search(r"snippet", "".join(each["metadata"].get("annotations", {})))
