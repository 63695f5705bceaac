"""Images: rows of bytes that become scaled numbers when they are read."""

import numpy as np

CHUNK = 2048  # rows scaled at a time where many are asked for


class Images:
    """X = (raw - shift) / scale, (n, n_features), of which only the bytes are held.

    `raw` (m, n_features) uint8 is shared, never copied; `rows`, where there are any, are the indices
    of its rows that are these n examples, in order. `shift` and `scale` are (n_features,) float32, and
    the arithmetic is float32; `dtype` is what the results are converted to. It stands in for an
    ndarray where rows are read: X[3], X[10:20], X[[1, 5]], X.take(indices, axis=0), X.astype(dtype),
    np.asarray(X); what is read is an ndarray of its own.
    """

    __slots__ = ("_divisor", "_subtrahend", "dtype", "raw", "rows", "scale", "shift")
    ndim = 2

    def __init__(self, raw, shift, scale, rows=None, dtype=np.float32):
        self.raw, self.rows, self.dtype = raw, rows, np.dtype(dtype)
        self.shift, self.scale = shift, scale = np.asarray(shift, np.float32), np.asarray(scale, np.float32)
        self._subtrahend = shift if shift.any() else None
        same = (scale == scale[0]).all()  # one divisor is read faster than one a feature
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
        """The rows of a number, a slice or an array of indices or of booleans, scaled."""
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
        """Rows by indices of any shape (…): (…, n_features), as ndarray.take along axis 0."""
        if axis != 0:
            raise ValueError(f"axis is {axis!r}; allowed: 0.")
        if self.rows is not None:
            indices = self.rows.take(indices)
        return self._scaled(self.raw.take(indices, axis=0))

    def astype(self, dtype, copy=True):
        """These images read as another dtype; themselves where they have it. Nothing is held twice, and
        what they give never shares memory with them, so that `copy` makes no difference."""
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
        """Rows of a range, a chunk at a time, to hold little beside the result."""
        rows = range(start, stop, step)
        X = np.empty((len(rows), self.raw.shape[1]), self.dtype)
        for first in range(0, len(rows), CHUNK):
            part = rows[first : first + CHUNK]
            # a slice that runs down to row 0 has no number to stop at
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
    """(shift, scale), float64: mean and deviation of each feature of Images, from their bytes.

    The sums of x and of x² are integers and exact: variance = (n Σx² - (Σx)²) / n². A feature that
    does not vary has its value as shift and 1 as scale, and so becomes 0.
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
