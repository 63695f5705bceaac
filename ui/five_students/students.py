"""Each coursework: what it set out to show, did, published, got wrong and concluded; and all parts."""

import math
import statistics

import pandas as pd
import streamlit as st

from lab.bugs import BUGS
from lab.links.ensemble import parse_start
from lab.published import starts
from lab.published.conclusions import SYSTEMS
from lab.published.parts import parts
from ui.charts import starts as charts
from ui.figures.luck import percent
from ui.frame.show import show

NAMES = {
    "valid_accuracy": "validation accuracy",
    "train_accuracy": "training accuracy, averaged over all epochs",
    starts.UNSCALED: "test accuracy on unscaled images",
}


def published(letter):
    """Return [(name, Figure, our values in ascending order), …] of what a coursework published."""
    found = []
    for figure in starts.figures().get(letter, ()):
        short, several = figure.replay.question.partition(": ")[2], len(figure.replay.changes["sets"]) > 1
        of = f"{parse_start(figure.start).label}, " if several else ""
        values = [row[figure.name] for row in starts.kept(figure.replay, figure.start, figure.epoch)]
        finite = sorted(value for value in values if math.isfinite(value))
        found.append((f"{short} – {of}{NAMES[figure.name]}", figure, finite))
    return found


def marks(figures):
    """Return columns figure, kind, value: every start, their median, and the published figure."""
    rows = []
    for name, figure, values in figures:
        rows += [(name, "start", value) for value in values]
        rows += [(name, "median", statistics.median(values))] if values else []
        rows.append((name, "published", figure.value))
    return pd.DataFrame(rows, columns=["figure", "kind", "value"])


def table(figures):
    """Return one row per published figure: it, ours, and how many starts are as good."""
    rows = []
    for name, figure, values in figures:
        standing = starts.of(figure)
        rows.append(
            {
                "figure": name,
                "published": percent(figure),
                "ours, median": f"{statistics.median(values):.2%}" if values else "–",
                "ours, range": f"{values[0]:.2%} – {values[-1]:.2%}" if values else "–",
                "starts": len(values),
                "as good": f"{standing.n_as_good} of {len(standing.values)}" if standing else "–",
            }
        )
    return pd.DataFrame(rows)


def draw(system):
    """Draw the section of one coursework."""
    st.markdown(f"**It set out to show:** {system.set_out}")
    st.markdown(f"**What it did.** {system.did}")
    figures = published(system.letter)
    if figures:
        title, summary = f"What {system.letter} published, and what our starts give", table(figures)
        words = "; ".join(
            f"{name}: published {theirs}, ours {ours}"
            for name, theirs, ours in summary.iloc[:, :3].to_numpy().tolist()
        )
        show(charts.ranges(marks(figures), title), "Published figures and ours", words)
        box = st.expander("The same in numbers", on_change="rerun", key=f"_numbers_{system.letter}")
        if box.open:
            box.dataframe(summary, hide_index=True)
    else:
        st.caption("It published curves as pictures, and no table of figures to compare with.")
    if system.wrong:
        st.markdown("**What it got wrong.**")
        for sentence, bug in system.wrong:
            words, link = st.columns((3, 1), gap="small", vertical_alignment="center")
            words.markdown(f"- {sentence}")
            if bug:
                link.page_link(
                    "pages/bug_lab.py",
                    label=f"Bug {BUGS[bug].number}",
                    query_params={"bug": bug},
                    icon=":material/bug_report:",
                )
    st.markdown("**What it concluded, and whether that holds.**")
    for conclusion, holds in system.concluded:
        st.markdown(f"- *{conclusion}* {holds}")


def draw_parts():
    """Draw the table of all parts of all courseworks, each with its link."""
    letters = [system.letter for system in SYSTEMS]
    letter = st.segmented_control("Coursework", letters, default=letters[0], key="_parts", required=True)
    for part in parts():
        if part.letter == letter:
            st.page_link(
                f"pages/{part.page}.py",
                label=part.part,
                query_params=part.query,
                icon=":material/open_in_new:",
            )
