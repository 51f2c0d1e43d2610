"""Bad inputs of every kind against the real code: `python -m benchmarks.bad_inputs`."""
