"""Tickets: no more trainings at once than cores, in turn, and large ones alone."""

import threading
import time

import pytest

from mlp import TrainConfig
from ui.tickets import Tickets


def test_there_are_as_many_as_cores_and_no_more():
    tickets = Tickets(3)
    assert [tickets.acquire(1, 0) for _ in range(4)] == [True, True, True, False]
    tickets.release(1)
    assert tickets.acquire(1, 0)


def test_all_of_them_are_had_only_when_all_are_free():
    tickets = Tickets(2)
    assert tickets.acquire(1, 0)
    assert not tickets.acquire(2, 0)
    assert tickets.acquire(1, 0), "who could not have two does not keep one"
    tickets.release(1)
    tickets.release(1)
    assert tickets.acquire(2, 0)
    assert not tickets.acquire(1, 0)


def test_who_asked_first_is_served_first_even_where_a_later_one_needs_less():
    tickets, served = Tickets(2), []
    assert tickets.acquire(2, 0)

    def ask(n, name):
        if tickets.acquire(n, 20):
            served.append(name)
            tickets.release(n)

    threads = []
    for n, name in ((2, "large"), (1, "small")):
        threads.append(threading.Thread(target=ask, args=(n, name)))
        threads[-1].start()
        while len(tickets._waiting) < len(threads):
            time.sleep(0.001)
    tickets.release(1)  # enough for the small one, which has to wait its turn
    assert served == []
    tickets.release(1)
    for thread in threads:
        thread.join(20)
    assert served == ["large", "small"]
    assert tickets.free == 2


def test_who_gives_up_waiting_holds_nobody_up():
    tickets = Tickets(2)
    assert tickets.acquire(1, 0)
    waiting = threading.Thread(target=tickets.acquire, args=(2, 0.05))
    waiting.start()
    assert tickets.acquire(1, 20)
    waiting.join(20)
    assert tickets.free == 0


@pytest.mark.parametrize(
    ("hidden", "batch_size", "n_features", "needed"),
    [
        ((16,), 32, 2, 1),
        ((64, 64), 32, 2, 1),  # 32 · 64 · 64 = 2^17
        ((64, 128, 64), 32, 2, 1),  # 2^18, not above it
        ((512, 512), 50, 784, 4),
        ((64,), 20, 784, 4),
        ((10,), 10, 784, 1),
        ((64, 64), 0, 2, 4),  # the whole training set at once
    ],
)
def test_products_that_run_on_several_threads_take_all(hidden, batch_size, n_features, needed):
    config = TrainConfig(hidden_layer_sizes=hidden, batch_size=batch_size)
    assert Tickets(4).needed(config, n_features, 10) == needed
