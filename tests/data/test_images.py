"""Images: what is read of them, and that they read as the eager arrays to the bit."""

import numpy as np
import pytest

from data import Images
from data.images import CHUNK, standard_scaling

N, D = 5000, 12  # more rows than are scaled at a time


def pool(n=N, d=D):
    return np.random.default_rng(0).integers(0, 256, (n, d), dtype=np.uint8)


def images(rows=None, raw=None):
    rng = np.random.default_rng(1)
    shift, scale = rng.uniform(0, 200, D).astype(np.float32), rng.uniform(0.1, 90, D).astype(np.float32)
    return Images(pool() if raw is None else raw, shift, scale, rows=rows)


def eager(lazy):
    """The same numbers from the definition, in float32."""
    return (lazy.raw[lazy.rows].astype(np.float32) - lazy.shift) / lazy.scale


ROWS = np.random.default_rng(2).permutation(N)[:4500]
KINDS = {
    "whole": lambda: images(),
    "rows": lambda: images(ROWS),
    "view": lambda: images(raw=pool()[100:4500]),
}
KEYS = {
    **{"all": slice(None), "slice": slice(10, 2500), "backwards": slice(4200, None, -1), "none": slice(5, 5)},
    **{"one": 3, "last": -1, "list": [1, 4, 1], "no indices": []},
    **{"indices": np.array([3, -1, 0]), "table": np.array([[1, 2, 3], [4, 5, -6]])},
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kind", KINDS)
def test_rows_are_read_as_from_the_array_and_may_be_written(kind, dtype):
    made = KINDS[kind]()
    lazy, array = made.astype(dtype), eager(made).astype(dtype)
    for name, key in KEYS.items():
        index = np.array(key, int) if isinstance(key, list) else key
        taken = [] if isinstance(key, slice) else [lazy.take(index, axis=0)]
        for read in (lazy[key], *taken):
            assert (type(read), read.dtype, read.shape) == (np.ndarray, dtype, array[index].shape), name
            np.testing.assert_array_equal(read, array[index], err_msg=name)
            read[...] = 99
    mask = array[:, 0] > 1
    np.testing.assert_array_equal(lazy[mask], array[mask])
    np.testing.assert_array_equal(lazy[:], array)


@pytest.mark.parametrize("kind", KINDS)
def test_an_index_beyond_the_rows_is_an_error(kind):
    lazy = KINDS[kind]()
    for key in (len(lazy), [0, len(lazy)], (1, 2), 0.5):
        with pytest.raises(IndexError):
            lazy[key]


def test_they_have_the_shape_and_type_of_the_array_and_share_its_bytes():
    lazy = images(ROWS)
    assert (lazy.shape, len(lazy), lazy.dtype) == ((4500, D), 4500, np.float32)
    assert lazy.astype("float32", copy=False) is lazy
    assert np.shares_memory(lazy.astype("float64").raw, lazy.raw)
    assert np.asarray(lazy, np.float64).dtype == np.float64
    np.testing.assert_array_equal(np.concatenate([lazy, lazy])[4500:], eager(lazy))


@pytest.mark.parametrize("shift", [np.zeros(D), np.arange(D)])
@pytest.mark.parametrize("scale", [np.ones(D), np.full(D, 255.0), np.arange(1, D + 1) / 7])
def test_what_may_be_skipped_changes_no_bit_and_no_byte(shift, scale):
    lazy = Images(pool(), shift, scale)
    assert np.asarray(lazy).tobytes() == eager(lazy).tobytes()
    lazy[:5][:] = 99
    np.testing.assert_array_equal(lazy.raw, pool())


@pytest.mark.parametrize("n", [20, CHUNK, CHUNK + 1])
@pytest.mark.parametrize("some", [False, True])
def test_standard_scaling_is_that_of_the_bytes(n, some):
    raw = pool(n)
    raw[:, 0] = 255  # does not vary
    raw[:, 1] = 0
    raw[1:, 2] = 254  # varies by a single example
    raw[0, 2] = 255
    raw[:, 3] = np.where(np.arange(n) % 2, 0, 255)
    rows = np.random.default_rng(6).permutation(n)[: n // 2 + 1] if some else np.arange(n)
    shift, scale = standard_scaling(raw, rows)
    chosen = raw[rows].astype(np.float64)
    varies = np.ptp(chosen, axis=0) > 0
    np.testing.assert_allclose(shift, chosen.mean(axis=0), rtol=1e-13)
    np.testing.assert_allclose(scale, np.where(varies, chosen.std(axis=0), 1), rtol=1e-12)
    np.testing.assert_array_equal(shift[:2], [255, 0])
    np.testing.assert_array_equal(scale[:2], [1, 1])
