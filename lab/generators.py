"""Work as generators that yield the share that is done: parts of a whole, and all at once."""


def part(steps, number, n):
    """Generator: run part `number` of n equal parts, yield the share of all; return what `steps` returns."""
    while True:
        try:
            share = next(steps)
        except StopIteration as finished:
            return finished.value
        yield (number + share) / n


def at_once(steps, see=lambda share: None):
    """Run the generator `steps` to its end and return its value; pass each share that is done to `see`."""
    while True:
        try:
            share = next(steps)
        except StopIteration as finished:
            return finished.value
        see(share)
