"""What the scatter over the seeds alone would give, as ticks and in words."""

import math

import numpy as np
import pytest
from swept import TWO, ended, plan_of

from lab.links.sweep_plan import RANDOM
from lab.sweeps import scatter, sentences
from lab.sweeps.what_matters import analysis
from mlp.sweep import Values

ACCURACY, RATES = "validation accuracy", {"learning_rate": Values((0.1, 1.0))}
# Two cells of two seeds with the means 2 and 3, so the observed sum of squares is 1/2. Without the means of
# cells and seeds ±1 is left four times, on one degree of freedom: the variance is 4, that of a mean is 2, and
# 2 is also what a field of two values would give on average: four times 1/2.
SCATTERED = np.array([[0.0, 4.0], [3.0, 3.0]]) / 4


def test_a_single_field_has_no_tick_and_a_scatter_larger_than_its_differences_is_told():
    found = analysis(plan_of(RATES), ended(SCATTERED.ravel()), ACCURACY)
    (effect,) = found.effects
    assert (effect.share, effect.noise) == pytest.approx((1.0, 4.0))
    assert math.isnan(scatter.tick(effect, found))
    told = sentences.how_to_read(found)
    assert "Orange" not in told
    assert (
        "The scatter over the seeds alone would give on average 4 times the observed differences (sums of "
        "squares), if it were the same in all trials."
    ) in told
    clear = analysis(plan_of(RATES), ended([0.1, 0.11, 0.9, 0.92]), ACCURACY)
    assert math.isnan(scatter.tick(clear.effects[0], clear))
    assert "The scatter over the seeds alone" not in sentences.how_to_read(clear)


def test_of_several_fields_no_tick_lies_beyond_all_differences_and_the_words_say_of_which():
    axes = {"learning_rate": Values((0.1, 1.0)), "activation": Values(("relu", "tanh"))}
    # the two cells twice: ±1 eight times on three degrees of freedom, so a mean's variance is 4/3, which is
    # also what each effect of one degree of freedom would give; the observed sum of squares is 1
    found = analysis(plan_of(axes), ended(np.tile(SCATTERED, (2, 1)).ravel()), ACCURACY)
    assert [effect.noise for effect in found.effects] == pytest.approx([4 / 3] * 3)
    assert all(math.isnan(scatter.tick(effect, found)) for effect in found.effects)
    told = sentences.how_to_read(found)
    assert "Orange ticks: what an effect that does nothing would give on average because of" in told
    assert "more than all observed differences: activation, 1.33 times as much; " in told
    assert "learning_rate × activation, 1.33 times as much" in told


def test_ticks_within_the_differences_are_drawn_where_they_are_and_the_words_name_none():
    found = analysis(plan_of(TWO), ended(np.repeat([1, 2, 3, 5, 6, 7], 2) / 8), ACCURACY)
    drawn = [effect._replace(noise=0.25) for effect in found.effects]
    assert [scatter.tick(effect, found) for effect in drawn] == [0.25] * 3
    assert "No tick" not in scatter.in_words(found._replace(effects=drawn))
    one = [drawn[0]._replace(noise=1234.5)]
    assert "learning_rate, 1,234 times as much." in scatter.in_words(found._replace(effects=one))


def test_a_single_field_of_a_random_search_keeps_its_tick():
    chosen = [{"learning_rate": rate} for rate in (0.1, 0.2, 0.3, 0.5, 0.7, 1.0)]
    plan = plan_of({"learning_rate": None}, 1, chosen)._replace(design=RANDOM)
    found = analysis(plan, ended([0, 1, 2, 3, 4, 5]), ACCURACY)
    # five bins of six trials: shuffled results give (5 - 1)/(6 - 1) on average
    assert scatter.tick(found.effects[0], found) == pytest.approx(4 / 5)
