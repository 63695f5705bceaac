"""The source of a function with all that it needs, and templates, on functions of this file."""

import functools
import math
from types import SimpleNamespace

import numpy as np
import pytest

from lab.exports import sources

FACTOR, UNIT, UNUSED = 3, 'a "unit"', 7


def tripled(x):
    return FACTOR * np.asarray(x)


@functools.cache
def circumference(radius):
    return 2 * math.pi * tripled(radius) / FACTOR


def local(x):
    UNUSED = x + 1  # a variable of its own, that of this file is another
    return UNUSED


def everything(x):
    inside = tripled(x) + circumference(1.0) + local(0) + tripled(1)
    return inside, UNIT, math.floor(2.5)


def test_a_function_takes_along_once_what_it_needs_and_nothing_else():
    text = sources.source(everything)
    space = {"np": np}
    exec(text, space)
    found, unit, whole = space["everything"](2.0)
    assert found == pytest.approx(6 + 2 * math.pi + 1 + 3)
    assert (unit, whole) == (UNIT, 2)
    functions = ["tripled", "circumference", "local", "everything"]
    places = [text.index(f"def {name}(") for name in functions]
    assert places[-1] == max(places), "what is needed comes first"
    for once in (*(f"def {name}(" for name in functions), "FACTOR = 3\n", "import math\n"):
        assert text.count(once) == 1, once
    assert "UNUSED = 7" not in text
    assert "numpy" not in text


def test_texts_are_two_empty_lines_apart():
    assert sources.join(["\na = 1\n", "b = 2", "\n\nc = 3"]) == "a = 1\n\n\nb = 2\n\n\nc = 3"


def test_a_template_is_filled_with_texts_in_a_line_and_with_lines_at_its_indent():
    template = "\ndef f(x):\n    @before@\n    return @value@ + @value@\n    @after@\n"
    filled = sources.fill(template, value="x", before=["y = 1", "z = 2"], after=[])
    assert filled == "def f(x):\n    y = 1\n    z = 2\n    return x + x"


def test_of_a_pair_the_second_entry_leaves_out_what_the_first_has_written():
    used = set()
    first = sources.activation("softplus", used)
    assert first.count("def sigmoid(") == first.count("def softplus(") == 1
    second = sources.loss("sigmoid_cross_entropy", used)
    assert "def sigmoid(" not in second
    space = {"np": np}
    exec(sources.join([first, second]), space)
    z = np.array([[0.5, -1.0]])
    np.testing.assert_allclose(space["softplus"](z), np.log1p(np.exp(z)))
    np.testing.assert_allclose(space["softplus_derivative"](z, None), 1 / (1 + np.exp(-z)))
    o = 1 / (1 + np.exp(-z))
    losses = -(np.log(o[:, 0]) + np.log(1 - o[:, 1]))
    np.testing.assert_allclose(space["loss"](z, np.array([[1.0, 0.0]])), losses)
    np.testing.assert_allclose(space["loss_gradient"](z, np.array([[1.0, 0.0]])), o - [[1, 0]])


def test_a_pair_is_renamed_only_if_its_names_are_others():
    entry = SimpleNamespace(listing=(), function=tripled)
    named = sources._pair(entry, local, "tripled, local = {}, {}", set())
    assert named == f"{sources.source(tripled)}\n\n\n{sources.source(local)}"
    renamed = sources._pair(entry, local, "loss, loss_gradient = {}, {}", set())
    assert renamed == f"{named}\n\n\nloss, loss_gradient = tripled, local"
