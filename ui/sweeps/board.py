"""The trials of a sweep one by one: the leaderboard, the curves of the open trial, and its test set."""

import numpy as np
import streamlit as st

from lab import epoch_in_words
from lab.links.fields import range_missed
from lab.links.reading import field_text, quoted
from lab.sweeps import leaderboard as standings
from lab.sweeps import tested
from lab.words import counted, to_tenths
from mlp.comparisons import wilson
from ui.charts import curves as charts
from ui.frame.show import show, show_sentence
from ui.frame.tables import fitted, flush_right, safe_rows
from ui.frame.visit import visit
from ui.sweeps import results
from ui.sweeps.views import losses_of, settings_in_words
from ui.timeline import of_curves
from ui.training.cache import cache, cached_view

FIGURES = {"median": "median", "low": "lowest", "high": "highest"}
FIGURES |= {"behind": "behind", "behind_low": "from", "behind_high": "to"}  # with several seeds
LARGEST = 2.0**53  # from here on a column of numbers shows an error
NO_LINK = "It is too large for a page of its own, where all its networks are drawn."
SHADE = "rgba(128, 128, 128, 0.22)"  # visible on the light and on the dark background


def leaderboard(table, metric, n_seeds):
    """Draw the table of all trials, best first; shade those that are indistinguishable from the best.

    Selecting a row opens its trial.
    """

    key = f"_board_{visit().n_unmarked}"  # Streamlit keeps the selection of a table as long as its key

    def open_selected():
        rows = st.session_state[key]["selection"]["rows"]
        if rows:
            visit().trial = int(table.iloc[rows[0]]["trial"])

    rows, columns, styles = _figures(table, metric)
    if n_seeds == 1:
        columns |= dict.fromkeys(("behind", "behind_low", "behind_high"))
    st.dataframe(
        rows.style.apply(_shades, axis=None).format(styles),
        hide_index=True,
        key=key,
        on_select=open_selected,
        selection_mode="single-row",
        column_config=columns
        | {
            "indistinct": None,
            "curve": st.column_config.LineChartColumn("by epoch"),
            "link": st.column_config.LinkColumn("opens", display_text="link"),
        },
        placeholder="–",
    )
    st.caption(standings.comparison(table["trial"], table["behind"], table["behind_low"], n_seeds))


def _figures(table, metric):
    """Return the leaderboard's rows, their column_config, and how to write their losses {name: function}.

    Results that a column of numbers cannot hold stand there as texts; they are sorted as texts, too.
    """
    texts, percent = {}, metric.endswith("accuracy")
    for name in FIGURES.keys() & set(table) if not percent else ():
        texts[name] = [standings.figure(value, metric) if value == value else "–" for value in table[name]]
    as_texts = {name: texts[name] for name in texts if table[name].abs().max() >= LARGEST}
    rows = safe_rows(table.assign(**as_texts))
    columns = flush_right(rows) | {"seconds": st.column_config.NumberColumn(format="%.2f")}
    for name, label in FIGURES.items():
        explained = f"{metric.capitalize()}, median of the seeds" if name == "median" else None
        if name in as_texts:
            columns[name] = st.column_config.TextColumn(label, help=explained, alignment="right")
        else:
            form = "percent" if percent else None
            columns[name] = st.column_config.NumberColumn(label, help=explained, format=form)
    styles = {name: lambda value: standings.figure(value, metric) for name in texts.keys() - as_texts.keys()}
    measured = table.drop(columns=["curve", "link"], errors="ignore").assign(**texts)
    return rows, fitted(measured, columns), styles


def _shades(rows):
    """Return the style of every cell, for all rows at once, which is faster than row by row."""
    style = np.where(rows["indistinct"], f"background-color: {SHADE}", "")
    return np.repeat(style[:, np.newaxis], rows.shape[1], axis=1)


def follow_clicked(plan):
    """Give the trial clicked last its number in this plan, before it is drawn; forget one not in it."""
    tab, trials = visit(), [(trial.data, trial.config) for trial in plan.sweep.trials]
    if tab.trial is not None and trials != tab.trials:
        clicked = tab.trials[tab.trial - 1]
        tab.choose_trial(trials.index(clicked) + 1 if clicked in trials else None)
    tab.trials = trials


def open_trial(plan, run, table):
    """Draw the clicked trial, otherwise the best one; return its number, or None without results."""
    if table["median"].isna().all():
        return None
    number = visit().trial
    if number not in set(table["trial"]):
        number = int(table.iloc[0]["trial"])
    row = table[table["trial"] == number].iloc[0]
    words = settings_in_words(plan, row)
    n_best = standings.leaders(table["median"].to_numpy())
    if n_best > 1 and number in table["trial"][:n_best].to_list():
        words += f"; one of {n_best} that tie for the best median"
    has_link = isinstance(row["link"], str)  # pandas turns None into NaN beside texts
    opens = f"[Open it as an experiment]({row['link']})" if has_link else _no_link(plan, number)
    st.markdown(f"**Trial {number}**: {words}. {opens}")
    frame = cached_view(results.of_trial, plan, run, number - 1)
    if frame.empty:
        st.info("This trial has no result yet.")
        return number
    st.fragment(_curves)(plan, number, frame)
    return number


def _no_link(plan, number):
    """Return why a trial has no link: a value that other pages do not allow, or its size."""
    for field, value in plan.sweep.trials[number - 1].settings:
        if allowed := range_missed(field, value):
            fault = f"{field} is {field_text(value)}; allowed there: {allowed}."
            return f"A page of its own cannot show it: {fault}"
    return NO_LINK


def _curves(plan, number, frame):
    """Draw the curves of a trial and their timeline."""
    names, columns = {name: name for name in ("loss", "accuracy")}, st.columns(2, gap="medium")
    chosen, losses = of_curves.choose(frame["epoch"]), losses_of(plan, number)
    splits = {"train": "training", "validation": "validation"}
    asked = plan.sweep.trials[number - 1].config.epochs
    for column, quantity in zip(columns, names, strict=True):
        with column:
            kind = f"{quantity.capitalize()} by epoch"
            title = f"{quantity.capitalize()} of trial {number}, {counted(plan.n_seeds, 'seed')}"
            rows = frame[frame["quantity"] == quantity]
            held_out = rows[rows["split"] == "validation"]
            last = (held_out if len(held_out) else rows).tail(1)
            ends = ""
            for row in last.itertuples(index=False):
                when = "at the end" if row.epoch == asked else f"after epoch {row.epoch}"
                ends = f": median {row.median:.3g} {when}, {splits[row.split]}"
            chart = charts.curves(frame, quantity, title, epoch=chosen.epoch, losses=losses)
            show(chart, kind, title + ends)
    of_curves.draw(chosen, epoch_in_words.sentences(frame, "split", names))


def test_set(plan, run, number):
    """Draw the button that opens the test set and, once it is open, the test accuracy of trial `number`."""
    digests = opened()
    if not number:
        st.info("No trial has a result by which to choose it, so there is nothing to test.")
        return
    row = plan.rows(number - 1)[0]
    outcome = run.outcomes.get(row)
    if not outcome or not outcome.records:
        st.info("The first network of this trial has no result: it has no test accuracy.")
        return
    experiment = plan.experiments()[row]
    dataset, digest = cache().dataset(experiment[0]), tested.digest(experiment)
    n = len(dataset.y_test)
    if n == 0:
        st.info("This split has no test set.")
        return
    words = tested.sentence(len(digests), digest in digests, has_validation=len(dataset.y_valid) > 0)
    (st.warning if len(digests) > 1 else st.markdown)(words)
    if digest not in digests:
        st.button(
            f"Open the test set for trial {number}",
            icon=":material/lock_open:",
            key="_open_test",
            on_click=digests.add,
            args=(digest,),
        )
        return
    accuracy = outcome.records[-1].test_accuracy
    if not np.isfinite(accuracy):
        st.info("The first network of this trial has diverged: it has no test accuracy.")
        return
    low, high = wilson(accuracy, n)
    st.markdown(
        f"**Test accuracy {to_tenths(accuracy)}** of its first seed on {counted(n, 'example')}; 95% "
        f"confidence interval {to_tenths(low)} to {to_tenths(high)} (Wilson)."
    )


def opened():
    """Return the digests of the networks whose test set was opened; a new visit reads them from the address.

    They are written into the address, so they survive a reload.
    """
    tab, text = visit(), st.query_params.get(tested.PARAMETER, "")
    if tab.tested is None:
        tab.tested, unread = tested.read(text)
        if unread:
            problem = (
                f"{tested.PARAMETER} holds {quoted(unread[0])}; allowed: digests as the page writes them."
            )
            show_sentence(st.warning, problem, ":material/report:")
    if tested.text(tab.tested) != text:
        st.query_params[tested.PARAMETER] = tested.text(tab.tested)
    return tab.tested
