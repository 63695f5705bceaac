"""The readers of IDX and CIFAR-10 files: what they hold, and what is refused."""

import gzip
import io
import struct
import tarfile

import numpy as np
import pytest

from data.image_files import read_cifar10, read_fashion_mnist, read_idx

IMAGES, LABELS = "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"
TAR = "cifar-10-binary.tar.gz"
BATCHES = [*(f"data_batch_{k}.bin" for k in range(1, 6)), "test_batch.bin"]


def idx(array, magic=None, shape=None):
    """A gzipped IDX file, written from the format's definition."""
    magic = struct.pack(">BBBB", 0, 0, 8, array.ndim) if magic is None else magic
    shape = array.shape if shape is None else shape
    return gzip.compress(magic + struct.pack(f">{len(shape)}I", *shape) + array.tobytes(), mtime=0)


def small_fashion_mnist(n_train=40, n_test=12):
    """({file: bytes}, images, labels) of a set of few images, training ones first."""
    rng = np.random.default_rng(4)
    X = rng.integers(0, 256, (n_train + n_test, 28, 28), dtype=np.uint8)
    y = (np.arange(n_train + n_test) % 10).astype(np.uint8)
    files = {IMAGES: idx(X[:n_train]), LABELS: idx(y[:n_train])}
    files |= {"t10k-images-idx3-ubyte.gz": idx(X[n_train:]), "t10k-labels-idx1-ubyte.gz": idx(y[n_train:])}
    return files, X, y


def cifar10_archive(batches):
    """The bytes of a tar.gz of {file: bytes, None for none}, in the folder of the published one."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in {"readme.html": b"<p>", **batches}.items():
            if content is not None:
                member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def small_batches(n=20):
    """{file: bytes} and {file: (images (n, 32, 32, 3), labels)} of six small batches."""
    rng = np.random.default_rng(5)
    packed, content = {}, {}
    for number, name in enumerate(BATCHES):
        images = rng.integers(0, 256, (n, 32, 32, 3), dtype=np.uint8)
        labels = (np.arange(n) + number) % 10
        rows = [
            bytes([label]) + b"".join(image[:, :, channel].tobytes() for channel in range(3))
            for image, label in zip(images, labels, strict=True)
        ]
        packed[name], content[name] = b"".join(rows), (images, labels)
    return packed, content


def write(folder, files):
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def test_fashion_mnist_is_the_training_files_and_then_the_test_files(tmp_path):
    files, images, labels = small_fashion_mnist()
    X, y, n_test = read_fashion_mnist(write(tmp_path, files))
    assert (X.dtype, y.dtype, n_test) == (np.uint8, np.int64, 12)
    np.testing.assert_array_equal(X, images.reshape(52, 784))
    np.testing.assert_array_equal(y, labels)


def test_cifar10_comes_in_the_documented_order_with_the_channel_last(tmp_path):
    packed, content = small_batches()
    jumbled = dict(sorted(packed.items(), reverse=True))
    X, y, n_test = read_cifar10(write(tmp_path, {TAR: cifar10_archive(jumbled)}))
    order = [*(f"data_batch_{k}.bin" for k in (1, 3, 4, 5, 2)), "test_batch.bin"]
    assert (X.dtype, y.dtype, X.shape, n_test) == (np.uint8, np.int64, (120, 3072), 20)
    np.testing.assert_array_equal(
        X.reshape(-1, 32, 32, 3), np.concatenate([content[name][0] for name in order])
    )
    np.testing.assert_array_equal(y, np.concatenate([content[name][1] for name in order]))
    assert sorted(path.name for path in tmp_path.iterdir()) == [TAR]  # nothing was unpacked to the disk


BYTES = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
BAD_IDX = {
    "another magic number": (idx(BYTES, magic=b"\0\0\x0d\3"), "00 00 0d 03 where an IDX file of 3 axes"),
    "another number of axes": (idx(BYTES[0]), "00 00 08 02 where an IDX file of 3 axes"),
    "too few values": (idx(BYTES, shape=(2, 3, 5)), "fewer values than the 30"),
    "too many values": (idx(BYTES, shape=(2, 3, 3)), "more values than the 18"),
    "a promise of 2**90 values": (idx(BYTES, shape=(2**30,) * 3), f"the promise of {2**90} values"),
    "a promise of 1 GB": (idx(BYTES, shape=(2**10,) * 3), f"the promise of {2**30} values"),
    "half a header": (gzip.compress(b"\0\0\x08\3\0\0"), "00 00 08 03 where an IDX file of 3 axes"),
    "nothing": (b"", "where an IDX file of 3 axes"),
    "no archive": (b"<html>not found</html>", "no whole gzip archive"),
    "half an archive": (idx(BYTES)[:-12], "no whole gzip archive"),
    "a bad block": (gzip.compress(b"")[:10] + b"\xff" * 20, "no whole gzip archive"),
}


@pytest.mark.parametrize("damage", BAD_IDX)
def test_a_damaged_idx_file_is_refused_by_name(damage, tmp_path):
    content, found = BAD_IDX[damage]
    (tmp_path / IMAGES).write_bytes(content)
    with pytest.raises(ValueError, match=f"^{IMAGES} in .* is damaged: it holds ") as refusal:
        read_idx(tmp_path / IMAGES, n_axes=3)
    assert found in str(refusal.value)
    assert len(str(refusal.value)) < 300 + len(str(tmp_path))


@pytest.mark.parametrize(
    ("file", "array", "found"),
    [
        (LABELS, np.full(40, 10, np.uint8), f"{LABELS} .* the label 10, where labels are 0 to 9"),
        (LABELS, np.zeros(39, np.uint8), f"{LABELS} .* 39 labels for 40 images"),
        (IMAGES, np.zeros((40, 32, 28), np.uint8), f"{IMAGES} .* images of 32 × 28 pixels, not 28 × 28"),
    ],
)
def test_files_that_do_not_belong_together_are_refused(file, array, found, tmp_path):
    write(tmp_path, small_fashion_mnist()[0] | {file: idx(array)})
    with pytest.raises(ValueError, match=f"^{found}"):
        read_fashion_mnist(tmp_path)


def linked(archive):
    """The archive with a link in the place of the test batch."""
    content = io.BytesIO(gzip.decompress(archive))
    with tarfile.open(fileobj=content, mode="a") as packed:
        link = tarfile.TarInfo("cifar-10-batches-bin/test_batch.bin")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        packed.addfile(link)
    return gzip.compress(content.getvalue())


PACKED, _ = small_batches()
WHOLE = cifar10_archive(PACKED)
BAD_TARS = {
    "no batch 3": (PACKED | {"data_batch_3.bin": None}, "no data_batch_3.bin"),
    "no batches": (dict.fromkeys(PACKED), "no data_batch_1.bin, data_batch_3.bin"),
    "a byte less": (PACKED | {"test_batch.bin": bytes(3072)}, "test_batch.bin of 3072 bytes, not rows of"),
    "an empty batch": (PACKED | {"data_batch_2.bin": b""}, "data_batch_2.bin of 0 bytes"),
    "label 10": (PACKED | {"data_batch_4.bin": bytes(3073) + b"\x0a" + bytes(3072)}, "the label 10"),
    "a link": (linked(cifar10_archive(PACKED | {"test_batch.bin": None})), "no test_batch.bin"),
    "cut short": (WHOLE[: len(WHOLE) // 2], "no whole tar.gz archive"),
    "no archive": (b"<html>", "no whole tar.gz archive"),
    "nothing": (b"", "no whole tar.gz archive"),
    "no tar": (gzip.compress(b"x" * 5000), "no whole tar.gz archive"),
}


@pytest.mark.parametrize("damage", BAD_TARS)
def test_a_damaged_cifar10_archive_is_refused_by_name(damage, tmp_path):
    content, found = BAD_TARS[damage]
    write(tmp_path, {TAR: cifar10_archive(content) if isinstance(content, dict) else content})
    with pytest.raises(ValueError, match=f"^{TAR} in .* is damaged: it holds .*{found}"):
        read_cifar10(tmp_path)
