"""The names of a table's columns, and which of them is the class, chosen or guessed."""

import numpy as np

from data.archive import Refusal
from data.table_cells import (
    NOTATIONS,
    are_indistinct,
    called,
    cut,
    is_date,
    is_formula,
    is_missing,
    number,
    on_one_line,
    shown,
)
from data.table_columns import NUMBER, TEXT

MOST_CLASSES = 100
MOST_NUMBERED_CLASSES = 20  # most distinct numbers in a column that may be guessed to be the class
TARGET_NAMES = ("y", "label", "class", "species", "target")
MOST_NAME = 60  # characters
MOST_LISTED = 8  # names in a sentence
MOST_WAYS = 3  # classes in a sentence, and ways in which one is written
HEADERS = {
    "guess": "the first row has names if it looks like it",
    "yes": "the first row has names",
    "no": "the first row has values",
}


def has_header(rows, header):
    """Return whether the first row of a `table_text.Rows` has names; `header` is a key of HEADERS.

    With "guess", it has if none of its cells is a number, a date or a mark of a missing value, and it is
    above a column of numbers or above columns in which its texts do not occur again.
    """
    if header != "guess":
        return header == "yes"
    (_, first), *others = rows.first
    named = [cell for cell in first if cell.strip()]
    if len(named) < len(first) - 1 or any(is_missing(cell) or _is_value(cell) for cell in named):
        return False
    below = list(zip(*(cells for _, cells in others), strict=True))
    above_numbers = any(sum(map(_is_value, cells)) > len(cells) / 2 for cells in below)
    return above_numbers or not any(cell in cells for cell, cells in zip(first, below, strict=False))


def _is_value(cell):
    return is_date(cell) or any(number(cell, notation) is not None for notation in NOTATIONS)


def names(cells, is_header):
    """Return (distinct names of the columns, sentences on those that were renamed)."""
    found, told = [], []
    for place, cell in enumerate(cells, start=1):
        asked = on_one_line(cell)[:MOST_NAME].rstrip() if is_header else ""
        name = base = asked or f"column {place}"
        again = 1
        while name in found:
            again += 1
            name = f"{base} ({again})"
        if again > 1:
            told.append(
                f"Column {place} is called {name}, because column {found.index(base) + 1} is called "
                f"{base} too."
            )
        found.append(name)
    return tuple(found), told


def target(names, contents, asked):
    """Return (index of the column of classes, sentence on how it was found); raise Refusal.

    `asked` is its name; if "", it is the last column with a name in TARGET_NAMES, else the last column whose
    values can be classes.
    """
    if asked:
        same = [i for i, name in enumerate(names) if name == asked]
        same = same or [i for i, name in enumerate(names) if name.lower() == asked.strip().lower()]
        if same:
            return same[0], f"{called(names[same[0]], first=True)} is the class, as chosen."
        more = f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
        raise Refusal(f"target is {shown(asked)}", f"a column: {', '.join(names[:MOST_LISTED])}{more}")
    by_name = [i for i, name in enumerate(names) if name.lower() in TARGET_NAMES]
    if by_name:
        name = called(names[by_name[-1]], first=True)
        return by_name[-1], f"{name} is taken as the class because of its name."
    possible = [i for i, content in enumerate(contents) if _can_be_classes(content)]
    if not possible:
        found = f"No column is taken as the class: the last, {names[-1]}, {_why_not(contents[-1])}"
        raise Refusal(found, _allowed(names, contents))
    last = possible[-1] == len(names) - 1
    why = "it is the last column" if last else "it is the last column whose values can be classes"
    return possible[-1], f"{called(names[possible[-1]], first=True)} is taken as the class: {why}."


def _can_be_classes(content):
    if content.kind == TEXT:
        return 2 <= len(content.texts) <= MOST_CLASSES
    return _can_be_chosen(content) and _n_numbers(content) <= MOST_NUMBERED_CLASSES and not _decimal(content)


def _can_be_chosen(content):
    """Return whether a column of numbers has so many different ones as there may be classes."""
    return content.kind == NUMBER and 2 <= _n_numbers(content) <= MOST_CLASSES


def _n_numbers(content):
    return len(np.unique(content.values[~np.isnan(content.values)]))


def _decimal(content):
    return bool((content.values[~np.isnan(content.values)] % 1).any())


def _why_not(content):
    if content.kind == NUMBER and _n_numbers(content) > 1 and _decimal(content):
        return "has decimals"
    if content.kind == NUMBER or content.texts:
        n = len(content.texts) or _n_numbers(content)
        of_what = f"different {'numbers' if content.kind == NUMBER else 'texts'}"
        if n > 1:
            return f"has {n:,} {of_what}"
        same = "values that float64 cannot tell apart" if _are_indistinct(content) else "the same value"
        return f"has {same} in every row that has one"
    return "has no usable value" if all(map(is_formula, content.examples)) else "contains dates"


def _are_indistinct(content):
    return content.kind == NUMBER and are_indistinct(content.values[~np.isnan(content.values)])


def _allowed(names, contents):
    """Return what is taken as the class without a choice, and the last column that can be chosen, if any."""
    allowed = f"2 to {MOST_NUMBERED_CLASSES} different whole numbers or 2 to {MOST_CLASSES} different texts"
    chosen = [name for name, content in zip(names, contents, strict=True) if _can_be_chosen(content)]
    return allowed + (f"; {called(chosen[-1])} can be chosen under Column of classes" if chosen else "")


def classes(cells, name, usual):
    """Return (ids (n,) of the rows' classes, -1 where missing; their names as written) for a column of texts.

    Numbers are in ascending order, and 1 and 1.0 are one class; other texts, and numbers too long for a
    float64 to tell apart, are sorted by character code. Raise Refusal unless there are 2 to MOST_CLASSES.
    """
    used = [text for text in cells.texts if not is_missing(text) and not is_formula(text)]
    if used and sum(map(is_date, used)) > len(used) / 2:
        raise Refusal(
            f"{called(name, first=True)} contains dates or times, such as {shown(used[0])}",
            "texts or numbers as classes",
        )
    values = {text: number(text, usual) for text in used}
    if None in values.values() or any(abs(value) >= 2**53 for value in values.values()):
        values = {text: on_one_line(text) for text in used}
    order = sorted(set(values.values()))
    written = {value: on_one_line(text) for text, value in reversed(values.items())}
    if not 2 <= len(order) <= MOST_CLASSES:
        which = f", {shown(written[order[0]])}" if len(order) == 1 else ""
        found = (
            f"{called(name, first=True)} has {len(order):,} distinct value{'s' * (len(order) != 1)}{which}"
        )
        raise Refusal(found, f"2 to {MOST_CLASSES} classes; another column may be the class")
    ids = {value: id_ for id_, value in enumerate(order)}
    each = np.array([ids[values[text]] if text in values else -1 for text in cells.texts], np.int64)
    return each[cells.codes], cut(written[value] for value in order)


def written_alike(cells, ids):
    """Return the sentence on classes that are written in several ways, "" if each is written in one.

    `ids` (n,) are the classes of the rows of a column of texts, as from `classes`.
    """
    ways, unprinted = {}, {}
    for code, id_ in sorted({*zip(cells.codes.tolist(), ids.tolist(), strict=True)}):
        if id_ >= 0:
            text = on_one_line(cells.texts[code])
            ways.setdefault(id_, {})[text] = None
            unprinted.setdefault(text, set()).add(" ".join(cells.texts[code].split()))
    several = [[*texts] for texts in ways.values() if len(texts) > 1]
    alike = [shown(text) for text, wholes in unprinted.items() if len(wholes) > 1]
    said = []
    if alike:
        more = ", and others" if len(alike) > MOST_WAYS else ""
        named = "; ".join(alike[:MOST_WAYS])
        said.append(f"Equal but for characters that cannot be seen, so one class: {named}{more}.")
    if not several:
        return "".join(said)
    named = "; ".join(" and ".join(map(shown, texts[:MOST_WAYS])) for texts in several[:MOST_WAYS])
    more = ", and others" if len(several) > MOST_WAYS or max(map(len, several)) > MOST_WAYS else ""
    return " ".join([f"Equal as numbers, so one class: {named}{more}.", *said])
