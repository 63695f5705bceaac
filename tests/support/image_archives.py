"""Archives of images as a visitor uploads them, whole or made up byte by byte."""

import io
import struct
import zipfile

import numpy as np
import pytest

from data import keep_images, uploads


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
