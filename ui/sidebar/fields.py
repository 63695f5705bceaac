"""Draw the sidebar widget of a config field, bound to the URL, or hide it on a locked page."""

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
    """Draw the field's widget, bound to the URL under the field's name; return its value.

    `options` restricts a Choice, `default` is the page's own. Typed fields return text, to be parsed by
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
    """Draw a text box with a menu of examples beside it; return its text.

    A select box that accepts new texts will not do: it drops typed text that equals its own text up to a
    comma, so that 16,16 typed over 16 becomes ",16".
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
    """Callback: put the text chosen from the menu into the box."""
    st.session_state[key] = st.session_state[f"_offered_{key}"]


def linked(name, options, default):
    """Return the locked link's value for a field; `default` if it has none or none that is allowed."""
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
    """Return the slider's values, sorted, including the one in the session or the address."""
    value = st.session_state.get(name)
    if value is None:
        try:
            value = parse_field(name, st.query_params.get(name, ""))
            TrainConfig(**{name: value})
        except ValueError:
            value = None
    return sorted({*kind.options, default} | ({value} if value is not None else set()))
