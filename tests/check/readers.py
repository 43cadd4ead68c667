"""What each reader makes of a provider file: the facts of the plugin's generations in Python, sharing
no code with the product. Good for files without escapes and continuations."""

FALSE = "false"
CLAIMS = {"emailProperty": "email", "givenNameProperty": "given_name",
          "familyNameProperty": "family_name"}
BOOLEANS = ("shouldFilterEmailDomains", "forceUserCreate", "userAutoEnabled", "userAutoVerified",
            "pkceEnabled")
TEXTS = ("clientId", "clientSecret", "accessTokenUri", "userAuthUri", "userInfoUri", "link")
# A claim check: its switch, and what it goes by (lists, but for the path).
GATES = {"audCheck": ("acceptedAudiences",), "roleCheck": ("rolePath", "requiredRoles"),
         "typCheck": ("expectedTypes",)}
WAYS = ("idToken.", "bearer.")


def parse(text):
    """java.util.Properties for simple lines: the last of a key counts."""
    values = {}
    for line in text.splitlines():
        line = line.lstrip(" \t\f")
        if not line or line[0] in "#!":
            continue
        end = next((i for i, c in enumerate(line) if c in "=: \t"), len(line))
        rest = line[end:].lstrip(" \t")
        if rest[:1] in ("=", ":") and rest:
            rest = rest[1:].lstrip(" \t")
        values[line[:end]] = rest
    return values


def boolean(value):
    return value is not None and value.lower() == "true"


def domains(value):
    """Blanks between items go, those at the end stay."""
    return sorted(item.lstrip() if i else item for i, item in enumerate(
        part if last else part.rstrip()
        for part, last in ((p, n == value.count(",")) for n, p in enumerate(value.split(",")))))


class Plugin:
    """A generation of XNAT's plugin: what a file does to those who sign in."""

    def __init__(self, listed, auto, redirect_default, pattern, names_itself=False,
                 knows_gates=False):
        self.listed, self.auto, self.names_itself = listed, auto, names_itself
        self.knows_gates = knows_gates
        self.redirect_default, self.pattern = redirect_default, pattern

    def ids(self, values):
        if self.listed:
            return values.get("enabled", "").split(",") if values.get("enabled") else []
        return [values["provider.id"]] if "provider.id" in values else []

    @staticmethod
    def gates(get, way):
        """The checks that are on for one way in, and what they go by."""
        def own(name):
            return get(way + name) if get(way + name) is not None else get(name)
        on = {gate: boolean(own(f"{gate}.enabled")) for gate in GATES}
        if way == "bearer." and own("audCheck.enabled") is None:
            on["audCheck"] = True
        return {gate: [own(f"{gate}.{name}") if name == "rolePath" else
                       domains(own(f"{gate}.{name}") or "") for name in needs]
                for gate, needs in GATES.items() if on[gate]}

    def provider(self, values, provider):
        def get(name):
            return values.get(f"openid.{provider}.{name}")
        meaning = {name: get(name) for name in (*TEXTS, *CLAIMS)}
        if self.knows_gates:
            meaning["gates"] = self.gates(get, "idToken.")
            if boolean(get("bearer.enabled")):
                create = get("bearer.forceUserCreate")
                meaning["bearer"] = (get("issuer"), get("jwksUri"), self.gates(get, "bearer."),
                                     boolean(get("forceUserCreate") if create is None else create))
        meaning["link"] = (get("link") or "").strip()
        meaning |= {name: boolean(get(name)) for name in BOOLEANS if name != "userAutoEnabled"
                    and name != "userAutoVerified"}
        for own, site in (("userAutoEnabled", "auto.enabled"), ("userAutoVerified", "auto.verified")):
            later = values.get(site, get(own) if self.listed else None)
            meaning[own] = boolean(later if self.auto == "site" else get(own))
        scopes = get("scopes")
        meaning["scopes"] = None if scopes is None else sorted(
            s.strip() for s in scopes.split(","))
        if meaning["shouldFilterEmailDomains"]:
            meaning["domains"] = domains(get("allowedEmailDomains") or "")
        if self.pattern:
            meaning["pattern"] = get("usernamePattern") or "[providerId]_[sub]"
        return meaning

    def read(self, text):
        values = parse(text)
        if values.get("auth.method") != "openid":
            return None
        return {
            "id": values.get("provider.id", "").strip() if self.names_itself else None,
            "redirect": (values.get("siteUrl"),
                         values.get("preEstablishedRedirUri", self.redirect_default)),
            "visible": values.get("visible") is None or boolean(values.get("visible")),
            "passwords": boolean(values.get("disableUsernamePasswordLogin")),
            "name": values.get("name"),
            "providers": {p: self.provider(values, p) for p in self.ids(values)},
        }


def restriction(value):
    """A switch that keeps somebody out: the sidecar does not start when it cannot read it."""
    if value is not None and value.lower() not in ("true", "false"):
        raise ValueError(value)
    return boolean(value)


class Sidecar:
    """Trims, has defaults, reads both layouts."""

    def read(self, text):
        try:
            return self.settings(text)
        except ValueError:
            return "does not start"

    def settings(self, text):
        values = {key: value.strip() for key, value in parse(text).items()}
        listed = "enabled" in values
        ids = [i.strip() for i in values.get("enabled", "").split(",")] if listed \
            else [values.get("provider.id")]
        return {
            "method": values.get("auth.method", "openid"),
            "site": values.get("siteUrl", "").rstrip("/"),
            "redirect": values.get("preEstablishedRedirUri", "/openid-login"),
            "visible": values.get("visible") in (None, "") or boolean(values.get("visible")),
            "passwords": restriction(values.get("disableUsernamePasswordLogin")),
            "name": values.get("name"),
            "providers": {p: self.provider(values, p, listed) for p in ids},
        }

    @staticmethod
    def gates(raw, way):
        """A check that has nothing to go by keeps the sidecar from starting."""
        def own(name, shared=True):
            return raw(way + name) if raw(way + name) is not None or not shared else raw(name)
        on = {gate: restriction(own(f"{gate}.enabled")) for gate in GATES if gate != "audCheck"}
        asked = own("audCheck.enabled", shared=way != "bearer.")
        on["audCheck"] = way == "bearer." if asked is None else restriction(asked)
        found = {}
        for gate, needs in GATES.items():
            if on[gate]:
                found[gate] = [own(f"{gate}.{name}") if name == "rolePath" else
                               sorted(filter(None, (item.strip() for item in
                                                    (own(f"{gate}.{name}") or "").split(","))))
                               for name in needs]
                if not all(found[gate]):
                    raise ValueError(gate)
        return found

    def provider(self, values, provider, listed):
        def raw(name):
            return values.get(f"openid.{provider}.{name}")

        def get(name):
            return raw(name) or None
        meaning = {name: get(name) for name in TEXTS if name != "link"}
        meaning |= {name: get(name) or default for name, default in CLAIMS.items()}
        meaning["filter"] = restriction(values.get(f"openid.{provider}.shouldFilterEmailDomains"))
        meaning["create"] = boolean(get("forceUserCreate"))
        meaning["pkce"] = None if get("pkceEnabled") is None else boolean(get("pkceEnabled"))
        for own, site in (("userAutoEnabled", "auto.enabled"), ("userAutoVerified", "auto.verified")):
            first, second = (get(own), values.get(site)) if listed else (values.get(site), get(own))
            meaning[own] = boolean(first if first is not None else second)
        meaning["scopes"] = sorted({s.strip() for s in
                                    (get("scopes") or "openid,profile,email").split(",")} | {"openid"})
        if meaning["filter"]:
            meaning["domains"] = sorted(d.strip().lower() for d in
                                        (get("allowedEmailDomains") or "").split(","))
        meaning["pattern"] = get("usernamePattern") or "[providerId]_[sub]"
        meaning |= {name: get(name) for name in ("issuer", "jwksUri")}
        meaning["gates"] = self.gates(raw, "idToken.")
        if boolean(get("bearer.enabled")):
            create = raw("bearer.forceUserCreate")
            meaning["bearer"] = (self.gates(raw, "bearer."), meaning["create"] if create is None
                                 else boolean(create))
        return meaning


# A file that lists its providers is for 1.0; what it says of new accounts and of itself counts after
# an upgrade, too.
READERS = {
    "listed": [Sidecar(), Plugin(True, "own", "null", False),
               Plugin(True, "site", "null", False, names_itself=True)],
    "single": [Sidecar(), Plugin(False, "own", "null", True),
               Plugin(False, "site", "/openid-login", True)],
    # Claim checks are a finding for whoever does not know them: each reader is asked alone.
    "sidecar": [Sidecar()],
    "plugin-1.6": [Plugin(False, "site", "/openid-login", True, knows_gates=True)],
}

SITE_KEYS = {"auth.method", "type", "provider.id", "name", "visible", "auto.enabled",
             "auto.verified", "enabled", "disableUsernamePasswordLogin", "siteUrl",
             "preEstablishedRedirUri"}
PROVIDER_KEYS = {*TEXTS, *CLAIMS, *BOOLEANS, "scopes", "allowedEmailDomains", "usernamePattern",
                 "issuer", "jwksUri", "bearer.enabled", "bearer.forceUserCreate",
                 *(f"{way}{gate}.{name}" for way in ("", *WAYS) for gate, needs in GATES.items()
                   for name in ("enabled", *needs))}


def ignored(text):
    """Lines that nobody reads: unknown keys, all but the last of a key with several values, and
    domains without the switch of their filter."""
    seen, lines = {}, []
    for line in text.splitlines():
        (key, value), = parse(line).items()
        known = key in SITE_KEYS or (key.startswith("openid.") and
                                     key.split(".", 2)[-1] in PROVIDER_KEYS)
        if not known or seen.get(key, value) != value:
            lines.append(key)
        seen[key] = value
    lines += [key for key in seen if key.endswith(".allowedEmailDomains") and
              key.replace("allowedEmailDomains", "shouldFilterEmailDomains") not in seen]
    return sorted(lines)


def meaning(layout, text):
    """What the readers of a layout make of a file, and what none of them reads."""
    return [reader.read(text) for reader in READERS[layout]] + [ignored(text)]
