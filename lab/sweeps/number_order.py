"""Texts in the order of the numbers that they begin with."""


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
