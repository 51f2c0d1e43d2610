"""Intake: mentions in, digests out. Pure: `validate`, `repeats`, `match`, `stage`, `split`, `watermarks`. IO: `process`."""
