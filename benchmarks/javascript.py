"""Networks trained in JavaScript, under Node, by TensorFlow Playground and by ConvNetJS.

Neither is shipped. A folder of the reader's holds `nn.mjs` or `nn.js`, Playground's
`src/nn.ts` as a module of JavaScript (or `nn.ts` itself, for a Node that reads types); and
`node_modules/convnetjs`. One of the two will do.
"""

import json
import pathlib
import shutil
import subprocess

PROGRAM = pathlib.Path(__file__).with_suffix(".mjs")
PARTS = {"playground": ("nn.mjs", "nn.js", "nn.ts"), "convnetjs": ("node_modules/convnetjs",)}
NAMES = {"playground": "Playground", "convnetjs": "ConvNetJS"}


class Node:
    """A Node process that trains on `dataset`; `contenders` are those that `folder` has. Use it in a `with`.

    Raise ValueError, with one sentence, if there is no Node or nothing to run.
    """

    def __init__(self, folder, dataset):
        self.contenders = [
            name for name, files in PARTS.items() if any((folder / file).exists() for file in files)
        ]
        if not self.contenders:
            raise ValueError(f"{folder} has neither nn.mjs, nn.js or nn.ts nor node_modules/convnetjs.")
        if not (node := shutil.which("node")):
            raise ValueError("There is no node on the PATH.")
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self._process = subprocess.Popen([node, str(PROGRAM), str(folder)], text=True, **pipes)
        self._send({"X": dataset.X_train.tolist(), "y": dataset.y_train.tolist()})

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()

    def train(self, contender, sizes, epochs, batch, rate):
        """Train a new network of these layer sizes by plain gradient descent; return Node's own seconds."""
        self._send({"contender": contender, "sizes": sizes, "epochs": epochs, "batch": batch, "rate": rate})
        answer = self._process.stdout.readline()
        if not answer:
            raise ValueError(f"{NAMES[contender]} could not be run; Node says why above.")
        return float(answer)

    def _send(self, message):
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()
