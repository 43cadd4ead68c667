"""What must hold of the tables, as functions that say what does not."""

import re
from collections import Counter

from harness import ids
from harness.process import ROOT

# How comments in the code name a specification, and how the table does.
SPECIFICATIONS = {
    r"(?:OpenID Connect )?Core 1\.0": "OpenID Connect Core 1.0",
    r"(?:OpenID Connect )?Discovery 1\.0": "OpenID Connect Discovery 1.0",
    r"(?:OpenID Connect )?Back-Channel Logout 1\.0": "OpenID Connect Back-Channel Logout 1.0",
    r"(?:OpenID Connect )?RP-Initiated Logout 1\.0": "OpenID Connect RP-Initiated Logout 1.0",
    r"RFC (?:6749|6750|7515|7516|7517|7518|7519|7636|7797|8725|9068|9207|9700)": None,
}
PLACE = r"(?:appendix )?[A-Z]?\.?\d+(?:\.\d+)*"
CITATION = re.compile(
    rf"\b({'|'.join(SPECIFICATIONS)}),?(?: sections?| appendix|,| s\.)? ?"
    rf"({PLACE}(?:(?:,| and|, and) (?:section )?\d+(?:\.\d+)*)*)(?![\w-])")


def _name(text):
    for pattern, name in SPECIFICATIONS.items():
        if re.fullmatch(pattern, text):
            return name or text
    raise ValueError(text)


def sections(text):
    """The sections of a list: "3.1.3.7, 4 and 5" are two items of one, "6.2.2, 6.3.2" two sections."""
    places, last = [], None
    for part in re.findall(r"[A-Z]?\.?\d+(?:\.\d+)*", text):
        if last is None or "." in part:
            last = part
            places.append(part)
            continue
        if places[-1] == last:
            places.pop()
        places.append(f"{last}, {part}")
    return places


def citations(text):
    """(specification, section) of every citation in the comments of a C file."""
    found = set()
    for comment in re.findall(r"/\*.*?\*/", text, re.DOTALL):
        flat = re.sub(r"\s*\n\s*\*?\s*", " ", comment)
        for match in CITATION.finditer(flat):
            found |= {(_name(match[1]), section) for section in sections(match[2])}
    return found


def cited_in(*folders):
    """file → citations, of every C file of these folders."""
    return {str(path.relative_to(ROOT)): citations(path.read_text())
            for folder in folders for path in sorted((ROOT / folder).glob("*.c"))}


def bad_rows(rows):
    """Rows that say nothing, or the same as another."""
    for row in rows:
        if not row.tests and not row.reason:
            yield f"{row.name}: neither a test nor a reason"
        if len(set(row.tests)) != len(row.tests):
            yield f"{row.name}: a test is named twice"
        if not row.sentence.endswith(".") or not row.section or not row.spec:
            yield f"{row.name}: no specification, section and sentence"
        if row.reason and not row.reason.endswith("."):
            yield f"{row.name}: the reason is no sentence"
    for key, count in Counter((row.spec, row.section, row.sentence) for row in rows).items():
        if count > 1:
            yield f"{', '.join(key)}: {count} rows say this"
    alike = Counter((row.spec, row.section, frozenset(row.tests)) for row in rows if row.tests)
    for (spec, section, _), count in alike.items():
        if count > 1:
            yield f"{spec}, {section}: {count} rows have the same tests; are they one?"


def missing_tests(tests, names=None):
    """Tests that do not exist."""
    for test in tests:
        fault = ids.missing(test, names)
        if fault:
            yield fault


def loose_citations(rows, cited):
    """Sections that the code cites and no row has, and rows whose code does not cite them."""
    known = {(row.spec, row.section) for row in rows}
    claimed = {(file, row.spec, row.section) for row in rows for file in row.code}
    present = {(file, *place) for file, places in cited.items() for place in places}
    for file, spec, section in sorted(present):
        if (spec, section) not in known:
            yield f"{file} cites {spec}, {section}, of which there is no row"
    for file, spec, section in sorted(claimed - present):
        yield f"a row says that {file} cites {spec}, {section}; it does not"


def rotten_mutations(mutations, read=lambda file: (ROOT / file).read_text()):
    """Mutations whose text is no longer in its file exactly once, or that change nothing."""
    for mutation in mutations:
        count = read(mutation.file).count(mutation.text)
        if count != 1:
            yield f"{mutation.name}: its text is {count} times in {mutation.file}"
        if mutation.text == mutation.replacement:
            yield f"{mutation.name}: changes nothing"
        if not mutation.tests:
            yield f"{mutation.name}: no test is to notice"
    for name, count in Counter(mutation.name for mutation in mutations).items():
        if count > 1:
            yield f"{name}: {count} mutations have this name"


def seen_red(row, mutations):
    """Whether a mutation must turn one of the row's tests red: the case itself, or its family."""
    red = {test for mutation in mutations for test in mutation.tests}
    families = {ids.family(test) for test in red}
    return any(test in red or ("[" not in test and test in families) for test in row.tests)


def never_red(rows, mutations):
    """Rows whose tests no mutation turns red."""
    for row in rows:
        if row.tests and not seen_red(row, mutations):
            yield f"{row.name}: no mutation turns one of its tests red"
