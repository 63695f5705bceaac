"""The bytes of a store are those of its distinct memory, at every moment, and measured once per entry."""

import numpy as np

from data import store
from data.store import Store


def distinct_bytes(held):
    """The bytes of the arrays that own the memory of what is held, each once."""
    owners = {}
    for key in held:
        for array in held.get(key):
            owner = array if array.base is None else array.base
            owners[id(owner)] = owner.nbytes
    return sum(owners.values())


def test_the_bytes_stay_those_of_distinct_memory_while_entries_that_share_it_come_and_go(monkeypatch):
    monkeypatch.setattr(store, "MOST_BYTES", 40_000)
    rng, held, shared = np.random.default_rng(0), Store(), [np.zeros(500) for _ in range(6)]
    for number in range(300):
        own = np.zeros(int(rng.integers(1, 400)))
        view = shared[rng.integers(6)][: int(rng.integers(1, 500))]
        held.put(number, (own, view, own[1:]), source=number - 1 if number % 3 else None)
        held.get(int(rng.integers(number + 1)))
        assert held.n_bytes() == distinct_bytes(held) <= 40_000
    assert 2 < len(list(held)) < 300
    held.clear()
    assert held.n_bytes() == 0
    held.put("again", (shared[0], shared[0][3:]))
    assert held.n_bytes() == shared[0].nbytes


def test_the_newest_entry_and_its_source_stay_whatever_their_size_and_older_ones_go(monkeypatch):
    monkeypatch.setattr(store, "MOST_BYTES", 40_000)
    held, sizes = Store(), {"file": 3750, "other": 125, "set": 2500}  # 30, 1 and 20 kB
    for key, size in sizes.items():
        held.put(key, np.zeros(size), "file" if key == "set" else None)
    assert list(held) == ["file", "set"]
    assert held.n_bytes() == 50_000
    held.put("small", np.zeros(1))
    assert list(held) == ["set", "small"]


def test_an_entry_that_is_read_is_used_and_so_is_its_source():
    held = Store()
    for key in ("file", "set", "other"):
        held.put(key, np.zeros(1), "file" if key == "set" else None)
    assert list(held) == ["file", "set", "other"]
    held.get("set")
    assert list(held) == ["other", "file", "set"]
    held.get("nothing")
    assert list(held) == ["other", "file", "set"]


def test_an_entry_is_measured_when_it_comes_and_not_at_every_later_one(monkeypatch):
    measured, add = [], store._add_memory
    monkeypatch.setattr(
        store, "_add_memory", lambda value, sizes: (measured.append(value), add(value, sizes))
    )
    held, arrays = Store(), [np.zeros(n + 1) for n in range(50)]
    for number, array in enumerate(arrays):
        held.put(number, array)
    assert len(measured) == 50
    assert held.n_bytes() == sum(array.nbytes for array in arrays)


def test_of_more_entries_than_there_is_room_for_the_least_recently_used_go(monkeypatch):
    monkeypatch.setattr(store, "MOST_ENTRIES", 3)
    held = Store()
    for key in "abc":
        held.put(key, np.zeros(1))
    assert list(held) == ["a", "b", "c"]
    held.get("a")
    assert held.put("d", "new") == "new"
    assert list(held) == ["c", "a", "d"]
    assert held.put("d", "another") == "new", "what is stored stays"
