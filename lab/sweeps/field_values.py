"""The values of a sweep's field, in the order of the charts' axes and legends."""

from lab.links.reading import parse_field
from lab.links.sweep_plan import ONE, RANDOM
from lab.sweeps.leaderboard import field_value


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


def in_order(texts):
    """Return the different texts: numbers, bins and rates that change by their first number.

    If one of them does not begin with a number, all keep the order given.
    """
    texts = list(dict.fromkeys(texts))
    return texts if None in map(first_number, texts) else sorted(texts, key=first_number)


def first_number(text):
    """Return the number of a text such as "0.1", "0.1 to 1" (a bin) or "0.1@0;0.01@9"; None without one."""
    try:
        return float(text.partition(" to ")[0].partition("@")[0])
    except ValueError:
        return None
