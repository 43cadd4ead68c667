"""How a secret may be written: as it is, in base64, in hexadecimal, percent-encoded, and in part."""

import base64
import urllib.parse

# A part this long is no coincidence.
PART = 16
PARTS_MAX = 8


def parts(text):
    """Parts from all over a text: what its beginning was written over with must not hide the rest."""
    last = max(0, len(text) - PART)
    step = max(PART // 2, last // (PARTS_MAX - 1))
    return [text[at:at + PART] for at in sorted({*range(0, last, step), last})]


def _base64(secret, shift):
    """The characters that depend on nothing but the secret when `shift` bytes come before it."""
    text = base64.b64encode(bytes(shift) + secret).rstrip(b"=")
    return text[-(-shift * 8 // 6):(shift + len(secret)) * 8 // 6]


def spellings(secret):
    """{spelling: [bytes, ...]}"""
    aligned = [_base64(secret, shift) for shift in range(3)]
    return {
        "as it is": [secret],
        "percent-encoded": [urllib.parse.quote(secret, safe="").encode(),
                            urllib.parse.quote_plus(secret, safe="~").encode()],
        "base64": aligned,
        "base64url": [text.translate(bytes.maketrans(b"+/", b"-_")) for text in aligned],
        "hexadecimal": [secret.hex().encode(), secret.hex().upper().encode()],
    }
