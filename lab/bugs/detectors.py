"""Detectors: tests of a training program; each finds some bugs and misses the others.

A detector takes a Bench and returns a Finding. None of them knows which step was replaced.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from lab.bugs.check import check, compare, judged, judged_by, largest, too_coarse, verdict_in_words
from lab.bugs.program import Bench, Stopped, measure, quiet, step, train
from lab.bugs.steps import RIGHT
from lab.words import percent
from mlp import network
from mlp.checks.judgement import HAPPY
from mlp.checks.numerical import relative_norm, spread
from mlp.network import Layer

ROUNDING = 1e-9  # relative difference allowed between figures that should be equal
SWEPT = 8  # parameters checked per tensor, at each of many steps h
USUAL_STEP, PENALTY_STEP = 1e-5, 1e-3
MOST_STEPS = 2000  # steps of a schedule that are examined
STANDARD_ERRORS = 4  # allowed between a split's mean and deviation and the training set's


class Finding(NamedTuple):
    """Whether a bug was `caught`, a sentence that says so, and the figures behind it, {name: value}."""

    caught: bool
    sentence: str
    figures: dict


class Detector(NamedTuple):
    """A test of a program: the title of its evidence, its column in the table of bugs, and its function."""

    title: str
    column: str
    test: Callable[[Bench], Finding]

    def __call__(self, bench):
        """Return the Finding; if the program stops, the Finding says so."""
        try:
            return self.test(bench)
        except Stopped as stopped:
            return Finding(True, str(stopped), {})


DETECTORS = {}


def detector(title, column):
    """Return a decorator that enters a function into DETECTORS."""

    def enter(test):
        DETECTORS[test.__name__] = Detector(title, column, test)
        return DETECTORS[test.__name__]

    return enter


@detector("Gradient check, by layer", "gradient check")
def gradient_check(bench):
    """Compare every tensor's gradient with central differences of the loss that the program reports."""
    h = step_taken(bench)
    return _judged(f"At h = {h:.2g}", *judged(bench, h))


def step_taken(bench):
    """Return the step h of the program's gradient check that is closest to 1e-5."""
    offered = bench.steps.check_steps()
    return float(offered[np.abs(np.log(offered / USUAL_STEP)).argmin()])


def _judged(where, checks, verdict):
    """Return a Finding on TensorChecks: caught if they show an error or are too coarse to show one."""
    errors = {one.name: one.smooth_error for one in checks}
    caught = too_coarse(verdict) or not (verdict.passes or verdict.kind == "nothing")
    said = verdict_in_words(checks, verdict)
    return Finding(
        caught, f"{where} the largest relative error of a tensor is {largest(errors)}. {said}.", errors
    )


def _worst(errors, limit, sentence):
    """Return a Finding on {tensor: error}, caught if one is above the limit; the sentence names the worst."""
    return Finding(max(errors.values()) > limit, sentence.format(largest(errors)), errors)


@detector("The check at many steps h", "many steps h")
def step_sweep(bench):
    """Check that the largest relative error of a tensor falls with the step h until rounding stops it."""
    X, T = bench.batch()
    errors = {}
    for h in bench.steps.check_steps():
        checks = check(bench.steps, bench.params, X, T, bench.config, h, SWEPT)
        errors[float(h)] = max(check.error for check in checks)
    least = min(errors.values())
    steps = f"from {min(errors):.1g} to {max(errors):.1g}"
    sentence = f"The smallest error over all steps h, {steps}, is {least:.1e}."
    return Finding(not least < HAPPY, sentence, errors)


@detector("The penalty's gradient alone", "penalty alone")
@quiet
def penalty_apart(bench):
    """Compare the penalty's gradient alone with differences of the reported penalty."""
    steps, l2 = bench.steps, bench.config.l2
    gradients = [steps.penalty_gradient(layer, l2) for layer in bench.params]

    def reported(params):
        return steps.penalty(params, l2)

    def checks(h):
        return compare(bench.params, gradients, reported, h)

    # a pure sum of squares: no data loss near 1 adds rounding
    found = judged_by(checks, PENALTY_STEP, float(reported(bench.params)), beside=0.0)
    return _judged("With the penalty alone", *found)


@detector("One step against hand arithmetic", "one step")
def one_step(bench):
    """Compare one step of the program with W - η ∂L/∂W, computed with the engine's gradient."""
    X, T = bench.batch()
    config, eta = bench.config, bench.config.learning_rate
    _, after = step(bench.steps, bench.params, X, T, config, eta)
    _, gradients = network.loss_and_gradients(bench.params, X, T.argmax(axis=-1), config)
    errors = {}
    for number, (old, new, gradient) in enumerate(zip(bench.params, after, gradients, strict=True), 1):
        for kind in Layer._fields:
            moved = getattr(new, kind) - getattr(old, kind)
            errors[f"{kind}{number}"] = relative_norm(moved, -eta * getattr(gradient, kind))
    return _worst(errors, ROUNDING * 100, "The largest relative error of a step is {}.")


@detector("Statistics of each split", "statistics")
def data_statistics(bench):
    """Compare mean and deviation of the network's inputs, in each split, with what the scaling promises."""
    data = bench.data.encoded(bench.steps)
    figures = {}
    for split in ("train", "valid", "test"):
        X = getattr(data, f"X_{split}")
        figures[split] = {"mean": X.mean(), "deviation": X.std(), "least": X.min(), "largest": X.max()}
    train, n = figures["train"], len(data.y_train)
    if data.scaling == "unit":
        promised = train["least"] == 0 and train["largest"] == 1
    else:
        X, varies = data.X_train, np.ptp(bench.data.X_train, axis=0) > 0
        promised = np.allclose(X.mean(axis=0), 0, atol=ROUNDING) and np.allclose(X.std(axis=0), varies)
    near = all(
        abs(figures[split]["mean"] - train["mean"]) < STANDARD_ERRORS * train["deviation"] / np.sqrt(m)
        and abs(figures[split]["deviation"] / train["deviation"] - 1) < STANDARD_ERRORS / np.sqrt(2 * m)
        for split, m in (("valid", min(n, len(data.y_valid))), ("test", min(n, len(data.y_test))))
    )
    each = [f"{split} {of['mean']:z.3f} ± {of['deviation']:.3g}" for split, of in figures.items()]
    return Finding(not (promised and near), f"Mean and deviation of the inputs: {', '.join(each)}.", figures)


@detector("One example in every split", "same example")
def same_example(bench):
    """Check that one raw example reaches the network as the same numbers from every split."""
    data, probe = bench.data, bench.data.X_train[:1]
    data = data._replace(
        X_valid=np.concatenate([probe, data.X_valid]), X_test=np.concatenate([probe, data.X_test])
    )
    encoded = data.encoded(bench.steps)
    rows = {split: getattr(encoded, f"X_{split}")[0] for split in ("train", "valid", "test")}
    gap = max(relative_norm(rows["train"], rows[split]) for split in ("valid", "test"))
    sentence = "The same example is identical in every split."
    if gap:
        sentence = f"Between the splits the same example differs by {gap:.1g}, relative to its length."
    return Finding(gap > ROUNDING, sentence, {split: x[:2].tolist() for split, x in rows.items()})


@detector("The learning rate, drawn", "schedule")
def schedule(bench):
    """Check that the learning rate goes up and down without a jump; in long cycles, at some steps only."""
    config, last = bench.config, 4 * bench.config.cycle_steps
    turns = [turn + beside for turn in range(0, last + 1, config.cycle_steps) for beside in (-1, 0)]
    steps = np.unique(np.clip([*spread(last, MOST_STEPS), *turns], 0, last - 1))
    rates, after = (np.array([bench.steps.rate(int(t), config) for t in ts]) for ts in (steps, steps + 1))
    slope = (config.learning_rate - config.learning_rate_min) / config.cycle_steps
    caught = (change := np.abs(after - rates).max()) > 1.5 * slope
    faster = f"{change / slope:.3g} times as fast as" if slope else "faster than"
    how = faster if caught else "no faster than"
    sentence = f"From one step to the next the rate changes {how} the schedule prescribes."
    return Finding(bool(caught), sentence, {"rate": rates.tolist()})


@detector("The order of two epochs", "order")
def order(bench):
    """Check that each of two epochs visits every example once, and that their orders differ."""
    n = len(bench.data.y_train)
    generator = np.random.default_rng(bench.config.shuffle_seed)
    first, second = (bench.steps.order(generator, n) for _ in range(2))
    whole = all(np.array_equal(np.sort(epoch), np.arange(n)) for epoch in (first, second))
    same = float((first == second).mean())
    classes = len(np.unique(bench.data.y_train[first[: bench.config.batch_size or n]]))
    share = percent(same).capitalize()
    sentence = (
        f"{share} of the positions have the same example in both epochs; the first minibatch has "
        f"examples of {classes} of {bench.data.n_classes} classes."
    )
    return Finding(not whole or same > 0.5, sentence, {"same": same, "classes": classes})


@detector("Reported figures, recounted", "recount")
@quiet
def recount(bench):
    """Recompute an epoch's reported figures from all its minibatches, weights and test examples."""
    steps, config = bench.steps, replace(bench.config, epochs=1)
    epoch_losses = []

    def recounted(losses, sizes):
        epoch_losses.append(float(np.dot(losses, sizes) / sum(sizes)))
        return steps.epoch_loss(losses, sizes)

    try:
        *_, record = train(steps._replace(epoch_loss=recounted), config, bench.data)
    except Stopped as stopped:
        return Finding(False, str(stopped), {})
    if not epoch_losses:
        return Finding(
            False, "The network diverges before the end of its first epoch: there is nothing to recount.", {}
        )
    data = bench.data.encoded(steps)
    right = measure(RIGHT, record.params, data.X_test, data.y_test, config)[1]
    again = {
        "training loss": (record.train_loss, epoch_losses[-1]),
        "penalty": (record.penalty, float(network.penalty(record.params, config))),
        "test accuracy": (record.test_accuracy, float(right.mean())),
    }
    caught = not all(np.allclose(*pair, rtol=ROUNDING, atol=0, equal_nan=True) for pair in again.values())
    figures = [f"{name} {reported:.4g}, recounted {value:.4g}" for name, (reported, value) in again.items()]
    return Finding(caught, f"Reported {'; '.join(figures)}.", again)


@detector("Softmax of large logits", "large logits")
@quiet
def large_logits(bench):
    """Check that the softmax of 800, 0, -800 is 1, 0, 0, and that it does not depend on a shift."""
    logits = np.array([[800.0, 0.0, -800.0], [1.0, 2.0, 3.0]])
    o, shifted = bench.steps.probabilities(logits), bench.steps.probabilities(logits + 100)
    right = np.allclose(o[0], [1, 0, 0]) and np.allclose(o[1], shifted[1])
    values = ", ".join(f"{value:.3g}" for value in o[0])
    return Finding(not right, f"The softmax of 800, 0 and -800 is {values}.", {"softmax": o[0].tolist()})
