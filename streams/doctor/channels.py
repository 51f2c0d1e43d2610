"""Can the receivers of alerts and their secrets be reached? Nothing is sent to anybody."""

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from schemas.config.model import Alerts, Config, Email, Heartbeat
from schemas.config.secret import resolve_secret
from schemas.errors import UsageError
from streams.doctor.finding import Finding, bad, good, worth_a_look

_TIMEOUT_S = 5.0
_PORTS = {"https": 443, "http": 80}


def check_channels(config: Config) -> Iterator[Finding]:
    """One finding a channel."""
    alerts = config.alerts
    checks: dict[str, Callable[[], Finding]] = {}
    if alerts.slack:
        checks["slack"] = lambda: _slack(alerts)
    if alerts.email:
        checks["email"] = lambda: _email(alerts.email)
    if alerts.pagerduty:
        checks["pagerduty"] = lambda: _pagerduty(alerts)
    if alerts.webhook:
        checks["webhook"] = lambda: _webhook(alerts)
    channels = len(checks)
    if heartbeat := config.heartbeat:
        checks["heartbeat"] = lambda: _heartbeat(heartbeat)
    if not channels:
        yield worth_a_look("channels", "none is configured: nobody would be told", "Add one under `alerts`.")
    for name, check in checks.items():
        try:
            yield check()
        except UsageError as error:
            yield bad(name, str(error), "Its secret must be there before an alert is.")


def _slack(alerts: Alerts) -> Finding:
    slack = alerts.slack
    secret = resolve_secret(slack.webhook_url, slack.webhook_url_file) if slack else None
    return _url("slack", secret or "")


def _pagerduty(alerts: Alerts) -> Finding:
    pagerduty = alerts.pagerduty
    if pagerduty is None or not resolve_secret(pagerduty.routing_key, pagerduty.routing_key_file):
        return bad("pagerduty", "there is no routing key", "Set `alerts.pagerduty.routing_key_file`.")
    return _url("pagerduty", str(pagerduty.url))


def _webhook(alerts: Alerts) -> Finding:
    webhook = alerts.webhook
    if webhook is None:
        return good("webhook", "not configured")
    resolve_secret(webhook.secret, webhook.secret_file)
    return _url("webhook", str(webhook.url))


def _heartbeat(heartbeat: Heartbeat) -> Finding:
    return _url("heartbeat", resolve_secret(heartbeat.url, heartbeat.url_file) or "", "heartbeat")


def _url(name: str, url: str, setting: str = "") -> Finding:
    """Whether the URL's host takes a connection; its path may be a secret and isn't shown."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:  # its text repeats the address
        port = None
    if port is None or parts.scheme not in _PORTS or not parts.hostname:
        return bad(name, "its address is no http(s) URL", f"Look at `{setting or f'alerts.{name}'}` and its secret.")
    return _reached(name, f"{parts.hostname}:{port}", lambda: _connect(parts.hostname or "", port, parts.scheme == "https"))


def _connect(host: str, port: int, tls: bool) -> None:
    with socket.create_connection((host, port), timeout=_TIMEOUT_S) as plain:
        if tls:
            ssl.create_default_context().wrap_socket(plain, server_hostname=host).close()


def _email(email: Email | None) -> Finding:
    if email is None:
        return good("email", "not configured")
    smtp = email.smtp
    password = resolve_secret(smtp.password, smtp.password_file)

    def greet() -> None:
        kind = smtplib.SMTP_SSL if smtp.tls else smtplib.SMTP
        with kind(smtp.host, smtp.port, timeout=_TIMEOUT_S) as server:
            if smtp.starttls == "required" and not smtp.tls:
                server.starttls(context=ssl.create_default_context())
            if smtp.username and password:
                server.login(smtp.username, password)

    return _reached("email", f"{smtp.host}:{smtp.port}", greet)


def _reached(name: str, place: str, connect: Callable[[], None]) -> Finding:
    try:
        connect()
    except ssl.SSLCertVerificationError as error:
        return bad(name, f"{place} shows a certificate that isn't trusted ({error.verify_message})", "Renew or trust it.")
    except smtplib.SMTPAuthenticationError:
        return bad(name, f"{place} refuses the login", "Look at `alerts.email.smtp.username` and its password.")
    except smtplib.SMTPNotSupportedError as error:
        return bad(name, f"{place}: {error}", "Set `starttls: off` if this mail server is on a trusted network.")
    except UnicodeError:
        return bad(name, f"{place}: its name or the login isn't one that can be sent", "Look at `alerts.email.smtp`.")
    except (OSError, smtplib.SMTPException) as error:
        return bad(name, f"{place} can't be reached ({error})", "Is the address right, does a firewall stand between?")
    return good(name, f"{place} answers")
