"""What an exported script says of its final losses beside the lab's, run here without training."""

import re

import numpy as np
import pytest

from data import DataConfig
from lab.exports import formats
from lab.exports.experiment import Export
from mlp import EpochRecord, TrainConfig

RECORD = EpochRecord(**dict.fromkeys(EpochRecord._fields, 0.0))
REPRODUCED = "Reproduced: the final losses are those of the lab, within 1e-4."
ROUNDING = (
    "That need not be a mistake: sums in another order, or on another processor, round differently,",
    "and some trainings amplify that from epoch to epoch.",
)


def said(capsys, losses, diverged=False, record=RECORD, expected=None):
    """The lines that reproduce() prints for these losses of its own."""
    code = formats._reproduce(Export(DataConfig(), TrainConfig(), record, ""))
    space = {"np": np, "load_data": lambda: ((), 2), "EXPECTED": expected}
    space["train"] = lambda parts, n_classes: (losses, diverged)
    exec(code, space)
    space["reproduce"]()
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("losses", "expected", "ending"),
    [
        ({"training": 1000.05, "test": 2.0}, {"training": 1000.0, "test": 2.0}, None),
        ({"training": 1000.5, "test": 2.0}, {"training": 1000.0, "test": 2.0}, "training"),
        ({"training": 1.0, "test": 0.0010002}, {"training": 1.00005, "test": 0.001}, "test"),
        ({"training": 1.0, "test": 0.00099991}, {"training": 1.00005, "test": 0.001}, None),
        ({"training": 5e-5, "test": 1.0}, {"training": 0.0, "test": 1.0}, None),
        ({"training": 2e-4, "test": 1.0}, {"training": 0.0, "test": 1.0}, "training"),
        ({"training": 0.5, "test": np.nan}, {"training": 0.5}, None),  # what the lab had no number for
        ({"training": 0.5}, {"training": 0.5, "test": 0.2}, None),  # as with a file without test examples
        ({"training": 0.6}, {"training": 0.5, "test": 0.2}, "training"),
    ],
)
def test_losses_are_compared_relative_to_the_labs_and_the_one_furthest_off_is_told(
    capsys, losses, expected, ending
):
    lines = said(capsys, losses, expected=expected)
    final, lines = lines[: len(losses)], lines[len(losses) :]
    assert final == [f"final {split} loss: {value:.8g}" for split, value in losses.items()]
    if ending is None:
        assert lines == [REPRODUCED]
    else:
        ours, labs = losses[ending], expected[ending]
        told = f"The gradients are right, but the {ending} loss ends at {ours:.8g}; "
        assert lines == [f"{told}in the lab it was {labs:.8g}.", *ROUNDING]


def test_the_same_losses_do_not_count_if_the_training_diverges_here(capsys):
    lines = said(capsys, {"training": 0.5}, True, expected={"training": 0.5})
    assert lines[1:] == [
        "The gradients are right, but the training loss ends at 0.5; in the lab it was 0.5.",
        *ROUNDING,
    ]


def test_a_training_that_diverged_in_the_lab_is_reproduced_by_one_that_diverges(capsys):
    lost = RECORD._replace(diverged=True)
    assert said(capsys, {"training": np.nan}, True, lost)[1:] == [
        "Reproduced: it diverges, as it did in the lab."
    ]
    assert said(capsys, {"training": 0.123456789}, False, lost) == [
        "final training loss: 0.12345679",
        "The gradients are right, but in the lab this training diverged, and here it does not.",
        *ROUNDING,
    ]


@pytest.mark.parametrize(
    ("record", "compares"),
    [
        (None, False),
        (RECORD, True),
        (RECORD._replace(train_loss=np.nan, valid_loss=np.nan, test_loss=np.nan), False),
    ],
)
def test_a_program_promises_a_comparison_only_if_it_makes_one(record, compares):
    export = Export(DataConfig(), TrainConfig(), record, "")
    for write in (formats.script, formats.notebook, formats.homework):
        text = write(export)
        assert bool(re.search("compares? (the final losses )?with", text)) == compares
        assert ("print(ROUNDING)" in text) == compares
        assert bool(re.search("prints? the final losses", text)) != compares


def test_a_program_whose_training_diverged_in_the_lab_promises_no_losses_to_compare():
    export = Export(DataConfig(), TrainConfig(), RECORD._replace(diverged=True), "")
    assert "says whether it diverges, as it did in the lab." in formats.script(export)
    for write in (formats.script, formats.notebook, formats.homework):
        assert not re.search("(compare|print)s? the final losses", write(export))


def test_without_a_result_only_the_losses_are_printed(capsys):
    assert said(capsys, {"training": 0.5, "test": 0.25}, record=None) == [
        "final training loss: 0.5",
        "final test loss: 0.25",
    ]
