"""Learning-rate schedules at chosen steps, worked out by hand."""

import math

import numpy as np
import pytest

from mlp import SCHEDULES, TrainConfig, train

# η = 0.8, η_min = 0.2, 8 epochs of 5 steps, half-cycles of 4 steps: (step, rate)
CONTEXT = {"learning_rate_min": 0.2, "cycle_steps": 4, "epochs": 8, "steps_per_epoch": 5}
WORKED_OUT = {
    "constant": [(0, 0.8), (39, 0.8)],
    "inverse_epoch": [(4, 0.8), (5, 0.8 / 1.5), (39, 0.8 / 4.5)],  # of the epochs 0, 1 and 7
    "step": [(19, 0.8), (20, 0.08), (29, 0.08), (30, 0.008)],
    "cosine": [(0, 0.8), (10, 0.5 + 0.3 * math.sqrt(0.5)), (30, 0.5 - 0.3 * math.sqrt(0.5)), (40, 0.2)],
    "triangular": [(0, 0.2), (1, 0.35), (4, 0.8), (7, 0.35), (8, 0.2), (39, 0.35)],
    "sawtooth": [(0, 0.2), (1, 0.35), (4, 0.8), (7, 0.35), (8, 0.8), (11, 0.35), (12, 0.8), (39, 0.35)],
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


def test_the_sawtooth_is_the_triangle_until_its_top_and_then_falls_again_and_again():
    published, slipped = (
        SCHEDULES[name](0.8, np.arange(40), **CONTEXT) for name in ("triangular", "sawtooth")
    )
    np.testing.assert_array_equal(slipped[:9] == published[:9], [True] * 8 + [False])
    for t in range(40):  # the published line, one step at a time
        through = t / 4 - int(t / 4)
        height = through if int(t / 4) * 2 == 0 else 1 - through
        assert slipped[t] == pytest.approx(0.2 + 0.6 * height, rel=1e-12), t
    jumps = np.flatnonzero(np.diff(slipped[4:]) > 0) + 5
    assert jumps.tolist() == list(range(8, 40, 4))
    np.testing.assert_allclose(slipped[jumps], 0.8, rtol=1e-12)


@pytest.mark.parametrize("name", list(SCHEDULES))
def test_arrays_of_steps_and_rates_give_a_table(name):
    rates, steps = np.array([0.8, 0.4, 0.25]), np.arange(12)[:, np.newaxis]
    table = np.broadcast_to(SCHEDULES[name](rates, steps, **CONTEXT), (12, 3))
    for at in np.ndindex(12, 3):
        alone = SCHEDULES[name](float(rates[at[1]]), at[0], **CONTEXT)
        assert table[at] == pytest.approx(float(alone), rel=1e-15)


@pytest.mark.parametrize("name", list(SCHEDULES))
def test_records_hold_the_rate_of_the_last_step_of_their_epoch(name, blobs):
    context = {"learning_rate_min": 0.2, "cycle_steps": 4, "epochs": 4}
    config = TrainConfig(schedule=name, learning_rate=0.8, batch_size=16, **context)  # 3 steps an epoch
    steps = [0, 2, 5, 8, 11]  # the untrained network shows the rate of the first step to come
    expected = [float(SCHEDULES[name](0.8, step, **context, steps_per_epoch=3)) for step in steps]
    assert [record.learning_rate for record in train(config, blobs)] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum"])
def test_the_weights_move_at_the_scheduled_rate(optimizer, blobs):
    # so small a rate that a step hardly changes the next one's gradient: without momentum, steps are as rates
    def displacements(schedule):
        config = TrainConfig(
            schedule=schedule,
            hidden_layer_sizes=(),
            optimizer=optimizer,
            momentum=0.0,
            learning_rate=1e-3,
            learning_rate_min=2.5e-4,
            cycle_steps=4,
            batch_size=0,
            epochs=2,
            dtype="float64",
        )
        return np.diff([record.params[0].W for record in train(config, blobs)], axis=0)

    ratios = np.array([1 / 4, 7 / 16])[:, np.newaxis, np.newaxis]
    np.testing.assert_allclose(displacements("triangular"), ratios * displacements("constant"), rtol=0.01)


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
