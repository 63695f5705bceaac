"""Conclusions that the stored trainings answer: counted from the files by hand, with and without starts."""

import csv
import re

import pytest

from lab.published import coursework_a, kept, starts, verdicts
from lab.published.conclusions import SYSTEMS
from lab.published.tables import RUNS_PATH


def rows_of(name):
    with RUNS_PATH.with_name(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def last(figure, begins, epoch):
    """A figure of all stored starts of the training whose name begins so, ascending."""
    rows = [row for row in rows_of("starts.csv") if row["experiment"].startswith(begins)]
    return sorted(float(row[figure]) for row in rows if row["epoch"] == epoch)


def decimals(sentence):
    return [float(number) for number in re.findall(r"\d\.\d+", sentence)]


@pytest.fixture
def without_stored(monkeypatch):
    monkeypatch.setattr(starts, "_rows", lambda: [])
    monkeypatch.setattr(kept, "stored", dict)


def test_batches_of_50_and_100_are_compared_after_as_many_epochs_and_after_as_many_steps():
    said = verdicts.best_batch()
    of_size = {
        size: next(
            float(row["valid_accuracy"])
            for row in rows_of("kept_searches.csv")
            if (row["search"], row["value"], row["epoch"]) == ("a_batch_size", size, "50")
        )
        for size in ("50", "100")
    }
    ends = last("valid_accuracy", "A: 500 and 300 units", "100")
    expected = [of_size["50"], of_size["100"], ends[0], ends[-1], (ends[3] + ends[4]) / 2]
    assert len(ends) == 8
    assert decimals(said) == pytest.approx(expected, abs=0.0051)
    assert "After 50 epochs" in said
    assert "plateau" not in said


def test_the_trainings_with_as_many_steps_differ_from_the_search_in_the_batch_and_the_epochs_only():
    search = next(one for one in coursework_a.SEARCHES if one.key == "a_batch_size")
    other = verdicts.SIZES_300.changes
    assert 50_000 // 50 * search.changes["epochs"] == 50_000 // other["batch_size"] * other["epochs"]
    for name in ("hidden_layer_sizes", "learning_rate", "scaling", "split", "shuffle"):
        assert search.changes[name] == other[name], name


def test_the_starts_of_100_epochs_end_as_far_apart_as_the_stored_ones():
    ends = last("valid_accuracy", "A: 500 and 200 units", "100")
    assert decimals(verdicts.best_epochs()) == pytest.approx([0.7943, ends[0], ends[-1]], abs=0.0051)
    assert f"{len(ends)} other starts" in verdicts.best_epochs()


def test_one_start_of_the_small_normal_reaches_the_published_accuracy_and_all_reach_97_percent():
    ends = last("valid_accuracy", "B: N(0, 0.001²)", "10")
    assert (len(ends), sum(end >= 0.97 for end in ends), sum(end >= 0.97375 for end in ends)) == (5, 5, 1)
    assert verdicts.small_normal() == (
        "Only from the best starts. Trained again from 5 starts, it ends between 0.9722 and 0.9753: "
        "5 reach 0.97, and 1 reaches 0.9738."
    )


def test_the_starts_that_reach_the_accuracies_of_the_slow_sigmoids_are_counted():
    training = last("train_accuracy", "D: the same, η = 0.001", "100")
    test = last("unscaled_test_accuracy", "D: the same, η = 0.001", "100")
    reach = [sum(end >= 0.855 for end in training), sum(end >= 0.91445 for end in test)]
    assert (len(training), reach) == (24, [2, 1])
    said = verdicts.slow_sigmoids()
    assert said.startswith("Only from the best starts. Of 24 starts")
    assert (
        "2 reach 0.86 in training, averaged over the epochs, and 1 reaches 0.9145 on the test images" in said
    )
    assert "ends" not in said, "the training accuracies are averages"


def test_each_conclusion_answers_every_figure_that_it_names():
    for letter, beginning in (("B", "N(0, 0.001²)"), ("D", "With η = 0.001")):
        pairs = next(system for system in SYSTEMS if system.letter == letter).judged()
        conclusion, holds = next(pair for pair in pairs if pair[0].startswith(beginning))
        named = {number for number in decimals(conclusion) if number > 0.5}
        assert named
        assert named <= set(decimals(holds))


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "Not from any start here."),
        (0.2, "Only from the best starts."),
        (0.5, "From most starts."),
        (1.0, "It holds."),
    ],
)
def test_how_often_a_conclusion_holds_depends_on_the_share_of_the_starts(share, words):
    assert verdicts._how_often(share) == words


def test_without_stored_trainings_no_figure_of_ours_is_named(without_stored):
    assert decimals(verdicts.best_batch()) == []
    assert verdicts.best_batch().startswith("Not shown: with the same epochs, batches of 50 take twice as")
    assert verdicts.best_epochs() == "One start cannot show it."
    assert verdicts.small_normal() == verdicts.slow_sigmoids() == verdicts.NOT_TRAINED
