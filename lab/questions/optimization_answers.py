"""The computed answers to the questions about optimization."""

import itertools
from typing import NamedTuple

import numpy as np

from data import DataConfig
from lab.links import descents
from lab.links.experiment import DATA_FIELDS, TRAIN_FIELDS, Experiment, Setup
from lab.optimization import (
    bowl,
    bowl_sentences,
    paths,
    planes,
    schedules,
    sentences,
    steepness,
    steps,
    surface,
)
from lab.questions.answer import Answer, Unanswered
from lab.words import listed, to_tenths
from mlp import TrainConfig

PLACES = 101  # points on a straight line, ends included
SHARES = (0.01, 0.1, 0.5)  # share of a path in a plane: bounds between the choices
FEWER = (2, 10, 30, 1000)  # ratios: the choices


class Walked(NamedTuple):
    """A question's trainings, {label: Trained}, its own first; that one's Experiment; the shapes of W."""

    runs: dict
    experiment: Experiment
    shapes: tuple

    @property
    def own(self):
        """The label of the question's own training."""
        return next(iter(self.runs))

    @property
    def data(self):
        """What every loss is computed from: shapes, X, y and a config."""
        dataset = self.runs[self.own].dataset
        return self.shapes, dataset.X_train, dataset.y_train, self.experiment.train

    def paths(self):
        """Return {label: Path}, as the page draws them."""
        return {
            label: _value(paths.walk(run.config, run.dataset, run.history))
            for label, run in self.runs.items()
        }


def configs_of(values):
    """Return (DataConfig, {label: TrainConfig}) of a question's values: all paths of its page."""
    data = {name: value for name, value in values.items() if name in DATA_FIELDS}
    train = {name: value for name, value in values.items() if name in TRAIN_FIELDS}
    asked = descents.parse(values.get("paths", descents.VIEW["paths"]))
    return DataConfig(**data), descents.configs(TrainConfig(**train), asked)


def _walked(values, trained):
    data, configs = configs_of(values)
    asked = [Experiment(data, config) for config in configs.values()]
    found = trained([Setup(experiment, 1) for experiment in asked])
    dataset = found[0].dataset
    sizes = asked[0].train.layer_sizes(dataset.X_train.shape[1], len(dataset.class_names))
    return Walked(dict(zip(configs, found, strict=True)), asked[0], tuple(itertools.pairwise(sizes)))


def _value(generator):
    """Run a generator to its end and return its return value."""
    while True:
        try:
            next(generator)
        except StopIteration as finished:
            return finished.value


def ridges(values, trained):
    """Say how many straight lines from the own path's end to the other ends cross a ridge.

    A line crosses a ridge if the loss is somewhere higher than at both ends, to three digits.
    """
    walked = _walked(values, trained)
    ends = {label: path.points[-1] for label, path in walked.paths().items() if path.left is None}
    if walked.own not in ends or len(ends) < 2:
        raise Unanswered(
            "There are not two ends to walk between: the paths have not been trained to the end."
        )
    said, level, t = [], [], np.linspace(0, 1, PLACES)[:, np.newaxis]
    here = ends.pop(walked.own)
    for label, there in ends.items():
        losses = _value(surface.losses((1 - t) * here + t * there, *walked.data))
        first, last, top = (float(f"{loss:.3g}") for loss in (losses[0], losses[-1], losses.max()))
        if top > max(first, last):
            said.append(
                f"Straight from {walked.own}'s end to that of {label} the loss goes from {first:g} up to "
                f"{top:g} and down to {last:g}."
            )
        else:
            level.append(label)
    right = 0 if not said else 1 if level else 2
    if level:
        said.append(f"On the way to {listed(level)} the loss is nowhere higher than at the ends.")
    if right:
        said.append("There may still be a way round a ridge: only the straight one was tried.")
    else:
        said[0] = (
            f"On each straight line from {walked.own}'s end the loss is computed at {PLACES} points. "
            f"{said[0]}"
        )
    return Answer(right, " ".join(said))


def settles(values, trained):
    """Say when the own path's curvature falls below 2/η for good: in the first half, later, or never."""
    walked = _walked(values, trained)
    run, config, n_train = walked.runs[walked.own], walked.experiment.train, len(walked.data[2])
    epochs, points = steepness.measured(run.history)
    work = steepness.work(walked.experiment, run.dataset, walked.shapes, epochs, points)
    largest = trained.result(*work).largest
    rates = steepness.rates_at(epochs, config, n_train)
    (above,) = np.nonzero(~(largest <= 2 / rates))  # NaN (loss not finite) counts as above
    last = run.records[0]
    right = 2
    if not last.diverged and (not len(above) or above[-1] + 1 < len(epochs)):
        right = int(len(above) > 0 and epochs[above[-1] + 1] > config.epochs / 2)
    diverged = last.epoch if last.diverged else None
    told = sentences.curvature(largest, rates, config, n_train, diverged)
    return Answer(
        right,
        f"The largest eigenvalue is the curvature in the direction in which the loss bends most. {told}",
    )


def up_and_down(values, trained):
    """Say where the own schedule ends among all of them: lowest, between the others, or highest."""
    data, configs = configs_of(values)
    own, dataset = next(iter(configs.values())), trained.dataset(data)
    compared = schedules.compared(own)
    per_epoch = -(-len(dataset.y_train) // (own.batch_size or len(dataset.y_train)))
    found = _value(steps.train(compared, dataset, own.epochs * per_epoch))
    ends = {
        name: float(f"{loss:.3g}") if np.isfinite(loss) else np.inf
        for name, loss in schedules.ends(compared, found).items()
    }
    rates = {config.schedule: rate for config, rate in zip(compared, found.rates[-1], strict=True)}
    mine, order = ends[own.schedule], sorted(ends, key=ends.get)
    lower, higher = ([name for name in order if sign * ends[name] < sign * mine] for sign in (1, -1))
    told = [
        f"{word} with {listed([f'{name} ({_loss(ends[name])})' for name in names])}"
        for word, names in (("lower", lower), ("higher", higher))
        if names
    ]
    compares = " and ".join(told) or "the same with all"
    ahead = f", that of {order[0]} {rates[order[0]]:.3g}" if lower else ""
    return Answer(
        0 if not lower else 1 if higher else 2,
        f"With {own.schedule} the mean loss of the last epoch is {_loss(mine)}; it is {compares}. "
        f"At the last step the learning rate of {own.schedule} is {rates[own.schedule]:.3g}{ahead}. "
        "This is one order of the minibatches, from one start.",
    )


def _loss(value):
    return f"{value:g}" if np.isfinite(value) else "not finite"


def random_share(values, trained):
    """Say how much of the own path lies in a plane of two random directions."""
    walked = _walked(values, trained)
    found = walked.paths()
    points = [path.points for path in found.values()]
    centre, solved = paths.centre(found[walked.own])
    plane = planes.random(centre, walked.shapes, values.get("plane_seed", descents.VIEW["plane_seed"]))
    shares = {label: plane.share(path.points) for label, path in found.items()}
    if shares[walked.own] is None:
        moves = "does not move" if found[walked.own].left is None else "is cut off at its start"
        raise Unanswered(f"The path {moves}, so none of it can lie in a plane.")
    cut = {label: path.left for label, path in found.items()}
    most = planes.principal(centre, np.concatenate(points)).share(points[0])
    return Answer(
        sum(shares[walked.own] >= limit for limit in SHARES),
        f"{sentences.in_plane(shares, solved, cut)} Two directions out of {len(centre)} are "
        f"{to_tenths(2 / len(centre))} of all. Of {walked.own}'s path the two principal directions contain "
        f"{to_tenths(most)}.",
    )


def memory(values, trained):
    """Say which of FEWER is nearest to the ratio of gradient descent's steps to momentum's."""
    kappa = values["kappa"]
    need = {
        name: bowl.steps_to(bowl.descend(bowl.best(name, kappa), kappa, bowl.budget(kappa)))
        for name in ("sgd", "momentum")
    }
    ratio = need["sgd"] / need["momentum"]
    fast, plain = (np.log(bowl.theory(name, kappa)) for name in ("momentum", "sgd"))
    return Answer(
        int(np.abs(np.log(FEWER) - np.log(ratio)).argmin()),
        f"{bowl_sentences.speed(kappa, need)} In the long run, by the theoretical rates, one step of "
        f"momentum does as much as {fast / plain:.3g} of gradient descent.",
    )
