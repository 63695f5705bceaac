"""The columns of a table: read into arrays and classified as numbers, texts, or unusable."""

import itertools
from typing import NamedTuple

import numpy as np

from data.table_cells import (
    LARGEST,
    MOST_TEXT,
    NOTATIONS,
    called,
    cut,
    is_ambiguous,
    is_date,
    is_formula,
    is_missing,
    number,
    on_one_line,
    plain_number,
    shown,
    signs,
)

GAPS = ("", "NA", "?")  # the most frequent marks of missing values, which are looked for first
CHUNK = 500  # rows converted at a time: the texts of all cells would take ten times the numbers' memory
MOST_TEXTS = 20
NUMBERS_AT_LEAST = 0.9  # share of numbers in a column of numbers; other values count as missing
FINITE = f"numbers from -{LARGEST:g} to {LARGEST:g}"
NUMBER, TEXT, LEFT_OUT = "number", "text", "left out"
_MISSING, _FORMULA, _DATE = "missing", "formula", "date"  # kinds of a cell, besides NUMBER and TEXT
SAMPLE = 1000  # distinct texts of a column used to recognise its notation


class Cells(NamedTuple):
    """A column as written: `numbers` (n,) if float() reads them all, else `codes` (n,) into `texts`.

    NaN stands for a cell among GAPS.
    """

    numbers: np.ndarray | None
    codes: np.ndarray | None
    texts: tuple[str, ...]


class Content(NamedTuple):
    """The contents of a column.

    `values` (n,) are float64 for kind NUMBER, NaN where missing; for kind TEXT they are indices into `texts`,
    -1 where missing. `told` are sentences on what was changed, or why the column is left out; one that is
    left out for its many texts still has them. `examples` are cells as written.
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
    if unread:  # texts that only begin after the sample
        return read_columns(rows, has_header, {*coded, *unread})
    arrays = [np.concatenate(parts) if parts else np.empty(0) for parts in chunks]
    columns = [
        Cells(None, array, tuple(coded[place])) if place in coded else Cells(array, None, ())
        for place, array in enumerate(arrays)
    ]
    return np.array(numbers, np.int64), columns


def _floats(cells):
    """Return the numbers of cells that float() reads, within ±LARGEST, NaN where GAPS; None otherwise."""
    try:
        found = np.fromiter(map(float, cells), np.float64, len(cells))
        gaps = 0
    except ValueError:
        gaps = sum(map(cells.count, GAPS))
        if not gaps:
            return None
        try:
            filled = ("nan" if cell in GAPS else cell for cell in cells)
            found = np.fromiter(map(float, filled), np.float64, len(cells))
        except ValueError:
            return None
    usable = np.count_nonzero(np.abs(found) <= LARGEST) + gaps == len(cells)  # others are infinite, or nan
    return found if usable and "_" not in "".join(cells) else None  # float() reads 1_000


def notation(columns, separator):
    """Return the notation that most columns of texts indicate.

    In a tie it is "point", unless there are ambiguous texts such as 1,234 and commas do not separate values.
    """
    votes, ambiguous = dict.fromkeys(NOTATIONS, 0), False
    for cells in columns:
        for text in cells.texts[:SAMPLE]:
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
        examples = tuple(f"{value:.15g}" for value in _first(cells.numbers[~np.isnan(cells.numbers)]))
        told = () if examples else ("It is empty.",)
        return Content(NUMBER if examples else LEFT_OUT, cells.numbers, (), told, examples)
    counts = np.bincount(cells.codes, minlength=len(cells.texts))
    chosen = _notation(cells.texts[:SAMPLE], counts, usual)
    values = np.array([plain_number(text, chosen) for text in cells.texts])
    others = np.flatnonzero(np.isnan(values)).tolist()
    if len(others) > SAMPLE and counts[others].sum() > len(rows) / 2:
        kinds = [_kind(cells.texts[i], chosen)[0] for i in others[:SAMPLE]]
        if kinds.count(TEXT) > SAMPLE / 2:  # the rest need not be examined
            told = f"It has {len(others):,} different texts; allowed: up to {MOST_TEXTS}."
            texts = tuple(cells.texts[i] for i in others)
            examples = tuple(on_one_line(text)[:MOST_TEXT] for text in cells.texts[:3])
            return Content(LEFT_OUT, cells.codes, texts, (told,), examples)
    kinds = np.full(len(cells.texts), NUMBER, "U8")
    for i in others:
        kinds[i], values[i] = _kind(cells.texts[i], chosen)
    n = {kind: counts[kinds == kind].sum() for kind in (NUMBER, TEXT, _DATE, _FORMULA)}
    n_present = n[NUMBER] + n[TEXT] + n[_DATE]
    examples = [on_one_line(cells.texts[i]) for i in np.flatnonzero(kinds != _MISSING)[:3]]
    examples = tuple(example[:MOST_TEXT] for example in examples)
    if not n_present:
        formulas = f"It has only formulas, such as {shown(examples[0])}; allowed: values." if examples else ""
        return Content(LEFT_OUT, cells.codes, (), (formulas or "It is empty.",), examples)
    if n[_DATE] > n_present / 2:
        day = shown(cells.texts[int(np.argmax(kinds == _DATE))])
        told = f"It contains dates or times, such as {day}; allowed: numbers, such as days since the first."
        return Content(LEFT_OUT, cells.codes, (), (told,), examples)
    used, share = (kinds != _MISSING) & (kinds != _FORMULA), n[NUMBER] / n_present
    texts = []
    if share < NUMBERS_AT_LEAST:
        texts = sorted({on_one_line(text) for text in itertools.compress(cells.texts, used)})
    if not texts or (share > 0.5 and len(texts) > MOST_TEXTS):
        usable = (kinds == NUMBER) & (np.abs(np.nan_to_num(values, posinf=np.inf)) <= LARGEST)
        refused = _refused(cells, name, rows, (kinds != _MISSING) & ~usable, FINITE)
        told = (*_read_as(cells.texts, values, usable), *refused)
        return Content(NUMBER, np.where(usable, values, np.nan)[cells.codes], (), told, examples)
    told = _refused(cells, name, rows, kinds == _FORMULA, "values, not formulas")
    ids = {text: id_ for id_, text in enumerate(texts)}
    each = [ids[on_one_line(text)] if use else -1 for text, use in zip(cells.texts, used, strict=True)]
    texts = cut(texts) if len(texts) <= MOST_TEXTS else tuple(texts)
    return Content(TEXT, np.array(each, np.int32)[cells.codes], texts, tuple(told), examples)


def _kind(text, chosen):
    """Return (kind of a text, its number in the notation `chosen` or NaN)."""
    if is_missing(text):
        return _MISSING, np.nan
    if (value := number(text, chosen)) is not None:
        return NUMBER, value
    if is_formula(text):
        return _FORMULA, np.nan
    return (_DATE if is_date(text) else TEXT), np.nan


def _notation(texts, counts, usual):
    """Return the notation in which more of the texts are numbers, `usual` in a tie."""
    fits = {}
    for one in NOTATIONS:
        fits[one] = sum(n for text, n in zip(texts, counts, strict=False) if number(text, one) is not None)
    return usual if len(set(fits.values())) == 1 else max(fits, key=fits.get)


def _read_as(texts, values, usable):
    """Return sentences on numbers that are written differently from what float() reads.

    They name the first number with each currency, with a percent sign, and without a sign.
    """
    told = {}
    for text, value, use in zip(texts, values, usable, strict=True):
        if use and plain_number(text, "point") != value:
            told.setdefault(signs(text), f"{shown(text)} is read as {value:.10g}.")
    return [*told.values()]


def _refused(cells, name, rows, refused, allowed):
    """Return the sentence on cells whose text is among the `refused`, which count as missing, if any."""
    places = np.flatnonzero(refused[cells.codes])
    if not len(places):
        return []
    value = shown(cells.texts[cells.codes[places[0]]])
    others = len(places) - 1
    like = f", like {others:,} other{'s' * (others > 1)} in the column" if others else ""
    found = f"Row {rows[places[0]]} of {called(name)} is {value}"
    return [f"{found}; allowed: {allowed}. It counts as missing{like}."]


def _first(values, most=3):
    """Return the first distinct values of an array, examining only its beginning."""
    return list(dict.fromkeys(values[:200].tolist()))[:most]
