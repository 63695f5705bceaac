"""The tables of a sweep against records made by hand: results, their order, states, links, effects."""

from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest

from data import DataConfig
from lab.links.experiment import Experiment
from mlp import EpochRecord, TrainConfig, sweep
from mlp.execution import Outcome
from mlp.sweep import Values
from ui.sweeps import results
from ui.sweeps.space import GRID, Plan

ACCURACY, LOSS = "validation accuracy", "validation loss"
RATES = Values((0.3, 0.1, 1.0))
TWO = {"learning_rate": Values((0.1, 1.0)), "activation": Values(("relu", "tanh", "gelu"))}


def plan_of(axes, n_seeds=2, settings=None):
    base = Experiment(DataConfig(n_samples=120), TrainConfig(hidden_layer_sizes=(4,), epochs=3, init_seed=6))
    built = sweep.build(settings or sweep.grid(axes), base.data, base.train)
    return Plan(base, tuple(axes), GRID, built, n_seeds)


def record(epoch, figure, diverged=False):
    """Loss and accuracy `figure` on validation; on training a tenth, on test a hundredth of it."""
    splits = {"valid": 1.0, "train": 0.1, "test": 0.01}
    figures = {f"{s}_{q}": figure * k for s, k in splits.items() for q in ("loss", "accuracy")}
    return EpochRecord(
        epoch=epoch, learning_rate=0.1, penalty=0.0, diverged=diverged, seconds=0.25, params=(), **figures
    )


def outcome(row, *figures, diverged=False):
    last = len(figures) - 1
    return Outcome(row, tuple(record(e, f, diverged and e == last) for e, f in enumerate(figures)), "")


def run_of(*outcomes):
    return SimpleNamespace(outcomes={one.row: one for one in outcomes})


def ended(finals):
    """A run in which row k ended with the k-th figure after one of 0.5."""
    return run_of(*(outcome(row, 0.5, figure) for row, figure in enumerate(finals)))


def test_the_finals_are_the_last_figures_of_every_seed():
    plan, run = plan_of({"learning_rate": RATES}), ended([0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    np.testing.assert_allclose(results.finals(plan, run, ACCURACY), [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]])
    np.testing.assert_allclose(results.finals(plan, run, "training loss")[2], [0.05, 0.06])


def test_what_has_diverged_failed_or_not_come_in_has_no_final():
    plan = plan_of({"learning_rate": RATES})
    run = run_of(outcome(0, 0.5, 0.7), outcome(1, 0.5, 0.9, diverged=True), Outcome(2, (), "broken"))
    found = results.finals(plan, run, ACCURACY)
    np.testing.assert_array_equal(found, [[0.7, np.nan], [np.nan] * 2, [np.nan] * 2])


def test_trials_are_sorted_best_first_by_the_median_of_their_seeds():
    plan, run = plan_of({"learning_rate": RATES}, 3), ended([0.1, 0.9, 0.2, 0.6, 0.5, 0.7, 0.3, 0.4, 0.0])
    table = results.trials(plan, run, ACCURACY)
    assert table["trial"].tolist() == [2, 3, 1]
    assert table["learning_rate"].tolist() == ["0.1", "1", "0.3"]
    np.testing.assert_allclose(table[["median", "low", "high"]].iloc[0], [0.6, 0.5, 0.7])
    np.testing.assert_allclose(table[["median", "low", "high"]].iloc[2], [0.2, 0.1, 0.9])
    assert results.trials(plan, run, LOSS)["trial"].tolist() == [1, 3, 2], "of a loss the least is best"


def test_equal_trials_keep_their_order_and_those_without_a_result_stand_last():
    plan = plan_of({"learning_rate": RATES})
    run = run_of(*(outcome(row, 0.5, 0.8) for row in (2, 3, 4, 5)))
    for metric in (ACCURACY, LOSS):
        table = results.trials(plan, run, metric)
        assert table["trial"].tolist() == [2, 3, 1]
        assert table.iloc[2][["median", "low", "high"]].isna().all()


def test_the_median_is_over_the_seeds_that_have_a_number():
    plan = plan_of({"learning_rate": RATES}, 3)
    run = run_of(outcome(0, 0.4), outcome(1, 0.8), outcome(2, 0.9, 9.0, diverged=True))
    first = results.trials(plan, run, ACCURACY).iloc[0]
    np.testing.assert_allclose(first[["median", "low", "high"]].astype(float), [0.6, 0.4, 0.8])
    assert first["status"] == "1 of 3 diverged"


def test_every_trial_says_how_far_it_is():
    plan = plan_of({"learning_rate": Values((1.0, 2.0, 3.0, 4.0, 5.0))})
    run = run_of(
        outcome(0, 0.5),
        outcome(1, 0.6),
        outcome(2, 0.5, diverged=True),
        outcome(3, 0.5, diverged=True),
        outcome(4, 0.5),
        Outcome(6, (), "MemoryError: too large"),
        outcome(7, 0.5),
    )
    status = results.trials(plan, run, ACCURACY).set_index("trial")["status"]
    assert status.to_dict() == {
        1: "done", 2: "2 of 2 diverged", 3: "1 of 2 in", 4: "MemoryError: too large", 5: "0 of 2 in"
    }  # fmt: skip


def test_parameters_seconds_and_curve_of_a_trial():
    plan = plan_of({"hidden_layer_sizes": Values(((4,), (8,), ()))})
    run = run_of(outcome(0, 0.1, 0.2, 0.9), outcome(1, 0.3, 0.4, 0.5), outcome(2, 0.5))
    table = results.trials(plan, run, ACCURACY).set_index("trial")
    assert table["parameters"].to_dict() == {1: 22, 2: 42, 3: 6}  # 2·4+4+4·2+2, 2·8+8+8·2+2, 2·2+2
    assert table["seconds"].to_dict() == {1: 1.5, 2: 0.25, 3: 0.0}  # a quarter of a second an epoch
    assert table["curve"][1] == pytest.approx([0.2, 0.3, 0.7])
    assert table["curve"][3] == []


def test_a_long_curve_is_drawn_by_thirty_points_with_both_ends():
    values = results.spark([outcome(0, *np.linspace(0, 1, 500))], "valid_accuracy")
    assert len(values) == 30
    assert (values[0], values[-1]) == (0.0, 1.0)
    assert np.diff(values).max() < 0.04


def test_a_trials_link_opens_its_experiment():
    axes = {"learning_rate": Values((0.3, 0.07)), "noise": Values((0.2,)), "l2": Values((0.0, (0.1, 0.2)))}
    plan = plan_of(axes, n_seeds=3)
    table = results.trials(plan, run_of(), ACCURACY).set_index("trial")
    expected = {
        k + 1: Experiment(
            DataConfig(n_samples=120, noise=0.2),
            TrainConfig(hidden_layer_sizes=(4,), epochs=3, init_seed=6, learning_rate=rate, l2=l2),
        )
        for k, (rate, l2) in enumerate([(0.3, 0.0), (0.3, (0.1, 0.2)), (0.07, 0.0), (0.07, (0.1, 0.2))])
    }
    for number, link in table["link"].items():
        parts = urlsplit(link)
        query = dict(parse_qsl(parts.query))
        assert parts.path.endswith("/decision_boundary")
        assert query.pop("seeds") == "3"
        assert Experiment.from_query(query) == expected[number]


def test_the_figures_by_value_are_medians_and_quartiles_over_all_trials_and_seeds_with_it():
    plan = plan_of(TWO)  # trials: 0.1 with each activation, then 1
    finals = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6]
    frame = results.by_value(plan, ended(finals), "learning_rate", "valid_loss")
    assert frame["value"].unique().tolist() == ["0.1", "1"]
    last = frame[frame["epoch"] == 1].set_index("value")
    np.testing.assert_allclose(last.loc["0.1", ["low", "median", "high"]].astype(float), [0.225, 0.35, 0.475])
    np.testing.assert_allclose(last.loc["1", ["low", "median", "high"]].astype(float), [1.225, 1.35, 1.475])
    assert (frame[frame["epoch"] == 0]["median"] == 0.5).all()
    by_activation = results.by_value(plan, ended(finals), "activation", "valid_loss")
    last = by_activation[by_activation["epoch"] == 1].set_index("value")["median"]
    assert last.to_dict() == pytest.approx({"relu": 0.65, "tanh": 0.85, "gelu": 1.05})


def test_curves_by_value_come_in_the_order_of_the_numbers_and_end_with_what_they_have():
    plan = plan_of({"learning_rate": RATES}, 1)
    run = run_of(outcome(0, 0.5, 0.4, 0.3), outcome(1, 0.5), outcome(2, 0.5, 0.6, 9.9, diverged=True))
    frame = results.by_value(plan, run, "learning_rate", "valid_loss")
    assert list(dict.fromkeys(frame["value"])) == ["0.1", "0.3", "1"]
    assert frame.groupby("value")["epoch"].max().to_dict() == {"0.1": 0, "0.3": 2, "1": 1}, "9.9 is left out"
    assert frame["high"].max() == 0.6


def test_nothing_that_came_in_gives_no_curves():
    plan = plan_of({"learning_rate": RATES})
    at_once = run_of(outcome(0, np.nan, diverged=True), outcome(2, np.inf, diverged=True))
    assert results.by_value(plan, at_once, "learning_rate", "valid_loss").empty
    mixed = run_of(outcome(0, np.nan, diverged=True), outcome(2, 0.5, 0.4))
    assert results.by_value(plan, mixed, "learning_rate", "valid_loss")["value"].tolist() == ["0.1", "0.1"]
    assert results.by_value(plan, run_of(), "learning_rate", "valid_loss").empty
    assert results.of_trial(plan, run_of(Outcome(0, (), "broken")), 0).empty


def test_the_curves_of_a_trial_are_its_own_and_have_no_test_figures():
    plan = plan_of({"learning_rate": RATES})
    run = run_of(outcome(0, 9.0, 9.0), outcome(2, 0.6, 0.4), outcome(3, 0.8, 0.2))
    frame = results.of_trial(plan, run, 1)
    assert set(frame["split"]) == {"train", "validation"}
    last = frame[(frame["epoch"] == 1) & (frame["quantity"] == "loss")].set_index("split")
    np.testing.assert_allclose(
        last.loc["validation", ["low", "median", "high"]].astype(float), [0.2, 0.3, 0.4]
    )
    np.testing.assert_allclose(last.loc["train", "median"], 0.03, rtol=1e-6)


def thinned(row, stride, *losses):
    """An Outcome of which every `stride`-th epoch and the last are kept."""
    whole = outcome(row, *losses)
    kept = [r for r in whole.records if r.epoch % stride == 0 or r is whole.records[-1]]
    return whole._replace(records=tuple(kept))


def test_figures_of_thinned_records_stand_at_their_own_epochs():
    plan = plan_of({"learning_rate": RATES})
    losses = [1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4]
    run = run_of(thinned(0, 3, *losses), thinned(1, 3, *losses[:5]), thinned(2, 2, *losses))
    frame = results.by_value(plan, run, "learning_rate", "valid_loss")
    first = frame[frame["value"] == "0.3"].set_index("epoch")["median"]
    assert first.to_dict() == pytest.approx({0: 1.0, 3: 0.7, 4: 0.6, 6: 0.4})
    assert frame[frame["value"] == "0.1"]["epoch"].tolist() == [0, 2, 4, 6]
    trial = results.of_trial(plan, run, 0)
    curve = trial[(trial["split"] == "validation") & (trial["quantity"] == "loss")].set_index("epoch")
    assert curve["low"].to_dict() == pytest.approx({0: 1.0, 3: 0.7, 4: 0.6, 6: 0.4}, rel=1e-6)
    assert curve["high"].to_dict() == pytest.approx({0: 1.0, 3: 0.7, 4: 0.7, 6: 0.6}, rel=1e-6)


def test_on_a_grid_the_shares_are_those_of_the_sums_of_squares():
    plan = plan_of(TWO)
    # cell means 1, 2, 3 for the first rate and 5, 6, 7 for the second: squares 6·2² and 4·1² of 28
    means = np.repeat([1, 2, 3, 5, 6, 7], 2)
    found, estimator = results.what_matters(plan, ended(means + np.tile([-0.1, 0.1], 6)), ACCURACY)
    assert estimator == "grid"
    shares = {effect.fields: effect.share for effect in found}
    expected = {("learning_rate",): 24 / 28, ("activation",): 4 / 28, ("learning_rate", "activation"): 0.0}
    assert shares == pytest.approx(expected)
    assert list(shares)[:2] == [("learning_rate",), ("activation",)]


def test_a_grid_with_a_combination_missing_is_estimated_by_correlation_ratios():
    plan = plan_of(TWO, settings=sweep.grid(TWO)[:5])
    found, estimator = results.what_matters(plan, ended([1, 1, 1, 1, 1, 1, 3, 3, 3, 3]), ACCURACY)
    assert estimator == "random"
    # medians 1, 1, 1 and 3, 3: the rate explains all; relu 2, tanh 2, gelu 1 about the mean of 1.8
    shares = {effect.fields[0]: effect.share for effect in found}
    assert shares == pytest.approx({"learning_rate": 1.0, "activation": (4 * 0.04 + 0.64) / 4.8})


def test_the_effects_of_a_random_search_use_the_order_of_the_numbers_not_of_their_texts():
    rates, noises = (5.0, 0.001, 30.0, 0.2, 1000.0, 0.07), (0.5, 0.02, 0.6, 0.4, 0.1, 0.3)
    settings = [{"learning_rate": r, "noise": n} for r, n in zip(rates, noises, strict=True)]
    plan = plan_of({"learning_rate": None, "noise": None}, 1, settings)
    found, estimator = results.what_matters(plan, ended([3, 0, 4, 2, 5, 1]), ACCURACY)
    assert estimator == "random"
    # six trials in five bins: the two least share one. Of 17.5, results 0 and 1 leave 0.5 within theirs
    # in the order of the rates, 0 and 5 leave 12.5 in the order of the noises
    shares = {effect.fields[0]: effect.share for effect in found}
    assert shares == pytest.approx({"learning_rate": 17 / 17.5, "noise": 5 / 17.5})


def test_no_effects_are_given_where_a_result_is_missing_and_the_sentence_counts_the_trials():
    plan = plan_of({"learning_rate": RATES})
    run = run_of(*(outcome(row, 0.5) for row in (0, 1, 2, 4)), outcome(5, 1.0, diverged=True))
    found, sentence = results.what_matters(plan, run, ACCURACY)
    assert found == []
    assert sentence == "No effects can be given: of 3 trials, 1 not complete, 1 diverged."
    run.outcomes[3] = Outcome(3, (), "It failed.")
    told = results.what_matters(plan, run, ACCURACY)
    assert told == ([], "No effects can be given: of 3 trials, 1 failed, 1 diverged.")


def test_one_trial_has_nothing_to_be_compared_with():
    plan = plan_of({"learning_rate": Values((0.1,))})
    assert results.what_matters(plan, ended([0.1, 0.2]), ACCURACY) == ([], "There is nothing to compare.")
