"""The loss over a plane through the solution, and the optimizers' paths on it."""

import itertools
from typing import NamedTuple

import numpy as np
import pandas as pd
import streamlit as st

from lab.links import descents
from lab.links.limits import widths
from lab.links.reading import Unusable
from lab.optimization import paths as trails
from lab.optimization import planes, price, sentences, surface
from lab.optimization.planes import KINDS, PRINCIPAL, RANDOM, WEIGHTS
from ui.charts import optimization as charts
from ui.frame.show import show, show_sentence
from ui.optimization import epochs, frames
from ui.optimization.setup import colours, shapes_of
from ui.sidebar import lock
from ui.training import progress
from ui.training.cache import cache

LARGEST_SEED = 2**32 - 1
MOST_NAMES = 400  # parameters in the menu; others can be typed
COPIES = 3  # copies of the points of all paths in memory at once
DIRECTIONS = {
    PRINCIPAL: ("first principal direction", "second principal direction"),
    RANDOM: ("first random direction", "second random direction"),
}
EXPLAINED = {
    PRINCIPAL: "The two directions are those along which the paths differ most from the {centre}.",
    WEIGHTS: "Only these two parameters vary; every other parameter is that of the {centre}.",
    RANDOM: "The two directions are drawn at random; a step of 1 changes a unit's weights by their length.",
}


class View(NamedTuple):
    """The loss over a plane and the paths on it.

    `values` (n, n) are the losses, lowest row first; `paths` is the table of `frames.paths`; the dicts have,
    for each path, its share in the plane, its final loss, and the epoch in which it was cut off, or None.
    `solved` says whether the centre is the solution (see `lab.optimization.paths.centre`); `beyond` are the
    labels of the paths that were cut off with finite parameters.
    """

    values: np.ndarray
    window: tuple
    paths: pd.DataFrame
    shares: dict
    ends: dict
    lost: dict
    solved: bool
    beyond: tuple = ()

    @property
    def centre(self):
        """The name of the point through which the plane goes."""
        return "solution" if self.solved else "start"


def choose(plan):
    """Draw the choice of the plane; return (kind, the names of its two weights, its seed)."""
    names, seed, config = (), 0, plan.experiment.train
    shapes = tuple(itertools.pairwise(config.layer_sizes(*widths(plan.experiment.data))))
    kind = lock.control(st.selectbox, "Directions", KINDS, key="plane", width=230)
    if kind == WEIGHTS:
        offered = planes.names(shapes, MOST_NAMES, config.use_bias)
        names = tuple(_weight(offered, *which) for which in (("First", "weight1"), ("Second", "weight2")))
    elif kind == RANDOM:
        words = "Draws the two directions."
        seed = lock.control(
            st.number_input, "Seed of the directions", 0, LARGEST_SEED, key="plane_seed", help=words
        )
    return kind, _usable(names, shapes, config.use_bias) if names else names, int(seed)


def _weight(offered, which, key):
    """Draw the choice of a parameter by its name."""
    options = list(dict.fromkeys([*offered, descents.VIEW[key]]))
    words = "W1[0,3]: layer 1, from input 0 to unit 3; b2[3]: layer 2, the bias of unit 3. Choose or type."
    return lock.control(
        st.selectbox, f"{which} weight", options, key=key, accept_new_options=True, help=words
    )


def section(plan, runs, how, shown):
    """Draw the surface with the paths and say what it shows; return the View, or None if it has to wait.

    `how` is (kind, names, seed), see `choose`; the paths are drawn up to the epoch `shown`.
    """
    config, dataset = plan.experiment.train, runs[0].dataset
    shapes = shapes_of(config, dataset)
    labels, reached = list(plan.paths), tuple(min(run.n_epochs, config.epochs) for run in runs)
    key = "plane", plan.experiment.data, tuple(plan.paths.items()), reached, how
    n_parameters = sum((n + 1) * m for n, m in shapes)
    n = surface.resolution(n_parameters, sum(config.hidden_layer_sizes), len(dataset.y_train))
    n_points = n * n + len(runs) * (trails.MOST_EPOCHS + trails.MOST_STEPS)
    sizes = shapes[0][0], shapes[-1][1]
    seconds = price.surface(n_points, config, sizes, len(dataset.y_train), cache().speed)
    per_epoch = -(-len(dataset.y_train) // (config.batch_size or len(dataset.y_train)))
    n_steps = min(per_epoch, trails.MOST_STEPS)
    seconds += sum(price.steps([path], dataset, n_steps, cache().speed) for path in plan.paths.values())
    n_bytes = 8 * COPIES * n_parameters * len(runs) * (trails.MOST_EPOCHS + trails.MOST_STEPS)

    def make():
        return (yield from _view(dict(zip(labels, runs, strict=True)), reached, how, n))

    try:
        view = progress.result(key, make, seconds, "This surface", "Computing the loss", n_bytes)
    except ValueError as problem:
        show_sentence(st.warning, str(problem), ":material/report:")
        return None
    if view is not None:
        _draw(view, *how[:2], shown.epoch)
        epochs.timeline(shown, view.paths, view.lost, per_epoch)
        _say(view, how[0], n)
    return view


def _usable(names, shapes, use_bias):
    """Return the names of two weights: the network's first two, with a sentence, if these cannot be used."""
    try:
        planes.of_weights(np.zeros(sum((n + 1) * m for n, m in shapes)), shapes, names, use_bias)
    except Unusable as problem:
        names = tuple(planes.names(shapes, 2, use_bias))
        show_sentence(st.warning, f"{problem} {' and '.join(names)} are used.", ":material/report:")
    return names


def _view(runs, reached, how, n):
    """Generator: yield the share done; return the View of {label: Run} at the epochs reached."""
    (kind, names, seed), found, n_parts = how, {}, 2 * len(runs) + 1
    for number, ((label, run), last) in enumerate(zip(runs.items(), reached, strict=True)):
        config, dataset = run.configs[0], run.dataset
        walk = trails.walk(config, dataset, run.up_to(last))
        found[label] = yield from progress.part(walk, number, n_parts)
    own = next(iter(found.values()))
    centre, solved = trails.centre(own)
    shapes = shapes_of(config, dataset)
    lost = {label: path.left for label, path in found.items()}
    beyond = tuple(label for label, path in found.items() if path.beyond)
    if kind == PRINCIPAL:
        points = np.concatenate([path.points for path in found.values()])
        try:
            plane = planes.principal(centre, points, solved)
        except ValueError as problem:
            raise ValueError(f"{problem} {sentences.lost(lost, beyond)}".rstrip()) from None
    elif kind == WEIGHTS:
        plane = planes.of_weights(centre, shapes, names, config.use_bias)
    else:
        plane = planes.random(centre, shapes, seed)
    losses, data = {}, (shapes, dataset.X_train, dataset.y_train, config)
    for number, (label, path) in enumerate(found.items(), len(runs)):
        losses[label] = yield from progress.part(surface.losses(path.points, *data), number, n_parts)
    table = frames.paths(found, plane, losses)
    window = planes.window(table[["a", "b"]].to_numpy(float), kind)
    everywhere = surface.losses(plane.points(surface.grid(window, n)), *data)
    values = yield from progress.part(everywhere, n_parts - 1, n_parts)
    return View(
        values.reshape(n, n),
        window,
        table,
        {label: plane.share(path.points) for label, path in found.items()},
        {
            label: float(np.nan_to_num(losses[label][-1], nan=np.inf)) if path.left is None else np.nan
            for label, path in found.items()
        },
        lost,
        solved,
        beyond,
    )


def _draw(view, kind, names, epoch):
    """Draw the chart of a View with its paths up to an epoch."""
    title = sentences.lowest(view.ends)
    own = view.paths[view.paths["path"] == next(iter(view.ends))]
    marks = own.iloc[[0, -1]][["a", "b"]].assign(text=["start", "solution" if view.solved else "last point"])
    chart = charts.surface(
        pd.DataFrame({"picture": [frames.picture(view.values)]}),
        frames.contours(view.values, view.window),
        view.paths,
        marks,
        view.window,
        colours(view.ends),
        DIRECTIONS.get(kind) or tuple(f"{name}, minus the {view.centre}'s" for name in names),
        title,
        epoch,
    )
    in_plane = sentences.in_plane(view.shares, view.solved, view.lost)
    show(chart, "Map of the loss, and paths on it", f"{title}. {in_plane}".rstrip(". "))


def _say(view, kind, n):
    """Say how much of the paths lies in the plane, and how to read the chart."""
    in_plane = sentences.in_plane(view.shares, view.solved, view.lost)
    said = [in_plane, sentences.lost(view.lost, view.beyond), sentences.holes(view.values)]
    if not view.solved:
        said.append(
            "The experiment's own path is not followed to its end, so the plane goes through its start "
            "instead of a solution."
        )
    st.markdown(" ".join(filter(None, said)))
    words = EXPLAINED[kind].format(centre=view.centre)
    words += " Each point of a path is drawn at the nearest point of the plane. So the "
    words += "colour beneath a point that is not on the plane is not its own loss: hover over the point to "
    words += "read that."
    if n < surface.FINE:
        words += (
            f" For a network or a training set of this size, the loss is computed at only {n} × {n} points."
        )
    st.caption(words)
