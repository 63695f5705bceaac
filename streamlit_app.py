"""Backprop Lab: the multilayer perceptron, explained on a network that runs in front of you."""

from ui.frame import shell  # lab, which ui imports first, chooses the number of BLAS threads

if __name__ == "__main__":  # a worker process of a sweep imports this file too, and should draw nothing
    shell.navigation().run()
