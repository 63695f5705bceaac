"""Memory that was freed goes back to the system."""

import ctypes
import pathlib
import sys
import threading

import numpy as np
import pyarrow as pa
import pytest

from ui.training import cache

STATUS = pathlib.Path("/proc/self/status")
MEGABYTE = 2**20


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(cache, "_last_trim", -cache.TRIM_INTERVAL)


def resident():
    """The bytes of this process that are in memory."""
    line = next(one for one in STATUS.read_text().splitlines() if one.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


on_linux = pytest.mark.skipif(
    not STATUS.exists() or not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="of glibc on Linux"
)


@on_linux
def test_what_a_thread_freed_between_what_it_kept_is_returned():
    kept = []

    def work():
        arrays = [np.ones(8000) for _ in range(1600)]  # 64 kB each, too small for a mapping of their own
        kept.extend(arrays[::40])

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    before = resident()
    cache.give_back()
    assert before - resident() > 50 * MEGABYTE
    assert all(one.sum() == 8000 for one in kept)


@on_linux
def test_tables_for_the_browser_are_in_that_memory_too():
    import ui.frame.sent  # noqa: F401  chooses where Arrow has its memory from

    kept = []

    def work():
        arrays = [pa.array(np.arange(8000) * 1.5).cast("float32") for _ in range(3200)]  # 32 kB, copied
        kept.extend(arrays[::40])

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert pa.total_allocated_bytes() < 20 * MEGABYTE, "the others are free"
    before = resident()
    cache.give_back()
    assert before - resident() > 50 * MEGABYTE
    assert all(one[7999].as_py() == 7999 * 1.5 for one in kept)


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_are_left_alone(monkeypatch, platform):
    def opened(name):
        raise TypeError("as Windows does for the library without a name")

    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(ctypes, "CDLL", opened)
    cache.give_back()


def test_it_is_done_seldom(monkeypatch):
    calls = []
    monkeypatch.setattr(ctypes, "CDLL", lambda name: calls.append(name) or object())
    for _ in range(3):
        cache.give_back()
    assert len(calls) == 1, "and a library that cannot do it is left alone"
