// Trains what a line of the standard input asks for, and answers with the seconds that it took.
// node javascript.mjs FOLDER: the first line is {"X", "y"}; each other one {"contender", "sizes", "epochs", "batch", "rate"}.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const folder = resolve(process.argv[2]);

const contenders = {
  // TensorFlow Playground's epoch, as its page runs it: one output, example after example, in one order
  async playground({ X, y }) {
    const file = ["nn.mjs", "nn.js", "nn.ts"].map((name) => resolve(folder, name)).find(existsSync);
    const nn = await import(pathToFileURL(file));
    return ({ sizes, epochs, batch, rate }) => {
      const shape = [...sizes.slice(0, -1), 1];
      const network = nn.buildNetwork(shape, nn.Activations.RELU, nn.Activations.TANH, null, ["x", "y"]);
      for (let epoch = 0; epoch < epochs; epoch++) {
        for (let i = 0; i < X.length; i++) {
          nn.forwardProp(network, X[i]);
          nn.backProp(network, 2 * y[i] - 1, nn.Errors.SQUARE);
          if ((i + 1) % batch === 0) nn.updateWeights(network, rate, 0);
        }
      }
    };
  },
  // ConvNetJS: its trainer updates by itself after every batch
  async convnetjs({ X, y }) {
    const library = createRequire(import.meta.url)(resolve(folder, "node_modules/convnetjs"));
    return ({ sizes, epochs, batch, rate }) => {
      const layers = sizes.slice(1, -1).map((n) => ({ type: "fc", num_neurons: n, activation: "relu" }));
      layers.unshift({ type: "input", out_sx: 1, out_sy: 1, out_depth: sizes[0] });
      layers.push({ type: "softmax", num_classes: sizes.at(-1) });
      const network = new library.Net();
      network.makeLayers(layers);
      const options = { method: "sgd", learning_rate: rate, momentum: 0, batch_size: batch };
      const trainer = new library.Trainer(network, options);
      const x = new library.Vol(1, 1, sizes[0]);
      for (let epoch = 0; epoch < epochs; epoch++) {
        for (let i = 0; i < X.length; i++) {
          x.w[0] = X[i][0];
          x.w[1] = X[i][1];
          trainer.train(x, y[i]);
        }
      }
    };
  },
};

let data;
const ready = {};
for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  if (!data) {
    data = asked;
    continue;
  }
  const train = (ready[asked.contender] ??= await contenders[asked.contender](data));
  const started = performance.now();
  train(asked);
  console.log((performance.now() - started) / 1000);
}
