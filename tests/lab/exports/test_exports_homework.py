"""The homework holds no answer, accepts the right one, and names the layer of a wrong one."""

import re

import pytest
from bare import run
from exported import EXPERIMENTS, export

import mlp
from data import DataConfig, load_dataset
from lab.exports import formats
from lab.exports.experiment import Export
from mlp import TrainConfig
from mlp.checks.judgement import UNCOMFORTABLE

HOLE = "    raise NotImplementedError\n"
DEEP = "a deep one"
SOLVED = (  # written here on its own: by einsum, not as the lab writes it
    "    gradients = []\n"
    "    for l in range(len(params) - 1, -1, -1):\n"
    "        gradients.insert(0, (np.einsum('ni,nj->ij', inputs[l], delta), BIAS))\n"
    "        if l > 0:\n"
    "            delta = np.einsum('nj,ij->ni', delta, params[l][0])"
    " * SLOPE(pre_activations[l - 1], inputs[l])\n"
    "    return gradients\n"
)


def solution(name):
    config = EXPERIMENTS[name][1]
    bias = "delta.sum(axis=0)" if config.use_bias else "0 * delta.sum(axis=0)"
    return SOLVED.replace("BIAS", bias).replace("SLOPE", f"{config.activation}_derivative")


def filled(name, body):
    text = formats.homework(export(name))
    assert text.count(HOLE) == 1
    return text.replace(HOLE, body)


RUN = ("cycled 1", "no hidden layer", DEEP, "no biases")


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    return run(tmp_path_factory.mktemp("solved"), {name: filled(name, solution(name)) for name in RUN})


@pytest.mark.parametrize("name", RUN)
def test_the_right_backward_passes_and_trains_the_network_of_the_link(solved, name):
    output, problem = solved[name]
    assert problem == ""
    rows = re.findall(r"^  ([Wb]) of layer (\d+): (.*)$", output, re.MULTILINE)
    n = EXPERIMENTS[name][1].n_layers
    assert [(kind, int(layer)) for kind, layer, _ in rows] == [
        (kind, layer) for layer in range(n, 0, -1) for kind in "Wb"
    ]
    sizes = [
        2,
        *EXPERIMENTS[name][1].hidden_layer_sizes,
        load_dataset(EXPERIMENTS[name][0]).y_train.max() + 1,
    ]
    for kind, layer, told in rows:
        n_entries = sizes[int(layer)] * (sizes[int(layer) - 1] if kind == "W" else 1)
        assert told == f"ok, all {n_entries} entries"
    assert "Reproduced" in output


@pytest.mark.slow
def test_a_chaotic_training_ends_elsewhere_without_a_failure(tmp_path):
    train = TrainConfig(
        hidden_layer_sizes=(8, 8), activation="tanh", optimizer="momentum", learning_rate=0.3, epochs=100
    )
    *_, record = mlp.train(train, load_dataset(DataConfig()))
    text = formats.homework(
        Export(DataConfig(), train, record._replace(valid_loss=1.5 * record.valid_loss), "")
    )
    solved = SOLVED.replace("BIAS", "delta.sum(axis=0)").replace("SLOPE", "tanh_derivative")
    ((output, problem),) = run(tmp_path, {"chaotic": text.replace(HOLE, solved)}).values()
    assert problem == ""
    assert "Every derivative that was checked agrees within 1e-4 of the largest in its array." in output
    assert f"difference <= {UNCOMFORTABLE:.0e} * largest".replace("e-04", "e-4") in text
    assert "The gradients are right, but the " in output
    assert output.endswith("and some trainings amplify that from epoch to epoch.\n")


def test_a_large_array_is_checked_in_part_and_the_student_is_told(tmp_path):
    train = TrainConfig(hidden_layer_sizes=(150, 151), epochs=1)
    text = formats.homework(Export(DataConfig(n_samples=60), train, None, ""))
    told = "only 20 of them are checked; a mistake in the others goes unnoticed."
    assert f"If W or b has more than 300 entries, {told}" in text.split('"""')[1].replace("\n", " ")
    solved = SOLVED.replace("BIAS", "delta.sum(axis=0)").replace("SLOPE", "relu_derivative")
    ((output, problem),) = run(tmp_path, {"large": text.replace(HOLE, solved)}).values()
    assert problem == ""
    assert re.findall(r"^  (. of layer \d): ok, (.*)$", output, re.MULTILINE) == [
        ("W of layer 3", "20 of its 302 entries"),
        ("b of layer 3", "all 2 entries"),
        ("W of layer 2", "20 of its 22650 entries"),
        ("b of layer 2", "all 151 entries"),
        ("W of layer 1", "all 300 entries"),
        ("b of layer 1", "all 150 entries"),
    ]


@pytest.mark.parametrize("name", RUN)
def test_no_answer_is_left_in_the_homework(name):
    text, answer = formats.homework(export(name)), formats.script(export(name))
    body = answer.split("def backward(")[1].split('"""')[2].split("\n\n\n")[0]
    lines = [line.strip() for line in body.splitlines() if line.strip()]
    assert len(lines) > 8
    own = {"for layer in reversed(range(len(params))):", "W, b = params[layer]"}  # ways to walk, no answers
    assert [line for line in lines if line not in own and line in text] == []
    assert ".T @ delta" not in text
    assert "@ W.T" not in text
    assert "docstring" not in text.split("def backward(")[1].split('"""')[1]


ARE_BIASES, ARE_WEIGHTS = "delta.sum(axis=0)", "inputs[l], delta)"
WRONG = {  # of the network with 5 layers: what is replaced in the solution, and the layer to begin with
    "W of one layer": (ARE_WEIGHTS, "inputs[l], delta * (2 if l == 2 else 1))", 3),
    "b of one layer": (ARE_BIASES, "delta.sum(axis=0) * (1 if l != 1 else -1)", 2),
    "b of the output": (ARE_BIASES, "delta.mean(axis=0)", 5),
    "slope of another layer": ("[l - 1], inputs[l])", "[l - 1], inputs[max(1, l - 1)])", 4),
    "a small factor": (ARE_WEIGHTS, "inputs[l], 1.001 * delta)", 5),
    "a delta overwritten early": (
        "        gradients.insert",
        "        if l == 3:\n            delta = delta * 1.5\n        gradients.insert",
        4,
    ),
    "one entry": (  # of 36: not one of 20 that are evenly spaced
        "    return gradients",
        "    gradients[2][0][0, 2] += 1\n    return gradients",
        3,
    ),
    "no numbers": (ARE_WEIGHTS, "inputs[l], np.nan * delta)", 5),
    "no number at the end": (
        "    return gradients",
        "    gradients[2][0][-1, -1] = np.nan\n    return gradients",
        3,
    ),
    "an infinite number": (
        "    return gradients",
        "    gradients[1][1][-1] = np.inf\n    return gradients",
        2,
    ),
}
ALONE = {
    "one entry": ["W of layer 3"],
    "W of one layer": ["W of layer 3"],
    "b of one layer": ["b of layer 2"],
    "no number at the end": ["W of layer 3"],
    "an infinite number": ["b of layer 2"],
}
BROKEN = {  # and answers of another form
    "nothing": ("    pass\n", "should return a list with 5 pairs"),
    "one pair": ("    return [(1, 2)]\n", "should return a list with 5 pairs"),
    "no pairs": ("    return [1] * 5\n", "layer 1 should be a pair"),
    "turned": (
        "    return [(np.zeros(W.T.shape), np.zeros(b.shape)) for W, b in params]\n",
        "dW of layer 1 has shape (6, 2); W has (2, 6)",
    ),
    "a column": (
        "    return [(np.zeros(W.shape), np.zeros((1, len(b)))) for W, b in params]\n",
        "db of layer 1 has shape (1, 6); b has (6,)",
    ),
    "lists": (
        "    return [(W, b.tolist()) for W, b in params]\n",
        "db of layer 1 is a list; it should be a NumPy array",
    ),
    "an error": ("    return [params[l] @ delta for l in range(5)]\n", "backward() stopped with"),
    "not written": (HOLE, "backward() is not written yet"),
}


@pytest.fixture(scope="module")
def wrong(tmp_path_factory):
    right = solution(DEEP)
    assert all(right.count(old) == 1 for old, *_ in WRONG.values())
    bodies = {name: right.replace(old, new) for name, (old, new, _) in WRONG.items()}
    bodies |= {name: body for name, (body, _) in BROKEN.items()}
    texts = {name: filled(DEEP, body) for name, body in bodies.items()}
    return run(tmp_path_factory.mktemp("wrong"), texts)


@pytest.mark.slow
@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_backward_is_told_the_layer_to_begin_with(wrong, name):
    output, problem = wrong[name]
    told = re.findall(r"^  ([Wb] of layer \d+): WRONG", output, re.MULTILINE)
    assert told
    assert told == ALONE.get(name, told)
    assert f"Start with layer {WRONG[name][-1]}:" in problem
    assert "epoch" not in output


def test_a_wrong_entry_is_told_with_both_numbers(wrong):
    words = r"WRONG.*backward\(\) says (\S+), the numerical derivative is (\S+)$"
    ((mine, numerical),) = re.findall(words, wrong["W of one layer"][0], re.MULTILINE)
    assert float(mine) == pytest.approx(2 * float(numerical), rel=1e-3)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("no number at the end", r"W of layer 3: WRONG, entry \[5, 5\]: backward\(\) says nan, the num"),
        ("an infinite number", r"b of layer 2: WRONG, entry \[5\]: backward\(\) says inf, the num"),
    ],
)
def test_the_entry_that_is_not_finite_is_named(wrong, name, said):
    assert re.search(said, wrong[name][0])


@pytest.mark.parametrize("name", BROKEN)
def test_an_answer_of_another_form_gets_a_sentence_and_no_traceback(wrong, name):
    output, problem = wrong[name]
    assert BROKEN[name][1] in problem
    assert name != "not written" or "find `def backward`" in problem
    assert "epoch" not in output


def test_of_a_single_layer_one_pair_is_asked_for(tmp_path):
    texts = {"single": filled("no hidden layer", "    pass\n")}
    ((_, problem),) = run(tmp_path, texts).values()
    assert problem == "backward() should return a list with 1 pair (dW, db), as there is 1 layer."


def test_lists_that_an_optimizer_cannot_compute_with_are_told_before_training(tmp_path):
    body = solution("no biases").replace(
        "    return gradients", "    return [(W.tolist(), b.tolist()) for W, b in gradients]"
    )
    ((output, problem),) = run(tmp_path, {"lists": filled("no biases", body)}).values()
    assert problem.startswith("dW of layer 1 is a list; it should be a NumPy array, ")
    assert "agrees" not in output
