"""What Istio makes of its resources: the Envoy configuration that they come to, for Envoy itself.

istiod runs in a cluster only. This is written after what it generates, in as far as the examples have to do with it: the
gateway with the routes of a VirtualService; where there is an AuthorizationPolicy (CUSTOM), the proxy of the pod too, with
its rules as a shadow of RBAC, and ext_authz where one of them met the request. A field that is not read here is a mistake.
The pod's proxy is a second listener of the same Envoy; Services lead to this machine.
"""

from harness.kubernetes import documents

TLS = "/etc/envoy/tls/xnat.example.com"
TYPE = "type.googleapis.com/envoy.extensions"
HCM = f"{TYPE}.filters.network.http_connection_manager.v3.HttpConnectionManager"
INBOUND = "@inbound"
SIDECAR, XNAT = 8081, 8080


def configuration(*texts):
    """Envoy's, as a document."""
    every = [each for text in texts for each in documents(text)]
    mesh = next((each["meshConfig"] for each in every if "meshConfig" in each), {})
    of = {kind: [each for each in every if each.get("kind") == kind]
          for kind in ("Gateway", "VirtualService", "Service", "AuthorizationPolicy", "EnvoyFilter")}
    (gateway,), (service,) = of["Gateway"], of["VirtualService"]
    (server,) = gateway["spec"]["servers"]
    assert server == {"hosts": service["spec"]["hosts"], "port": {"number": 443, "name": "https", "protocol": "HTTPS"},
                      "tls": {"mode": "SIMPLE", "credentialName": "xnat-tls"}}
    ports = {(each["metadata"]["name"], port["port"]): port["targetPort"]
             for each in of["Service"] for port in each["spec"]["ports"]}
    listeners = [_listener("gateway", {"socket_address": {"address": "0.0.0.0", "port_value": 443}}, {
        "use_remote_address": True, **_normalization(mesh),
        "route_config": {"virtual_hosts": [{
            "name": "gateway", "domains": service["spec"]["hosts"],
            "routes": [_route(rule, ports, bool(of["AuthorizationPolicy"])) for rule in _matched(service)]}]},
        "http_filters": [_router()]}, tls=True)]
    clusters = [_cluster("sidecar", {"socket_address": {"address": "127.0.0.1", "port_value": SIDECAR}}),
                _cluster("xnat", {"socket_address": {"address": "127.0.0.1", "port_value": XNAT}})]
    for policy in of["AuthorizationPolicy"]:
        inbound = {"use_remote_address": False, **_normalization(mesh),
                   "route_config": {"virtual_hosts": [{"name": "inbound", "domains": ["*"], "routes": [
                       {"match": {"prefix": "/"}, "route": {"cluster": "xnat", "timeout": "0s"}}]}]},
                   "http_filters": [*_asked(policy["spec"], mesh), _router()]}
        for each in of["EnvoyFilter"]:
            inbound = _merged(inbound, _patch(each["spec"], policy["spec"]["selector"]["matchLabels"]))
        listeners.append(_listener("inbound", {"pipe": {"path": INBOUND}}, inbound))
        clusters.append(_cluster("pod", {"pipe": {"path": INBOUND}}))
    return {"static_resources": {"listeners": listeners, "clusters": clusters}}


def _normalization(mesh):
    kind = mesh.get("pathNormalization", {}).get("normalization", "BASE")
    return {"normalize_path": kind in ("BASE", "MERGE_SLASHES"), "merge_slashes": kind == "MERGE_SLASHES"}


def _listener(name, address, manager, tls=False):
    chain = {"filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": {
        "@type": HCM, "stat_prefix": name, "server_header_transformation": "PASS_THROUGH", **manager}}]}
    if tls:
        chain["transport_socket"] = {"name": "envoy.transport_sockets.tls", "typed_config": {
            "@type": f"{TYPE}.transport_sockets.tls.v3.DownstreamTlsContext",
            "common_tls_context": {"tls_certificates": [{
                "certificate_chain": {"filename": f"{TLS}.pem"}, "private_key": {"filename": f"{TLS}.key"}}]}}}
    return {"name": name, "address": address, "filter_chains": [chain]}


def _cluster(name, address):
    return {"name": name, "connect_timeout": "10s", "load_assignment": {
        "cluster_name": name, "endpoints": [{"lb_endpoints": [{"endpoint": {"address": address}}]}]}}


def _router():
    return {"name": "envoy.filters.http.router", "typed_config": {"@type": f"{TYPE}.filters.http.router.v3.Router"}}


# --- VirtualService ---------------------------------------------------------------------------------

def _matched(service):
    """Each rule with one of its matches."""
    for rule in service["spec"]["http"]:
        for match in rule.get("match", [{}]):
            yield rule | {"match": match}


def _route(rule, ports, guarded):
    assert set(rule) <= {"name", "match", "timeout", "headers", "route", "directResponse"}
    uri = rule["match"].get("uri", {"prefix": "/"})
    assert set(rule["match"]) <= {"uri"} and len(uri) == 1
    ((kind, text),) = uri.items()
    made = {"match": {"prefix": {"prefix": text}, "exact": {"path": text},
                      "regex": {"safe_regex": {"regex": text}}}[kind]}
    if "directResponse" in rule:
        return made | {"direct_response": rule["directResponse"]}
    ((destination,),) = [list(each.values()) for each in rule["route"]]
    target = ports[destination["host"], destination["port"]["number"]]
    made["route"] = {"cluster": "sidecar" if target in (SIDECAR, "sidecar") else "pod" if guarded else "xnat",
                     "timeout": rule.get("timeout", "0s")}
    request = rule.get("headers", {}).get("request", {})
    assert set(rule.get("headers", {})) <= {"request"} and set(request) <= {"set", "remove"}
    made["request_headers_to_add"] = [
        {"header": {"key": key, "value": value}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}
        for key, value in request.get("set", {}).items()]
    made["request_headers_to_remove"] = request.get("remove", [])
    return made


# --- AuthorizationPolicy and its provider --------------------------------------------------------------

def _strings(patterns):
    """Istio's patterns: a star at one end."""
    return {"patterns": [
        {"ignore_case": True, **({"prefix": each[:-1]} if each.endswith("*") else {"exact": each})}
        for each in patterns]}


def _asked(policy, mesh):
    assert policy["action"] == "CUSTOM"
    (provider,) = [each["envoyExtAuthzHttp"] for each in mesh["extensionProviders"]
                   if each["name"] == policy["provider"]["name"]]
    provider = dict(provider)
    policies = {f"istio-ext-authz-rule[{number}]": _rule(rule) for number, rule in enumerate(policy["rules"])}
    shadow = {"name": "envoy.filters.http.rbac", "typed_config": {
        "@type": f"{TYPE}.filters.http.rbac.v3.RBAC", "shadow_rules_stat_prefix": "istio_ext_authz_",
        "shadow_rules": {"action": "DENY", "policies": policies}}}
    host = provider.pop("service").split(".")
    assert (host[0], provider.pop("port"), host[1:]) == (
        "oidc-sidecar", SIDECAR, ["xnat", "svc", "cluster", "local"])
    asked = {"@type": f"{TYPE}.filters.http.ext_authz.v3.ExtAuthz",
             "failure_mode_allow": provider.pop("failOpen", False),
             "status_on_error": {"code": int(provider.pop("statusOnError", "403"))},
             "allowed_headers": _strings(provider.pop("includeRequestHeadersInCheck")),
             "filter_enabled_metadata": {
                 "filter": "envoy.filters.http.rbac",
                 "path": [{"key": "istio_ext_authz_shadow_effective_policy_id"}],
                 "value": {"string_match": {"prefix": "istio-ext-authz"}}},
             "http_service": {
                 "server_uri": {"uri": "http://oidc-sidecar", "cluster": "sidecar",
                                "timeout": provider.pop("timeout", "600s")},
                 "path_prefix": provider.pop("pathPrefix", ""),
                 "authorization_response": {
                     "allowed_upstream_headers": _strings(provider.pop("headersToUpstreamOnAllow", [])),
                     "allowed_client_headers_on_success": _strings(provider.pop("headersToDownstreamOnAllow", [])),
                     "allowed_client_headers": _strings(provider.pop("headersToDownstreamOnDeny", []))}}}
    assert provider == {}, "what is this?"
    return [shadow, {"name": "envoy.filters.http.ext_authz", "typed_config": asked}]


def _rule(rule):
    """Nobody has a name of the mesh here: the sidecar goes straight to XNAT. What names do, met() says."""
    assert set(rule) <= {"to", "from", "when"}
    ((operation,),) = [[each["operation"] for each in rule["to"]]]
    assert operation["ports"] == [str(XNAT)], "the port of the second listener"
    assert set(operation) <= {"ports", "paths", "notPaths"}
    paths = [[{"url_path": {"path": {"exact": each}}} for each in operation.get(name, [])]
             for name in ("paths", "notPaths")]
    of_it = [*([{"or_rules": {"rules": paths[0]}}] if paths[0] else []), *({"not_rule": each} for each in paths[1])]
    assert rule["when"] == [{"key": "request.headers[authorization]", "notValues": ["*"]}]
    absent = {"not_id": {"header": {"name": "authorization", "present_match": True}}}
    named = [{"not_id": {"authenticated": {"principal_name": {"exact": f"spiffe://{name}"}}}}
             for each in rule.get("from", []) for name in each["source"]["notPrincipals"]]
    return {"permissions": [{"and_rules": {"rules": of_it or [{"any": True}]}}],
            "principals": [{"and_ids": {"ids": [absent, *named]}}]}


def met(policy, **request):
    """Whether one of the policy's rules speaks of a request: CUSTOM asks then, DENY refuses. What a request has is called
    as in rules, in the singular (port, path, principal); headers as in `when`."""
    return any(_one_of(rule.get("from"), "source", request) and _one_of(rule.get("to"), "operation", request)
               and all(_agrees({name: said for name, said in each.items() if name != "key"},
                               {"value": request.get(each["key"], "")}) for each in rule.get("when", []))
               for rule in policy["spec"]["rules"])


def _one_of(alternatives, word, request):
    return not alternatives or any(_agrees(each[word], request) for each in alternatives)


def _agrees(said, request):
    """With all of it: {"ports": patterns, "notPaths": patterns…}."""
    for name, patterns in said.items():
        forbidden = name.startswith("not")
        value = request[name.removeprefix("not").lower().removesuffix("s")]
        if any(_is_like(value, pattern) for pattern in patterns) == forbidden:
            return False
    return True


def _is_like(value, pattern):
    """A star is whatever there is."""
    if pattern.endswith("*"):
        return value != "" and value.startswith(pattern[:-1])
    return value == pattern


# --- EnvoyFilter --------------------------------------------------------------------------------------

def _patch(spec, labels):
    assert spec["workloadSelector"]["labels"] == labels
    (patch,) = spec["configPatches"]
    name = "envoy.filters.network.http_connection_manager"
    assert patch["applyTo"] == "NETWORK_FILTER" and patch["patch"]["operation"] == "MERGE"
    assert patch["match"] == {"context": "SIDECAR_INBOUND", "listener": {"filterChain": {"filter": {"name": name}}}}
    return patch["patch"]["value"]["typed_config"]


def _merged(old, new):
    if not isinstance(new, dict) or not isinstance(old, dict):
        return new
    return old | {key: _merged(old.get(key), value) for key, value in new.items()}
