"""An entry that cannot be shown is refused where it is made, in a sentence that quotes it."""

import dataclasses

import pytest

from mlp import ACTIVATIONS, LOSSES, OPTIMIZERS
from mlp.entries import Optimizer


@pytest.mark.parametrize("latex", [r"\frac{1}{{{z}}}", r"\sqrt{z", "{a} + {b}", "{} + 1"])
def test_a_formula_with_a_brace_that_is_not_doubled_is_quoted(latex):
    tanh = ACTIVATIONS["tanh"]
    for field in ("latex", "derivative_latex"):
        with pytest.raises(ValueError, match="LaTeX's own braces are doubled") as refusal:
            dataclasses.replace(tanh, **{field: latex})
        assert f"In the formula {latex} only {{z}}, {{a}} may stand" in str(refusal.value)


def test_a_formula_of_a_loss_is_of_outputs_and_targets():
    loss = LOSSES["softmax_cross_entropy"]
    assert (
        dataclasses.replace(loss, latex=r"\frac{{{p_k}}}{{{t_k}}}").latex.format(p_k=1, t_k=2)
        == r"\frac{1}{2}"
    )
    with pytest.raises(ValueError, match=r"only \{p\}, \{t\}, \{p_k\}, \{t_k\}, \{p_y\} may"):
        dataclasses.replace(loss, gradient_latex=r"\frac{1}{{{p}}}")


def test_a_lambda_whose_source_a_script_would_contain_is_refused_with_the_name_of_its_field():
    named = {"listing": ("def f(z): ...",), "function": lambda z, out=None: z}
    assert dataclasses.replace(ACTIVATIONS["tanh"], **named).listing, "the script has a text of its own"
    for entry, field in (
        (ACTIVATIONS["tanh"], "function"),
        (ACTIVATIONS["tanh"], "derivative"),
        (LOSSES["softmax_cross_entropy"], "function"),
        (LOSSES["softmax_cross_entropy"], "gradient"),
    ):
        with pytest.raises(ValueError, match=rf"^{field} is a lambda; allowed: a function defined with def"):
            dataclasses.replace(entry, listing=(), **{field: lambda *args: args[0]})


@pytest.mark.parametrize(("name", "wrong"), [("momentum", 0), ("adam", 1), ("momentum", 2)])
def test_an_optimizer_with_another_number_of_states_is_refused(name, wrong):
    with pytest.raises(ValueError, match=rf"^n_states is {wrong}; allowed: the number of arrays"):
        Optimizer(OPTIMIZERS[name].function, n_states=wrong)


def test_an_optimizer_that_reads_its_state_by_place_needs_its_states_too():
    def heavy_ball(theta, g, state, scratch, learning_rate, momentum, t):
        state[0][...] = momentum * state[0] + g
        theta -= learning_rate * state[0]

    assert Optimizer(heavy_ball, n_states=1).n_states == 1
    with pytest.raises(ValueError, match=r"^n_states is 0; allowed: "):
        Optimizer(heavy_ball)
