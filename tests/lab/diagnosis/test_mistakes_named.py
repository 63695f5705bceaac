"""Is the mistake named that was made, and never one that was not? Programs are those of `student`."""

import functools
import itertools

import numpy as np
import pytest
import student_program as student

from lab.bugs import BUGS
from lab.bugs.program import differentiate
from lab.diagnosis import compare
from lab.diagnosis.arrays import TOLERANCE
from lab.diagnosis.batch import Batch
from lab.diagnosis.mistakes import MISTAKES
from lab.diagnosis.program import gradients
from mlp.config import TrainConfig
from mlp.losses import one_hot
from mlp.network import Layer, init_params, loss_and_gradients

N_NETWORKS = 20
HIDDEN = ((5, 4), (4, 4), (6,), (3, 3, 3))


def batch(seed, **changes):
    """Return a random network, whose settings depend on the seed, and a batch for it."""
    rng = np.random.default_rng(seed)
    settings = {
        "hidden_layer_sizes": HIDDEN[seed % 4],
        "activation": ("tanh", "sigmoid")[seed % 2],
        "loss": tuple(student.LOSSES)[seed % 3],
        "l2": 0.02,
        "l1": 0.01,
        "learning_rate": 0.3,
        "dtype": "float64",
        "init_seed": seed,
    }
    config = TrainConfig(**settings | changes)
    params = tuple(
        Layer(W + 0.1 * rng.standard_normal(W.shape), rng.uniform(-0.5, 0.5, b.shape))
        for W, b in init_params(config, 3, 4)
    )
    return Batch(config, params, rng.standard_normal((9, 3)), rng.integers(4, size=9))


@functools.cache
def known(seed):
    return result(compare.known(batch(seed)))


def result(generator):
    """Return what a generator returns."""
    while True:
        try:
            next(generator)
        except StopIteration as finished:
            return finished.value


def diagnosed(seed, layers):
    return result(compare.diagnose(batch(seed), layers, known(seed)))


def noisy(layers, size=1e-6):
    rng = np.random.default_rng(0)
    return [Layer(*(a * (1 + size * rng.standard_normal(a.shape)) for a in layer)) for layer in layers]


def keys(cause):
    return {one.key for one in cause.mistakes}


@pytest.mark.parametrize("loss", student.LOSSES)
def test_program_without_a_mistake_has_the_engines_gradients(loss):
    one = batch(0, loss=loss, l1=(0.1, 0.0, 0.02), use_bias=False)
    _, expected = loss_and_gradients(one.params, one.X, one.y, one.config)
    for ours, theirs in zip(gradients(one), expected, strict=True):
        np.testing.assert_allclose(ours.W, theirs.W, rtol=1e-12)
        assert not ours.b.any()


@pytest.mark.parametrize("factor", [-1, 9, 1 / 9])
def test_without_biases_no_cause_is_about_them(factor):
    one = batch(0, use_bias=False, hidden_layer_sizes=(5,), l1=0.0, l2=0.0)
    assert len(one.y) == 9
    layers = [Layer(factor * W, b) for W, b in gradients(one)]
    found = result(compare.diagnose(one, layers, result(compare.known(one))))
    assert found.state == compare.CAUSED
    named = {key for cause in found.causes for key in keys(cause)}
    assert [MISTAKES[key].says for key in named if "biases" in MISTAKES[key].says] == []


@pytest.mark.slow
@pytest.mark.parametrize(("factor", "key"), [(2, "twice_the_error"), (0.5, "half_the_error")])
def test_a_factor_of_two_is_explained_for_either_loss(factor, key):
    for loss in student.LOSSES:
        one = batch(0, loss=loss, l1=0.0, l2=0.0)
        layers = [Layer(factor * W, factor * b) for W, b in gradients(one)]
        found = result(compare.diagnose(one, layers, result(compare.known(one))))
        assert key in {key for cause in found.causes for key in keys(cause)}
    for said in ("p - T for the cross-entropy", "2(p - T) p(1 - p)", "for the squared error"):
        assert said in MISTAKES[key].says


@pytest.mark.slow
@pytest.mark.parametrize("factor", [9.0, 2.0, -3.0, 1 / 36, 1.5, 0.0])
def test_one_factor_of_the_whole_gradient_is_told_from_mistakes_that_explain_a_part(factor):
    scaled = [Layer(factor * W, factor * b) for W, b in student.gradients(batch(0))]
    found = diagnosed(0, noisy(scaled))
    assert (found.state, found.causes, found.explained) == (compare.SCALED, (), ())
    assert found.factor == pytest.approx(factor, rel=1e-5)
    assert found.error <= 1e-5
    but_one = [*scaled[:2], Layer(scaled[2].W + 0.01, scaled[2].b)]
    assert diagnosed(0, but_one).state != compare.SCALED


def test_gradients_that_are_all_negative_are_a_mistake_and_no_factor():
    found = diagnosed(0, [Layer(-W, -b) for W, b in student.gradients(batch(0))])
    assert (found.state, keys(found.causes[0])) == (compare.CAUSED, {"everything_negative"})


def test_right_gradients_are_never_accused():
    for seed in range(N_NETWORKS):
        for layers in (right := student.gradients(batch(seed)), noisy(right)):
            found = diagnosed(seed, layers)
            assert (found.state, found.causes) == (compare.RIGHT, ())


@pytest.mark.parametrize("sizes", [(1,), (1, 3), (3, 1)])
def test_a_layer_of_one_unit_whose_gradients_fit_many_shapes_is_diagnosed_too(sizes):
    one = batch(2, hidden_layer_sizes=sizes)
    found = result(compare.diagnose(one, student.gradients(one), result(compare.known(one))))
    assert (found.state, found.causes) == (compare.RIGHT, ())


@pytest.mark.slow
def test_mistake_of_a_students_program_is_named_first():
    named, made = 0, 0
    for (key, edit), seed in itertools.product(student.WRONG.items(), range(N_NETWORKS)):
        right, wrong = student.gradients(batch(seed)), student.gradients(batch(seed), edit)
        pairs = zip(itertools.chain(*right), itertools.chain(*wrong), strict=True)
        apart = max(np.abs(a - b).max() / np.abs(a).max() for a, b in pairs)
        if key not in {one.key for cause, _ in known(seed).visible for one in cause.mistakes}:
            assert apart < 1e-3, (key, seed)  # a mistake that is called hidden must be
            continue
        found = diagnosed(seed, noisy(wrong))
        made += 1
        named += found.state == compare.CAUSED and key in keys(found.causes[0])
    assert made > 0.8 * len(student.WRONG) * N_NETWORKS
    assert len(student.WRONG) >= 30
    assert named >= 0.95 * made


@pytest.mark.slow
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("mean_missing", "slope_forgotten"),
        ("biases_zero", "factor_two_missing"),
        ("slope_squared", "mean_twice"),
    ],
)
def test_two_mistakes_are_both_named(first, second):
    found = diagnosed(0, student.gradients(batch(0), student.WRONG[first], student.WRONG[second]))
    assert {first, second} in [keys(cause) for cause in found.causes]


@pytest.mark.parametrize(
    "penalty", [{"l1": 0.0, "l2": 0.02}, {"l1": 0.01, "l2": 0.0}, {"l1": 0.0, "l2": 0.0}]
)
def test_weights_without_the_datas_gradient_and_without_any(penalty):
    one = batch(0, **penalty)
    biases = [layer.b for layer in student.gradients(one)]
    pulls = [penalty["l1"] * np.sign(W) + 2 * penalty["l2"] * W for W, _ in one.params]
    zeros = [np.zeros_like(W) for W, _ in one.params]
    for weights, key, says in (
        (pulls, "penalty_alone", "are those of the penalty alone: the part of the data"),
        (zeros, "weights_zero", "are 0."),
    ):
        if key == "penalty_alone" and not any(penalty.values()):
            continue
        found = result(compare.diagnose(one, [Layer(W, b) for W, b in zip(weights, biases, strict=True)]))
        assert [keys(cause) for cause in found.causes] == [{key}]
        assert says in found.causes[0].mistakes[0].says


def test_mistake_in_one_layer_alone_is_named_with_its_layer():
    line, wrong = student.WRONG["weights_mean_missing"]
    found = diagnosed(
        0, student.gradients(batch(0), (line, f"{wrong} if i == 1 else {line.split(' = ')[1]}"))
    )
    assert [(keys(cause), cause.layer) for cause in found.causes] == [({"weights_mean_missing"}, 2)]


BUG_AS_MISTAKE = {  # those of the bug lab that change a gradient of the data loss and penalty
    "mean_taken_twice": "mean_twice",
    "slope_at_rounded": "slope_at_rounded",
    "squared_error_differentiated": "squared_error_differentiated",
    "overwritten_by_mask": "mask_for_inputs",
    "factor_two_missing": "factor_two_missing",
    "biases_penalised": "biases_penalised",
    "mask_forgotten": "slope_forgotten",
    "mask_of_next_layer": "slope_of_the_layer_above",
    "last_layer_first": "last_layer_first",
}


@pytest.mark.parametrize("bug", BUG_AS_MISTAKE)
def test_planted_bugs_are_named(bug):
    rng = np.random.default_rng(1)
    config = TrainConfig(hidden_layer_sizes=(3, 3, 3), activation="tanh", l2=0.01, dtype="float64")
    shapes = [Layer(rng.standard_normal((3, 3)), rng.uniform(0.1, 0.5, 3)) for _ in range(4)]
    one = Batch(config, tuple(shapes), rng.standard_normal((8, 3)), rng.integers(3, size=8))
    T = one_hot(one.y, 3, np.float64)
    _, wrong = differentiate(BUGS[bug].steps(), one.params, one.X, T, config)
    found = result(compare.diagnose(one, wrong))
    assert BUG_AS_MISTAKE[bug] in set().union(*map(keys, found.causes))
    assert BUG_AS_MISTAKE[bug] in MISTAKES


@pytest.mark.slow
def test_rounding_is_not_a_mistake():
    right = student.gradients(batch(3))
    halves = [Layer(*(a.astype(np.float16) for a in layer)) for layer in right]
    written = [Layer(*(np.vectorize(lambda x: float(f"{x:.3g}"))(a) for a in layer)) for layer in right]
    assert diagnosed(3, halves).state == compare.HALF_PRECISION
    found = diagnosed(3, written)
    assert (found.state, found.causes) == (compare.FEW_DIGITS, ())


def test_one_array_that_is_off_among_many_right_ones_decides():
    found = np.array([0.123456789, 1.0])
    for worst, state in (
        *((compare.TOLERANCE, compare.RIGHT), (2 * compare.TOLERANCE, compare.FEW_DIGITS)),
        *((compare.ROUNDED, compare.FEW_DIGITS), (2 * compare.ROUNDED, "")),
    ):
        assert compare._rounding(found, np.array([0.0, worst, 0.0, 0.0, 0.0])) == state


def test_numbers_that_no_mistake_gives_accuse_none():
    rng = np.random.default_rng(5)
    other = [Layer(rng.standard_normal(W.shape), rng.standard_normal(b.shape)) for W, b in batch(0).params]
    found = diagnosed(0, other)
    assert (found.state, found.causes) == (compare.UNKNOWN, ())


def test_what_is_not_finite_is_no_mistake_of_ours():
    lost = student.gradients(batch(0))
    lost[1] = Layer(lost[1].W * np.nan, lost[1].b)
    found = diagnosed(0, lost)
    assert found.state == compare.UNKNOWN
    assert [row.name for row in found.rows if row.error == np.inf] == ["dW2"]


def test_mistake_that_explains_a_part_is_said_to():
    wrong = student.gradients(batch(0), student.WRONG["biases_zero"])
    wrong[0] = Layer(np.random.default_rng(0).standard_normal(wrong[0].W.shape), wrong[0].b)
    found = diagnosed(0, wrong)
    assert found.state == compare.PARTLY
    assert keys(found.causes[0]) == {"biases_zero"}
    assert found.explained == ("db1", "db2", "db3")


def test_rows_hold_the_factor_between_theirs_and_ours():
    right = student.gradients(batch(0))
    theirs = [Layer(9 * right[0].W, right[0].b), *right[1:]]
    row = diagnosed(0, theirs).rows[0]
    assert row.factor == pytest.approx(9)
    assert row.rest < 1e-12
    assert row.error == pytest.approx(8 / 9)  # of the larger norm, theirs
    assert not row.agrees
    assert TOLERANCE == 1e-4


@pytest.mark.slow
def test_large_networks_are_not_tried_in_pairs():
    one = batch(0, hidden_layer_sizes=(500, 500))  # 253,504 parameters, nine examples
    right = gradients(one)
    assert not result(compare.diagnose(one, right)).in_pairs
    assert diagnosed(0, student.gradients(batch(0))).in_pairs


def test_two_mistakes_that_give_the_same_numbers_are_both_named():
    """With as many examples as classes, 1/K² is 1/(K · classes)."""
    one = batch(0)
    one = one._replace(X=one.X[:4], y=one.y[:4])
    found = result(compare.diagnose(one, student.gradients(one, student.WRONG["mean_twice"])))
    assert found.state == compare.CAUSED
    assert {"mean_twice", "mean_over_classes_too"} <= set().union(*map(keys, found.causes))
    named = [(*sorted(keys(cause)), cause.layer) for cause in found.causes]
    assert len(named) == len(set(named))
    assert "mean_missing" not in set().union(*map(keys, found.causes))


def test_the_share_of_the_work_grows_to_what_it_may_be():
    own = list(compare.known(batch(0), 0.25))
    assert own == sorted(own)
    assert own[-1] == 0.25
    whole = list(compare.diagnose(batch(0), student.gradients(batch(0), student.WRONG["mean_missing"])))
    assert whole == sorted(whole)
    assert whole[len(MISTAKES) - 1] == pytest.approx(0.1)
    assert 0.1 < whole[-1] <= 1


def test_a_mistake_in_one_layer_is_tried_where_every_layer_has_its_steps():
    visible = [(compare.Cause((MISTAKES[key],)), None) for key in ("mean_missing", "weights_sign")]
    found = list(compare._layered(visible, 3))
    assert [(keys(cause), cause.layer) for cause in found] == [({"weights_sign"}, n) for n in (1, 2, 3)]
    both = MISTAKES["mean_missing"]._replace(effects={"dW": None, "mean": None})
    assert not both.layered
    assert both.derived == "batch_outer"


def test_two_mistakes_in_one_step_are_tried_in_both_orders():
    names = "mean_missing", "slope_squared", "mean_twice"
    found = compare._pairs([(compare.Cause((MISTAKES[key],)), None) for key in names])
    assert [tuple(one.key for one in cause.mistakes) for cause in found] == [
        ("mean_missing", "slope_squared"),
        ("mean_missing", "mean_twice"),
        ("mean_twice", "mean_missing"),
        ("slope_squared", "mean_twice"),
    ]


def test_the_cause_that_explains_the_most_wrong_arrays_and_spoils_no_right_one_is_the_best():
    def agrees(text):
        return np.array([sign == "1" for sign in text])

    wrong = agrees("11100")
    best = compare._better(None, "a", agrees("10011"), wrong)
    assert (best[0], best[1].tolist()) == ("a", [True, False, False, False, False])
    assert compare._better(best, "b", agrees("01011"), wrong) is best, "it explains as many"
    better = compare._better(best, "c", agrees("01111"), wrong)
    assert (better[0], better[1].tolist()) == ("c", [False, True, True, False, False])
    assert compare._better(best, "d", agrees("11101"), wrong) is best, "it spoils one"
    assert compare._better(None, "e", agrees("00011"), wrong) is None


def test_pairs_are_tried_up_to_the_most_work(monkeypatch):
    """3·5 + 5 + 5·4 + 4 + 4·4 + 4 = 64 parameters, nine examples."""
    monkeypatch.setattr(compare, "MOST_WORK", 64 * 9)
    assert compare.tries_pairs(batch(0))
    monkeypatch.setattr(compare, "MOST_WORK", 64 * 9 - 1)
    assert not compare.tries_pairs(batch(0))
