"""Memory that a training has used goes back to the system, and none is looked through for nothing.

The C library of Linux keeps what threads have freed, between what they still hold, for later; and
threads that ran at once each keep their own. A server that runs a thread a visit would grow for hours.
"""

import ctypes
import gc
import sys
import threading
import time

EVERY = 5.0  # seconds, at least, between two times
ARENA_MAX = -8  # M_ARENA_MAX of mallopt(3)

_lock = threading.Lock()
_last = -EVERY


def settle():
    """What has been made so far stays, and need not be looked through for garbage again.

    Of a server that has imported all it needs that is most of what there is: a tenth of a second each time.
    """
    gc.collect()
    gc.freeze()


def share():
    """Let all threads that start from now on take their memory from one place, where it can (glibc).

    Python runs one thread at a time, so that they hardly wait for each other there.
    """
    mallopt = _of_libc("mallopt")
    if mallopt is not None:
        mallopt(ARENA_MAX, 1)


def give_back():
    """Let the C library return what is free, where it can (glibc); seldom, as that takes milliseconds."""
    global _last
    with _lock:
        if time.monotonic() - _last < EVERY:
            return
        _last = time.monotonic()
    trim = _of_libc("malloc_trim")
    if trim is not None:
        trim(0)


def _of_libc(name):
    """A function of the C library of Linux, or None."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
