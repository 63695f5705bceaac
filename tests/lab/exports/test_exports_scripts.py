"""Scripts and notebooks reproduce the engine's numbers, in a Python that has NumPy alone."""

import ast
import io
import json
import math
import re
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest
from bare import run
from exported import EXPERIMENTS, NAMES, POOL, export, own_table

from data import SCALINGS, DataConfig, held_table, keep_images, load_dataset
from data.downloads import folder_of
from lab.exports import experiment, formats
from lab.exports.experiment import Export
from mlp import TrainConfig, train

LOSSES = re.compile(r"final (\w+) loss: (\S+)")


SPARED = {
    "as it stands",
    "a deep one",
    "penalties",
    "no validation",
}  # others have all their lines
RUN = [name for name in EXPERIMENTS if name not in SPARED]


def cells(book, kind="code"):
    return ["".join(cell["source"]) for cell in json.loads(book)["cells"] if cell["cell_type"] == kind]


def code_of_notebook(name):
    return "\n\n".join(cells(formats.notebook(export(name))))


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """{name: (output, what ended it)} of every experiment's script, of a notebook, and without a result."""
    texts = {name: formats.script(export(name)) for name in RUN}
    texts["a notebook"] = code_of_notebook("own points")
    texts["no result"] = formats.script(export("own points")._replace(record=None))
    return run(tmp_path_factory.mktemp("scripts"), texts)


def statements(code):
    """The syntax trees of the functions, settings and imports of a file."""
    kinds = (ast.FunctionDef, ast.Assign, ast.Import)
    return {ast.dump(node) for node in ast.parse(code).body if isinstance(node, kinds)}


@pytest.mark.slow
@pytest.mark.parametrize("name", RUN)
def test_a_notebook_has_the_code_of_the_script(name):
    assert statements(code_of_notebook(name)) == statements(formats.script(export(name)))
    assert code_of_notebook(name).endswith("\nmain()")


def test_the_experiments_use_everything_there_is():
    used = [{getattr(config, name) for _, config in map(EXPERIMENTS.get, RUN)} for name in NAMES]
    assert used == [set(pool) for pool in POOL]


def assert_same(output, record, within=1e-6):
    found = {split: float(value) for split, value in LOSSES.findall(output)}
    engine = {"training": record.train_loss, "validation": record.valid_loss, "test": record.test_loss}
    if not record.diverged:  # then a loss is NaN only if its part has no examples
        engine = {split: value for split, value in engine.items() if not math.isnan(value)}
    assert found.keys() == engine.keys()
    for split, value in engine.items():
        if math.isfinite(value):
            assert found[split] == pytest.approx(value, rel=within)
        else:
            assert not math.isfinite(found[split])


@pytest.mark.slow
@pytest.mark.parametrize("name", [*RUN, "a notebook"])
def test_a_script_and_a_notebook_end_with_the_engines_losses(ran, name):
    output, problem = ran[name]
    assert problem == ""
    assert_same(output, export("own points" if name == "a notebook" else name).record)
    assert output.rstrip().splitlines()[-1].startswith("Reproduced")


def test_without_a_result_a_script_trains_and_says_nothing_of_the_losses(ran):
    output, problem = ran["no result"]
    assert problem == ""
    assert "Reproduced" not in output
    assert_same(output, export("own points").record)


@pytest.mark.parametrize("name", RUN)
def test_a_script_checks_every_gradient_of_its_own(ran, name):
    output, _ = ran[name]
    layers = export(name).train.n_layers
    checked = re.findall(r"([Wb]) of layer (\d+): largest difference (\S+), largest derivative (\S+)", output)
    assert [(kind, int(layer)) for kind, layer, *_ in checked] == [
        (kind, layer) for layer in range(layers, 0, -1) for kind in "Wb"
    ]
    for kind, _, difference, largest in checked:
        assert float(difference) <= 1e-4 * float(largest) + 1e-8
        assert float(largest) > 1e-3 or (kind == "b" and not export(name).train.use_bias), (
            "it is no empty check"
        )


@pytest.mark.parametrize("name", RUN)
def test_a_script_prints_the_loss_and_the_validation_accuracy_of_its_last_epoch(ran, name):
    output, record = ran[name][0], export(name).record
    validated = record.diverged or not math.isnan(record.valid_accuracy)
    accuracy = r", validation accuracy (\S+)" if validated else "()"
    printed = re.findall(rf"^epoch (\d+): training loss (\S+){accuracy}$", output, re.MULTILINE)
    assert bool(printed) == (name != "untrained")
    assert (f"It diverges in epoch {record.epoch}." in output) == record.diverged
    if printed and not record.diverged:
        epoch, loss, accuracy = printed[-1]
        assert (int(epoch), accuracy) == (record.epoch, f"{record.valid_accuracy:.1%}" * validated)
        assert float(loss) == pytest.approx(record.train_loss, rel=1e-5)


SPOILED = {  # what is replaced in a script, and words of its refusal
    "weights": (
        "dW = inputs[layer].T @ delta",
        "dW = 1.01 * inputs[layer].T @ delta",
        "W of layer 3 is wrong",
    ),
    "biases": ("db = (np.ones", "db = 0.9 * (np.ones", "the gradient of b of layer 3 is wrong"),
    "slope": ("return (z > 0).astype", "return (z > 0.1).astype", "of layer 2 is wrong"),
    "loss": ("/ row_sum(e) - T", "/ row_sum(e) - 1.1 * T", "of layer 3 is wrong"),
}
MOVED = {  # what is replaced in a script whose gradients stay right but whose losses are others
    "a digit": ('"validation": ', '"validation": 1.0002 * '),
    "seed": ("SHUFFLE_SEED = 0", "SHUFFLE_SEED = 1"),
    "epochs": ("EPOCHS = 3", "EPOCHS = 23"),
}


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory):
    """Scripts in which something is wrong or other than in the lab, run."""
    text, changes = formats.script(export("counts")), SPOILED | MOVED
    assert all(text.count(old) == 1 for old, *_ in changes.values())
    texts = {name: text.replace(old, new) for name, (old, new, *_) in changes.items()}
    return run(tmp_path_factory.mktemp("spoiled"), texts)


@pytest.mark.parametrize("name", SPOILED)
def test_a_script_refuses_wrong_gradients(spoiled, name):
    _, problem = spoiled[name]
    assert problem.startswith("AssertionError: ")
    assert SPOILED[name][-1] in problem


@pytest.mark.parametrize("name", MOVED)
def test_other_losses_after_right_gradients_are_reported_and_are_no_failure(spoiled, name):
    output, problem = spoiled[name]
    assert problem == ""
    told = re.search(r"but the (\w+) loss ends at (\S+); in the lab it was (\S+)\.\n", output)
    split, ours, labs = told.groups()
    found = dict(LOSSES.findall(output))
    assert found[split] == ours
    assert abs(float(ours) / float(labs) - 1) > 1e-4
    assert name != "a digit" or split == "validation"
    assert "Reproduced" not in output
    assert output.endswith("and some trainings amplify that from epoch to epoch.\n")


def test_a_script_prints_ten_epochs_or_so_and_the_last(spoiled):
    epochs = re.findall(r"^epoch (\d+): ", spoiled["epochs"][0], re.MULTILINE)
    assert [int(epoch) for epoch in epochs] == [*range(2, 24, 2), 23]


@pytest.mark.parametrize("name", RUN)
def test_a_script_holds_what_its_experiment_needs_and_nothing_of_the_rest(name):
    text, (_, config) = formats.script(export(name)), EXPERIMENTS[name]
    assert not re.search(r"^\s*(import|from) (?!numpy|sys)", text, re.MULTILINE)
    for kind, pool in zip(NAMES, POOL, strict=True):
        needed = {"normal", "constant"} if config.initializer == "constant" else {"normal"}
        if kind == "activation" and "sigmoid" in config.loss + config.activation:
            needed |= {"sigmoid", "softplus"}
        if config.activation == "softplus":
            needed |= {"sigmoid"}
        for other in set(pool) - needed - {getattr(config, kind)}:
            assert f"def {other}(" not in text
    assert ("SHUFFLE_SEED" in text) == config.shuffle
    assert ("MOMENTUM" in text) == (config.optimizer != "sgd")


def own_images(seed, file):
    """The digest of images of one's own, written into the file and kept."""
    rng = np.random.default_rng(seed)
    arrays = {f"x_{part}": rng.integers(0, 256, (n, 4, 4), dtype=np.uint8) for part, n in SIZES.items()}
    arrays["x_train"][:, 0, 0] = 7  # a pixel that does not vary
    labels = {f"y_{part}": np.array([9, -1, 5])[np.arange(n) % 3] for part, n in SIZES.items()}
    labels["y_train"] = labels["y_train"][:, np.newaxis]  # one in a column, the other in a row
    np.savez(file, **arrays, **labels)
    return keep_images(file.read_bytes())


SIZES = {"train": 60, "test": 20}
SMALL = TrainConfig(hidden_layer_sizes=(6,), epochs=2, batch_size=8, learning_rate=0.001)


def test_images_are_read_from_the_file_that_is_named(tmp_path):
    """In every scaling, with per cents and with counts."""
    own = tmp_path / "own.npz"
    data = DataConfig(name="own_images", points=own_images(1, own), split="60/20/20", seed=4)
    exported = {scaling: replace(data, scaling=scaling) for scaling in SCALINGS}
    exported["counts"] = replace(data, split="40/12/15")
    texts, records = {}, {}
    for name, one in exported.items():
        *_, records[name] = train(SMALL, load_dataset(one))
        texts[name] = formats.script(Export(one, SMALL, records[name], ""))
    for name, (output, problem) in run(tmp_path, texts, {name: [str(own)] for name in texts}).items():
        assert problem == ""
        assert_same(output, records[name])


def test_a_script_of_mnist_says_where_its_file_is_from_and_reads_what_it_holds():
    text = formats.script(Export(DataConfig(name="mnist"), SMALL, None, ""))
    assert "python this_file.py mnist.npz" in text
    assert "https://" in text
    assert "np.unique(y" not in text, "its labels are the classes"
    assert "], int(y.max()) + 1\n" in text
    with np.load(folder_of("mnist") / "mnist.npz") as file:
        assert set(re.findall(r'file\["(\w+)"\]', text)) == set(file.files)


@pytest.mark.parametrize("with_test", [True, False])
def test_the_script_of_images_in_another_form_reads_their_arrays_from_a_file(tmp_path, with_test):
    rng, path = np.random.default_rng(0), tmp_path / "arrays.npz"
    sets = ("train", "test") if with_test else ("train",)
    uploaded = io.BytesIO()
    np.savez(
        uploaded,
        **{f"{kind}_images": rng.random((60, 3, 5, 4), np.float32) for kind in sets},
        **{f"{kind}_labels": rng.choice(["cat", "dog", "ant"], (60, 1)) for kind in sets},
    )
    data = DataConfig(name="own_images", points=keep_images(uploaded.getvalue()))
    exported = {split: replace(data, split=split, scaling="unit") for split in ("60/20/20", "30/15/10")}
    np.savez(path, **experiment.arrays(data))
    texts, records = {}, {}
    for name, one in exported.items():
        *_, records[name[:2]] = train(SMALL, load_dataset(one))
        texts[name[:2]] = formats.script(Export(one, SMALL, records[name[:2]], ""))
    for name, (output, problem) in run(tmp_path, texts, {name: [str(path)] for name in texts}).items():
        assert problem == ""
        assert_same(output, records[name])
        words = " ".join(texts[name].split())
        assert (
            "python -m lab LINK --images FILE --arrays own_images.npz creates it from the uploaded" in words
        )
        assert ("x_test" in words) == with_test


@pytest.mark.parametrize("missing", ["drop", "median"])
def test_the_script_of_a_large_table_reads_its_arrays_from_a_file(tmp_path, monkeypatch, missing):
    monkeypatch.setattr(experiment, "MOST_CARRIED", 100)
    data = DataConfig(name="own_table", points=own_table(missing=missing), seed=3)
    *_, record = train(SMALL, load_dataset(data))
    table, path = held_table(data.points), tmp_path / "arrays.npz"
    np.savez(path, X=table.X, y=table.y)
    texts = {"script": formats.script(Export(data, SMALL, record, ""))}
    ((output, problem),) = run(tmp_path, texts, {"script": [str(path)]}).values()
    assert problem == ""
    assert_same(output, record)
    words = " ".join(texts["script"].split())
    assert "Give it the table: python this_file.py own_table.npz." in words
    assert "python -m lab LINK --arrays own_table.npz creates it from the link." in words
    assert (
        'TABLE = "own_table.npz"  # where the file is'
        in cells(formats.notebook(Export(data, SMALL, None, "")))[0]
    )


@pytest.mark.slow
@pytest.mark.parametrize("write", [formats.script, formats.notebook])
@pytest.mark.parametrize("name", ["own_table", "own_images", "mnist"])
def test_a_program_without_its_file_ends_in_a_sentence(tmp_path, monkeypatch, name, write):
    monkeypatch.setattr(experiment, "MOST_CARRIED", 100)
    points = {"own_table": own_table, "own_images": lambda: own_images(1, tmp_path / "own.npz")}
    data = DataConfig(name=name, points=points.get(name, str)())
    text = write(Export(data, SMALL, None, ""))
    if write is formats.notebook:
        (told,) = (prose for prose in cells(text, "markdown") if prose.startswith("## The data"))
        text = "\n".join(cells(text))
    else:
        _, told, _ = text.split('"""', 2)
    ((output, problem),) = run(tmp_path, {"program": text}).values()
    assert "Gradients compared" in output
    assert problem == (
        f"There is no file {name}.npz. How to get it: see the text at the top of the script, or above "
        "load_data() in the notebook."
    )
    assert f"{name}.npz" in told


def test_a_notebook_is_one_by_the_rules_of_its_format():
    book = json.loads(formats.notebook(export("counts")))
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    assert book["metadata"]["kernelspec"] == {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    }
    ids = [cell["id"] for cell in book["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-zA-Z0-9-_]{1,64}", name) for name in ids)
    for cell in book["cells"]:
        more = {"outputs", "execution_count"} if cell["cell_type"] == "code" else set()
        assert cell.keys() == {"id", "cell_type", "metadata", "source"} | more
        assert all(line.endswith("\n") for line in cell["source"][:-1])
    kinds = [cell["cell_type"] for cell in book["cells"]]
    assert kinds[0] == "markdown"
    assert kinds[1:] == ["markdown", "code"] * (len(kinds) // 2)
    assert all(len(text.splitlines()) > 1 for text in cells(json.dumps(book), "markdown"))


def test_scripts_and_homework_are_formatted_and_use_what_they_define(tmp_path):
    for name in RUN:
        for write in (formats.script, formats.homework):
            path = tmp_path / f"{name.replace(' ', '_')}_{write.__name__}.py"
            path.write_text(write(export(name)), encoding="utf-8")
    ruff = [shutil.which("ruff") or "ruff"]
    options = ["--isolated", "--line-length", "110", str(tmp_path)]
    for command in (["format", "--check"], ["check", "--select", "E,F,W,I,B023"]):
        done = subprocess.run([*ruff, *command, *options], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-3000:]
