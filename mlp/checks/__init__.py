"""Backpropagation checked against numerical derivatives.

`numerical` has the difference quotients and the errors between two derivatives. `gradient_check` compares
backpropagation with them for the parameters of a network, and `judgement` says what the comparison proves.
"""
