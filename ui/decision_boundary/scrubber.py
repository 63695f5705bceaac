"""The choice of the epoch: a slider bound to the link, single steps, and play."""

import streamlit as st

from ui.frame.visit import visit

TICK = 0.35  # seconds between two frames; charts that are replaced faster pile up in the browser
FRAMES = 30  # frames of an animation, about
ECHOES = 5  # frames by which a slow browser may lag behind
STATE = st.session_state


def tick():
    """Return the seconds after which the fragment with the scrubber must rerun by itself, or None."""
    return TICK if visit().playing else None


def scrubber(n_epochs, step=1):
    """Draw the controls; return the epoch to show. Call within a fragment.

    `step` is the number of epochs by which the buttons go back and on, from one kept epoch to the next.
    """
    if STATE.pop("_play_changed", False):
        st.rerun()  # rerun the whole page, because only that sets the fragment's tick
    if n_epochs < 1:
        return 0
    _follow(n_epochs)
    if visit().playing:
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
        by = "One epoch" if step == 1 else f"{step:,} epochs"
        back = {"on_click": _step, "args": (-step, n_epochs), "help": f"{by} back"}
        st.button(f"−{step:,}", key="_back", **back)
        if visit().playing:
            st.button("Pause", key="_play", icon=":material/pause:", on_click=_pause)
        else:
            start = 0 if epoch >= n_epochs else epoch
            st.button("Play", key="_play", icon=":material/play_arrow:", on_click=_play, args=(start,))
        onward = {"on_click": _step, "args": (step, n_epochs), "help": f"{by} on"}
        st.button(f"+{step:,}", key="_on", **onward)
    return epoch


def next_frame(n_epochs):
    """Return the epoch shown next while epochs play; else None."""
    if not visit().playing:
        return None
    return min(n_epochs, STATE.get("_frame", 0) + _stride(n_epochs))


def _stride(n_epochs):
    return max(1, n_epochs // FRAMES)


def _follow(n_epochs):
    """Keep the slider at the last epoch if it was there and the number of epochs has changed."""
    epoch, before = STATE.get("epoch"), visit().n_epochs
    if epoch is not None and (epoch > n_epochs or (epoch == before and before != n_epochs)):
        STATE["epoch"] = n_epochs
    visit().n_epochs = n_epochs


def _next_frame(n_epochs):
    """Return the epoch to show now: the next one, or the one the visitor moved to. Stop at the last one.

    A slow browser may send back a frame that it was shown a moment ago; that is not a move.
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
    visit().playing = True
    STATE.update({"_frame": start, "_shown": (), "_play_changed": True})


def _pause():
    visit().playing = False
    STATE.update({"epoch": STATE.get("_frame", 0), "_play_changed": True})


def _step(by, n_epochs):
    if visit().playing:
        _pause()
    STATE["epoch"] = max(0, STATE.get("epoch", n_epochs) + by)  # `_follow` keeps it below the last epoch
