"""Planes through the features of a table, as a map shows them, and the examples' distances from them."""

import numpy as np
import streamlit as st

from lab import feature_planes
from lab.words import as_plain_text
from ui.figures import frames, maps

LEAST_DISTANCE = 1e-3  # standard deviations; an example that is nearer counts as in the plane


def plane_of_table(dataset, section):
    """Return the Plane of a Section, large enough for the projections of all examples."""
    parts = [feature_planes.raw_features(dataset, part) for part in frames.SPLITS.values()]
    return plane_through(section, np.concatenate(parts))


def plane_through(section, raw):
    """Return the Plane of a Section around raw examples (n, n_features), with a margin.

    Each axis fits its own feature; if both features have the same unit, the axes have equal length.
    """
    places = section.places(raw)
    low, high = places.min(axis=0), places.max(axis=0)
    constant = np.where(high > low, 0.0, 1.0)  # otherwise a constant feature would have an axis of length 0
    ends = np.stack([low - constant, high + constant])
    if section.square:
        return maps.plane_of(ends)._replace(section=section)
    return maps.Plane(*(maps.plane_of(values[:, np.newaxis]).x for values in ends.T), section)


def told(plane):
    """Return as Markdown which plane of a table is drawn and which features are fixed; "" for points.

    The names of features may be a visitor's words.
    """
    return as_plain_text(f"Plane of {plane.section.said}") if plane.section else ""


def in_brackets(plane):
    """Return the same as plain text in brackets, for a text alternative; "" for points."""
    return f" (plane of {plane.section.said})" if plane.section else ""


def show_distances(examples):
    """Show how far the examples on the map are from its plane, if the dataset is a table."""
    if "distance" in examples and examples["distance"].max() > LEAST_DISTANCE:
        low, high = examples["distance"].min(), examples["distance"].max()
        st.caption(
            f"A fainter example is farther from this plane. Distances are {low:.1f} to {high:.1f}, after "
            "each feature is divided by its standard deviation on the training set."
        )
