"""Selections by a click or a tap."""

from ui.charts import vega as alt

# A tap begins where no pointer was before, and Vega takes it for a click that began outside of the mark
EVENTS = "click, touchend"


def selection(name, fields):
    """Return the selection `name` of a mark, one at a time, which gives the values of its `fields`."""
    return alt.selection_point(name=name, fields=fields, on=EVENTS, toggle=False)
