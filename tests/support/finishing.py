"""Work that is a generator, run to its end."""


def finished(steps):
    """(the shares that a generator yields, what it returns)."""
    shares = []
    while True:
        try:
            shares.append(next(steps))
        except StopIteration as end:
            return shares, end.value
