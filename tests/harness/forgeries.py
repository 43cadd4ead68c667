"""Encrypted tokens as somebody makes them who meddles: with each part, and with what is inside."""

import base64
import json

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .encryption import HEAD, encrypt, encrypted, new_key
from .hostile import OWN_KEY, b64url, compact

# Made once: keys cost time. The site's current one and its last, and one that it does not have.
CURRENT, LAST, FOREIGN = new_key(), new_key(3072), new_key()


def parts_of(token):
    return token.split(".")


def bytes_of(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def changed(index, change, **options):
    """A part of a good token with its bytes changed."""
    def make(claims):
        parts = parts_of(encrypted(CURRENT, **options)(claims))
        parts[index] = b64url(change(bytes_of(parts[index])))
        return ".".join(parts)
    return make


def flip(data):
    return bytes([data[0] ^ 1]) + data[1:]


def cut(size):
    return lambda data: data[:size]


def header_changed(**changes):
    """What is authenticated is no more what is written."""
    return changed(0, lambda data: json.dumps(json.loads(data) | changes).encode())


def around(make):
    """Encrypted around something else than a good signed token."""
    return lambda claims: encrypt(CURRENT, make(claims), "RSA-OAEP", "A256GCM")


def under_zeros(claims):
    """A whole token, encrypted with a key that a careless program would go on with where OAEP fails."""
    head = b64url(json.dumps({"alg": "RSA-OAEP", "enc": "A256GCM", "cty": "JWT"}).encode())
    iv, text = bytes(12), compact(HEAD, claims, OWN_KEY.sign).encode()
    sealed = AESGCM(bytes(32)).encrypt(iv, text, head.encode())
    key = b"\0" + bytes(range(255))
    return ".".join([head, *map(b64url, (key, iv, sealed[:-16], sealed[-16:]))])


# What meddling with the encrypted parts comes to: one failure, whatever was meddled with.
FORGERIES = {
    "for another key": encrypted(FOREIGN),
    "for another key of ours than it says": encrypted(LAST, kid=CURRENT.thumbprint()),
    "key with a bit turned": changed(1, flip),
    "a key of zeros where OAEP fails": under_zeros,
    "key of zeros": changed(1, lambda data: bytes(len(data))),
    "key larger than the modulus": changed(1, lambda data: b"\xff" * len(data)),
    "key cut short": changed(1, cut(255)),
    "no key": changed(1, cut(0)),
    "key of another size than enc's": lambda claims: ".".join(
        [b64url(json.dumps({"alg": "RSA-OAEP", "enc": "A256GCM"}).encode()),
         *parts_of(encrypted(CURRENT, enc="A128GCM")(claims))[1:]]),
    "key with RSA1_5 behind our alg": lambda claims: ".".join(
        [b64url(json.dumps({"alg": "RSA-OAEP", "enc": "A256GCM"}).encode()),
         *parts_of(encrypted(CURRENT, alg="RSA1_5")(claims))[1:]]),
    "IV with a bit turned": changed(2, flip),
    "IV cut short": changed(2, cut(8)),
    "no IV": changed(2, cut(0)),
    "ciphertext with a bit turned": changed(3, flip),
    "ciphertext cut short": changed(3, cut(64)),
    "no ciphertext": changed(3, cut(0)),
    "tag with a bit turned": changed(4, flip),
    **{f"{enc}: tag of {size} bytes": changed(4, cut(size), enc=enc)
       for enc in ("A128GCM", "A256GCM", "A128CBC-HS256") for size in (0, 1, 4, 8, 12, 15)},
    "tag with a byte more": changed(4, lambda data: data + b"\0"),
    "CBC: IV with a bit turned": changed(2, flip, enc="A128CBC-HS256"),
    "CBC: ciphertext with a bit turned": changed(3, flip, enc="A256CBC-HS512"),
    "CBC: last block gone": changed(3, lambda data: data[:-16], enc="A256CBC-HS512"),
    "CBC: no whole blocks": changed(3, lambda data: data[:-1], enc="A256CBC-HS512"),
    "header with another member": header_changed(extra=1),
    "header with another enc": header_changed(enc="A128GCM"),
}
