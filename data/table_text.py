"""From the bytes of a table's file to rows of texts: encoding, separator, and the limits on its size.

A file can be refused for its number of bytes, then by a pass that counts its rows. Until then no more is
allocated than its text and one row, whose length is limited before its cells are made.
"""

import collections
import csv
import io
import re
from typing import NamedTuple

from data.archive import MOST_BYTES, Refusal, too_large
from data.table_lines import Lines, LongRow, limit

MOST_ROWS = 100_000
MOST_COLUMNS = 201  # the inputs and the target
MOST_NAMED = 3  # rows quoted in a sentence
MOST_NUMBERED = 1_000_000  # rows, empty ones included
MOST_CELL = 10_000  # characters of a cell that spans several lines
MOST_CELL_ON_LINE = 131_072  # the csv module's own limit, which other code may have raised
MOST_CHARACTERS = MOST_COLUMNS * MOST_CELL  # of a row
SAMPLE = 50  # rows used to recognise separator and header
SEPARATORS = {"\t": "tabs", ";": "semicolons", "|": "vertical bars", ",": "commas", " ": "spaces"}
TABLES = "a table as text, CSV or TSV"
OTHER_FILES = (  # first bytes, what the file is, what to do
    (b"PK\x03\x04", "a zip archive or an Excel workbook", "save the sheet as CSV, or unpack the archive"),
    (b"PK\x05\x06", "an empty zip archive", TABLES),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "save the sheet as CSV"),
    (b"\x1f\x8b", "compressed with gzip", "unpack it"),
    (b"%PDF", "a PDF", TABLES),
    (b"PAR1", "a Parquet file", "save the table as CSV"),
    (b"\x89HDF", "an HDF5 file", "save the table as CSV"),
    (b"\x93NUMPY", "a NumPy array", "save the table as CSV, with np.savetxt and a comma as delimiter"),
    (b"\x89PNG", "a picture", TABLES),
    (b"\xff\xd8\xff", "a picture", TABLES),
)
OTHER_TEXTS = (
    (re.compile(r"<(?:!doctype|html|head|body|table|\?xml|svg)\b", re.I), "a web page (HTML or XML)"),
    (re.compile(r"[{\[]\s*[\"{\[\]}]"), "JSON"),
    (re.compile(r"@relation\b", re.I), "ARFF"),
)


class Rows(NamedTuple):
    """A file whose rows have been counted and can be read.

    `width` is the number of columns, `n_rows` the number of rows with that width, the header included.
    `first` are (number, cells) of the first of these. `ragged` are (number, number of cells) of the first
    rows with another width; `n_ragged` counts all of them. `notes` are sentences on what was recognised.
    """

    text: str
    separator: str
    width: int
    n_rows: int
    first: tuple[tuple[int, list[str]], ...]
    ragged: tuple[tuple[int, int], ...]
    n_ragged: int
    notes: tuple[str, ...]

    def read(self):
        """Iterate over (number, cells) of the rows of this width.

        Numbers count all rows of the file from 1, as a spreadsheet does. Empty cells beyond the width are
        dropped. A first row with one cell less is a header as R writes it: an empty name is put in front.
        """
        for n_before, (number, cells, _) in enumerate(_numbered(self.text, self.separator)):
            if len(cells) == self.width:
                yield number, cells
            elif n_before == 0 and len(cells) == self.width - 1:
                yield number, ["", *cells]
            elif len(cells) > self.width and _filled(cells) <= self.width:
                yield number, cells[: self.width]


def rows_of(file_bytes):
    """Return the Rows of a file; raise Refusal if it is not a table, or too large."""
    if len(file_bytes) > MOST_BYTES:
        raise too_large()
    for start, what, allowed in OTHER_FILES:
        if file_bytes.startswith(start):
            raise Refusal(f"The file is {what}", allowed)
    text, encoding = decoded(file_bytes)
    for pattern, what in OTHER_TEXTS:
        if pattern.match(text[:1000].lstrip()):
            raise Refusal(f"The file is {what}", TABLES)
    text, separator = _separated(text)
    notes = () if encoding == "UTF-8" else (f"The text is read as {encoding}.",)
    notes += (f"Values are separated by {SEPARATORS[separator]}.",)
    width, shapes, examples = _shapes(text, separator)
    if not 2 <= width <= MOST_COLUMNS:
        one = ", separated by commas, semicolons or tabs" if width == 1 else ""
        found = f"The table has {width:,} column{'s' * (width > 1)}"
        raise Refusal(found, f"2 to {MOST_COLUMNS}, one of them the class{one}")
    rows = Rows(text, separator, width, 0, (), (), 0, notes)
    first = tuple(row for row, _ in zip(rows.read(), range(SAMPLE), strict=False))
    ragged = {shape: numbers for shape, numbers in examples.items() if not shape[1] <= width <= shape[0]}
    n_ragged = sum(shapes[shape] for shape in ragged)
    named = sorted((number, shape) for shape, numbers in ragged.items() for number in numbers)
    if named and first and named[0][0] == first[0][0]:  # the header that R writes
        named, n_ragged = named[1:], n_ragged - 1
    for number, (_, _, has_lines) in named:
        if has_lines and not (first and number < first[0][0]):
            raise _unclosed(number)
        if has_lines and not _is_title(text, separator, number):
            raise Refusal(
                f"Row {number}, above the table, is a title of several lines, or it has a quotation mark "
                "that is not closed",
                "a table whose first row is its header",
            )
    named = [(number, n_cells) for number, (n_cells, _, _) in named]
    n_rows = sum(shapes.values()) - n_ragged
    return rows._replace(n_rows=n_rows, first=first, ragged=tuple(named[:MOST_NAMED]), n_ragged=n_ragged)


def _is_title(text, separator, number):
    """Return whether the row is one cell without the separator: no row of the table can be part of it."""
    cells = next(cells for n, cells, _ in _numbered(text, separator) if n == number)
    return sum(map(bool, cells)) == 1 and separator not in "".join(cells)


def _shapes(text, separator):
    """Return (width, {shape: number of rows}, {shape: numbers of its first rows}).

    The shape of a row is its number of cells, that up to its last filled one, and whether it has several
    lines. The width is that of most rows, without columns at the end that are empty in all of them.
    """
    shapes, examples = collections.Counter(), {}
    for n_before, (number, cells, has_lines) in enumerate(_numbered(text, separator)):
        if n_before > MOST_ROWS:
            raise Refusal(f"The table has more than {MOST_ROWS:,} rows", f"up to {MOST_ROWS:,}")
        filled = len(cells) if cells[-1].strip() else _filled(cells)
        shape = len(cells), filled, has_lines
        shapes[shape] += 1
        if shapes[shape] <= MOST_NAMED + 1:
            examples.setdefault(shape, []).append(number)
    widths = collections.Counter()
    for (n_cells, _, _), n in shapes.items():
        widths[n_cells] += n
    if not widths:
        raise Refusal("The file has no row with a value in it", TABLES)
    width = max(widths, key=lambda width: (widths[width], width))
    # every row of a file may end with a separator
    return max(filled for n_cells, filled, _ in shapes if n_cells == width), shapes, examples


def _filled(cells):
    """Return how many cells a row has up to its last one that is not empty."""
    return max(place for place, cell in enumerate(cells, start=1) if cell.strip())


def decoded(file_bytes):
    """Return (text, encoding) of UTF-8 with or without a byte order mark, UTF-16, or Windows-1252."""
    start = file_bytes[:400]
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "UTF-16"
    elif start[1::2].count(0) > len(start) // 3:
        encoding = "UTF-16-LE"
    elif start[0::2].count(0) > len(start) // 3:
        encoding = "UTF-16-BE"
    else:
        encoding = "UTF-8"
    try:
        text = file_bytes.decode("utf-8-sig" if encoding == "UTF-8" else encoding)
    except UnicodeDecodeError as error:
        if encoding != "UTF-8":
            raise Refusal(f"The file is damaged: its {encoding[:6]} text is cut off", TABLES) from error
        text, encoding = file_bytes.decode("cp1252", errors="replace"), "Windows-1252"
    if "\0" in text:
        raise Refusal("The file is not text: some of its bytes are 0", TABLES)
    return text, encoding.removesuffix("-LE").removesuffix("-BE")


def _separated(text):
    """Return (text, separator): the one named in a first line such as sep=;, or the one that fits best."""
    named = re.match(r"sep=([,;|\t])\r?\n", text)
    if named:
        return text[named.end() :], named[1]
    scores, start = {}, text[:100_000]
    for separator in SEPARATORS:
        # the start may end within a cell
        rows = zip(_numbered(start, separator, strict=False), range(SAMPLE), strict=False)
        try:
            widths = [len(cells) for (_, cells, _), _ in rows]
        except Refusal:
            continue
        width, n_rows = collections.Counter(widths).most_common(1)[0] if widths else (1, 0)
        if width > 1:
            # decimal commas separate consistently as well, so the first of SEPARATORS that does wins
            alike = min(n_rows / len(widths), 0.85)
            scores[separator] = alike - 0.3 * (separator == " ") - 0.2 * (abs(widths[0] - width) > 1)
    return text, max(scores, key=scores.get, default=",")


def _numbered(text, separator, *, strict=True):
    """Iterate over (number, cells, whether it has several lines) of the rows with a value; raise Refusal.

    A quotation mark that is not closed would make one cell of all lines up to the next one, or to the end. If
    `strict`, rows of several lines are therefore refused unless every quoted cell ends at a separator.
    """
    how = {"delimiter": separator, "skipinitialspace": separator == " "}
    lines, number = Lines(text, limit(MOST_CHARACTERS)), 0
    try:
        for number, cells in enumerate(lines.rows(csv.reader(lines, **how)), start=1):
            has_lines = lines.n_lines > 1
            if has_lines and max(map(len, cells), default=0) > MOST_CELL:
                raise _unclosed(number)
            if has_lines and strict and not _closed(text[lines.start : lines.end], how):
                raise _unclosed(number)
            if lines.end - lines.start > MOST_CELL_ON_LINE < max(map(len, cells)):
                raise _long_cell(number)
            if number > MOST_NUMBERED:
                found = f"The table has more than {MOST_NUMBERED:,} rows, most of them empty"
                raise Refusal(found, f"up to {MOST_ROWS:,}")
            if cells and (cells[0].strip() or any(map(str.strip, cells))):
                yield number, cells, has_lines
    except LongRow:
        if lines.n_lines > 1:
            raise _unclosed(number + 1) from None
        found = f"Row {number + 1:,} has more than {MOST_CHARACTERS:,} characters"
        raise Refusal(found, f"up to {MOST_CHARACTERS:,} in a row") from None
    except csv.Error as error:  # the csv module's limit on a cell
        raise (_unclosed if lines.n_lines > 1 else _long_cell)(number + 1) from error


def _closed(row, how):
    """Return whether every quoted cell in the text of a row ends with a quotation mark and a separator."""
    try:
        collections.deque(csv.reader(io.StringIO(row, newline=""), strict=True, **how), 0)
    except csv.Error:
        return False
    return True


def _unclosed(number):
    found = f"Row {number} cannot be read: it may have a quotation mark that is not closed"
    return Refusal(found, "quotation marks in pairs")


def _long_cell(number):
    found = f"Row {number:,} has a cell of more than {MOST_CELL_ON_LINE:,} characters"
    return Refusal(found, f"up to {MOST_CELL_ON_LINE:,}")
