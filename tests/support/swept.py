"""Sweeps whose results are made by hand."""

from types import SimpleNamespace

from data import DataConfig
from lab.links.experiment import Experiment
from lab.links.sweep_plan import GRID, Plan
from mlp import EpochRecord, TrainConfig, sweep
from mlp.execution import Outcome
from mlp.sweep import Values

TWO = {"learning_rate": Values((0.1, 1.0)), "activation": Values(("relu", "tanh", "gelu"))}


def plan_of(axes, n_seeds=2, chosen=None):
    base = Experiment(DataConfig(n_samples=120), TrainConfig(hidden_layer_sizes=(4,), epochs=3, init_seed=6))
    built = sweep.build(chosen or sweep.grid(axes), base.data, base.train)
    return Plan(base, tuple(axes), GRID, built, n_seeds)


def outcome(row, *figures, diverged=False):
    """An Outcome of these validation figures; on training a tenth of them, on test a hundredth."""
    records = []
    for epoch, figure in enumerate(figures):
        splits = {"valid": 1.0, "train": 0.1, "test": 0.01}
        named = {f"{s}_{q}": figure * k for s, k in splits.items() for q in ("loss", "accuracy")}
        lost = diverged and epoch == len(figures) - 1
        common = {"learning_rate": 0.1, "penalty": 0.0, "seconds": 0.25, "params": ()}
        records.append(EpochRecord(epoch=epoch, diverged=lost, **common, **named))
    return Outcome(row, tuple(records), "")


def run_of(*outcomes):
    return SimpleNamespace(outcomes={one.row: one for one in outcomes})


def ended(finals):
    """A run in which row k ended with the k-th figure after one of 0.5."""
    return run_of(*(outcome(row, 0.5, figure) for row, figure in enumerate(finals)))
