"""A recording of what one run of a page draws, in the order of the page, on its way to the browser.

`enqueue` of Streamlit's script context is the only place that sees everything a page draws. A run is recorded
only if its visitor asked for a report.
"""

import json
from typing import Any, NamedTuple

import streamlit as st
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ui.frame.visit import visit
from ui.report import tables
from ui.report.only_here import without

MAIN = 0  # the first number in the path of elements on the page, not in the sidebar
LEFT_OUT = ("popover", "form", "dialog", "tab_container")  # blocks of controls
TAGS = {"h1": 1, "h2": 2, "h3": 3}
TIMELINE = "backprop_lab_timeline"  # the name of its component


class Part(NamedTuple):
    """One element of a page: its kind and its content, by the names of `ui.report.document`."""

    kind: str
    content: Any
    words: str = ""  # the text alternative of a chart, the label of a number


def begin():
    """Call at the beginning of a page: record this run, and only this one, if a report was requested."""
    context, tab = get_script_run_ctx(), visit()
    context.__dict__.pop("enqueue", None)
    tab.report_due, tab.recorded, tab.report_place = False, {} if tab.report_due else None, None
    if tab.recorded is None:
        return
    recorded, send = tab.recorded, context.enqueue

    def enqueue(message):
        if message.WhichOneof("type") == "delta":
            _keep(recorded, tuple(message.metadata.delta_path), message.delta)
        send(message)

    context.enqueue = enqueue


def end():
    """Return the Parts of the run if it was recorded, else None; stop recording."""
    get_script_run_ctx().__dict__.pop("enqueue", None)
    recorded, visit().recorded = visit().recorded, None
    return None if recorded is None else parts(recorded)


def _keep(recorded, path, delta):
    """Store an element or a block at its path, replacing what was at or below it."""
    for below in [one for one in recorded if one[: len(path)] == path]:
        del recorded[below]
    which = delta.WhichOneof("type")
    if which in ("new_element", "add_block"):
        recorded[path] = getattr(delta, which)


def parts(recorded):
    """Return the Parts of {path: element or block}, without sidebar, controls and containers of controls."""
    left_out = [path for path, one in recorded.items() if one.WhichOneof("type") in LEFT_OUT]
    result = []
    for path in sorted(recorded):
        if path[0] == MAIN and not any(path[: len(block)] == block for block in left_out):
            part = _for_a_reader(_part(recorded, path))
            if part and _is_finding(recorded, path):  # the text below a chart, which only screen readers see
                kind = result[-1].words
                words = f"{kind}{'' if kind.endswith(('.', '?', '!')) else '.'} {part.content}"
                result[-1] = result[-1]._replace(words=words)
            else:
                result += [part] if part else []
    return _without_empty_sections(result)


def _without_empty_sections(listed):
    """Return Parts without the headings, other than the title, below which nothing is left."""
    result = []
    for part in reversed(listed):
        below = result[-1] if result else Part("heading", 0)
        is_section = part.kind == "heading" and part.content > 1
        if not (is_section and below.kind == "heading" and below.content <= part.content):
            result.append(part)
    return result[::-1]


def _for_a_reader(part):
    """Return the Part without what is only for the page; None if nothing is left of it, or for None."""
    if part is None:
        return None
    part = part._replace(words=without(part.words))
    if not isinstance(part.content, str):
        return part
    content = without(part.content)
    return part._replace(content=content) if content.strip() or not part.content.strip() else None


def _is_finding(recorded, path):
    """Return whether the element at a path is the text right below a chart."""
    above = recorded.get((*path[:-1], path[-1] - 1))
    is_text = recorded[path].WhichOneof("type") == "text"
    return is_text and above is not None and above.WhichOneof("type") == "vega_lite_chart"


def _part(recorded, path):
    """Return the Part of the element or the expander at a path, or None for another kind."""
    one = recorded[path]
    which = one.WhichOneof("type")
    match which:
        case "expandable":
            inside = any(len(other) > len(path) and other[: len(path)] == path for other in recorded)
            return Part("heading", 4, one.expandable.label) if inside and one.expandable.label else None
        case "heading":
            return Part("heading", TAGS.get(one.heading.tag, 3), one.heading.body)
        case "markdown":
            kind = one.markdown.Type.Name(one.markdown.element_type).lower()
            return Part({"caption": "caption", "latex": "formula"}.get(kind, "text"), one.markdown.body)
        case "alert":
            return Part("alert", one.alert.body, one.alert.Format.Name(one.alert.format).lower())
        case "code":
            return Part("code", one.code.code_text)
        case "text":
            return Part("plain", one.text.body)
        case "metric":
            return Part("plain", f"{one.metric.label}: {one.metric.body} {one.metric.delta}".strip())
        case "table":
            return Part("table", tables.of_table(one.table))
        case "dataframe":
            return Part("table", tables.of_dataframe(one.dataframe))
        case "bidi_component" if _is_timeline(one):
            return _of_timeline(json.loads(one.bidi_component.json))
        case "number_input" if one.number_input.query_param_key == "epoch":
            if not any(map(_is_timeline, recorded.values())):  # which would say it
                return Part("plain", f"Epoch {st.session_state['epoch']:,} of {one.number_input.max:,.0f}.")
        case "vega_lite_chart":
            chart = one.vega_lite_chart
            frames = {data.name: convert_arrow_bytes_to_pandas_df(data.data.data) for data in chart.datasets}
            return Part("chart", (chart.spec, frames), chart.alt)
    return None


def _is_timeline(one):
    is_component = one.WhichOneof("type") == "bidi_component"
    return is_component and one.bidi_component.component_name == TIMELINE


def _of_timeline(data):
    """Return the Part that says the epoch on show and what the timeline says about it."""
    epochs, epoch = data["epochs"], data["epoch"]
    said = data["said"][epochs.index(epoch)]
    return Part("plain", f"Epoch {epoch:,} of {epochs[-1]:,}. {said}".strip() if len(epochs) > 1 else said)


def ask():
    """Callback: record the next run of the page."""
    visit().report_due = True
