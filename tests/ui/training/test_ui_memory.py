"""Memory that was freed goes back to the system."""

import ctypes
import pathlib
import sys
import threading

import numpy as np
import pytest

from ui.training import cache

STATUS = pathlib.Path("/proc/self/status")
MEGABYTE = 2**20


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(cache, "_last_trim", -cache.TRIM_INTERVAL)


def resident():
    line = next(one for one in STATUS.read_text().splitlines() if one.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


@pytest.mark.skipif(
    not STATUS.exists() or not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="of glibc on Linux"
)
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
