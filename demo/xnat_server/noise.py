"""Bytes to send that no test can mistake for others: the same on every call, different in every block."""

import hashlib


def noise(size):
    """`size` bytes in blocks of 64 kB."""
    number, left = 0, size
    while left:
        seed = hashlib.sha256(str(number).encode()).digest()
        block = (seed * 2048)[:left]
        yield block
        left -= len(block)
        number += 1


def noise_sha256(size):
    digest = hashlib.sha256()
    for block in noise(size):
        digest.update(block)
    return digest.hexdigest()
