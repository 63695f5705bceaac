"""The visitor's own program: a file to start from, a box for its gradients, and the diagnosis."""

import hashlib

import pandas as pd
import streamlit as st

from data.archive import Refusal
from lab.diagnosis import batch as batches
from lab.diagnosis import compare, gradients_file, report
from lab.words import as_plain_text, counted, inside, listed, scientific
from ui.frame.show import show_sentence
from ui.training import progress
from ui.training.cache import cache

ORDER = ("First mistake", "Second mistake")  # of a pair
MOST_FILES = 62  # as CSV: two files per layer
MOST_MEGABYTES = 5  # bytes of a file: enough for the largest network as text


def section(plan):
    """Draw a closed box: the file to start from, the box for gradients, and their diagnosis."""
    box = st.expander(
        "Your own program: what is wrong with its gradients?", key="_own_box", on_change="rerun"
    )
    if not box.open:
        return
    with box:
        try:
            _diagnose(plan.experiment)
        except ValueError as problem:
            show_sentence(st.error, str(problem), ":material/report:")


def _diagnose(experiment):
    batch = batches.batch_of(experiment.data, experiment.train, cache().dataset)
    wanted = listed(batches.names(batch))
    tried = "alone and in pairs" if compare.tries_pairs(batch) else "alone"
    st.markdown(
        "Write backward() in any language. **Start from this file**: it contains untrained weights for the "
        f"sidebar's network and a batch of {counted(len(batch.y), 'example')}. Compute the gradients of its "
        f"loss, the mean over the batch plus the penalty, and **upload them**: {wanted}. They are compared "
        f"with the right gradients and with those of {len(compare.MISTAKES)} known mistakes, {tried}. Your "
        "program itself stays with you."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.download_button(
            "Weights and batch (.npz)",
            lambda: batches.as_file(batch),
            "backprop-lab-start.npz",
            "application/octet-stream",
            icon=":material/download:",
            on_click="ignore",
            help="X, y (class ids from 0), W1, b1, W2, … in float64. W has one row per input. "
            + "Here the biases are 0.02 to 0.1, so that no mistake hides behind a zero."
            * batch.config.use_bias,
        )
    files = st.file_uploader(
        "Your gradients",
        type=["npz", "csv", "txt"],
        accept_multiple_files=True,
        key="_own_gradients",
        max_upload_size=MOST_MEGABYTES,
        help="One .npz file, as np.savez writes it, or one CSV file per array, each named as its array: "
        f"{wanted}. They stay in this server's memory while this box is open.",
    )
    if not files:
        return
    if len(files) > MOST_FILES:
        raise Refusal(f"There are {len(files)} files", f"one .npz file, or up to {MOST_FILES} CSV files")
    archives = [file for file in files if file.name.lower().endswith(".npz")]
    if 1 < len(archives) == len(files):  # as from a program that was corrected and run again
        st.caption(
            as_plain_text(f"The last of the {len(archives)} archives, {archives[-1].name}, is compared.")
        )
    chosen = archives[-1:] if len(archives) == len(files) else files
    gradients_file.check_sizes([(file.name, file.size) for file in chosen], batch)
    given = [(file.name, file.getvalue()) for file in chosen]
    theirs = gradients_file.read(given, batch)
    arrays = [array for layer in theirs.layers for array in layer]  # not the files: their names count too
    digest = hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()
    diagnosis = progress.result(
        ("diagnosis", experiment.data, experiment.train, digest),
        lambda: compare.diagnose(batch, theirs.layers),
        compare.estimated_seconds(batch, cache().speed),
        "Comparing with the known mistakes",
        "Comparing",
    )
    if diagnosis is not None:
        _show(diagnosis, batch, theirs)


def _show(diagnosis, batch, theirs):
    """Draw the diagnosis: a sentence, the mistakes that explain it, where the error begins, each array."""
    n_classes = batch.params[-1].W.shape[1]
    show = st.success if diagnosis.state == compare.RIGHT else st.warning
    show_sentence(show, report.headline(diagnosis), ":material/stethoscope:")
    for cause, sentence in zip(diagnosis.causes, report.causes(diagnosis), strict=True):
        st.markdown(f"- {as_plain_text(sentence)}")
        names = ORDER if len(cause.mistakes) > 1 else ("",)
        for name, mistake in zip(names, cause.mistakes, strict=True):
            label = "Open the right line in the derivation"
            st.page_link(
                "pages/derivation.py",
                label=f"{name}: {inside(label)}" if name else label,
                query_params={"step": mistake.derived},
                icon=":material/function:",
            )
    for sentence in (
        report.together(diagnosis),
        report.factor(diagnosis, batch.config, len(batch.y), n_classes),
        report.start(diagnosis, len(batch.params)),
        report.order(theirs),
    ):
        if sentence:
            st.markdown(as_plain_text(sentence))
    rows = [
        {
            "array": row.name,
            "relative difference": scientific(row.error),
            "what can be said": report.evidence(row, batch.config, len(batch.y), n_classes),
        }
        for row in diagnosis.rows
    ]
    st.table(pd.DataFrame(rows).set_index("array"))  # a table whose sentences wrap, even on a phone
    if hidden := report.hidden(diagnosis, batch.config, len(batch.y), n_classes):
        st.caption(as_plain_text(hidden))
