"""The titles of axes that show a loss: they name it, with its unit, if all that is drawn has the same one."""

import textwrap

TITLES = {
    "loss": "mean loss",
    "cost": "mean loss + penalty",
    "accuracy": "accuracy",
    "error": "error, share of examples",
    "reported loss": "loss per batch of 50 (nats)",
}


LINE = 25  # characters beside an axis 235 pixels high, the lowest of most pages


def axis_title(quantity, losses=(), characters=LINE):
    """Return the title of the axis of a quantity, a key of TITLES or a title itself.

    `losses` are the `lab.measures` of what is drawn. If there is only one, the title says its measure and
    unit instead of "loss". A title of more than so many characters is a list of lines.
    """
    title = TITLES.get(quantity, quantity)
    if len(losses) == 1 and "(" not in title and "loss" in title:
        ((measure, unit),) = losses
        title = title.replace("loss", measure, 1) + (f" ({unit})" if unit else "")
    lines = textwrap.wrap(title, characters, break_on_hyphens=False)
    return lines if len(lines) > 1 else title
