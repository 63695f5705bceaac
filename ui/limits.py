"""Limits: what an experiment may ask for, checked before anything of that size is made."""


class OverLimit(ValueError):
    """What is asked for can be read but is too large; the message says what, and what is allowed."""
