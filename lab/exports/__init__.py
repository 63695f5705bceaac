"""Exports: a script, a notebook and a homework that need only NumPy, and a network's weights."""
