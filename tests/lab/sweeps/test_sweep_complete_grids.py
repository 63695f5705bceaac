"""Which sweeps are compared as a complete grid: by their trials, however these were chosen."""

import pytest
from swept import ended, plan_of

from lab.links.sweep_plan import GRID, ONE, PAIRED, RANDOM
from lab.sweeps import sentences
from lab.sweeps.what_matters import analysis
from mlp.sweep import Values

ACCURACY = "validation accuracy"
RATES = {"learning_rate": Values((0.3, 0.1, 1.0))}


def shares_of(found):
    return {effect.fields: effect.share for effect in found.effects}


@pytest.mark.parametrize("design", [GRID, RANDOM, ONE, PAIRED])
def test_trials_that_are_a_complete_grid_are_compared_as_one_however_they_were_chosen(design):
    found = analysis(plan_of(RATES)._replace(design=design), ended(range(6)), ACCURACY)
    assert (found.estimator, shares_of(found)) == ("grid", {("learning_rate",): pytest.approx(1.0)})


def test_a_random_search_that_drew_all_of_a_grid_finds_a_mere_interaction():
    axes = {"learning_rate": Values((0.1, 1.0)), "activation": Values(("relu", "tanh"))}
    figures = (15 / 18, 12 / 18, 12 / 18, 15 / 18)  # each rate and each activation has the mean 0.75
    found = analysis(plan_of(axes, 1)._replace(design=RANDOM), ended(figures), ACCURACY)
    assert found.problem == ""
    expected = {("learning_rate", "activation"): 1.0, ("learning_rate",): 0.0, ("activation",): 0.0}
    assert shares_of(found) == pytest.approx(expected, abs=1e-12)
    title = "learning_rate × activation explains 100% of the differences in validation accuracy"
    assert sentences.title(found, ACCURACY) == title
    assert sentences.how_to_read(found).startswith("These shares are exact, because the grid is complete")


def test_trials_that_differ_are_not_said_to_be_equal_where_no_field_explains_anything():
    axes = {"learning_rate": Values((0.1, 0.3, 1.0)), "activation": Values(("relu", "tanh", "gelu"))}
    chosen = [
        {"learning_rate": rate, "activation": name}
        for rate, name in ((0.1, "relu"), (0.1, "tanh"), (0.3, "relu"), (0.3, "tanh"), (1.0, "gelu"))
    ]
    plan = plan_of(axes, 1, chosen)._replace(design=RANDOM)
    found = analysis(plan, ended([1, 0, 0, 1, 0.5]), ACCURACY)
    assert (found.estimator, found.problem, shares_of(found)) == (
        "random",
        "",
        {("learning_rate",): 0.0, ("activation",): 0.0},
    )
    tie = analysis(plan, ended([0.5] * 5), ACCURACY)
    assert tie.problem == "Nothing differs: every run of all 5 trials ends at 50.0%."


def test_a_number_that_was_drawn_often_is_compared_in_bins():
    chosen = [{"learning_rate": rate} for rate in (0.1, 0.2, 0.3, 0.5, 0.7, 1.0)]
    plan = plan_of({"learning_rate": None}, 1, chosen)._replace(design=RANDOM)
    found = analysis(plan, ended([0, 1, 2, 3, 4, 5]), ACCURACY)
    assert found.estimator == "random"
    assert shares_of(found) == {("learning_rate",): pytest.approx(17 / 17.5)}  # 0 and 1 share a bin
    grid = analysis(plan._replace(design=ONE), ended([0, 1, 2, 3, 4, 5]), ACCURACY)
    assert (grid.estimator, shares_of(grid)) == ("grid", {("learning_rate",): pytest.approx(1.0)})
