"""What ingress-nginx makes of Ingresses: the nginx configuration that they come to, for nginx itself.

The controller runs in a cluster only. This is written after what it generates (1.11 to 1.15), in as far as the
examples have to do with it: defaults, headers that it sets and leaves, what its annotations stand for. An annotation
that is not in the tables below is a mistake. Services lead to this machine.
"""

import re

from harness.kubernetes import documents

PREFIX = "nginx.ingress.kubernetes.io/"
TLS = "/etc/nginx/tls/xnat.example.com"

# Annotation, directive, and the controller's default.
DIRECTIVES = (("proxy-body-size", "client_max_body_size", "1m"), ("proxy-connect-timeout", "proxy_connect_timeout", "5"),
              ("proxy-send-timeout", "proxy_send_timeout", "60"), ("proxy-read-timeout", "proxy_read_timeout", "60"),
              ("proxy-buffering", "proxy_buffering", "off"), ("proxy-buffer-size", "proxy_buffer_size", "4k"),
              ("proxy-request-buffering", "proxy_request_buffering", "on"))
OTHERS = {"auth-url", "auth-signin", "auth-response-headers", "auth-proxy-set-headers", "denylist-source-range",
          "whitelist-source-range"}

# Headers to an upstream; the client's others pass.
SET = (("Host", "$http_host"), ("Upgrade", "$http_upgrade"), ("Connection", "$connection_upgrade"),
       ("X-Request-ID", "$request_id"), ("X-Real-IP", "$remote_addr"), ("X-Forwarded-For", "$remote_addr"),
       ("X-Forwarded-Host", "$http_host"), ("X-Forwarded-Port", "$server_port"), ("X-Forwarded-Proto", "$scheme"),
       ("X-Forwarded-Scheme", "$scheme"), ("X-Scheme", "$scheme"),
       ("X-Original-Forwarded-For", "$http_x_forwarded_for"), ("Proxy", '""'))
# Headers of a question (auth-url).
ASKED = (("Content-Length", '""'), ("X-Forwarded-Proto", '""'), ("X-Request-ID", "$request_id"),
         ("X-Original-URL", "$scheme://$http_host$request_uri"), ("X-Original-Method", "$request_method"),
         ("X-Sent-From", "nginx-ingress-controller"), ("X-Real-IP", "$remote_addr"),
         ("X-Forwarded-For", "$remote_addr"), ("X-Auth-Request-Redirect", "$request_uri"))


def configuration(*texts, global_headers="cleared-headers", settings=None):
    """The http block's content. Of `global_headers`, a ConfigMap, is the controller's proxy-set-headers; `settings` are
    others of its own."""
    every = [each for text in texts for each in documents(text)]
    maps = {each["metadata"]["name"]: each["data"] for each in every if each["kind"] == "ConfigMap"}
    ports = _ports(every)
    hosts = {}
    for ingress in (each for each in every if each["kind"] == "Ingress"):
        for rule in ingress["spec"]["rules"]:
            assert [rule["host"]] in [tls["hosts"] for tls in ingress["spec"]["tls"]]
            hosts.setdefault(rule["host"], []).extend(
                part for path in rule["http"]["paths"]
                for part in _locations(ingress, path, ports, maps, global_headers))
    certificate = f"ssl_certificate {TLS}.pem;\nssl_certificate_key {TLS}.key;\n"
    servers = "".join(f"server {{\nlisten 443 ssl;\nserver_name {host};\n{certificate}{''.join(parts)}}}\n"
                      for host, parts in hosts.items())
    return (_real_ip(**(settings or {})) +
            "map $http_upgrade $connection_upgrade { default upgrade; '' ''; }\n"
            "underscores_in_headers off;\nignore_invalid_headers on;\nlarge_client_header_buffers 4 8k;\n"
            "proxy_http_version 1.1;\nproxy_redirect off;\nserver_tokens off;\n"
            f"server {{\nlisten 443 ssl default_server;\n{certificate}return 404;\n}}\n{servers}")


def _real_ip(use_forwarded_headers=False, proxy_real_ip_cidr="0.0.0.0/0"):
    """Which address a client is said to have."""
    if not use_forwarded_headers:
        return ""
    trusted = "".join(f"set_real_ip_from {each};\n" for each in proxy_real_ip_cidr.split(","))
    return f"real_ip_header X-Forwarded-For;\nreal_ip_recursive on;\n{trusted}"


def _ports(every):
    """(name of a Service, number or name of its port): the port of the pod."""
    return {(each["metadata"]["name"], key): 8081 if port["targetPort"] == "sidecar" else port["targetPort"]
            for each in every if each["kind"] == "Service" for port in each["spec"]["ports"]
            for key in (port["port"], port["name"])}


def _lines(headers):
    return "".join(f"proxy_set_header {name} {value};\n" for name, value in headers)


def _locations(ingress, path, ports, maps, global_headers):
    noted = {name.removeprefix(PREFIX): value for name, value in ingress["metadata"].get("annotations", {}).items()}
    assert set(noted) <= {name for name, _, _ in DIRECTIVES} | OTHERS, noted
    service = path["backend"]["service"]
    port = ports[service["name"], service["port"].get("number", service["port"].get("name"))]
    plain = "".join(f"{directive} {noted.get(name, default)};\n" for name, directive, default in DIRECTIVES)
    plain += f"proxy_buffers 4 {noted.get('proxy-buffer-size', '4k')};\n"
    inside, more = "", []
    for word, name in (("deny", "denylist-source-range"), ("allow", "whitelist-source-range")):
        inside += "".join(f"{word} {each.strip()};\n" for each in noted.get(name, "").split(",") if each)
    inside += "deny all;\n" if "whitelist-source-range" in noted else ""
    if "auth-url" in noted:
        guarded, more = _asked(noted, ports, maps, plain)
        inside += guarded
    headers = [*SET, *((name, f'"{value}"') for name, value in maps[global_headers].items())]
    inside += f"{plain}{_lines(headers)}proxy_pass http://127.0.0.1:{port};\n"
    place = path["path"]
    if path["pathType"] == "Exact":
        where = [f"= {place}"]
    else:
        split = path["pathType"] == "Prefix" and place != "/"
        where = [f"{place}/", f"= {place}"] if split else [place]
    return [*more, *(f"location {each} {{\n{inside}}}\n" for each in where)]


def _asked(noted, ports, maps, plain):
    """(what is in the location, the locations that it needs)."""
    service, number, target = re.fullmatch(r"http://([a-z-]+)\.xnat\.svc\.cluster\.local:(\d+)(/.*)",
                                           noted["auth-url"]).groups()
    space, _, name = noted["auth-proxy-set-headers"].partition("/")
    assert space == "xnat"
    headers = [*ASKED, ("Host", service), *((each, f'"{value}"') for each, value in maps.get(name, {}).items())]
    question = (f"location = /_external-auth {{\ninternal;\nproxy_pass_request_body off;\n{plain}{_lines(headers)}"
                f"proxy_pass http://127.0.0.1:{ports[service, int(number)]}{target};\n}}\n")
    assert "rd=" in noted["auth-signin"], "the controller would add an absolute one"
    sign_in = ("location @sign_in {\ninternal;\nadd_header Set-Cookie $auth_cookie;\n"
               f"return 302 {noted['auth-signin']};\n}}\n")
    inside = ("auth_request /_external-auth;\nauth_request_set $auth_cookie $upstream_http_set_cookie;\n"
              "add_header Set-Cookie $auth_cookie;\n")
    for number, header in enumerate(re.split(r",\s*", noted["auth-response-headers"])):
        answered = header.lower().replace("-", "_")
        inside += (f"auth_request_set $authHeader{number} $upstream_http_{answered};\n"
                   f"proxy_set_header {header} $authHeader{number};\n")
    inside += "set_escape_uri $escaped_request_uri $request_uri;\nerror_page 401 = @sign_in;\n"
    return inside, [question, sign_in]
