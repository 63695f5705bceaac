"""Find out what is wrong with a program's gradients from the numbers alone.

The student's program starts from the weights and the batch of a file that the lab writes (`batch`), and
saves its gradients (`gradients_file`). They are compared with the right ones and with those of a backward
pass with known mistakes (`program`, `mistakes`), singly and in pairs (`compare`); `report` puts the result
into words. A visitor's program is never run.
"""
