"""Further checks of the gradient: kinks counted by hand, strips of errors, the loss at the start."""

import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from gradient_checks import subject

from lab.gradient_check.plan import Plan
from lab.links.cost import Speed
from mlp import forward
from mlp.checks.gradient_check import compared
from mlp.network import flatten, objective
from ui.gradient_check import further_checks

PLAN = Plan("an experiment", 16, "central", 1e-5, "float64", "all")


@pytest.fixture
def page(monkeypatch):
    """What is said, and the charts' tables, by checks that share a cache as on a server."""
    page = SimpleNamespace(said=[], drawn=[], tables=[], kept={})

    def kept(key, make):
        if key not in page.kept:
            page.kept[key] = make()
        return page.kept[key]

    def result(key, steps, *_):
        return kept(key, lambda: further_checks.progress.at_once(steps()))

    shared = SimpleNamespace(view=kept, speed=Speed(1e-6, 1e-9, 1e-10, {"relu": 1e-9}))
    monkeypatch.setattr(further_checks, "cache", lambda: shared)
    monkeypatch.setattr(further_checks.progress, "result", result)
    monkeypatch.setattr(further_checks.charts, "kinks", lambda *drawn: page.drawn.append(drawn))
    monkeypatch.setattr(further_checks, "show", lambda *_: None)
    monkeypatch.setattr(further_checks.st, "markdown", page.said.append)
    monkeypatch.setattr(further_checks.st, "dataframe", lambda frame, **_: page.tables.append(frame))
    return page


def with_biases(network):
    """The network with biases, so that no pre-activation is exactly 0."""
    params = tuple(layer._replace(b=layer.b + 0.05) for layer in network.params)
    return network._replace(params=params)


def crossing(network, h, scheme):
    """How many parameters move a hidden pre-activation across 0, by moving each of them."""

    def on(layer, kind, place, shift):
        moved = [[W.copy(), b.copy()] for W, b in network.params]
        moved[layer][kind][place] += shift
        passed = forward([type(network.params[0])(*pair) for pair in moved], network.X, network.config)
        return [z > 0 for z in passed.pre_activations[:-1]]

    n, low = 0, {"forward": 0.0, "central": -h}[scheme]
    for layer, pair in enumerate(network.params):
        for kind, array in enumerate(pair):
            for place in np.ndindex(array.shape):
                ends = on(layer, kind, place, h), on(layer, kind, place, low)
                n += any((a != b).any() for a, b in zip(*ends, strict=True))
    return n


def test_the_parameters_that_cross_are_counted_for_the_scheme_that_is_asked_for(page):
    """One visitor after another, with one scheme after another, on one server."""
    network, counts = subject("relu"), {}
    for scheme in ("central", "forward", "complex"):
        further_checks.kinks(PLAN._replace(scheme=scheme, step=0.01), network)
        (total, told) = re.search(r"Of (\d+) parameters, (.*)\.$", page.said[-1]).groups()
        assert total == "35"
        counts[scheme] = list(map(int, re.findall(r"(\d+)(?: cross| crosses)?(?: a kink)? at ", told)))
    for scheme in ("central", "forward"):
        expected = [crossing(network, h, scheme) for h in further_checks.DECADES[:3]]
        assert counts[scheme][:3] == expected
        assert page.drawn[scheme == "forward"][2].startswith(f"{expected[1]} of 35 cross a kink at h = 0.01")
    assert counts["complex"] == counts["central"] != counts["forward"]


@pytest.mark.parametrize(("most", "work", "limit"), [(20, 10**9, 20), (400, 10**9, 35), (400, 1, 6)])
def test_so_many_parameters_are_looked_at_for_kinks_and_at_least_one_of_each_tensor(
    page, monkeypatch, most, work, limit
):
    monkeypatch.setattr(further_checks, "KINK_SAMPLE", most)
    monkeypatch.setattr(further_checks, "KINK_WORK", work)
    further_checks.kinks(PLAN._replace(step=0.01), subject("relu"))
    n = int(re.search(r"Of (\d+) parameters?, ", " ".join(page.said))[1])
    assert 0.8 * limit <= n <= limit


def test_the_count_is_made_again_for_another_precision(page):
    network = subject("relu")
    for dtype in ("float64", "float32"):
        further_checks.kinks(PLAN._replace(precision=dtype, step=0.01), network)
    assert len([key for key in page.kept if key[0] == "kinks"]) == 2


def test_where_none_crosses_the_chart_is_drawn_at_the_shortest_step_at_which_enough_do(page, monkeypatch):
    network = with_biases(subject("relu"))
    n_at = {h: crossing(network, h, "central") for h in (0.1, 0.01, 0.001, 1e-7)}
    assert n_at[0.1] > n_at[0.01] > n_at[0.001] > n_at[1e-7] == 0
    starts = "At h = 1e-7 none of the 35 parameters", "With the complex step no parameter"
    for share, h in ((n_at[0.01] / 35, 0.01), (1.0, 0.1)):  # or at the one at which the most do
        monkeypatch.setattr(further_checks, "ENOUGH", share)
        for start, scheme in zip(starts, ("central", "complex"), strict=True):
            page.said.clear()
            further_checks.kinks(PLAN._replace(step=1e-7, scheme=scheme), network)
            assert page.said[0] == (
                f"{start} crosses a kink; the chart is drawn for **h = {h}**, where {n_at[h]} do."
            )
            assert page.drawn[-1][2].startswith(f"{n_at[h]} of 35 cross a kink at h = {h}: ")


def test_where_only_one_crosses_the_verb_is_singular(page, monkeypatch):
    def checked(*_, indices, step, **__):
        n = np.ones(len(indices))
        return compared(indices, n, n, (np.arange(len(n)) == 0) & (step >= 0.01))

    monkeypatch.setattr(further_checks, "gradient_check", checked)
    further_checks.kinks(PLAN, subject("relu"))
    assert page.said[0].endswith("the chart is drawn for **h = 0.1**, where 1 does.")


@pytest.mark.parametrize(
    ("scheme", "start"),
    [("central", "At h = 0.01 none of the 6 parameters"), ("complex", "With the complex step no parameter")],
)
def test_of_a_network_without_a_hidden_layer_it_is_said_that_none_ever_crosses(page, scheme, start):
    further_checks.kinks(PLAN._replace(scheme=scheme, step=0.01), subject("relu", hidden_layer_sizes=()))
    assert page.said == [f"{start} crosses a kink, nor does any at a step of 0.1."]
    assert page.drawn == []


@pytest.mark.parametrize(("n", "cross"), [(0, "0 cross"), (1, "1 crosses"), (2, "2 cross")])
def test_how_many_cross_is_said_of_each_step(page, monkeypatch, n, cross):
    monkeypatch.setattr(further_checks.progress, "result", lambda *_: [n, 0, 0, 0, 0, 0, 0])
    further_checks.kinks(PLAN._replace(step=0.01), subject("relu"))
    assert page.said[-1].endswith(
        f" Of 35 parameters, {cross} a kink at h = 0.1, 0 at 0.01, 0 at 0.001, "
        "0 at 0.0001, 0 at 1e-5, 0 at 1e-6, 0 at 1e-7."
    )


@pytest.mark.parametrize("n_zero", [1, 2, 4])
def test_those_with_a_derivative_of_zero_are_counted_as_left_out(page, monkeypatch, n_zero):
    def checked(*_, indices, **__):
        n = len(indices)
        analytic, crosses = np.ones(n), np.arange(n) >= n - 2
        analytic[: n_zero - 1] = 0.0
        analytic[-1] = 0.0  # it crosses, but 0 = 0 is no error
        return compared(indices, analytic, analytic + 0.0, crosses)

    monkeypatch.setattr(further_checks, "gradient_check", checked)
    further_checks.kinks(PLAN._replace(step=0.01), subject("relu"))
    words = {1: "1 with a derivative of 0 is left out.", 2: "2 with a derivative of 0 are left out."}
    left_out = words.get(n_zero, f"{n_zero} with a derivative of 0 are left out.")
    assert f"With tanh it is 0. {left_out} Of 35 parameters, 2 cross" in page.said[-1]
    assert page.said[-1].startswith(
        "The median relative error of the parameters that cross is **0**; that of the others is 0."
    )
    frame, _, title = page.drawn[0]
    assert frame["group"].value_counts()["relu, crosses"] == 1
    assert frame["group"].value_counts()["relu, does not"] == 34 - n_zero
    assert title == "2 of 35 cross a kink at h = 0.01: what does it do to the error?"


@pytest.mark.parametrize("n_zero", [4, 35])
def test_parameters_that_cross_with_derivatives_of_zero_have_no_error_to_compare(page, monkeypatch, n_zero):
    def checked(*_, indices, **__):
        analytic = np.where(np.arange(len(indices)) < n_zero, 0.0, 1.0)
        return compared(indices, analytic, 1.5 * analytic, np.arange(len(indices)) < 4)

    monkeypatch.setattr(further_checks, "gradient_check", checked)
    further_checks.kinks(PLAN._replace(step=0.01), subject("relu"))
    assert page.said[-1].startswith(
        "All derivatives of the parameters that cross are 0, and so are their numeric estimates: there is no "
        f"error to compare. {n_zero} with a derivative of 0 are left out. Of 35 parameters, 4 cross"
    )
    assert [list(drawn[0]["group"].unique()) for drawn in page.drawn] == [["relu, does not", "tanh"]] * (
        n_zero < 35
    )


def test_a_network_without_kinks_is_drawn_with_relu_and_its_own_weights(page):
    further_checks.kinks(PLAN._replace(step=0.01), subject("tanh"))
    assert page.said[0].startswith("tanh has no kinks. Here is a network with the same weights")
    frame, medians, title = page.drawn[0]
    assert medians["group"].to_list() == ["relu, crosses", "relu, does not", "tanh"]
    n = crossing(subject("relu"), 0.01, "central")
    assert title.startswith(f"{n} of 35 ")
    assert (frame["group"] == "relu, crosses").sum() == n
    assert (frame["group"] == "tanh").sum() == 35


def check_of(analytic, numeric, crosses):
    analytic, numeric = np.array(analytic), np.array(numeric)
    return compared(np.arange(len(analytic)), analytic, numeric, np.array(crosses, bool))


def test_strips_have_the_errors_of_who_crosses_of_others_and_of_tanh_but_of_nobody_whose_both_are_0():
    one = check_of([1.0, 1.0, 1.0, 0.0, 0.0, 1.0], [1.5, 1.0, 1.25, 0.0, 1.0, 2.0], [1, 0, 0, 0, 0, 0])
    smooth = check_of([1.0, 0.0, 1.0, 1.0, 1.0, 1.0], [1.0, 0.0, 1.0, 1.0, 1.0, 4.0], [0] * 6)
    frame, medians = further_checks.strips(subject(), one, smooth, "relu")
    names = subject().labels(np.arange(6))
    assert {group: rows["name"].to_list() for group, rows in frame.groupby("group")} == {
        "relu, crosses": names[:1],
        "relu, does not": [names[k] for k in (1, 2, 4, 5)],  # a derivative of 0 that is not 0 counts
        "tanh": [names[k] for k in (0, 2, 3, 4, 5)],
    }
    least = further_checks.charts.LEAST
    assert medians.set_index("group")["error"].to_dict() == pytest.approx(
        {"relu, crosses": 1 / 3, "relu, does not": (0.2 + 0.5) / 2, "tanh": least}
    )


def test_medians_are_compared_where_some_cross_and_some_do_not():
    groups = ["relu, crosses", "relu, does not", "tanh"]
    medians = pd.DataFrame({"group": groups, "error": [1e-3, 1e-5, 1e-9]})
    assert further_checks._medians(medians) == (
        "The median relative error of the parameters that cross is **1e-03**, 1e+02 times that of the others "
        "(1e-05). With tanh it is 1e-09."
    )
    closer = medians.assign(error=[3e-5, 1e-5, 1e-9])
    assert "**3e-05**, 3 times that of the others (1e-05)" in further_checks._medians(closer)
    exact = medians.assign(error=[1e-3, 1e-17, 1e-9])
    assert "is **1e-03**; that of the others is 0. With tanh it is 1e-09." in further_checks._medians(exact)
    assert further_checks._medians(medians[1:]) == further_checks._medians(medians[::2]) == ""


def test_the_loss_at_the_start_is_that_of_each_scale_of_the_weights(page):
    network = subject(init_scale=3.0, initializer="normal")
    further_checks.initial_loss(PLAN, network)
    (table,) = page.tables
    assert table["× weights"].to_list() == [0.01, 0.1, 1.0, 3.0, 10.0]
    loss = float(objective(network.params, network.X, network.y, network.config)[0])
    assert table["loss"][3] == f"{loss:.6g}"
    assert table["loss ÷ ln C"].to_list() == [f"{float(text) / np.log(2):.4g}" for text in table["loss"]], (
        "ln 2 = 0.6931"
    )
    (said,) = page.said
    assert "**ln C = 0.6931** for C = 2. normal × 3 starts at " in said
    assert f"at **{loss:.4f}** on these 16 examples, {loss / np.log(2):.3g} times that." in said
    assert said.endswith("how close it comes depends on the scale of the weights.")
    assert flatten(network.params).size == 35


def test_weights_that_leave_all_logits_0_are_not_said_to_be_random_nor_their_scale_to_matter(page):
    further_checks.initial_loss(PLAN, subject(initializer="zeros"))
    (said,) = page.said
    assert said.endswith("at every scale: with these weights the logits do not tell one class from another.")
