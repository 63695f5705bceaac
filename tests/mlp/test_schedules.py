"""Learning-rate schedules at chosen steps, worked out by hand."""

import math

import numpy as np
import pytest

from mlp import SCHEDULES, TrainConfig, train

# η = 0.8, η_min = 0.2, 8 epochs of 5 steps, half-cycles of 4 steps: (step, rate)
CONTEXT = {"learning_rate_min": 0.2, "cycle_steps": 4, "epochs": 8, "steps_per_epoch": 5}
WORKED_OUT = {
    "constant": [(0, 0.8), (1, 0.8), (39, 0.8)],
    "inverse_epoch": [
        (0, 0.8),
        (4, 0.8),  # the last step of epoch 0
        (5, 0.8 / 1.5),  # epoch 1: 1 + 4/8
        (14, 0.8 / 2),
        (20, 0.8 / 3),
        (39, 0.8 / 4.5),  # epoch 7
    ],
    "step": [(0, 0.8), (19, 0.8), (20, 0.08), (29, 0.08), (30, 0.008), (39, 0.008)],
    "cosine": [
        (0, 0.8),
        (10, 0.5 + 0.3 * math.sqrt(0.5)),  # a quarter of the way: cos(π/4)
        (20, 0.5),
        (30, 0.5 - 0.3 * math.sqrt(0.5)),
        (39, 0.2 + 0.3 * (1 + math.cos(math.pi * 39 / 40))),
        (40, 0.2),
    ],
    "triangular": [
        (0, 0.2),
        (1, 0.35),
        (2, 0.5),
        (4, 0.8),
        (5, 0.65),
        (7, 0.35),
        (8, 0.2),
        (12, 0.8),
        (39, 0.35),
    ],
}


@pytest.mark.parametrize("name", list(SCHEDULES))
def test_rates_at_chosen_steps(name):
    assert name in WORKED_OUT, f"give this test values of {name}"
    for step, rate in WORKED_OUT[name]:
        assert SCHEDULES[name](0.8, step, **CONTEXT) == pytest.approx(rate, rel=1e-12), step


def test_drops_fall_on_the_first_epoch_past_a_half_and_three_quarters():
    # 5 epochs: ½E = 2.5 and ¾E = 3.75, so the rate drops at the epochs 3 and 4
    context = CONTEXT | {"epochs": 5, "steps_per_epoch": 1}
    rates = [float(SCHEDULES["step"](1.0, epoch, **context)) for epoch in range(5)]
    assert rates == pytest.approx([1, 1, 1, 0.1, 0.01])


@pytest.mark.parametrize("name", list(SCHEDULES))
def test_arrays_of_steps_and_rates_give_a_table(name):
    rates, steps = np.array([0.8, 0.4, 0.25]), np.arange(12)[:, np.newaxis]
    table = np.broadcast_to(SCHEDULES[name](rates, steps, **CONTEXT), (12, 3))
    for at in np.ndindex(12, 3):
        alone = SCHEDULES[name](float(rates[at[1]]), at[0], **CONTEXT)
        assert table[at] == pytest.approx(float(alone), rel=1e-15)


# The rate at the end of the epochs 1 to 4 of a training with η = 0.8, η_min = 0.2 and 3 steps an
# epoch (48 examples, batches of 16): the rate of the steps 2, 5, 8 and 11. Half-cycles of 4 steps.
RECORDED = {
    "constant": [0.8, 0.8, 0.8, 0.8],
    "inverse_epoch": [0.8, 0.4, 0.8 / 3, 0.2],
    "step": [0.8, 0.8, 0.08, 0.008],
    "cosine": [
        0.5 + 0.3 * math.cos(math.pi / 6),
        0.5 + 0.3 * math.cos(5 * math.pi / 12),
        0.5 + 0.3 * math.cos(2 * math.pi / 3),
        0.5 + 0.3 * math.cos(11 * math.pi / 12),
    ],
    "triangular": [0.5, 0.65, 0.2, 0.65],
}


@pytest.mark.parametrize("name", list(SCHEDULES))
def test_records_hold_the_rate_of_the_last_step_of_their_epoch(name, blobs):
    config = TrainConfig(
        schedule=name, learning_rate=0.8, learning_rate_min=0.2, cycle_steps=4, batch_size=16, epochs=4
    )
    records = list(train(config, blobs))
    assert name in RECORDED, f"give this test values of {name}"
    assert [r.learning_rate for r in records[1:]] == pytest.approx(RECORDED[name], rel=1e-12)
    # the untrained network shows the rate of the first step to come
    assert records[0].learning_rate == pytest.approx(0.2 if name == "triangular" else 0.8)


@pytest.mark.parametrize("name", list(SCHEDULES))
def test_the_weights_move_at_the_scheduled_rate(name, blobs):
    # One step from the same weights: with sgd the displacement is η times the gradient, so the
    # ratio of two displacements is the ratio of the two rates at step 0 and at step 1.
    def displacements(schedule):
        config = TrainConfig(
            schedule=schedule,
            hidden_layer_sizes=(),
            learning_rate=1e-3,
            learning_rate_min=2.5e-4,
            cycle_steps=4,
            batch_size=0,
            shuffle=False,
            epochs=2,
            dtype="float64",
        )
        W = [record.params[0].W for record in train(config, blobs)]
        return W[1] - W[0], W[2] - W[1]

    context = {"learning_rate_min": 2.5e-4, "cycle_steps": 4, "epochs": 2, "steps_per_epoch": 1}
    for step, (moved, reference) in enumerate(
        zip(displacements(name), displacements("constant"), strict=True)
    ):
        ratio = SCHEDULES[name](1e-3, step, **context) / 1e-3
        # so small a rate that the first step hardly changes the second's gradient
        np.testing.assert_allclose(moved, ratio * reference, rtol=0.01, atol=1e-9)


def test_the_schedules_that_depend_on_the_number_of_epochs_are_those_listed():
    def moves(name):
        longer = CONTEXT | {"epochs": 16}
        steps = np.arange(40)
        return not np.array_equal(
            SCHEDULES[name](0.8, steps, **CONTEXT), SCHEDULES[name](0.8, steps, **longer)
        )

    assert {name for name in SCHEDULES if moves(name)} == {
        name for name, entry in SCHEDULES.items() if entry.depends_on_epochs
    }
