"""Planes through the features of a table, as a map shows them; and how far the examples are from one."""

import numpy as np
import streamlit as st

from lab import feature_planes
from ui.figures import frames, maps

LEAST_DISTANCE = 1e-3  # standard deviations; what is nearer lies in the plane


def plane_of_table(dataset, section):
    """Return the Plane of a Section that contains the places of all examples."""
    parts = [feature_planes.raw_features(dataset, part) for part in frames.SPLITS.values()]
    return plane_through(section, np.concatenate(parts))


def plane_through(section, raw):
    """Return the Plane of a Section around raw examples (n, n_features), with a margin.

    Each axis fits its own feature; where both have one unit they are equally long.
    """
    places = section.places(raw)
    low, high = places.min(axis=0), places.max(axis=0)
    constant = np.where(high > low, 0.0, 1.0)  # else a feature that does not vary would have no extent
    ends = np.stack([low - constant, high + constant])
    if section.square:
        return maps.plane_of(ends)._replace(section=section)
    return maps.Plane(*(maps.plane_of(values[:, np.newaxis]).x for values in ends.T), section)


def show_distances(examples):
    """Show how far the examples on the map are from its plane, if they are those of a table."""
    if "distance" in examples and examples["distance"].max() > LEAST_DISTANCE:
        low, high = examples["distance"].min(), examples["distance"].max()
        st.caption(
            f"The fainter an example, the farther it is from this plane: {low:.1f} to {high:.1f} standard "
            "deviations, every feature divided by its own on the training set."
        )
