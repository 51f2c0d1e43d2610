"""The generic webhook and its signature."""

import base64
import hashlib
import hmac
from pathlib import Path

import httpx
import pytest

from alerts.notify.result import Dead, Retry, Sent
from alerts.notify.signature import signed_headers, signing_key
from alerts.notify.webhook import send_webhook
from alerts.render.facts import facts
from schemas.config.model import Webhook
from schemas.enums import Channel, Transition
from streams.receivers import Receivers
from tests.alerts.render import cases

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
ALERT = cases.alert(Transition.OPENED, destination="webhook")
FACTS = facts(ALERT, cases.QUOTES, cases.EN)


def test_the_signature_is_that_of_the_specification() -> None:
    """The vector of the Standard Webhooks reference libraries."""
    key = signing_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = signed_headers(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("secret", ["whsec_!!", "whsec_c2hvcnQ=", "", "whsec_" + base64.b64encode(bytes(65)).decode()])
def test_a_secret_that_is_none_is_named_without_being_shown(secret: str) -> None:
    """24 to 64 bytes, as base64."""
    with pytest.raises(ValueError, match="webhook secret must") as caught:
        signing_key(secret)
    assert not secret or secret not in str(caught.value)


async def test_the_receiver_can_check_the_bytes_it_got(client: httpx.AsyncClient, receivers: Receivers) -> None:
    """id.timestamp.body under the shared key; the id is the alert's, so a repeat is recognised."""
    settings = Webhook(url=receivers.url(Channel.WEBHOOK), secret=SECRET)
    assert await send_webhook(client, settings, ALERT, FACTS) == Sent(ALERT.id)
    (taken,) = receivers.taken
    signed = f"{taken.headers['webhook-id']}.{taken.headers['webhook-timestamp']}.".encode() + taken.raw
    expected = base64.b64encode(hmac.digest(bytes(range(32)), signed, hashlib.sha256)).decode()
    assert taken.headers["webhook-signature"] == f"v1,{expected}"
    assert taken.headers["webhook-id"] == ALERT.id


async def test_without_a_secret_the_id_is_sent_all_the_same(client: httpx.AsyncClient, receivers: Receivers) -> None:
    """Recognising a repeat needs no secret."""
    await send_webhook(client, Webhook(url=receivers.url(Channel.WEBHOOK)), ALERT, FACTS)
    assert receivers.taken[0].headers["webhook-id"] == ALERT.id
    assert "webhook-signature" not in receivers.taken[0].headers


async def test_a_broken_secret_sends_nothing(client: httpx.AsyncClient, receivers: Receivers) -> None:
    """An unsigned alert would be refused or, worse, believed."""
    settings = Webhook(url=receivers.url(Channel.WEBHOOK), secret="whsec_nonsense!")
    assert isinstance(await send_webhook(client, settings, ALERT, FACTS), Dead)
    assert receivers.taken == []


async def test_a_secret_that_cannot_be_read_is_tried_again(
    client: httpx.AsyncClient, receivers: Receivers, tmp_path: Path
) -> None:
    """It may be rotated at this moment."""
    settings = Webhook(url=receivers.url(Channel.WEBHOOK), secret_file=tmp_path / "missing")
    assert await send_webhook(client, settings, ALERT, FACTS) == Retry("secret_unreadable")
