"""Shapes of `rd` that have led away from somebody's site, made here by combination.

A shape is a lead (what a filter may take for a scheme or a path), a separator (what a browser may take
for the beginning of a host), and a host in some dress. Browsers read more as a separator than filters
do: backslashes as slashes, and tabs and line ends anywhere as nothing at all (WHATWG URL, 4.4).
"""

import itertools
import re
import urllib.parse

EVIL = "evil.example"

# Control characters, blanks, and what looks like one: each has stood between two slashes.
SPACES = ["\t", "\n", "\r", "\r\n", "\x0b", "\x0c", "\x00", "\x01", "\x1f", " ", "\x7f", "\x85",
          "\xa0", "\u2028", "\u2029", "\u3000", "\u200b", "\ufeff"]
SLASHES = ["/", "\\", "%2f", "%5c", "%2F", "%5C", "\u2215", "\uff0f", "\uff3c"]
SCHEMES = ["http:", "https:", "HTTPS:", "hTTp:", "ftp:", "ws:", "javascript:", "data:", "file:", "x:",
           ":", "http%3a", "\thttp:", "ht\ntp:", " https:", "\x01https:", "blob:http:"]
MIDDLES = ["", ";", ".", "..", ":", "@", "?", "#", "*", "%", "%00", "%09", "%0a", "%0d%0a", "%20",
           "%e3%80%82", "x", "x/.."]
TAILS = ["", "/", "/%2e%2e", "?x=/data", "#/data", "%00", ":80", ".", "%2f..", "//"]


def _separators():
    """Two slashes of any kind with anything between, before or behind them."""
    for one, two in itertools.product(SLASHES, repeat=2):
        yield one + two
    for space in SPACES:
        yield from (f"/{space}/", f"{space}//", f"/{space}\\", f"//{space}", f"\\{space}/")
    for middle in MIDDLES:
        yield from (f"/{middle}/", f"{middle}//", f"//{middle}", f"/{middle}\\", f"/{middle}//",
                    f"/x/{middle}//")
    for count in (3, 4, 5, 9):
        yield from ("/" * count, "\\" * count, "/\\" * count)


def _dressed(host):
    """The evil host with ours beside it, so that a filter sees ours."""
    for between in ("@", "\\@", "%40", "%5C@", ":x@", "/@", "?@", "#@", ";@", "\t@", "%00@"):
        yield f"{EVIL}{between}{host}"
        yield f"{host}{between}{EVIL}"
    for between in (".", "-", "", "%2e", "\u3002", "\uff0e", "%00.", "\t."):
        yield f"{host}{between}{EVIL}"
        yield f"{EVIL}{between}{host}"
    yield from (f"[::1]@{EVIL}", f"{EVIL}:80", f"{EVIL}.", "3627734734", "0xd8.0x3a.0xd6.0xce",
                f"{EVIL.upper()}", "evil\u3002example", "ev\u0456l.example", "%65vil.example")


def shapes(site):
    """Texts for `rd`; some are harmless, all are strange."""
    host = urllib.parse.urlsplit(site).netloc
    made = dict.fromkeys(f"{separator}{EVIL}{tail}" for separator, tail in
                         itertools.product(_separators(), ("", "/", "/x?y=//z")))
    for scheme, slashes in itertools.product(SCHEMES, ("//", "/", "", "\\\\", "/\\", "///", "\t//")):
        made[f"{scheme}{slashes}{EVIL}/"] = None
    for lead, dressed in itertools.product(("//", "http://", "https:\\\\", "/\\", ""), _dressed(host)):
        made[f"{lead}{dressed}/"] = None
    for tail in TAILS:
        made[f"//{EVIL}{tail}"] = made[f"/\\{EVIL}{tail}"] = None
    for split in ("\r\nLocation: ", "\nLocation: ", "%0d%0aLocation:%20", "\r\nRefresh: 0;url="):
        made[f"/data{split}http://{EVIL}/"] = None
    return list(made)


def where_a_browser_goes(location, base):
    """The origin that a browser asks next (WHATWG URL, 4.4: the parts that differ from RFC 3986)."""
    text = location.strip("".join(map(chr, range(0x21))))
    text = re.sub("[\t\r\n]", "", text)
    own = urllib.parse.urlsplit(base)
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", text)
    if scheme:
        name = scheme.group(1).lower()
        if name not in ("http", "https", "ws", "wss", "ftp"):
            return f"{name}:"
        rest = text[scheme.end():].replace("\\", "/")
        if name == own.scheme and not rest.startswith("//"):
            return where_a_browser_goes(rest, base)  # "http:path" is relative to the same scheme
        name, rest = f"{name}://", rest.lstrip("/")
    else:
        text = text.replace("\\", "/")
        if not text.startswith("//"):
            return f"{own.scheme}://{own.netloc}"
        name, rest = f"{own.scheme}://", text.lstrip("/")
    host = re.split("[/?#]", rest, maxsplit=1)[0]
    return name + host.rpartition("@")[2].lower()


def assert_on_site(location, site):
    """One clean line that no browser takes for another site's address."""
    assert location.isascii() and location.isprintable() and not set(location) & set(" \\"), \
        repr(location)
    assert where_a_browser_goes(location, site) == site.lower(), f"leads away: {location!r}"
    path = location[len(site):] if location.startswith(site) else location
    assert path.startswith("/") and not path.startswith("//"), f"leads away: {location!r}"
