"""Breaks rebato on a real Kafka, from a seed, and checks afterwards that nothing was lost and nothing counted twice."""
