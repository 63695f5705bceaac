"""The answers of the sweeps: of the published questions, and of results made up."""

from types import SimpleNamespace

import numpy as np
import pytest
from answering import swept, values_of

from data import load_dataset
from lab.published.search import plan_of
from lab.questions import sweep_answers
from lab.questions.answer import Unanswered
from lab.questions.search import SWEEPS
from mlp import train_many
from mlp.config import seeds_of
from mlp.execution import Outcome

RATE, DEPTH, APART, SEARCH = SWEEPS
KEPT = {  # examples right of 165 by the five seeds of each trial, trained by this engine in November 2026
    DEPTH.key: (
        "91 90 90 90 89, 145 139 133 146 136, 157 152 155 156 155, 88 91 86 89 91, 161 162 158 161 161, "
        "164 162 161 161 159, 95 89 94 91 97, 160 162 162 159 162, 161 162 164 161 163"
    ),
    SEARCH.key: (
        "163 163 163 164 162, 54 85 83 69 65, 103 103 62 62 62, 62 103 62 62 62, 162 163 164 163 162, "
        "84 53 56 133 84, 91 115 120 91 70, 164 117 162 163 161, 53 84 83 69 67, 161 164 162 162 163, "
        "62 62 62 62 62, 162 161 163 163 163, 162 163 164 163 162, 158 162 161 164 161, 165 118 163 163 162, "
        "124 162 62 62 61, 164 164 162 163 164, 165 147 164 163 161, 131 113 62 162 163, 134 40 98 119 120, "
        "163 163 164 163 163, 96 59 55 137 99, 143 114 91 159 146, 160 158 121 162 163, 163 162 162 163 163, "
        "159 161 162 164 157, 162 163 164 164 162, 162 162 163 162 163, 91 109 62 62 62, 160 162 162 117 162"
        ", 163 161 164 164 162, 103 103 62 62 62, 163 163 164 164 163, 163 163 163 163 162"
        ", 160 159 162 162 163, 119 77 69 151 123, 103 103 62 62 62, 103 103 62 62 62, 62 103 62 103 62"
        ", 103 103 62 62 62"
    ),
}
T = 2.776  # Student's quantile of 97.5% with 4 degrees of freedom


def plan(question, **changed):
    return plan_of(tuple(sorted((values_of("sweeps", question) | changed).items())))


def answered(question, results=None, error="", **changed):
    """The answer from a sweep run to its end, or from `results` (n_trials, n_seeds): -inf has diverged."""

    def made_up(asked):
        outcomes = {
            row: Outcome(row, (SimpleNamespace(valid_accuracy=value, diverged=value == -np.inf, epoch=3),))
            for row, value in enumerate(np.ravel(results).tolist())
        }
        if error:
            outcomes[1] = Outcome(1, (), error)
        assert len(outcomes) == len(asked.experiments())
        return SimpleNamespace(outcomes=outcomes)

    source = SimpleNamespace(sweep=swept if results is None else made_up, dataset=load_dataset)
    answer = question.answer(values_of("sweeps", question) | changed, source)
    return answer.sentence, question.choices[answer.right]


def finals(question):
    """The accuracies of a sweep, in the order of its trials, and {field: value} of each trial."""
    asked = plan(question)
    settings = [dict(trial.settings) for trial in asked.sweep.trials]
    if question.key in KEPT:
        return np.array([row.split() for row in KEPT[question.key].split(", ")], float) / 165, settings
    outcomes = swept(asked).outcomes
    values = np.array([outcomes[row].records[-1].valid_accuracy for row in range(len(outcomes))])
    return values.reshape(-1, 5), settings


@pytest.mark.parametrize(("question", "number"), [(DEPTH, 2), (SEARCH, 25)], ids=["depth", "search"])
def test_a_trial_of_the_kept_results_comes_out_the_same_again(question, number):
    asked = plan(question)
    trial = asked.sweep.trials[number]
    *_, records = train_many(seeds_of(trial.config, 5), load_dataset(trial.data))
    assert [record.valid_accuracy for record in records] == pytest.approx(finals(question)[0][number])


def told_apart(results):
    """Whether Student's interval of the mean difference from the best mean lies above 0, of each trial."""
    gaps = results[results.mean(axis=1).argmax()] - results
    return gaps.mean(axis=1) > T * gaps.std(axis=1, ddof=1) / np.sqrt(5)


@pytest.mark.slow
def test_the_largest_rate_that_five_seeds_cannot_tell_from_the_best():
    sentence, choice = answered(RATE)
    results, settings = finals(RATE)
    rates = np.array([one["learning_rate"] for one in settings])
    near = ~told_apart(results)
    assert choice == f"{rates[near].max():g}" == "1"
    medians = np.median(results, axis=1)
    low, high = medians[near & (rates == 1)].min(), medians[near & (rates == 1)].max()
    assert f"At η = 1, {(near & (rates == 1)).sum()} of 4 trials cannot" in sentence
    assert f"(medians from {low:.1%} to {high:.1%})" in sentence
    assert (
        f"{results.mean(axis=1).max():.1%}, is at η = {rates[results.mean(axis=1).argmax()]:g}." in sentence
    )
    y = load_dataset(plan(RATE).base.data).y_valid
    assert f"At η = 3, none of 4 trials is that close (median {medians[-1]:.1%}); always" in sentence
    assert f"gets {max(np.mean(y), 1 - np.mean(y)):.1%}" in sentence


@pytest.mark.parametrize(
    ("rows", "choice", "words"),
    [  # of the six rates: accuracies of the five seeds, the same for all four penalties
        ([[0.9] * 5] * 6, "3", "η = 0.01, 0.03, 0.1, 0.3, 1 and 3. At η = 3, 4 of 4 trials"),
        (
            [[0.9] * 5] * 2 + [[0.8] * 4 + [0.81]] * 4,
            "0.1 or less",
            "none of 4 trials is that close (median 80.0%)",
        ),
        ([[0.9] * 5] * 4 + [[-np.inf] * 5] * 2, "0.3", "(4 trials without a median, because runs diverged)"),
        ([[0.9] * 5] * 5 + [[0.9] * 3 + [-np.inf] * 2], "1", "that close (median 90.0%)"),
    ],
)
def test_ties_and_diverged_runs_among_the_rates(rows, choice, words):
    sentence, found = answered(RATE, np.repeat(rows, 4, axis=0))
    assert found == choice
    assert words in sentence


def test_what_shows_nothing_has_no_answer_but_a_sentence():
    with pytest.raises(Unanswered, match=r"^1 of 120 trainings failed"):
        answered(RATE, np.full((24, 5), 0.9), error="out of memory")
    with pytest.raises(Unanswered, match="no best one"):
        answered(RATE, np.full((24, 5), -np.inf))
    for question, n in ((DEPTH, 9), (APART, 12)):
        with pytest.raises(Unanswered, match=r"^Nothing differs"):
            answered(question, np.full((n, 5), 0.9))
        with pytest.raises(Unanswered, match="diverged, so there is nothing to compare"):
            answered(question, np.full((n, 5), -np.inf))
    with pytest.raises(Unanswered, match="No trial has a median"):
        answered(SEARCH, np.full((40, 5), -np.inf))


def test_one_seed_tells_no_difference_from_luck(monkeypatch):
    monkeypatch.setattr(sweep_answers, "plan_of", lambda values: plan_of(values)._replace(n_seeds=1))
    for question, n in ((RATE, 24), (DEPTH, 9), (APART, 12), (SEARCH, 40)):
        with pytest.raises(Unanswered, match=r"^One seed cannot tell a difference from luck"):
            answered(question, np.linspace(0.5, 0.9, n))


def shares(table):
    """The parts of the sum of squares of (3, 3) results that rows alone and columns alone explain."""
    gaps = [3 * np.square(table.mean(axis=axis) - table.mean()).sum() for axis in (1, 0)]
    return np.array(gaps) / np.square(table - table.mean()).sum()


def test_whether_layers_or_optimizers_explain_more():
    results, settings = finals(DEPTH)
    sentence, choice = answered(DEPTH, results)
    assert [one["optimizer"] for one in settings] == ["sgd", "momentum", "adam"] * 3
    cube = results.reshape(3, 3, 5)
    by_seed = np.array([shares(cube[..., seed]) for seed in range(5)])
    lead = by_seed[:, 1] - by_seed[:, 0]
    assert lead.mean() > T * lead.std(ddof=1) / np.sqrt(5)
    assert choice == "The optimizer"
    layers, optimizer = shares(cube.mean(axis=2))
    assert f"optimizer explains {optimizer:.0%} of" in sentence
    assert f"the layers {layers:.0%}." in sentence
    assert f"the optimizer explains more on {(lead > 0).sum()} of 5" in sentence
    means = cube.mean(axis=(1, 2))
    assert (
        f"16 gets {means[0]:.1%}; 16,16 gets {means[1]:.1%}; 16,16,16 gets {means[2]:.1%} (p = " in sentence
    )


@pytest.mark.parametrize(
    ("weights", "choice", "words"),
    [
        ([0.1] * 4 + [0.11], "The layers", "Seed by seed, the layers explain more on 5 of 5."),
        ([0.1] * 4 + [0.0], "Five seeds cannot tell", "Seed by seed, the layers explain more on 4 of 5."),
        ([0.001] * 4 + [0.0011], "The optimizer", "Seed by seed, the optimizer explains more on 5 of 5."),
    ],
)
def test_a_lead_that_one_of_five_seeds_does_not_show_is_open(weights, choice, words):
    sentence, found = answered(DEPTH, made(weights))
    assert found == choice
    assert words in sentence


def test_runs_that_diverged_count_as_the_worst_result_of_the_others():
    results = made([0.1] * 4 + [0.1001])
    results[:3] = -np.inf
    sentence, choice = answered(DEPTH, results)
    assert choice == "The layers"
    assert "16 gets 60.0%; 16,16 gets 61.0%; 16,16,16 gets 71.0%" in sentence


def made(weights):
    """Results (9, 5): a layer more adds the seed's weight, the next optimizer a hundredth."""
    layers, optimizers = np.divmod(np.arange(9), 3)
    return 0.5 + np.outer(layers, weights) + 0.01 * optimizers[:, np.newaxis]


def test_which_field_five_seeds_show_to_matter():
    sentence, choice = answered(APART)
    results, settings = finals(APART)
    cube = results.reshape(4, 3, 5)
    assert [one["initializer"] for one in settings[:3]] == ["glorot_uniform", "he_normal", "orthogonal"]
    order = {}
    for axis, n in ((1, 4), (0, 3)):
        ranks = cube.mean(axis=axis).argsort(axis=0).argsort(axis=0)
        found = np.square(ranks.mean(axis=1) - ranks.mean()).sum()
        rng = np.random.default_rng(1)
        chance = [
            np.square(np.mean([rng.permutation(n) for _ in range(5)], axis=0) - (n - 1) / 2).sum()
            for _ in range(2000)
        ]
        order[n] = np.mean(np.array(chance) >= found - 1e-9)
    assert order[4] < 0.05 < order[3]
    assert choice == "The activation alone"
    assert "initializer, p = " in sentence
    assert ", not distinguishable. " in sentence


@pytest.mark.parametrize(
    ("activation", "initializer", "choice"),
    [
        (0.1, 0.03, "Both"),
        (0.1, 0.0, "The activation alone"),
        (0.0, 0.1, "The initializer alone"),
        (0, 0, "Neither"),
    ],
)
def test_a_field_matters_where_all_seeds_agree_on_it(activation, initializer, choice):
    rng = np.random.default_rng(3)
    results = np.full((4, 3, 5), 0.5) + rng.normal(0, 0.001, (4, 3, 5))
    results += activation * np.arange(4)[:, np.newaxis, np.newaxis]
    results += initializer * np.arange(3)[:, np.newaxis]
    assert answered(APART, results)[1] == choice


def test_how_many_draws_are_enough():
    results, _ = finals(SEARCH)
    sentence, choice = answered(SEARCH, results)
    medians = np.median(results, axis=1)
    near = medians >= medians.max() - 0.01 - 1e-9
    assert sentence.startswith(f"{near.sum()} of the 40 medians are within one percentage point")
    k = int(sentence.partition("among the first ")[2].partition(".")[0])
    rng = np.random.default_rng(0)
    first = np.array([rng.permutation(near).argmax() + 1 for _ in range(10_000)])
    share = {n: (first <= n).mean() for n in (k - 1, k)}
    assert share[k - 1] < 0.955
    assert share[k] > 0.945
    assert choice == ("Up to 10" if k <= 10 else "11 to 20" if k <= 20 else "More than 20") == "Up to 10"


@pytest.mark.parametrize(
    ("n_near", "k", "choice", "words"),
    [
        (1, 38, "More than 20", "1 of the 40 medians is within one percentage point of the best, 90.0%. "),
        (2, 31, "More than 20", "one of the 2 is among the first 31."),
        (5, 18, "11 to 20", "one of the 5 is among the first 18."),
        (40, 1, "Up to 10", "one of the 40 is among the first 1."),
    ],
)
def test_the_fewer_draws_are_near_the_best_the_more_it_takes(n_near, k, choice, words):
    results = np.full((40, 5), -np.inf)
    results[:n_near] = 0.9
    sentence, found = answered(SEARCH, results)
    assert found == choice
    assert words in sentence
    orders = np.prod([(40 - n_near - i) / (40 - i) for i in range(k)])
    before = np.prod([(40 - n_near - i) / (40 - i) for i in range(k - 1)])
    assert orders <= 0.05 < before
