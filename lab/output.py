"""The output of `python -m lab`: on a terminal of any encoding, into a file, or to a reader who has gone."""

import codecs
import os
import sys
import time

WIDTH = 30  # characters of the bar
UNWRITABLE, NO_READER = 74, 141  # exit codes
SIGNS = {"×": "x", "–": "-", "…": "..."}  # for a terminal that has none but ASCII's


class Unwritten(Exception):
    """The output cannot be written; `code` is the exit code that says why."""

    def __init__(self, error):
        super().__init__(f"The output cannot be written: {error}.")
        self.code = NO_READER if isinstance(error, BrokenPipeError) else UNWRITABLE

    def sentence(self):
        """What is told of it; "" of a reader who has gone, as usual."""
        return "" if self.code == NO_READER else str(self)


class Progress:
    """A bar on a terminal; elsewhere a line for every tenth of the way; nothing where the stream is None."""

    def __init__(self, total, stream):
        self.total, self.stream = max(1, total), stream
        self.started, self.told = time.monotonic(), -1

    def show(self, done):
        """Draw how much is done, of the total; nothing any more where it cannot be drawn."""
        try:
            if self.stream is not None:
                self._draw(done)
        except OSError:
            _silence(self.stream)

    def _draw(self, done):
        share = min(1.0, done / self.total)
        passed = time.monotonic() - self.started
        left = f"{passed * (1 - share) / share:.0f} s left" if 0 < share < 1 else f"{passed:.1f} s"
        if self.stream.isatty():
            bar = "#" * round(WIDTH * share)
            self.stream.write(f"\r[{bar:<{WIDTH}}] {share:4.0%}  {left:<14}" + "\n" * (share == 1))
        elif int(10 * share) > self.told:
            self.stream.write(f"{share:4.0%}  {left}\n")
            self.told = int(10 * share)
        self.stream.flush()


def say(line, flush=False):
    """Print a line of the output."""
    try:
        print(line, flush=flush)
    except OSError as error:
        raise Unwritten(error) from None


def table(rows):
    """A table, columns as wide as their longest entry."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def guarded(program):
    """The exit code of `program()`, whose output may be of any encoding, closed, full or no longer read."""
    codecs.register_error("plain_signs", _in_signs_of)
    streams = [stream for stream in (sys.stdout, sys.stderr) if stream is not None]
    for stream in streams:
        stream.reconfigure(errors="plain_signs")
    code = program()
    for stream in streams:
        try:
            stream.flush()
        except OSError as error:
            _silence(stream)
            code = Unwritten(error).code if stream is sys.stdout else code
    return code


def _in_signs_of(encoding_error):
    """An error handler of codecs: a sign that the output cannot write, by one that it can."""
    unwritten = encoding_error.object[encoding_error.start : encoding_error.end]
    plain = [SIGNS.get(sign) or sign.encode("ascii", "backslashreplace").decode() for sign in unwritten]
    return "".join(plain), encoding_error.end


def _silence(stream):
    """Let what is still written to a stream go nowhere, so that the end of the program does not fail."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
