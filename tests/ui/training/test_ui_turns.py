"""Turns: one at a time, in order, and nobody who left or gave up holds the others up."""

import threading
import time

import pytest

from ui.training.priority import Turns


@pytest.fixture
def turns():
    found = Turns()
    yield found
    assert found.free
    assert not found.waiting


def test_one_has_the_turn_until_it_passes_it_on(turns):
    with turns.place() as one, turns.place() as other:
        assert one.wait(0)
        assert not other.wait(0)
        one.pass_on()
        assert other.wait(0)
        assert not one.wait(0)


def test_who_had_a_turn_waits_behind_those_who_waited(turns):
    with turns.place() as one, turns.place() as other:
        assert one.wait(0)
        assert not other.wait(0)
        one.pass_on()
        assert not one.wait(0), "it is the other's turn"
        assert other.wait(0)
        other.pass_on()
        assert one.wait(0)


def test_a_place_is_kept_by_who_looks_away(turns):
    with turns.place() as one, turns.place() as first, turns.place() as second:
        assert one.wait(0)
        assert not first.wait(0)
        assert not second.wait(0)
        one.pass_on()
        assert not second.wait(0), "the first may look again"
        assert first.wait(0)


def test_who_leaves_in_the_queue_holds_nobody_up(turns):
    with turns.place() as one, turns.place() as last:
        with turns.place() as gone:
            assert one.wait(0)
            assert not gone.wait(0)
            assert not last.wait(0)
        one.pass_on()
        assert last.wait(0)


def test_who_fails_gives_its_turn_back(turns):
    def fail():
        with turns.place() as one:
            assert one.wait(0)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with turns.place() as other:
        assert other.wait(0)


def test_to_pass_on_what_one_has_not_changes_nothing(turns):
    with turns.place() as one, turns.place() as other:
        assert one.wait(0)
        other.pass_on()
        assert not turns.free


def test_threads_come_round_in_order_and_never_two_at_once(turns):
    served, inside, together, ready = [], [], [], threading.Barrier(4)

    def train(name):
        with turns.place() as place:
            ready.wait(20)
            for _ in range(5):
                while not place.wait(0.01):
                    pass
                inside.append(name)
                together.append(len(inside))
                served.append(name)
                time.sleep(0.02)
                inside.remove(name)
                place.pass_on()

    threads = [threading.Thread(target=train, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert together == [1] * 20
    assert all(sorted(served[i : i + 4]) == list("abcd") for i in range(0, 16, 4))
