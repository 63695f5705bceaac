"""A registry entry is complete: one that the lab never heard of works everywhere, told to nobody."""

import dataclasses
import decimal
import itertools
from urllib.parse import urlencode

import made_up
import numpy as np
import pytest
from made_up import MADE_UP_LOSSES, SIZES, data_config, train_config

from data import DATASETS, DataConfig, load_dataset
from lab.bugs import BUGS, DETECTORS, RIGHT, RawData, bench, check
from lab.derivation import Problem, derive, graph, right, sheet, summary
from lab.links import fields as kinds
from lab.links import limits, reader
from lab.links.experiment import Experiment
from lab.links.limits import widths
from mlp import LOSSES, Layer, TrainConfig, gradient_check, init_params, train
from mlp.checks.gradient_check import compared
from mlp.checks.judgement import judge
from mlp.signal import measure, predict
from ui.training import cache


@pytest.fixture(scope="module", autouse=True)
def registered():
    with made_up.registered():
        yield


def example(seed=0):
    """A network of the made-up functions, biases not 0, and twelve examples of three classes."""
    rng = np.random.default_rng(seed)
    sizes = (2, *SIZES, 3)
    params = tuple(
        Layer(rng.normal(0, 0.8, (n, m)), rng.normal(0, 0.3, m)) for n, m in itertools.pairwise(sizes)
    )
    return params, rng.normal(size=(12, 2)), rng.integers(0, 3, 12)


def by_hand(theta, X, y):
    """the made-up objective at the flat parameters, and the pre-activations of its hidden units."""
    layers, at, a, met = [], 0, X, []
    for n, m in itertools.pairwise((2, *SIZES, 3)):
        W, b = theta[at : at + n * m].reshape(n, m), theta[at + n * m : at + n * m + m]
        layers.append(W)
        at += n * m + m
        z = a @ W + b
        met.append(z)
        a = np.maximum(np.maximum(0.2 * z, z), 2 * z - 0.5)
    e = np.exp(z)
    p = e / e.sum(axis=1, keepdims=True)
    loss = ((p - np.eye(3)[y]) ** 2).sum(axis=1).mean()
    return loss + 0.001 * sum(np.abs(W).sum() for W in layers), np.concatenate([z.ravel() for z in met[:-1]])


@pytest.mark.parametrize("step", [0.05, 0.02])
def test_the_gradient_check_knows_the_kinks_and_excuses_nothing_else(step):
    params, X, y = example()
    one = train_config(dtype="float64")
    check = gradient_check(params, X, y, one, step=step)
    theta = np.concatenate([np.ravel(array) for layer in params for array in layer])
    crosses = []
    for i, value in enumerate(theta):
        ends = [by_hand(np.where(np.arange(theta.size) == i, value + h, theta), X, y) for h in (step, -step)]
        assert check.numeric[i] == pytest.approx((ends[0][0] - ends[1][0]) / (2 * step), abs=1e-9)
        crosses.append([((ends[0][1] > kink) != (ends[1][1] > kink)).any() for kink in (0.0, 0.5)])
    at_zero, at_half = np.array(crosses).T
    assert at_zero.any()
    assert (at_half & ~at_zero).any()
    # a weight under an l1 penalty has a kink of its own at 0
    is_weight = np.concatenate([np.repeat((True, False), (W.size, b.size)) for W, b in params])
    np.testing.assert_array_equal(
        check.crosses_kink, at_zero | at_half | (is_weight & (np.abs(theta) < step))
    )
    verdict = judge(check, params, X, y, one, scheme="central", step=step, dtype="float64")
    assert verdict.kind in ("happy", "usual", "blind")


def test_every_line_of_the_derivation_is_verified_and_shows_the_entries_formulas():
    problem = Problem(activation="crooked", loss="squared_softmax", hidden_layer_sizes=(3, 2), m=3, l1=0.1)
    steps = {step.key: step for step in derive(problem)}
    told = summary(steps.values())
    assert (told.failed, told.verified) == ((), told.lines)
    assert r"2\,\q{ha1}{h^{a,1}_{j}} - 0.5" in steps["hidden_activation"].lines[1].latex
    assert r"\mathbf{1}[\q{ha1}{h^{a,1}_{j}} > 0.5]" in steps["hidden_delta"].lines[1].latex
    assert r"(\q{os}{o^s_k} - \q{y}{T_k})^2" in steps["loss"].lines[0].latex
    titles = {step.title for step in derive(Problem(seed=5))}
    assert {f"Softmax with squared error: the {what}" for what in ("output", "loss and the logits")} <= titles
    # its second moment by hand: 0.04 E[z²; z < 0] + E[z²; 0 < z < ½] + E[(2z - ½)²; z > ½]
    z = (np.arange(2_000_000) + 0.5) * 1e-5 - 10
    f = np.maximum(np.maximum(0.2 * z, z), 2 * z - 0.5)
    moment = (f**2 * np.exp(-z * z / 2)).sum() * 1e-5 / np.sqrt(2 * np.pi)
    assert steps["second_moment"].claims["c"].analytic == pytest.approx(moment, rel=1e-8)


@pytest.mark.parametrize("loss", MADE_UP_LOSSES)
def test_the_derivation_of_a_loss_is_whole_and_its_graph_sheet_and_questions_are_its_own(loss):
    problem = Problem(activation="crooked", loss=loss, hidden_layer_sizes=(3, 2), m=3, seed=4)
    steps = derive(problem)
    told = summary(steps)
    assert (told.failed, told.verified, told.agreeing) == ((), told.lines, told.values)
    # ∂L/∂o by differences of the loss, its textbook form and the textbook's output alone
    entry = LOSSES[loss]
    o, T = (
        next(step.claims["oa"].analytic for step in steps if step.key == "output_pre_activation"),
        [0, 0, 0],
    )
    T[int(problem.y[0])] = 1

    def textbook(logits):
        with decimal.localcontext(prec=40):
            return float(
                entry.textbook(entry.output.textbook([decimal.Decimal(float(a)) for a in logits]), T)
            )

    h = 1e-4
    slopes = [(textbook(o[0] + h * unit) - textbook(o[0] - h * unit)) / (2 * h) for unit in np.eye(3)]
    nodes, edges = graph(problem)
    gradients = {node.id: node.gradient for node in nodes}
    np.testing.assert_allclose([gradients[f"oa.{k}"] for k in range(3)], slopes, atol=1e-7)
    for node in nodes[:-1]:
        carried = sum(edge.local * gradients[edge.target] for edge in edges if edge.source == node.id)
        assert node.gradient == pytest.approx(carried, abs=1e-12), node.id
    tasks, _ = sheet(problem, steps)
    assert loss.replace("_", " ") in tasks
    assert entry.output.latex in tasks
    for step in steps:
        assert step.asks
        for question in step.asks:
            assert right(question, question.answer), (step.key, question)
            if question.choices is not None:
                assert len(set(question.choices)) == len(question.choices) >= 2, (step.key, question)


def near_a_kink():
    """A Bench of the right program, a hidden unit of which is 3e-6 below the activation's kink at ½."""
    dataset = load_dataset(data_config(scaling="none", n_classes=2))
    arrays = [getattr(dataset, f"{kind}_{split}") for split in ("train", "valid", "test") for kind in "Xy"]
    raw = RawData(*(np.float64(one) if one.ndim == 2 else one for one in arrays), 2, "standard")
    config = TrainConfig(
        hidden_layer_sizes=SIZES,
        activation="crooked",
        initializer="laplace",
        schedule="triangular",
        dtype="float64",
    )
    on = bench(RIGHT, config, raw)
    (W, b), *others = on.params
    z = on.batch()[0][:1] @ W + b
    return on._replace(
        params=(Layer(W, b + np.where(np.arange(b.size) == 0, 0.5 - 3e-6 - z[0], 0.0)), *others)
    )


def test_the_bug_lab_knows_the_kinks_and_excuses_nothing_else():
    on = near_a_kink()
    checks = {one.name: one for one in check.check(RIGHT, on.params, *on.batch(), on.config, 1e-5)}
    assert checks["b1"].crosses_kink.tolist() == [True, False, False, False, False]
    assert checks["b1"].error > 1e-4 > 1e-7 > checks["b1"].smooth_error
    finding = DETECTORS["gradient_check"](on)
    assert not finding.caught
    assert (
        "Every tensor agrees within 1e-07 of the largest derivative that crosses no kink." in finding.sentence
    )
    for bug in ("mean_taken_twice", "mask_forgotten", "constant_in_log"):
        assert DETECTORS["gradient_check"](on._replace(steps=BUGS[bug].steps())).caught, bug


@pytest.mark.parametrize("loss", MADE_UP_LOSSES)
@pytest.mark.parametrize("step", [1e-2, 1e-4, 1e-5])
def test_the_gradient_check_passes_and_finds_a_gradient_a_thousandth_off(loss, step):
    params, X, y = example()
    one = train_config(dtype="float64", loss=loss)
    how = {"scheme": "central", "step": step, "dtype": "float64"}
    found = gradient_check(params, X, y, one, step=step)
    assert not judge(found, params, X, y, one, **how).finds_error
    wrong = compared(found.index, 1.001 * found.analytic, found.numeric, found.crosses_kink)
    assert judge(wrong, params, X, y, one, **how).finds_error


def test_the_signal_is_predicted_from_the_variance_and_the_activation():
    one = train_config(hidden_layer_sizes=(256,) * 3, dtype="float64")
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((100, 64)), rng.integers(0, 2, 100)
    seeds = [dataclasses.replace(one, init_seed=seed) for seed in range(5)]
    measured = np.mean(
        [measure(init_params(start, 64, 2), X, y, start).activation for start in seeds], axis=0
    )
    np.testing.assert_allclose(predict(X, y, one, 2).activation[:3], measured[:3], rtol=0.1)


def test_a_link_reads_back_what_it_was_written_from():
    experiment = Experiment(data_config(), train_config())
    query = experiment.to_query()
    assert Experiment.from_query(query) == experiment
    linked = reader.read(f"http://lab.example/decision_boundary?{urlencode(query)}")
    assert linked.experiment == experiment
    swept = {
        "axis1": "activation",
        "values1": "crooked / tanh",
        "axis2": "name",
        "values2": "stripes / moons",
    }
    plan = reader.read(f"http://lab.example/sweeps?{urlencode(query | swept)}").plan
    assert [trial.settings for trial in plan.sweep.trials] == [
        (("activation", activation), ("name", name))
        for activation in ("crooked", "tanh")
        for name in ("stripes", "moons")
    ]
    with pytest.raises(ValueError, match=r"^n_classes is 5; allowed: whole numbers from 2 to 4"):
        data_config(n_classes=5)
    with pytest.raises(ValueError, match=r"at most the learning rate 0\.1 with the falling schedule"):
        TrainConfig(schedule="falling", learning_rate_min=0.5)


def test_the_sizes_of_the_set_are_known_before_it_is_made():
    dataset = load_dataset(data_config())
    assert widths(data_config()) == (dataset.X_train.shape[1], len(dataset.class_names)) == (2, 3)
    assert limits.activations(data_config(), TrainConfig(batch_size=0, hidden_layer_sizes=(5, 4))) == 120 * 9


def test_a_table_is_read_split_and_written_into_links():
    data = DataConfig(name="leaves", stratified=True, split="60/15/15", scaling="none")
    dataset = load_dataset(data)
    assert widths(data) == (dataset.X_train.shape[1], len(dataset.class_names)) == (3, 2)
    assert limits.n_examples(data) == 90
    assert (dataset.class_names, dataset.feature_names) == (("oak", "elm"), made_up.LEAVES.feature_names)
    assert np.bincount(dataset.y_train).tolist() == [33, 27], "60 rows, of 50 and 40"
    raw, labels, _ = made_up.read_leaves(None)
    for X, y in ((dataset.X_train, dataset.y_train), (dataset.X_test, dataset.y_test)):
        rows = [np.flatnonzero((raw.astype(np.float32) == row).all(axis=1)).item() for row in X]
        np.testing.assert_array_equal(labels[rows], y)
    experiment = Experiment(data, train_config())
    linked = reader.read(f"http://lab.example/initialization?{urlencode(experiment.to_query())}&sets=laplace")
    assert linked.experiment.data == data
    assert "; leaves: leaves of two trees; " in kinds.explained("name")


def test_the_schedule_is_known_to_depend_on_the_epochs():
    configs = train_config(), train_config(schedule="constant")
    _, lasting, _ = cache._run_key(None, configs, False)
    assert lasting[0].epochs == 4 < lasting[1].epochs


def test_the_help_of_a_field_names_the_entry():
    assert kinds.explained("momentum") == "For one_step_momentum, momentum, nesterov and averaged."
    assert "cosine, triangular, sawtooth and falling" in kinds.explained("learning_rate_min")
    assert kinds.explained("name").endswith("; stripes: upright stripes")
    assert kinds.explained("n_classes").endswith(", or stripes (2 to 4).")
    assert DATASETS["stripes"] == "Upright stripes"


def test_training_takes_the_steps_of_the_optimizer_and_the_schedule():
    # θ of the only layer by hand: a linear network, all examples a step
    one = train_config(hidden_layer_sizes=(), batch_size=0, epochs=3, l1=0.0, dtype="float64")
    dataset = load_dataset(data_config())
    *_, last = train(one, dataset)
    (W, b) = init_params(one, 2, 3)[0]
    theta, v = np.concatenate([W.ravel(), b]), np.zeros(9)
    T = np.eye(3)[dataset.y_train]
    for t in range(3):
        rate = 1e-4 + (0.1 - 1e-4) * (1 - t / 3)
        logits = dataset.X_train @ theta[:6].reshape(2, 3) + theta[6:]
        p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        delta = 2 * p * (p - T - (p * (p - T)).sum(axis=1, keepdims=True)) / len(T)
        g = np.concatenate([(dataset.X_train.T @ delta).ravel(), delta.sum(axis=0)])
        v = 0.9 * v + 0.1 * g
        theta = theta - rate * v
    found = np.concatenate([np.ravel(array) for array in last.params[0]])
    np.testing.assert_allclose(found, theta, rtol=1e-12, atol=1e-14)
