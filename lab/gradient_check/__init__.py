"""The gradient check of a network: what is checked, the checks, and what else a page computes of them."""
