"""Links: fields, experiments, reading and writing links, limits and cost, fingerprints."""
