"""Kept results of the published searches: what is still to be trained, what is written, what is read."""

import math
from types import SimpleNamespace

import pytest

from benchmarks import searches as program
from lab.published import coursework_a, kept, systems
from lab.published import search as searches
from mlp import EpochRecord

A = {one.key: one for one in coursework_a.SEARCHES if one.form == searches.AS_PUBLISHED}
ORIGINAL = {one.key: one for one in systems.SEARCHES if one.form in searches.ORIGINAL}
THREE = [A[key] for key in program.FIRST]


def record(epoch, loss=0.5, accuracy=0.25):
    figures = dict.fromkeys(EpochRecord._fields, 0.0) | {"epoch": epoch, "diverged": not math.isfinite(loss)}
    return EpochRecord(**figures | {"train_loss": loss, "valid_loss": 2 * loss, "valid_accuracy": accuracy})


def written(path, trainings, loss=lambda epoch: 1.2345678 / (1 + epoch)):
    """A file with these trainings, each with the same losses."""
    for training in trainings:
        records = [record(epoch, loss(epoch)) for epoch in range(training.config.epochs + 1)]
        program.add(path, program.rows(training, records, "2026-11-26", "0.1.0"))
    return kept.read(path)


def test_what_searches_share_is_trained_once_and_as_far_as_the_longest_needs():
    found = program.trainings(THREE, 2, {})
    assert [training.seed for training in found] == [0] * 6 + [1] * 6
    first = found[0]
    assert first.members == (
        ("a_learning_rate", "0.1", 50),
        ("a_batch_size", "50", 50),
        ("a_epochs", "100", 100),
    )
    assert first.config.epochs == 100
    assert [(t.config.learning_rate, t.config.batch_size, t.config.epochs) for t in found[1:6]] == [
        *((0.01, 50, 50), (0.001, 50, 50), (0.1, 100, 50), (0.1, 150, 50), (0.1, 500, 50))
    ]
    assert [(t.config.init_seed, t.config.shuffle_seed) for t in found[6:]] == [(1, 1)] * 6


def test_what_is_kept_is_not_trained_again(tmp_path):
    path, wanted = tmp_path / "kept.csv", program.trainings(THREE, 2, {})
    for n in (1, 4, 12):
        runs = written(path, wanted[:n]) if n == 1 else written(path, wanted[{4: 1, 12: 4}[n] : n])
        assert program.trainings(THREE, 2, runs) == wanted[n:]
    header, *lines = path.read_text().splitlines()
    assert header.split(",") == ["date", "version", *kept.KEY, "epoch", *kept.FIGURES]
    assert lines[0] == "2026-11-26,0.1.0,a_learning_rate,0.1,0,0,1.2346,2.4691,0.25,0"
    assert not list(tmp_path.glob("*.part"))


def test_the_four_numbers_of_epochs_are_read_from_one_training(tmp_path):
    runs = written(tmp_path / "kept.csv", program.trainings(THREE, 1, {}))
    found = kept.of(A["a_epochs"], runs)
    assert (found.n_complete, found.plan.n_seeds) == (1, 1)
    assert [found.outcomes[row].records[-1].epoch for row in range(4)] == [30, 50, 80, 100]
    assert found.outcomes[3].records[:16] == found.outcomes[0].records
    last = found.outcomes[1].records[-1]
    assert (last.train_loss, last.valid_loss, last.valid_accuracy) == pytest.approx(
        (1.2345678 / 51, 2 * 1.2345678 / 51, 0.25), rel=5e-5
    )
    epochs = [one.epoch for one in kept.of(A["a_batch_size"], runs).outcomes[2].records]
    assert epochs == list(range(0, 51, 2))


def test_seeds_count_that_are_kept_for_every_value_and_of_none_the_first_is_read(tmp_path):
    wanted = program.trainings([A["a_learning_rate"]], 2, {})
    path = tmp_path / "kept.csv"
    some = kept.of(A["a_learning_rate"], written(path, wanted[:2]))
    assert (some.n_complete, some.plan.n_seeds, sorted(some.outcomes)) == (0, 1, [0, 1])
    more = kept.of(A["a_learning_rate"], written(path, wanted[2:5]))
    assert (more.n_complete, sorted(more.outcomes)) == (1, [0, 1, 2])
    both = kept.of(A["a_learning_rate"], written(path, wanted[5:]))
    assert (both.n_complete, both.plan.n_seeds, sorted(both.outcomes)) == (2, 2, list(range(6)))
    assert (both.dates, both.versions) == (("2026-11-26",), ("0.1.0",))
    assert len({one.stamp for one in (some, more, both)}) == 3


def test_nothing_is_read_of_a_search_that_is_not_kept_or_has_another_form(tmp_path):
    runs = written(tmp_path / "kept.csv", program.trainings([A["a_learning_rate"]], 1, {}))
    assert kept.of(A["a_sizes"], runs) is None
    for repaired in coursework_a.SEARCHES:
        if repaired.form == searches.REPAIRED:
            assert kept.of(repaired, runs) is None, "of the same values, but not of the same training"
    second = {key: rows for key, rows in runs.items() if key[2] == 1}
    assert kept.of(A["a_learning_rate"], second) is None
    assert kept.read(tmp_path / "nothing.csv") == {}


@pytest.mark.parametrize("valid_loss", [math.nan, math.inf])
@pytest.mark.parametrize("train_loss", [math.nan, 0.5])
def test_a_run_that_diverged_keeps_its_last_epoch_and_says_so(tmp_path, train_loss, valid_loss):
    (training, *_) = program.trainings([A["a_learning_rate"]], 1, {})
    records = [record(0), record(1, train_loss)._replace(valid_loss=valid_loss, diverged=True)]
    path = tmp_path / "kept.csv"
    program.add(path, program.rows(training, records, "2026-11-26", "0.1.0"))
    found = kept.of(A["a_learning_rate"], kept.read(path))
    assert [(one.epoch, one.diverged) for one in found.outcomes[0].records] == [(0, False), (1, True)]


def test_the_program_trains_and_writes_and_then_has_nothing_left_to_do(tmp_path, monkeypatch, capsys):
    path, configs = tmp_path / "kept.csv", []

    def trained(wanted, dataset):
        configs.extend(wanted)
        return iter([(record(0),), (record(2),)])

    monkeypatch.setattr(program, "train_many", trained)
    monkeypatch.setattr(program, "load_dataset", lambda *_, **__: None)
    monkeypatch.setattr(
        program, "kept", SimpleNamespace(**vars(kept) | {"PATH": path, "read": lambda: kept.read(path)})
    )
    monkeypatch.setattr("sys.argv", ["searches", "--seeds", "1", "--only", "a_batch", "a_ep", "--write"])
    program.main()
    assert [(config.batch_size, config.epochs) for config in configs] == [
        (50, 100),
        (100, 50),
        (150, 50),
        (500, 50),
    ]
    assert "a_batch_size 50; a_epochs 100" in capsys.readouterr().out
    program.main()
    assert len(configs) == 4


def test_without_a_validation_set_its_figures_are_empty_and_nothing_has_diverged(tmp_path):
    wanted = program.trainings([ORIGINAL["d_rates"]], 5, {})
    assert [training.seed for training in wanted] == [0, 0, 1, 1]  # it has two seeds, not five
    figures = {"train_accuracy": 0.5, "valid_loss": math.nan, "valid_accuracy": math.nan}
    for training, loss in zip(wanted, (0.5, 0.5, 0.5, math.nan), strict=True):
        ends = record(100, loss)._replace(**figures)
        program.add(tmp_path / "kept.csv", program.rows(training, [ends], "2026-11-27", "0.1.0"))
    lines = (tmp_path / "kept.csv").read_text().splitlines()
    assert lines[1] == '2026-11-27,0.1.0,d_rates,"0.5, 0.01",0,100,0.5,,,0.5'
    assert lines[4].endswith(",1,100,nan,nan,nan,0.5")
    found = kept.of(ORIGINAL["d_rates"], kept.read(tmp_path / "kept.csv"))
    assert [one.records[-1].diverged for one in found.outcomes.values()] == [False, False, False, True]
    assert [found.has(name) for name in kept.FIGURES] == [True, False, False, True]
    assert not found.has("test_loss")


def test_a_search_that_was_only_written_down_has_a_kept_result_too(tmp_path):
    wanted = program.trainings([ORIGINAL["b_random"]], 2, {})
    assert len(wanted) == 100
    assert {training.seed for training in wanted} == {0}
    found = kept.of(ORIGINAL["b_random"], written(tmp_path / "kept.csv", wanted[:2]))
    assert (found.n_complete, sorted(found.outcomes)) == (0, [0, 1])


@pytest.mark.parametrize("search", ORIGINAL.values(), ids=lambda one: one.key)
def test_every_kept_value_in_the_repository_is_one_of_its_search_and_reaches_its_end(search):
    plan = searches.plan(search)
    ends = {kept.value_text(trial): trial.config.epochs for trial in plan.sweep.trials}
    for (key, value, _), rows in kept.stored().items():
        if key == search.key:
            ended = rows[-1]["train_loss"] != "nan"  # else it diverged, and is kept up to there
            finite = rows if ended else rows[:-1]
            epochs = [int(row["epoch"]) for row in finite]
            assert epochs[-1] == ends[value] or not ended
            assert epochs == [n for n in range(epochs[-1] + 1) if kept.is_kept(n, ends[value])]
            accuracies = [row[name] for row in finite for name in kept.FIGURES[2:] if row[name]]
            assert len(accuracies) >= len(finite)
            assert all(0 <= float(one) <= 1 for one in accuracies)
            assert all(float(row["train_loss"]) > 0 for row in finite)
    if kept.PATH.exists():
        assert kept.PATH.stat().st_size < 200_000
