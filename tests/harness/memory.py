"""What stands in the memory of a process, read as root reads it (proc(5): maps, pagemap, mem)."""

import array
import os
from dataclasses import dataclass
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")
PRESENT = 1 << 63
SWAPPED = 1 << 62
AROUND = 48


@dataclass
class Stretch:
    """Pages that lie side by side and hold something."""

    region: str
    start: int
    data: bytes


def _touched(pagemap, start, end):
    """(first, behind the last) address of each run of pages that hold something. The rest of a large
    table reads as zeros, and reading them would take longer than all else."""
    pagemap.seek(start // PAGE * 8)
    entries = array.array("Q")
    entries.frombytes(pagemap.read((end - start) // PAGE * 8))
    begun = None
    for index, entry in enumerate([*entries, 0]):
        if entry & (PRESENT | SWAPPED):
            begun = index if begun is None else begun
        elif begun is not None:
            yield start + begun * PAGE, start + index * PAGE
            begun = None


def stretches(pid):
    """All that is private to the process and written to, or could be."""
    proc = Path(f"/proc/{pid}")
    with open(proc / "mem", "rb", buffering=0) as memory, \
            open(proc / "pagemap", "rb", buffering=0) as pagemap:
        for line in (proc / "maps").read_text().splitlines():
            addresses, rights, _, _, _, *name = line.split(None, 5)
            if "w" not in rights:
                continue
            start, end = (int(each, 16) for each in addresses.split("-"))
            for first, behind in _touched(pagemap, start, end):
                try:
                    memory.seek(first)
                    data = memory.read(behind - first)
                except OSError:  # it was given back between the look at the map and this one
                    continue
                yield Stretch(name[0] if name else "anonymous", first, data)


def find(pid, wanted):
    """Of {name: [bytes, ...]}, where they stand: [(name, place)], at most one of each name a
    stretch."""
    found = []
    for stretch in stretches(pid):
        for name, texts in wanted.items():
            at, text = next(((at, text) for text in texts
                             if (at := stretch.data.find(text)) >= 0), (-1, b""))
            if at >= 0:
                around = stretch.data[max(0, at - AROUND):at + len(text) + AROUND]
                found.append((name, f"{stretch.region} {stretch.start + at:#x}: {around!r}"))
    return found
