"""Each coursework: its aim, what it did, published, got wrong and concluded; and a table of all parts."""

import math
import statistics

import pandas as pd
import streamlit as st

from lab.published import starts
from lab.published.conclusions import SYSTEMS
from lab.published.parts import parts
from ui.charts import starts as charts
from ui.figures.luck import percent
from ui.frame.show import show
from ui.frame.tables import show_rows

EXPERIMENTS = {  # for each coursework, how the name of its main experiment begins
    "A": "500-200 for 100 epochs",
    "B": "600-250 with weight decay",
    "C": "30 epochs with n_s = 800",
    "D": "η = 0.001 for 100 epochs",
    "E": "Boundaries of 3, 20 and 128",
}
NAMES = {
    "valid_accuracy": "validation accuracy",
    "train_accuracy": "training accuracy, averaged over all epochs",
    starts.UNSCALED: "test accuracy on unscaled images",
}


def published(letter):
    """Return [(Figure, our values in ascending order), …] of what a coursework published."""
    pairs = []
    for figure in starts.figures().get(letter, ()):
        values = [row[figure.name] for row in starts.kept(figure.replay, figure.start, figure.epoch)]
        pairs.append((figure, sorted(value for value in values if math.isfinite(value))))
    return pairs


def marks(figures):
    """Return columns figure, kind, points: how far starts and their median lie from the published figure."""
    rows = []
    for figure, values in figures:
        name = f"{figure.label}: published {percent(figure)}{'' if values else ', no start is kept'}"
        rows += [(name, "start", 100 * (value - figure.value)) for value in values]
        middle = statistics.median(values) - figure.value if values else math.nan
        rows.append((name, "median", 100 * middle))
    return pd.DataFrame(rows, columns=["figure", "kind", "points"])


def table(figures):
    """Return one row per published figure: the figure, ours, and how many of our starts are as good."""
    rows = []
    for figure, values in figures:
        standing = starts.of(figure)
        rows.append(
            {
                "figure": f"{figure.label}, {NAMES[figure.name]}",
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
    main = next(part for part in parts() if part.part.startswith(EXPERIMENTS[system.letter]))
    st.page_link(
        f"pages/{main.page}.py", label=main.part, query_params=main.query, icon=":material/open_in_new:"
    )
    figures = published(system.letter)
    if figures:
        title, summary = f"How far do our starts end from what {system.letter} published?", table(figures)
        words = "; ".join(
            f"{name}: published {theirs}, ours {ours}"
            for name, theirs, ours in summary.iloc[:, :3].to_numpy().tolist()
        )
        show(charts.apart(marks(figures), title), "How far our starts lie from each published figure", words)
        st.caption("Each tick is a start, the circle is their median, and the line is the published figure.")
        box = st.expander("The same in numbers", on_change="rerun", key=f"_numbers_{system.letter}")
        if box.open:
            show_rows(summary, box)
    else:
        st.caption("It published curves as pictures only, so there are no figures to compare with.")
    if system.wrong:
        st.markdown("**What it got wrong.**")
        for sentence, bug in system.wrong:
            words, link = st.columns((3, 1), gap="small", vertical_alignment="center")
            words.markdown(f"- {sentence}")
            if bug:
                link.page_link(
                    "pages/bug_lab.py",
                    label="In the bug lab",
                    query_params={"bug": bug.replace("_", " ")},
                    icon=":material/bug_report:",
                )
    st.markdown("**What it concluded, and whether that holds.**")
    for conclusion, holds in system.judged():
        st.markdown(f"- *{conclusion}* {holds}")


def draw_parts():
    """Draw the table of all parts of every coursework, each with its link."""
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
