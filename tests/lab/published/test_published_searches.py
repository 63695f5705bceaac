"""The published searches as presets: what they train, which sizes a budget refuses, missing data."""

from dataclasses import replace

import pytest

from data import DataConfig
from lab.published import search as searches
from lab.published.systems import SEARCHES
from lab.questions import search as questions

BY_NAME = {(one.key, one.form): one for one in SEARCHES}
PUBLISHED = {one.key: one for one in SEARCHES if one.form in (searches.AS_PUBLISHED, "as written")}
SIZES = ("a_sizes", "a_widths")


def configs(key, form=searches.AS_PUBLISHED):
    return [trial.config for trial in searches.plan(BY_NAME[key, form]).sweep.trials]


def test_every_search_has_two_forms_with_names_of_their_own_and_the_same_conclusion():
    assert len(BY_NAME) == len(SEARCHES) == 2 * len(PUBLISHED)
    assert len({one.question for one in SEARCHES}) == len(SEARCHES)
    for one in SEARCHES:
        assert one.claim == PUBLISHED[one.key].claim
        assert one.question[0] == one.key[0].upper()
        assert one.question.endswith(f", {one.form}")


@pytest.mark.parametrize("search", SEARCHES, ids=lambda one: one.question)
def test_a_search_is_recognized_by_its_trials_whatever_its_seeds(search):
    plan = searches.plan(search)
    assert searches.matching(plan._replace(n_seeds=9), SEARCHES) is search
    other = replace(plan.base.data, seed=1)
    trials = tuple(trial._replace(data=other) for trial in plan.sweep.trials)
    assert searches.matching(plan._replace(sweep=plan.sweep._replace(trials=trials)), SEARCHES) is None


@pytest.mark.parametrize("key", [key for key in PUBLISHED if key.startswith("a_")])
def test_as_published_a_divides_twice_and_does_not_shuffle_and_repaired_it_divides_once(key):
    for form, scaling in ((searches.AS_PUBLISHED, "unit_twice"), (searches.REPAIRED, "unit")):
        plan = searches.plan(BY_NAME[key, form])
        assert {(trial.data.name, trial.data.scaling) for trial in plan.sweep.trials} == {("mnist", scaling)}
        assert {trial.config.shuffle for trial in plan.sweep.trials} == {False}
    split = searches.plan(BY_NAME[key, searches.AS_PUBLISHED]).base.data.split
    assert split == "50000/10000/10000"
    assert searches.plan(BY_NAME[key, searches.AS_PUBLISHED]).n_seeds == 2
    assert searches.plan(BY_NAME[key, searches.REPAIRED]).n_seeds == 5


@pytest.mark.parametrize("form", [searches.AS_PUBLISHED, searches.REPAIRED])
def test_a_varies_one_field_of_the_network_that_it_varied(form):
    batch, rate = configs("a_batch_size", form), configs("a_learning_rate", form)
    assert [(c.batch_size, c.learning_rate) for c in batch] == [(b, 0.1) for b in (50, 100, 150, 500)]
    assert [(c.batch_size, c.learning_rate) for c in rate] == [(50, r) for r in (0.1, 0.01, 0.001)]
    epochs = configs("a_epochs", form)
    assert [(c.epochs, c.batch_size, c.learning_rate) for c in epochs] == [
        (n, 50, 0.1) for n in (30, 50, 80, 100)
    ]
    assert {c.hidden_layer_sizes for c in batch + rate + epochs} == {(500, 300)}


def test_b_draws_both_fields_and_never_the_units():
    written, repaired = (configs("b_random", form) for form in ("as written", searches.REPAIRED))
    assert len(written) == 100
    assert {c.hidden_layer_sizes for c in written + repaired} == {(512, 512)}
    # averaged twice over batches of 100, η is η/100; wd · W added once is the gradient of 50 wd · W² there
    for config in written:
        assert 0.01 <= 100 * config.learning_rate <= 1
        assert 1e-5 * (1 - 1e-9) <= config.l2 / 50 <= 1
    for config in repaired:
        assert 0.01 <= config.learning_rate <= 1
        assert 1e-5 * (1 - 1e-9) <= 2 * config.l2 <= 1


def test_c_has_a_grid_of_ten_penalties_and_d_two_rates_with_the_momentum_that_equals_them():
    penalties = [config.l2 for config in configs("c_penalty")]
    assert penalties == pytest.approx([10 ** (-4 + i / 10) for i in range(10)], rel=1e-5)
    assert configs("c_penalty")[0].init_seed == 111
    # η summed over a batch of 50 is 50 η of the mean; α is a share of the step and stays
    rates = [(c.learning_rate / 50, c.momentum) for c in configs("d_rates")]
    assert rates == [pytest.approx((0.01, 0.01)), pytest.approx((0.001, 0.001))]


@pytest.mark.parametrize("form", [searches.AS_PUBLISHED, searches.REPAIRED])
def test_of_the_published_sizes_those_outside_of_the_budget_are_named_with_their_number(form):
    # biases included: 785·500 + 501·200 + 201·10 and 785·1000 + 1001·300 + 301·10
    assert (785 * 500 + 501 * 200 + 201 * 10, 785 * 1000 + 1001 * 300 + 301 * 10) == (494_710, 1_088_310)
    budget, listed = "the assignment's budget of 500,000 to 1,000,000", "which is in the published list"
    told = [
        f"500-200, {listed}, has 494,710 parameters and lies below {budget}: it is not run here.",
        f"1000-300, {listed}, has 1,088,310 parameters and lies above {budget}: it is not run here.",
    ]
    for key, sentence in zip(SIZES, told, strict=True):
        search = BY_NAME[key, form]
        limits = search.changes["least"], search.changes["most"]
        plan = searches.plan(search)
        assert searches.refused_sizes(plan, limits) == sentence
        assert len(plan.sweep.refused) == 1
        assert searches.refused_sizes(plan, (0, 0)) == "", "another budget refuses none of them"
    assert {c.hidden_layer_sizes for key in SIZES for c in configs(key, form)} == {
        *((500, 300), (600, 300), (800, 200), (800, 300))
    }


def test_without_its_images_the_same_trials_run_on_mnist():
    plan = searches.plan(PUBLISHED["c_penalty"])
    other = searches.stand_in(plan)
    assert {data.name for data, _ in plan.experiments()} == {"cifar10"}
    assert [data for data, _ in other.experiments()] == [
        DataConfig(name="mnist", scaling="standard", split="40000/10000/10000")
    ] * 20
    assert other.base.data.name == "mnist"
    assert [config for _, config in other.experiments()] == [config for _, config in plan.experiments()]


def test_no_question_of_the_page_is_taken_for_a_published_search():
    for preset in questions.SWEEPS:
        assert searches.matching(searches.plan(preset), SEARCHES) is None


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        ((494_710, 494_710), ""),
        ((494_711, 0), "lies below the assignment's budget of 494,711 or more: it is not run here."),
        ((0, 494_709), "lies above the assignment's budget of 0 to 494,709: it is not run here."),
    ],
)
def test_a_size_at_a_bound_of_the_budget_is_within_it(budget, said):
    plan = searches.plan(BY_NAME["a_sizes", searches.AS_PUBLISHED])
    found = searches.refused_sizes(plan, budget)
    assert found.endswith(said)
    assert bool(found) == bool(said)
