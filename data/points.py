"""Parse the visitor's own points: "x,y,label;x,y,label;…", or rows pasted from a spreadsheet.

Any distinct labels are classes, see `data.labels`. A row without coordinates, ",,3", makes 3 a class even if
no point has it: links of the first version had a class for every whole number up to the largest label, with
or without points, and `with_every_class` writes what they meant.
"""

import re
from typing import NamedTuple

from data.labels import LARGEST

MAX_OWN_POINTS = 500
MOST_NAMED = 3  # bad rows quoted in a sentence
MOST_CLASSES = 6
ALLOWED = "x,y,label with x and y from -100 to 100 and a whole number as the label"
# no digit can be matched in two ways; otherwise matching a long number would take quadratic time
_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_POINT = re.compile(rf"({_NUMBER})(?:\s*,\s*|\s+)({_NUMBER})(?:\s*,\s*|\s+)({_NUMBER})")
_CLASS = re.compile(rf",\s*,\s*({_NUMBER})")  # without a point
_CELL = re.compile(rf"({_NUMBER}|[+-]?[0-9]+,[0-9]+)")  # from a spreadsheet, possibly with a decimal comma


class Row(NamedTuple):
    """A row as written, with its (x, y, label) or its label alone; both are None if it cannot be read."""

    text: str
    point: tuple[float, float, int] | None
    label: int | None


def read_rows(text):
    """Return the Rows of "x,y,label;x,y,label;…", good and bad.

    Rows end with a semicolon or a line break; values are separated by commas, tabs or spaces. Values
    separated by tabs, spaces or, if there are three on a line, semicolons may have decimal commas:
    "1,5 2,5 0" and "1,5;2,5;0" are the point (1.5, 2.5) of class 0. Coordinates are within ±100, labels are
    whole numbers within ±LARGEST. Raise ValueError for more than 500 rows, besides those of classes without a
    point.
    """
    rows = [
        _row(row) for line in re.split(r"[\n\r]+", text[: MAX_OWN_POINTS * 200]) for row in _rows_of(line)
    ]
    if (
        sum(row.point is not None or row.label is None for row in rows) > MAX_OWN_POINTS
        or len(text) > MAX_OWN_POINTS * 200
    ):
        raise ValueError(
            f"points contains more than {MAX_OWN_POINTS} rows; allowed: at most {MAX_OWN_POINTS} points."
        )
    return rows


def parse_points(text):
    """Return the points of a text, [(x, y, label), …], see `read_rows`; raise ValueError for a bad row."""
    rows = read_rows(text)
    if problem := bad_rows(rows, most=1):
        raise ValueError(problem)
    return [row.point for row in rows if row.point]


def point_labels(text):
    """Return the distinct labels of readable rows, ascending; raise ValueError if there are too many."""
    return tuple(sorted({row.label for row in read_rows(text)} - {None}))


def with_every_class(text):
    """Return a text of the first version in today's notation: labels from 0 to 5, none of them left out.

    "1,1,1;2,2,2" had the classes 0, 1 and 2; today it has 1 and 2, and "1,1,1;2,2,2;,,0" has all three. A
    text that cannot be read is returned as it is.
    """
    try:
        rows, labels = read_rows(text), point_labels(text)
    except ValueError:
        return text
    absent = sorted({*range(max(labels, default=0))} - {*labels})
    if not absent or labels[0] < 0 or labels[-1] >= MOST_CLASSES:
        return text
    return joined([*(row.text for row in rows), *(f",,{label}" for label in absent)])


def bad_rows(rows, most=MOST_NAMED):
    """Return the sentence that names the unreadable rows, up to `most` of them; "" if there are none."""
    bad = [(number, row.text) for number, row in enumerate(rows, start=1) if row.label is None]
    if not bad:
        return ""
    named = [f"row {number} is {text[:40] + '…' * (len(text) > 40)!r}" for number, text in bad[:most]]
    left_out = len(bad) - len(named) if most > 1 else 0
    if left_out:
        named.append(f"{left_out} more rows cannot be read" if left_out > 1 else "1 more row cannot be read")
    listed = "; ".join(named[:-1]) + "; and " * (len(named) > 1) + named[-1]
    return f"points, {listed}; allowed: {ALLOWED}."


def joined(texts):
    """Return rows as one text that can be read again: one per line if a row contains semicolons."""
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


def _row(text):
    """Return the Row of a text."""
    if (point := _point(text)) is not None:
        return Row(text, point, point[2])
    match = _CLASS.fullmatch(text)
    label = float(match[1]) if match else None
    return Row(text, None, int(label) if match and _is_label(label) else None)


def _is_label(number):
    return abs(number) <= LARGEST and number == int(number)


def _point(row):
    """Return (x, y, label) of a row, or None if it cannot be read."""
    match = _POINT.fullmatch(row)
    cells = match.groups() if match else [cell.strip() for cell in row.split(";")]
    cells = cells if len(cells) == 3 else row.split()
    if len(cells) != 3 or not all(map(_CELL.fullmatch, cells)):
        return None
    x, y, label = (float(cell.replace(",", ".")) for cell in cells)
    return (x, y, int(label)) if abs(x) <= 100 and abs(y) <= 100 and _is_label(label) else None
