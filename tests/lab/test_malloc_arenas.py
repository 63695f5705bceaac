"""How many arenas malloc uses, counted by the C library itself in a process with many threads."""

import os
import pathlib
import platform
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
COUNT = """
import ctypes, pathlib, tempfile, threading
def arenas(n_threads=6):
    libc, together = ctypes.CDLL(None), threading.Barrier(n_threads + 1)
    libc.malloc.restype, libc.fopen.restype = ctypes.c_void_p, ctypes.c_void_p
    def work():
        libc.malloc(1000)
        together.wait()
        together.wait()
    threads = [threading.Thread(target=work) for _ in range(n_threads)]
    [one.start() for one in threads]
    together.wait()  # every thread has allocated, and none has ended
    with tempfile.NamedTemporaryFile() as file:
        stream = ctypes.c_void_p(libc.fopen(file.name.encode(), b"w"))
        libc.malloc_info(0, stream)
        libc.fclose(stream)
        found = pathlib.Path(file.name).read_text().count("<heap nr=")
    together.wait()
    return found
"""
MALLOC = f"{COUNT}\nfrom lab import malloc_arenas\n{{}}\nprint(arenas())"
COMMAND = f"""{COUNT}
from streamlit.web import cli
import backprop_lab.__main__ as command
cli.main = lambda *arguments, **names: print(arenas())
command.main(["run", "--no-browser"])
"""


def printed(program, **variables):
    inherited = {name: value for name, value in os.environ.items() if name != "MALLOC_ARENA_MAX"}
    run = [sys.executable, "-c", program]
    return int(
        subprocess.run(run, cwd=ROOT, env=inherited | variables, capture_output=True, check=True).stdout
    )


def test_threads_share_one_arena_unless_it_was_not_asked_for_or_the_variable_says_otherwise():
    assert printed(MALLOC.format("")) > 3
    assert printed(MALLOC.format("malloc_arenas.use_one()")) == 1
    assert printed(MALLOC.format("malloc_arenas.use_one()"), MALLOC_ARENA_MAX="3") == 3


def test_the_command_starts_the_lab_with_one_arena():
    assert printed(COMMAND) == 1
