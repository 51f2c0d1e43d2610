"""Mail: threads, transport security, and how a mail server's answers are understood."""

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from alerts.notify.email import make_message, message_id, send_email
from alerts.notify.result import Dead, InDoubt, Retry, SendResult, Sent
from alerts.render.facts import facts
from schemas.alert import Alert
from schemas.config.model import Email, Smtp
from schemas.enums import Channel, Transition
from streams.receivers import Fault, Receivers
from tests.alerts.render import cases
from tests.conftest import skip_or_fail

FIRST = cases.alert(Transition.OPENED, destination="email")
LATER = cases.alert(Transition.RESOLVED, cases.RESOLVED, "email")


def _settings(receivers: Receivers, host: str = "127.0.0.1", starttls: str = "off", **smtp: object) -> Email:
    server = Smtp.model_validate({"host": host, "port": receivers.smtp_port, "starttls": starttls, **smtp})
    return Email(to=["guardia@example.com", "jefa@example.com"], sender="rebato@example.org", smtp=server)


async def _send(settings: Email, alert: Alert = FIRST) -> SendResult:
    return await send_email(settings, alert, facts(alert, cases.QUOTES, cases.ES), FIRST.id, repeat=False)


async def test_a_mail_arrives_with_both_bodies_and_its_own_id(receivers: Receivers) -> None:
    """The Message-ID derives from the alert, so that a repeat is the same mail."""
    result = await _send(_settings(receivers))
    assert result == Sent(f"<{FIRST.id}@example.org>")
    mail = receivers.taken[0].mail
    assert mail is not None
    assert mail["Message-ID"] == f"<{FIRST.id}@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "412 menciones" in str(mail.get_body(("plain",)))
    assert "<h2" in mail.get_body(("html",)).get_content()


async def test_later_mails_of_an_incident_belong_to_the_first(receivers: Receivers) -> None:
    """Mail programs thread by References and subject."""
    settings = _settings(receivers)
    await _send(settings)
    await _send(settings, LATER)
    first, later = (each.mail for each in receivers.taken)
    assert first is not None
    assert later is not None
    assert first["In-Reply-To"] is None
    assert later["In-Reply-To"] == later["References"] == message_id(FIRST.id, settings)
    assert later["Subject"] == f"Re: {first['Subject']}"


async def test_a_server_without_starttls_gets_nothing(receivers: Receivers) -> None:
    """Whoever stands between could have removed the offer."""
    result = await _send(_settings(receivers, starttls="required"))
    assert isinstance(result, Dead)
    assert result.reason.startswith("starttls_missing")
    assert receivers.taken == []


async def test_starttls_encrypts_and_checks_the_certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Taken with a certificate that is trusted, not sent with one that isn't."""
    certificate, tls = _certificate(tmp_path)
    async with Receivers(tls) as receivers:
        settings = _settings(receivers, host="localhost", starttls="required")
        untrusted = await _send(settings)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        trusted = await _send(settings)
        assert isinstance(untrusted, Retry)
        assert isinstance(trusted, Sent)
        assert len(receivers.taken) == 1


@pytest.mark.parametrize(
    ("fault", "result"),
    [
        (Fault.REFUSE, Dead("smtp_550")),  # 5yz is final (RFC 5321, 4.2.1)
        (Fault.LIMIT, Retry("smtp_451")),  # 4yz is not
        (Fault.ERROR, Retry("smtp_421")),
    ],
)
async def test_answers_of_the_server_are_final_or_not(fault: Fault, result: SendResult, receivers: Receivers) -> None:
    """By the first digit of the code."""
    receivers.fail(Channel.EMAIL, fault)
    assert await _send(_settings(receivers)) == result


async def test_a_connection_lost_after_the_mail_is_in_doubt(receivers: Receivers) -> None:
    """The server has it; we can't know."""
    receivers.fail(Channel.EMAIL, Fault.DROP)
    assert isinstance(await _send(_settings(receivers)), InDoubt)
    assert len(receivers.taken) == 1


async def test_a_silent_server_is_in_doubt(receivers: Receivers, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may answer yes a moment later."""
    monkeypatch.setattr("alerts.notify.email.TIMEOUT_S", 0.3)
    receivers.fail(Channel.EMAIL, Fault.SLOW, seconds=1)
    assert isinstance(await _send(_settings(receivers)), InDoubt)


async def test_one_bad_recipient_keeps_no_other_from_the_mail(receivers: Receivers) -> None:
    """It is sent, and the receipt says that somebody is missing."""
    receivers.refused_addresses = {"jefa@example.com": "550 no such user"}
    result = await _send(_settings(receivers))
    assert result == Sent(f"<{FIRST.id}@example.org>", "1 of 2 recipients refused")


@pytest.mark.parametrize(("answer", "kind"), [("550 no such user", Dead), ("450 mailbox busy", Retry)])
async def test_a_mail_that_nobody_may_get_is_not_sent(answer: str, kind: type[object], receivers: Receivers) -> None:
    """For good or for now, by the server's code."""
    receivers.refused_addresses = dict.fromkeys(("guardia@example.com", "jefa@example.com"), answer)
    assert isinstance(await _send(_settings(receivers)), kind)
    assert receivers.taken == []


async def test_nobody_listening_is_tried_again() -> None:
    """Port 1 of loopback refuses."""
    settings = Email(to=["a@example.com"], smtp=Smtp(host="127.0.0.1", port=1, starttls="off"))
    assert isinstance(await _send(settings), Retry)


@pytest.mark.parametrize("to", ["a@example.com\r\nBcc: b@example.com", "", "\udc80@example.com"])
async def test_an_address_that_is_none_sends_nothing(to: str, receivers: Receivers) -> None:
    """No second header, no second recipient."""
    settings = _settings(receivers).model_copy(update={"to": [to]})
    assert isinstance(await _send(settings), Dead)
    assert receivers.taken == []


async def test_a_password_that_cannot_be_read_is_tried_again(receivers: Receivers, tmp_path: Path) -> None:
    """A secret may be rotated at this moment."""
    settings = _settings(receivers, username="rebato", password_file=tmp_path / "missing")
    assert await _send(settings) == Retry("secret_unreadable")


async def test_a_server_without_login_gets_nothing(receivers: Receivers) -> None:
    """A user name in the config says that the server must know who we are."""
    result = await _send(_settings(receivers, username="rebato", password="secret"))
    assert isinstance(result, Dead)
    assert result.reason.startswith("no_login")
    assert "secret" not in result.reason


def test_a_repeat_in_doubt_says_so() -> None:
    """In the first line, of both bodies."""
    settings = Email(to=["a@example.com"])
    message = make_message(settings, FIRST, facts(FIRST, [], cases.EN), FIRST.id, repeat=True)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().startswith("(may be a repeat")
    assert html.get_content().index("(may be a repeat") < html.get_content().index("<h2")


def _certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for localhost that nobody trusts, and a server's context with it."""
    if shutil.which("openssl") is None:
        skip_or_fail("making a certificate needs openssl")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
    ]
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*command, *subject, "-keyout", key, "-out", certificate], check=True, capture_output=True, timeout=30)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    return certificate, tls
