"""The command blocks of a README, taken in their order: none is left out, and none is another than was meant."""

import re
from contextlib import contextmanager

BLOCK = re.compile(r"(?<=\n\n)(?: {4}.*\n|\n(?= {4}))+")


def blocks(readme):
    """What stands indented, block by block."""
    found = BLOCK.findall(readme.read_text())
    return ["\n".join(line[4:] for line in block.splitlines()) for block in found]


def block(readme, beginning):
    """The one that begins like this."""
    (found,) = [each for each in blocks(readme) if each.startswith(beginning)]
    return found


@contextmanager
def walk(readme):
    """take(beginning) gives the next block; at the end there must be none left."""
    left = blocks(readme)

    def take(beginning):
        assert left, f"{readme} has no further block, and none that begins {beginning!r}"
        taken = left.pop(0)
        assert taken.startswith(beginning), f"not {beginning!r} is next in {readme}, but:\n{taken}"
        return taken
    yield take
    assert not left, f"nobody tried these blocks of {readme}:\n" + "\n\n".join(left)
