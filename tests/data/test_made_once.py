"""What many visitors ask for at once is made once, large things one after the other, and nobody waits for
others' data while their own are in memory.
"""

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from data import STORE, DataConfig, held_dataset, loading, own_tables, tables, uploads
from data.config import DATASETS
from data.store import Store

PATIENCE = 20  # seconds until a thread that waits for another gives up
TABLE = b"a,b,y\n" + b"".join(b"%d,%d,%d\n" % (i, i * i % 7, i % 2) for i in range(400))


@pytest.fixture(autouse=True)
def empty():
    STORE.clear()
    yield
    STORE.clear()


def at_once(*calls):
    """The results of calls that run at the same time, each begun before any has ended if that is possible."""
    with ThreadPoolExecutor(len(calls)) as threads:
        return [future.result(PATIENCE) for future in [threads.submit(call) for call in calls]]


class Making:
    """Counts a function's calls, and those at the same time: each goes on until another comes, or briefly."""

    def __init__(self, function):
        self.function, self.calls, self.n_now, self.most_at_once = function, 0, 0, 0
        self.changed = threading.Condition()

    def __call__(self, *args, **options):
        with self.changed:
            self.calls += 1
            self.n_now += 1
            self.most_at_once = max(self.most_at_once, self.n_now)
            self.changed.notify_all()
            self.changed.wait_for(lambda: self.most_at_once > 1, 0.3)
        try:
            return self.function(*args, **options)
        finally:
            with self.changed:
                self.n_now -= 1


def watched(monkeypatch, owner, name):
    making = Making(getattr(owner, name))
    monkeypatch.setattr(owner, name, making)
    return making


def archive(k, n=40):
    file = io.BytesIO()
    np.savez(file, x_train=np.full((n, 3, 3), k, np.uint8), y_train=np.arange(n) % 2)
    return file.getvalue()


def test_a_value_that_is_asked_for_at_once_is_made_once_and_another_meanwhile():
    held, making = Store(), Making(lambda key: (np.full(3, key),))
    values = at_once(*[lambda k=k: held.get_or_make(k, lambda: making(k)) for k in (1, 1, 2, 1, 2)])
    assert [value[0][0] for value in values] == [1, 1, 2, 1, 2]
    assert values[0] is values[1] is values[3]
    assert (making.calls, making.most_at_once) == (2, 2)


def test_values_of_one_queue_are_made_one_after_the_other():
    held, making = Store(), Making(lambda key: (np.full(3, key),))
    at_once(*[lambda k=k: held.get_or_make(k, lambda: making(k), queue="files") for k in (1, 2, 1, 3)])
    assert (making.calls, making.most_at_once) == (3, 1)
    assert not held._queues, "no lock is kept for what nobody asks for"


def test_a_value_that_cannot_be_made_is_tried_again_by_the_next():
    def fail():
        raise MemoryError

    held = Store()
    with pytest.raises(MemoryError):
        held.get_or_make("key", fail)
    assert held.get_or_make("key", lambda: "made") == "made"


def test_a_source_stays_as_long_as_its_value_is_used():
    held = Store()
    for key in ("file", "other"):
        held.put(key, np.zeros(1))
    held.get_or_make("set", lambda: np.zeros(1), "file")
    assert list(held) == ["other", "file", "set"]
    held.put("last", np.zeros(1))
    held.get_or_make("set", None)
    assert list(held) == ["other", "last", "file", "set"]


def test_a_dataset_that_visitors_ask_for_at_once_is_loaded_once(monkeypatch):
    points = own_tables.keep(TABLE)
    loads = watched(monkeypatch, loading, "load_dataset")
    config = DataConfig(name="own_table", points=points)
    datasets = at_once(*[lambda: held_dataset(config)] * 6)
    assert loads.calls == 1
    assert all(dataset is datasets[0] for dataset in datasets)


def test_the_same_data_are_split_one_split_after_the_other_and_other_data_meanwhile(monkeypatch):
    points = own_tables.keep(TABLE)
    loads = watched(monkeypatch, loading, "load_dataset")
    at_once(
        *[lambda s=s: held_dataset(DataConfig(name="own_table", points=points, seed=s)) for s in range(3)]
    )
    assert (loads.calls, loads.most_at_once) == (3, 1)
    at_once(*[lambda n=n: held_dataset(DataConfig(n_samples=n)) for n in (20, 30)])
    assert (loads.calls, loads.most_at_once) == (5, 2)


def test_archives_are_unpacked_one_after_the_other_and_each_once(monkeypatch):
    unpacking = watched(monkeypatch, uploads, "_unpacked")
    digests = at_once(*[lambda k=k: uploads.keep(archive(k)) for k in (1, 2, 1, 3)])
    assert (unpacking.calls, unpacking.most_at_once) == (3, 1)
    assert [uploads.held(digest).X[0, 0] for digest in digests] == [1, 2, 1, 3]


def test_large_tables_are_read_one_after_the_other(monkeypatch):
    monkeypatch.setattr(own_tables, "MOST_UNPACKED", 100)
    passes = watched(monkeypatch, tables, "rows_of")
    monkeypatch.setattr(own_tables, "rows_of", passes)
    at_once(*[lambda k=k: own_tables.keep(TABLE + b"1,1,1\n" * k) for k in range(3)])
    assert passes.most_at_once == 1
    assert passes.calls == 3, "and once"


def test_a_table_that_is_refused_is_not_stored(monkeypatch):
    monkeypatch.setattr(own_tables, "MOST_UNPACKED", 100)
    with pytest.raises(ValueError, match="Its value is 1 in every row"):
        own_tables.keep(b"a,y\n" + b"1,0\n1,1\n" * 50)
    assert list(STORE) == []


def test_data_in_memory_and_small_tables_do_not_wait_while_a_large_table_is_read(monkeypatch):
    monkeypatch.setattr(own_tables, "MOST_ROWS_IN_LINK", 100)
    in_memory, in_link = own_tables.keep(TABLE), own_tables.keep(TABLE[:600])
    assert in_link.startswith(own_tables.PREFIX)
    STORE._drop(("own_table", in_link))
    begun, over, read = threading.Event(), threading.Event(), tables.read

    def slow(file_bytes, **choices):
        if len(file_bytes) > len(TABLE):
            begun.set()
            assert over.wait(PATIENCE)
        return read(file_bytes, **choices)

    monkeypatch.setattr(tables, "read", slow)
    with ThreadPoolExecutor(3) as threads:
        large = threads.submit(own_tables.keep, TABLE + TABLE[6:])
        assert begun.wait(PATIENCE)
        try:
            assert len(threads.submit(own_tables.held, in_memory).result(PATIENCE).y) == 400
            assert len(threads.submit(own_tables.held, in_link).result(PATIENCE).y) < 100
            assert not large.done()
        finally:
            over.set()
        assert len(own_tables.held(large.result(PATIENCE)).y) == 800


def test_a_set_of_images_in_memory_does_not_wait_while_another_is_read(monkeypatch):
    held_dataset(DataConfig(name="digits"))
    STORE._drop(DataConfig(name="digits"))
    begun, over, read = threading.Event(), threading.Event(), DATASETS["iris"].read

    def slow(folder):
        begun.set()
        assert over.wait(PATIENCE)
        return read(folder)

    monkeypatch.setitem(DATASETS, "iris", replace(DATASETS["iris"], read=slow))
    with ThreadPoolExecutor(2) as threads:
        reading = threads.submit(held_dataset, DataConfig(name="iris"))
        assert begun.wait(PATIENCE)
        try:
            assert threads.submit(held_dataset, DataConfig(name="digits")).result(PATIENCE).name == "digits"
            assert not reading.done()
        finally:
            over.set()
