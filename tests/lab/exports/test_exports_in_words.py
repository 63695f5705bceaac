"""What an exported notebook says beside its code: of the data, their scaling, the training, the layers."""

import io
import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from exported import own_table

from data import DATASETS, DataConfig, held_table, keep_images, keep_table, load_dataset
from lab.exports import datasets, experiment, formats, network, training
from lab.exports.experiment import Export
from mlp import TrainConfig

SMALL = TrainConfig(hidden_layer_sizes=(6,), epochs=2)


def said(data, train=SMALL):
    return datasets.part(Export(data, train, None, "")).prose


@pytest.mark.parametrize(
    ("scaling", "sentence"),
    [
        ("none", ""),
        ("standard", " They are scaled to mean 0 and deviation 1 over the training set."),
        ("unit", " They are scaled to the range 0 to 1."),
        ("unit_twice", " They are scaled to the range 0 to 1, and divided by 255 once more."),
    ],
)
def test_the_scaling_is_told_of_points_and_of_images(scaling, sentence):
    points = DataConfig(name="moons", n_samples=120, scaling=scaling)
    drawn = "The points are drawn by this function, 120 of them, with the data seed."
    assert said(points) == drawn + sentence
    own = DataConfig(name="own_points", points="0,0,5;1,1,9;0,1,5", scaling=scaling)
    assert said(own) == f"The points are those of the link.{sentence}"
    images = DataConfig(name="mnist", scaling=scaling)
    first = "mnist.npz contains x_train and x_test, uint8 of shape (n, 28, 28), and y_train and y_test, the "
    assert said(images) == f"{first}classes. {DATASETS['mnist'].file_note}{sentence}"


def test_a_table_is_told_with_its_rows_and_inputs_and_where_they_are_from():
    data = DataConfig(name="own_table", points=own_table(), scaling="none")
    n_rows, n_inputs = held_table(data.points).X.shape
    assert n_rows != n_inputs
    size = f"It has {n_rows} rows and {n_inputs} inputs."
    assert said(data) == f"The table is that of the link. {size}"
    rows = [[str((i + k) % 7 / 8) for k in range(40)] + ["uv"[i % 2]] for i in range(20)]
    wide = keep_table("\n".join(map(",".join, rows)).encode())
    code = datasets.part(Export(DataConfig(name="own_table", points=wide), SMALL, None, "")).code
    assert max(map(len, code.splitlines())) <= 100
    assert "median" not in code, "it has no gaps"


def test_images_of_ones_own_without_a_test_set_are_two_arrays():
    for sets, arrays, source in (
        (
            ("train",),
            "x_train, uint8 of shape (n, height, width), and y_train, the classes. ",
            "Export on the page offers it, and python -m lab LINK --images FILE --arrays own_images.npz "
            "creates it from the uploaded file.",
        ),
        (
            ("train", "test"),
            "x_train and x_test, uint8 of shape (n, height, width), and y_train and y_test, the classes. ",
            "It is the file that was uploaded.",
        ),
    ):
        file = io.BytesIO()
        own = {f"x_{kind}": np.full((20, 4, 4), 7, np.uint8) for kind in sets}
        np.savez(file, **own, **{f"y_{kind}": np.arange(20) % 2 for kind in sets})
        told = said(DataConfig(name="own_images", points=keep_images(file.getvalue())))
        assert told.startswith(f"own_images.npz contains {arrays}{source}")


GREY = np.random.default_rng(5).integers(0, 256, (30, 3, 2), dtype=np.uint8)
KINDS = np.arange(30) % 3
UPLOADED = {  # pixels, labels
    "as it should be": (GREY, KINDS),
    "whole numbers": (GREY.astype(np.int64), KINDS - 7),
    "whole numbers as floats": (GREY.astype(np.float32), KINDS.astype(np.float64)),
    "a column of labels": (GREY.reshape(30, 6), KINDS[:, None].astype(np.uint8)),
    "two classes": (GREY, KINDS == 1),
    "fractions": (GREY / 255, KINDS),
    "zeros and ones": (GREY // 128, KINDS),
    "true and false": (GREY > 128, KINDS),
    "channels first": (GREY[:, None].repeat(3, axis=1), KINDS),
    "one-hot": (GREY, np.eye(3)[KINDS]),
    "texts": (GREY, np.array(["newt", "Frog", "toad"])[KINDS]),
    "bytes": (GREY, np.array([b"newt", b"frog", b"toad"])[KINDS]),
    "numbers as texts": (GREY, np.array(["12", "7", "100"])[KINDS]),
}


@pytest.mark.parametrize("scaling", ["none", "standard", "unit", "unit_twice"])
@pytest.mark.parametrize("kind", UPLOADED)
def test_a_script_reads_own_images_from_the_file_that_it_names(kind, scaling, tmp_path):
    X, y = UPLOADED[kind]
    given = {"x_train": X[:22], "y_train": y[:22], "x_test": X[22:], "y_test": y[22:]}
    np.savez(tmp_path / "own_images.npz", **given)
    points = keep_images((tmp_path / "own_images.npz").read_bytes())
    data = DataConfig(name="own_images", points=points, scaling=scaling, split="60/20/20")
    part = datasets.part(Export(data, SMALL, None, ""))
    if "It is the file that was uploaded." not in part.prose:
        assert "python -m lab LINK --images FILE --arrays own_images.npz creates it" in part.prose
        np.savez(tmp_path / "own_images.npz", **experiment.arrays(data))
    space = {"np": np, "DATA_SEED": data.seed, "IMAGES": tmp_path / "own_images.npz"}
    exec(part.code, space)
    parts, n_classes = space["load_data"]()
    dataset = load_dataset(data)
    assert n_classes == len(dataset.class_names) == len(np.unique(y, axis=0))
    for (X, y), split in zip(parts, ("train", "valid", "test"), strict=True):
        np.testing.assert_allclose(X, getattr(dataset, f"X_{split}"), rtol=1e-6, atol=1e-6)
        np.testing.assert_array_equal(y, getattr(dataset, f"y_{split}"))


UNSEEN = {*np.random.default_rng(4).permutation(40)[16:].tolist()}  # not trained on with seed 4
GAPS = "".join(f"{i % 5},{i / 7 if i in UNSEEN else ''},{'uv'[i % 2]}\n" for i in range(40))
STEP = ";".join(f"{0.1 + i // 9},{i},{i % 2}" for i in range(12))  # the mean of nine 0.1 is another number
LINE = ";".join(f"{1 if i % 4 else 2},{i},{i % 2}" for i in range(12))


@pytest.mark.parametrize("scaling", ["none", "standard", "unit", "unit_twice"])
@pytest.mark.parametrize(
    "data",
    [
        *(DataConfig(name="own_table", points="GAPS", split="40/30/30", seed=n) for n in (0, 4)),
        *(DataConfig(name="own_points", points=LINE, split="5/4/3", seed=n) for n in (0, 1)),
        DataConfig(name="own_points", points=STEP, split="9/0/3"),
        DataConfig(name="iris", stratified=True, seed=2),  # its classes are equally large: there are ties
        DataConfig(name="moons", n_samples=40, split="20/10/10", noise=0.25),
    ],
    ids=str,
)
def test_the_data_of_a_script_are_those_of_the_lab_to_the_last_gap(data, scaling):
    data = replace(data, scaling=scaling)
    if data.name == "own_table":
        table = keep_table(f"a,b,kind\n{GAPS}".encode(), missing="median")
        data = replace(data, points=table)
        assert np.isfinite(held_table(table).X[:, 1]).sum() == 24
    space = {"np": np, "DATA_SEED": data.seed}
    exec(datasets.part(Export(data, SMALL, None, "")).code, space)
    parts, n_classes = space["load_data"]()
    dataset = load_dataset(data)
    assert n_classes == len(dataset.class_names)
    for (X, y), split in zip(parts, ("train", "valid", "test"), strict=True):
        np.testing.assert_allclose(X, getattr(dataset, f"X_{split}"), rtol=1e-6, atol=1e-7)
        np.testing.assert_array_equal(y, getattr(dataset, f"y_{split}"))
        np.testing.assert_array_equal(X == 0, getattr(dataset, f"X_{split}") == 0)
        assert X.dtype == np.float32


@pytest.mark.parametrize(
    ("data", "has"),
    [
        (DataConfig(), True),
        (DataConfig(split="60/20/10"), True),  # its points are drawn
        (DataConfig(name="iris", split="60/20/10"), True),  # its rows are shuffled
        (DataConfig(name="own_points", points=LINE), True),
        (DataConfig(name="own_points", points=LINE, split="5/4/2"), False),
        (DataConfig(name="mnist", split="100/50/10"), False),
        (DataConfig(name="mnist", split="60/20/20"), True),
    ],
)
def test_the_data_seed_is_a_setting_where_something_is_drawn_with_it(data, has):
    lines = formats._settings(Export(replace(data, seed=4), SMALL, None, ""), "file")
    assert ("DATA_SEED = 4" in lines) == has


def test_each_symbol_of_a_loss_has_its_own_index():
    entry = SimpleNamespace(
        latex="{p} {p_k} {p_y} {t} {t_k}",
        gradient_latex="{p_y} - {t_k}",
        output=SimpleNamespace(symbol="q{k}", definition="q = 1"),
    )
    told = r"\ell = q q_k q_y t t_k, \quad q = 1, \qquad \partial \ell / \partial o = q_y - t_k"
    assert network._formulas(entry) == told
    entry.output.definition = ""
    assert network._formulas(entry) == told.replace(r"\quad q = 1, ", "")


@pytest.mark.parametrize(
    ("link", "by"),
    [
        ("", ""),
        ("http://lab.example/?v=1", " Written by [Backprop Lab](http://lab.example/?v=1)."),
        ("no address", ""),
    ],
)
def test_a_notebook_begins_with_its_experiment_and_ends_with_what_it_runs(link, by):
    cells = json.loads(formats.notebook(Export(DataConfig(), SMALL, None, link)))["cells"]
    texts = ["".join(cell["source"]) for cell in cells]
    title = "# A multilayer perceptron in NumPy"
    assert texts[0] == f"{title}\n\ncircles, 6, relu, sgd.{by} It needs only NumPy."
    assert texts[1] == "## Settings\n\nThe settings of this experiment."
    assert texts[-2] == "## Run\n\nCheck, train, and print the final losses."
    order = ["rows = check_gradients()\n", "    assert not wrong", "    reproduce()\n", "\nmain()"]
    places = [texts[-1].index(line) for line in order]
    assert places == sorted(places), "it checks before it trains"


SENTENCES = {
    "rates": "The learning rate changes from epoch to epoch as LEARNING_RATE says.",
    "schedule": "The learning rate follows cosine: ",
    "memory": "It updates each W and b in place; each has its own memory.",
    "penalty": "The penalty's gradient is added to that of the loss, for the weights only.",
}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, set()),
        ({"learning_rate": ((0.1, 0), (0.01, 1))}, {"rates"}),
        ({"schedule": "cosine"}, {"schedule"}),
        ({"optimizer": "adam"}, {"memory"}),
        ({"l1": 0.1}, {"penalty"}),
        ({"l2": (0.0, 0.1)}, {"penalty"}),
        ({"l2": (0.0, 0.0)}, set()),
    ],
)
def test_the_training_is_told_with_what_this_experiment_has(changes, told):
    config = TrainConfig(hidden_layer_sizes=(6,), **changes)
    (part,) = training.parts(Export(DataConfig(), config, None, ""))
    assert part.prose.startswith(
        f"An epoch visits every example once, in minibatches. A step is {config.optimizer}: "
    )
    assert {name for name, sentence in SENTENCES.items() if sentence in part.prose} == told


@pytest.mark.parametrize("use_bias", [True, False])
def test_the_formulas_have_biases_if_the_network_has(use_bias):
    export = Export(DataConfig(), TrainConfig(hidden_layer_sizes=(6,), use_bias=use_bias), None, "")
    parts = {part.heading: part.prose for part in network.parts(export)}
    assert list(parts) == ["The network", "Forward", "The loss", "Backward", "Check the gradients"]
    assert ("W^{(l)} + b^{(l)}" in parts["Forward"]) == use_bias
    assert (r"\frac{\partial L}{\partial b^{(l)}}" in parts["Backward"]) == use_bias
    assert "here relu." in parts["Forward"]
    z, b = r"z^{(l)} = a^{(l-1)} W^{(l)}", " + b^{(l)}" * use_bias
    of_layers = rf"$$a^{{(0)}} = X, \qquad {z}{b}, \qquad a^{{(l)}} = f(z^{{(l)}})$$"
    assert parts["Forward"].endswith(of_layers)
    weights = r"\frac{\partial L}{\partial W^{(l)}} = {a^{(l-1)}}^\top \delta^{(l)}, "
    biases = r"\quad \frac{\partial L}{\partial b^{(l)}} = \sum_i \delta_i^{(l)}, " * use_bias
    below = r"\quad \delta^{(l-1)} = (\delta^{(l)} {W^{(l)}}^\top) \odot f'(z^{(l-1)})"
    assert parts["Backward"].endswith(f"$${weights}{biases}{below}$$")
    quotient = r"\approx \frac{L(\theta + h) - L(\theta - h)}{2h}$$"
    assert parts["Check the gradients"].endswith(rf"$$\frac{{\partial L}}{{\partial \theta}} {quotient}")


def test_settings_explain_what_their_numbers_do_not_and_long_penalties_are_a_product():
    def settings(**changes):
        config = TrainConfig(**({"hidden_layer_sizes": (6,), "epochs": 0} | changes))
        return formats._settings(Export(DataConfig(seed=4), config, None, ""), "file")

    assert "BATCH_SIZE = 0  # 0: the whole training set" in settings(batch_size=0)
    assert "BATCH_SIZE = 1" in settings(batch_size=1)
    changing = settings(learning_rate=((0.1, 0), (0.01, 1)))
    assert "LEARNING_RATE = ((0.1, 0), (0.01, 1))  # (η, after how many epochs it begins)" in changing
    deep = settings(hidden_layer_sizes=(8,) * 4, l2=0.5, init_scale=1e30)
    assert "HIDDEN_LAYER_SIZES = (8,) * 4" in deep
    assert "L2 = [0.5] * 5  # one per layer" in deep
    assert "INIT_SCALE = 1e30" in deep
    assert not [line for line in deep if line.startswith(("L1", "MOMENTUM", "SCHEDULE", "EXPECTED"))]
    assert "HIDDEN_LAYER_SIZES = (8, 8, 8)" in settings(hidden_layer_sizes=(8,) * 3)
    assert "HIDDEN_LAYER_SIZES = (8, 8, 8, 9)" in settings(hidden_layer_sizes=(8, 8, 8, 9))
    cosine = settings(schedule="cosine", cycle_steps=7, learning_rate_min=0.05)
    assert 'SCHEDULE = {"epochs": 1, "learning_rate_min": 0.05, "cycle_steps": 7}' in cosine
    assert "EPOCHS = 0" in cosine
