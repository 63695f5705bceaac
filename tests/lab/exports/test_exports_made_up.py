"""The exports of an experiment that is made of entries the lab never heard of."""

import json

import made_up
import pytest
from bare import run

from data import DataConfig, load_dataset
from lab.exports import formats
from lab.exports.experiment import Export
from mlp import train


@pytest.fixture(scope="module")
def export():
    with made_up.registered():
        data, config = made_up.data_config(), made_up.train_config()
        *_, record = train(config, load_dataset(data))
        yield Export(data, config, record, "http://lab.example/decision_boundary?v=1")


CHANGES = {
    "loss": ("p - T - shared", "p - T + shared", "the gradient of"),
    "slope": ("np.where(z > 0.5, 2.0", "np.where(z > 0.5, 1.0", "the gradient of"),
    "optimizer": ("v *= momentum", "v *= 0.5 * momentum", "loss ends at"),
    "schedule": ("1 - step / (epochs", "1 - 0.5 * step / (epochs", "loss ends at"),
    "initializer": ("rng.laplace(0,", "rng.normal(0,", "loss ends at"),
    "data": ("(X[:, 0] + 1) / 2", "(X[:, 1] + 1) / 2", "loss ends at"),
}


def test_the_script_reproduces_the_engine_with_numpy_alone_and_with_another_entry_does_not(export, tmp_path):
    script = formats.script(export)
    assert all(script.count(old) == 1 for old, *_ in CHANGES.values())
    changed = {entry: script.replace(old, new) for entry, (old, new, _) in CHANGES.items()}
    ran = run(tmp_path, {"unchanged": script} | changed)
    output, problem = ran["unchanged"]
    assert problem == ""
    assert output.endswith("Reproduced: the final losses are those of the lab, within 1e-4.\n")
    for entry, (*_, words) in CHANGES.items():
        assert words in "".join(ran[entry]), entry
        assert "Reproduced" not in ran[entry][0], entry


def test_a_loss_with_helpers_of_its_own_takes_them_along(tmp_path):
    with made_up.registered():
        data, config = made_up.data_config(), made_up.train_config(loss="squashed_squares")
        *_, record = train(config, load_dataset(data))
        export = Export(data, config, record, "http://lab.example/decision_boundary?v=1")
        script = formats.script(export)
        cells = json.loads(formats.notebook(export))["cells"]
    assert script.count("def squashed(") == 1
    wrong = script.replace("(1 - p * p) ** 1.5", "(1 - p * p)")
    assert wrong != script
    ran = run(tmp_path, {"unchanged": script, "wrong": wrong})
    assert ran["unchanged"][1] == ""
    assert ran["unchanged"][0].endswith("Reproduced: the final losses are those of the lab, within 1e-4.\n")
    assert "the gradient of" in "".join(ran["wrong"])
    prose = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    assert r"$$\ell = \sum_k (s_k - t_k)^2, \quad s_k = o_k / \sqrt{1 + o_k^2}, \qquad" in prose


def test_the_script_of_a_table_takes_its_rows_along(tmp_path):
    with made_up.registered():
        data, config = DataConfig(name="leaves", stratified=True), made_up.train_config()
        *_, record = train(config, load_dataset(data))
        script = formats.script(Export(data, config, record, ""))
    ((output, problem),) = run(tmp_path, {"unchanged": script}).values()
    assert problem == ""
    assert output.endswith("Reproduced: the final losses are those of the lab, within 1e-4.\n")
    assert "# columns: length (cm), teeth, tea leaves; and the class\n" in script
    said = formats.notebook(Export(data, config, record, ""))
    assert "The table has 90 rows: leaves of two trees. They were drawn at random." in said


def test_the_formulas_are_the_entries(export):
    cells = json.loads(formats.notebook(export))["cells"]
    prose = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    assert r"$$\ell = \sum_k (p_k - t_k)^2, \quad p_k = e^{o_k} / \sum_j e^{o_j}, \qquad" in prose
    assert "A step is averaged: v ← μv + (1 - μ)g, θ ← θ - ηv." in prose
    assert "The learning rate follows falling: From η straight to η_min, over all steps." in prose
