"""An entry that cannot be shown is refused where it is made, in a sentence that quotes it."""

import dataclasses

import numpy as np
import pytest

from mlp import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS, SCHEDULES
from mlp.entries import Initializer, Optimizer, Schedule


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
        """v ← μv + g, θ ← θ - ηv."""
        state[0][...] = momentum * state[0] + g
        theta -= learning_rate * state[0]

    assert Optimizer(heavy_ball, n_states=1).n_states == 1
    with pytest.raises(ValueError, match=r"^n_states is 0; allowed: "):
        Optimizer(heavy_ball)


def normalized(theta, g, state, scratch, learning_rate, momentum, t):
    """θ ← θ - ηg/‖g‖."""
    theta -= learning_rate * g / np.sqrt((g * g).sum(axis=-1, keepdims=True))


def clipped(theta, g, state, scratch, learning_rate, momentum, t):
    """θ ← θ - ηg, from the second step on with g scaled to length 1 if it is longer."""
    length = np.sqrt((g * g).sum(axis=-1, keepdims=True))
    theta -= learning_rate * g / (np.maximum(length, 1) if t else 1)


def centred(theta, g, state, scratch, learning_rate, momentum, t):
    """θ ← θ - η(g - mean of the average of g)."""
    (v,) = state
    v += g
    theta -= learning_rate * (g - v.mean(axis=-1, keepdims=True))


@pytest.mark.parametrize(("function", "n_states"), [(normalized, 0), (clipped, 0), (centred, 1)])
def test_an_optimizer_that_mixes_the_entries_is_refused(function, n_states):
    with pytest.raises(ValueError, match=rf"^{function.__name__} mixes the entries of theta; allowed: an up"):
        Optimizer(function, n_states=n_states)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_moves_each_parameter_by_its_own_gradients_alone(name):
    rng, optimizer = np.random.default_rng(3), OPTIMIZERS[name]
    gradients = rng.normal(size=(4, 6)) * 10.0 ** rng.uniform(-3, 3, 6)
    ends = []
    for seen in (gradients, np.where(np.arange(6) == 2, gradients, 0.0)):
        theta = np.ones(6)
        state = [np.zeros(6) for _ in range(optimizer.n_states)]
        for t, g in enumerate(seen):
            optimizer(theta, g.copy(), state, np.empty(6), 0.1, 0.9, t)
        ends.append(theta[2])
    assert ends[0] == ends[1] != 1


def test_a_lambda_without_a_listing_is_refused_for_every_kind_of_entry():
    for make in (
        lambda: Optimizer(lambda theta, g, state, scratch, learning_rate, momentum, t: None),
        lambda: Schedule(lambda learning_rate, step, **context: learning_rate),
        lambda: Initializer(lambda rng, n, m: rng.normal(size=(n, m)), lambda n, m: 1.0),
    ):
        with pytest.raises(
            ValueError, match=r"^function is a lambda; allowed: a function defined with def\.$"
        ):
            make()


def test_an_optimizer_or_a_schedule_without_the_docstring_that_a_script_quotes_is_refused():
    def descent(theta, g, state, scratch, learning_rate, momentum, t):
        theta -= learning_rate * g

    def steady(learning_rate, step, **context):
        return learning_rate

    for make, function in ((Optimizer, descent), (Schedule, steady)):
        with pytest.raises(ValueError, match=rf"^{function.__name__} has no docstring; allowed: a function"):
            make(function)
        function.__doc__ = "A formula."
        assert make(function).function is function


def test_a_schedule_that_the_engine_cannot_call_is_refused():
    def bare(learning_rate, step):
        """η."""
        return learning_rate

    def choosy(learning_rate, step, *, warmth, **context):
        """η."""
        return learning_rate

    def scalar(learning_rate, step, **context):
        """η, then η/2."""
        return learning_rate if step < 3 else learning_rate / 2

    def flat(learning_rate, step, **context):
        """η at each step."""
        return np.broadcast_to(learning_rate, (7, 2))

    for function, reason in ((bare, "keyword"), (choosy, "'warmth'"), (scalar, "ambiguous"), (flat, "")):
        with pytest.raises(
            ValueError, match=rf"^{function.__name__} cannot be called as a sch.*{reason}"
        ) as told:
            Schedule(function)
        assert "allowed: function(learning_rate, step, **context) of arrays" in str(told.value)


def test_the_lab_s_own_entries_are_made_anew_without_a_refusal():
    for registry in (ACTIVATIONS, LOSSES, OPTIMIZERS, SCHEDULES, INITIALIZERS):
        for entry in registry.values():
            assert dataclasses.replace(entry) == entry


@pytest.mark.parametrize("uses", [("momentun",), "momentum", ("momentum", "l2"), ["momentum"]])
def test_uses_names_the_fields_that_the_function_is_given_in_a_tuple(uses):
    with pytest.raises(ValueError, match=r"^uses is .*; allowed: a tuple of 'momentum'\.$"):
        dataclasses.replace(OPTIMIZERS["momentum"], uses=uses)
    with pytest.raises(
        ValueError, match=r"^uses is .*; allowed: a tuple of 'learning_rate_min' and 'cycle_st"
    ):
        dataclasses.replace(SCHEDULES["triangular"], uses=uses)


def test_a_brace_of_an_output_that_is_not_doubled_is_quoted():
    output = LOSSES["softmax_cross_entropy"].output
    with pytest.raises(ValueError, match=r"^In the formula .* only \{z\} may stand in single braces"):
        dataclasses.replace(output, entry_latex=r"\sqrt{1 + {z}_k}")
    with pytest.raises(ValueError, match=r"^In the formula .* only \{k\} may stand in single braces"):
        dataclasses.replace(output, symbol=r"\hat{p}{k}")
