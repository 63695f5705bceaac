"""Points of the visitor's own as text: "x,y,label;x,y,label;…", or rows pasted from a spreadsheet."""

import re
from typing import NamedTuple

MAX_OWN_POINTS = 500
MOST_NAMED = 3  # bad rows, in a sentence
ALLOWED = "x,y,label with x and y from -100 to 100 and a label from 0 to 5"
# no digit can be matched in two ways, or a long number would take the square of its length
_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_POINT = re.compile(rf"({_NUMBER})(?:\s*,\s*|\s+)({_NUMBER})(?:\s*,\s*|\s+)({_NUMBER})")
_CELL = re.compile(rf"({_NUMBER}|[+-]?[0-9]+,[0-9]+)")  # of a spreadsheet, with a decimal comma


class Row(NamedTuple):
    """A row as it is written, and its (x, y, label); None where it cannot be read."""

    text: str
    point: tuple[float, float, int] | None


def read_rows(text):
    """The Rows of "x,y,label;x,y,label;…", good and bad.

    Rows end with a semicolon or a line break; values are separated by commas, tabs or blanks. Where tabs,
    blanks or, three in a line, semicolons separate the values, they may have decimal commas: "1,5 2,5 0" and
    "1,5;2,5;0" are the point (1.5, 2.5) of class 0. Coordinates lie within ±100, labels are 0 to 5. Raises
    ValueError for more than 500 rows.
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
    """The points of a text as [(x, y, label), …], see `read_rows`; ValueError names the first bad row."""
    rows = read_rows(text)
    if problem := bad_rows(rows, most=1):
        raise ValueError(problem)
    return [row.point for row in rows]


def bad_rows(rows, most=MOST_NAMED):
    """The sentence that names the rows without a point, up to `most` of them; "" where there are none."""
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
    """Rows as one text, to be read again: a line each where one of them has semicolons of its own."""
    return ("\n" if any(";" in text for text in texts) else ";").join(texts)


def format_points(points):
    """The inverse of `parse_points`, with coordinates to two decimals."""
    return ";".join(f"{round(x, 2):g},{round(y, 2):g},{label}" for x, y, label in points)


def _rows_of(line):
    """The rows of a line: one between two semicolons, or the whole line where they separate its values."""
    parts = [part.strip() for part in line.split(";") if part.strip()]
    if len(parts) == 3 and not any(map(_point, parts)):
        return [line.strip().strip(";").strip()]
    return parts


def _point(row):
    """(x, y, label) of a row, or None."""
    match = _POINT.fullmatch(row)
    cells = match.groups() if match else [cell.strip() for cell in row.split(";")]
    cells = cells if len(cells) == 3 else row.split()
    if len(cells) != 3 or not all(map(_CELL.fullmatch, cells)):
        return None
    x, y, label = (float(cell.replace(",", ".")) for cell in cells)
    return (x, y, int(label)) if abs(x) <= 100 and abs(y) <= 100 and label in range(6) else None
