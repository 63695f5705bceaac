"""The gradient check of a network: what is checked, the checks, and what else a page computes of them."""

WRONG = "wrong by 0.01%"  # the name of the line of a gradient that is a little too large
