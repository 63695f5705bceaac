"""Return freed memory to the system, and keep the garbage collector off long-lived objects.

glibc keeps the memory that a thread has freed, in an arena per thread. A server that runs one thread per
visit would grow for hours.
"""

import ctypes
import gc
import sys
import threading
import time

INTERVAL = 5.0  # seconds between two calls of malloc_trim, at least
ARENA_MAX = -8  # M_ARENA_MAX of mallopt(3)

_lock = threading.Lock()
_last = -INTERVAL


def freeze_objects():
    """Keep the garbage collector off all objects made so far.

    Once the server has imported its modules these are most of its objects, and a full collection of them
    takes a tenth of a second.
    """
    gc.collect()
    gc.freeze()


def use_one_arena():
    """Make all threads started from now on share one malloc arena (glibc only).

    Python runs one thread at a time, so they hardly ever wait for each other there.
    """
    mallopt = _of_libc("mallopt")
    if mallopt is not None:
        mallopt(ARENA_MAX, 1)


def give_back():
    """Return free memory to the system (glibc only), at most once per INTERVAL: it takes milliseconds."""
    global _last
    with _lock:
        if time.monotonic() - _last < INTERVAL:
            return
        _last = time.monotonic()
    trim = _of_libc("malloc_trim")
    if trim is not None:
        trim(0)


def _of_libc(name):
    """Return a function of the C library, or None on systems other than Linux."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
