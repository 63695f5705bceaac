"""From a column's contents to inputs of a network: which columns are usable, and how they are encoded."""

import numpy as np

from data.table_cells import are_indistinct, called, shown
from data.table_columns import LEFT_OUT, MOST_TEXTS, NUMBER

DROP, MEDIAN = "drop", "median"
MISSING_CHOICES = {
    DROP: "rows with a missing value are left out",
    MEDIAN: "a missing number becomes the median of the training set, a missing text sets no input of its "
    "column",
}
INDEX_NAMES = ("", "index", "id", "row", "no", "nr", "#", "unnamed: 0", "rownames", "column 1")


def counted(n, noun, plural=""):
    """Return a number with its noun: "1 row", "2 rows"."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def missing(content):
    """Return (n,) bool: whether a value of a Content is missing."""
    return np.isnan(content.values) if content.kind == NUMBER else content.values < 0


def no_use(name, content, row_numbers, labelled):
    """Return a sentence on why a column gives no input; "" if it does.

    `labelled` (n,) bool are the rows that have a class; `row_numbers` (n,) are their numbers in the file.
    """
    if content.kind == LEFT_OUT:
        return content.told[0]
    gaps = missing(content)[labelled]
    if gaps.sum() > len(gaps) / 2:
        rows = counted(len(gaps), "row")
        found = f"It is missing in {gaps.sum():,} of {rows}; allowed: in up to half of them."
        return " ".join((*content.told, found))  # with the values that count as missing
    if len(content.texts) > MOST_TEXTS:
        return f"It has {len(content.texts):,} different texts; allowed: up to {MOST_TEXTS}."
    if why := constant(content, labelled):
        return why
    counts_rows = content.kind == NUMBER and name.lower() in INDEX_NAMES and not gaps.any()
    if counts_rows and np.ptp(content.values[labelled] - row_numbers[labelled]) == 0:
        return "It numbers the rows: a network could learn the order of the file from it."
    return ""


def constant(content, rows):
    """Return the sentence that a column has one value in the used `rows` (n,) bool; "" if it varies."""
    present = ~missing(content)
    values = content.values[rows & present]
    if values.min() < values.max():
        return ""
    differs = (content.values[present] != values[0]).any()  # in a row that is not used
    gaps = not (present[rows] if differs else present).all()
    which = [text for text, applies in (("is used", differs), ("has a value", gaps)) if applies]
    that = f" that {' and '.join(which)}" if which else ""
    value = f"{values[0]:.10g}" if content.kind == NUMBER else shown(content.texts[values[0]])
    if content.kind == NUMBER and are_indistinct(values):
        return f"Its value is {value} in float64 in every row{that}; allowed: values that vary in float64."
    return f"Its value is {value} in every row{that}; allowed: values that vary."


def inputs(name, content, rows):
    """Return (X (n, k) float64, names of the k inputs) of these rows (n,) bool of a column.

    A column of numbers is one input, NaN where missing. In a column of texts, each text that occurs is an
    input: 1 if the row has it, else 0.
    """
    values = content.values[rows]
    if content.kind == NUMBER:
        return values[:, np.newaxis], (name,)
    present = np.unique(values[values >= 0])
    each = tuple(f"{name} = {content.texts[id_]}" for id_ in present)
    return (values[:, np.newaxis] == present).astype(np.float64), each


def description(content, rows, choice):
    """Return the sentences on a column that gives inputs.

    `rows` (n,) bool are those that are used; `choice` is a key of MISSING_CHOICES.
    """
    gaps = missing(content)
    if content.kind == NUMBER:
        values = content.values[rows & ~gaps]
        said = [f"Numbers from {values.min():.6g} to {values.max():.6g}."]
    else:
        values = content.values[rows & ~gaps]
        texts = [content.texts[id_] for id_ in np.unique(values)]
        said = [f"{counted(len(texts), 'text')}, each an input of 0 or 1: {', '.join(texts)}."]
    said += content.told
    if n := int(gaps.sum()):
        done = "its row is left out" if n == 1 else "their rows are left out"
        if choice == MEDIAN:
            median = content.kind == NUMBER
            done = "the training set's median is used" if median else "all inputs of the column are 0 there"
        said.append(f"{counted(n, 'value')} {'is' if n == 1 else 'are'} missing: {done}.")
    return " ".join(said)


def gives_away(name, target, values, y):
    """Return a sentence if a column has exactly one value per class y (n,), all different; else ""."""
    n_classes = y.max() + 1
    if len(np.unique(values[:1000])) > n_classes:  # most columns, without sorting all of them
        return ""
    distinct, ids = np.unique(values, return_inverse=True)
    if len(distinct) != n_classes or len(np.unique(ids * n_classes + y)) != n_classes:
        return ""
    each = f"each of its {n_classes} values belongs to one value of {target} and to no other"
    return f"{called(name, first=True)} gives the class away: {each}. A network only has to copy it."
