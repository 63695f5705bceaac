"""What is said of a network that was opened: its settings beside the page's, and what it gets right."""

from dataclasses import replace

import numpy as np
import pytest
from finishing import finished

from data import DataConfig, load_dataset
from lab.exports import opened_weights
from lab.exports.weights_file import Saved
from lab.links.experiment import DATA_FIELDS, TRAIN_FIELDS
from mlp import Layer, TrainConfig
from mlp.training import EVALUATION_ROWS

DATA = DataConfig(n_samples=200)
CONFIGS = tuple(
    TrainConfig(init_seed=seed, initializer=name) for name in ("normal", "zeros") for seed in (3, 4)
)
SETTINGS = {"activation": "relu", "initializer": "zeros", "init_seed": 4}


def saved(settings=SETTINGS, shift=None, scale=None):
    layers = (Layer(np.zeros((1, 2, 16)), np.zeros((1, 16))), Layer(np.zeros((1, 16, 2)), np.zeros((1, 2))))
    return Saved(layers, (settings,), "", shift, scale)


def test_a_setting_differs_if_no_network_of_the_page_has_it():
    assert opened_weights.differences(SETTINGS | {"noise": 0.1}, DATA, CONFIGS) == []
    other = {"activation": "tanh", "init_seed": 5, "noise": 0.25, "hidden_layer_sizes": (), "l2": (0.0, 0.1)}
    assert [tuple(row.values()) for row in opened_weights.differences(other, DATA, CONFIGS)] == [
        ("Activation", "tanh", "relu"),
        ("Weight seed", "5", "3 or 4"),
        ("Noise", "0.25", "0.1"),
        ("Hidden layers", "none", "16"),
        ("L2 penalty", "0;0.1", "0"),
    ]
    (row,) = opened_weights.differences({"points": "1,2,0;" * 100}, DATA, CONFIGS)
    assert row["setting"] == "Own points"
    assert len(row["the file"]) < 70
    own = DataConfig(name="own_points", points="1,2,0;2,1,1;" * 60)
    (row,) = opened_weights.differences({"points": "1,2,0;2,1,1"}, own, CONFIGS)
    assert len(row["this page"]) < 70


def settings_of(data, configs):
    """What a file of these networks names of each."""
    fields = [(data, DATA_FIELDS), *((config, TRAIN_FIELDS) for config in configs)]
    own, *each = [{name: getattr(of, name) for name in names} for of, names in fields]
    return tuple(own | one for one in each)


STARTS = tuple(
    TrainConfig(initializer=name, init_scale=scale, init_seed=2 + i, shuffle_seed=7 + i)
    for name, scale in (("normal", 0.01), ("zeros", 1.0))
    for i in range(3)
)


@pytest.mark.parametrize(
    ("page", "data", "configs", "own"),
    [
        ("decision_boundary", DATA, STARTS[3:], {"seeds": 3, "initializer": "zeros", "init_scale": 1.0}),
        ("initialization", DATA, STARTS[3:], {"seeds": 3, "sets": ["zeros"]}),
        ("initialization", DATA, STARTS, {"seeds": 3, "sets": ["normal*0.01", "zeros"]}),
        ("decision_boundary", DATA, STARTS, None),  # which has one start
        ("decision_boundary", DATA, STARTS[:2] * 2, None),  # seeds that do not count up
        ("decision_boundary", DataConfig(name="mnist"), STARTS[:1], None),  # not offered there
        ("initialization", DataConfig(name="own_points", points="1,2,0;2,1,1"), STARTS[:1], None),
        ("decision_boundary", DATA, (TrainConfig(hidden_layer_sizes=(2000, 2000)),), None),  # too large
    ],
)
def test_a_page_can_be_set_as_the_file_says_where_it_can_train_those_networks(page, data, configs, own):
    changes = opened_weights.changes_to(page, settings_of(data, configs))
    if own is None:
        assert changes == {}
        return
    of_start = {"initializer", "init_scale"} if page == "initialization" else set()
    shared = {k: v for k, v in settings_of(data, configs)[0].items() if k not in {"points", *of_start}}
    assert changes == shared | own


def test_a_file_of_before_a_field_was_there_can_still_be_trained():
    settings = settings_of(DATA, STARTS[3:])
    older = tuple({k: v for k, v in one.items() if k != "stratified"} for one in settings)
    whole = opened_weights.changes_to("decision_boundary", settings)
    assert opened_weights.changes_to("decision_boundary", older) == {
        k: v for k, v in whole.items() if k != "stratified"
    }
    for name in settings[0].keys() - {"stratified", "name"}:
        lacking = tuple({k: v for k, v in one.items() if k != name} for one in settings)
        assert opened_weights.changes_to("decision_boundary", lacking) == {}, name


def test_where_the_file_names_no_settings_there_is_nothing_to_set():
    assert opened_weights.changes_to("decision_boundary", ()) == {}
    assert opened_weights.changes_to("decision_boundary", (SETTINGS,)) == {}


OLDER = "Older files, such as this one, name only their activation, initializer and weight seed."


@pytest.mark.parametrize(
    ("settings", "n_rows", "sentence"),
    [
        ({}, 0, ""),
        (SETTINGS, 0, f"The settings in the file are those of this page. {OLDER}"),
        (SETTINGS, 1, f"1 setting in the file differs from this page's. {OLDER}"),
        (SETTINGS | {"noise": 0.1}, 0, "The settings in the file are those of this page."),
        (SETTINGS | {"noise": 0.1}, 2, "2 settings in the file differ from this page's."),
    ],
)
def test_the_sentence_on_the_settings(settings, n_rows, sentence):
    assert opened_weights.compared(settings, [{}] * n_rows) == sentence


@pytest.mark.parametrize(
    ("settings", "scaled", "sentence"),
    [
        ({"activation": "relu", "loss": "softmax_cross_entropy"}, 1, ""),
        ({"activation": "relu"}, 1, "The file does not name its loss: this page's is used."),
        ({}, 0, "The file does not name its activation, loss and scaling: this page's are used."),
        (
            {"activation": "tanh", "loss": "softmax_cross_entropy"},
            1,
            "The network is computed with the file's activation, not with this page's.",
        ),
        (
            {"activation": "tanh"},
            2,
            "The file does not name its loss: this page's is used. "
            "The network is computed with the file's activation, not with this page's. "
            "Its inputs are scaled like those it was trained on, with the shift and scale in the file.",
        ),
    ],
)
def test_what_the_network_is_computed_with_is_said_where_file_and_page_differ(settings, scaled, sentence):
    dataset = load_dataset(DATA)
    shift, scale = (dataset.shift, dataset.scale * scaled) if scaled else (None, None)
    assert opened_weights.computed(saved(settings, shift, scale), 0, CONFIGS[0], dataset) == sentence


def test_a_network_is_computed_with_its_own_activation_loss_biases_and_number_format():
    page = replace(CONFIGS[0], use_bias=False)
    own = {"activation": "tanh", "loss": "sigmoid_squared_error", "epochs": 7, "use_bias": False}
    config = opened_weights.config_of(saved(own), 0, page)
    assert config == replace(
        page, activation="tanh", loss="sigmoid_squared_error", use_bias=True, dtype="float64"
    )


@pytest.mark.parametrize("as_bytes", [False, True])
def test_inputs_are_scaled_as_the_file_says(as_bytes):
    data = DataConfig(name="mnist", split="20/10/10", scaling="unit")
    dataset, raw = (load_dataset(replace(data, scaling=how), as_bytes=as_bytes) for how in ("unit", "none"))
    assert opened_weights.rescaled(dataset, saved(shift=dataset.shift, scale=dataset.scale)) is dataset
    assert opened_weights.rescaled(dataset, saved()) is dataset
    shift, scale = np.float32([3.0] * 784), np.float32([2.0] * 784)
    again = opened_weights.rescaled(dataset, saved(shift=shift, scale=scale))
    for split in ("X_train", "X_valid", "X_test"):
        X, pixels = (np.asarray(getattr(one, split)) for one in (again, raw))
        np.testing.assert_allclose(X, (pixels - 3) / 2, rtol=1e-5, atol=1e-4)
        assert X.dtype == np.float32


def test_points_are_scaled_back_before_they_are_scaled_as_the_file_says():
    dataset, raw = (load_dataset(replace(DATA, scaling=how)) for how in ("standard", "none"))
    shift, scale = dataset.shift + np.array([0.5, -1.0]), dataset.scale * np.array([2.0, 1.0])
    again = opened_weights.rescaled(dataset, saved(shift=shift, scale=scale))
    for split in ("X_train", "X_valid", "X_test"):
        expected = (getattr(raw, split) - shift) / scale
        np.testing.assert_allclose(getattr(again, split), expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal([again.shift, again.scale], [shift, scale])
    for one, other in ((shift, dataset.scale), (dataset.shift, scale)):  # either may differ alone
        assert opened_weights.rescaled(dataset, saved(shift=one, scale=other)) is not dataset


def test_what_is_right_is_counted_example_by_example_in_parts():
    n = EVALUATION_ROWS + 10
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 2)).astype(np.float32)
    dataset = load_dataset(DATA)._replace(X_train=X, y_train=(X[:, 1] > X[:, 0]).astype(int))
    params = (Layer(np.eye(2, dtype=np.float32), np.zeros(2, np.float32)),)
    config = TrainConfig(hidden_layer_sizes=())
    shares, counts = finished(opened_weights.count_right(params, config, dataset))
    right = sum(int(x[1] > x[0]) == y for x, y in zip(dataset.X_valid, dataset.y_valid, strict=True))
    assert counts == {"training": (n, n), "validation": (right, 30)}
    assert len(shares) == 3
    assert shares == sorted(shares)
    assert shares[-1] == 1
    huge = (Layer(np.full((2, 2), 3e38, np.float32), np.zeros(2, np.float32)),)
    _, lost = finished(opened_weights.count_right(huge, config, dataset._replace(X_train=10 * X)))
    assert lost["training"] == (None, n)


@pytest.mark.parametrize(
    ("training", "validation", "clause"),
    [
        (
            (3, 4),
            (1, 2),
            "75.0% of the 4 training examples and 50.0% of the 2 validation examples are classified "
            "correctly",
        ),
        ((1000, 2000), (0, 0), "50.0% of the 2,000 training examples are classified correctly"),
        ((1, 1), (0, 0), "100.0% of the 1 training example is classified correctly"),
        ((1, 2), (None, 3), "its outputs are not finite numbers"),
        (
            (0, 1),
            (0, 1),
            "0.0% of the 1 training example and 0.0% of the 1 validation example are classified correctly",
        ),
    ],
)
def test_the_accuracies_in_words(training, validation, clause):
    assert opened_weights.placed_right({"training": training, "validation": validation}) == clause
