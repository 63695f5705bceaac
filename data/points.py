"""Parse the visitor's own points: "x,y,label;x,y,label;…", or rows pasted from a spreadsheet."""

import re
from typing import NamedTuple

MAX_OWN_POINTS = 500
MOST_NAMED = 3  # bad rows quoted in a sentence
ALLOWED = "x,y,label with x and y from -100 to 100 and a label from 0 to 5"
# no digit can be matched in two ways, or matching a long number would take quadratic time
_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_POINT = re.compile(rf"({_NUMBER})(?:\s*,\s*|\s+)({_NUMBER})(?:\s*,\s*|\s+)({_NUMBER})")
_CELL = re.compile(rf"({_NUMBER}|[+-]?[0-9]+,[0-9]+)")  # of a spreadsheet, with a decimal comma


class Row(NamedTuple):
    """A row as written, and its (x, y, label), or None if it cannot be read."""

    text: str
    point: tuple[float, float, int] | None


def read_rows(text):
    """Return the Rows of "x,y,label;x,y,label;…", good and bad.

    Rows end with a semicolon or a line break; values are separated by commas, tabs or spaces. Values
    separated by tabs, spaces or, if there are three on a line, semicolons may have decimal commas:
    "1,5 2,5 0" and "1,5;2,5;0" are the point (1.5, 2.5) of class 0. Coordinates are within ±100, labels from
    0 to 5. Raise ValueError for more than 500 rows.
    """
    rows = [
        Row(row, _point(row))
        for line in re.split(r"[\n\r]+", text[: MAX_OWN_POINTS * 200])
        for row in _rows_of(line)
    ]
    if len(rows) > MAX_OWN_POINTS or len(text) > MAX_OWN_POINTS * 200:
        raise ValueError(
            f"points holds more than {MAX_OWN_POINTS} rows; allowed: at most {MAX_OWN_POINTS} points."
        )
    return rows


def parse_points(text):
    """Return the points of a text, [(x, y, label), …], see `read_rows`; raise ValueError for a bad row."""
    rows = read_rows(text)
    if problem := bad_rows(rows, most=1):
        raise ValueError(problem)
    return [row.point for row in rows]


def bad_rows(rows, most=MOST_NAMED):
    """Return the sentence that names the unreadable rows, up to `most` of them; "" if there are none."""
    bad = [(number, row.text) for number, row in enumerate(rows, start=1) if row.point is None]
    if not bad:
        return ""
    named = [f"row {number} is {text[:40] + '…' * (len(text) > 40)!r}" for number, text in bad[:most]]
    left_out = len(bad) - len(named) if most > 1 else 0
    if left_out:
        named.append(f"{left_out} more rows are like that" if left_out > 1 else "1 more row is like that")
    listed = "; ".join(named[:-1]) + "; and " * (len(named) > 1) + named[-1]
    return f"points, {listed}; allowed: {ALLOWED}."


def joined(texts):
    """Join rows to one text that can be read again: one per line if a row contains semicolons."""
    return ("\n" if any(";" in text for text in texts) else ";").join(texts)


def format_points(points):
    """Return points as text for `parse_points`, with coordinates rounded to two decimals."""
    return ";".join(f"{round(x, 2):g},{round(y, 2):g},{label}" for x, y, label in points)


def _rows_of(line):
    """Return the rows of a line: its parts between semicolons, or the whole line if they separate values."""
    parts = [part.strip() for part in line.split(";") if part.strip()]
    if len(parts) == 3 and not any(map(_point, parts)):
        return [line.strip().strip(";").strip()]
    return parts


def _point(row):
    """Return (x, y, label) of a row, or None if it cannot be read."""
    match = _POINT.fullmatch(row)
    cells = match.groups() if match else [cell.strip() for cell in row.split(";")]
    cells = cells if len(cells) == 3 else row.split()
    if len(cells) != 3 or not all(map(_CELL.fullmatch, cells)):
        return None
    x, y, label = (float(cell.replace(",", ".")) for cell in cells)
    return (x, y, int(label)) if abs(x) <= 100 and abs(y) <= 100 and label in range(6) else None
