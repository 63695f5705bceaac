"""Downloads: from a server of our own on 127.0.0.1, whole, damaged, slow or away."""

import contextlib
import errno
import hashlib
import http.server
import os
import pathlib
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from test_image_files import TAR, cifar10_archive, small_batches, small_fashion_mnist

from data import STORE, DataConfig, DataUnavailable, downloads, fetch, load_dataset, ready

ROOT = pathlib.Path(__file__).resolve().parents[2]
FASHION, FASHION_IMAGES, FASHION_LABELS = small_fashion_mnist()
CIFAR = {TAR: cifar10_archive(small_batches()[0])}
FIRST = next(iter(FASHION))


def md5(content):
    return hashlib.md5(content).hexdigest()


class Web(http.server.ThreadingHTTPServer):
    """Serves `files`; `requests` are the paths that were asked for, `extra` headers to send, `short` the
    bytes kept back, `gate` a barrier every answer waits at."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.requests, self.extra, self.short = {}, [], {}, 0
        self.gate = None
        self.address = f"http://127.0.0.1:{self.server_port}"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        web, name = self.server, self.path.lstrip("/")
        web.requests.append(name)
        if web.gate is not None:
            web.gate.wait()
        content = web.files.get(name)
        self.send_response(200 if content is not None else 404)
        content = content or b""
        sent = content[: len(content) - web.short]
        for header, value in ({"Content-Length": str(len(content))} | web.extra).items():
            self.send_header(header, value)
        self.end_headers()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # who asked has given up
            self.wfile.write(sent)

    def log_message(self, *args):
        """Nothing."""


@pytest.fixture
def web(monkeypatch, tmp_path):
    """A server of small sets, in whose place the published ones are, and an empty cache folder."""
    server = Web()
    server.files = FASHION | CIFAR
    for name, files in (("fashion_mnist", FASHION), ("cifar10", CIFAR)):
        source = downloads.SOURCES[name]
        hashes = {file: md5(content) for file, content in files.items()}
        monkeypatch.setitem(downloads.SOURCES, name, source._replace(files=hashes))
        monkeypatch.setenv(f"BACKPROP_LAB_{name.upper()}_URL", server.address)
    monkeypatch.setenv("BACKPROP_LAB_DATA", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    STORE.clear()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()
    STORE.clear()


@pytest.fixture
def cache(web, tmp_path):
    return tmp_path / "cache" / "fashion_mnist"


def kept(folder):
    """The names of all files below the folder, temporary ones among them."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def refusal(name="fashion_mnist"):
    """The sentence with which the set is refused."""
    with pytest.raises(DataUnavailable, match=rf"^{name} cannot be loaded: ") as caught:
        load_dataset(DataConfig(name=name))
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert ". " not in sentence
    assert sentence.endswith("by hand, or choose mnist, which needs no download.")
    return sentence


def test_the_published_files_are_named_with_their_md5():
    assert downloads.SOURCES["fashion_mnist"].files == {
        "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
        "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
        "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
    }
    assert downloads.SOURCES["cifar10"].files == {TAR: "c32a1d4ab5d03f1284b67883e8d87530"}
    assert all(ready(name) for name in ("mnist", "circles", "own_images"))  # which need none


def test_fashion_mnist_is_fetched_once(web, cache, capfd):
    config = DataConfig(name="fashion_mnist", scaling="none", split="30/10/12")
    assert not ready("fashion_mnist")
    dataset = load_dataset(config)
    assert ready("fashion_mnist")
    assert kept(cache.parent) == sorted(FASHION)
    for X, y, part in zip(dataset[0:6:2], dataset[1:6:2], np.split(np.arange(52), [30, 40]), strict=True):
        np.testing.assert_array_equal(X, FASHION_IMAGES[part].reshape(-1, 784).astype(np.float32))
        np.testing.assert_array_equal(y, FASHION_LABELS[part])
        assert (X.dtype, y.dtype) == (np.float32, np.int64)
    assert dataset.class_names[::9] == ("T-shirt/top", "Ankle boot")
    assert (len(dataset.class_names), dataset.image_shape) == (10, (28, 28))
    STORE.clear()  # as in another process
    np.testing.assert_array_equal(load_dataset(config).X_train, dataset.X_train)
    assert web.requests == list(FASHION)
    assert capfd.readouterr() == ("", "")


def test_cifar10_validates_on_batch_2(web):
    dataset = load_dataset(DataConfig(name="cifar10", scaling="none", split="80/20/20"))
    assert web.requests == [TAR]
    images, labels = small_batches()[1]["data_batch_2.bin"]
    np.testing.assert_array_equal(dataset.X_valid.reshape(-1, 32, 32, 3), images)
    np.testing.assert_array_equal(dataset.y_valid, labels)
    assert dataset.image_shape == (32, 32, 3)
    assert (dataset.class_names[0], dataset.class_names[-1]) == ("airplane", "truck")


@pytest.mark.parametrize("content", [b"", FASHION[FIRST] + b"\0", FASHION[FIRST][:-1] + b"x"])
def test_a_damaged_file_in_the_cache_is_fetched_again_and_read_but_when_it_has_changed(web, cache, content):
    web.extra = {"Content-Encoding": "gzip"}  # that of the file, not of the transfer
    fetch("fashion_mnist")
    assert ready("fashion_mnist")
    misses = downloads._md5.cache_info().misses
    assert ready("fashion_mnist")
    assert downloads._md5.cache_info().misses == misses
    (cache / FIRST).write_bytes(content)
    os.utime(cache / FIRST, ns=(0, 0))  # not within the clock tick of the first writing
    assert not ready("fashion_mnist")
    web.requests.clear()
    load_dataset(DataConfig(name="fashion_mnist"))
    assert web.requests == [FIRST]
    assert (cache / FIRST).read_bytes() == FASHION[FIRST]
    assert ready("fashion_mnist")


def test_a_file_that_arrives_damaged_is_reported_and_not_kept(web, cache):
    web.files = FASHION | {FIRST: FASHION[FIRST][:-1] + b"\1"}
    sentence = refusal()
    assert f"the {FIRST} from {web.address}/ is not the published one" in sentence
    assert web.requests == [FIRST]
    assert kept(cache) == []
    cache.joinpath(FIRST).write_bytes(b"damaged before as well")
    assert refusal() == sentence
    assert len(web.requests) == 2


@pytest.mark.parametrize(("short", "files", "what"), [(100, FASHION, ""), (0, {}, "answer 404)")])
def test_a_transfer_that_breaks_off_and_a_file_that_is_not_there_are_reported(web, cache, short, files, what):
    web.short, web.files = short, files
    assert f"{FIRST} could not be fetched from {web.address}/ ({what}" in refusal()
    assert kept(cache) == []
    web.short, web.files = 0, FASHION
    load_dataset(DataConfig(name="fashion_mnist"))


@pytest.mark.parametrize("address", ["nowhere", "ftp://127.0.0.1/", "http://[", "http://127.0.0.1:1/"])
def test_without_a_server_the_files_and_their_folder_are_named(web, cache, monkeypatch, address):
    monkeypatch.setenv("BACKPROP_LAB_FASHION_MNIST_URL", address)
    sentence = refusal()
    assert "could not be fetched from" in sentence
    *others, last = FASHION
    assert f"put {', '.join(others)} and {last} into {cache} by hand" in sentence
    assert kept(cache.parent) == []
    cache.mkdir(parents=True, exist_ok=True)
    for file in others:
        (cache / file).write_bytes(FASHION[file])
    assert f"; put {last} into {cache} by hand" in refusal()
    (cache / last).write_bytes(FASHION[last])
    assert ready("fashion_mnist")
    assert len(load_dataset(DataConfig(name="fashion_mnist", split="40/0/12")).X_train) == 40


def refuse(*args, **kwargs):
    raise PermissionError(errno.EACCES, "Permission denied")


@pytest.mark.parametrize("why", ["Not a directory", "Is a directory", "Permission denied"])
def test_a_cache_that_cannot_be_written_is_reported(web, cache, monkeypatch, why):
    if why == "Not a directory":
        cache.parent.write_bytes(b"a file in the folder's place")
    elif why == "Is a directory":
        (cache / FIRST).mkdir(parents=True)
    else:
        cache.mkdir(parents=True)  # or pooch does not try it in advance, and rewords no error
        monkeypatch.setattr("tempfile.NamedTemporaryFile", refuse)
    assert f"{FIRST} could not be stored ({why})" in refusal()
    assert kept(cache) == []


def test_a_server_that_does_not_answer_is_given_up(web, monkeypatch):
    assert downloads.TIMEOUT <= 30
    monkeypatch.setattr(downloads, "TIMEOUT", 0.2)
    web.gate = threading.Event()
    threading.Timer(2, web.gate.set).start()  # then it would answer
    assert "could not be fetched from" in refusal()
    web.gate.set()


def test_two_threads_may_load_a_set_at_once(web, tmp_path):
    web.gate = threading.Barrier(2, timeout=30)
    config = DataConfig(name="cifar10", scaling="none", split="80/20/20")
    with ThreadPoolExecutor(2) as threads:
        one, other = threads.map(lambda _: load_dataset(config, as_bytes=True), "12")
    assert len(web.requests) == 2
    assert np.shares_memory(one.X_train.raw, other.X_train.raw)  # read once, held once
    assert kept(tmp_path) == [TAR]


def test_progress_is_told_file_by_file_up_to_its_size(web, monkeypatch):
    monkeypatch.setattr(downloads, "CHUNK", 1000)
    reports = []
    fetch("fashion_mnist", progress=lambda *report: reports.append(report))
    assert list(dict.fromkeys(file for _, _, file in reports)) == list(FASHION)
    for file, content in FASHION.items():
        done = [d for d, _, f in reports if f == file]
        assert {total for _, total, f in reports if f == file} == {len(content)}
        assert done == sorted(done)
        assert done[-1] == len(content)
        assert len(done) >= len(content) / 1000
    reports.clear()
    fetch("fashion_mnist", progress=lambda *report: reports.append(report))
    assert reports == []


class Stopped(BaseException):
    """As Streamlit's, no Exception."""


@pytest.mark.parametrize("raised", [Stopped(), ValueError("mine"), OSError(errno.ENOSPC, "mine")])
def test_what_progress_raises_reaches_the_caller_and_no_part_is_kept(web, cache, monkeypatch, raised):
    monkeypatch.setattr(downloads, "CHUNK", 1000)

    def progress(done, total, file):
        if done > total / 2:
            raise raised

    with pytest.raises(type(raised)) as caught:
        fetch("fashion_mnist", progress)
    assert caught.value is raised
    assert kept(cache) == []
    assert not ready("fashion_mnist")


def test_files_are_kept_in_the_users_cache_folder(monkeypatch, tmp_path):
    monkeypatch.delenv("BACKPROP_LAB_DATA", raising=False)
    if sys.platform == "linux":
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        assert downloads.folder_of("cifar10") == tmp_path / "backprop-lab" / "cifar10"
    monkeypatch.setenv("BACKPROP_LAB_DATA", "~/elsewhere")
    assert downloads.folder_of("cifar10") == pathlib.Path.home() / "elsewhere" / "cifar10"


def test_pooch_is_imported_only_where_it_is_needed():
    code = "import sys, data; data.load_dataset(data.DataConfig()); print('pooch' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"
