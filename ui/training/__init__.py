"""Runs that can be continued, their cache and progress, turns and priorities, the cluster."""
