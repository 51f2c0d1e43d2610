"""`python -m streams.cli` is `rebato`: what starts a process of its own needs no script on the path."""

from streams.cli.main import main

main()
