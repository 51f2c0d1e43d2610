"""What was last written of a brand's parts, encoded: most checkpoints come within a minute, in which they don't change."""

from typing import Any

import msgspec

from detectors.evidence import CrisisEvidence
from streams.watch.panel import Panel

_encode = msgspec.msgpack.encode


class Written:
    """Of one brand. Kept for brands that talk, and let go with the first checkpoint that has nothing of them."""

    __slots__ = ("_changes", "_closed", "_evidence", "_panel")

    def __init__(self) -> None:
        self._closed: Any = None  # the minute and the prior of what is written of the evidence
        self._evidence = msgspec.Raw()
        self._changes = -1
        self._panel: dict[str, msgspec.Raw] = {}

    def evidence(self, evidence: CrisisEvidence) -> msgspec.Raw:
        """Its state: it changes when a minute is closed, or when one that nobody has seen is believed to be another."""
        closed = (evidence.next_minute, evidence.prior)
        if closed != self._closed:
            self._closed, self._evidence = closed, msgspec.Raw(_encode(evidence.to_state()))
        return self._evidence

    def panel(self, panel: Panel) -> dict[str, Any]:
        """Its state; that of the detectors changes less often than the rest."""
        if panel.changes != self._changes:
            learned = panel.learned()
            self._changes, self._panel = panel.changes, {kind: msgspec.Raw(_encode(each)) for kind, each in learned.items()}
        return {**self._panel, **panel.listening()}
