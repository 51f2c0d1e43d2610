"""How well brands' crises are found: ``make bench-detection``."""
