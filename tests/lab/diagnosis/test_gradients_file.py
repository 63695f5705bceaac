"""What a file of gradients may look like, and what is said of one that cannot be read."""

import io

import numpy as np
import pytest

from data import DataConfig
from data.archive import Refusal
from lab.diagnosis import batch as batches
from lab.diagnosis import gradients_file
from lab.diagnosis.batch import Batch
from lab.links.reading import OverLimit
from mlp.config import TrainConfig
from mlp.network import Layer

CONFIG = TrainConfig(hidden_layer_sizes=(3,))
PARAMS = (Layer(np.zeros((2, 3)), np.zeros(3)), Layer(np.zeros((3, 4)), np.zeros(4)))
BATCH = Batch(CONFIG, PARAMS, np.zeros((5, 2)), np.zeros(5, int))
RNG = np.random.default_rng(0)
FOUND = {"dW1": RNG.random((2, 3)), "db1": RNG.random(3), "dW2": RNG.random((3, 4)), "db2": RNG.random(4)}

PARAMETERS = {"W1": np.ones((2, 3)), "b1": np.ones(3), "W2": np.ones((3, 4)), "b2": np.ones(4)}


def npz(arrays=None, *in_order):
    file = io.BytesIO()
    np.savez(file, *in_order, **(arrays or {}))
    return [("grads.npz", file.getvalue())]


def csvs(arrays, **how):
    files = []
    for name, array in arrays.items():
        text = io.StringIO()
        np.savetxt(text, array, **how)
        files.append((f"{name}.csv", text.getvalue().encode()))
    return files


def assert_read(files, row_per_unit=False):
    found = gradients_file.read(files, BATCH)
    assert found.row_per_unit == row_per_unit
    for number, layer in enumerate(found.layers, 1):
        np.testing.assert_allclose(layer.W, FOUND[f"dW{number}"])
        np.testing.assert_allclose(layer.b, FOUND[f"db{number}"])


@pytest.mark.parametrize(
    "written",
    [
        "{}",
        "g{1}{2}",
        "grad_{1}{2}",
        "{1}{2}",
        "{1}_{2}",
        "d{1}[{2}]",
        "{1}[{2}].grad",
        "grad {1} {2}",
        "D{1}{2}",
    ],
)
def test_names_that_students_give(written):
    arrays = {written.replace("{}", k).format(k[0], k[1], k[2]): a for k, a in FOUND.items()}
    assert_read(npz(arrays))


def test_names_of_layers_counted_from_0_and_of_modules():
    assert_read(npz({f"{k[:2]}{int(k[2]) - 1}": a for k, a in FOUND.items()}))
    assert_read(npz({f"layer{k[2]}.{'weight' if k[1] == 'W' else 'bias'}.grad": a for k, a in FOUND.items()}))


def test_arrays_without_names_are_in_order():
    assert_read(npz(None, *FOUND.values()))


def test_other_arrays_may_stand_beside_them():
    assert_read(npz(FOUND | {"loss": np.zeros(3), "X": np.zeros((5, 2))}))


@pytest.mark.parametrize(
    ("derivative", "parameter"),
    [
        ("d{0}{1}", "{0}{1}"),
        ("grad_{0}{1}", "{0}_{1}"),
        ("layer{1}.{0}.grad", "layer{1}.{0}"),
        ("{0}{1}_grad", "{0}{1}"),
        ("d{0}{1}", "layer{1}.{0}"),
    ],
)
@pytest.mark.parametrize("first", [0, 1])
def test_of_parameters_and_their_derivatives_the_derivatives_are_read(derivative, parameter, first):
    def named(form, arrays):
        return {form.format(name[-2], int(name[-1]) - 1 + first): array for name, array in arrays.items()}

    gradients, parameters = named(derivative, FOUND), named(parameter, PARAMETERS)
    for arrays in (gradients | parameters, parameters | gradients):
        assert_read(npz(arrays))
        assert_read(csvs(arrays))


def test_biases_without_a_d_beside_matrices_with_one_are_gradients():
    assert_read(npz({name.removeprefix("d") if name[1] == "b" else name: a for name, a in FOUND.items()}))


def test_matrices_with_a_row_per_unit_and_biases_in_a_column():
    arrays = {k: a.T if a.ndim == 2 else a[:, np.newaxis] for k, a in FOUND.items()}
    assert_read(npz(arrays), row_per_unit=True)


@pytest.mark.parametrize("how", [{"delimiter": ","}, {"delimiter": ";"}, {"delimiter": "\t"}, {}])
def test_csv_files_of_any_separator(how):
    assert_read(csvs(FOUND, **how))


@pytest.mark.parametrize("delimiter", [";", "\t", " ", "; ", "\t;"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_csv_with_decimal_commas_of_any_encoding(delimiter, encoding):
    """The biases are columns, which have no separator besides the decimal comma."""
    files = [(name, content.decode().replace(".", ",")) for name, content in csvs(FOUND, delimiter=delimiter)]
    assert any("," in text for _, text in files)
    assert_read([(name, text.encode(encoding)) for name, text in files])


def test_commas_without_another_separator_separate_whole_numbers():
    whole = {name: np.arange(array.size, dtype=float).reshape(array.shape) for name, array in FOUND.items()}
    files = [
        (f"{name}.csv", "\n".join(",".join(f"{x:.0f}" for x in row) for row in np.atleast_2d(array)).encode())
        for name, array in whole.items()
    ]
    read = gradients_file.read(files, BATCH)
    assert all(np.array_equal(W, whole[f"dW{n}"]) for n, (W, _) in enumerate(read.layers, 1))
    assert all(np.array_equal(b, whole[f"db{n}"]) for n, (_, b) in enumerate(read.layers, 1))


def test_the_shape_that_is_refused_is_that_of_the_numbers_with_decimal_commas():
    with pytest.raises(Refusal, match=r"^dW1 has the shape \(2, 2\)"):
        gradients_file.read([*csvs(FOUND)[1:], ("dW1.csv", b"0,12;0,34\n-1,5e-3;2")], BATCH)


def test_csv_with_bom_blank_lines_and_windows_lines():
    files = csvs(FOUND, delimiter=", ")
    assert_read([(n, b"\xef\xbb\xbf" + c.replace(b"\n", b"\r\n\r\n")) for n, c in files])


def test_files_of_any_folder_and_case_and_biases_in_a_row():
    files = csvs(FOUND | {"db1": FOUND["db1"][np.newaxis]}, delimiter=",")
    endings = ("CSV", "csv", "TXT", "txt")
    assert_read([(f"a/b.c/{n[:-3]}{end}", c) for (n, c), end in zip(files, endings, strict=True)])


def test_other_files_may_have_one_name():
    assert_read([("a/loss.csv", b"0.1"), ("b/loss.csv", b"0.2"), *csvs(FOUND)])


def read_in_shapes(found, *shapes, **config):
    """The Gradients of a file for a network whose weights have these shapes."""
    params = tuple(Layer(np.zeros(shape), np.zeros(shape[1])) for shape in shapes)
    return gradients_file.read(
        npz(found), Batch(TrainConfig(**config), params, np.zeros((1, 2)), np.zeros(1))
    )


def test_a_square_matrix_is_turned_with_the_others_and_never_alone():
    oblong, square = RNG.random((2, 3)), RNG.random((3, 3))
    biases = {"db1": np.zeros(3), "db2": np.zeros(3)}
    found = read_in_shapes(biases | {"dW1": oblong.T, "dW2": square.T}, (2, 3), (3, 3))
    np.testing.assert_array_equal(found.layers[1].W, square)
    assert found.row_per_unit
    found = read_in_shapes(biases | {"dW1": square, "dW2": square.T}, (3, 3), (3, 3))
    np.testing.assert_array_equal(found.layers[1].W, square.T)
    assert not found.row_per_unit


def test_a_network_without_biases_needs_its_matrices_alone():
    found = read_in_shapes({"dW1": FOUND["dW1"], "dW2": FOUND["dW2"]}, (2, 3), (3, 4), use_bias=False)
    np.testing.assert_array_equal(found.layers[1].W, FOUND["dW2"])
    assert found.layers[1].b.tolist() == [0] * 4


def test_the_size_of_every_file_is_bounded():
    most = 20_000 + 60 * (2 * 3 + 3 + 3 * 4 + 4)
    gradients_file.check_sizes([("a.csv", most), ("b.csv", most)], BATCH)
    with pytest.raises(Refusal, match=rf"^b\.csv has {most + 1:,} bytes; allowed: {most:,}, "):
        gradients_file.check_sizes([("a.csv", most), ("b.csv", most + 1)], BATCH)


def test_of_many_arrays_the_first_and_the_last_are_named():
    with pytest.raises(Refusal) as refusal:
        read_in_shapes({"dW1": np.zeros((2, 2))}, (2, 2), (2, 2), (2, 2), (2, 2))
    assert str(refusal.value) == (
        "db1, dW2, db2, … (7 in all) are missing; the file has dW1; allowed: arrays named dW1, db1, dW2, …, "
        "dW4 and db4."
    )


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        (
            npz({k: a for k, a in FOUND.items() if k != "db2"}),
            "db2 is missing; the file has dW1, db1 and dW2",
        ),
        (npz(FOUND | {"dW2": np.zeros((3, 5))}), "dW2 has the shape (3, 5); allowed: (3, 4), or (4, 3)."),
        (npz(FOUND | {"dW2": FOUND["dW2"].T}), "dW2 has a row per unit, and dW1 a row per input"),
        (npz(FOUND | {"gW1": FOUND["dW1"]}), "dW1 and gW1 are both dW1"),
        (
            npz({"dW1": FOUND["dW1"], "dW2": FOUND["dW2"]} | PARAMETERS),
            "db1 and db2 are missing; the file has dW1, dW2, W1, b1, W2 and b2",
        ),
        (
            npz(dict.fromkeys(["dW1", *"abcdef"], np.zeros(1))),
            "db1, dW2 and db2 are missing; the file has dW1, a, b, c, d, e, … (7 in all); allowed: arrays",
        ),
        (
            npz(FOUND | {"db1": np.array(["a", "b", "c"])}),
            "db1 is <U1 of shape (3,); allowed: arrays of real",
        ),
        (npz(FOUND | {"db1": np.array([None] * 3, object)}), "allowed: arrays of real numbers"),
        ([("grads.npz", b"PK nothing")], "The file is not a readable .npz archive"),
        ([("grads.npz", b"")], "The file is not a readable .npz archive"),
        ([("dW1.csv", b"")], "missing; the file has dW1"),
        ([*csvs(FOUND | {"db1": np.zeros(3)})[:3], ("db2.csv", b"1\n2\nx\n4")], "Row 3 of db2.csv has 'x'"),
        ([*csvs(FOUND)[:3], ("db2.csv", b"")], "db2.csv is empty"),
        ([*csvs(FOUND)[:3], ("db2.csv", b"\xff\xfe1")], "db2.csv is not text"),
        ([*csvs(FOUND)[1:], ("dW1.csv", b"1,2,3\n4,5")], "Row 2 of dW1.csv has 2 numbers; allowed: as many"),
        (
            [*csvs(FOUND), ("dW1.txt", b"1,2,3\n4,5,6")],
            "dW1.csv and dW1.txt are both dW1; allowed: one file per array.",
        ),
        (
            [("a/db2.csv", b"1\n2\n3\n4"), *csvs(FOUND)],
            "a/db2.csv and db2.csv are both db2; allowed: ",
        ),
        ([*csvs(FOUND), *csvs(FOUND)], "dW1.csv is given twice; allowed: one file per array."),
        (npz(FOUND) * 2, "There are 2 files; allowed: one .npz file"),
        (npz(FOUND) + csvs(FOUND), "1 .npz file and 4 CSV files are mixed; allowed: one .npz file, or CSV"),
        ([("grads.npz", b"0" * 30_000)], "grads.npz has 30,000 bytes; allowed: 20,000"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(files, sentence):
    if "20,000" in sentence:
        sentence = f"allowed: {gradients_file.most_bytes(BATCH):,}"
    with pytest.raises(Refusal) as refusal:
        gradients_file.read(files, BATCH)
    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_file_to_start_from_holds_what_the_lab_computes_with():
    with np.load(io.BytesIO(batches.as_file(BATCH)), allow_pickle=False) as file:
        assert set(file) == {"X", "y", "W1", "b1", "W2", "b2"}
        np.testing.assert_array_equal(file["W2"], PARAMS[1].W)
    assert batches.names(BATCH) == ["dW1", "db1", "dW2", "db2"]


def test_network_too_large_is_refused_before_its_data_are_loaded():
    def load(data):
        raise AssertionError(f"{data.name} is loaded")

    large = TrainConfig(hidden_layer_sizes=(512,))
    with pytest.raises(OverLimit, match=r"up to 100,000 parameters; this network has 407,050 parameters"):
        batches.batch_of(DataConfig(name="mnist"), large, load)
