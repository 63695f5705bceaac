"""The titles of axes that show a loss: they name it, with its unit, if all that is drawn has the same one."""

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
