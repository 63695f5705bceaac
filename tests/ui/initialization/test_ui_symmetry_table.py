"""The small network that shows symmetry, its table; and what is shown where a set cannot be had."""

from dataclasses import replace

import numpy as np
import pytest
from histories import observations_of, of_records, records_of

from data import DataConfig, DataUnavailable, load_dataset
from lab.links.ensemble import Ensemble, Start
from lab.links.experiment import Experiment
from mlp import TrainConfig
from ui.initialization import setup, symmetry
from ui.training import progress
from ui.training.run import Run

DATA = DataConfig(n_samples=100, seed=3)
TRAIN = TrainConfig(
    hidden_layer_sizes=(64,) * 10,
    activation="tanh",
    l1=(0.1,) * 11,
    l2=0.5,
    use_bias=False,
    loss="sigmoid_squared_error",
    learning_rate=0.05,
    batch_size=10,
    epochs=40,
    init_seed=5,
)
VISITORS = Ensemble(Experiment(DATA, TRAIN), 7, (Start("he_normal", 2.0),))


def test_the_small_network_keeps_data_activation_and_rate_and_nothing_that_would_hide_symmetry():
    few = symmetry.small(VISITORS)
    assert few.experiment.data == DATA
    train = few.experiment.train
    assert (train.activation, train.learning_rate, train.batch_size, train.init_seed) == ("tanh", 0.05, 10, 5)
    assert (train.hidden_layer_sizes, train.l1, train.l2) == ((8, 8), 0.0, 0.0)
    assert (train.use_bias, train.loss, train.epochs) == (True, "softmax_cross_entropy", 10)
    assert few.n_seeds == 1
    short = VISITORS._replace(experiment=Experiment(DATA, replace(TRAIN, epochs=4)))
    assert symmetry.small(short).experiment.train.epochs == 4
    assert [start.label for start in few.starts] == ["zeros", "constant × 0.1", "glorot_uniform"]


def trained(activation="tanh", n_epochs=10):
    train = replace(TRAIN, activation=activation)
    few = symmetry.small(VISITORS._replace(experiment=Experiment(DATA, train)))
    run = Run(few.configs(), load_dataset(DATA), watched=True)
    run.advance(n_epochs, 1e6)
    return few, run


@pytest.mark.parametrize("activation", ["relu", "softplus"])
def test_the_table_tells_equal_units_from_random_ones(activation):
    few, run = trained(activation)
    zeros, constant, random = symmetry.symmetry_table(few, run, 10).to_dict("records")
    layers = ["distinct of 8 units, layer 1", "distinct of 8 units, layer 2"]
    assert [row[layer] for row in (zeros, constant, random) for layer in layers] == ["1"] * 4 + ["8"] * 2
    assert [constant[f"rank of W{k}"] for k in "¹²³"] == ["1"] * 3
    assert [random[f"rank of W{k}"] for k in "¹²³"] == ["2", "8", "2"]


def test_what_training_changes_is_told_before_and_after():
    few, run = trained("sigmoid")
    (zeros, *_) = symmetry.symmetry_table(few, run, 10).to_dict("records")
    # a sigmoid of 0 is ½, so that the output's weights learn at once, all of a class alike
    assert zeros["rank of W³"] == "0 → 1"
    (untrained, *_) = symmetry.symmetry_table(few, run, 0).to_dict("records")
    assert untrained["rank of W³"] == "0"


def test_what_cannot_be_counted_is_a_dash():
    few, run = trained(n_epochs=1)
    first, last = observations_of(run)
    lost = last._replace(distinct=np.full((3, 2), np.nan), rank=np.full((3, 3), np.nan))
    history = of_records(records_of(run), [first, lost])
    row = symmetry.symmetry_table(few, history, 1).to_dict("records")[2]
    assert row["distinct of 8 units, layer 1"] == "8 → –"
    assert row["rank of W²"] == "8 → –"


@pytest.mark.parametrize(
    ("data", "which", "words"),
    [
        ({"n_samples": 120}, "**no parameter** has", "its best value. The smallest loss it can"),
        ({"name": "blobs", "n_samples": 120, "seed": 21}, "**no parameter** has", "its best value. The"),
        (  # of each class 100 examples are measured, of 151 and 143
            {"name": "xor", "n_samples": 420, "seed": 6},
            "**no parameter** has",
            "its best value for them, but not for the whole training set. The smallest loss",
        ),
        ({"n_samples": 310}, "only **b³** has", "Only the output bias learns"),
    ],
)
def test_what_zeros_learn_is_a_matter_of_the_classes_not_of_rounding(monkeypatch, data, which, words):
    data, said = DataConfig(**data), []
    dataset = load_dataset(data)
    few = symmetry.small(VISITORS._replace(experiment=Experiment(data, replace(TRAIN, activation="relu"))))
    run = Run(few.configs(), dataset, watched=True)
    run.advance(2, 1e6)
    monkeypatch.setattr(symmetry.st, "markdown", said.append)
    shares = np.bincount(dataset.y_train) / len(dataset.y_train)
    entropy = -(shares * np.log(shares)).sum()
    symmetry._say_what_zeros_learn(few, run, dataset, 2, entropy)
    first, second = said
    assert f"From zeros, with **relu**, {which} a gradient other than 0" in first
    assert words in second
    assert f"{entropy:.4f}" in second
    assert f"{run.at(2).records[0].train_loss:.4f}" in second.partition("After 2 epochs it is at ")[2]


def test_a_mean_below_the_label_entropy_is_told_as_that_of_the_minibatches_visited(monkeypatch):
    """The examples come sorted by class, so the bias follows the class that it sees just now."""
    data, said = DataConfig(n_samples=310), []
    dataset = load_dataset(data)
    order = np.argsort(dataset.y_train, kind="stable")
    dataset = dataset._replace(X_train=dataset.X_train[order], y_train=dataset.y_train[order])
    train = replace(TRAIN, activation="relu", learning_rate=1.0, batch_size=8, shuffle=False)
    few = symmetry.small(VISITORS._replace(experiment=Experiment(data, train)))
    run = Run(few.configs(), dataset, watched=True)
    run.advance(2, 1e6)
    record = run.at(2).records[0]
    logits = record.params[-1].b.astype(float)
    p = np.exp(logits) / np.exp(logits).sum()
    at_end = -np.log(p[dataset.y_train]).mean()
    shares = np.bincount(dataset.y_train) / len(dataset.y_train)
    entropy = -(shares * np.log(shares)).sum()
    assert record.train_loss < entropy < at_end, "only the mean over the epoch is below the bound"
    monkeypatch.setattr(symmetry.st, "markdown", said.append)
    symmetry._say_what_zeros_learn(few, run, dataset, 2, entropy)
    assert said[1].endswith(
        "After 2 epochs the mean over the last epoch's minibatches, as they were visited, is "
        f"**{record.train_loss:.4f}**. That is less, because the bias changes from one minibatch to the next."
    )
    assert "it is at" not in said[1]


@pytest.mark.parametrize(
    ("activation", "bounded"),
    [("relu", True), ("tanh", True), ("sigmoid", False), ("softplus", False)],
)
def test_the_label_entropy_is_a_bound_only_where_the_weights_stay_0(monkeypatch, activation, bounded):
    data, said = DataConfig(n_samples=280, stratified=True), []
    dataset = load_dataset(data)
    counts = np.bincount(dataset.y_train)
    assert counts.min() == counts.max(), "the classes are equally frequent"
    train = replace(TRAIN, activation=activation, optimizer="adam", learning_rate=0.1, batch_size=32)
    few = symmetry.small(VISITORS._replace(experiment=Experiment(data, train)))
    run = Run(few.configs(), dataset, watched=True)
    run.advance(10, 1e6)
    monkeypatch.setattr(symmetry.st, "markdown", said.append)
    symmetry._say_what_zeros_learn(few, run, dataset, 10, np.log(2))
    record = run.at(10).records[0]
    weights_moved = any(W.any() for W, _ in record.params)
    assert weights_moved != bounded
    assert (record.train_loss < np.log(2) - 0.05) != bounded, "the loss falls below the label entropy"
    told = " ".join(said)
    assert "**no parameter** has" in told
    assert ("The smallest loss it can reach" in told) == bounded
    assert ("In a minibatch where they are not, **W³ and b³** have a gradient" in told) != bounded
    assert ("All units of a layer receive the same gradient" in told) != bounded


@pytest.mark.parametrize(("loss", "less"), [(0.69316, False), (0.6933, False), (0.6931, True)])
def test_a_loss_is_less_than_the_label_entropy_only_in_the_digits_shown(loss, less):
    said = symmetry._reached(loss, 0.69318, "5 epochs")
    assert f"**{loss:.4f}**" in said
    assert ("That is less" in said) == less


def test_where_a_set_cannot_be_had_mnist_is_shown_and_a_sentence_says_so(monkeypatch):
    asked = []
    monkeypatch.setattr(progress, "download", asked.append)
    assert setup.obtainable(VISITORS) == (VISITORS, [])
    assert asked == ["circles"]

    def refuse(name):
        raise DataUnavailable(f"{name} cannot be loaded.")

    monkeypatch.setattr(progress, "download", refuse)
    data = DataConfig(name="cifar10", split="40000/10000/10000", scaling="standard")
    asked = VISITORS._replace(experiment=Experiment(data, TRAIN))
    found, sentences = setup.obtainable(asked)
    assert sentences == ["cifar10 cannot be loaded. MNIST is shown instead."]
    assert found == asked._replace(experiment=Experiment(replace(data, name="mnist"), TRAIN))
