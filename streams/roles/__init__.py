"""The roles of the pipeline: each module wires the config to the process of one role."""
