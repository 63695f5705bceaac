"""The chain rule from a node or a weight that the visitor chooses in the graph, to the loss."""

import streamlit as st

from lab.derivation import coloured, paths
from ui.derivation.walkthrough import COLOURS, sized
from ui.frame.visit import visit

KEYS = ("_chain_",)
STATE = st.session_state
NONE = "nothing"


def chosen(problem, step):
    """Draw the choice of the starting point; return its id in the graph, or None."""
    names = {name: start for start, name in paths.starts(problem).items()}
    label, explained = "Follow the chain rule from", "Or click a node or an edge of the graph."
    return names.get(st.selectbox(label, [NONE, *names], key=_key(step), width=220, help=explained))


def on_click(problem, step, chart):
    """Return the callback of a click on a node or an edge of the chart `key`: choose it, or unchoose it.

    Every click toggles one mark in the selection, so the mark that changed is the one that was clicked.
    """

    def callback():
        selection, seen = STATE[chart].get("selection", {}), f"_seen_{step.key}_{visit().arrival}"
        now = {row["id"] for part in ("node", "edge") for row in selection.get(part) or [] if row.get("id")}
        changed = now ^ STATE.get(seen, set())
        STATE[seen] = now
        names = paths.starts(problem)
        name = names.get(next(iter(changed)), NONE) if len(changed) == 1 else NONE
        STATE[_key(step)] = NONE if name == STATE.get(_key(step)) else name

    return callback


def lit(problem, start):
    """Return the ids of the nodes and edges of the paths that are written out."""
    edges = {edge for path in _written_out(problem, start) for edge in path.edges}
    return edges | {node for edge in edges for node in edge.split(">")}


def follow(problem, start):
    """Show the paths with the largest products of derivatives, in symbols and in numbers, and the code."""
    one = paths.chain(problem, start)
    st.markdown(paths.sentence(one))
    formulas, code = st.columns([3, 1], gap="medium")
    with formulas:
        for path in _written_out(problem, start):
            symbols, numbers = paths.formula(problem, path, start)
            if len(path.factors) > paths.IN_A_ROW:
                st.latex(rf"\footnotesize {coloured(symbols, COLOURS)}")
                st.latex(rf"\footnotesize {numbers}")
            else:
                st.latex(sized(f"{symbols} = {numbers}"))
        st.latex(coloured(paths.whole(problem, start), COLOURS))
    lines = paths.code(problem, start)
    if lines:
        code.code("\n".join(lines), language="python", wrap_lines=True)


def _written_out(problem, start):
    every = paths.chain(problem, start).paths
    return [path for path in every if path.product][: paths.SHOWN] or every[:1]


def _key(step):
    return f"_chain_{step.key}"
