"""What is computed of a run once, for whoever asks."""

from ui.training.runs import cache


def once(make, *args, **options):
    """`make(*args, **options)`, or what it gave before for equal arguments; nobody may change it.

    A run is known by its `stamp`, and is to be asked for epochs that are there; all else is hashable.
    A run that is dropped from the cache is not held here.
    """
    key = (make.__module__, make.__qualname__, *map(_stamp, args), *sorted(options.items()))
    return cache().view(key, lambda: make(*args, **options))


def _stamp(value):
    return getattr(value, "stamp", value)
