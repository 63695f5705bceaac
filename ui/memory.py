"""Memory that a training has used goes back to the system.

The C library keeps what threads have freed, between what they still hold, for later.
"""

import ctypes
import threading
import time

EVERY = 5.0  # seconds, at least, between two times

_lock = threading.Lock()
_last = -EVERY


def give_back():
    """Let the C library return what is free, where it can (glibc); seldom, as that takes milliseconds."""
    global _last
    with _lock:
        if time.monotonic() - _last < EVERY:
            return
        _last = time.monotonic()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
