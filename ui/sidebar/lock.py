"""Locked links: the controls that one leaves open, and what it says of the others.

`lock=1&open=learning_rate,seed` shows these two controls; every other one is not drawn, and has the
value that the link gives it. What a page asks stays possible: the switch that trains, and a box for the
points where the link brings none.
"""

from typing import NamedTuple

import streamlit as st

from lab.links.reading import quoted
from lab.questions.preset import TRAIN
from ui.training.priority import give_way

STATE = st.session_state
BIND = "query-params"
POINTS = "points"


class Lock(NamedTuple):
    """The names of the open controls, and the link as it was opened, {parameter: its values}."""

    open: tuple[str, ...]
    query: dict[str, list[str]]


def arrive(page, carried):
    """To be called on arrival at a page; returns the address to go back to, or None.

    The lock of a link holds for its page as long as the visit; `carried` says that the address holds
    nothing but what came along from the page before, so that a lock in it is not this page's.
    """
    locks = STATE.setdefault("_locks", {})
    if page in locks and carried:
        return STATE.get(f"_locked_{page}")
    locks.pop(page, None)
    if st.query_params.get("lock") == "1" and not carried:
        opened = ",".join(st.query_params.get_all("open")).replace(" ", "")
        query = {key: st.query_params.get_all(key) for key in st.query_params}
        locks[page] = Lock(tuple(name for name in opened.split(",") if name), query)
    return None


def leave(page):
    """To be called at the end of a page: remembers the address of a locked one."""
    if current():
        STATE[f"_locked_{page}"] = {key: st.query_params.get_all(key) for key in st.query_params}


def current():
    """The Lock of the page on show, or None."""
    return STATE.get("_locks", {}).get(STATE.get("_page"))


def hides(key):
    """Whether the control of this key is not to be drawn; also makes it known to the page."""
    give_way()
    known = STATE.setdefault("_controls", [])
    if key not in known:
        known.append(key)
    lock = current()
    return key in STATE.get("_folded", ()) if lock is None else not (key in lock.open or _needed(key))


def _needed(key):
    """Whether nobody could do what the locked page asks without this control."""
    return key == TRAIN or (key == POINTS and not text(POINTS))


def controls():
    """The keys of the controls that the page has asked about."""
    return tuple(STATE.get("_controls", ()))


def fixed():
    """The keys of those that the locked link hides; none where nothing is locked."""
    lock = current()
    return tuple(key for key in controls() if not (key in lock.open or _needed(key))) if lock else ()


def text(key):
    """What the locked link says of a parameter, or None."""
    lock = current()
    return lock.query[key][-1] if lock and lock.query.get(key) else None


def linked_value(key, default, allowed=None):
    """What the locked link says of a page's own widget, of the default's type; else the default."""
    lock = current()
    said = lock.query.get(key) if lock else None
    if not said:
        return default
    if isinstance(default, list):
        return said
    try:
        value = {"true": True, "false": False}[said[-1]] if isinstance(default, bool) else None
        value = type(default)(said[-1]) if value is None else value
    except (KeyError, ValueError):
        return default
    return default if allowed is not None and value not in allowed else value


def control(draw, label, *args, key, default, allowed=None, **options):
    """Draw a page's own widget, bound to the URL; where it is hidden, return what the link says."""
    if draw in (st.segmented_control, st.multiselect):  # which take it by name alone
        options["default"] = default
    hidden = hides(key)
    value = (
        linked_value(key, default, allowed) if hidden else draw(label, *args, key=key, bind=BIND, **options)
    )
    value = default if value is None else value  # which an empty parameter makes of it
    asked = STATE.get("_asked", {}).get(key)
    if asked and not _means(asked, value):
        STATE["_unused"].append(cannot_use(key, asked, value))
    return value


def cannot_use(key, asked, shown):
    """The sentence about a parameter of the link that its widget cannot hold."""
    return f"The link asks for {key} = {quoted(asked)}, which this page cannot use; it shows {shown} instead."


def _means(text, value):
    """Whether a parameter of the address gives a widget this value; lists are for the page to read."""
    if isinstance(value, bool):
        return text.lower() == str(value).lower()
    try:
        return isinstance(value, list) or text == value or float(text) == value
    except ValueError:
        return False


def expander(label, defaults):
    """An expander for the controls {key: default}; a place without a frame where all of them are hidden.

    A closed one whose controls are all at their defaults holds none: the browser has less to build.
    """
    if current():
        return st.container() if all(hides(key) for key in defaults) else st.expander(label)
    place = st.expander(label, key="_more", on_change="rerun")
    if not place.open and not any(_differs(key, default) for key, default in defaults.items()):
        STATE["_folded"] = set(defaults)
        for key in defaults:
            STATE.pop(key, None)  # which would come back on another page
    return place


def _differs(key, default):
    """Whether the address or the session asks for something else than a control's default."""
    return key in st.query_params or STATE.get(key, default) != default


def problems():
    """Sentences about a lock that cannot be used, and about what the link says of a page's own widgets."""
    return _of_lock() + STATE.get("_unused", [])


def _of_lock():
    asked, lock = st.query_params.get("lock"), current()
    if asked is not None and lock is None:
        return [f"lock is {quoted(asked)}; allowed: 1. Nothing is locked."]
    unknown = [name for name in lock.open if name not in controls()] if lock else []
    if not unknown:
        return []
    shown = ", ".join(map(quoted, unknown[:3])) + (", …" if len(unknown) > 3 else "")
    return [f"open names {shown}; allowed: controls of this page, that is {', '.join(controls())}."]
