"""The examples around oidc-check, each of them run."""

import base64
import json
import os
import re
import shutil
import subprocess

import pytest
import yaml

from harness import guide
from harness.kubernetes import helm_folder
from harness.process import ROOT

from .conftest import GOOD, NAME, program

pytestmark = pytest.mark.standins

EXAMPLES = ROOT / "examples"
BAD = GOOD.replace("openid.aaf.clientId=", "openid.aaf.clientID=")
GOOD_AND_BAD = pytest.mark.parametrize("text, status", [
    pytest.param(GOOD, 0, id="good"), pytest.param(BAD, 1, id="bad")])


@pytest.fixture
def path(tmp_path):
    """A search path on which oidc-check is."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "oidc-check").symlink_to(program())
    return f"{folder}:{os.environ['PATH']}"


def run(command, folder, **variables):
    done = subprocess.run([str(part) for part in command], cwd=folder, capture_output=True, text=True,
                          env=os.environ | variables, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


# --- before a commit ----------------------------------------------------------------------------------

class Repository:
    def __init__(self, folder, path):
        self.folder, self.path = folder, path
        folder.mkdir()
        self.scratch = folder.with_name("scratch")
        self.scratch.mkdir()
        self.git("init", "-q")
        self.git("config", "user.name", "Test")
        self.git("config", "user.email", "test@example.com")

    def git(self, *arguments, path=None):
        clean = {name: "" for name in ("GIT_DIR", "GIT_INDEX_FILE") if name in os.environ}
        return run(["git", *arguments], self.folder, PATH=path or self.path, HOME=str(self.folder),
                   TMPDIR=str(self.scratch), **clean)

    def write(self, text, name=NAME):
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return name

    def commit(self, *arguments, **more):
        return self.git("commit", "-q", "-m", "change", *arguments, **more)


@pytest.fixture
def repository(tmp_path, path):
    made = Repository(tmp_path / "a site", path)
    shutil.copy(EXAMPLES / "pre-commit" / "pre-commit", made.folder / ".git" / "hooks")
    return made


@pytest.mark.parametrize("name", [NAME, "auth/" + NAME, "a folder/" + NAME, "-n/" + NAME,
                                  "--help/" + NAME, "-provider.properties", "[ab]*?\\/" + NAME,
                                  "$(touch x)/" + NAME, "caf\u00e9/" + NAME])
@GOOD_AND_BAD
def test_the_hook(repository, name, text, status):
    repository.write(text, name)
    repository.git("add", "--all")
    done, output = repository.commit()
    assert done == status, output
    assert ("[OC303]" in output) == (status == 1)
    assert "OC008" not in output
    assert list(repository.scratch.iterdir()) == []


def test_the_guide_to_the_hook(repository):
    """What it shows is what is said, where it does not leave words out (…)."""
    (repository.folder / ".git" / "hooks" / "pre-commit").unlink()
    repository.git("add", repository.write(BAD, "auth/" + NAME))
    with guide.walk(EXAMPLES / "pre-commit" / "README.md") as take:
        command, *shown = take("$ git commit ").splitlines()
        done, output = run(["sh", "-c", take("cp …/").replace("…", str(ROOT))], repository.folder)
        assert done == 0, output
    done, output = run(["sh", "-c", command.removeprefix("$ ")], repository.folder, PATH=repository.path,
                       HOME=str(repository.folder))
    assert done == 1
    said, *wanted = (" ".join(re.sub(r":\d+:\d+:", ":", words).split())
                     for words in (output, *"\n".join(shown).split("…")))
    for words in wanted:
        assert words in said, output


def test_the_hook_looks_at_what_is_staged(repository):
    repository.git("add", repository.write(BAD))
    repository.write(GOOD)
    assert repository.commit()[0] == 1
    repository.git("add", NAME)
    repository.write(BAD)
    assert repository.commit()[0] == 0


def test_the_hook_looks_at_what_becomes_a_provider_file(repository):
    """By another name, by a change, in place of a link, or out of sight of a sparse checkout."""
    repository.git("add", repository.write(BAD, "draft"), repository.write(GOOD))
    assert repository.commit()[0] == 0
    repository.git("mv", "draft", "more-provider.properties")
    assert repository.commit()[0] == 1
    repository.git("mv", "more-provider.properties", "draft")
    repository.git("mv", NAME, "more-provider.properties")
    repository.git("add", repository.write(BAD, "more-provider.properties"))
    assert repository.commit()[0] == 1
    repository.git("mv", "more-provider.properties", NAME)
    repository.git("add", repository.write(GOOD))
    repository.write(BAD)
    assert repository.commit("-a")[0] == 1
    repository.git("rm", "-q", "-f", NAME)
    (repository.folder / NAME).symlink_to("draft")
    repository.git("add", NAME)
    assert repository.commit("--no-verify")[0] == 0
    (repository.folder / NAME).unlink()
    repository.git("add", repository.write(BAD))
    status, output = repository.commit()
    assert status == 1 and "[OC303]" in output
    for text, status in ((BAD, 1), (GOOD, 0)):
        repository.git("add", repository.write(text))
        repository.git("update-index", "--skip-worktree", NAME)
        done, output = repository.commit()
        assert done == status, output
        repository.git("update-index", "--no-skip-worktree", NAME)


def test_the_hook_looks_at_what_is_committed_only(repository):
    """Not at what is left out of a commit, nor at what is only meant to be added one day."""
    repository.git("add", repository.write(GOOD), repository.write(GOOD, "other/" + NAME))
    assert repository.commit()[0] == 0
    repository.git("add", repository.write(BAD, "other/" + NAME))
    repository.git("add", "-N", repository.write(BAD, "more-provider.properties"))
    repository.write(GOOD + "# changed\n")
    status, output = repository.commit(NAME)
    assert status == 0, output


def test_the_hook_stops_at_what_cannot_be_read(repository):
    """oidc-check ends with 2."""
    (repository.folder / NAME).symlink_to("nowhere")
    repository.git("add", NAME)
    status, output = repository.commit()
    assert status == 1 and "nothing was committed" in output


def test_the_hook_looks_at_a_folder_as_one_site(repository):
    """Two files with the same provider: one of them does not change."""
    repository.git("add", repository.write(GOOD, "auth/" + NAME))
    assert repository.commit()[0] == 0
    repository.git("add", repository.write(GOOD, "auth/more-provider.properties"))
    status, output = repository.commit()
    assert status == 1 and "more-provider.properties" in output
    # In another folder it is another site.
    repository.git("mv", "auth/more-provider.properties", "more-provider.properties")
    assert repository.commit()[0] == 0


def test_the_hook_checks_every_folder(repository):
    for folder in ("one", "two"):
        repository.git("add", repository.write(BAD, f"{folder}/{NAME}"))
    status, output = repository.commit()
    assert status == 1
    assert f"one/{NAME}:" in output and f"two/{NAME}:" in output
    assert "nothing was committed" in output


def test_the_hook_and_a_folder_of_two_lines(repository):
    """It cannot be checked, and what cannot be checked is not committed."""
    repository.git("add", "--", repository.write(GOOD, "a\nb/" + NAME))
    assert repository.commit()[0] == 1


def test_the_hook_is_silent_about_other_files(repository):
    repository.git("add", repository.write("x=1\n", "other.properties"))
    assert repository.commit() == (0, "")


def test_the_hook_without_oidc_check(repository):
    """It fails closed, and can be passed by."""
    repository.git("add", repository.write(GOOD))
    bare = ":".join(part for part in os.environ["PATH"].split(":")
                    if not os.path.exists(os.path.join(part, "oidc-check")))
    status, output = repository.commit(path=bare)
    assert status == 1 and "not installed" in output
    assert repository.commit("--no-verify", path=bare)[0] == 0


@pytest.fixture
def framework(repository):
    (repository.folder / ".git" / "hooks" / "pre-commit").unlink()
    shutil.copy(EXAMPLES / "pre-commit" / "pre-commit-config.yaml",
                repository.folder / ".pre-commit-config.yaml")
    repository.git("add", ".pre-commit-config.yaml")
    assert run(["/usr/bin/pre-commit", "install"], repository.folder, PATH=repository.path,
               HOME=str(repository.folder))[0] == 0
    return repository


@GOOD_AND_BAD
def test_the_framework(framework, text, status):
    framework.git("add", framework.write(text, "a folder/" + NAME))
    done, output = framework.commit()
    assert done == status, output
    assert "provider files of XNAT" in output
    assert ("[OC303]" in output) == (status == 1)


def test_the_framework_looks_at_a_folder_as_one_site(framework):
    framework.git("add", framework.write(GOOD, "one/" + NAME), framework.write(GOOD, "two/" + NAME))
    status, output = framework.commit()
    assert status == 0 and "Passed" in output, output
    framework.git("add", framework.write(GOOD, "one/more-provider.properties"))
    assert framework.commit()[0] == 1


# --- in a CI job ----------------------------------------------------------------------------------------

@pytest.mark.parametrize("text, status", [
    pytest.param(GOOD, 0, id="good"), pytest.param(BAD, 1, id="bad"), pytest.param(None, 2, id="none")])
def test_the_job(tmp_path, path, text, status):
    (tmp_path / "auth").mkdir()
    if text:
        (tmp_path / "auth" / NAME).write_text(text)
        (tmp_path / "auth" / NAME).chmod(0o644)  # as in a fresh clone
    else:
        (tmp_path / "auth").rmdir()
    done, output = run([EXAMPLES / "ci" / "check.sh", "auth"], tmp_path, PATH=path)
    assert done == status, output
    if status < 2:
        results = json.loads((tmp_path / "oidc-check.sarif").read_text())["runs"][0]["results"]
        assert [r["ruleId"] for r in results] == (["OC303"] if status else [])
        assert ("[OC303]" in output) == (status == 1)


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_the_job_without_sarif(tmp_path, path, shell):
    """What cannot be written is not passed over."""
    (tmp_path / "oidc-check.sarif").mkdir()
    (tmp_path / NAME).write_text(GOOD)
    assert run([shell, EXAMPLES / "ci" / "check.sh", NAME], tmp_path, PATH=path)[0] == 2


def test_the_jobs_run_it():
    """Both jobs run the script on the same folder, and keep its SARIF whatever it says."""
    github = yaml.safe_load((EXAMPLES / "ci" / "github.yml").read_text())
    job, = github["jobs"].values()
    assert [step["run"] for step in job["steps"] if "run" in step] == ["ci/check.sh auth"]
    upload, = [step for step in job["steps"] if "upload-sarif" in step.get("uses", "")]
    assert upload["with"]["sarif_file"] == "oidc-check.sarif" and upload["if"] == "always()"
    assert github["permissions"]["security-events"] == "write"
    gitlab = yaml.safe_load((EXAMPLES / "ci" / "gitlab.yml").read_text())["oidc-check"]
    assert gitlab["script"] == ["ci/check.sh auth"]
    assert gitlab["artifacts"] == {"when": "always", "paths": ["oidc-check.sarif"]}
    assert job["container"]["image"] == gitlab["image"]
    # Steps of GitHub's in a container need root, and the image has another user.
    assert "USER" in (EXAMPLES / "kubernetes" / "Containerfile").read_text()
    assert job["container"]["options"] == "--user root"


# --- in Kubernetes --------------------------------------------------------------------------------------

@pytest.fixture
def deployment():
    return yaml.safe_load((EXAMPLES / "kubernetes" / "xnat-web.yaml").read_text())["spec"]


@pytest.fixture
def pod(deployment):
    return deployment["template"]["spec"]


def mount(folder, text, mode):
    """A Secret as the kubelet mounts it: each file a link into a folder that can be exchanged."""
    data = folder / "..2026_11_23_09_00_00.1"
    data.mkdir(parents=True)
    (data / NAME).write_text(text)
    (data / NAME).chmod(mode)
    (folder / "..data").symlink_to(data.name)
    (folder / NAME).symlink_to(f"..data/{NAME}")


@pytest.mark.parametrize("spoil, status", [(lambda text: text, 0), (lambda text: text.replace(
    "clientId", "clientID"), 1)])
def test_the_init_container(tmp_path, path, pod, spoil, status):
    container, = pod["initContainers"]
    volume, = [v["secret"] for v in pod["volumes"] if v["name"] == "auth"]
    place, = [m["mountPath"] for m in container["volumeMounts"] if m["name"] == "auth"]
    mount(tmp_path / place.lstrip("/"),
          spoil((EXAMPLES / "kubernetes" / NAME).read_text()), volume["defaultMode"])
    command = [part.replace(place, str(tmp_path) + place) for part in container["command"]]
    done, output = run(command, tmp_path, PATH=path)
    assert done == status, output
    assert "OC008" not in output
    if status == 0:
        assert "no problems in 1 file" in output


def test_the_sample_after_the_commands_of_the_readme(tmp_path, path):
    """As it is in a fresh clone, everybody may read it."""
    text = (EXAMPLES / "kubernetes" / "README.md").read_text()
    commands = "\n".join(re.search(rf"^    ({word} .*?)(?: &&)?$", text, re.MULTILINE).group(1)
                         for word in ("chmod", "oidc-check"))
    shutil.copy(EXAMPLES / "kubernetes" / NAME, tmp_path)
    (tmp_path / NAME).chmod(0o644)
    assert "[OC008]" in run(["oidc-check", NAME], tmp_path, PATH=path)[1]
    done, output = run(["sh", "-euc", commands], tmp_path, PATH=path)
    assert done == 0 and output.startswith("no problems in 1 file\n"), output


def test_the_old_pod_stays_until_the_new_one_is_ready(deployment):
    assert deployment["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


def test_the_same_secret_is_checked_and_used(pod):
    volume, = pod["volumes"]
    assert f"create secret generic {volume['secret']['secretName']} " in (
        EXAMPLES / "kubernetes" / "README.md").read_text()
    mounted = {m["name"] for c in (*pod["initContainers"], *pod["containers"])
               for m in c["volumeMounts"]}
    assert mounted == {"auth"}
    use, = [m["mountPath"] for m in pod["containers"][0]["volumeMounts"]]
    assert use == "/data/xnat/home/config/auth"


def packages(text):
    return [set(re.findall(r"[a-z][a-z0-9.+-]+", found)) for found in
            re.findall(r"--no-install-recommends \\\n((?:.*\\\n)*.*?)(?: &&|\n)", text)]


def test_the_image_has_the_program():
    """What make is told to make is there afterwards, and that is what is copied."""
    text = (EXAMPLES / "kubernetes" / "Containerfile").read_text()
    target = re.search(r"&& make (\S+)$", text, re.MULTILINE).group(1)
    made = re.search(r"^COPY --from=build /src/(\S+) /usr/bin/oidc-check$", text, re.MULTILINE).group(1)
    build = program().parent
    assert target == made and (build / made).samefile(program())
    assert re.search(rf"^{target}\$\(EXEEXT\):", (build / "Makefile").read_text(), re.MULTILINE)


def binary(name):
    """The program that was built, not the script that libtool puts in its place."""
    build = program().parent
    return build / ".libs" / name if (build / ".libs" / name).exists() else build / name


@pytest.mark.parametrize("file, programs", [("Containerfile", ["oidc-check"]),
                                            ("Containerfile.sidecar", ["oidc-check", "oidc-sidecar", "liboidc.so"])])
def test_the_image_has_what_it_needs(file, programs):
    """What it is built with is what ./dev builds with; what it runs with has every library."""
    build, use = packages((EXAMPLES / "kubernetes" / file).read_text())
    dev = re.search(r"build_packages=\(([^)]*)\)", (ROOT / "dev").read_text()).group(1).split()
    assert build == set(dev)
    needed = subprocess.run(["readelf", "-d", *map(binary, programs)], capture_output=True, text=True,
                            check=True).stdout
    libraries = re.findall(r"NEEDED.*\[(.*?)\]", needed)
    assert "libcurl.so.4" in libraries
    for library in libraries:
        if library.startswith(("libasan", "libubsan", "libgcov", "libc.", "libm.", "liboidc.")):
            continue
        owners = subprocess.run(["dpkg-query", "-S", f"*/{library}"], capture_output=True, text=True,
                                check=True).stdout
        assert use & {line.split(":")[0] for line in owners.splitlines()}, library
    assert "ca-certificates" in use


# --- what a chart renders -------------------------------------------------------------------------------

@pytest.fixture(scope="session")
def helm():
    """The folder of the real one."""
    return helm_folder()


def check_chart(path, helm, folder, *options):
    return run([EXAMPLES / "helm" / "check-chart.sh", EXAMPLES / "helm" / "chart", *options], folder,
               PATH=f"{helm}:{path}", HOME=str(folder))


def other_chart(folder, **templates):
    (folder / "templates").mkdir(parents=True)
    (folder / "Chart.yaml").write_text("apiVersion: v2\nname: other\nversion: 0.1.0\n")
    for name, text in templates.items():
        (folder / "templates" / f"{name}.yaml").write_text(text)
    return folder


def check_other(path, helm, folder, *options):
    scratch = folder.with_name("scratch")
    scratch.mkdir(exist_ok=True)
    done = run([EXAMPLES / "helm" / "check-chart.sh", folder, *options], folder,
               PATH=f"{helm}:{path}", HOME=str(folder), TMPDIR=str(scratch))
    assert list(scratch.iterdir()) == []
    return done


@pytest.mark.parametrize("provider, status, words", [
    ({}, 0, "no problems in 1 file"),
    ({"allowedEmailDomains": ["example.edu.au", "example.org"]}, 0, "no problems in 1 file"),
    ({"clientSecret": "${SECRET}"}, 1, "[OC116]"),
    ({"allowedEmailDomains": ["@example.edu.au"]}, 1, "allowedEmailDomains=@example.edu.au"),
    ({"id": "local db"}, 1, "[OC205]"),
])
def test_the_chart(tmp_path, path, helm, provider, status, words):
    values = yaml.safe_load((EXAMPLES / "helm" / "chart" / "values.yaml").read_text())
    values["providers"][0] |= provider
    (tmp_path / "values.yaml").write_text(yaml.safe_dump(values))
    done, output = check_chart(path, helm, tmp_path, "--values", tmp_path / "values.yaml")
    assert done == status, output
    assert words in output


def test_a_chart_that_does_not_render(tmp_path, path, helm):
    """What comes out of it is nothing, and must not pass for a file without a mistake."""
    done, output = check_chart(path, helm, tmp_path, "--set", "providers=")
    assert done == 2
    assert "Error: " in output and "OC" not in output


LATIN = GOOD.replace("name=OpenID", "name=Universit\u00e9")
OTHERS = "kind: Secret\nstringData: {x: z}\n---\nkind: ConfigMap\ndata: {x: z}\n---\n# nothing\n---\n"


@pytest.mark.parametrize("head", ["kind: Secret\ndata:", "kind: ConfigMap\nbinaryData:"])
def test_a_chart_with_encoded_data(tmp_path, path, helm, head):
    """Every byte arrives, on its own line."""
    line = BAD[:BAD.index("clientID")].count("\n") + 1
    for number, (text, status, words) in enumerate((
            (GOOD, 0, "no problems"), (BAD, 1, f"-:{line}:1: error [OC303]"), (LATIN, 0, "[OC117]"))):
        data = base64.b64encode(text.encode("latin-1")).decode()
        chart = other_chart(tmp_path / str(number), file=f"{OTHERS}{head}\n  {NAME}: {data}\n")
        done, output = check_other(path, helm, chart)
        assert done == status and words in output, output


@GOOD_AND_BAD
def test_a_chart_with_a_configmap(tmp_path, path, helm, text, status):
    lines = "".join(f"    {line}\n" for line in text.splitlines())
    chart = other_chart(tmp_path / "c", file=f"{OTHERS}kind: ConfigMap\ndata:\n  {NAME}: |\n{lines}")
    done, output = check_other(path, helm, chart)
    assert done == status, output


@pytest.mark.parametrize("times", [0, 2])
def test_a_chart_without_one_provider_file(tmp_path, path, helm, times):
    secret = f"---\nkind: Secret\nstringData:\n  {NAME}: x\n"
    done, output = check_other(path, helm, other_chart(tmp_path / "c", file=OTHERS + secret * times))
    assert done == 2 and f"{times} times" in output, output


def test_helm_that_fails_after_it_has_printed(tmp_path, path, helm):
    """The file is in what was rendered, and another template is broken."""
    data = base64.b64encode(GOOD.encode()).decode()
    chart = other_chart(tmp_path / "c", file=f"kind: Secret\ndata:\n  {NAME}: {data}\n", broken="kind: [x]\n")
    done, output = check_other(path, helm, chart, "--debug")
    assert done == 2 and "YAML parse error" in output, output


def test_data_that_is_not_base64(tmp_path, path, helm):
    data = base64.b64encode(GOOD.encode()).decode()
    chart = other_chart(tmp_path / "c", file=f"kind: Secret\ndata:\n  {NAME}: {data}*\n")
    assert check_other(path, helm, chart)[0] == 2


def test_the_guide_to_charts(tmp_path, path, helm):
    """With values of one's own, which the second command takes."""
    folder = shutil.copytree(EXAMPLES / "helm", tmp_path / "helm")
    shutil.copy(folder / "chart" / "values.yaml", folder / "production.yaml")

    def typed(line):
        return run(["bash", "-o", "pipefail", "-c", line], folder, PATH=f"{helm}:{path}", HOME=str(tmp_path))
    with guide.walk(folder / "README.md") as take:
        for command in (take("helm template xnat chart | "), line := take("./check-chart.sh chart --values ")):
            done, output = typed(command)
            assert done == 0 and "no problems" in output, output
    values = yaml.safe_load((folder / "production.yaml").read_text())
    values["providers"][0]["clientSecret"] = "${SECRET}"
    (folder / "production.yaml").write_text(yaml.safe_dump(values))
    done, output = typed(line)
    assert done == 1 and "[OC116]" in output, "those values count"
