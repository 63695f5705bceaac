"""Classify the cells of a table: missing, a number in one of two notations, a date, a formula, or a text.

In the notation "point" a number is written 1,234.5, in the notation "comma" 1.234,5; in both, groups of
thousands may also be separated by a space or an apostrophe, and a currency or a percent sign may stand at
either end.
"""

import math
import re

MISSING = frozenset(
    (
        *("", "na", "n/a", "n.a.", "nan", "null", "none", "nil", "missing", "<na>", "(null)", "\\n"),
        *("?", "-", "--", "–", "—", ".", "#n/a", "#na", "#value!", "#ref!", "#div/0!", "#num!", "#name?"),
    )
)
LARGEST = 1e30  # float32 has no room for the squares of larger numbers
LONGEST_NUMBER = 60  # characters
MOST_TEXT = 60  # characters of the name of a class or of an input
NOTATIONS = ("point", "comma")
_GROUPS = {"point": ",", "comma": "."}
_DECIMAL = {"point": r"\.", "comma": ","}
_NUMBER = {
    notation: re.compile(
        rf"[+-]?(?:(?:[1-9][0-9]{{0,2}}(?:[{_GROUPS[notation]} \u00a0\u202f'’][0-9]{{3}})+|[0-9]+)"
        rf"(?:{_DECIMAL[notation]}[0-9]*)?|{_DECIMAL[notation]}[0-9]+)(?:[eE][+-]?[0-9]+)?"
    )
    for notation in NOTATIONS
}
_SEPARATING = {notation: re.compile(rf"[{_GROUPS[notation]} \u00a0\u202f'’]") for notation in NOTATIONS}
_SIGN = r"(?:[$€£¥₹]|USD|EUR|GBP|CHF|JPY)"
_MONEY = re.compile(rf"([+-]?)\s*{_SIGN}\s*|\s*(?:{_SIGN}|%)$")
_SIGNS = re.compile(f"{_SIGN}|%")
_INFINITE = re.compile(r"[+-]?inf(?:inity)?", re.I)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_TIME = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?:\s*[ap]m)?(?:\s*z|\s*[+-][0-9:]{2,6})?"
_DAY = (
    r"(?:[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:[0-9]{4}|[0-9]{2})"
    rf"|[0-9]{{1,2}}[. -]*{_MONTH}[ ,.-]*[0-9]{{2,4}}|{_MONTH} [0-9]{{1,2}},? [0-9]{{4}})"
)
_DATE = re.compile(rf"(?:{_DAY}(?:[t, ]+{_TIME})?|{_TIME})", re.I)


def is_missing(cell):
    """Return whether a cell says that its value is missing."""
    return cell.strip().lower() in MISSING


def is_date(cell):
    """Return whether a cell is a date or a time of day."""
    return len(cell) < 60 and _DATE.fullmatch(cell.strip()) is not None


def is_formula(cell):
    """Return whether a cell is a spreadsheet's formula."""
    return re.match(r"\s*=\s*[^\s=]", cell) is not None


def number(cell, notation):
    """Return the number in a cell in this notation; ±inf if it is infinite; None if it is not a number."""
    text = cell.strip()
    if len(text) > LONGEST_NUMBER:
        return None
    text = text.replace("−", "-")
    if not _NUMBER[notation].fullmatch(text):
        if _INFINITE.fullmatch(text):
            return -math.inf if text.startswith("-") else math.inf
        text = _MONEY.sub(r"\1", text)
        if not _NUMBER[notation].fullmatch(text):
            return None
    return float(_SEPARATING[notation].sub("", text).replace(",", "."))


def plain_number(cell, notation):
    """Return the finite number that float() reads, with the notation's decimal sign, or NaN. Fast."""
    if notation == "comma":
        if "." in cell:
            return math.nan
        cell = cell.replace(",", ".")
    try:
        value = float(cell)
    except ValueError:
        return math.nan
    return value if abs(value) <= LARGEST and "_" not in cell else math.nan  # float() reads 1_000


def signs(cell):
    """Return the signs of a currency and of a percentage in the text of a number."""
    return tuple(_SIGNS.findall(cell))


def are_indistinct(values):
    """Return whether whole numbers written differently may be equal in these float64 values (n,)."""
    return bool(len(values)) and abs(values[0]) >= 2**53


def is_ambiguous(cell):
    """Return whether a cell is a number in both notations, with different values, such as 1,234."""
    values = {number(cell, notation) for notation in NOTATIONS}
    return len(values) == 2 and None not in values


def called(name, first=False):
    """Return "column age" for a column's name, "Column age" if `first`; an unnamed one stays "column 4"."""
    text = name if re.fullmatch(r"column [0-9]+", name) else f"column {name}"
    return f"C{text[1:]}" if first else text


def on_one_line(cell):
    """Return a text without line breaks, unprintable characters, and spaces at its ends."""
    if cell.isprintable() and "  " not in cell:
        return cell.strip()
    return "".join(sign for sign in " ".join(cell.split()) if sign.isprintable())


def cut(texts):
    """Return distinct texts cut to MOST_TEXT characters; a number tells apart those that begin alike."""
    found = {}
    for text in texts:
        name, again = text[:MOST_TEXT], 1
        while name in found:
            again += 1
            name = f"{text[:MOST_TEXT]} ({again})"
        found[name] = None
    return tuple(found)


def shown(cell, most=30):
    """Return a cell as shown in a sentence: in quotation marks, and cut."""
    cell = on_one_line(cell)
    return repr(cell if len(cell) <= most else cell[:most] + "…")
