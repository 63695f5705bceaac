"""The weights of trained networks as an .npz file."""

import io

import numpy as np


def npz(records, configs, dataset):
    """Bytes of an .npz with W1, b1, W2, … of all networks, a leading axis of networks.

    Beside them `init_seed` and `diverged` of each, the dataset's `shift` and `scale`, by which inputs
    are scaled as (raw - shift) / scale, and the `activation`.
    """
    arrays = {}
    for layer in range(len(records[0].params)):
        for kind, name in enumerate("Wb"):
            arrays[f"{name}{layer + 1}"] = np.stack([record.params[layer][kind] for record in records])
    arrays["init_seed"] = np.array([config.init_seed for config in configs])
    arrays["initializer"] = np.array([config.initializer for config in configs])
    arrays["diverged"] = np.array([record.diverged for record in records])
    arrays["activation"] = np.array(configs[0].activation)
    arrays |= {"shift": np.asarray(dataset.shift), "scale": np.asarray(dataset.scale)}
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()
