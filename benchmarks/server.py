"""A server of the lab of one's own, on the loopback interface, to measure and to kill."""

import contextlib
import os
import pathlib
import socket
import subprocess
import sys
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[1]
ONE_ARENA = {"MALLOC_ARENA_MAX": "1"}
TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """The app, or another script, on a port, else on a free one: `address`, and what its process uses.

    `program` are the arguments of Python that run Streamlit; `host` is an address of the loopback interface;
    `root` the folder of the app; `variables` are those of the container, as in the Dockerfile.

    Use as `with Server() as server`; what fails on a page is told in full, unlike to visitors.
    """

    def __init__(
        self,
        port=None,
        script="streamlit_app.py",
        program=("-m", "streamlit"),
        host="127.0.0.1",
        root=ROOT,
        variables=ONE_ARENA,
    ):
        self.port = port or free_port()
        command = [sys.executable, *program, "run", str(root / script)]
        command += [
            "--server.port",
            str(self.port),
            "--server.address",
            host,
            "--server.headless",
            "true",
        ]
        command += ["--server.fileWatcherType", "none", "--client.showErrorDetails", "full"]
        self.process = subprocess.Popen(
            command,
            cwd=root,
            env=os.environ | variables,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.address = f"http://{host}:{self.port}"

    def __enter__(self):
        for _ in range(600):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=1).close()
                return self
            time.sleep(0.1)
        raise RuntimeError("The server does not answer.")

    def __exit__(self, *error):
        self.process.terminate()  # nothing where it was killed
        self.process.wait(timeout=120)  # on a busy machine it took more than 30

    def kill(self):
        """End it at once, as a crash or a lack of memory would."""
        self.process.kill()
        self.process.wait(timeout=30)

    def megabytes(self):
        """Resident memory."""
        with open(f"/proc/{self.process.pid}/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) / 1024

    def cpu_seconds(self):
        """Spent by all its threads, in the program and in the kernel."""
        with open(f"/proc/{self.process.pid}/stat") as file:
            return sum(map(int, file.read().rpartition(")")[2].split()[11:13])) / TICKS


def free_port():
    """Return a port of the loopback interface that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
