"""The same work done with other stream processors: `python -m benchmarks.peers` in the environment of this folder."""
