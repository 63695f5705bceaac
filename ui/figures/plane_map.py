"""The map of the plane at an epoch: one network's outputs, the networks' mean, or their disagreement."""

from typing import NamedTuple

import numpy as np
import pandas as pd
import streamlit as st

from lab.divergence import diverged, surviving, when
from lab.links import cost
from lab.links.embedded import DISAGREEMENT
from lab.words import counted, percent
from mlp import LOSSES
from ui.charts import following, planes, square
from ui.figures import frames, map_words, maps, section_planes
from ui.frame.show import show
from ui.sidebar import own_data
from ui.training.cache import cache, cached_film, cached_view
from ui.training.priority import give_way

POINTER_CELLS, POINTER_CELLS_IN_PANEL = 24, 12
MAP_SECONDS = 0.5  # estimated seconds that drawing a map may take; a large network gets a coarser map
PANEL_RESOLUTION = 72  # pixels across one of several maps, which are smaller
COARSEST = 24  # pixels across a map
CALLS_PER_PICTURED_UNIT = 150
BATCH_VALUES, BATCH_SECONDS = 2**18, 0.03  # outputs of a film's epochs that are computed together
ON_SHEET = 0.75  # bytes of a picture on a sheet of many, as a share of those alone
SECONDS_OF_PICTURE = 0.005  # seconds to compress a picture and to find its boundary


class Map(NamedTuple):
    """A map of the plane: its picture, its boundary [(k, 2), …], its cells (a frame), its finding (title)."""

    picture: str
    lines: list
    cells: pd.DataFrame
    finding: str
    lost: str = ""  # which networks have diverged and are left out


def plane_view(run, epoch, view, plane, n_cells, n=maps.RESOLUTION):
    """Return the Map of one network (`view` is its number), of the networks' mean, or their disagreement.

    It is n pixels across and has n_cells × n_cells cells, or none. Networks that have diverged predict
    nothing and are left out; if none is left, the map is blank.
    """
    records, networks = _networks(run, epoch, view)
    if not networks:
        return Map(maps.BLANK, [], frames.cells(plane, max(1, n_cells)), _all_lost(records, view))
    ((shaded, lines, p),) = _drawn([networks], run, view, plane, n)
    cells = frames.cells(plane, n_cells, p.mean(axis=0)) if n_cells else None
    return Map(shaded.sheet(), lines, cells, _finding(run, epoch, view, p), diverged(records))


def _finding(run, epoch, view, p):
    """Return in words what a map shows; p are the outputs of its networks."""
    at = f"epoch {run.with_parameters(epoch).number}"
    if view.isdigit():
        return f"Network {view} after {at}"
    if view != DISAGREEMENT:
        return f"Mean of {counted(len(p), 'network')} after {at}"
    if len(p) == 1:
        return f"A single network cannot disagree with itself, {at}"
    return f"They disagree on {percent(np.mean(maps.disagreement(p) > 0))} of the plane, {at}"


def _all_lost(records, view):
    """Return the finding of a map all of whose networks have diverged."""
    finding = f"Network {view} diverged {when(records)}" if view.isdigit() else diverged(records)
    return finding[0].upper() + finding[1:]


def _networks(run, epoch, view):
    """Return (records, networks) of a view: all records, and the parameters of those not diverged."""
    snapshot = run.with_parameters(epoch)
    records = [snapshot.records[int(view) - 1]] if view.isdigit() else snapshot.records
    return records, [record.params for record in surviving(records)]


def _drawn(sets, run, view, plane, n):
    """Yield (Shaded, lines of the boundary, outputs of its networks) for each set of networks."""
    networks = [one for ones in sets for one in ones]
    outputs = maps.probabilities(networks, run.configs[0], run.dataset, plane, n)
    parts = np.split(outputs, np.cumsum([len(ones) for ones in sets])[:-1])
    means = outputs if len(outputs) == len(parts) else np.stack([part.mean(axis=0) for part in parts])
    if view == DISAGREEMENT:
        shaded = maps.disagreement_pictures(np.stack([maps.disagreement(part) for part in parts]))
    else:
        shaded = maps.class_pictures(means, LOSSES[run.configs[0].loss].output.range)
    ones = [shaded._replace(places=places[np.newaxis]) for places in shaded.places]
    yield from zip(ones, maps.boundaries(means, plane), parts, strict=True)


def of_network(make, run, epoch, index, *args):
    """Return `make(params, config, dataset, *args)` for network `index` at an epoch; for `cached_view`."""
    return make(run.with_parameters(epoch).records[index].params, run.configs[index], run.dataset, *args)


def plane_of_runs(trained):
    """Return the Plane that contains the points of all `trained` runs, which are points of the plane."""
    least = maps.OWN_POINTS_REACH if trained[0].dataset.name == "own_points" else 0.0
    return maps.plane_of(np.concatenate([maps.raw_points(run.dataset) for run in trained]), least)


def film(run, epochs, until, view, plane, n):
    """Return [the reel] (see `frames.reel`): the map of each of these epochs, unchanged after `until`."""
    reached = [min(epoch, until) for epoch in epochs]
    drawn, alive = {}, {}
    for epoch in dict.fromkeys(reached):
        records, networks = _networks(run, epoch, view)
        if networks:
            alive[epoch] = networks
        else:
            drawn[epoch] = None, [], _all_lost(records, view)
    values = n * n * len(run.dataset.class_names) * (1 if view.isdigit() else len(run.configs))
    seconds = _seconds_of_map(run, view) * (n / maps.RESOLUTION) ** 2
    at_once = max(1, int(min(BATCH_VALUES / values, BATCH_SECONDS / seconds)))
    for start in range(0, len(alive), at_once):
        some = list(alive)[start : start + at_once]
        views = _drawn([alive[epoch] for epoch in some], run, view, plane, n)
        for epoch, (shaded, lines, p) in zip(some, views, strict=True):
            drawn[epoch] = shaded, lines, _finding(run, epoch, view, p)
        give_way()
    pictures, lines, findings = zip(*(drawn[epoch] for epoch in reached), strict=True)
    return [frames.reel(epochs, maps.sheet(pictures), lines, plane, findings)]


def map_of(
    run,
    epoch,
    view,
    plane,
    *,
    epochs=(),
    until=0,
    at=None,
    panel=None,
    splits=tuple(frames.SPLITS),
    headed=True,
    part=None,
    tells=True,
):
    """Draw the map of one network, of the networks' mean, or of their disagreement, at an epoch.

    `view` is as in `plane_view`. `epochs` are those of the timeline, which the map follows up to `until`;
    `at` is the timeline's epoch if it differs. `panel` is the map's number among several, which are smaller
    and have no legend. Only examples of `splits` are drawn. If `headed`, the finding is written above the
    map. The map may be a `part` (see `following`). `tells` is that of the timeline, if there is one.
    """
    dataset = run.dataset
    clickable = dataset.name == "own_points" and panel is None and own_data.clickable()
    n, at = pixels(run, view, panel), epoch if at is None else at
    n_cells = POINTER_CELLS if panel is None else POINTER_CELLS_IN_PANEL
    figure = cached_view(plane_view, run, epoch, view, plane, n_cells, n)
    reel = frames.reel([at], figure.picture, [figure.lines], plane, [figure.finding])
    if epochs:
        (reel,) = cached_film(film, run, epochs, until, view, plane, n)
        reel = reel.assign(served=np.uint8(epochs.index(at)))
    if epochs and not tells:
        reached = [min(one, until) for one in epochs]
        words = map_words.alternative_of_film(run, reached, view, plane, reel["findings"][0].split("\n"))
    else:
        words = map_words.alternative(run, epoch, view, plane, figure.finding, figure.lost)
    reel = reel if headed else reel.drop(columns="findings")
    n_epochs = max(1, len(epochs))
    most = frames.MOST_POINTS if panel is None else frames.MOST_POINTS_IN_PANEL
    examples = cached_view(frames.points_of, run, most, splits, plane.section)
    chart = planes.boundary_map(
        reel,
        following.marked(figure.cells, at, 1 if clickable else n_epochs),
        examples,
        plane,
        dataset.class_names,
        section_planes.told(plane) if panel is None else "",
        clickable=clickable,
        legend=panel is None,
        height=planes.MAP_HEIGHT if panel is None else planes.PANEL_HEIGHT,
        part=part,
    )
    if clickable:
        own_data.draw(chart, plane, words)
    else:
        kind = "Map of the plane" if panel is None else f"Map {panel + 1} of the plane"
        show(chart, kind, words, key=f"_map_{panel}")
    if plane.section and panel is not None:
        st.caption(f"{section_planes.told(plane)}.")
    if figure.lost:
        st.caption(f"{figure.lost[0].upper()}{figure.lost[1:]}.")
    if panel is None:
        if n < maps.RESOLUTION:
            st.caption(f"This network is large, so its map is coarser than usual: {n} × {n} pixels.")
        show_number_drawn(dataset, most)
        section_planes.show_distances(examples)


def pixels(run, view, panel=None):
    """Return the pixels across the map of a run; `panel` is its number among several."""
    n = resolution(_seconds_of_map(run, view))
    return n if panel is None else min(n, PANEL_RESOLUTION)


def seconds_of_frame(run, view, panel=None):
    """Return the estimated seconds to draw the map of one epoch of a film."""
    return SECONDS_OF_PICTURE + _seconds_of_map(run, view) * (pixels(run, view, panel) / maps.RESOLUTION) ** 2


def bytes_of_frame(run, epoch, view, plane, panel=None):
    """Return approximately the bytes of one epoch's map in a film whose maps are all like that of `epoch`."""
    n_cells = POINTER_CELLS if panel is None else POINTER_CELLS_IN_PANEL
    figure = cached_view(plane_view, run, epoch, view, plane, n_cells, pixels(run, view, panel))
    path = square.path(figure.lines, plane)
    return int(ON_SHEET * len(figure.picture)) + len(path) + len(figure.finding)


def seconds_of_units(run, index):
    """Return the estimated seconds to draw a network's units once, without a chart."""
    config, speed = run.configs[index], cache().speed
    n_features, n_classes = run.dataset.X_train.shape[1], len(run.dataset.class_names)
    n_units = sum(min(width, maps.MOST_UNITS) for width in config.hidden_layer_sizes)
    forward = cost.forward_seconds(config, n_features, n_classes, maps.UNIT_RESOLUTION**2, speed)
    return CALLS_PER_PICTURED_UNIT * n_units * speed.call + forward


def resolution(seconds):
    """Return the pixels across a map that takes at most MAP_SECONDS, if one of RESOLUTION takes `seconds`."""
    n = maps.RESOLUTION * (MAP_SECONDS / max(seconds, 1e-9)) ** 0.5
    return int(np.clip(n, COARSEST, maps.RESOLUTION))


def n_points(dataset):
    """Return the number of points in all splits."""
    return sum(len(y) for y in (dataset.y_train, dataset.y_valid, dataset.y_test))


def show_number_drawn(dataset, most):
    """Show how many of the points are drawn, if not all are."""
    n = n_points(dataset)
    if n > most:
        st.caption(f"The map shows {most:,} of the {n:,} points; training and figures use all of them.")


def _seconds_of_map(run, view):
    n_features, n_classes = run.dataset.X_train.shape[1], len(run.dataset.class_names)
    seconds = cost.forward_seconds(run.configs[0], n_features, n_classes, maps.RESOLUTION**2, cache().speed)
    return seconds * (1 if view.isdigit() else len(run.configs))
