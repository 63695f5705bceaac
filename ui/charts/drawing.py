"""Drawing: a chart to be drawn later, identified by its content so that none is drawn twice."""

import functools
import hashlib

import numpy as np
import pandas as pd


class Drawing:
    """A chart that is still to be drawn: a function that returns its `Parts`, and its arguments.

    `digest` identifies the content: drawings of the same function with equal arguments have the same digest.
    """

    def __init__(self, draw, args, options):
        self._draw, self._args, self._options = draw, args, options

    @functools.cached_property
    def digest(self):
        """Return a digest of function and arguments; raise TypeError for an argument of another type."""
        digest = hashlib.blake2b(digest_size=16)
        whose = self._draw.__module__, self._draw.__qualname__
        _add((whose, self._args, self._options), digest.update)
        return digest.hexdigest()

    def parts(self):
        """Return the newly made parts of the chart."""
        return self._draw(*self._args, **self._options)

    def chart(self):
        """Return the newly built Altair chart."""
        return self.parts().chart()


def drawn(draw):
    """Decorator for a function of data frames and plain values: it returns a Drawing of its chart."""

    @functools.wraps(draw)
    def later(*args, **options):
        return Drawing(draw, args, options)

    return later


def _add(value, add):
    """Pass a value to `add` in pieces, each with its type, so that different values give different bytes."""
    add(f"\0{type(value).__name__}:".encode())
    match value:
        case None | bool() | int() | float() | str():
            add(repr(value).encode())
        case tuple() | list():
            add(str(len(value)).encode())
            if {*map(type, value)} <= {str}:  # texts of many epochs, and of many rows
                add(repr(value).encode())
                return
            for part in value:
                _add(part, add)
        case dict():
            _add([*value.items()], add)
        case np.ndarray():
            add(f"{value.dtype} {value.shape}".encode())
            add(np.ascontiguousarray(value).tobytes())
        case pd.DataFrame():
            _add([(str(name), _column(value[name])) for name in value], add)
        case np.generic():
            add(repr(value).encode())
        case _:
            raise TypeError(f"A drawing takes data frames and plain values, not {type(value).__name__}.")


def _column(column):
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy(), column.cat.categories.tolist()
    return column.to_numpy() if column.dtype.kind in "biuf" else column.tolist()
