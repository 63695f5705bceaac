"""Draw the verdict on a link's fingerprint: the sentence, the twins, and where the losses diverge."""

import numpy as np
import pandas as pd
import streamlit as st

from lab.links import cost, fingerprint, rounding
from lab.links.verdict import ANOTHER, DIFFERS, EXACTLY, GROWN, NEAR, UNDECIDED, compare, parting
from lab.measures import measures
from lab.questions import preset
from lab.questions.learn import ANOTHER_COMPUTER
from ui.charts import curves as charts
from ui.frame.show import show, show_sentence
from ui.training import progress
from ui.training.cache import cache

SHOWN = {
    EXACTLY: (st.success, ":material/verified:"),
    NEAR: (st.info, ":material/approval:"),
    GROWN: (st.warning, ":material/graph_1:"),
    UNDECIDED: (st.warning, ":material/help:"),
    ANOTHER: (st.error, ":material/difference:"),
    DIFFERS: (st.error, ":material/difference:"),
}
BEAT = 0.15  # seconds between two updates while twins are trained


def draw_verdict(linked, ours, experiments, trained, of_what):
    """Draw the verdict on the Fingerprints `ours` and `linked`; train twins if only they can decide.

    `experiments` [(DataConfig, TrainConfig), …] are those of the fingerprint; `trained` are the same with
    batch sizes that fit the data.
    """
    verdict, twins = compare(linked, ours), None
    if verdict.needs_twins:
        place = st.empty()
        with place.container():
            twins = _twins(ours.kind, experiments, trained)
        if twins:
            place.empty()
            verdict = compare(linked, ours, twins)
    look, icon = SHOWN[verdict.state]
    show_sentence(look, f"{verdict.sentence} The fingerprint is that of {of_what}.", icon)
    if twins and linked.figures and ours.epochs:
        _draw_courses(linked, ours, twins, measures(config.loss for _, config in experiments))


def _twins(kind, experiments, trained):
    """Return the cached Fingerprints of twins, trained with progress if needed; None if they have to wait."""
    seconds, n_bytes, speed = 0.0, 0, cache().speed
    for data, config in trained:
        dataset = cache().datasets.get(data)
        if dataset is not None:
            twins = [config] * rounding.N_TWINS
            seconds += cost.beginning(twins, dataset, speed)
            seconds += cost.seconds(twins, dataset, config.epochs, speed)
            n_bytes = max(n_bytes, cost.training_bytes(twins, dataset))

    def steps():
        total = max(1, rounding.N_TWINS * sum(config.epochs for _, config in trained))
        histories = []
        for done, histories in rounding.train_twins(trained, cache().dataset, BEAT):  # noqa: B007
            yield min(1.0, done / total)
        return fingerprint.of_twins(kind, experiments, histories)

    name = ("twins", kind, fingerprint.experiment_digest(experiments), fingerprint.experiment_digest(trained))
    return progress.result(name, steps, seconds, "Training the twins", "Training the twins", n_bytes)


def _draw_courses(linked, ours, twins, losses):
    """Draw the losses of the link, of this page and of the twins by epoch, and explain them.

    `losses` are as in `axis_title`.
    """
    parts = {"the link": linked, "here": ours} | {f"twin {n}": twin for n, twin in enumerate(twins, start=1)}
    frame = pd.concat(
        pd.DataFrame({"epoch": ours.epochs, "loss": one.figures, "of": name}) for name, one in parts.items()
    )
    frame = frame[np.isfinite(frame["loss"]) & (frame["loss"] > 0)]
    title = parting(linked, ours)
    chart = charts.courses(frame, title, losses)
    show(chart, "The losses of the link, of this page and of twins by epoch", title)
    st.caption(
        "Grey: three twins, trained here from first weights that differ only in the last bit. A training "
        "that drives such twins apart is *chaotic*: every step multiplies a small difference. Another "
        "processor adds the same numbers in another order, so it rounds the sum differently and arrives at "
        "another result."
    )
    if linked.text() != ANOTHER_COMPUTER.changes["fingerprint"]:
        question = preset.query(ANOTHER_COMPUTER)
        st.page_link("pages/decision_boundary.py", label=ANOTHER_COMPUTER.question, query_params=question)
