"""Events of a training: hand-made figures give these sentences, and real trainings only what is so."""

import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from data import DataConfig, load_dataset
from lab.training_events import Event, divergences, events
from lab.training_figures import Figures, figures
from mlp import Layer, TrainConfig, loss_and_gradients, train

HALF = SimpleNamespace(y_train=np.array([0, 1] * 20))  # the most common class is one half
QUIET = {"loss": 1.0, "accuracy": 0.6, "dead": ((),), "flat": (0.0,)}
DIED = "0 for every training example."


def made(*epochs, start=0, step=1):
    """Figures by hand: of each epoch what differs from QUIET; dead units are named by layer, from 1, of 6."""
    found = []
    for place, changes in enumerate(epochs):
        one = QUIET | changes
        dead = tuple(np.isin(np.arange(1, 7), units) for units in one["dead"])
        found.append(Figures(start + step * place, one["loss"], one["accuracy"], 1.0, dead, one["flat"]))
    return found


def told(*epochs, config=None, records=(), **how):
    found = events(config or TrainConfig(), HALF, made(*epochs, **how), records)
    return [(event.epoch, event.sentence) for event in found]


def dead(*layers):
    return {"dead": layers}


ALIVE = dead(())


def test_nothing_happens_without_figures_with_one_and_where_all_stays_as_it_is():
    assert events(TrainConfig(), HALF, []) == []
    assert told({}) == told({}, {}, {}) == []


def test_a_unit_that_dies_is_named_with_its_epoch_and_told_when_it_is_no_longer_dead():
    assert told(ALIVE, dead((5,)), dead((5,))) == [
        (1, f"In epoch 1 unit 5 of layer 1 died: its output is {DIED}")
    ]
    assert told(ALIVE, dead((2, 5)), dead((2, 5)), dead((2,))) == [
        (1, f"In epoch 1 units 2 and 5 of layer 1 died: their outputs are {DIED}"),
        (3, "In epoch 3 unit 5 of layer 1 is no longer dead."),
    ]
    assert told(dead((1,)), dead((1,)), ALIVE, ALIVE) == [
        (0, f"At epoch 0 unit 1 of layer 1 is dead: its output is {DIED}"),
        (2, "In epoch 2 unit 1 of layer 1 is no longer dead."),
    ]
    assert told(dead((1, 2, 3)), dead((1, 2, 3)))[0][1].startswith(
        "At epoch 0 units 1, 2 and 3 of layer 1 are dead: their outputs are"
    )


def test_one_that_is_dead_at_a_single_epoch_is_passed_over_but_at_the_last():
    assert told(ALIVE, dead((5,)), ALIVE, dead((5,)), ALIVE) == []
    assert [epoch for epoch, _ in told(ALIVE, dead((5,)), ALIVE, dead((5,)))] == [3]
    assert [epoch for epoch, _ in told(ALIVE, dead((4,)), dead((4, 5)), dead((4,)), dead((4,)))] == [1]


def test_many_units_are_counted_and_a_whole_layer_is_the_end():
    (_, some), (_, all_) = told(ALIVE, dead((1, 2, 3, 4, 5)), dead((1, 2, 3, 4, 5, 6)))
    assert some == f"In epoch 1, 5 of 6 units of layer 1 died: their outputs are {DIED}"
    assert all_ == (
        f"In epoch 2 unit 6 of layer 1 died: its output is {DIED} No unit of the layer is left: every "
        "training example gets the same output."
    )
    ((_, at_once),) = told(dead((), ()), dead((), (1, 2, 3, 4, 5, 6)))
    assert at_once.startswith("In epoch 1 all 6 units of layer 2 died")


def test_an_activation_that_is_not_0_where_its_slope_is_speaks_of_the_slope():
    one, two = (told(ALIVE, dead(units), config=TrainConfig(activation="tanh")) for units in ((1,), (1, 2)))
    assert one[0][1] == f"In epoch 1 unit 1 of layer 1 died: the slope of its activation is {DIED}"
    assert two[0][1].endswith(f"units 1 and 2 of layer 1 died: the slopes of their activations are {DIED}")


def test_between_kept_epochs_an_event_has_the_epochs_on_both_sides():
    ((epoch, sentence),) = told(ALIVE, dead((5,)), start=10, step=4)
    assert (epoch, sentence[:34]) == (14, "Between epochs 10 and 14 unit 5 of")
    assert told({}, {"loss": 1.3}, step=2)[0][1].startswith("Between epochs 0 and 2 the training loss rose")


def losses(*values):
    return [{"loss": value} for value in values]


def test_a_rise_by_a_tenth_of_the_first_loss_is_told_and_less_is_not():
    assert told(*losses(1.0, 0.5, 0.59, 0.2)) == []
    assert told(*losses(1.0, 0.5, 0.625, 0.2)) == [
        (2, "In epoch 2 the training loss rose from 0.5 to 0.625.")
    ]
    assert told(*losses(0.01, 0.005, 0.0065))[0][0] == 2


def test_of_many_rises_the_three_largest_are_told_and_how_many_there_were():
    up_and_down = losses(1.0, 0.5, 0.7, 0.5, 0.9, 0.5, 0.8, 0.5, 0.65)
    assert told(*up_and_down) == [
        (2, "In epoch 2 the training loss rose from 0.5 to 0.7."),
        (4, "In epoch 4 the training loss rose from 0.5 to 0.9, the largest of 4 such rises."),
        (6, "In epoch 6 the training loss rose from 0.5 to 0.8."),
    ]


def test_of_rises_between_epochs_of_a_thinned_timeline_the_largest_is_that_of_the_timeline():
    up_and_down = losses(1.0, 0.5, 0.7, 0.5, 0.9, 0.5, 0.8, 0.5, 0.65)
    said = [sentence for _, sentence in told(*up_and_down, step=2) if "largest" in sentence]
    assert said == [
        "Between epochs 6 and 8 the training loss rose from 0.5 to 0.9, the largest of 4 such rises on the "
        "timeline."
    ]


WHOLE = TrainConfig(batch_size=0)
BLAMED = "The step was too large: it followed the gradient of all examples"


@pytest.mark.parametrize(
    ("config", "step", "blamed"),
    [
        (WHOLE, 1, True),
        (replace(WHOLE, batch_size=40), 1, True),
        (replace(WHOLE, batch_size=39), 1, False),
        (replace(WHOLE, optimizer="momentum"), 1, False),
        (replace(WHOLE, optimizer="adam"), 1, False),
        (replace(WHOLE, l2=0.1), 1, False),
        (WHOLE, 2, False),
    ],
)
def test_the_step_is_blamed_only_where_nothing_else_can_be(config, step, blamed):
    ((_, sentence),) = told(*losses(1.0, 1.2), config=config, step=step)
    assert (BLAMED in sentence) == blamed


def test_where_the_step_is_blamed_a_shorter_one_does_lower_the_loss():
    """Of a real training: again from the epoch before, with the same gradient and ever shorter steps."""
    data = load_dataset(DataConfig(n_samples=100))
    config = TrainConfig(batch_size=0, learning_rate=20.0, epochs=15, dtype="float64", activation="tanh")
    by_epoch = {record.epoch: record.params for record in train(config, data)}
    found = [
        event
        for event in events(config, data, figures(config, data, list(by_epoch.items())))
        if BLAMED in event.sentence
    ]
    assert found
    for event in found:
        before = by_epoch[event.epoch - 1]
        loss, gradients = loss_and_gradients(before, data.X_train, data.y_train, config)

        def after(rate, before=before, gradients=gradients):
            pairs = zip(before, gradients, strict=True)
            params = tuple(Layer(W - rate * dW, b - rate * db) for (W, b), (dW, db) in pairs)
            return loss_and_gradients(params, data.X_train, data.y_train, config)[0]

        assert f"rose from {loss:.3g} to {after(20.0):.3g}" in event.sentence
        assert min(after(20.0 / 2**k) for k in range(1, 30)) < loss < after(20.0)


def test_the_units_of_a_real_training_die_when_a_loop_over_the_examples_says_so():
    data = load_dataset(DataConfig(n_samples=100))
    config = TrainConfig(hidden_layer_sizes=(6,), batch_size=0, learning_rate=8.0, epochs=20, init_seed=1)
    epochs = [(record.epoch, record.params) for record in train(config, data)]
    silent = np.array(
        [[max(x @ W[:, j] + b[j] for x in data.X_train) <= 0 for j in range(6)] for _, ((W, b), _) in epochs]
    )
    found = {
        e.epoch: e.sentence for e in events(config, data, figures(config, data, epochs)) if " died" in e[1]
    }
    for_good = [
        int(np.flatnonzero(~of_unit)[-1]) + 1 for of_unit in silent.T if of_unit[-1] and not of_unit[0]
    ]
    assert for_good, "take another seed"
    assert set(for_good) <= found.keys()
    for epoch in for_good:
        units = np.flatnonzero(silent[epoch:].all(axis=0) & ~silent[epoch - 1]) + 1
        assert set(map(str, units)) <= set(re.findall(r"[0-9]+", found[epoch].partition(" of ")[0]))


def flat(*shares):
    return [{"flat": of_layers} for of_layers in shares]


def test_a_layer_is_saturated_from_where_it_stays_so():
    tanh = TrainConfig(activation="tanh")
    shares = flat((0.0, 0.6), (0.7, 0.6), (0.2, 0.6), (0.55, 0.7), (0.8, 0.9))
    assert told(*shares, config=tanh) == [
        (
            0,
            "At epoch 0 layer 2 is saturated: 60% of its activations have a slope below 5% of the largest, "
            "90% at the end.",
        ),
        (
            3,
            "In epoch 3 layer 1 saturated: 55% of its activations have a slope below 5% of the largest, "
            "80% at the end.",
        ),
    ]
    assert told(*flat((0.5,), (0.5,)), config=tanh) == []
    assert told(*flat((0.997,), (0.998,), (1.0,)), config=tanh)[0][1].endswith(
        "over 99% of its activations have a slope below 5% of the largest, 100% at the end."
    )
    assert told(*flat((0.0,), (0.51,)), config=tanh)[0][1].endswith(
        "51% of its activations have a slope below 5% of the largest."
    )
    assert told(*shares) == [], "ReLU is flat on one side by design"


def right(*values):
    return [{"accuracy": value} for value in values]


def test_the_accuracy_is_told_where_it_first_exceeds_a_guess_and_where_all_is_right():
    guess = "50.0%, that of always guessing the most common class"
    assert told(*right(0.5, 0.5, 0.55, 0.5, 1.0, 1.0)) == [
        (2, f"In epoch 2 the training accuracy exceeded {guess}, for the first time."),
        (4, "In epoch 4 every training example is right, for the first time."),
    ]
    assert told(*right(0.3, 0.5, 0.5)) == [
        (2, f"Up to epoch 2 the training accuracy has not exceeded {guess}.")
    ]
    assert told(*right(0.55, 0.4, 0.6)) == told(*right(0.4)) == told(*right(1.0, 1.0)) == []


def test_where_epochs_are_left_out_the_first_is_that_of_the_timeline():
    guess = "50.0%, that of always guessing the most common class"
    assert told(*right(0.5, 0.5, 0.55, 1.0), step=2) == [
        (
            4,
            "Of the epochs on the timeline, epoch 4 is the first at whose end the training accuracy exceeds "
            f"{guess}.",
        ),
        (
            6,
            "Of the epochs on the timeline, epoch 6 is the first at whose end every training example is "
            "right.",
        ),
    ]
    assert told(*right(0.3, 0.5, 0.5), step=2) == [
        (4, f"Up to epoch 4 the training accuracy has not exceeded {guess}, at the epochs on the timeline.")
    ]


def test_the_first_of_all_epochs_is_the_first_that_a_loop_over_all_of_them_finds():
    """A noisy training that gets every example right, and loses some again: all epochs, and every third."""
    data = load_dataset(DataConfig(name="linear", n_samples=40, noise=0.05, seed=4))
    config = TrainConfig(
        hidden_layer_sizes=(1,),
        activation="sigmoid",
        initializer="he_normal",
        init_scale=0.01,
        optimizer="one_step_momentum",
        learning_rate=1.0,
        batch_size=8,
        epochs=12,
        init_seed=4,
        shuffle_seed=2,
    )
    epochs = [(record.epoch, record.params) for record in train(config, data)]

    def n_wrong(params):
        (W1, b1), (W2, b2) = params
        a = [1 / (1 + np.exp(-(x @ W1 + b1))) for x in data.X_train]
        return sum(np.argmax(h @ W2 + b2) != label for h, label in zip(a, data.y_train, strict=True))

    perfect = [epoch for epoch, params in epochs if not n_wrong(params)]
    every = "every training example is right"
    for kept in (epochs, [one for one in epochs if one[0] in (0, 3, 6, 9, 10, 12)]):
        found = [e for e in events(config, data, figures(config, data, kept)) if every in e.sentence]
        first = next(epoch for epoch in perfect if epoch in dict(kept))
        assert [event.epoch for event in found] == [first]
        assert ("for the first time" in found[0].sentence) == (kept is epochs), "true of all epochs only"
    assert first > perfect[0], "the timeline leaves out the first"


def test_a_change_of_the_learning_rate_is_an_event_of_the_epoch_after_which_it_begins():
    config = TrainConfig(learning_rate=((0.1, 0), (0.01, 2), (1.0, 3), (5.0, 4), (7.0, 90)))
    assert told({}, {}, {}, {}, {}, config=config) == [
        (2, "After epoch 2 η goes from 0.1 to 0.01."),
        (3, "After epoch 3 η goes from 0.01 to 1."),
    ]


def ended(*epochs):
    """Last records of networks that diverged in these epochs, or, where there is None, did not."""
    return [SimpleNamespace(epoch=9 if e is None else e, diverged=e is not None) for e in epochs]


WHY = ": not all numbers are finite any more."


@pytest.mark.parametrize(
    ("epochs", "expected"),
    [
        ((), []),
        ((None,), []),
        ((3,), [(3, "The network diverged in epoch 3")]),
        ((0,), [(0, "The network diverged before the first epoch")]),
        ((3, 3), [(3, "Both networks diverged in epoch 3")]),
        ((3, 3, 3), [(3, "All 3 networks diverged in epoch 3")]),
        (
            (3, None, 1),
            [(1, "1 of 3 networks diverged in epoch 1"), (3, "1 of 3 networks diverged in epoch 3")],
        ),
        (
            (2, 1, 2),
            [(1, "1 of 3 networks diverged in epoch 1"), (2, "The last 2 of 3 networks diverged in epoch 2")],
        ),
        (
            (1, 2),
            [(1, "1 of 2 networks diverged in epoch 1"), (2, "The last of 2 networks diverged in epoch 2")],
        ),
    ],
)
def test_who_diverged_and_when(epochs, expected):
    assert divergences(ended(*epochs)) == [Event(epoch, said + WHY) for epoch, said in expected]


def test_of_a_network_that_diverges_all_but_the_end_is_told():
    data = load_dataset(DataConfig(n_samples=100))
    config = TrainConfig(learning_rate=1e12, epochs=9, l2=1.0)
    records = list(train(config, data))
    epochs = [(record.epoch, record.params) for record in records]
    found = events(config, data, figures(config, data, epochs), records[-1:])
    assert found[-1] == Event(records[-1].epoch, f"The network diverged in epoch {records[-1].epoch}{WHY}")
    assert "nan" not in " ".join(event.sentence for event in found)
    assert [event.epoch for event in found] == sorted(event.epoch for event in found)
