"""Recomputes the state of a stage from the topic that it reads, when its changelog is lost. Nothing is sent meanwhile.

Read in this order: ``plan`` (from where to where), ``run`` (one stage), ``taught`` (watch, from `mentions`).
"""
