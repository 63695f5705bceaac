"""How `python -m lab` writes and exits: with any encoding, a full disk, a closed pipe, or Ctrl-C.

Importing this module lets Ctrl-C end the program with exit code 130 and no traceback even during its imports:
importing NumPy takes most of the time of a short replay. So the package imports this module first, and
it imports nothing large. No other program's Ctrl-C is affected.
"""

import argparse
import codecs
import contextlib
import itertools
import os
import shutil
import signal
import sys
import time

WIDTH = 30  # of the progress bar, in characters, if the terminal has room for it
UNWRITABLE, INTERRUPTED, NO_READER = 74, 130, 141  # exit codes
SIGNS = {"×": "x", "–": "-", "…": "..."}  # replacements for output that cannot encode them


class Unwritten(Exception):
    """The output cannot be written; `code` is the exit code that says why.

    There is no message if the reader closed the pipe, which is normal and not an error.
    """

    def __init__(self, error):
        unread = isinstance(error, BrokenPipeError)
        what = f"Cannot write {error.filename}" if error.filename else "The output cannot be written"
        super().__init__("" if unread else f"{what} ({error.strerror or type(error).__name__}).")
        self.code = NO_READER if unread else UNWRITABLE


class Parser(argparse.ArgumentParser):
    """A parser that says in one sentence what is wrong with the arguments, and exits with 2."""

    def error(self, message):
        self.exit(2, f"{message[:1].upper()}{message[1:]}; {self.prog} --help shows what there is.\n")


def sentence(problem):
    """Return what an exception says, with the file that could not be opened where there is one."""
    file = getattr(problem, "filename", None)
    return f"Cannot open {file} ({problem.strerror})." if file else str(problem)


class Progress:
    """Progress as a bar on a terminal, elsewhere as one line per tenth; nothing if the stream is None.

    After an output error nothing more is shown. The total may be 0.
    """

    def __init__(self, total, stream):
        self.total, self.stream = total, stream
        self.started, self.last_tenth, self.ended = time.monotonic(), -1, False

    def show(self, done):
        """Show how much of the total is done; all of it is shown once."""
        self._show(min(1.0, done / self.total) if self.total else 0.0)

    def finish(self):
        """Show that all is done, unless that is shown already."""
        self._show(1.0)

    def _show(self, share):
        if self.stream is None or self.ended:
            return
        self.ended = share == 1
        try:
            self._draw(share)
        except OSError:
            _silence(self.stream)

    def _draw(self, share):
        passed = time.monotonic() - self.started
        left = f"{passed * (1 - share) / share:.0f} s left" if 0 < share < 1 else f"{passed:.1f} s"
        if self.stream.isatty():
            line, room = f"{share:4.0%}  {left:<14}", _columns(self.stream) - 1
            width = min(WIDTH, room - len("[] ") - len(line))
            bar = f"[{'#' * round(width * share):<{width}}] " if width > 0 else ""
            self.stream.write("\r" + f"{bar}{line}"[:room] + "\n" * (share == 1))
        elif int(10 * share) > self.last_tenth:
            self.stream.write(f"{share:4.0%}  {left}\n")
            self.last_tenth = int(10 * share)
        self.stream.flush()


def _columns(stream):
    """Return the width of the terminal that a stream writes to, in characters; 80 if it is not known."""
    try:
        columns = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):  # io.UnsupportedOperation is both
        columns = 0
    return columns or shutil.get_terminal_size().columns


def followed(steps):
    """Run a generator that yields the share done, showing progress; return its return value."""
    progress = Progress(1, sys.stderr)
    while True:
        try:
            progress.show(next(steps))
        except StopIteration as finished:
            progress.finish()
            return finished.value


def say(line, flush=False, end="\n"):
    """Print a line of the output; raise Unwritten if it cannot be written."""
    try:
        print(line, flush=flush, end=end)
    except OSError as error:
        raise Unwritten(error) from None


def tell(line):
    """Print a line to standard error, unless that cannot be written: the work and its exit code go on."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            print(line, file=sys.stderr, flush=True)


def write(path, content):
    """Write bytes to a file; raise Unwritten if it cannot be written."""
    try:
        _make_folder(path.parent)
        path.write_bytes(content)
    except OSError as error:
        raise Unwritten(error) from None


def _make_folder(path):
    with contextlib.suppress(FileExistsError):  # a file: to open a file in it has a clearer error
        path.mkdir(parents=True, exist_ok=True)


def check_writable(path):
    """Raise Unwritten if a file cannot be written here; it is left as it is."""
    is_new = not path.exists()
    try:
        _make_folder(path.parent)
        with path.open("ab"):
            pass
        if is_new:
            path.unlink()
    except OSError as error:
        raise Unwritten(error) from None


def table(rows):
    """Print rows of strings as a table, with columns as wide as their longest entry; raise Unwritten."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def guarded(program):
    """Run `program()` and return its exit code, or the one for output that cannot be written.

    Characters that the output's encoding lacks are replaced. Unwritten, if the program raises it, is told in
    its sentence.
    """
    codecs.register_error("plain_signs", _in_signs_of)
    streams = [stream for stream in (sys.stdout, sys.stderr) if stream is not None]
    for stream in streams:
        stream.reconfigure(errors="plain_signs")
    try:
        code = program()
    except Unwritten as problem:
        code = problem.code
        if str(problem):
            tell(problem)
    for stream in streams:
        try:
            stream.flush()
        except OSError as error:
            _silence(stream)
            code = Unwritten(error).code if stream is sys.stdout else code
    return code


def _in_signs_of(encoding_error):
    """Error handler for codecs: replace characters that cannot be encoded (see SIGNS) or escape them."""
    unwritten = encoding_error.object[encoding_error.start : encoding_error.end]
    plain = [SIGNS.get(sign) or sign.encode("ascii", "backslashreplace").decode() for sign in unwritten]
    return "".join(plain), encoding_error.end


def _silence(stream):
    """Redirect a stream to the null device, so that flushing it at exit does not fail."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def is_program(command):
    """Return whether a command line, in the form of `sys.orig_argv`, runs this package."""
    return ["-m", "lab"] in map(list, itertools.pairwise(command))


def end_quietly_on_interrupt():
    """From now on, let Ctrl-C end this process at once, with exit code 130 and one word."""
    signal.signal(signal.SIGINT, _end)


def _end(_signal, _frame):
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            os.write(sys.stderr.fileno(), b"\nStopped.\n")
    os._exit(INTERRUPTED)


if sys.argv[:1] == ["-m"] and is_program(sys.orig_argv):
    end_quietly_on_interrupt()
