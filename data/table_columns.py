"""The columns of a table: read into arrays, and what each is: numbers, texts, or of no use."""

import itertools
from typing import NamedTuple

import numpy as np

from data.table_cells import (
    LARGEST,
    NOTATIONS,
    called,
    is_ambiguous,
    is_date,
    is_formula,
    is_missing,
    number,
    on_one_line,
    shown,
)

CHUNK = 500  # rows converted at a time: the texts of all cells would take ten times the numbers' memory
MOST_TEXTS = 20
NUMBERS_AT_LEAST = 0.9  # of the values of a column of numbers; the others count as missing
FINITE = f"numbers from -{LARGEST:g} to {LARGEST:g}"
NUMBER, TEXT, LEFT_OUT = "number", "text", "left out"


class Cells(NamedTuple):
    """A column as it is written: `numbers` (n,) if float() reads them all, else codes (n,) of `texts`."""

    numbers: np.ndarray | None
    codes: np.ndarray | None
    texts: tuple[str, ...]


class Content(NamedTuple):
    """What a column holds.

    `values` (n,) are of kind NUMBER float64, NaN where missing; of kind TEXT ids of `texts`, -1 where
    missing. `told` are sentences on what was changed, or why it is left out; `examples` are cells as written.
    """

    kind: str
    values: np.ndarray
    texts: tuple[str, ...]
    told: tuple[str, ...]
    examples: tuple[str, ...]


def read_columns(rows, has_header, texts=()):
    """Return (row numbers (n,), [Cells, …]) of a `table_text.Rows`; columns in `texts` are read as texts."""
    sample = list(zip(*(cells for _, cells in rows.first[has_header:]), strict=True))
    coded = {place: {} for place, cells in enumerate(sample) if place in texts or _floats(cells) is None}
    numbers, chunks, unread = [], [[] for _ in range(rows.width)], set()
    read = rows.read()
    if has_header:
        next(read)
    while chunk := list(itertools.islice(read, CHUNK)):
        numbers += [row_number for row_number, _ in chunk]
        for place, cells in enumerate(zip(*(cells for _, cells in chunk), strict=True)):
            if place in coded:
                index = coded[place]
                codes = [index.setdefault(cell, len(index)) for cell in cells]
                chunks[place].append(np.array(codes, np.int32))
            elif place not in unread and (found := _floats(cells)) is not None:
                chunks[place].append(found)
            else:
                unread.add(place)
    if unread:  # texts that begin after the sample
        return read_columns(rows, has_header, {*coded, *unread})
    arrays = [np.concatenate(parts) if parts else np.empty(0) for parts in chunks]
    columns = [
        Cells(None, array, tuple(coded[place])) if place in coded else Cells(array, None, ())
        for place, array in enumerate(arrays)
    ]
    return np.array(numbers, np.int64), columns


def _floats(cells):
    """Return the numbers of cells that float() reads, all finite and within ±LARGEST; None otherwise."""
    try:
        found = np.fromiter(map(float, cells), np.float64, len(cells))
    except ValueError:
        return None
    usable = (np.abs(found) <= LARGEST).all()  # not so for NaN
    return found if usable and "_" not in "".join(cells) else None  # float() reads 1_000


def notation(columns, separator):
    """Return the notation that most columns of texts speak for; "comma" if a tie has to mean something."""
    votes, ambiguous = dict.fromkeys(NOTATIONS, 0), False
    for cells in columns:
        for text in cells.texts[:1000]:
            point, comma = (number(text, one) is not None for one in NOTATIONS)
            votes["point"] += point and not comma
            votes["comma"] += comma and not point
            ambiguous |= is_ambiguous(text) and "," in text
    if votes["point"] == votes["comma"]:
        return "comma" if ambiguous and separator != "," else "point"
    return max(votes, key=votes.get)


def content(cells, name, rows, usual):
    """Return the Content of a column `name` of Cells, whose row numbers are `rows` (n,).

    `usual` is the notation of a column that could be in either.
    """
    if cells.numbers is not None:
        return Content(NUMBER, cells.numbers, (), (), tuple(f"{v:.15g}" for v in _first(cells.numbers)))
    counts = np.bincount(cells.codes, minlength=len(cells.texts))
    present = np.array([not is_missing(text) for text in cells.texts], bool)
    formulas = np.array([is_formula(text) for text in cells.texts], bool) & present
    examples = tuple(text.strip() for text in itertools.compress(cells.texts, present))[:3]
    n_present = counts[present & ~formulas].sum()
    values, read_as = _numbers(cells.texts, counts, present & ~formulas, usual)
    is_number = ~np.isnan(values)
    if not n_present:
        return Content(LEFT_OUT, cells.codes, (), ("It is empty.",), ())
    dates = np.array([is_date(text) for text in cells.texts], bool) & present & ~is_number
    if counts[dates].sum() > n_present / 2:
        day = cells.texts[int(np.argmax(dates))]
        told = (
            f"It holds dates or times, such as {shown(day)}; allowed: numbers, such as days since the first."
        )
        return Content(LEFT_OUT, cells.codes, (), (told,), examples)
    texts = sorted({on_one_line(text) for text in itertools.compress(cells.texts, present & ~formulas)})
    share = counts[is_number].sum() / n_present
    if share >= NUMBERS_AT_LEAST or (share > 0.5 and len(texts) > MOST_TEXTS):
        usable = is_number & (np.abs(np.nan_to_num(values, posinf=np.inf)) <= LARGEST)
        told = [*read_as, *_refused(cells, name, rows, present & ~usable, FINITE)]
        return Content(NUMBER, np.where(usable, values, np.nan)[cells.codes], (), tuple(told), examples)
    told = _refused(cells, name, rows, formulas, "values, not formulas")
    ids = {text: id_ for id_, text in enumerate(texts)}
    each = [
        ids.get(on_one_line(text), -1) if use else -1
        for text, use in zip(cells.texts, present & ~formulas, strict=True)
    ]
    return Content(TEXT, np.array(each, np.int32)[cells.codes], tuple(texts), tuple(told), examples)


def _numbers(texts, counts, usable, usual):
    """Return (numbers of the texts, NaN where one is none; sentences on how they are read)."""
    found = {}
    for one in NOTATIONS:
        read = [number(text, one) if use else None for text, use in zip(texts, usable, strict=True)]
        found[one] = np.array([np.nan if value is None else value for value in read], np.float64)
    fits = {one: counts[~np.isnan(values)].sum() for one, values in found.items()}
    chosen = usual if len(set(fits.values())) == 1 else max(fits, key=fits.get)
    for text, value in zip(texts, found[chosen], strict=True):
        if np.isfinite(value) and _floats([text.strip()]) != value:
            return found[chosen], [f"{shown(text)} is read as {value:.10g}."]
    return found[chosen], []


def _refused(cells, name, rows, refused, allowed):
    """Return the sentence on the cells whose text is among the `refused`, which count as missing; or none."""
    places = np.flatnonzero(refused[cells.codes])
    if not len(places):
        return []
    value = shown(cells.texts[cells.codes[places[0]]])
    others = len(places) - 1
    like = f", like {others:,} other{'s' * (others > 1)} of the column" if others else ""
    found = f"Row {rows[places[0]]} of {called(name)} is {value}"
    return [f"{found}; allowed: {allowed}. It counts as missing{like}."]


def _first(values, most=3):
    """Return the first distinct values of an array, looking at its beginning only."""
    return list(dict.fromkeys(values[:200].tolist()))[:most]
