"""The table of the rows of a grid, where a field makes the clearest difference."""

import numpy as np
from swept import ended, plan_of

from lab.sweeps.what_matters import analysis
from mlp.sweep import Values
from ui.sweeps.what_matters import _cells

METRIC = "validation accuracy"


def test_values_with_the_same_mean_have_no_best_and_no_worst_in_the_table():
    axes = {"learning_rate": Values((0.1, 1.0)), "l2": Values((0.0, 0.1))}
    found = analysis(
        plan_of(axes, 2), ended(np.ravel([[0.8, 0.9], [0.9, 0.8], [0.5, 0.6], [0.6, 0.5]])), METRIC
    )
    rows = {row.field: _cells(row, found, METRIC) for row in found.rows}
    assert [rows["l2"][name] for name in ("best", "worst", "better on", "median gap")] == ["–"] * 4
    rate = rows["learning_rate"]
    assert (rate["best"][:4], rate["worst"][:3]) == ("0.1:", "1: ")
    assert rate["better on"] == "2 of 2 seeds"
    assert rate["median gap"] == "30.0 percentage points"
