"""cached_view: figures computed from a run once and shared by all visitors."""

from ui.training.runs import cache


def cached_view(make, *args, **options):
    """Return `make(*args, **options)`, cached for equal arguments. The result is shared: do not mutate it.

    A run is identified by its `stamp`; ask it only for epochs it already has. All other arguments must be
    hashable. A run dropped from the cache is not kept alive by its views.
    """
    key = (make.__module__, make.__qualname__, *map(_stamp, args), *sorted(options.items()))
    return cache().view(key, lambda: make(*args, **options))


def _stamp(value):
    return getattr(value, "stamp", value)
