"""After an exception in a training, the next visitor still gets all epochs."""

from dataclasses import replace

import numpy as np
import pytest
from histories import observations_of, records_of

from data import DataConfig, load_dataset
from mlp import TrainConfig, train_many
from ui.training import run as run_module
from ui.training.run import Run

DATASET = load_dataset(DataConfig(n_samples=60, seed=4))
TAME = TrainConfig(hidden_layer_sizes=(4,), batch_size=8, epochs=10)
WILD = replace(TAME, learning_rate=1e9, activation="relu", epochs=4)  # has diverged before the others end
FOREVER = 1e6  # seconds


@pytest.fixture
def failing(monkeypatch):
    """Let the first trainings fail: the k-th in place of this record of `epochs`."""

    def fail(*epochs, error=MemoryError):
        left = iter(epochs)

        def flaky(*args, **options):
            fails_at = next(left, None)
            for records in train_many(*args, **options):
                if records and max(record.epoch for record in records) == fails_at:
                    raise error
                yield records

        monkeypatch.setattr(run_module, "train_many", flaky)

    return fail


def advance_after_failures(run, n_failures, error=MemoryError):
    for _ in range(n_failures):
        with pytest.raises(error):
            run.advance(10, FOREVER)
        assert not run.ended
    run.advance(10, FOREVER)


@pytest.mark.parametrize("epochs", [(0,), (4,), (10,), (6, 3, 8)])
@pytest.mark.parametrize("others", [(), (replace(TAME, epochs=6, optimizer="adam"),), (WILD,)])
def test_a_training_that_failed_is_trained_to_its_end(failing, same_record, epochs, others):
    configs = (TAME, *others)
    failing(*epochs)
    run = Run(configs, DATASET)
    advance_after_failures(run, len(epochs))
    fresh = list(train_many(configs, DATASET))
    assert run.n_epochs == 10
    assert [epoch.number for epoch in run.history.epochs] == list(range(11))
    for ours, theirs in zip(records_of(run), fresh, strict=True):
        assert all(map(same_record, ours, theirs))
    run.advance(11, FOREVER)
    assert run.ended


def test_what_was_trained_before_the_failure_stays_readable(failing):
    failing(5, 3)
    run = Run((TAME,), DATASET)
    for _ in range(2):
        with pytest.raises(MemoryError):
            run.advance(10, FOREVER)
        assert run.n_epochs == 4
        assert run.at(4).records[0].epoch == 4


def test_a_training_that_is_interrupted_is_not_over_either(failing, same_record):
    failing(4, error=KeyboardInterrupt)
    run = Run((TAME,), DATASET)
    advance_after_failures(run, 1, KeyboardInterrupt)
    assert same_record(run.at(10).records[0], list(train_many((TAME,), DATASET))[-1][0])


def test_an_epoch_that_cannot_be_measured_is_not_left_out(monkeypatch):
    """Nor are the steps of other epochs taken for its own."""
    configs = (TAME, WILD)
    undisturbed = Run(configs, DATASET, watched=True)
    undisturbed.advance(10, FOREVER)
    run, times, measured = Run(configs, DATASET, watched=True), iter(range(100)), run_module.distinct_units

    def fail_once(layer):
        if next(times) == 11:
            raise MemoryError
        return measured(layer)

    monkeypatch.setattr(run_module, "distinct_units", fail_once)
    advance_after_failures(run, 1)
    for ours, theirs in zip(observations_of(run), observations_of(undisturbed), strict=True):
        for one, other in zip(ours, theirs, strict=True):
            np.testing.assert_array_equal(one, other)
