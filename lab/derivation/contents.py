"""The steps of a derivation as contents: what was read of a chapter, and a step's place in another one."""

from lab.words import counted


def progress(steps, read, answered):
    """Return in words how many of these steps are among the keys `read`, and how many among `answered`."""
    n_read = sum(step.key in read or step.key in answered for step in steps)
    n_answered = sum(step.key in answered for step in steps)
    of = f"{n_read} of {counted(len(steps), 'step')} read"
    return f"{of}, {counted(n_answered, 'question')} answered" if n_answered else of


def nearest(steps, key):
    """Return the key of the step that says what step `key` of another network said, or None.

    `hidden_delta.2` of a deeper network is `hidden_delta` here; `sigmoid_cross_entropy.delta`, of a loss that
    this network has itself, is `output_delta`.
    """
    keys = [step.key for step in steps]
    name, _, part = key.partition(".")
    for wanted in (name, f"output_{part}", part):
        if wanted in keys:
            return wanted
    return None
