"""A download whose disk is really full, or whose process is killed half-way."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import threading

import pytest
import test_downloads
from test_downloads import CIFAR, FETCH, TAR, Handler, kept

from data import DataConfig, downloads, load_dataset

web = test_downloads.web
ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.mark.skipif(os.name != "posix", reason="no limit of a file's size")
def test_a_disk_that_takes_no_more_is_reported_and_nothing_left_behind(web, tmp_path):
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n" + FETCH
    run = subprocess.run(
        [sys.executable, "-B", "-c", limited],
        cwd=ROOT,
        input=json.dumps(["cifar10", downloads.SOURCES["cifar10"].files]),
        capture_output=True,
        text=True,
        timeout=60,
    )
    told = run.stderr.strip().splitlines()[-1]
    assert "DataUnavailable: cifar10 cannot be loaded: " in told
    assert f"{TAR} could not be kept (File too large)" in told
    assert kept(tmp_path) == []


class Halting(Handler):
    """Sends half of the first answer, and the rest when it may."""

    def do_GET(self):
        if self.server.requests:
            super().do_GET()
            return
        self.server.requests.append(self.path.lstrip("/"))
        content = self.server.files[self.server.requests[0]]
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2])
        self.wfile.flush()
        self.server.halfway.set()
        self.server.killed.wait(30)


def test_a_process_that_is_killed_in_mid_download_leaves_another_to_fetch_the_set(web, tmp_path):
    web.RequestHandlerClass, web.halfway, web.killed = Halting, threading.Event(), threading.Event()
    run = subprocess.Popen(
        [
            sys.executable,
            "-c",
            FETCH.replace("data import downloads", "data import downloads; downloads.CHUNK = 64"),
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        text=True,
    )
    run.stdin.write(json.dumps(["cifar10", downloads.SOURCES["cifar10"].files]))
    run.stdin.close()
    assert web.halfway.wait(30)
    assert not downloads.ready("cifar10")
    load_dataset(DataConfig(name="cifar10", split="80/20/20"))  # while the other is still at it
    run.send_signal(signal.SIGKILL)
    web.killed.set()
    assert run.wait(30) == -signal.SIGKILL
    assert downloads.ready("cifar10")
    assert (tmp_path / "cache" / "cifar10" / TAR).read_bytes() == CIFAR[TAR]
    load_dataset(DataConfig(name="cifar10", split="80/20/20"))
    assert web.requests == [TAR, TAR]
