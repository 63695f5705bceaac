"""Datasets too large to ship: downloaded on first use, verified, and stored in the user's cache folder."""

import functools
import hashlib
import os
import pathlib
from typing import NamedTuple

FOLDER_VARIABLE = "BACKPROP_LAB_DATA"
TIMEOUT = 20  # seconds for connecting, and without data during a transfer
CHUNK = 2**18  # bytes between two reports of progress


class Source(NamedTuple):
    """A folder on the web, which BACKPROP_LAB_<dataset>_URL can replace, and {file: its MD5}."""

    address: str
    files: dict[str, str]


SOURCES = {
    "fashion_mnist": Source(
        address="http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        files={
            "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
            "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
            "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
            "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
        },
    ),
    "cifar10": Source(
        address="https://www.cs.toronto.edu/~kriz/",
        files={"cifar-10-binary.tar.gz": "c32a1d4ab5d03f1284b67883e8d87530"},
    ),
}


class DataUnavailable(ValueError):
    """A dataset is missing: it cannot be downloaded, or was uploaded and is not in memory (any more).

    The message says which files to put where by hand, or which one to upload.
    """

    accidental = True  # another attempt may succeed


def folder_of(name):
    """Return the folder of a dataset's files: its own if downloaded, as names may repeat, else this."""
    if name not in SOURCES:
        return pathlib.Path(__file__).parent
    chosen = os.environ.get(FOLDER_VARIABLE)
    if chosen:
        return pathlib.Path(chosen).expanduser().absolute() / name
    import pooch  # imported late, here and below: slow to import and rarely needed

    return pathlib.Path(pooch.os_cache("backprop-lab")) / name


def ready(name):
    """Return whether all files of a dataset are present and intact; True for a dataset that needs none.

    A file is hashed again only after it has changed; otherwise a call only reads its size and time.
    """
    return not _missing(name)


def fetch(name, progress=None):
    """Download the missing or damaged files of a dataset; return the folder with its files.

    `progress(done_bytes, total_bytes, file_name)` is called during a download, with total_bytes 0 if the
    server does not state the size. An exception it raises ends the download, reaches the caller and leaves no
    partial file behind. Raise DataUnavailable, with a one-sentence message, if a file cannot be downloaded,
    is not the published one or cannot be stored.
    """
    for file in _missing(name):
        _download(name, file, progress)
    return folder_of(name)


def _missing(name):
    """Return the files of a dataset that are missing in its folder or not as published."""
    if name not in SOURCES:
        return []
    folder = folder_of(name)
    return [file for file, md5 in SOURCES[name].files.items() if not _is_published(folder / file, md5)]


def _is_published(path, md5):
    try:
        state = path.stat()
        return _md5(path, state.st_size, state.st_mtime_ns, state.st_ino) == md5
    except OSError:
        return False


@functools.lru_cache(maxsize=32)
def _md5(path, size, modified, inode):
    """Return the MD5 of a file; size, time and inode are in the cache's key, so that a change is noticed."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, functools.partial(hashlib.md5, usedforsecurity=False)).hexdigest()


def _download(name, file, progress):
    """Download one file to a temporary file, which pooch moves into place once its MD5 is right."""
    import pooch

    pooch.get_logger().setLevel("WARNING")
    source = SOURCES[name]
    chosen = os.environ.get(f"BACKPROP_LAB_{name.upper()}_URL")
    address = (chosen or source.address).rstrip("/") + "/"
    bar = _Progress(progress, file)
    downloader = pooch.HTTPDownloader(
        progressbar=bar,
        chunk_size=CHUNK,
        timeout=TIMEOUT,
        headers={"Accept-Encoding": "identity"},
        hooks={"response": _as_it_is},
    )
    try:
        pooch.retrieve(
            address + file,
            known_hash=f"md5:{source.files[file]}",
            fname=file,
            path=folder_of(name),
            downloader=downloader,
        )
    except (OSError, ValueError) as error:
        if error is bar.raised:
            raise
        if hasattr(error, "request"):  # the errors of requests, which are OSErrors too
            answer = getattr(error, "response", None)
            what = type(error).__name__ if answer is None else f"answer {answer.status_code}"
            reason = f"{file} could not be fetched from {address} ({what})"
        elif isinstance(error, OSError):
            why = error.strerror or getattr(error.__cause__, "strerror", None)  # pooch rewords some
            reason = f"{file} could not be stored ({why or type(error).__name__})"
        else:
            reason = f"the {file} from {address} is not the published one (its MD5 differs)"
        raise _refusal(name, reason) from error


def _refusal(name, reason):
    *others, last = _missing(name) or SOURCES[name].files  # another process may have fetched them by now
    files = f"{', '.join(others)} and {last}" if others else last
    return DataUnavailable(
        f"{name} cannot be loaded: {reason}; put {files} into {folder_of(name)} by hand, or choose mnist, "
        "which needs no download."
    )


def _as_it_is(response, *args, **kwargs):
    """Keep a .gz file compressed, even if the server declares gzip as the transfer's encoding."""
    response.raw.headers.pop("Content-Encoding", None)


class _Progress:
    """A progress bar as pooch expects it: pooch sets `total` and calls the methods."""

    def __init__(self, report, file):
        self.report, self.file = report, file
        self.total = self.done = 0
        self.raised = None

    def update(self, n):
        # pooch counts whole chunks, although the last one is shorter, and at the end the total again
        self.done = min(self.done + n, self.total) if self.total else self.done + n
        if self.report:
            try:
                self.report(self.done, self.total, self.file)
            except BaseException as error:  # Streamlit stops a script by raising one
                self.raised = error
                raise

    def reset(self):
        """Do nothing, so that the count never goes back."""

    def close(self):
        """Do nothing."""
