"""Homework handed in as numbers: entries of the gradients that the student's own backward() computes.

The student gets a file with the weights and a batch of a network of their own and may use any language. The
numbers are compared with ours and with those of programs with known mistakes.
"""

import functools

import numpy as np

from data import DataConfig
from lab.assignment import reading
from lab.assignment.kinds.kind import (
    LONGEST_NUMBER,
    NO_NUMBER,
    Asked,
    Kind,
    Mark,
    Offer,
    Solution,
    Wrong,
    drawn,
    near,
    read_numbers,
    unreadable,
    written,
)
from lab.derivation.given import of_loss
from lab.diagnosis.batch import as_file, batch_of
from lab.diagnosis.mistakes import mistakes_of
from lab.diagnosis.program import gradients
from lab.links.experiment import Experiment
from lab.links.fields import DEFAULTS
from lab.links.reading import Unusable, field_text
from lab.words import counted, inside, listed
from mlp import ACTIVATIONS, LOSSES, TrainConfig

MOST_LAYERS, MOST_UNITS, MOST_BATCH = 3, 32, 256
KEYS = ("data", "hidden_layer_sizes", "activation", "loss", "l2", "batch_size")
ON = ("circles", "moons", "spirals")
HEADING = "Gradients of your own backward()"


def experiment(task, seed):
    """Return the student's Experiment: the task's network with data and weights from the seed."""
    asked = task.subject
    data = DataConfig(name=asked.get("data", DEFAULTS["name"]), seed=seed)
    fields = {name: asked[name] for name in KEYS[2:] if name in asked}
    sizes = tuple(asked.get("hidden_layer_sizes", DEFAULTS["hidden_layer_sizes"]))
    return Experiment(
        data, TrainConfig(hidden_layer_sizes=sizes, init_seed=seed, shuffle_seed=seed, **fields)
    )


@functools.lru_cache(maxsize=64)
def _batch(one):
    return batch_of(one.data, one.train)


def places(task, seed):
    """Return [(name of an array, layer from 0, kind, index)] of the entries to hand in: one per array.

    Each is drawn among the entries at least half as large as the array's largest.
    """
    own = _batch(experiment(task, seed))
    rng, asked = drawn(task, seed), []
    for layer, pair in enumerate(gradients(own)):
        for kind, array in zip("Wb", pair, strict=True):
            large = np.argwhere(np.abs(array) >= np.abs(array).max() / 2)
            index = tuple(map(int, large[rng.integers(len(large))]))
            asked.append((f"d{kind}{layer + 1}", layer, kind, index))
    return asked


def _entries(layers, asked):
    return [float(layers[layer]["Wb".index(kind)][index]) for _, layer, kind, index in asked]


def ask(task, seed):
    """Return the Asked: the file to start from, and the entries to hand in, by their indices from 0."""
    one, asked = experiment(task, seed), places(task, seed)
    batch = _batch(one)
    names = tuple(f"{name}[{', '.join(map(str, index))}]" for name, _, _, index in asked)
    arrays = ", ".join(f"W{n}, b{n}" for n in range(1, len(batch.params) + 1))
    train = one.train
    penalty = f", penalty {field_text(train.l2)} · Σ W²" if train.l2 else ""
    prompt = (
        f"**{HEADING}.** The file has the weights and biases {arrays}, and a batch of "
        f"{counted(len(batch.y), 'example')}: X with a row for each, y with the classes, from 0. Compute the "
        f"gradients of the mean loss ({train.activation}, {inside(LOSSES[train.loss].title)}{penalty}) with "
        f"your own backward(), and give these entries within {100 * task.tolerance:g}%. Indices count from 0."
        f" {of_loss(train.loss)}"
    ).rstrip()
    file = functools.partial(as_file, batch)
    return Asked(prompt, numbers=names, file=file, file_name="start.npz")


def mark(task, seed, answer, trained=None):
    """Return the Mark: the share of right entries, and the known mistake that explains the answer."""
    if not answer:
        return unreadable(answer)
    asked = places(task, seed)
    names = [f"{name}[{', '.join(map(str, index))}]" for name, *_, index in asked]
    try:
        given = read_numbers(answer, names)
    except ValueError:
        return Mark(0.0, f"{NO_NUMBER} The task asks for {counted(len(names), 'number')}.")
    batch = _batch(experiment(task, seed))
    ours = _entries(gradients(batch), asked)
    right = [near(*pair, task.tolerance) for pair in zip(given, ours, strict=True)]
    if all(right):
        return Mark(1.0, f"All {len(right)} entries agree with the lab's.")
    missed = [name for name, fits in zip(names, right, strict=True) if not fits]
    agree = "agrees" if sum(right) == 1 else "agree"
    said = f"{sum(right)} of {len(right)} entries {agree} with the lab's; wrong: {listed(missed)}."
    rules = [
        one for one in _wrong(batch, asked, ours, task.tolerance) if _same(given, one[1], task.tolerance)
    ]
    if rules:
        n = len(rules)
        which = "a known mistake" if n == 1 else f"{n} known mistakes that give the same numbers; one of them"
        said += f" Your numbers are those of {which}: {rules[0][0].says}"
    return Mark(sum(right) / len(right), said).of_mistakes([one.key for one, _ in rules])


def _same(given, numbers, tolerance):
    return all(near(*pair, tolerance) for pair in zip(given, numbers, strict=True))


def _wrong(batch, asked, ours, tolerance):
    """Return [(Mistake, the entries to hand in)] of the known mistakes that change at least one of them."""
    found = []
    for one in mistakes_of(LOSSES[batch.config.loss]).values():
        layers = gradients(batch, one.effects.items())
        numbers = _entries(layers, asked) if layers else []
        if layers and np.isfinite(numbers).all() and not _same(numbers, ours, tolerance):
            found.append((one, numbers))
    return found


def solve(task, seed):
    """Return the Solution: our entries, and those that each known mistake gives."""
    asked, batch = places(task, seed), _batch(experiment(task, seed))
    ours = _entries(gradients(batch), asked)
    wrong = [
        Wrong(one.key, _written(numbers, task.tolerance), one.says)
        for one, numbers in _wrong(batch, asked, ours, task.tolerance)
    ]
    answer = _written(ours, task.tolerance)
    in_words = "; ".join(
        f"{name}[{', '.join(map(str, index))}] = {number}"
        for (name, *_, index), number in zip(asked, answer.split(";"), strict=True)
    )
    return Solution(answer, in_words, "Computed by the lab's engine in float64.", tuple(wrong))


def _written(numbers, tolerance):
    return ";".join(written(number, tolerance) for number in numbers)


def check(name, subject):
    """Raise Unusable unless the subject is {"homework": true}, optionally with some of KEYS."""
    reading.mapping(name, subject, ("homework", *KEYS), ("homework",))
    if subject["homework"] is not True:
        raise Unusable(f"homework of {name}", reading.short(subject["homework"]), "true")
    reading.one_of(f"data of {name}", subject.get("data", DEFAULTS["name"]), ON)
    reading.one_of(f"activation of {name}", subject.get("activation", DEFAULTS["activation"]), ACTIVATIONS)
    reading.one_of(f"loss of {name}", subject.get("loss", DEFAULTS["loss"]), LOSSES)
    reading.number(f"l2 of {name}", subject.get("l2", 0.0), 0, 1)
    reading.whole(f"batch_size of {name}", subject.get("batch_size", 32), 1, MOST_BATCH)
    sizes = subject.get("hidden_layer_sizes", [16])
    if not isinstance(sizes, list) or not 1 <= len(sizes) <= MOST_LAYERS:
        fault = f"hidden_layer_sizes of {name}"
        raise Unusable(fault, reading.short(sizes), f"a list of 1 to {MOST_LAYERS} numbers")
    for size in sizes:
        reading.whole(f"hidden_layer_sizes of {name}", size, 1, MOST_UNITS)


def offered():
    """Return Offers of three networks: one hidden layer, two, and one with a penalty."""
    one = {"homework": True, "hidden_layer_sizes": [4], "activation": "tanh"}
    two = one | {"hidden_layer_sizes": [5, 4]}
    title = "Homework: gradients of your own backward(), {}"
    return [
        Offer(title.format("one hidden layer"), "Programs", one),
        Offer(title.format("two hidden layers"), "Programs", two),
        Offer(title.format("two hidden layers and a penalty"), "Programs", two | {"l2": 0.01}),
    ]


LONGEST = (2 * (MOST_LAYERS + 1)) * (LONGEST_NUMBER + 1)
HOMEWORK = Kind("Homework, as numbers", offered, check, ask, mark, solve, longest=LONGEST)
