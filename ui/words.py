"""Counts in words."""


def counted(n, noun):
    """A number and what it counts, "1 job", "2,000 jobs"; the plural takes an s."""
    return f"{n:,} {noun}{'s' * (n != 1)}"
