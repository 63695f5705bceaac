"""What a sweep's results show: the leaderboard, which field matters and where, and the sentences."""
