"""A timeline for curves alone: their charts have all epochs, so the server need not know which is on show."""

from ui.timeline import component


def draw(epochs, said):
    """Draw the timeline of some curves' epochs, at first at the last epoch; draw nothing for a single epoch.

    `said` returns the sentence of an epoch.
    """
    kept = sorted(set(map(int, epochs)))
    if len(kept) < 2:
        return
    epochs = component.moments(kept, kept[-1])
    left_out = component.thinned(kept, epochs, number=False)
    component.timeline(epochs, kept[-1], map(said, epochs), left_out, tells=False)
