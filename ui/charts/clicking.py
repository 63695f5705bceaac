"""Selections by a click or a tap."""

import altair as alt

# A tap begins where no pointer was before, and Vega takes its click for one that began outside of the mark.
# The end of a swipe that scrolls the page cannot be cancelled any more, and is no tap.
TAP = "touchend[event.cancelable]"


def selection(name, fields):
    """Return the selection `name` of a mark, one at a time, which gives the values of its `fields`."""
    return alt.selection_point(name=name, fields=fields, on=f"click, {TAP}", toggle=False)
