"""Marks for hand-ins: each answer is marked by the engine again, and nothing in a hand-in is believed."""
