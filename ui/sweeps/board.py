"""The leaderboard of a sweep, and the curves of the selected trial."""

import streamlit as st

from lab.words import counted
from ui import charts
from ui.frame.show import show
from ui.sweeps import results
from ui.sweeps.views import settings_in_words
from ui.training.cache import cached_view

STATE = st.session_state


def leaderboard(plan, table, metric):
    """Draw the table of all trials, best first; selecting a row opens its trial."""
    larger = metric.endswith("accuracy")
    number = st.column_config.NumberColumn
    figure = "percent" if larger else "%.4g"
    event = st.dataframe(
        table,
        hide_index=True,
        key="_board",
        on_select="rerun",
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
    chosen = event.selection.rows
    if chosen and chosen != STATE.get("_board_was"):
        STATE["_trial"] = int(table.iloc[chosen[0]]["trial"])
    STATE["_board_was"] = chosen


def opened(plan, run, table):
    """Draw the trial that was clicked, else the best one; return its number, or None without results."""
    if table["median"].isna().all():
        return None
    chosen = STATE.get("_trial")
    if chosen is None or chosen not in set(table["trial"]):
        chosen = int(table.iloc[0]["trial"])
    row = table[table["trial"] == chosen].iloc[0]
    st.markdown(
        f"**Trial {chosen}**: {settings_in_words(plan, row)}. [Open it as an experiment]({row['link']})"
    )
    frame = cached_view(results.of_trial, plan, run, chosen - 1)
    if frame.empty:
        st.info("It has not come in yet.")
        return chosen
    columns = st.columns(2, gap="medium")
    for column, quantity in zip(columns, ("loss", "accuracy"), strict=True):
        with column:
            title = f"{quantity.capitalize()} of trial {chosen}, {counted(plan.n_seeds, 'seed')}"
            last = frame[(frame["quantity"] == quantity) & (frame["split"] == "validation")].tail(1)
            ends = "".join(f": {value:.3g} on the validation set at the end" for value in last["median"])
            show(charts.curves(frame, quantity, title), f"{quantity.capitalize()} by epoch", title + ends)
    return chosen
