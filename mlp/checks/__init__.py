"""Backpropagation checked against numerical derivatives.

`numerical` has the difference quotients and the errors between two derivatives. `gradient_check` compares
backpropagation with them for the parameters of a network, `judgement` says what the comparison proves, and
`step_sweep` repeats it over many steps h.
"""
