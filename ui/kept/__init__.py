"""What the browser stores so that it survives a reload: answered questions, and a hand-in."""
