"""The trials of a sweep one by one: the leaderboard, the curves of the open trial, and its test set."""

import numpy as np
import streamlit as st

from lab.words import counted
from ui.charts import curves as charts
from ui.frame.show import show
from ui.frame.visit import visit
from ui.sweeps import results
from ui.sweeps.views import settings_in_words
from ui.training.cache import cache, cached_view

Z = 1.959964  # of a two-sided interval of 95 %


def leaderboard(table, metric):
    """Draw the table of all trials, best first; selecting a row opens its trial."""
    number = st.column_config.NumberColumn
    figure = "percent" if metric.endswith("accuracy") else "%.4g"

    def open_selected():
        rows = st.session_state["_board"]["selection"]["rows"]
        if rows:
            visit().trial = int(table.iloc[rows[0]]["trial"])

    st.dataframe(
        table,
        hide_index=True,
        key="_board",
        on_select=open_selected,
        selection_mode="single-row",
        column_config={
            "median": number(f"{metric}, median", format=figure),
            "low": number("lowest", format=figure),
            "high": number("highest", format=figure),
            "seconds": number(format="%.2f"),
            "curve": st.column_config.LineChartColumn("by epoch"),
            "link": st.column_config.LinkColumn("opens", display_text="link"),
        },
    )


def open_trial(plan, run, table):
    """Draw the trial that was clicked, else the best one; return its number, or None without results."""
    if table["median"].isna().all():
        return None
    number = visit().trial
    if number not in set(table["trial"]):
        number = int(table.iloc[0]["trial"])
    row = table[table["trial"] == number].iloc[0]
    words = settings_in_words(plan, row)
    st.markdown(f"**Trial {number}**: {words}. [Open it as an experiment]({row['link']})")
    frame = cached_view(results.of_trial, plan, run, number - 1)
    if frame.empty:
        st.info("It has not come in yet.")
        return number
    for column, quantity in zip(st.columns(2, gap="medium"), ("loss", "accuracy"), strict=True):
        with column:
            title = f"{quantity.capitalize()} of trial {number}, {counted(plan.n_seeds, 'seed')}"
            last = frame[(frame["quantity"] == quantity) & (frame["split"] == "validation")].tail(1)
            ends = "".join(f": {value:.3g} on the validation set at the end" for value in last["median"])
            show(charts.curves(frame, quantity, title), f"{quantity.capitalize()} by epoch", title + ends)
    return number


def test_set(plan, run, number):
    """Draw the button that opens the test set, and the test accuracy of trial `number` once it is open."""
    row = plan.rows(number - 1)[0] if number else None
    outcome = run.outcomes.get(row)
    if not outcome or not outcome.records:
        return
    st.markdown(
        "Nothing above has looked at the test set. Choose a trial by its validation, then open the test set "
        "for it, once."
    )
    opened, experiment = visit().tested, plan.experiments()[row]
    st.button(
        f"Open the test set for trial {number}",
        icon=":material/lock_open:",
        key="_open_test",
        on_click=opened.add,
        args=(experiment,),
        help="Until now nothing on this page has looked at it.",
    )
    if experiment not in opened:
        return
    n, accuracy = len(cache().dataset(experiment[0]).y_test), outcome.records[-1].test_accuracy
    if n == 0 or not np.isfinite(accuracy):
        st.info("There is no test set, or this network has diverged.")
        return
    low, high = wilson(accuracy, n)
    st.markdown(
        f"**Test accuracy {accuracy:.1%}** of its first seed on {n:,} examples; 95 % interval {low:.1%} to "
        f"{high:.1%} (Wilson)."
    )
    if len(opened) > 1:
        st.warning(
            f"You have now opened the test set for {len(opened)} networks. If you keep the best of them, its "
            "test accuracy is no longer an honest estimate: choosing by the test set is training on it.",
            icon=":material/lock_open:",
        )


def wilson(share, n):
    """Return (low, high), the 95 % interval of a proportion `share` of n trials (Wilson, 1927)."""
    centre = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return max(0.0, float(centre - half)), min(1.0, float(centre + half))
