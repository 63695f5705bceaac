"""Show a sentence, or a chart that the browser updates in place when only its data change."""

from operator import attrgetter
from typing import NamedTuple

import streamlit as st

from lab.words import as_plain_text
from ui.charts.drawing import Drawing
from ui.charts.following import ROWS
from ui.charts.label_colours import AXES
from ui.charts.values import separated
from ui.frame import first_chart
from ui.frame.sent import safe, tables
from ui.training.priority import give_way, in_turn

MAX_CHARTS = 800  # charts in the cache, about ten kB each
# side by side, two legends are cut off on a phone; Vega-Lite's own schema does not know this option of Vega
LEGENDS = {"layout": {"bottom": {"direction": "vertical", "anchor": "start"}}}
WORDS = dict.fromkeys(("labelColor", "titleColor"), AXES.to_dict())


class Sent(NamedTuple):
    """The parts of a chart that are sent to the browser: title, specification, {name: Arrow table}."""

    title: str
    spec: dict
    tables: dict


def show(drawing, kind, finding, *, key=None, on_select="ignore", selection=None):
    """Draw a `Drawing` under its title; its text alternative states its kind and its finding.

    The finding is one or several sentences; the last full stop may be left out.

    Data frames are named by the chart, not by their content as in `st.altair_chart`, and the title is
    outside the chart, and numbers such as the ends of an axis are data, too. So a chart whose data alone have
    changed keeps its specification, and the browser updates the marks instead of rebuilding the chart. A new
    text alternative of the chart itself would also cause a rebuild: the finding is a text of its own below
    the chart, which `look.css` makes visible to screen readers alone.

    With `on_select`, a callback, the server learns what is selected in the selection `selection`, or in all
    selections if that is None. `key` names the chart in the session state.
    """
    give_way()
    sent = _sent(drawing)
    # a screen reader should read the text alternative, not hundreds of marks, unless marks can be selected
    config = {"mark": {"aria": on_select != "ignore"}, "axis": WORDS, "legend": WORDS}
    if ROWS.items() <= sent.spec.get("usermeta", {}).items():
        config["legend"] = WORDS | LEGENDS
    if sent.title:
        st.markdown(f"**{sent.title}**")
    selecting = {"on_select": on_select, "selection_mode": selection}
    spec = {**sent.spec, "config": config, "datasets": dict(sent.tables)}
    st.vega_lite_chart(spec=spec, width="stretch", key=key, alt=kind, **selecting)
    first_chart.sent()
    st.text(ended(finding))


def ended(finding):
    """Return the finding with a full stop unless its last sentence has ended."""
    return finding if finding.endswith((".", "?", "!")) else f"{finding}."


def show_sentence(show, sentence, icon):
    """Show a sentence as plain text, as it may quote a visitor's words; `show` is st.warning or similar."""
    show(as_plain_text(sentence), icon=icon)


@st.cache_resource(max_entries=MAX_CHARTS, show_spinner=False, hash_funcs={Drawing: attrgetter("digest")})
def _sent(drawing):
    """Return the drawing as it is sent; visitors share it, as most of a page's time is spent here."""
    with in_turn():
        parts = drawing.parts()
        spec, frames = separated(parts)
        frames, spec = safe(frames, spec)
        give_way()
        sent_tables = tables(frames, spec)
    return Sent(parts.title, spec, sent_tables)
