"""What the page draws of the networks on show: of which network, epoch and example, and from which cache."""

from contextlib import nullcontext
from types import SimpleNamespace

import pandas as pd
import pytest
from linear import points_dataset

from lab.links.cost import Speed
from mlp import TrainConfig
from ui.decision_boundary import boundary, compare

SPEED = Speed(1e-6, 1e-9, 1e-10, {"relu": 1e-9})
DATASET = points_dataset([(0, 0, 0), (0, 1, 1), (1, 1, 1)])


def test_where_points_cannot_be_clicked_it_is_said_what_is_wrong_with_them_and_nothing_else_drawn(
    monkeypatch,
):
    said = []
    monkeypatch.setattr(boundary.own_data, "clickable", lambda: False)
    monkeypatch.setattr(boundary.own_data, "tools", lambda: said.append("tools"))
    monkeypatch.setattr(boundary, "show_sentence", lambda show, sentence, icon: said.append((show, sentence)))
    boundary.start("a setup", "Two classes are needed.")
    assert said == [(boundary.st.info, "Two classes are needed.")]


def test_points_that_cannot_be_trained_on_are_drawn_where_a_training_is_with_a_timeline_that_stands(
    monkeypatch,
):
    drawn = []
    setup = SimpleNamespace(
        n_seeds=3,
        experiment=SimpleNamespace(
            train=SimpleNamespace(epochs=40), data=SimpleNamespace(points="some points")
        ),
    )

    def record(name, *parts, **how):
        drawn.append((name, *parts, how))

    for module, name in (
        (boundary.own_data, "tools"),
        (boundary.own_data, "untrained_map"),
        (boundary.component, "epoch_number"),
        (boundary.component, "timeline"),
        (boundary, "choose_view"),
    ):
        monkeypatch.setattr(module, name, lambda *parts, name=name, **how: record(name, *parts, **how))
    monkeypatch.setattr(boundary.own_data, "clickable", lambda: True)
    monkeypatch.setattr(boundary, "show_sentence", lambda show, sentence, icon: record("told", sentence))
    boundary.start(setup, "Two classes are needed.")
    assert drawn == [
        ("tools", {}),
        ("epoch_number", 40, {}),
        ("timeline", (0,), 0, ("Nothing is trained yet.",), {"tells": False}),
        ("choose_view", 3, {}),
        ("untrained_map", "some points", {}),
        ("told", "Two classes are needed.", {}),
    ]


@pytest.mark.parametrize(("n", "networks"), [(1, ["1"]), (3, ["1", "2", "3"])])
def test_the_map_can_show_each_network_their_mean_and_where_they_differ(monkeypatch, n, networks):
    offered = []
    monkeypatch.setattr(boundary.lock, "choose", lambda label, options, **_: offered.extend(options))
    boundary.choose_view(n)
    assert offered == [*networks, "mean", "disagreement"]


# ---- the curves of the setup before


@pytest.fixture
def curves_before(monkeypatch):
    """A function of (the run before, the run on show, the epochs asked before): what is drawn behind."""

    def ghost(before, run, epochs, setup=True):
        train = SimpleNamespace(epochs=epochs, loss="sigmoid_squared_error")
        asked = SimpleNamespace(experiment=SimpleNamespace(train=train))
        monkeypatch.setattr(boundary, "cache", lambda: SimpleNamespace(peek=lambda setup: before))
        monkeypatch.setattr(boundary, "cached_view", lambda make, *args: args)
        return boundary.ghost(asked if setup else None, run)

    return ghost


def test_behind_the_curves_are_those_before_as_far_as_they_were_asked_for_and_trained(curves_before):
    run = SimpleNamespace(n_epochs=9)
    for trained, asked, drawn in ((5, 3, 3), (5, 7, 5), (0, 7, 0)):
        before = SimpleNamespace(n_epochs=trained)
        assert curves_before(before, run, asked) == ((before, drawn), "sigmoid_squared_error")
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
    run.configs = [SimpleNamespace(loss="softmax_cross_entropy")] * 2
    monkeypatch.setattr(boundary, "cached_view", lambda make, *args: frame)
    monkeypatch.setattr(boundary.numbers, "title", lambda frame, quantity, records: f"{quantity}: {records}")
    monkeypatch.setattr(boundary.curves, "curves", lambda *args, **how: (args[1:], how))
    monkeypatch.setattr(boundary, "show", lambda *shown: drawn.append(shown))
    boundary.curves_by_epoch(run, 9, 4, ("train",), ("ghost", "sigmoid_squared_error"), "curves")
    for (((quantity, title), how), kind, finding), name in zip(drawn, ("loss", "accuracy"), strict=True):
        assert (quantity, kind) == (name, f"{name.capitalize()} by epoch")
        assert title == finding == f"{name}: records of 9"
        losses = how.pop("losses")
        assert losses == (("cross-entropy", "nats"), ("squared error", "summed over classes"))
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
    monkeypatch.setattr(boundary.st, "subheader", called.append)
    monkeypatch.setattr(boundary.st, "info", said.append)
    monkeypatch.setattr(boundary.st, "columns", lambda *_, **__: (nullcontext(), nullcontext()))
    boundary._inside(run, 3, 0, None, splits, ())
    assert called == ["Inside the network", "_units", "slow", "_bent_plane", *["_confusion"] * drawn]
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
    run = SimpleNamespace(configs=[TrainConfig(hidden_layer_sizes=(5, 2))], dataset=DATASET)
    for module, name, fake in (
        (
            boundary,
            "cached_film",
            lambda make, run, epochs, *_: asked.append(epochs) or (*tables, shares, axes),
        ),
        (boundary, "cached_view", lambda *_: range(4)),
        (boundary.bent_plane, "plays", lambda config: plays),
        (boundary.following, "marked", lambda frame, epoch, n: (epoch, n)),
        (boundary.charts, "bent_plane", lambda *parts, **how: (*parts, how)),
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
    assert parts[-1] == {"on_line": False}
    assert parts[3:7] == ((4, 3), ((-1.0, 1.0), (-2.0, 2.0)), len(boundary.bent_plane.PLACES), (0, 4, 9))
    plane.section = "a plane of features"
    boundary._bent_plane(run, 4, 0, plane, ("train",), ())
    assert "An example that is not on that plane may lie off the grid." in said[-1]
    bent = "The plane as the last hidden layer bends it", "The plane, bent"
    unbent = ("The inputs, projected",) * 2
    run.configs = [TrainConfig(hidden_layer_sizes=(5, 1))]
    boundary._bent_plane(run, 4, 0, plane, ("train",), ())
    (*_, how), _, finding = shown[-1]
    assert how == {"on_line": True}
    received = "After epoch 4 the output layer receives one number per example"
    assert finding == (
        received if share else "After epoch 4 the output layer cannot tell any two examples apart"
    )
    assert "so all examples lie on a line" in said[-1]
    assert "two directions" not in said[-1]
    run.configs = [TrainConfig(hidden_layer_sizes=())]
    plane.section = None
    boundary._bent_plane(run, 4, 0, plane, ("train",), ())
    assert [(parts[-2], kind) for parts, kind, _ in shown] == [bent] * 5 + [unbent]
    assert said[-1].endswith("vary most. The lines are a grid on the plane of the map." + told)


# ---- what Compare varies


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
            configs=[SimpleNamespace(loss="sigmoid_squared_error")] * 3,
            dataset=SimpleNamespace(share=share, y_valid=[0]),
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
        (compare.plane_map, "n_points", lambda dataset: 100),
        (compare.plane_map, "show_number_drawn", lambda *_: None),
        (compare.baseline, "sentence", lambda dataset, splits: f"{dataset.share} of {splits}"),
        (compare.charts, "compared", lambda frame, finding, epoch, losses: (frame, epoch)),
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


@pytest.mark.parametrize(
    ("n_epochs", "drawn"), [((9, 4), True), ((9, 0), True), ((9, -1), False), ((-1, 9), False)]
)
def test_panels_are_drawn_once_no_training_waits_for_a_click(monkeypatch, n_epochs, drawn):
    runs, calls = [SimpleNamespace(n_epochs=n) for n in n_epochs], []
    asked = [SimpleNamespace(experiment=SimpleNamespace(train=SimpleNamespace(epochs=n))) for n in (7, 6)]
    monkeypatch.setattr(compare.progress, "trained", lambda setups: runs * (setups == asked))
    monkeypatch.setattr(compare.st, "fragment", lambda function: lambda *args: calls.append(args))
    shown = compare.panels(list(zip("ab", asked, strict=True)), "mean", "noise", ("train",))
    assert shown == (list(zip(runs, (7, 6), strict=True)) if drawn else [])
    assert calls == [(["a", "b"], runs, [7, 6], "mean", "noise", ("train",))] * drawn


def test_a_curve_is_said_with_its_end_and_with_the_networks_that_have_none():
    def records(*lost):
        return [SimpleNamespace(diverged=one, epoch=3) for one in lost]

    losses = pd.DataFrame({"epoch": [0, 1, 2], "median": [0.7, 0.5, 0.25]})
    assert compare._end("relu", losses, records(False, False)) == "relu ends at 0.25"
    some = compare._end("relu", losses, records(False, True, False))
    assert some == "relu ends at 0.25, 1 of 3 networks diverged in epoch 3"
    assert compare._end("relu", losses, records(True, True)) == "relu: both networks diverged in epoch 3"
    assert compare._end("relu", losses[:0], records(False)) == ""
    assert compare._end("relu", losses[:1], records(False)) == "relu: 0.7 before training"
