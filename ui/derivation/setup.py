"""The sidebar of the derivation page, read as the Problem: the small network of the derivation."""

import streamlit as st

from lab.derivation import Problem
from lab.links.experiment import field_text, parse_field
from lab.links.pages import DERIVATION_FIELDS, PAGES, SIZES
from lab.links.reading import sentence_of
from ui.sidebar import controls, lock

DEFAULTS = PAGES["derivation"].defaults
KEYS = DERIVATION_FIELDS
HEADINGS = {"d": "**Network**", "K": "**Examples**"}  # the headings above the sizes with these keys


def sidebar(place=None):
    """Draw the controls, in the sidebar or without headings in `place`.

    Return (Problem, sentences about values that could not be used).
    """
    widget_values, problems = {}, []
    with place or st.sidebar:
        sizes = {}
        for key, (label, least, most, _, explained) in SIZES.items():
            if place is None and key in HEADINGS and not lock.current():
                st.markdown(HEADINGS[key])
            sizes[key] = lock.control(st.slider, label, least, most, key=key, help=explained)
        groups = {"Functions": ("activation", "loss"), "Penalty": ("l1", "l2"), "Numbers": ("init_seed",)}
        for title, names in groups.items():
            controls.group("" if place else title, names, widget_values)
    unused = controls.ignored(widget_values)  # it reads the penalties as text
    hidden_layer_sizes = (sizes["d_h"],) * sizes["depth"]
    for name in ("l1", "l2"):
        try:
            widget_values[name] = parse_field(name, widget_values[name] or "0")
            Problem(hidden_layer_sizes=hidden_layer_sizes, **{name: widget_values[name]})
        except ValueError as problem:
            widget_values[name] = DEFAULTS[name]
            problems.append(f"{sentence_of(problem)} The default is used instead.")
    problem = Problem(
        d=sizes["d"],
        hidden_layer_sizes=hidden_layer_sizes,
        m=sizes["m"],
        K=sizes["K"],
        seed=widget_values.pop("init_seed"),
        **widget_values,
    )
    return problem, list(dict.fromkeys(problems + unused))


def query(problem):
    """Return the link parameters that state the whole problem."""
    values = {name: field_text(getattr(problem, name)) for name in ("activation", "loss", "l1", "l2")}
    sizes = problem.hidden_layer_sizes
    shape = {"d": problem.d, "depth": len(sizes), "d_h": sizes[0], "m": problem.m, "K": problem.K}
    return values | {"init_seed": str(problem.seed)} | {name: str(value) for name, value in shape.items()}
