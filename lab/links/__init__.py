"""Links: each field once, experiments, how a link is read and written, what it may cost, its fingerprint."""
