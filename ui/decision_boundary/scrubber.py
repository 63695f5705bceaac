"""The epoch on show: a slider in the link, single steps, and play."""

import streamlit as st

from ui.frame.show import playing

TICK = 0.35  # seconds between two frames: charts replaced faster than this pile up in the browser
FRAMES = 30
ECHOES = 5  # frames that a slow browser may be behind
STATE = st.session_state


def tick():
    """How often the fragment that holds the scrubber must rerun by itself, or None."""
    return TICK if playing() else None


def scrubber(n_epochs, step=1):
    """Draw the controls; return the epoch to show. Call within a fragment.

    `step` is how many epochs the buttons go back and on: that from one kept epoch to the next.
    """
    if STATE.pop("_play_changed", False):
        st.rerun()  # the whole page: only there a fragment is given its tick
    if n_epochs < 1:
        return 0
    _follow(n_epochs)
    if playing():
        epoch = _next_frame(n_epochs)
        st.slider("Epoch", 0, n_epochs, key="_frame")
    else:
        epoch = st.slider("Epoch", 0, n_epochs, n_epochs, key="epoch", bind="query-params")
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Again",
            key="_again",
            icon=":material/restart_alt:",
            on_click=_play,
            args=(0,),
            help="From the same weights, from the start",
        )
        told = "One epoch" if step == 1 else f"{step:,} epochs"
        back = {"on_click": _step, "args": (-step, n_epochs), "help": f"{told} back"}
        st.button(f"−{step:,}", key="_back", **back)
        if playing():
            st.button("Pause", key="_play", icon=":material/pause:", on_click=_pause)
        else:
            start = 0 if epoch >= n_epochs else epoch
            st.button("Play", key="_play", icon=":material/play_arrow:", on_click=_play, args=(start,))
        onward = {"on_click": _step, "args": (step, n_epochs), "help": f"{told} on"}
        st.button(f"+{step:,}", key="_on", **onward)
    return epoch


def next_frame(n_epochs):
    """While epochs play, the one that will be shown next; else None."""
    if not playing():
        return None
    return min(n_epochs, STATE.get("_frame", 0) + _stride(n_epochs))


def _stride(n_epochs):
    return max(1, n_epochs // FRAMES)


def _follow(n_epochs):
    """Keep the slider at the last epoch when it was there and their number has changed."""
    held, before = STATE.get("epoch"), STATE.get("_n_epochs")
    if held is not None and (held > n_epochs or (held == before and before != n_epochs)):
        STATE["epoch"] = n_epochs
    STATE["_n_epochs"] = n_epochs


def _next_frame(n_epochs):
    """The epoch to show now, the next one or where the visitor moved to; ends the play at the last one.

    A slow browser sends back a frame that it was shown a moment ago: that is not a move.
    """
    shown, frame = STATE["_shown"], min(n_epochs, STATE.get("_frame", 0))
    if frame in shown:
        frame = min(n_epochs, shown[-1] + _stride(n_epochs))
    STATE["_frame"], STATE["_shown"] = frame, (*shown, frame)[-ECHOES:]
    if frame == n_epochs:
        _pause()
        STATE.pop("_play_changed")
        st.rerun()
    return frame


def _play(start):
    STATE.update({"_playing": True, "_frame": start, "_shown": (), "_play_changed": True})


def _pause():
    STATE.update({"_playing": False, "epoch": STATE.get("_frame", 0), "_play_changed": True})


def _step(by, n_epochs):
    if playing():
        _pause()
    STATE["epoch"] = min(n_epochs, max(0, STATE.get("epoch", n_epochs) + by))
