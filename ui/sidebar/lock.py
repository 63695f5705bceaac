"""Locked links: the controls that a link leaves open, and the values that it fixes for the others.

`lock=1&open=learning_rate,seed` shows these two controls; all others are hidden and have the link's values.
Controls that the task needs are never hidden: the switch that trains and, if the link has no points, the box
for points.
"""

import contextlib
from typing import NamedTuple

import streamlit as st

from lab.links import embedded
from lab.links.fields import FIELDS, Choice, Log, Typed, check_range, widget_value
from lab.links.pages import PAGES
from lab.links.reading import Unusable, parse_field, quoted
from lab.questions.preset import TRAIN
from mlp import TrainConfig
from ui.frame.visit import address, visit
from ui.training.priority import give_way

BIND = "query-params"
POINTS = "points"
MOST_LISTED = 120  # characters of options that a sentence lists


class Lock(NamedTuple):
    """The names of the open controls, and the query of the link as it was opened, {parameter: values}."""

    open: tuple[str, ...]
    query: dict[str, list[str]]


def arrive(page, from_other_page):
    """Call on arrival at a page. Return the query of the locked page to return to, or None.

    A link's lock applies to its page until the end of the visit. With `from_other_page`, the navigation
    copied the whole address from the previous page, so a lock in it is not for this page.
    """
    locks = visit().locks
    if page in locks and from_other_page:
        return visit().locked_queries.get(page)
    locks.pop(page, None)
    if asked := _embedded(page):
        own = {"view": [asked.own]} if asked.own else {}
        locks[page] = Lock(asked.controls, {k: v for k, v in address().items() if k != "view"} | own)
    elif st.query_params.get("lock") == "1" and not from_other_page:
        opened = ",".join(st.query_params.get_all("open")).replace(" ", "")
        locks[page] = Lock(tuple(name for name in opened.split(",") if name), address())
    return None


def _embedded(page):
    """Return the `embedded.Asked` of the page's address, or None; store it in the visit."""
    asked = None
    if st.context.is_embedded:
        with contextlib.suppress(Unusable):  # `address.read` shows the sentence
            asked = embedded.asked(page, address())
    visit().embedded[page] = asked
    return asked


def leave():
    """Call at the end of a page: store the query if the page is locked, forget the folded controls' values.

    Else these would come back on another page. Not earlier: Streamlit counts a control as drawn until a run
    without it is complete. If it had no value by then, what a callback sets after an interrupted run would
    never be written into the address.
    """
    if current():
        visit().locked_queries[visit().page] = address()
    for key in visit().folded:
        st.session_state.pop(key, None)


def current():
    """Return the Lock of the current page, or None."""
    return visit().locks.get(visit().page)


def hides(key):
    """Return whether the control with this key is hidden; also register it with the page."""
    give_way()
    if key not in visit().controls:
        visit().controls.append(key)
    lock = current()
    return key in visit().folded if lock is None else not (key in lock.open or _needed(key))


def _needed(key):
    """Return whether the locked page's task needs this control."""
    return key == TRAIN or (key == POINTS and not text(POINTS))


def controls():
    """Return the keys of the page's controls, in the order in which `hides` was called for them."""
    return tuple(visit().controls)


def fixed():
    """Return the keys of the controls that the locked link hides; () if the page is not locked."""
    lock = current()
    return tuple(key for key in controls() if not (key in lock.open or _needed(key))) if lock else ()


def text(key):
    """Return the locked link's text for a parameter, or None."""
    lock = current()
    return lock.query[key][-1] if lock and lock.query.get(key) else None


def linked_value(key, default, allowed=None):
    """Return the locked link's value for a page's own widget, in the default's type; else the default."""
    lock = current()
    texts = lock.query.get(key) if lock else None
    if not texts:
        return default
    if isinstance(default, list):
        return texts
    try:
        value = {"true": True, "false": False}[texts[-1]] if isinstance(default, bool) else None
        value = type(default)(texts[-1]) if value is None else value
    except (KeyError, ValueError):
        return default
    return default if allowed is not None and value not in allowed else value


def linked_field(name, options, default):
    """Return the locked link's value for a field, or `default` if it has no allowed value."""
    asked, kind = text(name), FIELDS[name][1]
    if asked is None or isinstance(kind, Typed):
        return default if asked is None else asked
    try:
        value = parse_field(name, asked)
        check_range(name, value)
        if isinstance(kind, Log):
            TrainConfig(**{name: value})
    except ValueError:
        return default
    if isinstance(kind, Choice) and value not in (options or kind.options):
        return default
    return widget_value(name, value)


def control(draw, label, *choices, key, default=None, **options):
    """Draw a page's own widget, bound to the URL, and return its value; if hidden, the link's value.

    `choices` are the least and the largest whole number, or the options: a locked link may ask for no others,
    unless the widget accepts new ones. `lab.links.pages` has the initial value; `default` is for widgets that
    several pages have.
    """
    default = PAGES[visit().page].view[key] if default is None else default
    allowed = choices[0] if choices else None
    if draw in (st.number_input, st.slider):
        choices, allowed = (*choices, default), range(choices[0], choices[1] + 1)
        if (held := st.session_state.get(key)) is not None and held not in allowed:
            st.session_state[key] = default  # Reset has taken it from the link
    elif draw == st.selectbox:
        options["index"] = allowed.index(default)
        allowed = None if options.get("accept_new_options") else allowed
    elif draw in (st.segmented_control, st.multiselect):
        options |= {"default": default} | ({"required": True} if draw == st.segmented_control else {})
    else:
        choices = (default,)
    if hides(key):
        value = linked_value(key, default, allowed)
    else:
        value = draw(label, *choices, key=key, bind=BIND, **options)
    value = default if value is None else value  # None if the parameter is empty
    asked = visit().requests.get(key)
    if asked and not _means(asked, value):
        visit().unused.append(cannot_use(key, asked, value, _in_words(allowed, default)))
    return value


def choose(label, options, *, key, told=False, **how):
    """Draw a choice of what the page shows, bound to the URL and never hidden; return the chosen option.

    With `told`, a sentence says if the page has no such option as the link asks for.
    """
    default = PAGES[visit().page].view[key]
    chosen = st.segmented_control(label, options, default=default, key=key, bind=BIND, required=True, **how)
    chosen = chosen or default  # None if the parameter is empty
    asked = visit().requests.get(key)
    if told and asked and asked != chosen:
        visit().unused.append(cannot_use(key, asked, chosen, _in_words(options, default)))
    return chosen


def cannot_use(key, asked, shown, allowed=""):
    """Return the sentence about a value of the link that its widget cannot show, with what is `allowed`."""
    fault = f"The link asks for {key} = {quoted(asked)}, which this page cannot use"
    instead = f"allowed: {allowed}. It shows" if allowed else "it shows"
    return f"{fault}; {instead} {shown} instead."


def _in_words(allowed, default):
    """Return in words the values of a page's own widget: a range, or its options; "" if it takes any text."""
    if isinstance(default, bool):
        return "true or false"
    if isinstance(allowed, range):
        return f"whole numbers from {allowed[0]} to {allowed[-1]}"
    options = ", ".join(map(str, allowed or ()))
    return options if len(options) <= MOST_LISTED else f"one of its {len(allowed)} options"


def _means(text, value):
    """Return whether a parameter's text means this widget value; True for lists, which the page reads."""
    if isinstance(value, bool):
        return text.lower() == str(value).lower()
    try:
        return isinstance(value, list) or text == value or float(text) == value
    except ValueError:
        return False


def expander(label, defaults):
    """Draw and return an expander for the controls {key: default}; a plain container if all are hidden.

    If it is closed and all its controls are at their defaults, they are not drawn, to save the browser work.
    """
    if current():
        return st.container() if all(hides(key) for key in defaults) else st.expander(label)
    place = st.expander(label, key="_more", on_change="rerun")
    if not place.open and not any(_differs(key, default) for key, default in defaults.items()):
        visit().folded = set(defaults)
    return place


def _differs(key, default):
    """Return whether the address or the session may ask for a value other than the default."""
    return key in st.query_params or st.session_state.get(key, default) != default


def problems():
    """Return sentences about an unusable lock and about unusable values of the page's widgets."""
    return _of_lock() + visit().unused


def _of_lock():
    asked, lock = st.query_params.get("lock"), current()
    if asked is not None and lock is None:
        return [f"lock is {quoted(asked)}; allowed: 1. Nothing is locked."]
    unknown = [name for name in lock.open if name not in controls()] if lock else []
    if not unknown:
        return []
    shown = ", ".join(map(quoted, unknown[:3])) + (", …" if len(unknown) > 3 else "")
    return [f"open names {shown}; allowed: controls of this page, that is {', '.join(controls())}."]
