"""Make Ctrl-C end `python -m lab` with exit code 130 and no traceback, even during its imports.

Importing NumPy takes most of the time of a short replay, and happens before `__main__` can catch anything.
No other program is affected.
"""

import contextlib
import itertools
import os
import signal
import sys

INTERRUPTED = 130  # 128 + the number of the signal, as in shells


def is_program(command):
    """Return whether a command line, in the form of `sys.orig_argv`, runs this package."""
    return ["-m", "lab"] in map(list, itertools.pairwise(command))


def _end(_signal, _frame):
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            os.write(sys.stderr.fileno(), b"\nStopped.\n")
    os._exit(INTERRUPTED)


if sys.argv[:1] == ["-m"] and is_program(sys.orig_argv):
    signal.signal(signal.SIGINT, _end)
