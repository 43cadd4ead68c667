"""Encrypted ID tokens as a provider makes them, by python3-jwcrypto, which shares no code with us."""

from jwcrypto import jwe, jwk

from .hostile import OWN_KEY, compact

HEAD = {"alg": "RS256", "kid": OWN_KEY.kid, "typ": "JWT"}
ALGORITHMS = ("RSA-OAEP", "RSA-OAEP-256")
CONTENT = ("A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512", "A128GCM", "A192GCM", "A256GCM")


def new_key(size=2048):
    return jwk.JWK.generate(kty="RSA", size=size)


def write_keys(file, *keys):
    """The file for --decryption-key-file."""
    file.write_bytes(b"".join(key.export_to_pem(private_key=True, password=None) for key in keys))
    file.chmod(0o600)
    return file


def encrypt(key, text, alg, enc, **header):
    """A compact JWE of a text. `key` is a jwcrypto key, or a JWK as it is published."""
    if isinstance(key, dict):
        key = jwk.JWK(**{name: key[name] for name in ("kty", "n", "e")})
    # Everything that jwcrypto can do, also what nobody should.
    token = jwe.JWE(text if isinstance(text, bytes) else text.encode(),
                    {"alg": alg, "enc": enc, "cty": "JWT"} | header,
                    algs=[alg, enc])
    token.add_recipient(key)
    return token.serialize(compact=True)


def encrypted(key, alg="RSA-OAEP", enc="A256GCM", sign=OWN_KEY.sign, head=None, **header):
    """For a tenant's `id_token`: signed, then encrypted."""
    return lambda claims: encrypt(key, compact(head or HEAD, claims, sign), alg, enc, **header)
