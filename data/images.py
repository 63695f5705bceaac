"""Images: an array of images stored as bytes, whose rows are scaled to floats when they are read."""

import numpy as np

CHUNK = 512  # rows scaled at a time: few enough to stay in the processor's caches


class Images:
    """X = (raw - shift) / scale, (n, n_features), stored as bytes only.

    `raw` (m, n_features) uint8 is shared, never copied. `rows` are the indices into `raw` of the n
    examples, in order; by default all. `shift` and `scale` are (n_features,) float32, and the
    arithmetic is float32; results are converted to `dtype`. For reading rows it can replace an ndarray:
    X[3], X[10:20], X[[1, 5]], X.take(indices, axis=0), X.astype(dtype), np.asarray(X). Each returns a new
    ndarray.
    """

    def __init__(self, raw, shift, scale, rows=None, dtype=np.float32):
        self.raw, self.rows = raw, np.arange(len(raw)) if rows is None else rows
        self.dtype = np.dtype(dtype)
        self.shift, self.scale = shift, scale = np.asarray(shift, np.float32), np.asarray(scale, np.float32)
        self._subtrahend = shift if shift.any() else None
        same = (scale == scale[0]).all()  # dividing by one number is faster than by one per feature
        self._divisor = None if (scale == 1).all() else scale[0] if same else scale

    @property
    def shape(self):
        return len(self), self.raw.shape[1]

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, key):
        """Return the scaled rows that `key` picks, as it would from an array of one axis."""
        rows = self.rows[key]
        if rows.size <= CHUNK:
            return self._scaled(rows)
        X = np.empty((*rows.shape, self.raw.shape[1]), self.dtype)
        for start in range(0, len(rows), CHUNK):  # to use little memory besides the result
            X[start : start + CHUNK] = self._scaled(rows[start : start + CHUNK])
        return X

    def take(self, indices, axis=0):
        """Return the scaled rows of indices of shape (…), (…, n_features), like ndarray.take on axis 0."""
        return self._scaled(self.rows.take(indices))

    def astype(self, dtype, copy=True):
        """Return Images that share the bytes but are read as `dtype`; self if that is its dtype already.

        Rows that are read never share memory with the Images, so `copy` makes no difference.
        """
        if np.dtype(dtype) == self.dtype:
            return self
        return Images(self.raw, self.shift, self.scale, self.rows, dtype)

    def __array__(self, dtype=None, copy=None):
        return self[:].astype(dtype or self.dtype, copy=False)

    def _scaled(self, rows):
        X = self.raw.take(rows, axis=0).astype(np.float32)
        if self._subtrahend is not None:
            X -= self._subtrahend
        if self._divisor is not None:
            X /= self._divisor
        return X.astype(self.dtype, copy=False)


def standard_scaling(raw, rows):
    """Return (shift, scale), float64: mean and standard deviation of each feature's bytes in these rows.

    The sums of x and of x² are exact integers: variance = (n Σx² - (Σx)²) / n². A constant feature has its
    value as shift and 1 as scale, and so becomes 0.
    """
    n, (total, squares) = len(rows), np.zeros((2, raw.shape[1]), np.int64)
    for start in range(0, n, CHUNK):
        some = raw.take(rows[start : start + CHUNK], axis=0)
        total += some.sum(axis=0, dtype=np.uint32)
        # 255² fits into 16 bits, and 512 of them into 32
        squares += np.multiply(some, some, dtype=np.uint16).sum(axis=0, dtype=np.uint32)
    spread = n * squares - total**2
    return total / n, np.where(spread > 0, np.sqrt(spread) / n, 1.0)
