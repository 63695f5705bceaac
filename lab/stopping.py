"""`python -m lab`: Ctrl-C ends it with exit code 130 and no traceback, from its first import on.

Importing NumPy takes longer than anything else that a short replay does, and runs before `__main__` can
catch anything. No other program is affected.
"""

import contextlib
import itertools
import os
import signal
import sys

INTERRUPTED = 130  # 128 and the number of the signal, as shells have it


def is_program(command):
    """Whether a command line, as `sys.orig_argv` has it, runs this package."""
    return ["-m", "lab"] in map(list, itertools.pairwise(command))


def _end(_signal, _frame):
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            os.write(sys.stderr.fileno(), b"\nStopped.\n")
    os._exit(INTERRUPTED)


if sys.argv[:1] == ["-m"] and is_program(sys.orig_argv):
    signal.signal(signal.SIGINT, _end)
