"""Checked derivatives, sensitivities and a step in slow motion: of which network, epoch and example."""

from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np
import pytest
from linear import points_dataset

from lab import slow_motion as steps
from lab.generators import at_once
from lab.links.cost import Speed
from lab.sensitivity import Sensitivity
from mlp import TrainConfig, init_params
from ui.decision_boundary import derivatives, sensitivity, slow_motion

SPEED = Speed(1e-6, 1e-9, 1e-10, {"relu": 1e-9})
DATASET = points_dataset([(0, 0, 0), (0, 1, 1), (1, 1, 1)])


# ---- the check of some derivatives


@pytest.fixture
def checked(monkeypatch):
    """A function: the key, the estimate and the number of derivatives of a check, with its switch's text."""

    def verified(cost_of_one=1e-9, more=False, hidden=(16,), epoch=3, index=0, stamp="run"):
        asked, switches, config = [], [], TrainConfig(hidden_layer_sizes=hidden)
        params = init_params(config, 2, 2)
        record = SimpleNamespace(params=params)
        run = SimpleNamespace(
            stamp=stamp,
            configs=[config] * 2,
            dataset=DATASET,
            with_parameters=lambda n: SimpleNamespace(records=[record] * 2),
        )
        monkeypatch.setattr(derivatives, "cache", lambda: SimpleNamespace(speed=SPEED))
        monkeypatch.setattr(derivatives.cost, "checking_seconds", lambda n, *_: n * cost_of_one)
        monkeypatch.setattr(derivatives.progress, "result", lambda *how: asked.append(how))
        monkeypatch.setattr(derivatives.st, "toggle", lambda label, **_: switches.append(label) or more)
        derivatives.verified(run, epoch, index)
        ((key, _, seconds, *_),) = asked
        return key, seconds, switches

    return verified


@pytest.mark.parametrize(
    ("cost_of_one", "hidden", "more", "n", "switch"),
    [
        (1e-9, (16,), False, 82, []),  # all of them: 2·16 + 16 + 16·2 + 2
        (1e-9, (200,), False, 400, []),  # of 1,002
        (0.5 / 400, (200,), False, 400, []),
        (0.6 / 400, (200,), False, 166, ["Check 400 of its 1,002 derivatives"]),  # within 0.25 s
        (0.6 / 400, (200,), True, 400, ["Check 400 of its 1,002 derivatives"]),
        (1.0, (200,), False, 4, ["Check 400 of its 1,002 derivatives"]),
        (1.0, (16,), False, 4, ["Check 82 of its 82 derivatives"]),
    ],
)
def test_few_derivatives_are_checked_where_many_take_long(checked, cost_of_one, hidden, more, n, switch):
    key, seconds, switches = checked(cost_of_one, more, hidden)
    assert key[-1] == n
    assert seconds == pytest.approx(n * cost_of_one)
    assert switches == switch


def test_a_check_is_that_of_the_run_the_epoch_the_network_and_the_number(checked):
    others = [{"stamp": "other"}, {"epoch": 4}, {"index": 1}, {"hidden": (15,)}]
    assert len({checked(**other)[0] for other in ({}, *others)}) == 5


def test_the_derivatives_checked_are_spread_over_the_network_on_show_and_on_its_first_examples(monkeypatch):
    checks, dataset = [], points_dataset([(k, -k, k % 2) for k in range(30)])
    records = [SimpleNamespace(params=init_params(TrainConfig(init_seed=k), 2, 2)) for k in range(2)]
    run = SimpleNamespace(
        stamp="run",
        configs=[TrainConfig()] * 2,
        dataset=dataset,
        with_parameters=lambda n: SimpleNamespace(records=records),
    )

    def check(params, X, y, config, indices, speed, **how):
        checks.append((params, X, y, config.dtype, indices, how))
        yield 1.0
        return "check"

    monkeypatch.setattr(derivatives, "CHECKED_PARAMETERS", 5)
    monkeypatch.setattr(derivatives, "check_in_parts", check)
    monkeypatch.setattr(derivatives, "judge", lambda check, params, *_, **__: (check, params))
    monkeypatch.setattr(derivatives, "cache", lambda: SimpleNamespace(speed=SPEED))
    monkeypatch.setattr(derivatives.cost, "checking_seconds", lambda n, *_: n)
    monkeypatch.setattr(derivatives.st, "toggle", lambda *_, **__: False)
    monkeypatch.setattr(derivatives.progress, "result", lambda key, steps, *_: at_once(steps()))
    monkeypatch.setattr(derivatives, "in_words", lambda check, verdict, n: (check, verdict, n))
    said = []
    monkeypatch.setattr(derivatives.st, "caption", said.append)
    derivatives.verified(run, 3, 1)
    ((params, X, y, dtype, indices, how),) = checks
    assert params is records[1].params
    assert (X.tolist(), y.tolist()) == (dataset.X_train[:20].tolist(), dataset.y_train[:20].tolist())
    assert (dtype, how) == ("float64", {"scheme": "central", "step": 1e-5})
    assert indices.tolist() == [0, 27, 54, 81], "of 82, the first and the last"
    assert said == [("check", ("check", params), 20)]


# ---- how sensitive it is


def test_the_features_are_in_the_order_of_their_means_and_the_example_counts_from_1(monkeypatch):
    """Of 20 features 15 are shown, the third last of them the most important."""
    names = tuple(f"f{k}" for k in range(20))
    dataset = DATASET._replace(feature_names=names, class_names=("no", "yes"))
    mean = np.arange(20.0)
    mean[17] = 99.0
    result = Sensitivity(mean, at=-np.arange(20.0), of=1, agreement=1e-9, n_kinks=0)
    asked, shown, said, chosen, offered = [], [], [], [], []
    record = SimpleNamespace(diverged=False)
    run = SimpleNamespace(dataset=dataset, with_parameters=lambda n: SimpleNamespace(records=[record] * 3))

    class Column(nullcontext):
        selectbox = staticmethod(lambda label, options, **_: offered.append(options) or chosen[-1])
        number_input = staticmethod(lambda label, least, most, first, **_: (label, least, most, first) and 3)

    def seen(make, measured, *args):
        asked.append(args)
        return result

    monkeypatch.setattr(sensitivity, "cached_view", seen)
    monkeypatch.setattr(sensitivity.st, "subheader", lambda text: None)
    monkeypatch.setattr(sensitivity.st, "columns", lambda *_, **__: (Column(), Column()))
    monkeypatch.setattr(sensitivity.st, "caption", said.append)
    monkeypatch.setattr(sensitivity.charts, "magnitudes", lambda frame, finding: frame)
    monkeypatch.setattr(sensitivity.charts, "signed", lambda frame, finding: frame)
    monkeypatch.setattr(sensitivity, "show", lambda frame, kind, finding: shown.append((frame, finding)))
    for label in (sensitivity.PREDICTED, "yes", "no"):
        chosen.append(label)
        sensitivity.draw(run, 7, 2)
    assert asked == [(run, 7, 2, 2, label) for label in (-1, 1, 0)]
    order = [17, 19, 18, *range(16, 4, -1)]
    (means, _), (signed, finding) = shown[:2]
    assert means["feature"].tolist() == signed["feature"].tolist() == [names[k] for k in order]
    assert means["value"].tolist() == [mean[k] for k in order]
    assert signed["value"].tolist() == [-float(k) for k in order]
    assert finding == "At training example 3: the gradient of the logit of yes"
    assert "The 15 features with the largest means, of 20, are shown." in said
    assert offered[-1] == [sensitivity.PREDICTED, "no", "yes"]
    named = dataset._replace(class_names=("no", sensitivity.PREDICTED))
    sensitivity.draw(SimpleNamespace(**vars(run) | {"dataset": named}), 7, 2)
    assert offered[-1] == [f"({sensitivity.PREDICTED})", *named.class_names]
    said.clear()
    dataset = dataset._replace(feature_names=names[:15])
    result = result._replace(mean=mean[:15], at=mean[:15])
    chosen.append("yes")
    sensitivity.draw(SimpleNamespace(**vars(run) | {"dataset": dataset}), 7, 2)
    assert not any("are shown" in text for text in said), "all 15 are"


def test_a_network_that_diverged_has_no_sensitivity(monkeypatch):
    records = [SimpleNamespace(diverged=k == 1) for k in range(2)]
    run = SimpleNamespace(dataset=DATASET, with_parameters=lambda n: SimpleNamespace(records=records))
    said = []
    for name in ("subheader", "info"):
        monkeypatch.setattr(sensitivity.st, name, said.append)
    sensitivity.draw(run, 7, 1)
    assert said == [
        "Which features does the prediction depend on?",
        "Network 2 diverged: its gradients are not numbers.",
    ]


def test_minus_one_means_the_predicted_class(monkeypatch):
    monkeypatch.setattr(sensitivity.sensitivity, "measured", lambda *args: args[-1])
    assert [sensitivity.measured((), None, None, 0, label) for label in (-1, 0, 1)] == [None, 0, 1]


# ---- a step in slow motion


@pytest.fixture
def tables(monkeypatch):
    """What a phase of a step draws: {title: its frame}, and what it says."""
    tables = SimpleNamespace(drawn={}, said=[], chosen=slow_motion.MEAN)
    monkeypatch.setattr(slow_motion.charts, "table", lambda frame, columns, title: (frame, columns))
    monkeypatch.setattr(slow_motion, "show", lambda chart, kind, title: tables.drawn.update({title: chart}))
    for name in ("markdown", "caption"):
        monkeypatch.setattr(slow_motion.st, name, tables.said.append)
    monkeypatch.setattr(slow_motion.st, "segmented_control", lambda *_, **__: tables.chosen)
    monkeypatch.setattr(slow_motion.st, "columns", lambda n, **_: [nullcontext()] * n)
    return tables


CONFIG = TrainConfig(hidden_layer_sizes=(3,), batch_size=2, epochs=2, activation="tanh", l2=0.1)
RUN = SimpleNamespace(dataset=DATASET, configs=[CONFIG], stamp="run")


def rows(drawn):
    frame, _ = drawn
    return {
        name: part.sort_values("column")["value"].tolist() for name, part in frame.groupby("row", sort=False)
    }


@pytest.mark.parametrize("whole", [True, False])
def test_the_numbers_of_a_step_are_those_of_the_engine(tables, whole):
    full, step = next(iter(steps.first_steps(CONFIG, DATASET))), at_once(steps.step_at(CONFIG, DATASET, 1))
    tables.chosen = slow_motion.MEAN if whole else slow_motion.FIRST
    of_mean = of_sum = "the first example of the batch"
    if whole:
        of_mean, of_sum = "mean over the batch", "sum over the batch, which is also the gradient of the bias"

    def of_batch(values, summed=False):
        return values[0] if not whole else values.sum(axis=0) if summed else values.mean(axis=0)

    slow_motion._forward(step, RUN, CONFIG)
    assert tables.said[-1].startswith("**Forward**, from the first layer to the last: ")
    first = rows(tables.drawn[f"Layer 1: pre-activation and activation, {of_mean}"])
    assert list(first) == ["z", "a"]
    np.testing.assert_allclose(first["z"], of_batch(full.pre_activations[0]), rtol=1e-6)
    np.testing.assert_allclose(first["a"], of_batch(full.activations[0]), rtol=1e-6)
    last = rows(tables.drawn[f"Layer 2: logits, {of_mean}"])
    np.testing.assert_allclose(last["z"], of_batch(full.pre_activations[1]), rtol=1e-6)
    assert list(last) == ["z"]
    tables.drawn.clear()
    slow_motion._backward(step, RUN, CONFIG)
    assert [title.partition(",")[0] for title in tables.drawn] == [
        "Layer 2: δ",
        "Layer 2: dW",
        "Layer 1: δ",
        "Layer 1: dW",
    ]
    np.testing.assert_allclose(
        rows(tables.drawn[f"Layer 1: δ, {of_sum}"])["δ"], of_batch(full.deltas[0], summed=True), rtol=1e-6
    )
    gradient = rows(tables.drawn["Layer 1: dW, the whole batch"])
    assert list(gradient) == ["from 1", "from 2"]
    np.testing.assert_allclose(list(gradient.values()), full.gradients[0].W, rtol=1e-6)
    assert "dW also contains the gradient of the penalty on the weights." in tables.said
    tables.said.clear()
    slow_motion._backward(step, RUN, TrainConfig(hidden_layer_sizes=(3,)))
    assert not any("penalty" in text for text in tables.said)


@pytest.mark.parametrize(
    ("sizes", "shown", "told"),
    [((16,) * 3, 4, []), ((3,) * 4, 4, ["Only the first 4 of 5"]), ((17,), 2, ["more than 16 units"])],
)
def test_a_deep_or_wide_network_is_shown_in_part_and_says_so(tables, sizes, shown, told):
    config = TrainConfig(hidden_layer_sizes=sizes)
    step = SimpleNamespace(before=[None] * (len(sizes) + 1))
    assert list(slow_motion._layers(step, RUN, config)) == list(range(shown))
    assert len(tables.said) == len(told)
    assert all(words in text for words, text in zip(told, tables.said, strict=True))


def test_an_update_adds_up(tables):
    step = at_once(steps.step_at(CONFIG, DATASET, 2))
    slow_motion._update(step, RUN, CONFIG)
    for layer in (1, 2):
        before, moved, after = (
            np.array(list(rows(tables.drawn[f"Layer {layer}: {name}"]).values()))
            for name in ("W before", "the step", "W after")
        )
        np.testing.assert_allclose(before + moved, after, rtol=1e-5, atol=1e-7)
        np.testing.assert_allclose(before, step.before[layer - 1].W, rtol=1e-6)
    assert "every weight moves by its step, minus η times dW. " in tables.said[0]
    for name in ("momentum", "adam"):
        slow_motion._update(step, RUN, TrainConfig(hidden_layer_sizes=(3,), optimizer=name))
        assert f"its step, which {name} computes from η, dW and the earlier steps. " in tables.said[-1]


def test_a_batch_lists_its_first_32_examples_and_a_step_is_cached_by_all_that_it_is_of(monkeypatch, tables):
    dataset = points_dataset([(k, -k, k % 2) for k in range(40)])
    batches = []
    monkeypatch.setattr(slow_motion.charts, "batch", lambda *drawn: batches.append(drawn))
    for n, end in ((32, "31."), (33, "31, ….")):
        step = SimpleNamespace(batch=np.arange(n), number=3, epoch=2)
        slow_motion._batch(step, SimpleNamespace(dataset=dataset), CONFIG)
        assert tables.said[-1].startswith(f"Step 3 sees {n} of 40 training examples. It belongs to epoch 2. ")
        assert tables.said[-1].endswith(f" 30, {end}")
    others, examples, *_ = batches[-1]
    assert len(others) == 40
    assert examples[["x", "y", "index", "class"]].to_numpy().tolist()[2] == [2.0, -2.0, 2, "0"]
    for n_features in (1, 4):
        features = np.zeros((40, n_features), np.float32)
        batches.clear()
        slow_motion._batch(step, SimpleNamespace(dataset=dataset._replace(X_train=features)), CONFIG)
        assert tables.said[-1].startswith("Step 3 sees 33 of 40 training examples. ")
        assert batches == [], "only two features are a place on the plane"
    keys = []
    monkeypatch.setattr(slow_motion, "cache", lambda: SimpleNamespace(speed=SPEED))
    monkeypatch.setattr(slow_motion.progress, "result", lambda key, *_: keys.append(key))
    two = SimpleNamespace(**vars(RUN) | {"configs": [CONFIG] * 2})
    other = SimpleNamespace(**vars(two) | {"stamp": "other"})
    for run, index, number in ((two, 0, 1), (two, 1, 1), (two, 0, 2), (other, 0, 1)):
        slow_motion._step(run, index, number)
    assert len(set(keys)) == 4
