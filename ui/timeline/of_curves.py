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
    left_out = component.thinned(kept, epochs, number=False)
    component.timeline(epochs, kept[-1], map(said, epochs), left_out, tells=False)
