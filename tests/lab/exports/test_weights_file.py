"""Weights that are saved are those that were trained; opened again they are the same, or are refused."""

import io
import json
import pickle
import zipfile
from types import SimpleNamespace

import numpy as np
import pytest
from measuring import peak_of

from data import DataConfig, load_dataset
from lab.exports import weights_file
from mlp import Layer, TrainConfig, train_many

DATA = DataConfig(n_samples=200, name="blobs", n_classes=3, noise=0.3)
CONFIGS = tuple(
    TrainConfig(hidden_layer_sizes=(7, 5), activation="tanh", epochs=3, init_seed=seed) for seed in (4, 5)
)
SIZES, MOST = (2, 7, 5, 3), 10_000


@pytest.fixture(scope="module")
def trained():
    """(the dataset, the last records, the file)."""
    dataset = load_dataset(DATA)
    *_, records = train_many(CONFIGS, dataset)
    return dataset, records, weights_file.write(records, DATA, CONFIGS, dataset)


def arrays(file):
    """What is in the file, {name: array}."""
    with np.load(io.BytesIO(file), allow_pickle=False) as loaded:
        return dict(loaded)


def packed(save=np.savez, **contents):
    file = io.BytesIO()
    save(file, **{name: value for name, value in contents.items() if value is not None})
    return file.getvalue()


def random(*shape):
    return np.random.default_rng(0).normal(size=shape)


ONE = {
    "W1": random(2, 7),
    "b1": random(7),
    "W2": random(7, 5),
    "b2": random(5),
    "W3": random(5, 3),
    "b3": random(3),
}


def test_the_raw_points_are_told_apart_by_the_weights_as_the_records_say(trained):
    dataset, records, saved = trained
    file = arrays(saved)
    shapes = [file[f"{kind}{layer}"].shape for layer in (1, 2, 3) for kind in "Wb"]
    assert shapes == [(2, 2, 7), (2, 7), (2, 7, 5), (2, 5), (2, 5, 3), (2, 3)]
    assert file["init_seed"].tolist() == [4, 5]
    assert file["initializer"].tolist() == ["glorot_uniform"] * 2
    assert file["diverged"].tolist() == [False, False]
    assert str(file["activation"]) == "tanh"
    settings = [json.loads(text) for text in file["config"].tolist()]
    assert [one["init_seed"] for one in settings] == ["4", "5"]
    assert settings[0]["name"] == "blobs"
    assert settings[0]["hidden_layer_sizes"] == "7,5"
    raw = dataset.X_test * dataset.scale + dataset.shift
    a = ((raw - file["shift"]) / file["scale"])[np.newaxis]
    for layer in (1, 2):
        a = np.tanh(a @ file[f"W{layer}"] + file[f"b{layer}"][:, np.newaxis])
    logits = a @ file["W3"] + file["b3"][:, np.newaxis]
    accuracy = (logits.argmax(axis=-1) == dataset.y_test).mean(axis=-1)
    assert accuracy.tolist() == pytest.approx([record.test_accuracy for record in records])


def test_what_was_saved_is_opened_equal_to_the_bit(trained):
    dataset, records, file = trained
    saved = weights_file.read(file, SIZES, MOST)
    assert saved.n_networks == 2
    for index, record in enumerate(records):
        for layer, other in zip(saved.network(index), record.params, strict=True):
            for ours, theirs in zip(layer, other, strict=True):
                assert ours.dtype == theirs.dtype == np.float32
                assert ours.tobytes() == theirs.tobytes()
    np.testing.assert_array_equal(saved.shift, dataset.shift)
    np.testing.assert_array_equal(saved.scale, dataset.scale)
    assert saved.problem == ""
    for settings, config in zip(saved.settings, CONFIGS, strict=True):
        for of in (DATA, config):
            for name in (name for name in settings if hasattr(of, name)):
                assert settings[name] == getattr(of, name), name
        assert len(settings) == len(DATA.__slots__) + len(config.__slots__)


def test_the_settings_are_read_before_the_weights_are_known_to_fit(trained):
    assert weights_file.named_settings(trained[2]) == weights_file.read(trained[2], SIZES, MOST).settings
    for config in (None, "{}", [["{}"]], ["nonsense"], np.zeros(2), np.zeros(10**6, "U1")):
        file = packed(**ONE, config=config)
        assert peak_of(lambda file=file: weights_file.named_settings(file)) < 2 * 10**6
        assert weights_file.named_settings(file) == ()
    assert weights_file.named_settings(b"no archive") == ()


def test_a_file_of_before_names_three_settings_and_is_still_opened(trained):
    old = {name: array for name, array in arrays(trained[2]).items() if name != "config"}
    saved = weights_file.read(packed(**old), SIZES, MOST)
    expected = {"activation": "tanh", "initializer": "glorot_uniform"}
    assert saved.settings == (expected | {"init_seed": 4}, expected | {"init_seed": 5})
    assert saved.problem == ""
    assert saved.shift is not None


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("dtype", ["f4", "f8", ">f8", "i2", "f2"])
def test_a_students_own_file_needs_neither_an_axis_of_networks_nor_settings(save, dtype):
    own = {name: np.asfortranarray((8 * array).astype(dtype)) for name, array in ONE.items()}
    saved = weights_file.read(packed(save, **own, notes=np.array("mine")), SIZES, MOST)
    assert (saved.n_networks, saved.settings, saved.problem) == (1, ({},), "")
    assert saved.shift is saved.scale is None
    flat = [array for layer in saved.network(0) for array in layer]
    for ours, theirs in zip(flat, own.values(), strict=True):
        assert ours.dtype == (np.float32 if dtype == "f4" else np.float64)
        np.testing.assert_array_equal(ours, theirs)


NEEDED = "allowed: an .npz file with W1, b1, W2, b2, W3, b3, the 3 layers of this page's network."
REFUSED = [
    ({"W3": None, "b3": None}, f"W3 is missing; {NEEDED}"),
    ({"b2": None}, f"b2 is missing; {NEEDED}"),
    ({"W4": random(3, 3)}, f"The file has a W4, one layer more than this page's network; {NEEDED}"),
    (
        {"W1": random(2, 8)},
        "W1 has shape (2, 8); allowed: (2, 7), as in this page's network, or (n, 2, 7) for n networks.",
    ),
    ({"W2": random(5, 7)}, "W2 has shape (5, 7); allowed: (7, 5), as in this page's network."),
    ({"b1": random(7, 1)}, "b1 has shape (7, 1); allowed: (7,), as in this page's network."),
    (
        {"W1": random(4, 2, 7)},
        "b1 has shape (7,); allowed: (4, 7), as W1 has 4 networks.",
    ),
    ({"W1": np.zeros((2, 7), object)}, "W1 is object of shape (2, 7); allowed: arrays of real numbers."),
    ({"b3": random(3) * 1j}, "b3 is complex128 of shape (3,); allowed: arrays of real numbers."),
    ({"b3": np.array(["a", "b", "c"])}, "b3 is <U1 of shape (3,); allowed: arrays of real numbers."),
]


@pytest.mark.parametrize(("changes", "sentence"), REFUSED)
def test_weights_that_do_not_fit_are_refused_with_both_shapes(changes, sentence):
    with pytest.raises(ValueError, match=r".") as refused:
        weights_file.read(packed(**ONE | changes), SIZES, MOST)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"<html>",
        pickle.dumps(ONE),
        packed(np.save, arr=ONE["W1"]),
        packed(**ONE)[:-200],
    ],
)
def test_what_is_no_archive_is_refused(file):
    with pytest.raises(ValueError, match=r"^The file is not a readable .npz archive; allowed: what np"):
        weights_file.read(file, SIZES, MOST)


class Armed:
    """Would write a file, were it ever unpacked."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (self.path, "w")


def test_objects_among_weights_or_settings_are_not_unpacked(tmp_path):
    armed = np.array([Armed(str(tmp_path / "ran"))], dtype=object)
    assert weights_file.read(packed(**ONE, config=armed, activation=armed), SIZES, MOST).settings == ({},)
    with pytest.raises(ValueError, match=r"^W1 is object of shape"):
        weights_file.read(packed(**ONE | {"W1": armed}), SIZES, MOST)
    assert not (tmp_path / "ran").exists()


def test_too_many_networks_are_refused_before_they_are_unpacked():
    n = 30_000  # of 79 parameters, 17 MB that are packed to a few kB
    shapes = {"W1": (2, 7), "b1": (7,), "W2": (7, 5), "b2": (5,), "W3": (5, 3), "b3": (3,)}
    file = packed(np.savez_compressed, **{name: np.zeros((n, *shape)) for name, shape in shapes.items()})
    refused = []

    def read():
        with pytest.raises(ValueError, match=r".") as caught:
            weights_file.read(file, SIZES, 79 * n - 1)
        refused.append(str(caught.value))

    assert peak_of(read) < 2 * 10**6
    n_parameters = sum(int(np.prod(shape)) for shape in shapes.values())
    assert n_parameters == 79
    allowed = "allowed: 1 to 2,369,999 parameters."
    assert refused == [f"The file contains 30,000 networks with 2,370,000 parameters in all; {allowed}"]
    assert weights_file.read(file, SIZES, 79 * n).n_networks == n


@pytest.mark.parametrize(("n", "is_read"), [(20_000, True), (20_001, False)])
def test_the_settings_of_very_many_networks_are_left_out(n, is_read):
    weights = {"W1": np.zeros((n, 1, 1)), "b1": np.zeros((n, 1))}
    saved = weights_file.read(packed(**weights, init_seed=np.arange(n)), (1, 1), 10**6)
    assert len(saved.settings) == n
    assert saved.settings[-1] == ({"init_seed": n - 1} if is_read else {})


def test_a_file_of_no_network_is_refused():
    shapes = {"W1": (2, 7), "b1": (7,), "W2": (7, 5), "b2": (5,), "W3": (5, 3), "b3": (3,)}
    nothing = {name: np.zeros((0, *shape)) for name, shape in shapes.items()}
    with pytest.raises(
        ValueError, match=r"^The file contains 0 networks with 0 parameters in all; allowed: 1 to"
    ):
        weights_file.read(packed(**nothing), SIZES, MOST)


def test_arrays_packed_without_a_bound_are_refused():
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(packed(**ONE))) as plain,
        zipfile.ZipFile(file, "w", zipfile.ZIP_LZMA) as other,
    ):
        for name in plain.namelist():
            other.writestr(name, plain.read(name))
    with pytest.raises(ValueError, match=r"^W1 is compressed in an unusual way;"):
        weights_file.read(file.getvalue(), SIZES, MOST)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"b2": [0, np.nan, 0, 0, 0]}, "has 1 weight that is NaN or infinite, the first in b2;"),
        (
            {"W3": np.full((5, 3), np.inf), "b3": [np.nan, 0, 0]},
            "has 16 weights that are NaN or infinite, the first in W3;",
        ),
    ],
)
def test_a_network_that_diverged_is_refused_and_the_others_are_not(changes, sentence):
    good = weights_file.read(packed(**ONE), SIZES, MOST).network(0)
    both = {name: np.stack([array, np.asarray(changes.get(name, array))]) for name, array in ONE.items()}
    saved = weights_file.read(packed(**both), SIZES, MOST)
    np.testing.assert_array_equal(saved.network(0)[2].W, good[2].W)
    with pytest.raises(ValueError, match=r".") as refused:
        saved.network(1)
    allowed = "allowed: finite numbers, from a network that did not diverge."
    assert str(refused.value) == f"Network 2 of the file {sentence} {allowed}"


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        (["no JSON"], "they are not JSON."),
        (["[1, 2]"], "they are not the parameters of a link."),
        (['{"noise": 0.3}'], "they are not the parameters of a link."),
        (['{"v": "2", "noise": 0.3}'], "they are not the parameters of a link."),
        (["[" * 100_000], "they are not JSON."),
        (['{"v": "2", "activation": "cubic"}'], "activation is 'cubic'; allowed: relu, "),
        (['{"v": "9"}'], "v is '9'; allowed: 1 or 2"),
        (['{"name": "own_points", "points": "\\ud800"}'], "they are not the parameters of a link."),
        (['{"hidden_layer_sizes": "8x99999999"}'], "hidden_layer_sizes is '8x99999999'; allowed: up to"),
    ],
)
def test_settings_that_cannot_be_read_are_told_and_the_weights_are_opened(config, problem):
    saved = weights_file.read(packed(**ONE, config=config, activation="tanh"), SIZES, MOST)
    assert saved.problem.startswith(f"The settings in the file cannot be read: {problem}")
    assert len(saved.problem) < 400
    assert saved.settings == ({"activation": "tanh"},)


@pytest.mark.parametrize(
    "extra",
    [
        {"config": np.zeros(3)},
        {"config": np.array(["{}"] * 2)},  # of two networks, where there is one
        {"config": np.array([" " * 2**20 + "{}"])},  # beyond MOST_TEXT
        {"activation": "cubic"},
        {"initializer": np.array(["cubic"])},
        {"initializer": np.array(["\ud800"])},  # half a character, which no page can be sent
        {"init_seed": np.array([1 + 2j])},
        {"init_seed": np.array([0.5])},
        {"shift": np.zeros(2), "scale": np.zeros(2)},  # nothing can be divided by 0
        {"shift": np.zeros(2), "scale": np.array([1.0, 0.0])},
        {"shift": np.array([0.0, np.nan]), "scale": np.ones(2)},
        {"shift": np.zeros(2), "scale": np.array([1.0, np.inf])},
        {"shift": np.zeros(2)},
        {"shift": np.zeros(3), "scale": np.ones(3)},
    ],
    ids=str,
)
def test_what_a_file_may_leave_out_counts_as_left_out_where_it_is_of_no_use(extra):
    saved = weights_file.read(packed(**ONE, **extra), SIZES, MOST)
    assert (saved.settings, saved.problem, saved.shift, saved.scale) == (({},), "", None, None)


@pytest.mark.parametrize(("n", "is_read"), [(2**20, True), (2**20 + 1, False)])
def test_the_text_of_the_settings_may_have_four_million_bytes(n, is_read):
    text = '{"v": "2", "noise": "0.3"}'.ljust(n)  # numpy keeps four bytes of a letter
    (settings,) = weights_file.read(packed(**ONE, config=[text]), SIZES, MOST).settings
    assert settings.get("noise") == (0.3 if is_read else None)


def test_one_network_that_is_too_large_is_told_with_its_parameters():
    with pytest.raises(ValueError, match=r".") as refused:
        weights_file.read(packed(**ONE), SIZES, 78)
    assert str(refused.value) == (
        "The file contains 1 network with 79 parameters in all; allowed: 1 to 78 parameters."
    )
    assert weights_file.read(packed(**ONE), SIZES, 79).n_networks == 1


@pytest.mark.parametrize("n", [4, 31])
def test_of_a_deep_network_the_first_and_the_last_of_the_arrays_are_named(n):
    with pytest.raises(
        ValueError, match=rf"^W4 is missing; .* with W1, b1, …, W{n}, b{n}, the {n} layers of this"
    ):
        weights_file.read(packed(**ONE), (2, 7, 5, 3) + (3,) * (n - 3), MOST)


def test_a_file_says_which_of_its_networks_diverged(trained):
    dataset, (first, second), _ = trained
    file = weights_file.write([first, second._replace(diverged=True)], DATA, CONFIGS, dataset)
    assert arrays(file)["diverged"].tolist() == [False, True]


def test_every_file_that_may_be_opened_may_be_written_and_a_larger_one_is_told(monkeypatch):
    one = np.zeros((2**17, 60), np.float32)  # 30 MB

    def records(n):
        return [SimpleNamespace(params=(Layer(one, one[:1, 0]),))] * n

    assert weights_file.MOST_BYTES > 14_000_000 * 4, "what Initialization trains, in float32"
    assert weights_file.too_large(records(1)) == ""
    said = "With 60 MB the file is too large to be opened here again (up to 60 MB)."
    assert weights_file.too_large(records(2)) == said
    assert weights_file.too_large(records(3)).startswith("With 90 MB the file")
    monkeypatch.setattr(weights_file, "MOST_BYTES", 10)
    with pytest.raises(ValueError, match="more than 0 MB"):
        weights_file.read(b"PK" * 6, SIZES, 100)
