"""Side-by-side measurements: `python -m benchmarks.<name>` prints a table of ratios."""
