"""What is kept of a long training, and that a reader without the lock always finds a whole."""

import io
import sys
import types

import numpy as np
import pandas as pd
import pytest
from small_images import images

from data import DataConfig, load_dataset
from mlp import EpochRecord, TrainConfig
from mlp.network import Layer
from ui.figures import frames
from ui.training import history
from ui.training.cache import ENDLESS
from ui.training.history import History
from ui.training.run import Observation, Run

DATA = DataConfig(n_samples=40, seed=4)


def records(epoch, n=1, parameters=True, **changes):
    """One EpochRecord per network, whose every figure is the epoch."""
    params = (Layer(np.full((4, 5), epoch, np.float32), np.zeros(5, np.float32)),) if parameters else ()
    plain = EpochRecord(epoch, 0.1, *[float(epoch)] * 6, 0.0, False, 0.5, params)
    return (plain._replace(**changes),) * n


def grown(n_epochs, n=1, **options):
    found = History()
    for epoch in range(n_epochs + 1):
        found = found.with_epoch(records(epoch, n), **options)
    return found


def numbers(found):
    return [epoch.number for epoch in found.epochs]


def with_parameters(found):
    return [epoch.number for epoch in found.epochs if epoch.records[0].params]


def test_a_thousand_epochs_of_ten_networks_are_all_kept_and_of_more_every_so_many():
    assert numbers(grown(1000, n=10)) == list(range(1001))
    found = grown(10_001, only_last=True)
    kept = numbers(found)
    assert kept[:129] == list(range(129))
    every_8th = [*range(136, 10_001, 8)]  # 10,001 epochs in 2,000 places
    assert kept[129:-1] == sorted({*every_8th, 200, 500, 1000, 2000, 5000, 10_000}), "and the milestones"
    assert kept[-1] == found.n_epochs == 10_001


def test_the_record_of_an_epoch_left_out_is_that_of_the_nearest_kept_before_it():
    found = grown(5000)
    kept = numbers(found)
    for asked in (0, 57, 128, 129, 1000, 3333, 4999, 5000, 9999):
        nearest = max(number for number in kept if number <= asked)
        epoch = found.at(asked)
        assert (epoch.number, epoch.records[0].train_loss) == (nearest, float(nearest))
        assert [one.number for one in found.up_to(asked)] == [n for n in kept if n <= asked]
        drawn = found.with_parameters(asked)
        assert drawn.number == max(n for n in with_parameters(found) if n <= asked)
        assert drawn.records[0].params[0].W[0, 0] == drawn.number


def test_the_bound_on_bytes_holds_at_every_epoch(monkeypatch):
    n = 10
    monkeypatch.setattr(history, "MAX_RUN_BYTES", 2**18 * n)
    monkeypatch.setattr(history, "MAX_FIGURES", 2**17 * n)
    monkeypatch.setattr(history, "EXACT", 16)
    seen = Observation(*np.zeros((4, n, 30), np.float32))
    found = History()
    for epoch in range(1500):
        found = found.with_epoch(records(epoch, n), seen)
        assert found.n_bytes <= history.MAX_RUN_BYTES
        if epoch % 47:
            continue
        arrays = [a for one in found.epochs for r in one.records for layer in r.params for a in layer]
        arrays += [array for one in found.epochs for array in one.observation]
        # 355 bytes a record, as tracemalloc finds
        held = 355 * n * len(found.epochs) + sum(array.nbytes for array in arrays)
        assert held <= found.n_bytes
    assert {0, 1499} <= set(with_parameters(found))


@pytest.mark.parametrize("bound", ["epochs", "bytes"])
def test_as_many_epochs_as_allowed_are_kept_and_of_one_more_every_second(monkeypatch, bound):
    monkeypatch.setattr(history, "EXACT", 2)
    monkeypatch.setattr(history, "is_milestone", lambda number: False)
    if bound == "epochs":
        monkeypatch.setattr(history, "MOST_EPOCHS", 20)
    else:
        monkeypatch.setattr(history, "MAX_FIGURES", 20 * 3 * history.RECORD_BYTES)
    assert numbers(grown(19, n=3)) == list(range(20))
    assert numbers(grown(20, n=3)) == [0, 1, *range(2, 21, 2)]


def test_epochs_with_parameters_stay_evenly_spread_when_figures_are_thinned_too(monkeypatch):
    monkeypatch.setattr(history, "EXACT", 2)
    monkeypatch.setattr(history, "is_milestone", lambda number: False)
    monkeypatch.setattr(history, "MAX_RUN_BYTES", 40_000)
    monkeypatch.setattr(history, "MAX_FIGURES", 60 * history.RECORD_BYTES)
    found = grown(70)
    assert (found.spacing, found.stride) == (2, 4)
    assert with_parameters(found) == [*range(0, 70, 4), 70]


def test_what_other_records_follow_an_epoch_is_a_history_of_its_own():
    found = grown(3)
    one, other = (found.with_epoch(records(4, valid_loss=loss)).with_epoch(records(5)) for loss in (1.0, 2.0))
    for longer, loss in ((one, 1.0), (other, 2.0)):
        assert numbers(longer) == [0, 1, 2, 3, 4, 5]
        assert longer.at(4).records[0].valid_loss == loss
    assert numbers(found) == [0, 1, 2, 3]


def test_the_bytes_of_every_networks_record_count():
    one, ten = grown(5, only_last=True), grown(5, n=10, only_last=True)
    assert 9.9 < ten.n_bytes / one.n_bytes < 10.1


def test_of_networks_as_large_as_the_bound_the_last_epoch_alone_keeps_its_parameters(monkeypatch):
    monkeypatch.setattr(history, "MAX_RUN_BYTES", 1000)
    assert with_parameters(grown(5)) == [5]


def test_seconds_are_those_of_all_epochs_though_not_all_are_kept():
    assert grown(5000, n=2).at(5000).seconds == pytest.approx(5001 * 2 * 0.5)
    found = grown(3).with_epoch(records(3))  # one that ended repeats its last record
    assert found.at(4).seconds == found.at(3).seconds == pytest.approx(4 * 0.5)


# ---- what is drawn of it


def run_of(found, n=1):
    configs = tuple(TrainConfig(init_seed=seed) for seed in range(n))
    return types.SimpleNamespace(configs=configs, at=found.at, up_to=found.up_to, n_epochs=found.n_epochs)


def test_curves_of_a_thinned_run_are_those_of_the_epochs_kept():
    found = grown(9000)
    frame = frames.curves(run_of(found), 8000)
    loss = frame[(frame["quantity"] == "loss") & (frame["split"] == "validation")]
    assert loss["epoch"].iloc[0] == 0
    assert loss["epoch"].iloc[-1] == max(number for number in numbers(found) if number <= 8000)
    assert loss["epoch"].is_monotonic_increasing
    assert (loss["median"].iloc[1:] == loss["epoch"].iloc[1:]).all(), "each at the epoch that it is of"


def test_the_table_has_every_record_kept_and_the_one_in_which_a_network_diverged_once():
    found = grown(3999, n=2)
    lost = records(4000, diverged=True)[0]
    for epoch in range(4000, 7000):
        found = found.with_epoch((lost, *records(epoch)))
    table = pd.read_csv(io.StringIO(frames.table([(run_of(found, 2), 7000, {})])))
    of_seed = table.groupby("init_seed")["epoch"].agg(list)
    assert of_seed[1] == numbers(found)
    assert of_seed[0] == [n for n in numbers(found) if n < 4000] + [4000]


def test_a_page_says_which_epochs_are_left_out_and_says_nothing_where_none_is():
    assert frames.left_out(run_of(grown(1000)), 1000) == []
    found = run_of(grown(9000))
    assert frames.left_out(found, 100) == []
    (sentence,) = frames.left_out(found, 8000)
    n_kept = 129 + (8000 - 128) // 8 + 1  # epoch 500 is no 8th
    assert sentence == (
        f"Of these 8,000 epochs {n_kept:,} are kept: the first 128, then every 8th, also 200, 500, 1,000, "
        "2,000 and so on, and the last. Curves, figures and exported records have only those."
    )


# ---- a reader without the lock


def read(run):
    """Read a run's history as a page does, and check that its parts agree."""
    last = run.n_epochs
    if last < 0:
        return
    for asked in {0, last // 2, last, last + 5}:
        drawn, shown = run.with_parameters(asked).number, run.with_parameters(asked)
        assert run.with_parameters(asked).records[0].params
        assert drawn <= run.n_epochs
        assert shown.number <= run.n_epochs
        assert run.at(asked).number <= max(asked, 0)
        assert len({epoch.number for epoch in run.up_to(asked)}) == len(run.up_to(asked))
    seen = run.history
    assert seen.n_bytes == history._bytes(seen.epochs)
    assert seen.with_parameters(seen.n_epochs).number == seen.n_epochs
    if run.watched:
        assert all(epoch.observation for epoch in seen.epochs)
    assert run.held_bytes() > 0


@pytest.mark.parametrize(
    ("dataset", "watched"), [(images(), False), (load_dataset(DATA), True)], ids=["images", "points"]
)
def test_between_any_two_lines_of_a_training_a_reader_finds_a_whole(monkeypatch, dataset, watched):
    monkeypatch.setattr(history, "MAX_RUN_BYTES", 25_000)
    monkeypatch.setattr(history, "MAX_FIGURES", 8_000)
    monkeypatch.setattr(history, "EXACT", 4)
    config = TrainConfig(hidden_layer_sizes=(3,), batch_size=0, epochs=ENDLESS)
    run = Run((config,), dataset, watched)
    lines = []

    def look(frame, event, argument):
        if not frame.f_code.co_filename.endswith(("ui/training/run.py", "ui/training/history.py")):
            return None
        sys.settrace(None)  # the reading itself is not looked at
        read(run)
        lines.append(1)
        sys.settrace(look)
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        run.advance(25, 1e6)
    finally:
        sys.settrace(before)
    assert len(lines) > 500
    assert run.n_epochs == 25
    assert len(run.history.epochs) < 25, "it was thinned meanwhile"
