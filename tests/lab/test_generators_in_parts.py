"""Work whose share done is yielded: the parts of a whole, and all at once."""

import pytest

from lab.generators import at_once, part


def half_and_whole(value):
    yield 0.5
    yield 1.0
    return value


def test_the_shares_of_a_part_are_those_of_the_whole():
    def whole():
        first = yield from part(half_and_whole("a"), 0, 4)
        return first, (yield from part(half_and_whole("b"), 3, 4))

    seen = []
    assert at_once(whole(), seen.append) == ("a", "b")
    assert seen == [0.125, 0.25, 0.875, 1.0]
    assert at_once(half_and_whole("c")) == "c"
    with pytest.raises(ZeroDivisionError):
        at_once(1 / 0 for _ in range(1))
