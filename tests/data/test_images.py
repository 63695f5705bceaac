"""Images: what is read of them, and that they read as the eager arrays to the bit."""

import numpy as np
import pytest

from data import SCALINGS, DataConfig, Images, load_dataset
from data.images import standard_scaling

PARTS = ("X_train", "X_valid", "X_test")
N, D = 5000, 12  # more rows than are scaled at a time


def pool(n=N, d=D):
    return np.random.default_rng(0).integers(0, 256, (n, d), dtype=np.uint8)


def images(rows=None, raw=None, **fields):
    rng = np.random.default_rng(1)
    shift, scale = rng.uniform(0, 200, D).astype(np.float32), rng.uniform(0.1, 90, D).astype(np.float32)
    return Images(pool() if raw is None else raw, shift, scale, rows=rows, **fields)


def eager(lazy):
    """The same numbers from the definition, in float32."""
    raw = lazy.raw if lazy.rows is None else lazy.raw[lazy.rows]
    return (raw.astype(np.float32) - lazy.shift) / lazy.scale


ROWS = np.random.default_rng(2).permutation(N)[:4500]
KINDS = {
    "whole": lambda: images(),
    "rows": lambda: images(ROWS),
    "view": lambda: images(raw=pool()[100:4500]),
}
KEYS = {
    **{"all": slice(None), "slice": slice(10, 2500), "steps": slice(7, 4000, 3), "end": slice(-5, None)},
    **{"backwards": slice(None, None, -1), "down to 0": slice(4200, None, -2), "none": slice(5, 5)},
    **{"beyond": slice(4300, 9999), "one": 3, "last": -1, "numpy's one": np.int64(4), "list": [1, 4, 1]},
    **{"indices": np.array([3, -1, 0]), "table": np.array([[1, 2, 3], [4, 5, 6]]), "no indices": []},
}


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("kind", KINDS)
def test_rows_are_read_as_from_the_array(kind, key):
    lazy, key = KINDS[kind](), KEYS[key]
    array = eager(lazy)
    expected = array[key if not isinstance(key, list) else np.array(key, int)]
    read = lazy[key]
    assert isinstance(read, np.ndarray)
    assert (read.dtype, read.shape) == (np.float32, expected.shape)
    np.testing.assert_array_equal(read, expected)


@pytest.mark.parametrize("kind", KINDS)
def test_take_gives_rows_for_indices_of_any_shape(kind):
    lazy = KINDS[kind]()
    array = eager(lazy)
    rng = np.random.default_rng(3)
    for shape in [(), (7,), (3, 5), (2, 3, 4), (0,), (4, 0)]:
        indices = rng.integers(-len(lazy), len(lazy), shape)
        read = lazy.take(indices, axis=0)
        assert read.shape == (*shape, D)
        assert read.dtype == np.float32
        np.testing.assert_array_equal(read, array.take(indices, axis=0))


def test_a_mask_selects_rows():
    lazy = images(ROWS)
    mask = np.arange(len(lazy)) % 7 == 2
    np.testing.assert_array_equal(lazy[mask], eager(lazy)[mask])
    np.testing.assert_array_equal(lazy[mask & False], np.empty((0, D), np.float32))
    with pytest.raises(IndexError, match="mask"):
        lazy[mask[:-1]]


@pytest.mark.parametrize("kind", KINDS)
def test_an_index_beyond_the_rows_is_an_error(kind):
    lazy = KINDS[kind]()
    for key in (len(lazy), -len(lazy) - 1, [0, len(lazy)]):
        with pytest.raises(IndexError):
            lazy[key]
    for key in ((1, 2), (slice(None), 0), (0, 1, 2)):
        with pytest.raises(IndexError):
            lazy[key]
    for key in (0.5, None, [0.5]):
        with pytest.raises((IndexError, TypeError)):
            lazy[key]
    with pytest.raises(ValueError, match=r"^axis is 1; allowed: 0"):
        lazy.take([0], axis=1)
    assert len(list(lazy)) == len(lazy)  # a loop over them ends


def test_they_have_the_shape_and_type_of_the_array():
    lazy = images(ROWS)
    assert (lazy.shape, lazy.ndim, lazy.size, len(lazy)) == ((4500, D), 2, 4500 * D, 4500)
    assert lazy.dtype == np.float32
    assert np.asarray(lazy).flags.writeable
    np.testing.assert_array_equal(np.asarray(lazy), eager(lazy))
    assert np.asarray(lazy, np.float64).dtype == np.float64
    np.testing.assert_array_equal(np.concatenate([lazy, lazy])[4500:], eager(lazy))
    np.testing.assert_array_equal(lazy @ np.eye(D, dtype=np.float32), eager(lazy))
    with pytest.raises(ValueError, match="copy"):
        np.array(lazy, copy=False)


def test_another_dtype_holds_the_same_float32_numbers():
    lazy = images(ROWS)
    assert lazy.astype(np.float32, copy=False) is lazy
    assert lazy.astype("float32", copy=False) is lazy
    wide = lazy.astype("float64", copy=False)
    assert wide.dtype == np.float64
    assert np.shares_memory(wide.raw, lazy.raw)
    for read in (wide[3:9], wide.take([[3, 4], [5, 6]], axis=0), np.asarray(wide), wide[0]):
        assert read.dtype == np.float64
    np.testing.assert_array_equal(np.asarray(wide), eager(lazy).astype(np.float64))
    np.testing.assert_array_equal(wide.astype(np.float32)[:], eager(lazy))


def test_what_is_read_can_be_written_and_leaves_the_images_alone():
    lazy = images()
    before = lazy[:5].copy()
    for read in (lazy[:5], lazy[[0, 1]], lazy.take([0], axis=0), lazy[0]):
        read[:] = 99
    np.testing.assert_array_equal(lazy[:5], before)
    plain = Images(pool(), np.zeros(D), np.ones(D))
    plain[:5][:] = 99
    np.testing.assert_array_equal(plain.raw, pool())


@pytest.mark.parametrize("shift", [np.zeros(D), np.arange(D)])
@pytest.mark.parametrize(
    "scale", [np.ones(D), np.full(D, 255.0), np.full(D, 255.0**2), np.arange(1, D + 1) / 7]
)
def test_what_may_be_skipped_changes_no_bit(shift, scale):
    lazy = Images(pool(), shift, scale)
    assert np.asarray(lazy).tobytes() == eager(lazy).tobytes()


@pytest.mark.parametrize("split", ["60/20/20", "3000/1000/500"])
@pytest.mark.parametrize("scaling", SCALINGS)
def test_lazy_and_eager_mnist_are_equal_to_the_bit(scaling, split):
    config = DataConfig(name="mnist", scaling=scaling, split=split)
    lazy, plain = load_dataset(config, as_bytes=True), load_dataset(config)
    for part in PARTS:
        X, array = getattr(lazy, part), getattr(plain, part)
        assert isinstance(X, Images)
        assert type(array) is np.ndarray
        assert array.dtype == np.float32
        some = slice(0, 3000)
        assert X[some].tobytes() == array[some].tobytes()
        np.testing.assert_array_equal(array[some], eager(X)[some])
        rows = np.random.default_rng(5).integers(0, len(X), (3, 20))
        assert X.take(rows, axis=0).tobytes() == array.take(rows, axis=0).tobytes()
    for ours, theirs in zip(lazy, plain, strict=True):
        if not isinstance(ours, Images):
            np.testing.assert_array_equal(ours, theirs)


def test_no_split_copies_the_pool():
    splits = ("60/20/20", "1000/100/50", "70/15/15")
    sets = [load_dataset(DataConfig(name="mnist", split=split), as_bytes=True) for split in splits]
    first = sets[0].X_train.raw
    for dataset in sets:
        for part in PARTS:
            assert np.shares_memory(getattr(dataset, part).raw, first)
            assert not getattr(dataset, part).raw.flags.writeable


@pytest.mark.parametrize("n", [20, 2047, 2048, 2049, 5000])
@pytest.mark.parametrize("some", [False, True])
def test_standard_scaling_is_that_of_the_bytes(n, some):
    raw = pool(n)
    raw[:, 0] = 255  # does not vary
    raw[:, 1] = 0
    raw[1:, 2] = 254  # varies by a single example
    raw[0, 2] = 255
    raw[:, 3] = np.where(np.arange(n) % 2, 0, 255)
    rows = np.random.default_rng(6).permutation(n)[: n // 2 + 1] if some else None
    shift, scale = standard_scaling(Images(raw, np.zeros(D), np.ones(D), rows=rows))
    chosen = (raw if rows is None else raw[rows]).astype(np.float64)
    varies = np.ptp(chosen, axis=0) > 0
    np.testing.assert_allclose(shift, chosen.mean(axis=0), rtol=1e-13)
    np.testing.assert_allclose(scale, np.where(varies, chosen.std(axis=0), 1), rtol=1e-12)
    np.testing.assert_array_equal(shift[:2], [255, 0])
    np.testing.assert_array_equal(scale[:2], [1, 1])
