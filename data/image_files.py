"""Readers of the published image files, which check every size before they rely on it.

Each returns (X, y, n_test): X uint8, one image per row, the official training images first and the
`n_test` official test images last; y int64, the class ids. They raise ValueError, with a one-sentence
message naming the file, if a file does not have the contents its format requires.
"""

import gzip
import math
import tarfile
import zlib

import numpy as np

FASHION_MNIST_CLASSES = (
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
)
CIFAR10_CLASSES = (
    *("airplane", "automobile", "bird", "cat", "deer"),
    *("dog", "frog", "horse", "ship", "truck"),
)
# 2 comes last so that the split 40000/10000/10000 validates on batch 2, as in the coursework that the lab
# reproduces
CIFAR10_ORDER = (*(f"data_batch_{k}.bin" for k in (1, 3, 4, 5, 2)), "test_batch.bin")
CIFAR10_ROW = 1 + 3 * 32 * 32  # label, then the red, the green and the blue plane
MOST_BYTES = 2**28  # of one array; the largest published one is 47 MB


def read_fashion_mnist(folder):
    """Read the four IDX files of Fashion-MNIST: X (n, 784), pixels in the order (height, width)."""
    parts = []
    for kind in ("train", "t10k"):
        paths = [folder / f"{kind}-images-idx3-ubyte.gz", folder / f"{kind}-labels-idx1-ubyte.gz"]
        images, labels = read_idx(paths[0], n_axes=3), read_idx(paths[1], n_axes=1)
        if images.shape[1:] != (28, 28):
            raise _damaged(paths[0], f"images of {images.shape[1]} × {images.shape[2]} pixels, not 28 × 28")
        if len(labels) != len(images):
            raise _damaged(paths[1], f"{len(labels)} labels for {len(images)} images")
        _check_labels(paths[1], labels)
        parts.append((images.reshape(-1, 784), labels))
    X, y = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return X, y.astype(np.int64), len(parts[1][1])


def read_idx(path, n_axes):
    """Return the uint8 array in a gzipped IDX file.

    The format: two zero bytes, 8 for unsigned bytes, the number of axes, the length of each axis as four
    bytes, most significant first, then the values. Raise ValueError if the file is damaged.
    """
    try:
        with gzip.open(path, "rb") as file:
            header = file.read(4 + 4 * n_axes)
            if len(header) < 4 + 4 * n_axes or header[:4] != bytes([0, 0, 8, n_axes]):
                raise _damaged(path, f"{header[:4].hex(' ')} where an IDX file of {n_axes} axes begins")
            shape = tuple(int(size) for size in np.frombuffer(header, ">u4", offset=4))
            if math.prod(shape) > MOST_BYTES:
                raise _damaged(path, f"the promise of {math.prod(shape)} values")
            values = file.read(math.prod(shape) + 1)  # one more, to notice surplus values
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(path, f"no whole gzip archive ({error})") from error
    if len(values) != math.prod(shape):
        less = "fewer" if len(values) < math.prod(shape) else "more"
        raise _damaged(path, f"{less} values than the {math.prod(shape)} it promises")
    return np.frombuffer(values, np.uint8).reshape(shape)


def read_cifar10(folder):
    """Read the six batches in cifar-10-binary.tar.gz without unpacking them to disk.

    X is (n, 3072), pixels in the order (height, width, channel); the batches are in the order 1, 3, 4, 5, 2,
    test.
    """
    path = folder / "cifar-10-binary.tar.gz"
    batches = _cifar10_batches(path)
    absent = [name for name in CIFAR10_ORDER if name not in batches]
    if absent:
        raise _damaged(path, f"no {', '.join(absent)}")
    ends = np.cumsum([len(batches[name]) for name in CIFAR10_ORDER])
    X, y = np.empty((ends[-1], 32, 32, 3), np.uint8), np.empty(ends[-1], np.int64)
    for name, end in zip(CIFAR10_ORDER, ends, strict=True):
        batch = batches.pop(name)  # frees each batch as soon as it is copied
        _check_labels(path, batch[:, 0])
        y[end - len(batch) : end] = batch[:, 0]
        X[end - len(batch) : end] = batch[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return X.reshape(-1, 3072), y, int(ends[-1] - ends[-2])


def _cifar10_batches(path):
    """Return {file name: its rows (n, 3073) uint8} of the batches in the archive."""
    batches = {}
    try:
        with tarfile.open(path, "r:gz") as archive:
            for member in archive:
                name = member.name.rsplit("/", 1)[-1]
                if name in CIFAR10_ORDER and member.isfile():
                    if member.size == 0 or member.size % CIFAR10_ROW or member.size > MOST_BYTES:
                        raise _damaged(path, f"{name} of {member.size} bytes, not rows of {CIFAR10_ROW}")
                    rows = np.frombuffer(archive.extractfile(member).read(), np.uint8)
                    batches[name] = rows.reshape(-1, CIFAR10_ROW)
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise _damaged(path, f"no whole tar.gz archive ({error})") from error
    return batches


def _check_labels(path, labels):
    if labels.max(initial=0) > 9:
        raise _damaged(path, f"the label {labels.max()}, where labels are 0 to 9")


def _damaged(path, found):
    return ValueError(f"{path.name} in {path.parent} is damaged: it holds {found}.")
