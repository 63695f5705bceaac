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
    for row in _read(text, _separator(text), what):
        if any(row):
            found.append(row)
        if len(found) > most_rows:
            raise Unreadable(
                f"{_capital(what)} has more than {most_rows:,} rows; allowed: up to {most_rows:,}."
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
        lines = itertools.islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator), SAMPLE)
        try:
            lengths = collections.Counter(len(row) for row in lines if len(row) > 1)
        except csv.Error:
            continue
        if lengths and max(lengths.values()) > most:
            best, most = separator, max(lengths.values())
    return best


def _read(text, separator, what):
    """Yield the rows; raise Unreadable if a line is too long or a quotation mark has no end."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    if _is_open(text, separator):
        sentence = (
            f"{_capital(what)} has a quotation mark without an end; allowed: CSV, as a spreadsheet saves it."
        )
        raise Unreadable(sentence)
    for number, row in enumerate(reader):
        if len(row) > MOST_COLUMNS:
            sentence = (
                f"Line {reader.line_num:,} of {what} has {len(row):,} cells; allowed: up to {MOST_COLUMNS}."
            )
            raise Unreadable(sentence)
        if number or not separator.join(row).lower().startswith("sep="):
            yield [cell.strip() for cell in row]


def _is_open(text, separator):
    """Return whether a quotation mark has no end, so that the rest of the file would be one cell."""
    strict = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        collections.deque(strict, maxlen=0)
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def _capital(what):
    return what[:1].upper() + what[1:]
