"""The visitor's own images: what an .npz may hold, how it is understood, and which sets are kept."""

import hashlib

import numpy as np
import pytest
from image_archives import arrays, digests, packed, refusal

from data import DataConfig, keep_images, load_dataset, store, upload_arrays, uploads


@pytest.fixture(autouse=True)
def _empty_store(monkeypatch):
    monkeypatch.setattr(uploads, "STORE", store.Store())


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize(
    ("shape", "image_shape"),
    [
        ((6, 5), (6, 5)),
        ((64, 64, 3), (64, 64, 3)),
        ((36,), (6, 6)),
        ((35,), (1, 35)),
    ],
)
def test_images_of_ones_own_are_loaded_as_they_are(save, shape, image_shape):
    contents = arrays(shape)
    file = packed(save, **contents)
    digest = keep_images(file)
    assert digest == hashlib.sha256(file).hexdigest()
    config = DataConfig(name="own_images", points=digest, scaling="none", split="20/4/9")
    dataset = load_dataset(config)
    pool = np.concatenate([contents["x_train"], contents["x_test"]]).reshape(33, -1)
    for X, y, rows in zip(dataset[0:6:2], dataset[1:6:2], [(0, 20), (20, 24), (24, 33)], strict=True):
        np.testing.assert_array_equal(X, pool[slice(*rows)].astype(np.float32))
        np.testing.assert_array_equal(y, np.r_[contents["y_train"], contents["y_test"]][slice(*rows)])
        assert (X.dtype, y.dtype) == (np.float32, np.int64)
    assert dataset.image_shape == image_shape
    assert (dataset.class_names, dataset.name) == (("0", "1", "2"), "own_images")


@pytest.mark.parametrize("dtype", ["u1", "i1", ">i4", "u8"])
@pytest.mark.parametrize("shape", [(-1,), (-1, 1)])
def test_labels_are_whole_numbers_in_a_row_or_a_column_and_the_order_and_others_do_not_matter(dtype, shape):
    contents = arrays((2,), n_train=200, n_test=100, n_classes=100)
    other = {name: contents[name].astype(dtype).reshape(shape) for name in ("y_train", "y_test")}
    other |= {"x_train": np.asfortranarray(contents["x_train"]), "note": np.array("hello")}
    images = uploads.held(keep_images(packed(**contents | other)))
    np.testing.assert_array_equal(images.X[:200], contents["x_train"])
    np.testing.assert_array_equal(images.y[:200], contents["y_train"])
    assert images.class_names == tuple(map(str, range(100)))


U8 = np.uint8
BAD_ARRAYS = [
    ({"x_train": np.full((24, 6, 5), 1.5)}, "x_train has values from 1.5 to 1.5; allowed: 0 to 1, or whole"),
    (
        {"x_train": np.full((24, 6, 5), np.nan)},
        "x_train has 720 values that are not finite numbers, first in image 1; allowed: 0 to 1, or whole",
    ),
    (
        {"x_train": np.full((24, 6, 5), 0.5), "x_test": np.full((9, 6, 5), np.nan)},
        "x_test has 270 values that are not finite numbers, first in image 1; allowed: 0 to 1, or whole",
    ),
    (
        {"x_test": np.full((9, 6, 5), -1, np.int8)},
        "x_test has values from -1 to -1; allowed: 0 to 1, or whole",
    ),
    ({"x_test": np.full((9, 6, 5), 256)}, "x_test has values from 256 to 256; allowed: 0 to 1, or whole"),
    (
        {"x_test": np.zeros((9, 6, 5), complex)},
        "x_test is complex128 of shape (9, 6, 5); allowed: arrays of real",
    ),
    ({"x_train": np.zeros((24, 6, 5, 2), U8)}, "uint8 of shape (24, 6, 5, 2)"),
    ({"x_train": U8(3)}, "x_train is uint8 of shape ()"),
    ({"y_train": np.array(["a"] * 24)}, "y_train and y_test mix numbers and text; allowed: both numbers or"),
    ({"y_train": np.zeros(24, "M8[s]")}, "y_train is datetime64[s] of shape (24,)"),
    ({"x_train": np.zeros(24, [("a", "u1")])}, "x_train is [('a', 'u1')] of shape (24,)"),
    ({"x_test": np.zeros((9, 5, 6), U8)}, "x_test has images of shape (5, 6)"),
    ({"x_train": np.zeros((24, 0), U8)}, "x_train has 0 values per image; allowed: 1 to 12288"),
    ({"x_train": np.zeros((24, 12289), U8)}, "x_train has 12289 values per image"),
    (arrays(n_train=19), "x_train has 19 images; allowed: 20 to"),
    (arrays(n_test=0), "x_test has 0 images; allowed: 1 to"),
    ({"y_train": np.full(24, 0.5)}, "y_train has the label 0.5; allowed: whole numbers or texts"),
    ({"y_train": np.full(24, np.inf)}, "y_train has the label inf; allowed: whole numbers or texts"),
    (
        {"y_train": np.zeros((24, 3), U8)},
        "y_train is not one-hot in row 1; allowed: one 1 in each row, and 0 elsewhere",
    ),
    (
        {"y_train": np.ones((24, 2, 2), U8)},
        "y_train is uint8 of shape (24, 2, 2); allowed: numbers or texts of",
    ),
    (
        {"y_train": np.full((24, 2), "a")},
        "y_train is <U1 of shape (24, 2); allowed: numbers or texts of shape",
    ),
    ({"y_train": np.array(["a" * 10**6] * 24)}, "y_train has 92 MB of labels; allowed: 64 MB"),
    ({"y_test": np.zeros(8, U8)}, "y_test is uint8 of shape (8,)"),
    ({"y_train": np.arange(24) - 10**6}, "y_train has labels from -1000000 to -999977; allowed: -999999 to"),
    (arrays(n_train=101, n_classes=101), "y_train and y_test have 101 distinct labels; allowed: 2 to 100"),
    ({"y_test": np.full(9, 2**64 - 1, "u8")}, "to 18446744073709551615"),
    ({"y_train": np.full(24, 7), "y_test": np.full(9, 7)}, "have 1 distinct label; allowed: 2 to 100"),
    *[({name: None}, f"{name} is missing; allowed: an .npz file with x_train, ") for name in uploads.ARRAYS],
]


@pytest.mark.parametrize(("changes", "found"), BAD_ARRAYS)
def test_an_array_that_does_not_fit_is_refused_by_name(changes, found):
    contents = arrays() | changes
    assert found in refusal(
        packed(np.savez_compressed, **{name: a for name, a in contents.items() if a is not None})
    )


def kept(**contents):
    return uploads.held(keep_images(packed(**contents)))


def test_fractions_and_other_types_of_pixels_are_read_as_bytes():
    whole = arrays()
    plain = kept(**whole)
    for dtype in ("f4", "f8", "f2"):
        scaled = {n: a.astype(dtype) / 255 if n[0] == "x" else a for n, a in whole.items()}
        images = kept(**scaled)
        np.testing.assert_array_equal(images.X, plain.X)
        assert images.understood == ("Pixels from 0 to 1 are stored as the nearest of 256 levels.",)
    for dtype in ("f4", "f8", "i2", ">i4", "u8"):
        images = kept(**{n: a.astype(dtype) if n[0] == "x" else a for n, a in whole.items()})
        np.testing.assert_array_equal(images.X, plain.X)
        assert images.understood == ()
    ink = {n: a > 127 if n[0] == "x" else a for n, a in whole.items()}
    np.testing.assert_array_equal(kept(**ink).X, np.where(plain.X > 127, 255, 0))
    mixed = whole | {"x_train": np.minimum(whole["x_train"], 1) / 1.0, "x_test": whole["x_test"] / 1.0}
    assert kept(**mixed).X[:24].max() == 1, "0 to 255 as a whole, if not in each"


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("order", ["C", "F"])
def test_channels_may_come_first_or_last(channels, order):
    last = arrays((6, 5, channels))
    first = {n: np.array(np.moveaxis(a, 3, 1), order=order) if n[0] == "x" else a for n, a in last.items()}
    plain, moved = kept(**last), kept(**first)
    np.testing.assert_array_equal(moved.X, plain.X)
    assert plain.image_shape == moved.image_shape == ((6, 5) if channels == 1 else (6, 5, 3))
    assert moved.understood == ("Channels come first in the file; here they are moved to the end.",)
    assert plain.understood == ()
    mixed = kept(**last | {"x_test": first["x_test"]})  # each array may have its own order
    np.testing.assert_array_equal(mixed.X, plain.X)
    assert mixed.understood == moved.understood


def test_many_images_are_converted_in_parts_and_each_part_is_checked(monkeypatch):
    monkeypatch.setattr(upload_arrays, "CHUNK", 7)
    whole = arrays()
    floats = whole["x_train"].astype(float)
    floats[20, 0] = 0.5, 200, 0, 255, 3
    told = refusal(packed(**whole | {"x_train": floats}))
    assert told.startswith("x_train has values from 0 to 255; allowed: 0 to 1, or whole numbers")
    expected = np.concatenate([whole["x_train"], whole["x_test"]]).reshape(33, 30)
    np.testing.assert_array_equal(kept(**whole).X, expected)


def test_two_classes_may_be_one_hot_and_long_texts_are_cut():
    whole = arrays(n_classes=2)
    twice = np.eye(2)[whole["y_train"]]
    twice[2] = 1
    assert refusal(packed(**whole | {"y_train": twice})).startswith("y_train is not one-hot in row 3;")
    one_hot = {name: np.eye(2)[whole[name]] for name in ("y_train", "y_test")}
    np.testing.assert_array_equal(kept(**whole | one_hot).y, kept(**whole).y)
    texts = {name: np.array(["a" * 61, "b"])[whole[name]] for name in ("y_train", "y_test")}
    assert kept(**whole | texts).class_names == ("a" * 60, "b")


def test_an_array_of_the_right_name_is_taken_and_messages_use_the_names_of_the_file():
    names = ["X_train", "x_train", "Y_train", "x_test", "y_test"]
    found, _ = upload_arrays.roles(names)
    assert found == {"x_train": "x_train", "y_train": "Y_train", "x_test": "x_test", "y_test": "y_test"}
    whole = arrays()
    theirs = {"train_images": whole["x_train"], "train_labels": whole["y_train"]}
    told = refusal(packed(**theirs, x_test=arrays((5, 6))["x_test"], y_test=whole["y_test"]))
    assert told == "x_test has images of shape (5, 6); allowed: (6, 5), that of train_images."
    one = {"x_train": whole["x_train"], "y_train": np.zeros(24, int)}
    assert refusal(packed(**one)).startswith("y_train has 1 distinct label; allowed: 2 to ")
    both = one | {"x_test": whole["x_test"], "y_test": np.zeros(9, int)}
    assert refusal(packed(**both)).startswith("y_train and y_test have 1 distinct label; allowed")


def test_labels_may_be_one_hot_or_texts():
    plain = arrays(n_classes=3)
    hot = {n: np.eye(5)[a + 1] if n[0] == "y" else a for n, a in plain.items()}
    images = kept(**hot)
    np.testing.assert_array_equal(images.y, kept(**plain).y)
    assert images.class_names == ("1", "2", "3")
    assert images.understood == (
        "y_train is one-hot: the position of the 1, from 0, is the class.",
        "y_test is one-hot: the position of the 1, from 0, is the class.",
    )
    names = np.array(["cat", "a\nbig dog", "ant"])
    for texts in (names, np.char.encode(names)):
        images = kept(**{n: texts[a] if n[0] == "y" else a for n, a in plain.items()})
        assert images.class_names == ("a big dog", "ant", "cat")
        np.testing.assert_array_equal(images.y[:3], [2, 0, 1])
    assert kept(**{n: a * 1.0 if n[0] == "y" else a for n, a in plain.items()}).class_names == ("0", "1", "2")


OTHER_NAMES = {
    ("X_train", "y_train", "X_test", "y_test"): (
        "X_train and y_train are the training set.",
        "X_test and y_test are the test set.",
    ),
    ("train_images", "train_labels", "test_images", "test_labels"): (
        "train_images and train_labels are the training set.",
        "test_images and test_labels are the test set.",
    ),
    ("trainX", "trainY", "testX", "testY"): (
        "trainX and trainY are the training set.",
        "testX and testY are the test set.",
    ),
    ("pictures", "answers", "testX", "testY"): None,
}


@pytest.mark.parametrize("names", OTHER_NAMES)
def test_arrays_are_found_under_their_other_common_names(names):
    contents = arrays()
    file = packed(**dict(zip(names, contents.values(), strict=True)), val_images=contents["x_test"])
    if OTHER_NAMES[names] is None:
        assert refusal(file).startswith("x_train is missing; allowed: an .npz file with x_train, ")
        return
    images = uploads.held(keep_images(file))
    np.testing.assert_array_equal(images.X, kept(**contents).X)
    assert images.understood == (*OTHER_NAMES[names], "Not used: val_images.")


@pytest.mark.parametrize(
    "names",
    [("images", "labels"), ("X", "y"), ("data", "target"), ("arr_0", "arr_1"), ("x_train", "y_train")],
)
def test_images_without_a_test_set_are_split(names):
    contents = arrays(n_train=40)
    digest = keep_images(packed(**{names[0]: contents["x_train"], names[1]: contents["y_train"]}))
    images = uploads.held(digest)
    assert images.n_test == 0
    assert "There is no test set: the images are split." in images.understood
    for split in ("60/20/20", "20/10/9"):
        dataset = load_dataset(DataConfig(name="own_images", points=digest, split=split, scaling="none"))
        assert [len(y) for y in dataset[1:6:2]] == ([24, 8, 8] if split == "60/20/20" else [20, 10, 9])
    np.testing.assert_array_equal(dataset.X_test, contents["x_train"].reshape(40, -1)[30:39])


def test_pixels_of_many_bytes_each_are_bounded_by_their_bytes(monkeypatch):
    file = packed(
        np.savez_compressed, **{n: a / 1.0 if n[0] == "x" else a for n, a in arrays((9, 9)).items()}
    )
    monkeypatch.setattr(uploads, "MOST_PIXEL_BYTES", 33 * 81 * 8 - 1)
    assert refusal(file).startswith("x_train and x_test have 0 MB of pixels; allowed: ")
    monkeypatch.setattr(uploads, "MOST_PIXEL_BYTES", 33 * 81 * 8)
    keep_images(file)


def test_the_least_recently_used_set_is_dropped(monkeypatch):
    n_bytes = 33 * 30 + 33 * 8
    monkeypatch.setattr(store, "MOST_BYTES", 4 * n_bytes)
    kept = [keep_images(packed(**arrays(seed=seed))) for seed in range(4)]
    load_dataset(DataConfig(name="own_images", points=kept[0]))  # used again
    assert keep_images(packed(**arrays(seed=3))) == kept[3]  # kept once
    kept.append(keep_images(packed(**arrays(seed=4))))
    assert digests() == [kept[k] for k in (2, 0, 3, 4)]
    with pytest.raises(
        ValueError,
        match=f"^own_images needs the file whose sha256 begins with {kept[1][:12]}…; upload it again, or in "
        r"the terminal give it with --images\.$",
    ):
        load_dataset(DataConfig(name="own_images", points=kept[1]))
    monkeypatch.setattr(store, "MOST_BYTES", 2 * n_bytes)
    kept.append(keep_images(packed(**arrays(seed=5))))
    assert digests() == kept[-2:]
