"""The students of a class list: a CSV file with any header, from a spreadsheet or a learning platform."""

import hashlib
import re
import unicodedata
from typing import NamedTuple

from lab import cells
from lab.assignment.hand_in import plain_name
from lab.assignment.key import digest_of

MOST_STUDENTS, MOST_BYTES = 300, 2_000_000
LONGEST_NAME = 100  # characters
WHAT = "the class list"
OF_CANVAS = "points possible"  # in the row below the titles of a gradebook that Canvas exports
NAMED = re.compile(  # headers of columns with names or numbers, but not Sid, Naama or Loginova
    r"name|student|nom\b|nombre|apellid|cognome|matr|e-?mail|\bid\b|^sid$|(?-i:SID\b)|user|login\b|naam\b|"
    r"^(nome|participant|learner|candidate?|pupil|[eé]tudiant|estudiante|schüler|alumn[oe]|имя|фамилия|姓名|名前)$",
    re.IGNORECASE,
)
MARKED = re.compile(r"[\d@]")
IDENTIFYING = re.compile(r"student|matr|\bid\b|sid\b|name", re.IGNORECASE)


class ClassList(NamedTuple):
    """The columns of a class list, {title: cells}, and the title of the column that names the students."""

    columns: dict
    named: str

    def students(self, title=None):
        """Return the students in a column, in order, each once, whatever capitals and spaces repeat them.

        Raise Unreadable if there are too many.
        """
        names = {}
        for cell in filter(None, self.columns[title or self.named]):
            names.setdefault(_plain(cell[:LONGEST_NAME]), cell[:LONGEST_NAME])
        if len(names) > MOST_STUDENTS:
            raise cells.Unreadable(
                f"The class list has {len(names):,} students; allowed: up to {MOST_STUDENTS} at a time."
            )
        return tuple(names.values())


def read(content):
    """Return the ClassList of a CSV file's bytes; raise `cells.Unreadable` with one sentence.

    The first row is a header if one of its cells says so, such as Name or E-mail, and the cells below do not
    all do, as in student1@x.org, or if it has no number or address in a column where all other rows have one.
    A row alone is a header if one of its cells says so and none has a number or address. Without a header,
    columns are numbered.
    """
    table = cells.rows(content, WHAT, 10 * MOST_STUDENTS, MOST_BYTES)
    width = max(map(len, table))
    table = [row + [""] * (width - len(row)) for row in table]
    first, *rest = table
    is_canvas = bool(rest) and next(filter(None, rest[0])).lower() == OF_CANVAS
    if is_canvas:
        del rest[0]
    says_so = _is_named(first, rest) or _differs(first, rest) if rest else _is_titles(first)
    has_header = is_canvas or says_so
    titles = _titles(first if has_header else [""] * width)
    rows = rest if has_header else table
    columns = {title: [row[n] for row in rows] for n, title in enumerate(titles)}
    return ClassList(columns, _named(columns))


def _is_named(first, rest):
    """Return whether a cell of the first row is the title of a column, which is not that of all rows."""
    return any(
        NAMED.search(cell) and not all(NAMED.search(row[n]) for row in rest) for n, cell in enumerate(first)
    )


def _is_titles(row):
    """Return whether the only row of a table has titles of columns rather than a student."""
    return any(map(NAMED.search, row)) and not any(map(MARKED.search, row))


def _differs(first, rest):
    """Return whether a column has a digit or an @ in every row but the first."""
    for n, cell in enumerate(first):
        below = [row[n] for row in rest if row[n]]
        if (
            cell
            and below
            and not re.search(r"[\d@]", cell)
            and all(re.search(r"[\d@]", one) for one in below)
        ):
            return True
    return False


def _titles(header):
    """Return a title per column; an empty or repeated one gets the column's number."""
    titles = []
    for n, cell in enumerate(header, start=1):
        title = cell[:LONGEST_NAME] or f"column {n}"
        titles.append(title if title not in titles else f"{title} ({n})")
    return titles


def _named(columns):
    """Return the title of the column that names the students: by its title, or by having most names."""

    def rank(title):
        return bool(IDENTIFYING.search(title)), len({*columns[title]} - {""})

    return max(columns, key=rank)


def alike(students):
    """Return the groups of students, as tuples, whose names differ only in spaces, capitals or the like."""
    groups = {}
    for student in students:
        groups.setdefault(plain_name(student), []).append(student)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def seed_of(student, key=""):
    """Return the seed of a student's sheet, from 0 to 2**32 - 1.

    Capitals do not matter, nor how many spaces are between two words; but "Ann Lee" and "AnnLee" have
    different seeds. A seed depends only on the name and the instructor's key, so that a sheet stays the same
    when the list grows, and nobody without the key can ask for its solutions. Without a key it depends only
    on the name.
    """
    name = _plain(student)
    text = f"backprop-lab sheet {digest_of(key)} {name}" if key else name
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4])


def _plain(student):
    """Return a name without what does not matter in it: capitals, and more than one space."""
    return " ".join(unicodedata.normalize("NFKC", student).casefold().split())
