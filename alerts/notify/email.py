"""Mail by SMTP (aiosmtplib): STARTTLS is required unless the config says otherwise; opportunistic TLS would send in the
clear to whoever strips it.

One thread an incident: the first alert's Message-ID is the root, later mails refer to it (RFC 5322, 3.6.4). Ids derive
from alert ids, so that a repeat is the same mail. `Auto-Submitted` (RFC 3834) keeps out-of-office answers away.
"""

from email.message import EmailMessage
from email.utils import formataddr, formatdate

import aiosmtplib

from alerts.notify.result import Dead, Failure, InDoubt, Retry, SendResult, Sent
from alerts.notify.secret import read_secret
from alerts.render.clean import clean
from alerts.render.email import render_email
from alerts.render.facts import Facts
from schemas.alert import Alert
from schemas.config.model import Email, Smtp
from schemas.enums import Severity, Transition

TIMEOUT_S = 20.0


async def send_email(settings: Email, alert: Alert, facts: Facts, root: str, *, repeat: bool) -> SendResult:
    """How handing the mail to the server ended. `root`: id of the incident's first alert to this destination."""
    password = _password(settings.smtp)
    if isinstance(password, Retry):
        return password
    try:
        message = make_message(settings, alert, facts, root, repeat=repeat)
    except ValueError:  # the standard library's own check of headers
        return Dead("bad_header: look at `alerts.email.sender` and `to`")
    return await _deliver(settings, message, password)


def make_message(settings: Email, alert: Alert, facts: Facts, root: str, *, repeat: bool) -> EmailMessage:
    """The mail. Raises ValueError for addresses that are none."""
    body = render_email(facts, repeat)
    message = EmailMessage()
    follow_up = alert.id != root
    message["From"] = formataddr(("rebato", settings.sender))
    message["To"] = ", ".join(settings.to)
    message["Subject"] = f"Re: {body.subject}" if follow_up else body.subject
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = message_id(alert.id, settings)
    if follow_up:
        message["In-Reply-To"] = message["References"] = message_id(root, settings)
    message["List-Id"] = f"rebato <{_word(alert.incident.brand)}.rebato.{_domain(settings)}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["X-Rebato-Alert"] = alert.id
    if alert.incident.severity is Severity.CRITICAL and alert.transition is not Transition.RESOLVED:
        message["Importance"] = "high"
    message.set_content(body.text)
    message.add_alternative(body.html, subtype="html")
    return message


def message_id(alert_id: str, settings: Email) -> str:
    """The Message-ID of an alert's mail."""
    return f"<{alert_id}@{_domain(settings)}>"


def _domain(settings: Email) -> str:
    return settings.sender.rpartition("@")[2] or "localhost"


def _word(text: str) -> str:
    """The text as one label of a name (RFC 2919): letters, digits, hyphens."""
    return "".join(char if char.isascii() and char.isalnum() else "-" for char in clean(text, 60)).strip("-") or "brand"


def _password(smtp: Smtp) -> str | Retry | None:
    return read_secret(smtp.password, smtp.password_file) if smtp.username else None


async def _deliver(settings: Email, message: EmailMessage, password: str | None) -> SendResult:
    """Connects, then hands over: what fails before the first command of the mail surely did not arrive."""
    smtp = settings.smtp
    server = aiosmtplib.SMTP(hostname=smtp.host, port=smtp.port, use_tls=smtp.tls, start_tls=False, timeout=TIMEOUT_S)
    try:
        await server.connect()
        if not await _secure(server, smtp):
            return Dead("starttls_missing: the server offers no STARTTLS; use another port, or `starttls: off`")
        if smtp.username:
            await server.login(smtp.username, password or "")
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        server.close()
        return _not_connected(error)
    try:
        refused, _ = await server.send_message(message)
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        return _not_taken(error)
    finally:
        server.close()
    note = f"{len(refused)} of {len(settings.to)} recipients refused" if refused else ""
    return Sent(str(message["Message-ID"]), note)


async def _secure(server: aiosmtplib.SMTP, smtp: Smtp) -> bool:
    """Whether the connection is as secure as the config wants it; raises when the certificate isn't trusted."""
    await server.ehlo()
    if smtp.tls or smtp.starttls == "off":
        return True
    if not server.supports_extension("starttls"):
        return False
    await server.starttls()
    return True


def _not_connected(error: Exception) -> Failure:
    if type(error) is aiosmtplib.SMTPException:  # what aiosmtplib raises for an extension that isn't offered
        return Dead("no_login: the server offers no way to log in that we know")
    if isinstance(error, aiosmtplib.SMTPResponseException) and 500 <= error.code < 600:
        return Dead(f"smtp_{error.code}")
    return Retry(f"unreachable: {type(error).__name__}")


def _not_taken(error: Exception) -> Failure:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        codes = [refused.code for refused in error.recipients]
        return Dead("no_recipient") if all(code >= 500 for code in codes) else Retry("recipients_later")
    if isinstance(error, aiosmtplib.SMTPResponseException):
        reason = f"smtp_{error.code}"
        return Dead(reason) if 500 <= error.code < 600 else Retry(reason)
    if isinstance(error, aiosmtplib.SMTPNotSupported | ValueError):
        return Dead("bad_address: look at `alerts.email.sender` and `to`")
    return InDoubt(f"no_answer: {type(error).__name__}")
