"""Write an experiment as a script, a notebook, or homework in which backward() is missing."""

import json
import textwrap

from data import DATASETS
from lab.exports import datasets, network, training
from lab.exports.experiment import Export, Part
from lab.exports.sources import fill, join
from mlp import OPTIMIZERS, SCHEDULES

RUN = """
def main():
    print("Gradients compared with central differences, for a random network:")
    rows = check_gradients()
    for name, difference, largest, _, compared in rows:
        print(f"  {name}: largest difference {difference:.1e}, largest derivative {largest:.1e} ({compared})")
    wrong = [row for row in rows if not _agrees(row)]
    assert not wrong, f"the gradient of {wrong[0][0]} is wrong: {wrong[0][3]}"
    reproduce()
"""
REPRODUCE = '''
def reproduce():
    """@task@"""
    with np.errstate(all="ignore"):
        losses, diverged = train(*load_data())
    for split, value in losses.items():
        print(f"final {split} loss: {value:.8g}")
'''
COMPARED = """
    pairs = {split: (losses[split], value) for split, value in EXPECTED.items() if split in losses}
    gaps = {split: abs(ours - value) / (abs(value) or 1) for split, (ours, value) in pairs.items()}
    split = max(gaps, key=gaps.get)
    if not diverged and gaps[split] <= 1e-4:
        print("Reproduced: the final losses are those of the lab, within 1e-4.")
        return
    print(f"The gradients are right, but the {split} loss ends at {losses[split]:.8g}; ", end="")
    print(f"in the lab it was {EXPECTED[split]:.8g}.")
    print(ROUNDING)
"""
DIVERGED = """
    if diverged:
        print("Reproduced: it diverges, as it did in the lab.")
        return
    print("The gradients are right, but in the lab this training diverged, and here it does not.")
    print(ROUNDING)
"""
ROUNDING = """ROUNDING = (
    "That need not be a mistake: sums in another order, or on another processor, round differently,\\n"
    "and some trainings amplify that from epoch to epoch."
)
"""
HOMEWORK = '''
def main():
    print("Checking backward() on a random network, the output layer first.\\n")
    try:
        _check_shapes()
        rows = check_gradients()
    except NotImplementedError:
        sys.exit(
            "backward() is not written yet. Open this file, find `def backward`, read its docstring,\\n"
            "replace `raise NotImplementedError` with your code, and run the file again."
        )
    wrong = [row for row in rows if not _agrees(row)]
    for row in rows:
        print(f"  {row[0]}: {'ok, ' + row[4] if _agrees(row) else 'WRONG, ' + row[3]}")
    if wrong:
        layer = wrong[0][0].split()[-1]
        sys.exit(
            f"\\nStart with layer {layer}: it is the wrong layer nearest to the output, and errors in the\\n"
            "layers below it may follow from its delta."
        )
    print("\\nEvery derivative that was checked agrees within 1e-4 of the largest in its array.")
    print("Now your backward() trains the network:")
    reproduce()


def _check_shapes():
    """Check that backward() returns what its docstring says; exit with a sentence if it does not."""
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
        pairs = "1 pair (dW, db), as there is 1 layer"
        if len(params) > 1:
            pairs = f"{len(params)} pairs (dW, db), one per layer"
        sys.exit(f"backward() should return a list with {pairs}.")
    for layer, pair in enumerate(gradients):
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            sys.exit(f"What backward() returns for layer {layer + 1} should be a pair (dW, db).")
        for kind, array, gradient in zip("Wb", params[layer], pair):
            if np.shape(gradient) != array.shape:
                sys.exit(
                    f"d{kind} of layer {layer + 1} has shape {np.shape(gradient)}; {kind} has {array.shape}, "
                    "and its gradient needs the same."
                )
            if not isinstance(gradient, np.ndarray):
                sys.exit(
                    f"d{kind} of layer {layer + 1} is a {type(gradient).__name__}; it should be a NumPy "
                    "array, with which the optimizer can compute."
                )
'''


def script(export: Export):
    """Return the experiment as a script that needs only NumPy, checks its gradients and its losses."""
    end = "prints the final losses"
    if export.has_result:
        end = "compares the final losses with those that the lab measured"
    if export.has_result and export.record.diverged:
        end = "says whether it diverges, as it did in the lab"
    about = [
        "Written by Backprop Lab; needs NumPy and nothing else. It checks its own gradients, then trains",
        f"the network and {end}.",
    ]
    return _module(export, about, _body(export), RUN)


def homework(export: Export):
    """Return the script without the body of backward(), with a check that names the layer that is wrong."""
    about = [
        "Homework: write backward(). Run this file as often as you like: it says which layer's gradient is",
        "wrong, for W and b separately, and trains the network once all are right. It needs NumPy and "
        "nothing else.",
        f"If W or b has more than {network.ALL_UP_TO} entries, only 20 of them are checked; a mistake in the",
        "others goes unnoticed.",
    ]
    return _module(export, about, _body(export, filled=False), HOMEWORK)


def notebook(export: Export):
    """Return the script as a notebook, JSON of nbformat 4.5, with a Markdown cell before each code cell."""
    file = f'"{export.file_name}"  # where the file is'
    settings = "\n".join(["import numpy as np", "", *_settings(export, file)])
    run = join([_reproduce(export), RUN, "main()"])
    end = "compare with the result in the lab" if export.has_result else "print the final losses"
    parts = [
        Part("Settings", "The settings of this experiment.", settings),
        *_body(export),
        Part("Run", f"Check, train, and {end}.", run),
    ]
    by = f" Written by [Backprop Lab]({export.address})." if export.address else ""
    headline = f"{export.in_words()}.{by}"
    cells = [_cell("markdown", f"# A multilayer perceptron in NumPy\n\n{headline} It needs only NumPy.")]
    for part in parts:
        cells += [_cell("markdown", f"## {part.heading}\n\n{part.prose}"), _cell("code", part.code)]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    book = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(book, ensure_ascii=False, indent=1)


def _cell(kind, text):
    cell = {"cell_type": kind, "metadata": {}, "source": text.splitlines(keepends=True)}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})


def _body(export, *, filled=True):
    return [datasets.part(export), *network.parts(export, filled=filled), *training.parts(export)]


def _module(export, about, parts, main):
    """Return the whole file: docstring, imports, settings, the parts under their headings, and main()."""
    docstring = [f'"""A multilayer perceptron in NumPy: {export.in_words()}.', "", *about]
    if export.reads:
        usage = f"Give it the {export.reads}: python this_file.py {export.file_name}. {parts[0].prose}"
        docstring += ["", *textwrap.wrap(usage, 100, break_long_words=False, break_on_hyphens=False)]
    docstring += ["", export.address, '"""'] if export.address else ['"""']
    settings = "\n".join(_settings(export, f'sys.argv[1] if len(sys.argv) > 1 else "{export.file_name}"'))
    parts = [*parts, Part("Run", "", join([main, _reproduce(export)]))]
    sections = [f"# {part.heading}\n\n\n{part.code}" for part in parts]
    code = join([settings, *sections, 'if __name__ == "__main__":\n    main()'])
    imports = ["import sys", ""] if "sys." in code else []
    return "\n".join([*docstring, "", *imports, "import numpy as np", "", code]) + "\n"


def _settings(export, file):
    """Return the settings that this experiment needs, as assignments; `file` is the code of its file."""
    train, data, entry = export.train, export.data, DATASETS[export.data.name]
    l1, l2 = map(list, zip(*train.penalties(), strict=True))
    context = {"epochs": max(1, train.epochs), "learning_rate_min": train.learning_rate_min}
    context = _code(context | {"cycle_steps": train.cycle_steps}).replace("'", '"')
    since = "  # (η, after how many epochs it begins)" if isinstance(train.learning_rate, tuple) else ""
    whole = "  # 0: the whole training set" if train.batch_size == 0 else ""
    expected = "".join(f'    "{split}": {_code(value)},\n' for split, value in export.expected().items())
    lines = {
        f"{export.reads.upper()} = {file}": export.reads,
        f"DATA_SEED = {data.seed}": entry.generator is not None or entry.table or data.split_sizes()[1],
        f"HIDDEN_LAYER_SIZES = {_code(train.hidden_layer_sizes)}": True,
        f"INIT_SCALE = {_code(train.init_scale)}": True,
        f"INIT_SEED = {train.init_seed}": True,
        f'DTYPE = "{train.dtype}"': True,
        f"LEARNING_RATE = {_code(train.learning_rate)}{since}": True,
        f"MOMENTUM = {train.momentum!r}": not OPTIMIZERS[train.optimizer].plain,
        f"SCHEDULE = {context}": not SCHEDULES[train.schedule].constant,
        f"L1 = {_code(l1)}  # one per layer": any(l1),
        f"L2 = {_code(l2)}  # one per layer": any(l2),
        f"BATCH_SIZE = {train.batch_size}{whole}": True,
        f"EPOCHS = {train.epochs}": True,
        f"SHUFFLE_SEED = {train.shuffle_seed}": train.shuffle,
        f"EXPECTED = {{  # the final losses in the lab\n{expected}}}": expected,
    }
    return [line for line, needed in lines.items() if needed]


def _code(value):
    """Return a number or a tuple of numbers as formatted code; many equal ones as a product."""
    if isinstance(value, (list, tuple)) and len(value) > 3 and len(set(value)) == 1:
        return f"{_code(value[:1])} * {len(value)}"
    return repr(value).replace("e+", "e")


def _reproduce(export):
    if not export.has_result:
        return fill(REPRODUCE, task="Train, and print the final losses.")
    if export.record.diverged:
        return join(
            [ROUNDING, fill(REPRODUCE, task="Train, and say whether it diverges.") + DIVERGED.rstrip()]
        )
    task = "Train, and compare the final losses with those of the lab."
    return join([ROUNDING, fill(REPRODUCE, task=task) + COMPARED.rstrip()])
