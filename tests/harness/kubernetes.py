"""A cluster's front door for kubectl, which is the real one: it keeps what it is given, if Kubernetes would take it.

What that is, Kubernetes' own schemas say (strict: no key that it does not know), and Istio's for Istio's resources.
Nothing is done with what is kept, but that each Deployment has a pod, whose containers have each said a line.
"""

import json
import os
import subprocess
import threading
import urllib.parse
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import jsonschema
import pytest
import yaml

from .process import ROOT

UNPACKED = Path(os.environ.get("OIDC_FRONTS", ROOT / "_build" / "fronts"))
KUBECTL = UNPACKED / "kubectl" / "kubectl"



def helm_folder():
    """The folder of helm, which is had for some machines only."""
    if not (UNPACKED / "helm" / "helm").exists():
        pytest.skip(f"no wheel has helm for {os.uname().machine}")
    return UNPACKED / "helm"


# Group and version: kind to the resource's name in URLs.
RESOURCES = {
    "v1": {"ConfigMap": "configmaps", "Namespace": "namespaces", "Pod": "pods", "Secret": "secrets", "Service": "services",
           "ServiceAccount": "serviceaccounts"},
    "apps/v1": {"Deployment": "deployments", "StatefulSet": "statefulsets"},
    "networking.k8s.io/v1": {"Ingress": "ingresses", "NetworkPolicy": "networkpolicies"},
    "networking.istio.io/v1": {"Gateway": "gateways", "VirtualService": "virtualservices",
                               "DestinationRule": "destinationrules"},
    "networking.istio.io/v1alpha3": {"EnvoyFilter": "envoyfilters"},
    "security.istio.io/v1": {"AuthorizationPolicy": "authorizationpolicies",
                             "PeerAuthentication": "peerauthentications"},
}


def documents(text):
    return [each for each in yaml.safe_load_all(text) if each]


def faults(document):
    """What Kubernetes, or Istio, would refuse the resource for."""
    group, version = ([""] + document["apiVersion"].split("/"))[-2:]
    schema = (_of_istio(group, version, document["kind"]) if group.endswith("istio.io")
              else _of_kubernetes(group, version, document["kind"]))
    return [f"{document['kind']} {'.'.join(map(str, fault.absolute_path))}: {fault.message}"
            for fault in schema.iter_errors(document)]


def _of_kubernetes(group, version, kind):
    words = [kind, *([group.split(".")[0]] if group else []), version]
    file = UNPACKED / "kubernetes" / f"{'-'.join(words).lower()}.json"
    definitions = file.with_name("_definitions.json")
    resolver = jsonschema.RefResolver("", None, {
        f"https://kubernetes.io/api/{definitions.name}": _read(definitions)})
    return jsonschema.Draft7Validator(_read(file), resolver=resolver)


@lru_cache
def _read(file):
    return json.loads(file.read_text())


@lru_cache
def _istios():
    text = (UNPACKED / "istio" / "resources.yaml").read_text()
    return [each["spec"] for each in yaml.load_all(text, yaml.CSafeLoader)]


def _of_istio(group, version, kind):
    for spec in _istios():
        if (spec["group"], spec["names"]["kind"]) == (group, kind):
            (found,) = [one["schema"]["openAPIV3Schema"] for one in spec["versions"] if one["name"] == version]
            top = {name: {} for name in ("apiVersion", "kind", "metadata")}
            return jsonschema.Draft7Validator(_strict(found | {"properties": found["properties"] | top}))
    raise AssertionError(f"Istio has no {kind} in {group}")


def _strict(schema):
    """As the cluster reads it: no key that is not named, unless it says that any will do."""
    if isinstance(schema, list):
        return [_strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _strict(value) if key in ("items", "additionalProperties") else value
            for key, value in schema.items() if key not in ("format", "description")}
    if "properties" in schema:
        made["properties"] = {key: _strict(value) for key, value in schema["properties"].items()}
        if not schema.get("x-kubernetes-preserve-unknown-fields") and "additionalProperties" not in schema:
            made["additionalProperties"] = False
    return made


class Cluster:
    """Attributes: kept, by (namespace, kind, name); config, a kubeconfig file."""

    def __init__(self, folder):
        self.kept = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.config = folder / "kubeconfig"
        self.config.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "here",
            "clusters": [{"name": "here", "cluster": {
                "server": f"http://127.0.0.1:{self._server.server_address[1]}"}}],
            "contexts": [{"name": "here", "context": {"cluster": "here", "user": "nobody"}}],
            "users": [{"name": "nobody", "user": {}}]}))

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    def kubectl(self, words, folder, text=None):
        """Runs `kubectl WORDS…` there; its output. What it makes by itself (create) it only prints, in a binary form
        it would be sent, and is kept from there; nothing is asked of it about schemas."""
        more = {"create": ["--dry-run=client", "-o", "json"], "apply": ["--validate=false"]}.get(words[0], [])
        done = subprocess.run([KUBECTL, *words, *more], cwd=folder, input=text, capture_output=True, text=True,
                              timeout=60, check=False, env={"KUBECONFIG": str(self.config), "HOME": str(folder),
                                                            "PATH": os.environ["PATH"]})
        assert done.returncode == 0, f"kubectl {' '.join(map(str, words))}: {done.stderr}"
        if words[0] == "create":
            made = json.loads(done.stdout)
            assert not faults(made)
            self.add(made, made["metadata"].get("namespace", "default"))
        return done.stdout

    def add(self, document, namespace="default"):
        self.kept[namespace, document["kind"], document["metadata"]["name"]] = document

    # --- what kubectl asks --------------------------------------------------------------------------

    def _answer(self, method, path, query, body):
        """(status, document); a log is a text."""
        words = path.strip("/").split("/")
        if words in (["api"], ["apis"]):
            return 200, self._groups(words[0])
        if words[0] not in ("api", "apis"):
            return _refusal(404, "NotFound", path)
        version = "/".join(words[1:2 + (words[0] == "apis")])
        rest = words[2 + (words[0] == "apis"):]
        if version not in RESOURCES:
            return _refusal(404, "NotFound", path)
        if not rest:
            return 200, {"kind": "APIResourceList", "groupVersion": version, "resources": [
                {"name": name, "singularName": kind.lower(), "namespaced": kind != "Namespace", "kind": kind,
                 "verbs": ["create", "get", "patch"]} for kind, name in RESOURCES[version].items()]}
        namespace = rest[1] if rest[0] == "namespaces" and len(rest) > 2 else ""
        resource, *name = rest[2:] if namespace else rest
        if resource == "pods":
            return self._pods(namespace, name, dict(urllib.parse.parse_qsl(query)))
        (kind,) = [each for each, plural in RESOURCES[version].items() if plural == resource]
        return self._object(method, namespace, kind, name[0] if name else None, body)

    def _pods(self, namespace, name, query):
        """Of the Deployments: a list of those with the labels that are asked for, one of them, or its container's log."""
        pods = {f"{each}-0": document["spec"]["template"] for (place, kind, each), document in self.kept.items()
                if (place, kind) == (namespace, "Deployment")}
        if name and name[0] not in pods:
            return _refusal(404, "NotFound", name[0])
        if name[1:] == ["log"]:
            spec = pods[name[0]]["spec"]
            there = [each["name"] for each in spec.get("initContainers", []) + spec["containers"]]
            container = query.get("container")
            if container not in there:
                return _refusal(400, "BadRequest", f"container {container} is not valid for pod {name[0]}")
            return 200, f"{container} says this\n"
        wanted = dict(each.split("=") for each in query.get("labelSelector", "").split(",") if each)
        found = [{"apiVersion": "v1", "kind": "Pod", "spec": each["spec"], "status": {"phase": "Running"},
                  "metadata": each["metadata"] | {"name": pod, "namespace": namespace}}
                 for pod, each in pods.items() if wanted.items() <= each["metadata"]["labels"].items()]
        if name:
            return 200, next(each for each in found if each["metadata"]["name"] == name[0])
        return 200, {"apiVersion": "v1", "kind": "PodList", "metadata": {}, "items": found}

    def _object(self, method, namespace, kind, name, body):
        if method == "POST":
            found = faults(body)
            if found:
                return _refusal(422, "Invalid", "; ".join(found))
            name = body["metadata"]["name"]
            if (namespace, kind, name) in self.kept:
                return _refusal(409, "AlreadyExists", name)
        elif (namespace, kind, name) not in self.kept:
            return _refusal(404, "NotFound", f"{kind} {name}")
        elif method == "PATCH":
            body = _merged(self.kept[namespace, kind, name], body)
            found = faults(body)
            if found:
                return _refusal(422, "Invalid", "; ".join(found))
        else:
            return 200, self.kept[namespace, kind, name]
        self.kept[namespace, kind, name] = body
        return 201 if method == "POST" else 200, body

    @staticmethod
    def _groups(root):
        if root == "api":
            return {"kind": "APIVersions", "versions": ["v1"]}
        groups = {}
        for version in RESOURCES:
            if "/" in version:
                groups.setdefault(version.split("/")[0], []).append(
                    {"groupVersion": version, "version": version.split("/")[1]})
        return {"kind": "APIGroupList", "apiVersion": "v1", "groups": [
            {"name": name, "versions": versions, "preferredVersion": versions[0]}
            for name, versions in groups.items()]}

    def _handler(cluster):  # noqa: N805  (the handler's own self is another)
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                size = int(self.headers.get("Content-Length", 0))
                body = json.loads(self.rfile.read(size)) if size else None
                path, _, query = self.path.partition("?")
                status, document = cluster._answer(self.command, path, query, body)
                text = isinstance(document, str)
                made = (document if text else json.dumps(document)).encode()
                self.send_response(status)
                self.send_header("Content-Type", "text/plain" if text else "application/json")
                self.send_header("Content-Length", str(len(made)))
                self.end_headers()
                self.wfile.write(made)

            do_GET = do_POST = do_PATCH = answer

            def log_message(self, *_):
                pass
        return Handler


def _refusal(status, reason, message):
    return status, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": status,
                    "reason": reason, "message": message}


def _merged(old, new):
    """JSON merge patch (RFC 7396)."""
    if not isinstance(new, dict):
        return new
    made = dict(old) if isinstance(old, dict) else {}
    for key, value in new.items():
        made[key] = _merged(made.get(key), value)
    return {key: value for key, value in made.items() if value is not None}
