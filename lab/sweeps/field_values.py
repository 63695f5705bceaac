"""The values of a sweep's field, in the order of the charts' axes and legends."""

from lab.links.reading import parse_field
from lab.links.sweep_plan import ONE, RANDOM
from lab.sweeps.leaderboard import field_value
from lab.sweeps.number_order import first_number, in_order


def ordered(plan, field):
    """Return the values of a field over all trials as texts, in an order that no result changes.

    Numbers are sorted by size. Others keep the plan's order, in which a visitor typed them. One at a time the
    base would be first, and a random search has the order of its draws; there, layers are sorted by depth and
    width, and other texts alphabetically.
    """
    texts = in_order(field_value(plan, field, trial) for trial in plan.sweep.trials)
    if plan.design not in (ONE, RANDOM) or None not in map(first_number, texts):
        return texts
    values = {text: parse_field(field, text) for text in texts}
    are_tuples = all(isinstance(value, tuple) for value in values.values())
    return sorted(texts, key=lambda text: (len(values[text]), values[text]) if are_tuples else text)
