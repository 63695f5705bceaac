"""Compare: which values become panels, the sentence where they cannot, and a panel's row of figures."""

from types import SimpleNamespace

import numpy as np
import pytest
from linear import points_dataset

from data import DataConfig
from lab.links import compared
from lab.links.experiment import Experiment, Setup
from lab.links.fields import FIELDS, example_values
from mlp import EpochRecord, TrainConfig
from ui.decision_boundary import compare

SETUP = Setup(Experiment(DataConfig(), TrainConfig()), 2)
SIZES = "hidden_layer_sizes"


def variants(field, text):
    return compare.variants(SETUP, field, text)


@pytest.mark.parametrize("n", [2, 6])
def test_two_to_six_values_have_a_panel_each_in_their_order(n):
    panels = variants(SIZES, " / ".join(map(str, range(3, 3 + n))) + " /")
    assert [text for text, _ in panels] == [str(k) for k in range(3, 3 + n)]
    for k, (_, setup) in enumerate(panels):
        assert setup.n_seeds == 2
        assert setup.experiment.data == DataConfig()
        assert setup.experiment.train == TrainConfig(hidden_layer_sizes=(3 + k,))


def test_every_field_can_be_compared_but_the_number_format():
    assert set(FIELDS) - set(compared.COMPARABLE) == {"dtype"}


def test_both_penalties_change_together():
    _, (text, setup) = variants("l1 and l2", "0 / 0.1")
    assert (text, setup.experiment.train) == ("0.1", TrainConfig(l1=0.1, l2=0.1))


@pytest.mark.parametrize("field", [name for name in compared.COMPARABLE if name != "split"])
def test_a_field_just_chosen_comes_with_values_that_are_different_experiments(field):
    panels = variants(field, example_values(field, 3))
    assert 2 <= len({setup for _, setup in panels}) == len(panels) <= 6


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        (SIZES, "3", "1 value is given; allowed: 2 to 6"),
        (SIZES, None, "0 values"),
        (SIZES, "///", "0 values"),
        (SIZES, "1/2/3/4/5/6/7", "7 values are given; allowed: 2 to 6"),
        (SIZES, "3 / 3", "Only 1 value is given"),
        (SIZES, "3 / eight", "hidden_layer_sizes is 'eight'"),
        (SIZES, "3 / 1000000", "hidden_layer_sizes asks for"),
        ("split", "70/15/15", "split cannot be compared"),
        ("learning_rate", "0.1 / 0", "learning_rate is 0.0"),
        ("name", "circles / mnist", "name is 'mnist'"),
        ("n_samples", "100 / 7", "n_samples is 7"),
        ("l2", "0 / 0.1,0.2,0.3", "l2 is (0.1, 0.2, 0.3)"),
    ],
)
def test_values_that_cannot_be_compared_get_one_sentence(field, text, words):
    with pytest.raises(ValueError, match=r"^[^\n]*[.]$") as refused:
        variants(field, text)
    assert words in str(refused.value)


def test_a_row_has_the_median_and_the_range_of_each_split_and_the_cost_of_all_networks():
    def record(train, valid, epoch=7, diverged=False):
        figures = (0.5, train, 0.5, valid, np.nan, np.nan)
        return EpochRecord(epoch, 0.1, *figures, penalty=0.0, diverged=diverged, seconds=9.0, params=())

    # the outputs of a network that diverged are not numbers, and its accuracy is that of guessing class 0
    records = (record(0.5, 0.9), record(0.7, 0.1), record(0.1, 0.2), record(1.0, 1.0, 3, diverged=True))
    run = SimpleNamespace(
        at=lambda n: SimpleNamespace(records=records, seconds=1.25 if n == 7 else np.nan),
        configs=(TrainConfig(hidden_layer_sizes=(4,)),) * 4,
        dataset=points_dataset([(0, 0, 0)], valid=[(0, 0, k) for k in (0, 0, 0, 1, 2)], n_classes=3),
    )
    assert compare._row(run, 7, ("train", "validation", "test")) == {
        "train accuracy": "50.0% (10.0% – 70.0%)",
        "validation accuracy": "20.0% (10.0% – 90.0%)",
        "test accuracy": "–",
        "above the most common class": "no (60.0%)",  # three of the five validation labels are 0
        "diverged": "1 of 4 in epoch 3",
        "parameters": "27",  # 2·4 + 4 and 4·3 + 3
        "seconds": "1.25",
    }
    labels = {"y_train": np.array([0, 0, 0, 1]), "y_valid": np.array([], int)}
    run.dataset = run.dataset._replace(**labels)
    row = compare._row(run, 7, ("train",))
    assert row["above the most common class"] == "no (75.0%)", "by training where there is no validation"
    run.dataset = run.dataset._replace(y_train=np.array([0, 1, 2, 2]))
    assert compare._row(run, 7, ("train",))["above the most common class"] == "no (50.0%)", "it equals it"
    run.dataset = run.dataset._replace(y_train=np.array([0, 1, 2]))
    assert compare._row(run, 7, ("train",))["above the most common class"] == "yes (33.3%)"
