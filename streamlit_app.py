"""Backprop Lab: the multilayer perceptron, explained on a network that runs in front of you."""

from ui.frame import first_chart, shell  # lab, which ui imports first, chooses the number of BLAS threads

if __name__ == "__main__":  # a worker process of a sweep imports this file too, and should draw nothing
    with first_chart.whole():
        shell.navigation().run()
