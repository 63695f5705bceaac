"""Which fields of a sweep change nothing: the networks that are trained decide."""

from dataclasses import replace

import numpy as np
import pytest
from swept import plan_of

from data import DataConfig, load_dataset
from lab.links.unused import sentences
from mlp import sweep, train
from mlp.network import flatten
from mlp.sweep import Values

NOTHING = "{} has no effect here: trials that differ only in it train the same networks."


def plan(axes, chosen=None, name="circles", **changes):
    """The Plan of these axes around a base with some `changes`."""
    found = plan_of(axes, 1)
    config = replace(found.base.train, **changes)
    built = sweep.build(chosen or sweep.grid(axes), DataConfig(name=name, n_samples=120), config)
    return found._replace(sweep=built)


def n_networks(plan):
    """How many different networks the trials of a sweep end with."""
    ends = set()
    for trial in plan.sweep.trials:
        *_, record = train(trial.config, load_dataset(trial.data))
        ends.add(np.asarray(flatten(record.params)).tobytes())
    return len(ends)


@pytest.mark.parametrize(
    ("field", "values", "base"),
    [
        ("n_samples", (100, 200), {"name": "iris"}),
        ("noise", (0.1, 0.3), {"name": "iris"}),
        ("n_classes", (2, 4), {}),
        ("momentum", (0.5, 0.9), {"optimizer": "sgd"}),
        ("learning_rate_min", (0.0, 0.1), {"schedule": "constant"}),
        ("cycle_steps", (5, 10), {"schedule": "cosine"}),
        ("activation", ("relu", "tanh"), {"hidden_layer_sizes": ()}),
    ],
)
def test_a_field_that_nothing_uses_is_named_and_changes_no_network(field, values, base):
    swept = plan({"learning_rate": Values((0.1, 1.0)), field: Values(values)}, **base)
    assert sentences(swept) == [NOTHING.format(field)]
    assert (len(swept.sweep.trials), n_networks(swept)) == (4, 2)


@pytest.mark.parametrize(
    ("field", "values", "base"),
    [
        ("n_samples", (100, 200), {}),
        ("noise", (0.1, 0.3), {}),
        ("n_classes", (2, 4), {"name": "blobs"}),
        ("momentum", (0.5, 0.9), {"optimizer": "momentum"}),
        ("learning_rate_min", (0.0, 0.1), {"schedule": "cosine"}),
        ("activation", ("relu", "tanh"), {}),
    ],
)
def test_a_field_that_is_used_is_not_named_and_changes_the_network(field, values, base):
    swept = plan({field: Values(values)}, **base)
    assert (sentences(swept), n_networks(swept)) == ([], 2)


def test_of_a_field_that_some_trials_use_the_others_are_counted():
    axes = {"optimizer": Values(("sgd", "momentum", "adam")), "momentum": Values((0.5, 0.9))}
    swept = plan(axes)
    assert sentences(swept) == ["momentum has no effect in 4 of the 6 trials that set it."]
    assert n_networks(swept) == 4
    # one at a time: the trial of the optimizer does not set the momentum, and that of the momentum is sgd's
    axes = {"optimizer": Values(("momentum",)), "momentum": Values((0.5,))}
    assert sentences(plan(axes, sweep.one_at_a_time(axes))) == [NOTHING.format("momentum")]
