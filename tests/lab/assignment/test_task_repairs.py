"""Programs to repair: what makes one right, and which one a student gets."""

import numpy as np
import pytest

from lab.assignment import KINDS, Task
from lab.assignment.kinds import repairs
from lab.recall import FRAGMENTS, given
from mlp.losses import LOSSES

REPAIR = Task("repair", {"repair": True})


@pytest.mark.slow
def test_of_all_repairs_the_right_text_of_the_wrong_line_alone_is_right():
    for seed in range(5):
        asked = KINDS["repair"].ask(REPAIR, seed)
        marks = [KINDS["repair"].mark(REPAIR, seed, str(n), {}) for n in range(len(asked.choices))]
        (right,) = [n for n, mark in enumerate(marks) if mark.share == 1]
        for mark in (one for one in marks if one.share == 0):
            assert mark.reason.startswith(f"{FRAGMENTS[mark.wrong].why} The first wrong gradient")
        planted = repairs.planted(REPAIR, seed)
        assert planted.written("tanh") in asked.code
        line = next(
            n
            for n, text in enumerate(asked.code.split("\n"), 1)
            if text.endswith(f" {planted.written('tanh')}")
        )
        assert asked.choices[right].startswith(f"Line {line}: ")


def test_the_prompt_says_whether_the_gradient_of_the_loss_has_the_mean_in_it_already():
    said = "`loss_gradient` returns one row per example: the gradient of that example's own loss with"
    assert said in KINDS["repair"].ask(REPAIR, 7).prompt
    own, h = repairs.problem(7), 1e-6
    variables = given(own.config, own.params, own.X, own.y, 0.1)
    logits, T = variables.pre_activations[-1], variables.T
    returned = variables.loss_gradient(logits, T)
    assert len(logits) == 5
    for (n, k), value in np.ndenumerate(returned):
        losses = [LOSSES[own.loss](logits[n] + d * np.eye(3)[k], T[n])[()] for d in (h, -h)]
        assert value == pytest.approx((losses[0] - losses[1]) / (2 * h), rel=1e-6)


def test_programs_to_repair_of_assignments_built_before_stay_as_they_were_handed_out():
    """Their `number` draws each program anew, so two may be equal; a `program` is one of a shuffle."""
    planted = ["reversed_list", "no_mean", "columns", "no_mean", "stops_early", "over_units", "layer_below"]
    for number, key in enumerate(planted):
        subject = REPAIR.subject | ({"number": number} if number else {})
        assert repairs.planted(Task("repair", subject), 7).key == key
    assert repairs.planted(Task("repair", REPAIR.subject | {"program": 0}), 7).key == "reversed_list"
