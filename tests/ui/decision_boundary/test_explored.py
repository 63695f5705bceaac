"""What the page draws of the networks on show: of which network, epoch and example, and from which cache."""

from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from linear import points_dataset

from lab import slow_motion as steps
from lab.generators import at_once
from lab.links.cost import Speed
from lab.sensitivity import Sensitivity
from mlp import TrainConfig, init_params
from ui.decision_boundary import boundary, compare, derivatives, feature_plane, sensitivity, slow_motion

SPEED = Speed(1e-6, 1e-9, 1e-10, {"relu": 1e-9})
DATASET = points_dataset([(0, 0, 0), (0, 1, 1), (1, 1, 1)])


# ---- the curves of the setup before


@pytest.fixture
def curves_before(monkeypatch):
    """A function of (the run before, the run on show, the epochs asked before): what is drawn behind."""

    def ghost(before, run, epochs, setup=True):
        asked = SimpleNamespace(experiment=SimpleNamespace(train=SimpleNamespace(epochs=epochs)))
        monkeypatch.setattr(boundary, "cache", lambda: SimpleNamespace(peek=lambda setup: before))
        monkeypatch.setattr(boundary, "cached_view", lambda make, *args: args)
        return boundary.ghost(asked if setup else None, run)

    return ghost


def test_behind_the_curves_are_those_before_as_far_as_they_were_asked_for_and_trained(curves_before):
    run = SimpleNamespace(n_epochs=9)
    for trained, asked, drawn in ((5, 3, 3), (5, 7, 5), (0, 7, 0)):
        before = SimpleNamespace(n_epochs=trained)
        assert curves_before(before, run, asked) == (before, drawn)
    assert curves_before(SimpleNamespace(n_epochs=-1), run, 3) is None
    assert curves_before(run, run, 3) is None
    assert curves_before(None, run, 3) is None
    assert curves_before(SimpleNamespace(n_epochs=5), run, 3, setup=False) is None


@pytest.mark.parametrize(("hidden", "splits"), [(True, ("train", "validation")), (False, None)])
def test_the_test_set_is_shown_unless_it_is_hidden(monkeypatch, hidden, splits):
    monkeypatch.setattr(boundary.lock, "control", lambda *_, **__: hidden)
    assert boundary.choose_splits() == (splits or ("train", "validation", "test"))


def test_the_title_of_a_curve_is_that_of_the_last_epoch_and_its_rule_that_of_the_epoch_on_show(monkeypatch):
    drawn, frame = [], pd.DataFrame({"epoch": [0]})
    run = SimpleNamespace(at=lambda epoch: SimpleNamespace(records=f"records of {epoch}"))
    monkeypatch.setattr(boundary, "cached_view", lambda make, *args: frame)
    monkeypatch.setattr(boundary.numbers, "title", lambda frame, quantity, records: f"{quantity}: {records}")
    monkeypatch.setattr(boundary.curves, "curves", lambda *args, **how: (args[1:], how))
    monkeypatch.setattr(boundary, "show", lambda *shown: drawn.append(shown))
    boundary.curves_by_epoch(run, 9, 4, ("train",), "ghost", "curves")
    for (((quantity, title), how), kind, finding), name in zip(drawn, ("loss", "accuracy"), strict=True):
        assert (quantity, kind) == (name, f"{name.capitalize()} by epoch")
        assert title == finding == f"{name}: records of 9"
        assert how == {"epoch": 4, "ghost": "ghost", "part": "curves"}


@pytest.mark.parametrize(("seconds", "drawn"), [(1.5, True), (1.51, False)])
def test_the_inside_of_a_network_waits_for_a_switch_where_it_takes_long(monkeypatch, seconds, drawn):
    run = SimpleNamespace(configs=[None, "second"], dataset=DATASET)
    monkeypatch.setattr(boundary, "cache", lambda: SimpleNamespace(speed=SPEED))
    monkeypatch.setattr(boundary.inside, "seconds", lambda config, *_: seconds if config == "second" else 9.0)
    monkeypatch.setattr(boundary.st, "toggle", lambda *_, **__: False)
    assert boundary._draws_inside(run, 1) == drawn


@pytest.mark.parametrize(
    ("splits", "n_test", "drawn"),
    [(("train", "test"), 1, True), (("train",), 1, False), (("train", "test"), 0, False)],
)
def test_the_confusion_matrix_is_drawn_where_the_test_set_is_shown_and_has_examples(
    monkeypatch, splits, n_test, drawn
):
    called, said = [], []
    dataset = points_dataset([(0, 0, 0)], test=[(0, 0, 1)] * n_test)
    records = [SimpleNamespace(diverged=False, epoch=3), SimpleNamespace(diverged=True, epoch=3)]
    run = SimpleNamespace(
        dataset=dataset, configs=[None] * 2, with_parameters=lambda n: SimpleNamespace(records=records)
    )
    monkeypatch.setattr(boundary, "_draws_inside", lambda *_: True)
    monkeypatch.setattr(boundary.inside, "draws_diagram", lambda config: False)
    for name in ("_units", "_bent_plane", "_confusion"):
        monkeypatch.setattr(boundary, name, lambda *_, name=name: called.append(name))
    monkeypatch.setattr(boundary.slow_motion, "draw", lambda *_: called.append("slow"))
    monkeypatch.setattr(boundary.st, "subheader", lambda text: None)
    monkeypatch.setattr(boundary.st, "info", said.append)
    monkeypatch.setattr(boundary.st, "columns", lambda *_, **__: (nullcontext(), nullcontext()))
    boundary._inside(run, 3, 0, None, splits, ())
    assert called == ["_units", "slow", "_bent_plane", *["_confusion"] * drawn]
    assert said == []
    boundary._inside(run, 3, 1, None, splits, ())
    assert said == ["Network 2 diverged in epoch 3: its units cannot be drawn."]


def test_the_finding_of_the_confusion_matrix_is_that_of_the_epoch_on_show(monkeypatch):
    findings = pd.DataFrame({"epoch": [0, 4, 9], "finding": ["at first", "on show", "at last"]})
    shown, marked, asked = [], [], []
    monkeypatch.setattr(
        boundary,
        "cached_film",
        lambda make, run, epochs, index: asked.append(epochs) or ("matrices", findings),
    )
    monkeypatch.setattr(boundary.following, "marked", lambda frame, epoch, n: marked.append((epoch, n)))
    monkeypatch.setattr(boundary.counts, "confusions", lambda *parts: list(parts))
    monkeypatch.setattr(boundary.component, "part", lambda name: nullcontext())
    monkeypatch.setattr(boundary, "show", lambda chart, kind, finding: shown.append(finding))
    boundary._confusion("run", 4, 0, (0, 4, 9))
    boundary._confusion("run", 4, 0, ())
    assert shown == ["on show"] * 2
    assert marked == [(4, 3), (4, 3), (4, 1), (4, 1)]
    assert asked == [(0, 4, 9), (4,)]


@pytest.mark.parametrize(("n", "told"), [(3, " 3 of the map's 4 examples are drawn."), (4, "")])
@pytest.mark.parametrize("share", [0.0, 0.875])
def test_the_bent_plane_says_its_share_at_the_epoch_on_show_and_how_many_examples_it_draws(
    monkeypatch, n, told, share
):
    shown, said, asked = [], [], []
    shares = pd.DataFrame({"epoch": [0, 4, 9], "share": [0.5, share, 0.25]})
    axes = pd.DataFrame({"low": [-1.0, -2.0], "high": [1.0, 2.0]})
    tables = [pd.DataFrame({"first": range(n)}), "grid", "names"]
    run = SimpleNamespace(configs=["config"], dataset=DATASET)
    for module, name, fake in (
        (
            boundary,
            "cached_film",
            lambda make, run, epochs, *_: asked.append(epochs) or (*tables, shares, axes),
        ),
        (boundary, "cached_view", lambda *_: range(4)),
        (boundary.bent_plane, "plays", lambda config: plays),
        (boundary.following, "marked", lambda frame, epoch, n: (epoch, n)),
        (boundary.charts, "bent_plane", lambda *parts: parts),
        (boundary.component, "part", lambda name: nullcontext()),
        (boundary.st, "caption", said.append),
        (boundary, "show", lambda *what: shown.append(what)),
    ):
        monkeypatch.setattr(module, name, fake)
    plane = SimpleNamespace(section=None)
    finding = "After epoch 4 the output layer cannot tell any two examples apart"
    finding = "After epoch 4: 88% of the variance in two directions" if share else finding
    for plays, epochs in ((True, (0, 4, 9)), (False, (0, 4, 9)), (True, ())):
        boundary._bent_plane(run, 4, 0, plane, ("train",), epochs)
        ends = "the same layers." + told
        stays = " This is epoch 4; the timeline changes it when it stops." * (not plays)
        assert said[-1].endswith(ends + stays)
    assert asked == [(0, 4, 9), (4,), (4,)]
    assert [what[2] for what in shown] == [finding] * 3
    parts = shown[0][0]
    assert parts[3:7] == ((4, 3), ((-1.0, 1.0), (-2.0, 2.0)), len(boundary.bent_plane.PLACES), (0, 4, 9))
    plane.section = "a plane of features"
    boundary._bent_plane(run, 4, 0, plane, ("train",), ())
    assert "An example that is not on that plane may lie off the grid." in said[-1]


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
    asked, shown, said, chosen = [], [], [], []
    record = SimpleNamespace(diverged=False)
    run = SimpleNamespace(dataset=dataset, with_parameters=lambda n: SimpleNamespace(records=[record] * 3))

    class Column(nullcontext):
        selectbox = staticmethod(lambda label, options, **_: chosen[-1])
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
    said.clear()
    dataset = dataset._replace(feature_names=names[:15])
    result = result._replace(mean=mean[:15], at=mean[:15])
    chosen.append("yes")
    sensitivity.draw(SimpleNamespace(**vars(run) | {"dataset": dataset}), 7, 2)
    assert not any("are shown" in text for text in said), "all 15 are"


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
    keys = []
    monkeypatch.setattr(slow_motion, "cache", lambda: SimpleNamespace(speed=SPEED))
    monkeypatch.setattr(slow_motion.progress, "result", lambda key, *_: keys.append(key))
    two = SimpleNamespace(**vars(RUN) | {"configs": [CONFIG] * 2})
    other = SimpleNamespace(**vars(two) | {"stamp": "other"})
    for run, index, number in ((two, 0, 1), (two, 1, 1), (two, 0, 2), (other, 0, 1)):
        slow_motion._step(run, index, number)
    assert len(set(keys)) == 4


# ---- what Compare varies, and the sliders of features held fixed


@pytest.mark.parametrize(
    ("link", "address", "session", "names"),
    [
        ({}, {}, {}, ()),
        ({}, {"mode": "Compare"}, {}, ("hidden_layer_sizes",)),  # the page's default
        ({}, {"mode": "Compare", "compare": "l1 and l2"}, {}, ("l1", "l2")),
        ({}, {"mode": "Compare", "compare": "noise"}, {"compare": "seed"}, ("seed",)),
        ({}, {"mode": "Compare"}, {"mode": "One experiment"}, ()),
        ({"mode": "Compare", "compare": "noise"}, {"compare": "seed"}, {}, ("noise",)),
    ],
)
def test_the_fields_that_vary_are_those_of_the_widgets_or_else_of_the_link(
    monkeypatch, link, address, session, names
):
    monkeypatch.setattr(compare.lock, "text", link.get)
    monkeypatch.setattr(compare, "st", SimpleNamespace(query_params=address, session_state=session))
    assert compare.varied() == names


@pytest.mark.parametrize(("number", "at"), [(5, 4), (4, 4), (3, 2), (7, 7), (0, 0)])
def test_compared_maps_are_of_the_epoch_on_show_or_of_their_last_and_the_rows_of_the_last(
    monkeypatch, number, at
):
    """Two runs: one that goes on, of which 7 epochs were asked for, and one that diverged in epoch 4."""
    maps, rows, ends, asked, shown, said = [], [], [], [], [], []
    frame = pd.DataFrame(
        {"epoch": [0, 1] * 2, "quantity": "loss", "split": ["train"] * 2 + ["validation"] * 2}
        | {"median": [9.0, 8.0, 0.7, 0.5]}
    )

    def run_of(n_epochs, share):
        return SimpleNamespace(
            n_epochs=n_epochs,
            configs=[None] * 3,
            dataset=share,
            with_parameters=lambda epoch: SimpleNamespace(number=epoch),
            at=lambda epoch: SimpleNamespace(records=f"records of {epoch}"),
        )

    runs = [run_of(9, "60%"), run_of(4, "70%")]
    film = SimpleNamespace(epochs=(), epochs_made=())
    for module, name, fake in (
        (compare.feature_plane, "choose", lambda runs: ["plane"] * 2),
        (compare.component, "epoch_number", lambda n: asked.append(n) or number),
        (compare.component, "part", lambda name: compare.st),
        (compare.films, "kept_of", lambda runs, lasts: asked.append(lasts) or (0, 2, 4, 6, 7)),
        (compare.films, "of_panels", lambda *how: asked.append(how[2]) or film),
        (compare.frames, "left_out", lambda run, n: []),
        (compare.plane_map, "map_of", lambda run, shown, *_, **how: maps.append((shown, how))),
        (compare.plane_map, "show_number_drawn", lambda *_: None),
        (compare.baseline, "sentence", lambda dataset, splits: f"{dataset} of {splits}"),
        (compare.charts, "compared", lambda frame, finding, epoch: (frame, epoch)),
        (compare, "cached_view", lambda make, run, n: frame),
        (compare, "_row", lambda run, n, splits: rows.append(n) or {"n": n}),
        (compare, "_end", lambda text, losses, records: ends.append((losses["median"].tolist(), records))),
        (compare, "show", lambda chart, kind, finding: shown.append((chart, kind))),
    ):
        monkeypatch.setattr(module, name, fake)

    class Place(nullcontext):
        empty = container = lambda self, **_: Place()

    elements = {"columns": lambda n, **_: [Place() for _ in range(n if isinstance(n, int) else len(n))]}
    elements |= {"markdown": said.append, "caption": said.append, "dataframe": lambda *_, **__: None}
    monkeypatch.setattr(compare, "st", SimpleNamespace(**elements, empty=Place, __enter__=None))
    monkeypatch.setattr(compare.component, "part", lambda name: Place())
    compare.draw(["a", "b"], runs, [7, 6], "mean", "noise", ("train",))
    assert asked == [7, [7, 4], at]
    assert [epoch for epoch, _ in maps] == [min(at, 7), min(at, 4)]
    assert [(how["until"], how["at"], how["panel"], how["part"]) for _, how in maps] == [
        (7, at, 0, "map_0"),
        (4, at, 1, "map_1"),
    ]
    assert rows == [7, 4]
    assert ends == [([0.7, 0.5], "records of 7"), ([0.7, 0.5], "records of 4")]
    assert [text for text in said if text.startswith("**")] == ["**noise = a**", "**noise = b**"]
    assert said[-1] == compare.EXPLAINED, "each has another most common class"
    (((_, epoch), kind),) = shown
    assert (epoch, kind) == (at, "One line per value of noise")


def test_a_curve_is_said_with_its_end_and_with_the_networks_that_have_none():
    def records(*lost):
        return [SimpleNamespace(diverged=one, epoch=3) for one in lost]

    losses = pd.DataFrame({"median": [0.7, 0.5, 0.25]})
    assert compare._end("relu", losses, records(False, False)) == "relu ends at 0.25"
    some = compare._end("relu", losses, records(False, True, False))
    assert some == "relu ends at 0.25, 1 of 3 networks diverged in epoch 3"
    assert compare._end("relu", losses, records(True, True)) == "relu: both networks diverged in epoch 3"
    assert compare._end("relu", losses[:0], records(False)) == ""


@pytest.mark.parametrize(
    ("held", "moved", "value", "text"),
    [
        ("", 1, 2.5, "2=2.5"),
        ("2=7", 1, 2.5, "2=2.5"),
        ("1=5;3=6", 1, 2.5, "1=5;2=2.5;3=6"),
        ("1=5;2=7", 1, 4.0, "1=5"),  # 4 is the median
        (None, 1, 4.0, ""),
    ],
)
def test_a_slider_writes_its_value_into_the_link_unless_it_is_the_median(
    monkeypatch, held, moved, value, text
):
    state = {f"_held_{moved}": value, "held": held}
    monkeypatch.setattr(feature_plane, "STATE", state)
    feature_plane._move(moved, 4.0)
    assert state["held"] == text


def test_each_slider_goes_from_the_least_value_of_its_feature_to_the_largest_or_as_far_as_it_is_held(
    monkeypatch,
):
    raw = np.array([[0.0, 1.0, 7.0, 10.0], [0.5, 1.0, 9.0, 500.0], [0.25, 1.0, 12.0, 90.0]])
    sliders, texts, state = [], [], {}

    class Column:
        text = staticmethod(texts.append)

        @staticmethod
        def slider(label, low, high, step, key, args, **_):
            sliders.append((label, low, high, step, key, state[key], args))

    monkeypatch.setattr(feature_plane, "STATE", state)
    monkeypatch.setattr(feature_plane.st, "columns", lambda n: [Column] * n)
    monkeypatch.setattr(feature_plane.feature_planes, "raw_features", lambda dataset: raw)
    monkeypatch.setattr(feature_plane.feature_planes, "medians", lambda dataset: np.median(raw, axis=0))
    feature_plane._sliders(None, ["a", "b", "c", "d"], [3, 0, 1, 2], {2: 20.0})
    assert sliders == [
        ("d", 10.0, 500.0, 5.0, "_held_3", 90.0, (3, 90.0)),  # whole numbers, in about 100 steps
        ("a", 0.0, 0.5, 0.005, "_held_0", 0.25, (0, 0.25)),
        ("c", 7.0, 20.0, 1.0, "_held_2", 20.0, (2, 9.0)),
    ]
    assert texts == ["b is 1 in every training example."]


@pytest.mark.parametrize(("n", "drawn"), [(8, 8), (9, 2)])
def test_of_more_than_eight_features_two_have_sliders_at_first(monkeypatch, n, drawn):
    raw = np.arange(2.0)[:, np.newaxis] * np.ones(n)
    sliders, state, names = [], {}, [f"f{k}" for k in range(n)]
    column = SimpleNamespace(text=None, slider=lambda *_, key, **__: sliders.append(key))
    monkeypatch.setattr(feature_plane, "STATE", state)
    monkeypatch.setattr(feature_plane.st, "columns", lambda n: [column] * n)
    monkeypatch.setattr(feature_plane.st, "multiselect", lambda label, options, default, **_: default)
    monkeypatch.setattr(feature_plane.feature_planes, "raw_features", lambda dataset: raw)
    monkeypatch.setattr(feature_plane.feature_planes, "medians", lambda dataset: np.zeros(n))
    feature_plane._sliders(None, names, list(range(n))[::-1], {})
    assert sliders == [f"_held_{k}" for k in range(n)[::-1][:drawn]]
    sliders.clear()
    feature_plane._sliders(None, names, list(range(n))[::-1], {3: 0.5})
    assert ("_held_3" in sliders, len(sliders)) == (True, 8 if n == 8 else 1), "those that are held"


def test_runs_on_points_share_a_plane_and_tables_of_the_same_features_another(monkeypatch):
    def run_of(name, features=()):
        return SimpleNamespace(dataset=SimpleNamespace(name=name, features=features))

    points, first, same, other = run_of("p"), run_of("t", "ab"), run_of("t", "ab"), run_of("u", "cd")
    drawn, said, of_points = [], [], []
    monkeypatch.setattr(feature_plane.feature_plane, "has_section", lambda dataset: bool(dataset.features))
    monkeypatch.setattr(feature_plane.feature_planes, "names", lambda dataset: tuple(dataset.features))
    monkeypatch.setattr(
        feature_plane.plane_map, "plane_of_runs", lambda runs: of_points.append(runs) or "all"
    )
    monkeypatch.setattr(feature_plane, "_draw", lambda dataset: drawn.append(dataset.name) or "chosen")
    monkeypatch.setattr(feature_plane, "cached_view", lambda make, run, asked: (run.dataset.name, asked))
    monkeypatch.setattr(feature_plane.st, "caption", said.append)
    chosen, automatic = ("t", "chosen"), ("u", feature_plane.Asked())
    assert feature_plane.choose([points, first, same, other]) == ["all", chosen, chosen, automatic]
    assert drawn == ["t"]
    assert of_points == [[points]]
    assert said[0].startswith("These controls set the plane of t.")
    assert feature_plane.choose([points, points]) == ["all", "all"]
    assert feature_plane.choose([first, same]) == [chosen, chosen]
    assert len(said) == 1


def test_what_was_chosen_for_another_tables_features_is_forgotten_and_a_links_choice_is_not(monkeypatch):
    state = {"held": "1=5", "across": "a", "up": "automatic"}
    monkeypatch.setattr(feature_plane, "STATE", state)
    iris, other = SimpleNamespace(name="iris"), SimpleNamespace(name="other")
    feature_plane._forget_another_table(iris, ("a", "b"))
    assert (state["held"], state["across"], state["up"]) == ("1=5", "a", "automatic")
    feature_plane._forget_another_table(other, ("b", "c"))
    assert (state["held"], state["across"]) == ("", "automatic")
    state |= {"held": "2=6", "up": "c"}
    feature_plane._forget_another_table(other, ("b", "c"))
    assert (state["held"], state["up"]) == ("2=6", "c")
    feature_plane._forget_another_table(iris, ("b", "c"))
    assert state["held"] == "", "of the same names in another table"
