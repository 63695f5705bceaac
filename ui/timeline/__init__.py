"""The timeline: which epoch is on show, chosen and played in the browser."""
