"""Images: an array of images stored as bytes, whose rows are scaled to floats when they are read."""

import numpy as np

CHUNK = 2048  # rows scaled at a time


class Images:
    """X = (raw - shift) / scale, (n, n_features), stored as bytes only.

    `raw` (m, n_features) uint8 is shared, never copied. `rows`, if given, are the indices of the n rows of
    `raw` that are these examples, in order. `shift` and `scale` are (n_features,) float32, and the arithmetic
    is float32; results are converted to `dtype`. Where rows are read it can replace an ndarray: X[3],
    X[10:20], X[[1, 5]], X.take(indices, axis=0), X.astype(dtype), np.asarray(X). Each returns a new ndarray.
    """

    __slots__ = ("_divisor", "_subtrahend", "dtype", "raw", "rows", "scale", "shift")
    ndim = 2

    def __init__(self, raw, shift, scale, rows=None, dtype=np.float32):
        self.raw, self.rows, self.dtype = raw, rows, np.dtype(dtype)
        self.shift, self.scale = shift, scale = np.asarray(shift, np.float32), np.asarray(scale, np.float32)
        self._subtrahend = shift if shift.any() else None
        same = (scale == scale[0]).all()  # dividing by one number is faster than by one per feature
        self._divisor = None if (scale == 1).all() else scale[0] if same else scale

    @property
    def shape(self):
        return len(self), self.raw.shape[1]

    @property
    def size(self):
        return len(self) * self.raw.shape[1]

    def __len__(self):
        return len(self.raw if self.rows is None else self.rows)

    def __getitem__(self, key):
        """Return the scaled rows of an index, a slice, or an array of indices or booleans."""
        if isinstance(key, slice):
            return self._read(*key.indices(len(self)))
        if isinstance(key, tuple):
            raise IndexError(f"The index has {len(key)} axes; allowed: rows alone.")
        key = np.asarray(key)
        if key.dtype == bool:
            if key.shape != (len(self),):
                raise IndexError(f"The mask has shape {key.shape}; allowed: ({len(self)},).")
            key = np.flatnonzero(key)
        return self.take(key if key.size else key.astype(np.intp), axis=0)

    def take(self, indices, axis=0):
        """Return the scaled rows of indices of shape (…), (…, n_features), like ndarray.take on axis 0."""
        if axis != 0:
            raise ValueError(f"axis is {axis!r}; allowed: 0.")
        if self.rows is not None:
            indices = self.rows.take(indices)
        return self._scaled(self.raw.take(indices, axis=0))

    def astype(self, dtype, copy=True):
        """Return Images that are read as another dtype and share the bytes; these if they have it already.

        Rows that are read never share memory with the Images, so `copy` makes no difference.
        """
        if np.dtype(dtype) == self.dtype:
            return self
        return Images(self.raw, self.shift, self.scale, self.rows, dtype)

    def __array__(self, dtype=None, copy=None):
        if copy is False:
            raise ValueError("Images hold bytes; an array of their scaled values is always a copy.")
        X = self._read(0, len(self), 1)
        return X if dtype is None else X.astype(dtype, copy=False)

    def __repr__(self):
        return f"Images(shape={self.shape}, dtype={self.dtype})"

    def _read(self, start, stop, step):
        """Return the scaled rows of a range, computed in chunks to use little memory beside the result."""
        rows = range(start, stop, step)
        X = np.empty((len(rows), self.raw.shape[1]), self.dtype)
        for first in range(0, len(rows), CHUNK):
            part = rows[first : first + CHUNK]
            # a slice that runs backwards to row 0 must stop at None
            part = slice(part.start, part.stop if part.stop >= 0 else None, part.step)
            raw = self.raw[part] if self.rows is None else self.raw.take(self.rows[part], axis=0)
            X[first : first + CHUNK] = self._scaled(raw)
        return X

    def _scaled(self, raw):
        X = raw.astype(np.float32)
        if self._subtrahend is not None:
            X -= self._subtrahend
        if self._divisor is not None:
            X /= self._divisor
        return X.astype(self.dtype, copy=False)


def standard_scaling(images):
    """Return (shift, scale), float64: mean and standard deviation of each feature's bytes.

    The sums of x and of x² are exact integers: variance = (n Σx² - (Σx)²) / n². A constant feature has its
    value as shift and 1 as scale, and so becomes 0.
    """
    n, n_features = images.shape
    total, squares = np.zeros(n_features, np.int64), np.zeros(n_features, np.int64)
    for start in range(0, n, CHUNK):
        rows = slice(start, start + CHUNK)
        raw = images.raw[rows] if images.rows is None else images.raw.take(images.rows[rows], axis=0)
        total += raw.sum(axis=0, dtype=np.uint32)
        # 255² fits 16 bits, and 2048 of them 32
        squares += np.multiply(raw, raw, dtype=np.uint16).sum(axis=0, dtype=np.uint32)
    spread = n * squares - total**2
    return total / n, np.where(spread > 0, np.sqrt(spread) / n, 1.0)
