"""The visitor's own images: what an .npz may hold, and what is refused before it is unpacked."""

import hashlib
import io
import pickle
import struct
import zipfile

import numpy as np
import pytest
from measuring import peak_of

from data import DataConfig, keep_images, load_dataset, store, upload_arrays, uploads


@pytest.fixture(autouse=True)
def _empty_store(monkeypatch):
    monkeypatch.setattr(uploads, "STORE", store.Store())


def arrays(shape=(6, 5), n_train=24, n_test=9, n_classes=3, seed=0):
    rng = np.random.default_rng(seed)
    return {
        "x_train": rng.integers(0, 256, (n_train, *shape), dtype=np.uint8),
        "y_train": np.arange(n_train) % n_classes,
        "x_test": rng.integers(0, 256, (n_test, *shape), dtype=np.uint8),
        "y_test": np.arange(n_test) % n_classes,
    }


def digests():
    """Of the sets that are held, the least recently used first."""
    return [digest for _, digest in uploads.STORE]


def packed(save=np.savez, **contents):
    file = io.BytesIO()
    save(file, **contents)
    return file.getvalue()


def npy(array):
    file = io.BytesIO()
    np.lib.format.write_array(file, array)
    return file.getvalue()


def zipped(members, compression=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return file.getvalue()


def header(shape, dtype="|u1", extra=""):
    """The header of an .npy file that promises what is asked, whatever follows."""
    text = f"{{'descr': {dtype!r}, 'fortran_order': False, 'shape': {shape}, {extra}}}".encode()
    text += b" " * (-(len(text) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


def refusal(file_bytes):
    with pytest.raises(ValueError, match=r"; allowed: ") as caught:
        keep_images(file_bytes)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert ". " not in sentence
    assert sentence.endswith(".")
    assert len(sentence) < 300
    assert not digests()
    return sentence


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


class Armed:
    """Would write a file, were it ever unpacked."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (self.path, "w")


@pytest.mark.parametrize("name", uploads.ARRAYS)
def test_objects_are_refused_and_not_unpacked(name, tmp_path):
    armed = tmp_path / "ran"
    objects = packed(**arrays() | {name: np.array([Armed(str(armed))] * 24, dtype=object)})
    assert (
        f"{name} is object of shape (24,); allowed: arrays of {'real ' * (name[0] == 'x')}numbers"
        in refusal(objects)
    )
    pickled = zipped(members_with(**{name: pickle.dumps(Armed(str(armed)))}))
    assert f"{name} does not have the header of a NumPy array" in refusal(pickled)
    assert not armed.exists()


def peak(function, *arguments):
    """(what it returns, the most bytes it held at once)."""
    returned = []
    n_bytes = peak_of(lambda: returned.append(function(*arguments)))
    return returned[0], n_bytes


def members_with(**changes):
    return {name: npy(array) for name, array in arrays().items()} | changes


BOMB = header((10**6, 64)) + bytes(64 * 10**6)  # 64 MB, packed to 62 kB
HOSTILE = {  # the contents of x_train, or of the array that is named; what is said
    "1e12 bytes promised": (
        header((10**12,)) + bytes(99),
        "x_train declares 1000000000000 bytes and has 99;",
    ),
    "more digits than a float has": (header((10**200, 10**200)), "x_train declares 1e+300 bytes"),
    "a negative length": (header((-5, -5)) + bytes(25), "x_train is uint8 of shape (-5, -5)"),
    "bytes too many": (npy(np.zeros((24, 2), U8)) + b"\0", "x_train declares 48 bytes and has 49;"),
    "a bomb of images": (BOMB, "y_train is int64 of shape (24,)"),
    "nested brackets": (header("(" * 400 + ")" * 400), "x_train does not have the header"),
    "code": (header("__import__('os').abort()"), "x_train does not have the header"),
    "another key": (header((24, 6, 5), extra="'a': 1") + bytes(720), "x_train does not have the header"),
    "another version": (b"\x93NUMPY\x09\x00" + bytes(100), "x_train does not have the header"),
    "a bomb in a header": (
        b"\x93NUMPY\x02\x00" + struct.pack("<I", 64 * 10**6) + b" " * 64 * 10**6,
        "x_train does not have the header",
    ),
    "nothing": (b"", "x_train does not have the header"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_made_to_do_harm_is_refused_without_unpacking_it(kind):
    content, found = HOSTILE[kind]
    sentence, held = peak(refusal, zipped(members_with(x_train=content)))
    assert found in sentence
    assert held < 4 * 10**6


@pytest.mark.parametrize(
    ("file", "found"),
    [
        (
            lambda: zipped(members_with(x_train=BOMB), zipfile.ZIP_BZIP2),
            "x_train is compressed in an unusual way;",
        ),
        (
            lambda: zipped({f"a{i}": b"" for i in range(1001)} | members_with()),
            "The file has too many arrays;",
        ),
    ],
)
def test_an_archive_without_a_bound_is_refused(file, found):
    sentence, held = peak(refusal, file())
    assert sentence.startswith(found)
    assert held < 4 * 10**6


def test_pixels_are_bounded_before_they_are_unpacked(monkeypatch):
    assert (uploads.MOST_PIXEL_BYTES, store.MOST_BYTES) == (256 * 2**20, 512 * 2**20)
    file = packed(np.savez_compressed, **arrays((100, 100), n_train=2000, n_test=1))
    monkeypatch.setattr(uploads, "MOST_PIXEL_BYTES", 2001 * 100**2 - 1)
    sentence, held = peak(refusal, file)
    assert sentence == "x_train and x_test have 19 MB of pixels; allowed: 19 MB."
    assert held < 4 * 10**6
    monkeypatch.setattr(uploads, "MOST_PIXEL_BYTES", 2001 * 100**2)
    assert peak(keep_images, file)[1] < 2.5 * 2001 * 100**2


@pytest.mark.parametrize(
    "file", [b"", b"PK", b"PK\3\4" + bytes(99), b"<html>", npy(np.zeros(3)), b"\x80\x04."]
)
def test_what_is_no_archive_is_refused(file):
    assert refusal(file).startswith("The file is not a readable .npz archive;")


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_any_damage_is_refused_or_harmless(save):
    whole, rng = packed(save, **arrays()), np.random.default_rng(0)
    n_refused = 0
    for cut in rng.integers(0, len(whole), 40):
        refusal(whole[:cut])
    for place in rng.integers(0, len(whole), 150):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << int(rng.integers(8))
        uploads.STORE.clear()
        try:
            digest = keep_images(bytes(damaged))
        except ValueError as error:
            assert "; allowed: " in str(error)  # noqa: PT017
            n_refused += 1
        else:  # a bit of no account, such as a date
            np.testing.assert_array_equal(uploads.held(digest).X[:24], arrays()["x_train"].reshape(24, -1))
    assert n_refused > 75


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
