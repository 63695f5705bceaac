"""Read CSV files written by a spreadsheet or a learning platform, and write cells that are safe in one.

The encoding is found by the byte-order mark, by the zero bytes of UTF-16, or by trying UTF-8 and then
Windows-1252; the separator by which one gives the most rows of the same length.
"""

import codecs
import collections
import csv
import io
import itertools
import re

from data.table_lines import Lines
from lab.words import megabytes_above

MARKS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SEPARATORS = ",;\t|"
BREAKS = {ord(sign): " " for sign in "\r\n\0"}
ACTIVE = "=+-@\t\r"  # a spreadsheet treats a cell that starts like this as a formula (OWASP, CSV injection)
ELSEWHERE = re.compile(r"([;|]\s*)(?=[=+@-])")
MOST_COLUMNS = 200
csv.field_size_limit(100_000_000)  # a long cell is an error in its row, not in the whole file
MANY = 10_000  # separators in a row; from then on its cells are counted before the csv module makes them
MOST_NUMBERED = 1_000_000  # rows, empty ones included
SAMPLE = 200  # rows used to find the separator
HALF = 0.4  # UTF-16 of Western text has more than this share of zeros among every second byte


class Unreadable(ValueError):
    """A file that cannot be read as a table; the message is one sentence."""


def rows(content, what, most_rows, most_bytes):
    """Return the rows of a CSV file's bytes, a list of lists of stripped texts, without empty rows.

    `what` names the file in a message. Raise Unreadable, with one sentence, for a file that is empty, too
    long, or not text.
    """
    if len(content) > most_bytes:
        size = megabytes_above(len(content), most_bytes)
        raise Unreadable(f"{_capital(what)} has {size}; allowed: up to {most_bytes / 1e6:.3g} MB.")
    text = decoded(content)
    if "\0" in text:
        raise Unreadable(f"{_capital(what)} is not a text file; allowed: a CSV file.")
    found = []
    for number, row in enumerate(_read(text, _separator(text), what)):
        if any(row):
            found.append(row)
        for n, most, which in ((len(found), most_rows, ""), (number, MOST_NUMBERED, ", most of them empty")):
            if n > most:
                raise Unreadable(
                    f"{_capital(what)} has more than {most:,} rows{which}; allowed: up to {most_rows:,}."
                )
    if not found:
        raise Unreadable(f"{_capital(what)} is empty; allowed: a CSV file with one row per student.")
    return found


def is_guessed(content):
    """Return whether the encoding of a file's bytes is a guess: none of Unicode's, so Windows-1252."""
    return decoded(content) == content.decode("cp1252", errors="replace") and not content.isascii()


def decoded(content):
    """Return the text of a file's bytes in any of the encodings above."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        every_second = content[start:2000:2]
        if every_second.count(0) > HALF * max(1, len(every_second)):
            return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def safe(cell):
    """Return a cell's text as a spreadsheet shows it without executing it: with ' before =, +, - or @.

    That is so at the start of the cell, and after a sign that separates cells in other countries. A number
    stays a number, and a sign alone, such as the name of the class +, is no formula.
    """
    if len(str(cell).strip()) <= 1:
        return str(cell)
    text = ELSEWHERE.sub(r"\1'", str(cell))
    if not text.lstrip().startswith(tuple(ACTIVE)) and not text.startswith(tuple(ACTIVE)):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text


def written(table):
    """Return rows of cells as the text of a CSV file, every cell `safe` and on one line."""
    text = io.StringIO()
    lines = ([safe(cell).translate(BREAKS) for cell in row] for row in table)
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()


def _separator(text):
    """Return the separator for which the most rows have the same number of cells, more than one."""
    first = text[:5].lower()
    if first.startswith("sep=") and first[4:] in tuple(SEPARATORS):  # Excel's own first line
        return first[4]
    best, most = ",", 0
    for separator in SEPARATORS:
        lines = Lines(text, _CellLimit(separator))
        rows = itertools.islice(lines.rows(csv.reader(lines, delimiter=separator)), SAMPLE)
        lengths = collections.Counter()
        try:
            lengths.update(len(row) for row in rows if len(row) > 1)
        except csv.Error:
            continue
        except _ManyCells:
            lengths[MOST_COLUMNS + 1] += 1
        if lengths and max(lengths.values()) > most:
            best, most = separator, max(lengths.values())
    return best


def _read(text, separator, what):
    """Yield the rows; raise Unreadable if a row has too many cells or a quotation mark has no end."""
    lines, n_lines = Lines(text, _CellLimit(separator)), 0
    try:
        for number, row in enumerate(lines.rows(csv.reader(lines, delimiter=separator))):
            n_lines += lines.n_lines
            if _is_open(lines, separator):
                raise Unreadable(
                    f"{_capital(what)} has a quotation mark without an end; allowed: CSV, as a spreadsheet "
                    "saves it."
                )
            if len(row) > MOST_COLUMNS:
                raise _wide(n_lines, what, f"{len(row):,}")
            if number or not separator.join(row).lower().startswith("sep="):
                yield [cell.strip() for cell in row]
    except _ManyCells:
        raise _wide(n_lines + lines.n_lines, what, f"more than {MOST_COLUMNS}") from None


class _ManyCells(Exception):
    """A row has more than MOST_COLUMNS cells."""


class _CellLimit:
    """A `check` of Lines: a row of MANY separators, and too many outside of quotes, raises _ManyCells."""

    def __init__(self, separator):
        sign = re.escape(separator)
        self._cell = re.compile(rf'(?:"(?:[^"]++|"")*+"?)?+[^{sign}]*+{sign}')
        self._separator, self._n, self._most, self._end = separator, 0, MANY, 0

    def __call__(self, lines):
        if lines.n_lines == 1:
            self._n, self._most, self._end = 0, MANY, lines.start
        self._n += lines.text.count(self._separator, self._end, lines.end)
        self._end = lines.end
        if self._n > self._most:
            end, n_cells = lines.start, 1
            while found := self._cell.match(lines.text, end, lines.end):
                end, n_cells = found.end(), n_cells + 1
                if n_cells > MOST_COLUMNS:
                    raise _ManyCells
            self._most = 2 * self._n


def _wide(line, what, n_cells):
    return Unreadable(f"Line {line:,} of {what} has {n_cells} cells; allowed: up to {MOST_COLUMNS}.")


def _is_open(lines, separator):
    """Return whether a quotation mark of the last row has no end, so the lines after it would be one cell.

    It has none at the end of the file, or if the next mark, on another line, is not at the end of a cell.
    """
    has_lines = lines.n_lines > 1
    if has_lines or lines.end == len(lines.text):
        row = io.StringIO(lines.text[lines.start : lines.end], newline="")
        try:
            collections.deque(csv.reader(row, delimiter=separator, strict=True), maxlen=0)
        except csv.Error as error:
            return has_lines or "unexpected end" in str(error)
    return False


def _capital(what):
    return what[:1].upper() + what[1:]
