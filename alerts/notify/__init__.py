"""Sends alerts, one file per channel: the only part of `alerts` that does IO. Nothing here raises what a receiver caused."""
