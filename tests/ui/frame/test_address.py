"""The link of an experiment, read again as the terminal reads it."""

import pytest

from data import DataConfig
from lab.links import reader
from lab.links.experiment import Experiment
from mlp import TrainConfig
from mlp.config import seeds_of
from ui.frame.address import experiment_link


@pytest.mark.parametrize("scale", [1.0, 0.05])
@pytest.mark.parametrize(("name", "page"), [("moons", "decision_boundary"), ("mnist", "initialization")])
def test_a_link_to_an_experiment_asks_for_its_own_networks(name, page, scale):
    data, train = DataConfig(name=name), TrainConfig(initializer="normal", init_scale=scale, init_seed=4)
    linked = reader.read(experiment_link(Experiment(data, train), 3))
    (group,) = linked.groups
    assert (linked.page, group.data, group.configs) == (page, data, seeds_of(train, 3))
