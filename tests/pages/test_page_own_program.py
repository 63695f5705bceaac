"""A student's own program on the gradient check: the file to start from, back with gradients, a diagnosis."""

import io

import numpy as np
import pytest
import student_program as student
from visiting import go, opened, plain, sentences, text, widget

from lab.diagnosis.batch import Batch
from lab.links.reader import read
from mlp.network import Layer

LINK = {
    "hidden_layer_sizes": "4",
    "n_samples": "60",
    "batch_size": "8",
    "l2": "0.01",
    "l1": "0",
    "activation": "tanh",
}


def program(start, *edits):
    """Return the bytes of the gradients that a student's program computes from the page's file."""
    config = read("gradient_check?" + "&".join(f"{k}={v}" for k, v in LINK.items())).experiment.train
    with np.load(io.BytesIO(start), allow_pickle=False) as file:
        params = tuple(Layer(file[f"W{layer}"], file[f"b{layer}"]) for layer in (1, 2))
        found = student.gradients(Batch(config, params, file["X"], file["y"]), *edits)
    packed = io.BytesIO()
    arrays = {f"d{k}{i}": a for i, layer in enumerate(found, 1) for k, a in zip("Wb", layer, strict=True)}
    np.savez(packed, **arrays)
    return packed.getvalue()


@pytest.mark.slow
def test_program_is_told_its_mistake_and_then_that_it_is_right(offered):
    app = opened("pages/gradient_check.py", LINK)
    app.session_state["_own_box"] = True
    app = go(app)
    start = offered["Weights and batch (.npz)"][0]()
    for file, said in (
        (program(start, student.WRONG["mean_missing"]), "Your numbers are those of one known mistake"),
        (program(start), "Your gradients are right. All 4 arrays agree"),
        (b"PK nothing", "The file is not a readable .npz archive"),
    ):
        widget(app, "_own_gradients").upload("grads.npz", file, "application/zip")
        app = go(app)
        assert said in " ".join([*sentences(app), *(plain(one.value) for one in app.success)])
        if "mistake" in said:
            assert "The mean is missing" in text(app)
            table = next(one.value for one in app.table if "what can be said" in one.value)
            assert table["what can be said"].iloc[3].startswith("db2 is ours × 8, the batch size, to 1")
    assert any("How small a step" in one.value for one in app.subheader)
