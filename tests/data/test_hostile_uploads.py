"""An .npz that is damaged or made to do harm: refused in one sentence, before anything is unpacked."""

import pickle
import struct
import zipfile

import numpy as np
import pytest
from image_archives import arrays, header, npy, packed, refusal, zipped
from measuring import peak_of

from data import keep_images, store, uploads

U8 = np.uint8


@pytest.fixture(autouse=True)
def _empty_store(monkeypatch):
    monkeypatch.setattr(uploads, "STORE", store.Store())


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


@pytest.mark.parametrize("code_point", [0x110000, 0x7FFFFFFF, 0xFFFFFFFF])
def test_texts_with_a_code_point_that_does_not_exist_are_refused(code_point):
    labels = np.resize(["ab", "c"], 24)
    labels.view(np.uint32)[1] = code_point
    assert refusal(packed(**arrays() | {"y_train": labels})) == (
        "The file is not a readable .npz archive; allowed: what np.savez or np.savez_compressed writes."
    )
