"""Closed sets of words: each is at once the value in a record, the label of a metric and the field of a log line.

The order of `Category` and the values of `Flag` are part of the digest format: append, never reorder.
"""

from enum import IntFlag, StrEnum


class Category(StrEnum):
    """What a mention is about; ten independent flags. Bit i of a category mask is the i-th member."""

    COMPLAINT = "complaint"
    QUESTION = "question"
    PRAISE = "praise"
    THREAT = "threat"
    SAFETY = "safety"
    LEGAL = "legal"
    OUTAGE = "outage"
    FRAUD = "fraud"
    CHURN = "churn"
    URGENT = "urgent"

    @property
    def bit(self) -> int:
        """The mask of this category.

        >>> Category.QUESTION.bit
        2
        """
        return 1 << list(Category).index(self)


class MentionKind(StrEnum):
    """How a mention was published."""

    POST = "post"
    REPOST = "repost"
    REPLY = "reply"
    COMMENT = "comment"
    REVIEW = "review"
    MESSAGE = "message"
    MAIL = "mail"
    ARTICLE = "article"


class Direction(StrEnum):
    """Who wrote it: the public (inbound) or one of the brand's own accounts (outbound)."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Action(StrEnum):
    """What the source says happened to the mention; only `create` counts."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class Flag(IntFlag):
    """Bits of a digest's `flags` column."""

    OUTBOUND = 1
    REPOST = 2
    VERIFIED = 4


class Kind(StrEnum):
    """What an incident is about."""

    SURGE = "surge"  # negative volume
    NEGATIVITY = "negativity"  # the share of negative mentions
    VOLUME = "volume"  # talk without anger: never pages by default
    UNANSWERED = "unanswered"
    INFLUENCER = "influencer"
    TOPIC = "topic"  # a complaint type grows
    CONTAGION = "contagion"
    SILENCE = "silence"  # a source or brand has fallen silent
    SYSTEM = "system"  # about ourselves: lag, lost retention, a channel that expires alerts


class Fault(StrEnum):
    """What is wrong with ourselves, in an incident of kind `system`."""

    CONFIG = "config"  # a changed config file is refused, the old one stays
    LOST = "lost"  # retention deleted records that were never read
    DESTINATION = "destination"  # a channel refuses our alerts, lets them wait, or lets them expire
    LAG = "lag"  # a role is further behind its input than the config allows
    STALLED = "stalled"  # a source partition tells no time: nobody reads it, or its reader is far behind
    QUIET = "quiet"  # all brands of a partition fell silent at once, or one network while the others go on: a source is dead
    CLOCK = "clock"  # log time stands: watch hears nothing new at all
    AUDIT = "audit"  # an open incident or a waiting alert has no next step


class Severity(StrEnum):
    """How bad an incident is; an attribute, never part of its identity."""

    WATCH = "watch"
    WARNING = "warning"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for watch, 1 for warning, 2 for critical.

        >>> Severity.CRITICAL.rank > Severity.WATCH.rank
        True
        """
        return list(Severity).index(self)


class IncidentState(StrEnum):
    """Where an incident is in its life."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class Verdict(StrEnum):
    """What a person says of an incident, or of a brand."""

    REAL = "real"
    FALSE = "false"
    MISSED = "missed"  # a crisis for which no incident opened
    NONE = "none"  # what was said of it before is taken back
    FORGET = "forget"  # all that was said of a brand is taken back


class Counted(StrEnum):
    """Which incidents an achieved rate counts."""

    OPENED = "opened"
    NOT_REAL = "not_real"  # those that nobody has called real: at most the false alarms
    FALSE = "false"  # those that somebody has called false: at least the false alarms


class Transition(StrEnum):
    """What happened to an incident that an alert tells of."""

    OPENED = "opened"
    ESCALATED = "escalated"
    ACKNOWLEDGED = "acknowledged"
    REMINDER = "reminder"
    UPDATED = "updated"
    RESOLVED = "resolved"


class Channel(StrEnum):
    """A kind of destination."""

    SLACK = "slack"
    EMAIL = "email"
    PAGERDUTY = "pagerduty"
    WEBHOOK = "webhook"


class Outcome(StrEnum):
    """How the delivery of one alert ended."""

    SENT = "sent"
    FAILED = "failed"  # the receiver refused it for good
    EXPIRED = "expired"  # too old to be worth sending
    SUPERSEDED = "superseded"  # a newer update of the same incident went instead
    IN_DOUBT = "in_doubt"  # may have arrived: sent again only where the channel has a key


class Refusal(StrEnum):
    """Why a mention (or a record) was refused; it lies in the dead-letter topic with this reason."""

    NOT_UTF8 = "not_utf8"
    NOT_JSON = "not_json"
    NOT_AN_OBJECT = "not_an_object"
    TOO_LARGE = "too_large"
    MISSING_FIELD = "missing_field"
    WRONG_TYPE = "wrong_type"
    BAD_VALUE = "bad_value"
    EMPTY_ID = "empty_id"
    NO_ZONE = "no_zone"
    OUT_OF_RANGE_TIME = "out_of_range_time"
    FUTURE = "future"
    POISON = "poison"  # our own code raised on it
    UNKNOWN_VERSION = "unknown_version"
    UNDECODABLE = "undecodable"


class IntakeOutcome(StrEnum):
    """What became of a mention in intake."""

    COUNTED = "counted"
    REFUSED = "refused"
    REPEAT = "repeat"
    NO_BRAND = "no_brand"
    NOT_CREATE = "not_create"


class BeatOutcome(StrEnum):
    """What became of a heartbeat that has gone the whole way."""

    SENT = "sent"
    LATE = "late"  # it took too long, so it wasn't passed on
    FAILED = "failed"  # the service outside didn't take it


class Audit(StrEnum):
    """What the auditor finds: a promise about incidents and alerts that isn't kept."""

    NO_END = "no_end"  # an open incident that nothing will close
    NO_REMINDER = "no_reminder"  # an open incident of which nobody would be reminded
    OVERDUE = "overdue"  # something was due a while ago and didn't happen
    NO_DUE_TIME = "no_due_time"  # an alert that waits for no time that will come soon
