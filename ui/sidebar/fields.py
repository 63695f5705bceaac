"""The sidebar widget of each config field, bound to the URL, or hidden by a locked link."""

import streamlit as st

from lab.links.experiment import field_text, parse_field
from lab.links.fields import (
    DEFAULT_SEEDS,
    DEFAULTS,
    FIELDS,
    Choice,
    Flag,
    Log,
    Range,
    Typed,
    Whole,
    explained,
    widget_value,
)
from mlp import TrainConfig
from ui.sidebar import lock

__all__ = ["DEFAULTS", "DEFAULT_SEEDS", "FIELDS", "Choice", "Flag", "Log", "Range", "Typed", "Whole"]
__all__ += ["draw", "widget_value"]


def draw(name, options=None, *, disabled=False, default=None):
    """Draw the field's widget, bound to the URL under the field's name; returns what it holds.

    `options` narrows a Choice, `default` is a page's own. Typed fields return text, to be read by
    `lab.links.experiment.parse_field`.
    """
    label, kind, _ = FIELDS[name]
    default = widget_value(name, DEFAULTS[name] if default is None else default)
    if lock.hides(name):
        return linked(name, options, default)
    bound = {"key": name, "help": explained(name), "bind": "query-params", "disabled": disabled}
    match kind:
        case Choice():
            choices = list(options or kind.options)
            if default not in choices:
                choices.insert(0, default)
            return st.selectbox(label, choices, index=choices.index(default), **bound)
        case Typed():
            return _box(label, kind, default, bound)
        case Log():
            return st.select_slider(label, _with_linked(name, kind, default), default, field_text, **bound)
        case Range():
            return st.slider(label, kind.least, kind.most, default, kind.step, **bound)
        case Whole():
            return st.number_input(label, kind.least, kind.most, default, **bound)
        case Flag():
            return st.toggle(label, default, **bound)


def _box(label, kind, default, bound):
    """A box to type in, with the texts it offers in a menu beside it.

    A select box that accepts new texts is no substitute: of what is typed it drops what equals its text up
    to a comma, so that 16,16 typed over 16 becomes ",16".
    """
    key = bound["key"]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        text = st.text_input(label, default, **bound)
        st.menu_button(
            "e.g.",
            kind.options,
            key=f"_offered_{key}",
            help=f"Examples for {label}",
            disabled=bound["disabled"],
            on_click=_take,
            args=(key,),
        )
    return text


def _take(key):
    """A callback: the text chosen from the menu beside a box."""
    st.session_state[key] = st.session_state[f"_offered_{key}"]


def linked(name, options, default):
    """What the widget would hold by the locked link; `default` where the link does not say, or not well."""
    text, (_, kind, _) = lock.text(name), FIELDS[name]
    if text is None:
        return default
    if isinstance(kind, Typed):
        return text
    try:
        value = parse_field(name, text)
        if isinstance(kind, Log):
            TrainConfig(**{name: value})
    except ValueError:
        return default
    match kind:
        case Choice() if value not in (options or kind.options):
            return default
        case Range() | Whole() if not kind.least <= value <= kind.most:
            return default
    return value


def _with_linked(name, kind, default):
    """The slider's numbers, and among them the one that the link or the session holds."""
    held = st.session_state.get(name)
    if held is None:
        try:
            held = parse_field(name, st.query_params.get(name, ""))
            TrainConfig(**{name: held})
        except ValueError:
            held = None
    return sorted({*kind.options, default} | ({held} if held is not None else set()))
