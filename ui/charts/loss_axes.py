"""The titles of axes that show a loss: they name it, with its unit, if all that is drawn has the same one."""

import textwrap

TITLES = {
    "loss": "mean loss",
    "cost": "mean loss + penalty",
    "accuracy": "accuracy",
    "error": "error, share of examples",
    "reported loss": "loss per batch of 50 (nats)",
}


def axis_title(quantity, losses=()):
    """Return the title of the axis of a quantity, a key of TITLES or a title itself.

    `losses` are the `lab.measures` of what is drawn. If there is only one, the title says its measure and
    unit instead of "loss".
    """
    title = TITLES.get(quantity, quantity)
    if len(losses) != 1 or "(" in title or "loss" not in title:
        return title
    ((measure, unit),) = losses
    return title.replace("loss", measure, 1) + (f" ({unit})" if unit else "")


def in_lines(title, characters):
    """Return the title in lines of at most so many characters, for an axis that is shorter than the title."""
    return textwrap.wrap(title, characters, break_on_hyphens=False)
