"""python -m lab diagnose LINK FILE: from the file to start from to what is wrong."""

import hashlib

import numpy as np
import pytest
import student_program as student

import lab.__main__ as terminal
from data import STORE
from lab.diagnosis.batch import batch_of
from lab.links.reader import read
from mlp.network import Layer

LINK = "n_samples=60&hidden_layer_sizes=4&batch_size=8&activation=tanh"


def run(capsys, *arguments):
    """(exit code, the output, the error output)."""
    code = terminal.main(["diagnose", *map(str, arguments)])
    return code, *capsys.readouterr()


@pytest.fixture
def start(tmp_path, capsys):
    """The batch of the file that the command writes."""
    code, said, _ = run(capsys, LINK, "--start", tmp_path / "start.npz")
    assert (code, said.endswith("compute dW1, db1, dW2, db2.\n")) == (0, True)
    experiment = read(LINK).experiment
    batch = batch_of(experiment.data, experiment.train)
    with np.load(tmp_path / "start.npz", allow_pickle=False) as file:
        params = tuple(Layer(file[f"W{i}"], file[f"b{i}"]) for i in (1, 2))
        return batch._replace(params=params, X=file["X"], y=file["y"])


def write(path, layers):
    np.savez(
        path, **{f"d{k}{i}": a for i, one in enumerate(layers, 1) for k, a in zip("Wb", one, strict=True)}
    )
    return path


def test_right_program_and_wrong_one(start, tmp_path, capsys):
    code, said, _ = run(capsys, LINK, write(tmp_path / "right.npz", student.gradients(start)))
    assert (code, said.splitlines()[0][:26]) == (0, "Your gradients are right. ")
    wrong = student.gradients(start, student.WRONG["slope_forgotten"])
    code, said, _ = run(capsys, LINK, write(tmp_path / "wrong.npz", wrong))
    lines = said.splitlines()
    assert (code, lines[0][:40]) == (1, "Your numbers are those of one known mist")
    assert lines[1].strip().startswith("The slope f'(z) is missing")
    assert (
        "The output layer is right; in the backward pass the error begins in layer 1, in dW1 and db1."
        in lines
    )


def test_factors_are_named_by_the_batch_and_the_classes_of_the_link(start, tmp_path, capsys):
    (W1, b1), (W2, b2) = student.gradients(start)  # of 8 examples, 4 hidden units and 2 classes
    scaled = [(W1 / 2, b1 * 8), (W2 * 4, b2 / 4)]
    code, said, _ = run(capsys, LINK, write(tmp_path / "scaled.npz", scaled))
    assert code == 1
    for name, factor in (
        ("dW1", "0.5, 1 / the number of classes"),
        ("db1", "8, the batch size"),
        ("dW2", "4, the batch size / the number of classes"),
        ("db2", "0.25"),
    ):
        assert f"{name} is ours × {factor}, to " in said


def test_a_sum_over_the_examples_with_its_penalty_is_the_batch_size_and_no_half_of_a_mistake(
    start, tmp_path, capsys
):
    link = f"{LINK}&l2=0.01"
    penalised = start._replace(config=read(link).experiment.train)
    summed = [(8 * W, 8 * b) for W, b in student.gradients(penalised)]
    code, said, _ = run(capsys, link, write(tmp_path / "summed.npz", summed))
    first, second, third, *_ = said.splitlines()
    assert (code, first) == (1, "Every gradient is wrong by the same factor.")
    assert second.startswith("  Every number, the penalty's part included, is ours × 8, the batch size, to ")
    assert "dW1 is ours × 8, the batch size, to " in third, "no layer is blamed"


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        ([LINK], 2, "There is nothing to do: name the files with the gradients, or --start FILE."),
        ([LINK, "nowhere.npz"], 2, "Cannot open nowhere.npz (No such file or directory)."),
        ([LINK, __file__], 2, "The file is not a readable .npz archive"),
        (["n_samples=a", "--start", "never.npz"], 2, "n_samples"),
        (["name=mnist&hidden_layer_sizes=300", "--start", "never.npz"], 3, "up to 100,000 parameters"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(arguments, code, sentence, capsys):
    found, said, error = run(capsys, *arguments)
    assert (found, said) == (code, "")
    assert sentence in error
    assert error.count("\n") == 1


def test_a_file_that_is_too_large_is_told_with_its_own_size(tmp_path, capsys):
    large = tmp_path / "large.npz"
    large.write_bytes(bytes(100_000))
    code, said, error = run(capsys, LINK, large)
    n_parameters = 2 * 4 + 4 + 4 * 2 + 2
    assert (code, said) == (2, "")
    assert f"large.npz has 100,000 bytes; allowed: {20_000 + 60 * n_parameters:,}, which" in error


def of_images(path):
    pixels, classes = np.zeros((40, 4, 4), np.uint8), np.arange(40) % 2
    np.savez(path, x_train=pixels, y_train=classes, x_test=pixels, y_test=classes)


def of_table(path):
    path.write_text("a,b,kind\n" + "".join(f"{i},{i % 7},{'uv'[i % 2]}\n" for i in range(400)))


@pytest.mark.parametrize(
    ("name", "option", "write"), [("own_images", "--images", of_images), ("own_table", "--table", of_table)]
)
def test_data_of_ones_own_are_given_as_a_file_and_only_as_the_links(tmp_path, capsys, name, option, write):
    own, start = tmp_path / "own.npz", tmp_path / "start.npz"
    write(own)
    digest = hashlib.sha256(own.read_bytes()).hexdigest()
    needed = f"name={name}&points={digest}&split=60/20/20"
    STORE.clear()
    for command, rest in (((), ()), (("diagnose",), ("--start", str(start)))):
        assert terminal.main([*command, needed, *rest]) == 2
        assert capsys.readouterr().err.endswith(f"in the terminal give it with {option}.\n")
    assert run(capsys, needed, option, own, "--start", start)[0] == 0
    with np.load(start, allow_pickle=False) as file:
        assert len(file["X"]) == 32
    other = f"name={name}&points={'ab' * 32}&split=60/20/20"
    for command, rest in (((), ()), (("diagnose",), ("--start", str(start)))):
        assert terminal.main([*command, other, option, str(own), *rest]) == 2
        assert capsys.readouterr().err == (
            f"own.npz is another file than the link's: its sha256 begins with {digest[:12]}…, that of the "
            "link's with abababababab….\n"
        )


def test_only_the_link_is_demanded(capsys):
    with pytest.raises(SystemExit) as ended:
        terminal.main(["diagnose"])
    demanded = (
        "The following arguments are required: link; python -m lab diagnose --help shows what there is.\n"
    )
    assert (ended.value.code, *capsys.readouterr()) == (2, "", demanded)
