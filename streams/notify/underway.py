"""The steps of one partition that this process has begun, until the stage has read their receipts.

It outlives a sender: when a rebalance takes a partition away and gives it back at once, the sends that are still under
way must not be begun a second time.
"""

from collections.abc import Collection

from alerts.outbox import Outbox
from alerts.outbox_steps import Step


class UnderWay:
    """Alerts that are busy, by their ids."""

    def __init__(self) -> None:
        """Nothing is under way."""
        self._steps: dict[str, Step] = {}
        self._written: set[str] = set()

    @property
    def busy(self) -> Collection[str]:
        """Ids of alerts for which nothing new may begin."""
        return self._steps.keys()

    def begin(self, step: Step) -> None:
        """The step has begun."""
        self._steps[step.alert.id] = step

    def written(self, step: Step) -> None:
        """Its receipt is in the log, and yet to be read by the stage."""
        self._written.add(step.alert.id)

    def broken_off(self, step: Step) -> None:
        """It ended without a receipt: whoever owns the partition may begin it again."""
        self._steps.pop(step.alert.id, None)

    def forget_noted(self, outbox: Outbox) -> None:
        """Frees the alerts whose receipt the stage has read."""
        for alert_id in [each for each in self._written if self._noted(each, outbox)]:
            self._written.discard(alert_id)
            self._steps.pop(alert_id, None)

    def _noted(self, alert_id: str, outbox: Outbox) -> bool:
        step = self._steps.get(alert_id)
        return step is None or outbox.noted(step.alert, step.number)
