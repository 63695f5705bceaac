"""Each coursework: its aim, what it did, published, got wrong and concluded; and a table of all parts."""

import math
import statistics
from typing import NamedTuple

import pandas as pd
import streamlit as st

from lab.published import starts
from lab.published.conclusions import SYSTEMS
from lab.published.parts import parts
from lab.words import counted
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
MEASURED = {  # what is measured, to complete the label of a figure
    "valid_accuracy": ", validation accuracy",
    starts.AVERAGED: " accuracy, averaged over all epochs",
    starts.UNSCALED: " accuracy on unscaled images",
}
WITHOUT_FIGURES = {  # why there is no chart of a coursework
    "C": "It published curves only, so there are no figures to compare with.",
    "E": "Its figures are in its conclusions below. It also published its error and its mean loss by epoch, "
    "but that table is not here to compare with.",
}
KEYS = ("_parts",)


class Compared(NamedTuple):
    """A published figure, ours in ascending order, and how many of our starts diverged, which have none."""

    figure: starts.Figure
    values: list
    n_diverged: int = 0


def published(letter):
    """Return one Compared per final figure that a coursework published."""
    found = []
    for figure in starts.figures().get(letter, ()):
        values = [row[figure.name] for row in starts.kept(figure.replay, figure.start, figure.epoch)]
        finite = sorted(value for value in values if math.isfinite(value))
        found.append(Compared(figure, finite, len(values) - len(finite)))
    return found


def marks(figures):
    """Return columns figure, kind, points: how far starts and their median lie from the published figure."""
    rows = []
    for figure, values, n_diverged in figures:
        missing = ", every start diverged" if n_diverged else ", no start is kept"
        name = f"{figure.label}: published {percent(figure)}{'' if values else missing}"
        rows += [(name, "start", 100 * (value - figure.value)) for value in values]
        middle = statistics.median(values) - figure.value if values else math.nan
        rows.append((name, "median", 100 * middle))
    return pd.DataFrame(rows, columns=["figure", "kind", "points"])


def table(figures):
    """Return one row per published figure: the figure, ours, and how many of our starts are as good.

    The median and the range are those of the starts that did not diverge.
    """
    rows = []
    for figure, values, n_diverged in figures:
        standing = starts.of(figure)
        rows.append(
            {
                "figure": figure.label,
                "published": percent(figure),
                "ours, median": f"{statistics.median(values):.2%}" if values else "–",
                "ours, range": f"{values[0]:.2%} – {values[-1]:.2%}" if values else "–",
                "starts": len(values) + n_diverged,
                "diverged": n_diverged,
                "as good": f"{standing.n_as_good} of {len(standing.values)}" if standing else "–",
                # last: the names of the rows and their numbers should be seen together on a phone
                "measured": MEASURED[figure.name].removeprefix(", ").strip(),
            }
        )
    return pd.DataFrame(rows)


def in_words(figures):
    """Return the rows of the `table` of these figures as one sentence."""
    said = []
    for (figure, *_), row in zip(figures, table(figures).to_dict("records"), strict=True):
        words = (
            f"{figure.label}{MEASURED[figure.name]}: published {row['published']}, ours {row['ours, median']}"
        )
        if row["diverged"]:
            words += f" ({row['diverged']} of {counted(row['starts'], 'start')} diverged)"
        said.append(words)
    return "; ".join(said)


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
        title = f"How far are our starts from what {system.letter} published?"
        name = "How far our starts lie from each published figure"
        show(charts.apart(marks(figures), title), name, in_words(figures))
        st.caption(
            "Each tick is a start, the circle is their median, and the line is the published figure."
            + " Starts that diverged have no tick." * any(one.n_diverged for one in figures)
        )
        box = st.expander("The same in numbers", on_change="rerun", key=f"_numbers_{system.letter}")
        if box.open:
            show_rows(table(figures), box, column_config={"figure": st.column_config.Column(pinned=True)})
    else:
        st.caption(WITHOUT_FIGURES[system.letter])
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
