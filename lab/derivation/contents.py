"""Progress in a chapter in words, and the step of another network's derivation that matches a step."""

from lab.words import counted


def progress(steps, read, answered):
    """Return "3 of 8 steps read, 2 questions answered": how many steps are in `read` and in `answered`."""
    n_read = sum(step.key in read or step.key in answered for step in steps)
    n_answered = sum(step.key in answered for step in steps)
    of = f"{n_read} of {counted(len(steps), 'step')} read"
    return f"{of}, {counted(n_answered, 'question')} answered" if n_answered else of


def nearest(steps, key):
    """Return the key of the step that corresponds to step `key` of another network, or None.

    `hidden_delta.2` of a deeper network is `hidden_delta` here; `sigmoid_cross_entropy.delta`, of a loss that
    this network has itself, is `output_delta`.
    """
    keys = [step.key for step in steps]
    name, _, part = key.partition(".")
    for wanted in (name, f"output_{part}", part):
        if wanted in keys:
            return wanted
    return None
