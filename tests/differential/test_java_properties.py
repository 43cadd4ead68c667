"""Our reader against the real java.util.Properties: the same keys, the same values, code unit by code
unit, and a syntax error exactly where Java throws.

Both sides read one container with all cases, so each runs once. The program of ours is in the build
folder, OIDC_BUILD or _build; make brings it up to date.
"""

import os
import pathlib
import random
import shutil
import struct
import subprocess

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = pathlib.Path(os.environ.get("OIDC_BUILD", ROOT / "_build"))
PROGRAM = "tests/unit/props/dump_properties"
SEED = 20100411
GENERATED = 6000

# Written by hand: what the reader's rules turn on.
CASES = [
    b"",
    b"\n\r\r\n \t\f\n",
    b"a=b",
    b"a:b\r\nc d\re\tf\ng\fh",
    b"  a  =  b  ",
    b"a = = b\nc : = d\ne  :f\n g=:h",
    b"=v\n:v\n = v",
    b"key",
    b"key\\",
    b"\\",
    b"\\\n",
    b"\\\r\n",
    b"\\\n\\\n\\",
    b"\\\n#not a comment?\n",
    b"\\\n\n#comment\nx",
    b"\\\n   !x=y",
    b"a=b\\\n  c\\\r\n\td\\\r\f\n",
    b"a=b\\\n\nc=d",
    b"a=b\\\\\nc=d\ne=\\\\\\\nf",
    b"a=b\\\n#c\n",
    b"a\\\n b = c",
    b"a\\=b\\:c\\ d\\#e=v",
    b"\\#a=b\n\\!c=d",
    b"# comment \\\na=b\n!c\\\n\\u12\n#\\u",
    b"a=#b\nc=!d",
    b"a=\\t\\n\\r\\f\\b\\0\\x41\\'\\\"\\\\",
    b"\\u0061\\u003d=\\u0020 x\\u0020",
    b"a=\\u00e9\\uD83D\\uDE00\\uD800\\uDC00",
    b"a=\\uD800\nb=\\uDC00\\uD800\nc=\\uD800x\\uDFFF\nd=\\uD83D\\uD83D\\uDE00",
    b"a=\\uD83D\\\n\\uDE00",
    b"a=\\u0000b\\u0000",
    b"a\x00b=\x00",
    b"\\u0000=x\n\\u0000\\u0000=y",
    b"a=\\u12",
    b"a=\\u12g4",
    b"a=\\u",
    b"a=\\uu0041",
    b"a=\\U0041",
    b"a=\\u+041\nb=\\u 041",
    b"a=\\u00\\\n41",
    b"a=\\\n\\u0041",
    b"a\\u004=b",
    b"a\\u00 4=b",
    b"first=1\na=\\u12\nlast=2",
    b"first=1\nfirst=2\n\\uzzzz=3\nfirst=4",
    b"a=1\na=2\na=3\nA=4",
    b"\xef\xbb\xbfa=b",
    b"\xff\xfe\x80=\x85\xa0\xad",
    b"caf\xe9=\xc3\xa9",
    b"a\x0b=b\x0b",
    b"a\x85b\nc\x1cd",
    b"a=b\x00\n",
    b"a=" + b"x" * 20000 + b"\\\n " + b"y" * 20000,
    b" " * 9000 + b"a=b\n" + b"#" * 9000 + b"\nc=d",
    # Java reads 8192 bytes at a time: escapes, line ends and comments across the seam.
    b"x" * 8190 + b"=\\\r\n  y\nz=1",
    b"x" * 8189 + b"\\\r\n  y\nz=1",
    b"#" + b"x" * 8190 + b"\r\nz=1",
    b"#" + b"x" * 8191 + b"z=1",
    b"a=" + b"x" * 8188 + b"\r\nz=1",
    b"a=" + b"x" * 8187 + b"\\u0041",
    b"a=" + b"x" * 8189 + b"\\\n",
    b"a=" + b"x" * 8189 + b"\\",
    b"a=" + b"x" * 8188 + b"\\\r",
]

PIECES = [
    b"\\", b"\\", b"\\\\", b"\n", b"\r", b"\r\n", b"\\\n", b"\\\r\n", b"\\\r", b" ", b"\t", b"\f", b"=", b":",
    b"#", b"!", b"a", b"b", b"key", b"value", b"u", b"\\u", b"\\u0041", b"\\u00e9", b"\\uD83D", b"\\uDE00",
    b"\\u000", b"\\uGGGG", b"\\u0000", b"\x00", b"\xe9", b"\xc3\xa9", b"\x85", b"\x0b", b"\xef\xbb\xbf", b"\\t",
    b"\\n", b"\\=", b"\\:", b"\\ ", b"\\#", b"0", b"9", b"f",
]


def nasty(rng):
    """Pieces in any order: mostly punctuation."""
    return b"".join(rng.choice(PIECES) for _ in range(rng.randint(0, 40)))


def noise(rng):
    """Bytes in any order, few of them distinct, so that the rare ones meet."""
    alphabet = bytes(rng.sample(range(256), 4)) + b"\\\n\r =:#u0a"
    return bytes(rng.choice(alphabet) for _ in range(rng.randint(0, 60)))


def plausible(rng):
    """A file that somebody could have written, with one thing gone wrong."""
    lines = []
    for _ in range(rng.randint(1, 12)):
        key = rng.choice([b"auth.method", b"enabled", b"openid.aaf.clientId", b"siteUrl", b"# note", b""])
        separator = rng.choice([b"=", b" = ", b":", b" ", b"\t=", b""])
        value = rng.choice([b"openid", b"https://xnat.example.com", b"aaf,google", b"", b"true  ", b"C:\\users\\new"])
        lines.append(key + separator + value + rng.choice([b"", b" ", b"  ", b"\\"]))
    text = bytearray(rng.choice([b"\n", b"\r\n", b"\r"]).join(lines))
    at = rng.randint(0, len(text))
    text[at:at] = rng.choice(PIECES)
    return bytes(text)


def generated():
    rng = random.Random(SEED)
    makers = [nasty, noise, plausible]
    return [makers[i % len(makers)](rng) for i in range(GENERATED)]


def run(command):
    result = subprocess.run(command, capture_output=True, timeout=120, check=False)
    assert result.returncode == 0, result.stderr.decode(errors="replace")
    return result.stdout.decode("ascii")


def by_case(output):
    return output.split("case ")[1:]


def readable(case):
    lines = []
    for line in case.splitlines()[1:]:
        if line == "error":
            lines.append(line)
            continue
        key, value = line.split(" ")
        text = [bytes.fromhex(part).decode("utf-16-be", "surrogatepass") for part in (key, value)]
        lines.append(f"{text[0]!a} = {text[1]!a}")
    return lines


@pytest.mark.standins
@pytest.mark.skipif(shutil.which("java") is None, reason="no java is installed to compare with")
def test_as_java_reads_it(tmp_path):
    cases = CASES + generated()
    container = tmp_path / "cases"
    container.write_bytes(b"".join(struct.pack(">I", len(case)) + case for case in cases))

    if (BUILD / "Makefile").exists():
        run(["make", "-s", "-C", str(BUILD), PROGRAM])
    theirs = by_case(run(["java", str(HERE / "DumpProperties.java"), str(container)]))
    ours = by_case(run([str(BUILD / PROGRAM), str(container)]))

    assert len(theirs) == len(cases)
    assert len(ours) == len(cases)
    differing = [i for i in range(len(cases)) if theirs[i] != ours[i]]
    if differing:
        first = min(differing, key=lambda i: len(cases[i]))
        pytest.fail(
            f"{len(differing)} of {len(cases)} differ; the shortest: {cases[first]!r}\n"
            f"java: {readable(theirs[first])}\nours: {readable(ours[first])}"
        )

    # The cases must be worth comparing: both outcomes, often.
    errors = sum(case.endswith("error\n") for case in theirs)
    entries = sum(case.count("\n") - 1 for case in theirs)
    assert errors > 500
    assert entries > 5000
