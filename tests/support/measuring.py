"""The memory that Python and NumPy allocate for a piece of work."""

import tracemalloc


def peak_of(action):
    """Return the most bytes held at once during the action."""
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
