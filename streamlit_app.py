"""Backprop Lab: the multilayer perceptron, explained on a network that runs in front of you."""

# lab, which ui imports first, chooses the number of BLAS threads
from ui.frame import first_chart, memory, shell

if __name__ == "__main__":  # a worker process of a sweep imports this file too, and should draw nothing
    with first_chart.whole(), memory.shortage_in_words():
        shell.navigation().run()
