"""A real Dask cluster for tests: a scheduler and workers on this machine, whose processes can be killed."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

import distributed

from ui.training import workers

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds, for what takes one or two


def wait_until(condition, patience=PATIENCE):
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def written(file):
    """What a JSON file holds; nothing before it is there and whole."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None


class Cluster:
    """Processes of a scheduler and its workers, each the leader of a group of its own."""

    def __init__(self, folder):
        self.folder, self.started, self.executors = folder, [], []
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.start_scheduler()

    def start_scheduler(self):
        """Start a scheduler at the cluster's address, where none runs."""
        file = self.folder / f"scheduler_{len(self.started)}.json"
        here = ("--host", "127.0.0.1", "--port", str(self.port), "--scheduler-file", str(file))
        self.scheduler = self._start("scheduler", *here)
        wait_until(lambda: written(file))
        self.address = written(file)["address"]

    def _start(self, kind, *options):
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", "--no-dashboard", *options]
        with open(self.folder / f"{kind}_{len(self.started)}.log", "wb") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
        self.started.append(process)
        return process

    def start_worker(self, name):
        local = str(self.folder / name)
        options = ("--nthreads", "1", "--name", name, "--local-directory", local)
        return self._start("worker", self.address, *options)

    def wait_for_workers(self, n):
        """Wait until so many workers have joined."""
        with distributed.Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(n, timeout=PATIENCE)

    def connect(self):
        """Return the Cluster, once there is a worker."""
        self.wait_for_workers(1)
        self.executors.append(workers.cluster(self.address))
        return self.executors[-1]

    def end(self):
        for executor in self.executors:
            executor.shutdown()
        for process in reversed(self.started):
            kill(process)


def kill(process):
    """End a process and those it started, without letting them tidy up."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)
