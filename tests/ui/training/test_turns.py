"""Turns: one at a time, in order, and nobody who left or gave up holds the others up."""

import pytest

from ui.training.priority import Turns


@pytest.fixture
def turns():
    found = Turns()
    yield found
    assert found.free
    assert not found.waiting


def test_one_at_a_time_in_order_and_who_looks_away_or_had_a_turn_is_served_in_its_place(turns):
    with turns.place() as one, turns.place() as first, turns.place() as second:
        assert one.wait(0)
        assert not first.wait(0)
        assert not second.wait(0)
        first.pass_on()
        assert not turns.free, "what it has not it cannot pass on"
        one.pass_on()
        assert not one.wait(0), "it is behind the others now"
        assert not second.wait(0), "the first may look again"
        assert first.wait(0)
        assert not second.wait(0)
        first.pass_on()
        assert second.wait(0)
        second.pass_on()
        assert one.wait(0)


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
