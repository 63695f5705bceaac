"""The hand-ins in a CSV file with any header: the column of codes is recognised by its contents."""

import re
from typing import NamedTuple

from lab import cells
from lab.assignment.hand_in import plain_name, read_hand_in
from lab.sheets.names import MARKED, NAMED

MOST_ROWS, MOST_LINES, MOST_BYTES = 2_000, 20_000, 30_000_000
WHAT = "the file of hand-ins"
# base64url of zlib's first two bytes, or JSON; possibly cut off
CODE = re.compile(r"eN[A-Za-z0-9_-]{20,}(\.[0-9a-f]*)?|\{.*hand-in.*", re.DOTALL)


class Row(NamedTuple):
    """A row: its number in the file, from 1 without the header; the name in the list; the hand-in's text."""

    number: int
    listed: str
    text: str


def read(content, most_rows=MOST_ROWS):
    """Return the Rows of a CSV file's bytes, a tuple; raise `cells.Unreadable` with one sentence.

    A row without a code is kept, with an empty text. Names come from a column with such a header; otherwise
    from a column of words, or any column. Of several, the one with the most names of hand-ins counts, then
    the one with the most different cells.
    """
    table = cells.rows(content, WHAT, MOST_LINES, MOST_BYTES)
    width = max(map(len, table))
    table = [row + [""] * (width - len(row)) for row in table]
    counts = [sum(map(_is_code, column)) for column in zip(*table, strict=True)]
    if not max(counts):
        raise cells.Unreadable(
            f"No column of {WHAT} contains hand-in codes; allowed: a CSV file with a column of them."
        )
    codes = counts.index(max(counts))
    header, rows = (None, table) if _is_code(table[0][codes]) else (table[0], table[1:])
    if len(rows) > most_rows:
        allowed = f"allowed: up to {most_rows:,}"
        raise cells.Unreadable(f"The file of hand-ins has {len(rows):,} rows; {allowed}.")
    named = _named(header, rows, codes)
    return tuple(
        Row(n, row[named] if named is not None else "", row[codes]) for n, row in enumerate(rows, start=1)
    )


def of_file(name, content):
    """Return the single Row of a file that is a hand-in; `name` is the file's name without its extension."""
    return Row(1, name, cells.decoded(content))


def is_hand_in(content):
    """Return whether a file's bytes are one hand-in rather than a table of them."""
    return bool(CODE.fullmatch("".join(cells.decoded(content[:100_000]).split())))


def _is_code(cell):
    return bool(CODE.fullmatch("".join(cell[:10_000].split())))


def _named(header, rows, codes):
    """Return the index of the column that names the students, or None if there is none."""
    others = [n for n in range(len(rows[0])) if n != codes]
    called = [n for n in others if header and NAMED.search(header[n])]
    distinct = {n: len({row[n] for row in rows if row[n]}) for n in others}
    words = [n for n in others if distinct[n] and not all(MARKED.search(row[n]) for row in rows if row[n])]
    students = set(filter(None, (_student(row[codes]) for row in rows)))
    found = {n: sum(plain_name(row[n]) in students for row in rows) for n in others}
    candidates = called or words or [n for n in others if distinct[n]]
    return max(candidates, key=lambda n: (found[n], distinct[n]), default=None)


def _student(code):
    """Return the plain name in a code, "" if it cannot be read."""
    try:
        return plain_name(read_hand_in(code).student)
    except ValueError:
        return ""
