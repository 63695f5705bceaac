"""Backpropagation checked against numerical derivatives.

`gradient_check` compares the two for the parameters of a network, `judgement` says what the comparison
proves, and `step_sweep` repeats it over many steps h.
"""
