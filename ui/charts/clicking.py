"""Selections by a click or a tap."""

import altair as alt

# Before a tap there is no pointer on the mark, so Vega treats the tap's click as one that began outside it.
# If the event can no longer be cancelled, it ends a swipe that scrolled the page: that is not a tap.
TAP = "touchend[event.cancelable]"


def selection(name, fields):
    """Return the selection `name` of one mark at a time; its value has the mark's `fields`."""
    return alt.selection_point(name=name, fields=fields, on=f"click, {TAP}", toggle=False)
