"""The plane of a table's features: its sliders, what they write into the link, and which runs share it."""

from types import SimpleNamespace

import numpy as np
import pytest

from ui.decision_boundary import feature_plane


@pytest.mark.parametrize(
    ("held", "moved", "value", "text"),
    [
        ("", 1, 2.5, "2=2.5"),
        ("2=7", 1, 2.5, "2=2.5"),
        ("1=5;3=6", 1, 2.5, "1=5;2=2.5;3=6"),
        ("1=5;2=7", 1, 4.0, "1=5"),  # 4 is the median
        (None, 1, 4.0, ""),
        ("x", 1, 2.5, "2=2.5"),  # no text that could be used, nor is a fifth of four features
        ("1=5;5=1", 1, 2.5, "2=2.5"),
        ("1=5;4=1", 1, 2.5, "1=5;2=2.5;4=1"),
    ],
)
def test_a_slider_writes_its_value_into_the_link_unless_it_is_the_median(
    monkeypatch, held, moved, value, text
):
    state = {f"_held_{moved}": value, "held": held}
    monkeypatch.setattr(feature_plane, "STATE", state)
    feature_plane._move(moved, 4.0, 4)
    assert state["held"] == text


def test_each_slider_goes_from_the_least_value_of_its_feature_to_the_largest_or_as_far_as_it_is_held(
    monkeypatch,
):
    raw = np.array([[0.0, 1.0, 7.0, 10.0], [0.5, 1.0, 9.0, 500.003], [0.25, 1.0, 12.0, 90.0]])
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
    feature_plane._sliders(
        SimpleNamespace(X_train=raw, shift=0.0), ["a", "b", "c", "d"], [3, 0, 1, 2], {2: 20.0}
    )
    assert sliders == [
        ("d", 10.0, 500.003, 5.0, "_held_3", 90.0, (3, 90.0, 4)),  # whole numbers but for rounding
        ("a", 0.0, 0.5, 0.005, "_held_0", 0.25, (0, 0.25, 4)),
        ("c", 7.0, 20.0, 1.0, "_held_2", 20.0, (2, 9.0, 4)),
    ]
    assert texts == ["b is 1 in every training example."]


@pytest.mark.parametrize(("n", "drawn"), [(8, 8), (9, 2)])
def test_of_more_than_eight_features_two_have_sliders_at_first(monkeypatch, n, drawn):
    raw = np.arange(2.0)[:, np.newaxis] * np.ones(n)
    sliders, state, names = [], {}, [f"f{k}" for k in range(n)]
    column = SimpleNamespace(text=None, slider=lambda *_, key, **__: sliders.append(key))
    monkeypatch.setattr(feature_plane, "STATE", state)
    monkeypatch.setattr(feature_plane.st, "columns", lambda n: [column] * n)
    limits = []

    def chosen(label, options, default, max_selections, **_):
        limits.append(max_selections)
        return default

    monkeypatch.setattr(feature_plane.st, "multiselect", chosen)
    monkeypatch.setattr(feature_plane.feature_planes, "raw_features", lambda dataset: raw)
    monkeypatch.setattr(feature_plane.feature_planes, "medians", lambda dataset: np.zeros(n))
    feature_plane._sliders(SimpleNamespace(X_train=raw, shift=0.0), names, list(range(n))[::-1], {})
    assert sliders == [f"_held_{k}" for k in range(n)[::-1][:drawn]]
    sliders.clear()
    feature_plane._sliders(SimpleNamespace(X_train=raw, shift=0.0), names, list(range(n))[::-1], {3: 0.5})
    assert ("_held_3" in sliders, len(sliders)) == (True, 8 if n == 8 else 1), "those that are held"
    sliders.clear()
    feature_plane._sliders(
        SimpleNamespace(X_train=raw, shift=0.0), names, list(range(n)), dict.fromkeys(range(n), 0.5)
    )
    assert len(sliders) == 8, "of those that are held, the first eight"
    assert set(limits) == ({8} if n == 9 else set())


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
