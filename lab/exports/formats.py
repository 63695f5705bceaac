"""Write an exported experiment as a script, as a notebook, or as homework in which backward() is missing."""

import json
import textwrap

from data import DATASETS
from lab.exports import datasets, network, training
from lab.exports.experiment import Export, Part
from lab.exports.training import has
from mlp import OPTIMIZERS, SCHEDULES

RUN = """
def main():
    print("Gradients, against central differences at a random network:")
    rows = check_gradients()
    for name, difference, largest, _ in rows:
        print(f"  {name}: largest difference {difference:.1e}, largest derivative {largest:.1e}")
    wrong = [row for row in rows if not _agrees(row)]
    assert not wrong, f"the gradient of {wrong[0][0]} is wrong: {wrong[0][3]}"
    reproduce()
"""
REPRODUCE = '''
def reproduce():
    """Train, and hold the final losses against those of the lab."""
    with np.errstate(all="ignore"):
        losses, diverged = train(*load_data())
    for split, value in losses.items():
        print(f"final {split} loss: {value:.8g}")
'''
ASSERTED = """
    assert not diverged, "this training diverges here, and did not in the lab"
    for split, value in EXPECTED.items():
        gap = abs(losses[split] - value) / abs(value) if value else abs(losses[split])
        assert gap <= 1e-4, f"the {split} loss is {losses[split]:.8g}, and was {value:.8g} in the lab"
    print("Reproduced: the final losses are those of the lab, within 1e-4.")
"""
DIVERGED = """
    assert diverged, "this training diverged in the lab, and does not here"
    print("Reproduced: it diverges, as it did in the lab.")
"""
HOMEWORK = '''
def main():
    print("Checking backward() at a random network, the output layer first.\\n")
    try:
        _check_shapes()
        rows = check_gradients()
    except NotImplementedError:
        sys.exit(
            "backward() is not written yet. Open this file, find `def backward`, read its docstring,\\n"
            "replace `raise NotImplementedError` by your code, and run the file again."
        )
    wrong = [row for row in rows if not _agrees(row)]
    for row in rows:
        print(f"  {row[0]}: {'ok' if _agrees(row) else 'WRONG, ' + row[3]}")
    if wrong:
        layer = wrong[0][0].split()[-1]
        sys.exit(
            f"\\nBegin with layer {layer}: it is the wrong one nearest to the output, and what is wrong\\n"
            "before it may follow from its delta."
        )
    print("\\nEvery derivative agrees. Now your backward() trains the network:")
    reproduce()


def _check_shapes():
    """Whether backward() returns what its docstring says; exits with a sentence where it does not."""
    params, X, T = _random_network(np.random.default_rng(0))
    pre_activations, inputs = forward(params, X)
    delta = loss_gradient(pre_activations[-1], T) / len(X)
    try:
        gradients = backward(params, pre_activations, inputs, delta)
    except NotImplementedError:
        raise
    except Exception as error:
        sys.exit(f"backward() stopped with {type(error).__name__}: {error}")
    if not isinstance(gradients, (list, tuple)) or len(gradients) != len(params):
        sys.exit(f"backward() should return a list with {len(params)} pairs (dW, db), one a layer.")
    for layer, pair in enumerate(gradients):
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            sys.exit(f"What backward() returns for layer {layer + 1} should be a pair (dW, db).")
        for kind, array, gradient in zip("Wb", params[layer], pair):
            if np.shape(gradient) != array.shape:
                sys.exit(
                    f"d{kind} of layer {layer + 1} has shape {np.shape(gradient)}; {kind} has {array.shape}, "
                    "and its gradient needs the same."
                )
'''


def script(export: Export):
    """Return the experiment as a script that needs only NumPy, checks its gradients, asserts its losses."""
    about = [
        "Written by Backprop Lab; needs NumPy and nothing else. It checks its own gradients, then trains",
        "the network and asserts the losses that the lab measured.",
    ]
    return _module(
        export, about, [*_body(export), Part("Run", "", f"{RUN.strip()}\n\n\n{_reproduce(export)}")]
    )


def homework(export: Export):
    """Return the script without the body of backward(), with a checker that names the layer that is wrong."""
    about = [
        "Homework: write backward(). Run this file as often as you like: it tells which layer's gradient is",
        "wrong, W and b apart, and trains the network once all are right. It needs NumPy and nothing else.",
    ]
    run = Part("Run", "", f"{HOMEWORK.strip()}\n\n\n{_reproduce(export)}")
    return _module(export, about, [*_body(export, filled=False), run])


def notebook(export: Export):
    """Return the script as a notebook, JSON of nbformat 4.5, with a Markdown cell before each code cell."""
    cells = [_cell("markdown", f"# A multilayer perceptron in NumPy\n\n{_headline(export)}")]
    settings = _settings(export, f'IMAGES = "{export.file_name}"  # where the file is')
    parts = [Part("Settings", "Everything that this experiment leaves to choose.", settings), *_body(export)]
    run = f"{_reproduce(export)}\n\n\n{RUN.strip()}\n\n\nmain()"
    parts.append(Part("Run", "Check, train, and compare with what the lab measured.", run))
    for part in parts:
        cells += [_cell("markdown", f"## {part.heading}\n\n{part.prose}"), _cell("code", part.code)]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    book = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(book, ensure_ascii=False, indent=1)


def _headline(export):
    text = (
        f"{export.in_words()}. Written by [Backprop Lab]({export.address})."
        if export.address
        else export.in_words()
    )
    return f"{text} It needs NumPy alone."


def _cell(kind, text):
    cell = {"cell_type": kind, "metadata": {}, "source": text.splitlines(keepends=True)}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})


def _body(export, *, filled=True):
    return [datasets.part(export), *network.parts(export, filled=filled), *training.parts(export)]


def _module(export, about, parts):
    """Return the whole file: docstring, imports, settings, the parts under their headings, and the call."""
    docstring = [f'"""A multilayer perceptron in NumPy: {export.in_words()}.', "", *about]
    if export.images:
        usage = f"Give it the images: python this_file.py {export.file_name}. {datasets.part(export).prose}"
        docstring += ["", *textwrap.wrap(usage, 100, break_long_words=False, break_on_hyphens=False)]
    docstring += ["", export.address, '"""'] if export.address else ['"""']
    images = f'IMAGES = sys.argv[1] if len(sys.argv) > 1 else "{export.file_name}"'
    sections = [f"# {part.heading}\n\n\n{part.code}" for part in parts]
    call = 'if __name__ == "__main__":\n    main()'
    code = "\n\n\n".join([_settings(export, images), *sections, call])
    imports = ["import sys"] * ("sys." in code) + [""] * ("sys." in code) + ["import numpy as np"]
    code = code.removeprefix("import numpy as np\n\n")
    return "\n".join([*docstring, "", *imports, "", code]) + "\n"


def _settings(export, images):
    """Return the settings that this experiment needs, as assignments."""
    train, data = export.train, export.data
    lines = ["import numpy as np", ""]
    lines += [images] if export.images else []
    generated = DATASETS[data.name].generator is not None
    lines += [f"DATA_SEED = {data.seed}"] if generated or data.split_sizes()[1] else []
    lines += [f"HIDDEN_LAYER_SIZES = {_sizes(train)}", f"INIT_SCALE = {_number(train.init_scale)}"]
    lines += [f"INIT_SEED = {train.init_seed}", f'DTYPE = "{train.dtype}"']
    lines += [f"LEARNING_RATE = {_number(train.learning_rate)}"]
    lines += [f"MOMENTUM = {train.momentum!r}"] * (not OPTIMIZERS[train.optimizer].plain)
    if not SCHEDULES[train.schedule].constant:
        context = {"epochs": max(1, train.epochs), "learning_rate_min": train.learning_rate_min}
        context["cycle_steps"] = train.cycle_steps
        lines.append("SCHEDULE = {" + ", ".join(f'"{k}": {_number(v)}' for k, v in context.items()) + "}")
    pairs = train.penalties()
    lines += [f"L1 = {_by_layer([l1 for l1, _ in pairs])}  # one a layer"] * has(train.l1)
    lines += [f"L2 = {_by_layer([l2 for _, l2 in pairs])}  # one a layer"] * has(train.l2)
    lines += [f"BATCH_SIZE = {train.batch_size}" + "  # 0: the whole training set" * (train.batch_size == 0)]
    lines += [f"EPOCHS = {train.epochs}"]
    lines += [f"SHUFFLE_SEED = {train.shuffle_seed}"] * train.shuffle
    if export.expected():
        rows = "".join(f'    "{split}": {_number(value)},\n' for split, value in export.expected().items())
        lines.append(f"EXPECTED = {{  # the final losses in the lab\n{rows}}}")
    return "\n".join(lines)


def _number(value):
    """Return a number as code, in the style of code formatters."""
    return repr(value).replace("e+", "e")


def _by_layer(values):
    if len(values) > 3 and len(set(values)) == 1:
        return f"[{_number(values[0])}] * {len(values)}"
    return "[" + ", ".join(map(_number, values)) + "]"


def _sizes(train):
    sizes = train.hidden_layer_sizes
    if len(sizes) > 3 and len(set(sizes)) == 1:
        return f"({sizes[0]},) * {len(sizes)}"
    return repr(sizes)


def _reproduce(export):
    text = REPRODUCE.strip()
    if export.record is None:
        return text
    return text + (DIVERGED if export.record.diverged else ASSERTED).rstrip()
