"""How strongly a network's prediction depends on each feature: on average, and at one example."""

import numpy as np
import pandas as pd
import streamlit as st

from lab import feature_planes, sensitivity
from lab.words import as_plain_text, distinct
from ui.charts import sensitivity as charts
from ui.figures import plane_map
from ui.frame.show import show
from ui.training.cache import cached_view

KEYS = ("_logit_of", "_sensitive_at")
PREDICTED = "the predicted class"
MOST_SHOWN = 15  # features
EXPLAINED = (
    "The gradient of a logit with respect to the inputs says how fast the logit changes with each feature "
    "while all others stay the same. It is multiplied by the feature's standard deviation on the training "
    "set, so that features in different units can be compared. It describes the network near an example, not "
    "far from it. With softmax only differences between logits matter to the outputs."
)


def draw(run, epoch, index):
    """Draw how sensitive network `index` is, after an epoch, to each feature of its table."""
    st.subheader("Which features does the prediction depend on?")
    dataset = run.dataset
    if run.with_parameters(epoch).records[index].diverged:
        st.info(f"Network {index + 1} diverged: its gradients are not numbers.")
        return
    n = len(dataset.y_train)
    left, right = st.columns([1, 1], gap="medium")
    predicted = distinct(PREDICTED, dataset.class_names)
    logit = left.selectbox("Logit of", [predicted, *dataset.class_names], key="_logit_of", width=260)
    number = right.number_input(f"Training example, 1 to {n:,}", 1, n, 1, key="_sensitive_at", width=260)
    label = dataset.class_names.index(logit) if logit in dataset.class_names else None
    example = min(number, n) - 1
    result = cached_view(
        plane_map.of_network, measured, run, epoch, index, example, -1 if label is None else label
    )
    known = np.array(feature_planes.names(dataset), dtype=object)
    order = np.argsort(-result.mean, kind="stable")[:MOST_SHOWN]
    with left:
        finding = sensitivity.finding(dataset, result.mean, label)
        frame = pd.DataFrame({"feature": known[order], "value": result.mean[order]})
        show(charts.magnitudes(frame, as_plain_text(finding)), "Sensitivity to each feature", finding)
        if len(known) > MOST_SHOWN:
            st.caption(f"The {MOST_SHOWN} features with the largest means, of {len(known)}, are shown.")
    with right:
        name = sensitivity.class_name(dataset, result.of)
        finding = f"At training example {example + 1}: the gradient of the logit of {name}"
        frame = pd.DataFrame({"feature": known[order], "value": result.at[order]})
        show(charts.signed(frame, as_plain_text(finding)), "Blue is positive, orange negative", finding)
        st.caption(sensitivity.agreement_in_words(result))
    st.caption(EXPLAINED)


def measured(params, config, dataset, example, label):
    """Return the `sensitivity.Sensitivity` at an example, for `cached_view`; label -1: as predicted."""
    return sensitivity.measured(params, config, dataset, example, None if label < 0 else label)
