"""The page's elements that can be embedded: the map, the diagram of the network, the curves."""

import streamlit as st

from lab.divergence import when
from lab.links.reading import Unusable
from ui.decision_boundary import boundary, feature_plane
from ui.embed import controls
from ui.figures import films, inside, plane_map
from ui.frame import address
from ui.frame.show import show_sentence
from ui.sidebar import lock
from ui.timeline import component
from ui.training import progress

MAP_FILM, UNITS_FILM = 0, 1  # keys of the parts of a `films.Film`


def draw(asked):
    """Draw the element and its controls; return the query of its experiment on the whole page."""
    setup, problems = controls.row()
    splits = boundary.choose_splits()
    for problem in problems:
        show_sentence(st.warning, problem, ":material/report:")
    query = address.page_query(setup.experiment, setup.n_seeds) | {"view": asked.own}
    try:
        return query | _element(asked, setup, splits)
    except ValueError as problem:
        show_sentence(st.error, str(problem), ":material/report:")
        return query


def _element(asked, setup, splits):
    """Draw the element; return the parameter of its epoch if it is not the last. Raise ValueError."""
    if asked.own.isdigit() and int(asked.own) > setup.n_seeds:
        allowed = "network 1" if setup.n_seeds == 1 else f"networks 1 to {setup.n_seeds}"
        raise Unusable("view", f"{asked.view}:{asked.own}", allowed)
    (run,) = progress.trained([setup])
    if run.n_epochs < 0:
        return {}
    n_epochs = min(setup.experiment.train.epochs, run.n_epochs)
    epoch = max(0, min(n_epochs, lock.linked_value("epoch", n_epochs)))
    if asked.view == "curves":
        boundary.curves_by_epoch(run, n_epochs, epoch, splits)
    else:
        _played(asked, run, n_epochs, run.with_parameters(epoch).number, splits)
    return {"epoch": str(epoch)} if epoch != n_epochs else {}


def _played(asked, run, n_epochs, epoch, splits):
    """Draw the map or the diagram with its timeline, which only the browser follows."""
    (plane,), place = feature_plane.choose([run]), st.container()
    index = int(asked.own) - 1 if asked.own.isdigit() else 0
    film = films.of(run, n_epochs, epoch, asked.own, plane, index, diagrams=asked.view == "network")
    part = UNITS_FILM if asked.view == "network" else MAP_FILM
    film = film._replace(parts=film.parts[part : part + 1])
    if film.epochs and film.may_be_made():
        with progress.spinner(film.seconds, "Drawing the other epochs …"):
            film = film.made()
    with place:
        if asked.view == "network":
            record = run.with_parameters(epoch).records[index]
            if record.diverged:
                st.info(f"Network {index + 1} diverged {when([record])}: its units cannot be drawn.")
            else:
                inside.draw(run, epoch, index, plane, film.epochs_made)
        else:
            shown = {"epochs": film.epochs_made, "until": n_epochs, "splits": splits, "tells": False}
            plane_map.map_of(run, epoch, asked.own, plane, **shown)
    if film.epochs_made:
        component.timeline(film.epochs, epoch, film.said(), film.left_out, tells=False)
