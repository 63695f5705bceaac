"""A timeline over curves alone: the charts have all epochs, so that the server need not hear of one."""

from ui.timeline import component


def draw(epochs, said):
    """Draw the timeline through the epochs of some curves, at first at the last; nothing if there is one.

    `said` returns the sentence of an epoch.
    """
    kept = sorted(set(map(int, epochs)))
    if len(kept) < 2:
        return
    epochs = component.moments(kept, kept[-1])
    left_out = f"The timeline goes through {len(epochs)} of {len(kept):,} epochs."
    component.timeline(
        epochs,
        kept[-1],
        [said(epoch) for epoch in epochs],
        left_out if len(epochs) < len(kept) else "",
        tells=False,
    )
