"""The exported script's lines beside the steps: they compute what the engine computes, to the bit."""

import numpy as np
import pytest
from derived import ONE_EACH, PER_LAYER, steps_of

from lab.derivation import Problem
from lab.derivation.plain_code import FUNCTIONS, LINES, script
from lab.derivation.problem import trace
from mlp import LOSSES, loss_and_gradients
from mlp.losses import one_hot

WITH_PENALTY = Problem(activation="gelu", l1=0.1, l2=0.02, K=5, seed=41)


def run(problem):
    """The names of the script, run."""
    names = {"np": np, "HIDDEN_LAYER_SIZES": list(problem.hidden_layer_sizes)}
    exec(compile(script(problem), "script", "exec"), names)
    return names


@pytest.mark.parametrize("problem", [*ONE_EACH, WITH_PENALTY, PER_LAYER], ids=lambda problem: problem.seed)
def test_the_lines_compute_what_the_engine_does_to_the_bit(problem):
    plain, passed = run(problem), trace(problem, problem.K)
    T = one_hot(problem.y, problem.m, float)
    pre_activations, inputs = plain["forward"](problem.params, problem.X)
    delta = plain["loss_gradient"](pre_activations[-1], T) / len(problem.X)
    gradients = plain["backward"](problem.params, pre_activations, inputs, delta)
    for ours, theirs in zip(pre_activations, passed.z, strict=True):
        assert np.array_equal(ours, theirs)
    for ours, theirs in zip(inputs, (problem.X, *passed.a[:-1]), strict=True):
        assert np.array_equal(ours, theirs)
    _, with_penalty = loss_and_gradients(problem.params, problem.X, problem.y, problem.config)
    l1, l2 = zip(*problem.config.penalties(), strict=True)
    for layer, (dW, db) in enumerate(gradients):
        assert np.array_equal(dW, passed.gradients[layer].W)
        assert np.array_equal(db, passed.gradients[layer].b)
        names = {"np": np, "dW": dW.copy(), "W": problem.params[layer].W, "layer": layer, "L1": l1, "L2": l2}
        exec(steps_of(problem)["elastic_net"].plain, names)
        assert np.array_equal(names["dW"], with_penalty[layer].W)


def test_each_line_stands_in_the_script_and_those_of_a_step_in_its_order():
    for problem in (WITH_PENALTY, PER_LAYER):
        steps, lines = steps_of(problem), [line.strip() for line in script(problem).splitlines()]
        for key, wanted in LINES.items():
            shown = [line.strip() for line in steps[key].plain.splitlines()]
            assert len(shown) == len(wanted)
            places = [lines.index(line) for line in shown]
            assert places == sorted(places), key
    assert steps_of(Problem())["elastic_net"].plain == "", "no penalty, no line"


@pytest.mark.parametrize("loss", LOSSES)
def test_beside_the_loss_and_its_gradient_is_the_whole_function_that_computes_it(loss):
    problem = Problem(loss=loss, m=3)
    steps, passed, names = steps_of(problem), trace(problem, 1), run(problem)
    values = {"loss": passed.losses, "output_delta": passed.dz[-1]}
    assert set(values) == set(FUNCTIONS)
    for key, value in values.items():
        name = FUNCTIONS[key].removeprefix("def ").rstrip("(")
        of_step = {one: what for one, what in names.items() if one != name}
        exec(steps[key].plain, of_step)
        assert np.array_equal(of_step[name](passed.z[-1], passed.T), value)
        assert len(steps[key].plain.splitlines()) <= 4
