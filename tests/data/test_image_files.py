"""The readers of IDX and CIFAR-10 files, on small ones written from the definitions of the formats."""

import gzip
import io
import struct
import tarfile

import numpy as np

from data.image_files import read_cifar10, read_fashion_mnist

TAR = "cifar-10-binary.tar.gz"
BATCHES = [*(f"data_batch_{k}.bin" for k in range(1, 6)), "test_batch.bin"]


def idx(array):
    """A gzipped IDX file: two zero bytes, 8 for bytes, the number of axes and their lengths, the values."""
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return gzip.compress(header + array.tobytes(), mtime=0)


def small_fashion_mnist(n_train=40, n_test=12):
    """({file: bytes}, images, labels) of a set of few images, training ones first."""
    rng = np.random.default_rng(4)
    X = rng.integers(0, 256, (n_train + n_test, 28, 28), dtype=np.uint8)
    y = (np.arange(n_train + n_test) % 10).astype(np.uint8)
    files = {}
    for kind, rows in (("train", slice(n_train)), ("t10k", slice(n_train, None))):
        files |= {f"{kind}-images-idx3-ubyte.gz": idx(X[rows]), f"{kind}-labels-idx1-ubyte.gz": idx(y[rows])}
    return files, X, y


def cifar10_archive(batches):
    """The bytes of a tar.gz of {file: bytes}, in the folder of the published one."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in {"readme.html": b"<p>", **batches}.items():
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
    packed["test_batch.bin"] = packed["test_batch.bin"][: 13 * 3073]
    content["test_batch.bin"] = tuple(array[:13] for array in content["test_batch.bin"])
    jumbled = dict(sorted(packed.items(), reverse=True))
    X, y, n_test = read_cifar10(write(tmp_path, {TAR: cifar10_archive(jumbled)}))
    order = [*(f"data_batch_{k}.bin" for k in (1, 3, 4, 5, 2)), "test_batch.bin"]
    assert (X.dtype, y.dtype, X.shape, n_test) == (np.uint8, np.int64, (113, 3072), 13)
    np.testing.assert_array_equal(
        X.reshape(-1, 32, 32, 3), np.concatenate([content[name][0] for name in order])
    )
    np.testing.assert_array_equal(y, np.concatenate([content[name][1] for name in order]))
    assert sorted(path.name for path in tmp_path.iterdir()) == [TAR]  # nothing was unpacked to the disk
