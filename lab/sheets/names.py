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
        """Return the students in a column, in order, without repetitions; raise Unreadable if too many."""
        names = dict.fromkeys(cell[:LONGEST_NAME] for cell in self.columns[title or self.named] if cell)
        if len(names) > MOST_STUDENTS:
            raise cells.Unreadable(
                f"The class list has {len(names):,} students; allowed: up to {MOST_STUDENTS} at a time."
            )
        return tuple(names)


def read(content):
    """Return the ClassList of a CSV file's bytes; raise `cells.Unreadable` with one sentence.

    The first row is a header if one of its cells says so, such as Name or E-mail, and the cells below do not
    all do, as in student1@x.org, or if it has no number or address in a column where all other rows have one.
    Without a header, columns are numbered.
    """
    table = cells.rows(content, WHAT, 10 * MOST_STUDENTS, MOST_BYTES)
    width = max(map(len, table))
    table = [row + [""] * (width - len(row)) for row in table]
    first, *rest = table
    if rest and next(filter(None, rest[0])).lower() == OF_CANVAS:
        del rest[0]
    has_header = bool(rest) and (_is_named(first, rest) or _differs(first, rest))
    titles = _titles(first if has_header else [""] * width)
    rows = rest if has_header else table
    columns = {title: [row[n] for row in rows] for n, title in enumerate(titles)}
    return ClassList(columns, _named(columns))


def _is_named(first, rest):
    """Return whether a cell of the first row is the title of a column, which is not that of all rows."""
    return any(
        NAMED.search(cell) and not all(NAMED.search(row[n]) for row in rest) for n, cell in enumerate(first)
    )


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
    name = " ".join(unicodedata.normalize("NFKC", student).casefold().split())
    text = f"backprop-lab sheet {digest_of(key)} {name}" if key else name
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4])
