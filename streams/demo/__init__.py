"""The demo: a food scare written by us, told by the real pipeline on an embedded broker."""
