"""Open saved weights: the upload box, problems of the file, and one of its networks on the page's data."""

from typing import NamedTuple

import streamlit as st

from data import Dataset
from lab.exports import opened_weights, weights_file
from lab.links import cost, limits
from lab.words import counted
from mlp import Layer, TrainConfig
from ui.frame import shell
from ui.frame.show import show_sentence
from ui.frame.tables import show_rows
from ui.frame.visit import visit
from ui.sidebar import lock
from ui.training import progress
from ui.training.cache import cache


class Opened(NamedTuple):
    """A network from a file: its parameters, what to compute it with, and its accuracy.

    `name` is its title, `right` a clause: "97.6% of the 165 validation examples are classified correctly".
    `stamp` identifies it in the cache of views.
    """

    params: tuple[Layer, ...]
    config: TrainConfig
    dataset: Dataset
    name: str
    right: str
    stamp: tuple


def section(setup, draw):
    """Draw a box that opens a weights file; `draw(opened)` draws its network on this page."""
    box = st.expander("Open saved weights (.npz)", key="_saved_box", on_change="rerun")
    if not box.open:
        return
    with box:
        st.markdown(
            "Open weights that **Export** saved, or your own, as `np.savez` writes them: W1 of shape "
            "(fan-in, fan-out), b1 of shape (fan-out,), W2, …"
        )
        file = st.file_uploader(
            "Weights as .npz",
            type="npz",
            key="_saved_weights",
            max_upload_size=weights_file.MOST_BYTES >> 20,
            help="Its layers must have the sizes set in the sidebar. If it contains several networks, the "
            "first axis counts them. It stays in this server's memory while this box is open.",
        )
        if file is None:
            return
        try:
            opened = _open(file, setup)
        except ValueError as problem:
            show_sentence(st.error, str(problem), ":material/report:")
            opened = None
        _offer(file, setup)
        if opened:
            draw(opened)


def _open(file, setup):
    """Draw the sentences about the file; return the Opened, or None while measuring waits for a click."""
    data, configs = setup.experiment.data, setup.configs()
    dataset = cache().dataset(data)
    sizes = configs[0].layer_sizes(dataset.X_train.shape[1], len(dataset.class_names))
    saved = weights_file.read(file.getvalue(), sizes, limits.MAX_PARAMETERS[visit().page])
    index, name = _choose(saved.n_networks)
    params = saved.network(index)
    config = opened_weights.config_of(saved, index, configs[0])
    on_page = opened_weights.rescaled(dataset, saved)
    stamp = ("saved", file.file_id, index, data, config)
    seconds = cost.forward_seconds(
        config, sizes[0], sizes[-1], len(dataset.y_train) + len(dataset.y_valid), cache().speed
    )
    counts = progress.result(
        stamp,
        lambda: opened_weights.count_right(params, config, on_page),
        seconds,
        "Measuring its accuracy",
        "Measuring",
    )
    if counts is None:
        return None
    right = opened_weights.placed_right(counts)
    st.markdown(f"**{name}: {right}.**")
    st.caption(
        "Measured on the network as it is. The training accuracy of a curve is different: the mean over an "
        "epoch's minibatches, each measured before its own step."
    )
    _compare(saved, index, data, configs, dataset)
    return Opened(params, config, on_page, name, right, stamp)


def _offer(file, setup):
    """Draw the button that applies the file's settings, if that is possible and changes anything."""
    settings = weights_file.named_settings(file.getvalue())
    changes = {} if lock.current() else opened_weights.changes_to(visit().page, settings)
    data, configs = setup.experiment.data, setup.configs()
    if changes and any(opened_weights.differences(one, data, configs) for one in settings):
        st.button(
            "Use the settings in the file",
            key="_as_saved",
            icon=":material/settings_backup_restore:",
            on_click=shell.apply,
            args=(changes,),
            help="Sets every control in the sidebar to the settings of the networks in the file.",
        )


def _choose(n_networks):
    """Draw the choice of a network in the file; return its index and its name."""
    if n_networks == 1:
        return 0, "The network in the file"
    number = st.number_input(
        f"Which of the {counted(n_networks, 'network')} in the file?",
        1,
        n_networks,
        key="_saved_number",
        width=280,
    )
    return number - 1, f"Network {number} of {n_networks} in the file"


def _compare(saved, index, data, configs, dataset):
    settings = saved.settings[index]
    rows = opened_weights.differences(settings, data, configs)
    said = opened_weights.compared(settings, rows), opened_weights.computed(saved, index, configs[0], dataset)
    if saved.problem:
        show_sentence(st.warning, saved.problem, ":material/report:")
    show_sentence(st.info, " ".join(filter(None, said)), ":material/info:")
    if rows:
        show_rows(rows)
