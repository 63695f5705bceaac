"""A published search on the sweeps page: what it was, its stored result, and what the seeds say."""

import streamlit as st

from data import DataUnavailable
from lab.links.sweep_plan import METRICS
from lab.published import kept as kept_results
from lab.published import search as searches
from lab.sweeps import noise
from lab.words import counted
from ui.charts import sweeps as charts
from ui.frame.show import show, show_sentence
from ui.sweeps import most_common, results, views
from ui.training import progress
from ui.training.cache import cached_view

COMMAND = "python -m benchmarks.searches --write"
OTHERWISE = ("validation accuracy", "training accuracy", "training loss")  # used if a metric was not stored


def obtainable(search, plan):
    """Return the plan of a published search; if its data are missing, on MNIST, with a sentence."""
    if search is None:
        return plan
    try:
        progress.download(plan.base.data.name)
    except DataUnavailable as problem:
        show_sentence(st.warning, f"{problem} MNIST stands in for it here.", ":material/report:")
        return searches.stand_in(plan)
    return plan


def introduce(search, plan):
    """Draw what is known about the search, what was published, and which sizes its budget refuses."""
    if search is None:
        return
    st.markdown(f"**{search.question}.** {search.note}")
    if search.claim:
        st.markdown(f"**Published.** {search.claim.sentence}")
    budget = search.changes.get("least", 0), search.changes.get("most", 0)
    if refused := searches.refused_sizes(plan, budget):
        st.markdown(refused)


def conclude(search, plan, run, metric):
    """Draw what the seeds of `run` say about the published claim."""
    if search is None:
        return
    best = search.claim.best if search.claim else ()
    st.markdown(f"**What the seeds say.** {noise.in_words(plan, run.outcomes, metric, best)}")


def show_kept(search, metric):
    """Draw the stored result of a search as published: two losses by epoch, the metric, the conclusion."""
    kept = kept_results.of(search) if search else None
    if kept is None:
        return
    plan, (field, *_) = kept.plan, kept.plan.fields
    metric = next(one for one in (metric, *OTHERWISE) if kept.has(METRICS[one][0]))
    st.subheader("A stored result")
    splits = [one for one in ("training", "validation") if kept.has(METRICS[f"{one} loss"][0])]
    for place, split in zip(st.columns(2, gap="medium"), splits, strict=False):
        frame = cached_view(results.by_value, plan, kept, field, METRICS[f"{split} loss"][0])
        with place:
            title = f"{split.capitalize()} loss by {field}{views.lowest(frame, field, kept)}"
            show(charts.by_value(frame, title, views.losses_of(plan)), "One line per value", title)
    views.overview(plan, kept, metric, live=True)
    st.caption(_origin(kept))
    conclude(search, plan, kept, metric)
    most_common.caption(plan, cached_view(results.trials, plan, kept, metric), metric)


def _origin(kept):
    """Return in words how many seeds are stored and where they are from."""
    n, n_trials = kept.n_complete, len(kept.plan.sweep.trials)
    if n:
        seeds = f"{counted(n, 'seed')} of each value"
    else:
        seeds = f"one seed of {len(kept.outcomes)} of {counted(n_trials, 'value')}"
    dates, versions = " and ".join(kept.dates), " and ".join(kept.versions)
    return (
        f"Stored: {seeds}, trained by this engine (version {versions}) on {dates} with `{COMMAND}`. To train "
        "it on this server, start the sweep above."
    )
