"""The config: one frozen tree of settings. `model` describes it, `load` reads it."""
