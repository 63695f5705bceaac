"""The published replays and searches of all courseworks, in the order of the pages' menus."""

from lab.published import coursework_a, coursework_b, coursework_c, coursework_d, coursework_e

REPLAYS = (
    *coursework_b.REPLAYS,
    *coursework_a.REPLAYS,
    *coursework_c.REPLAYS,
    *coursework_d.REPLAYS,
    *coursework_e.REPLAYS,
)
SEARCHES = (*coursework_a.SEARCHES, *coursework_b.SEARCHES, *coursework_c.SEARCHES, *coursework_d.SEARCHES)
