"""The lines of a text, as the csv module reads them, and how far they are read."""

import re

LINE = re.compile(r"(?!\Z)[^\r\n]*+(?:\r\n?|\n)?")


class Lines:
    """An iterator of a text's lines for csv.reader, which takes as many as its next row has.

    `start` is where that row begins, `end` where its lines read so far end; `n_lines` counts these.
    `check(lines)` is called before each line is copied from the text, and may raise an exception: csv.reader
    would make a list of all cells of a row first, which takes sixteen times the memory of its separators.
    """

    def __init__(self, text, check):
        self.text, self.start, self.end, self.n_lines = text, 0, 0, 0
        self._check, self._found = check, LINE.finditer(text)

    def __iter__(self):
        return self

    def __next__(self):
        found = next(self._found)
        self.end, self.n_lines = found.end(), self.n_lines + 1
        self._check(self)
        return found[0]

    def rows(self, reader):
        """Iterate over the rows of a csv.reader of these lines; between two, the next one begins."""
        for row in reader:
            yield row
            self.start, self.n_lines = self.end, 0


class LongRow(Exception):
    """A row has too many characters."""


def limit(most):
    """Return a `check` of Lines that raises LongRow if a row has more than so many characters."""

    def check(lines):
        if lines.end - lines.start > most:
            raise LongRow

    return check
