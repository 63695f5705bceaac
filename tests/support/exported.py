"""Small experiments to export, which between them use everything the registries hold."""

import functools
from dataclasses import replace

from data import SCALINGS, DataConfig, keep_table, load_dataset
from data.generators import GENERATED
from lab.exports.experiment import Export
from mlp import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS, SCHEDULES, TrainConfig, train
from ui.sidebar.own_data import EXAMPLE

SMALL = TrainConfig(hidden_layer_sizes=(5, 4), epochs=3, batch_size=16, learning_rate=0.05)
POINTS = DataConfig(n_samples=90)
LABELLED = EXAMPLE.replace(",0;", ",7;").replace(",1;", ",-1;") + ";,,3"
POOL = [list(registry) for registry in (ACTIVATIONS, LOSSES, OPTIMIZERS, SCHEDULES, INITIALIZERS)]
NAMES = ("activation", "loss", "optimizer", "schedule", "initializer")


def own_table(**choices):
    """The link of a table with texts, gaps and a name that is not one of a program."""
    rows = [
        f"{'' if i % 7 == 3 else i / 8},{'red' if i % 3 else 'blue'},{i % 4},{i * i % 3}" for i in range(60)
    ]
    return keep_table("\n".join(['"""length"" #\nof",colour,d,class', *rows]).encode(), **choices)


def _cycled(number):
    """The experiment that takes the entry of this number of every registry, beginning again at its end."""
    chosen = {name: pool[number % len(pool)] for name, pool in zip(NAMES, POOL, strict=True)}
    generators, scalings = list(GENERATED), list(SCALINGS)
    least, most = GENERATED[generators[number % len(generators)]].class_range or (2, 5)
    data = replace(
        POINTS,
        name=generators[number % len(generators)],
        scaling=scalings[number % len(scalings)],
        seed=number,
        n_classes=least + number % (min(most, 5) - least + 1),
    )
    return data, replace(SMALL, **chosen, init_seed=number, shuffle_seed=number + 1, cycle_steps=5)


EXPERIMENTS = {f"cycled {n}": _cycled(n) for n in range(max(map(len, (*POOL, GENERATED))))} | {
    "as it stands": (DataConfig(), replace(TrainConfig(), epochs=23)),
    "no hidden layer": (POINTS, replace(SMALL, hidden_layer_sizes=())),
    "a deep one": (POINTS, replace(SMALL, hidden_layer_sizes=(6,) * 4, activation="sigmoid")),
    "no biases": (POINTS, replace(SMALL, use_bias=False, optimizer="adam")),
    "penalties": (POINTS, replace(SMALL, l1=0.001, l2=0.01)),
    "penalties by layer": (
        POINTS,
        replace(SMALL, l1=(0.0, 0.01, 0.001), l2=(0.1, 0.0, 0.01), optimizer="nesterov"),
    ),
    "the whole set a step": (POINTS, replace(SMALL, batch_size=0)),
    "a batch larger than the set": (POINTS, replace(SMALL, batch_size=4096)),
    "in the same order": (POINTS, replace(SMALL, shuffle=False)),
    "in double precision": (POINTS, replace(SMALL, dtype="float64", optimizer="rmsprop")),
    "a scale": (POINTS, replace(SMALL, initializer="normal", init_scale=0.3)),
    "untrained": (POINTS, replace(SMALL, epochs=0)),
    "counts": (replace(POINTS, split="50/20/10", name="moons"), SMALL),
    "no validation": (replace(POINTS, split="80/0/20"), SMALL),
    "training alone": (replace(POINTS, split="100/0/0"), SMALL),
    "a rate that changes": (POINTS, replace(SMALL, learning_rate=((0.05, 0), (0.3, 1), (0.01, 2)))),
    "a rate that changes under a schedule": (
        POINTS,
        replace(SMALL, learning_rate=((0.05, 0), (0.02, 2)), schedule="cosine", optimizer="adam"),
    ),
    "diverging": (POINTS, replace(SMALL, learning_rate=1e20)),
    "a table": (DataConfig(name="iris"), SMALL),
    "a stratified split": (DataConfig(name="wine", stratified=True, seed=3), SMALL),
    "a table by counts": (DataConfig(name="wine", split="90/30/40", scaling="none", seed=1), SMALL),
    "a table with more columns than are used": (DataConfig(name="penguins", scaling="unit", seed=2), SMALL),
    "an own table": (DataConfig(name="own_table", points=own_table(), seed=1), SMALL),
    "an own table with gaps": (
        DataConfig(name="own_table", points=own_table(missing="median"), scaling="unit", split="30/10/8"),
        SMALL,
    ),
    "own points": (DataConfig(name="own_points", points=EXAMPLE, split="60/20/20"), SMALL),
    "own points labelled otherwise": (
        DataConfig(name="own_points", points=LABELLED, split="60/20/20"),
        SMALL,
    ),
    "own points on a line": (
        DataConfig(name="own_points", points="1,0,0;1,1,0;1,2,1;1,3,2;1,4,1;1,5,0", split="100/0/0"),
        replace(SMALL, batch_size=2),
    ),
}


@functools.cache
def export(name):
    """The Export of an experiment that was trained by the engine."""
    data, config = EXPERIMENTS[name]
    dataset = load_dataset(data)
    if config.batch_size > len(dataset.y_train):  # as the pages do
        *_, record = train(replace(config, batch_size=0), dataset)
    else:
        *_, record = train(config, dataset)
    return Export(data, config, record, "http://lab.example/decision_boundary?v=1")
