"""How many arenas the C library's malloc takes memory from: one, where nothing else was asked for.

Streamlit runs every visit of a page in a new thread, and glibc gives each thread an arena, up to eight for
each core. What a training keeps then lies between what it freed, in every arena, and the free memory cannot
be returned to the system. Python runs one thread at a time, so threads hardly wait for the one arena;
`benchmarks.ablation` measures both.
"""

import ctypes
import os
import sys

VARIABLE = "MALLOC_ARENA_MAX"
M_ARENA_MAX = -8  # of glibc's malloc.h


def use_one():
    """Let malloc use one arena, unless VARIABLE is set or the C library has no such option.

    Call before the first other thread starts: arenas that exist already stay in use. See mallopt(3).
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None and VARIABLE not in os.environ:
        mallopt(M_ARENA_MAX, 1)
