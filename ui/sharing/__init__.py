"""Links that prove themselves: fingerprints, locked links, and the panel that makes them."""
