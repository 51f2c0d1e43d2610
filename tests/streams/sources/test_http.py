"""`POST /v1/mentions` on a real server, in front of a real broker."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from schemas.enums import Refusal
from schemas.errors import UsageError
from streams.embedded import EmbeddedBroker
from streams.sources import http as door_module
from streams.sources.body import MAX_BODY_BYTES
from streams.sources.observe import Door
from streams.sources.process import run_sources
from tests.streams.intake.making import mention
from tests.streams.sources.collecting import Seen, all_mentions, kafka_config

pytestmark = pytest.mark.embedded
JSON = {"Content-Type": "application/json"}
FORM = "application/x-www-form-urlencoded"
TOKEN = {"Authorization": "Bearer s3cret"}


@asynccontextmanager
async def serving(broker: EmbeddedBroker, seen: Seen, **changes: object) -> AsyncIterator[httpx.AsyncClient]:
    """The role with its HTTP door open, and a client that shows the token."""
    broker.create("mentions")
    settings = kafka_config(broker, sources={"http": {"port": 0, "token": "s3cret"}}, **changes)
    stop, port = asyncio.Event(), asyncio.get_running_loop().create_future()
    task = asyncio.create_task(run_sources(settings, seen, stop, port.set_result))
    try:
        await asyncio.wait([task, port], timeout=10, return_when=asyncio.FIRST_COMPLETED)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port.result()}", headers=TOKEN | JSON) as client:
            yield client
    finally:
        stop.set()
        await asyncio.wait_for(task, 10)


async def post(client: httpx.AsyncClient, body: bytes, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.post("/v1/mentions", content=body, headers=named)


async def test_one_an_array_and_lines_are_taken_and_kafka_has_them_with_the_answer(embedded: EmbeddedBroker) -> None:
    """The bytes are what the sender wrote, keyed by source and id; gzip is unpacked."""
    seen = Seen()
    one, two, three = (mention(id=str(n)) for n in range(3))
    pretty = json.dumps(json.loads(one), indent=2).encode()
    async with serving(embedded, seen) as client:
        for body in (pretty, b"[%s,\n%s]" % (two, three), b"%s\n\n%s\n" % (two, three)):
            assert (await post(client, body)).status_code == 202
        packed = await post(client, gzip.compress(one), Content_Encoding="gzip", Content_Type="application/x-ndjson")
        assert packed.json() == {"accepted": 1, "refused": []}
        found = await all_mentions(embedded)
    assert sorted(record.value for record in found) == sorted([pretty, two, three, two, three, one])
    assert {record.key for record in found} == {b"x|0", b"x|1", b"x|2"}
    assert len({record.partition for record in found if record.key == b"x|1"}) == 1
    assert seen.doors == {Door.HTTP: 6}


async def test_what_curl_sends_without_being_told_a_type_is_taken(embedded: EmbeddedBroker) -> None:
    """`curl -d '{…}'` calls it a form; what can't be JSON, a form with files or an image, stays 415."""
    async with serving(embedded, Seen()) as client:
        curl = await post(client, mention(id="1"), Content_Type=FORM)
        form = await post(client, b"id=1&text=hi", Content_Type=FORM)
        for other in ("multipart/form-data; boundary=x", "image/png", "text/html"):
            assert (await post(client, mention(), Content_Type=other)).status_code == 415
        assert [record.value for record in await all_mentions(embedded)] == [mention(id="1")]
    assert (curl.status_code, curl.json()) == (202, {"accepted": 1, "refused": []})
    assert form.status_code == 400
    assert form.json()["refused"][0]["reason"] == "not_json"


async def test_each_refused_mention_has_its_line(embedded: EmbeddedBroker) -> None:
    """The valid ones are taken all the same; where none is valid the answer is 400."""
    seen = Seen()
    async with serving(embedded, seen) as client:
        some = await post(client, b"\n".join([mention(id=""), mention(id="1"), b"{nonsense"]))
        none = await post(client, mention(kind="tweet"))
        assert len(await all_mentions(embedded)) == 1
    assert some.status_code == 202
    assert some.json()["accepted"] == 1
    assert [(line["mention"], line["reason"]) for line in some.json()["refused"]] == [(0, "empty_id"), (2, "not_json")]
    assert none.status_code == 400
    assert none.json()["refused"][0]["detail"].startswith('`kind` is "tweet"; allowed are post')
    assert seen.reasons == {Refusal.EMPTY_ID: 1, Refusal.NOT_JSON: 1, Refusal.BAD_VALUE: 1}


async def test_what_is_wrong_with_a_request_is_said(embedded: EmbeddedBroker) -> None:
    """401, 405, 413 (a gzip bomb too), 415, 400: nothing of it reaches Kafka."""
    bomb = gzip.compress(b" " * (MAX_BODY_BYTES + 10))
    async with serving(embedded, Seen()) as client:
        assert (await post(client, mention(), Authorization="Bearer wrong")).status_code == 401
        assert (await post(client, mention(), Authorization="")).status_code == 401
        assert (await client.get("/v1/mentions")).status_code == 405
        assert (await post(client, b"a" * (MAX_BODY_BYTES + 1))).status_code == 413
        assert (await post(client, bomb, Content_Encoding="gzip")).status_code == 413
        assert (await post(client, mention(), Content_Type="text/html")).status_code == 415
        assert (await post(client, mention(), Content_Encoding="br")).status_code == 415
        for body in (b"", b"[", b"[{]", b"\xff" * 9):
            assert (await post(client, body)).status_code == 400
        assert "gzip" in (await post(client, gzip.compress(mention())[:-9], Content_Encoding="gzip")).json()["error"]
        assert await all_mentions(embedded) == []


async def test_a_live_installation_refuses_the_future(embedded: EmbeddedBroker) -> None:
    """Said at the door, where the sender can mend its clock."""
    async with serving(embedded, Seen(), time="live") as client:
        answer = await post(client, mention(observed_at="2099-01-01T00:00:00Z"))
        assert answer.json()["refused"][0]["reason"] == "future"
        assert (await post(client, mention())).status_code == 202


async def test_too_many_requests_at_once_are_asked_to_come_back(
    embedded: EmbeddedBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """429 with Retry-After."""
    async with serving(embedded, Seen()) as client:
        monkeypatch.setattr(door_module, "MOST_REQUESTS", 0)
        answer = await post(client, mention())
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "1"


async def test_without_kafka_the_sender_is_asked_to_come_back(
    embedded: EmbeddedBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503 with Retry-After: nothing was acknowledged, so nothing is promised."""
    monkeypatch.setattr("streams.sources.sender.TIMEOUT_S", 0.5)
    async with serving(embedded, Seen()) as client:
        embedded.close()
        answer = await post(client, mention())
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"


async def test_a_port_that_is_taken_is_said_in_one_line(embedded: EmbeddedBroker) -> None:
    """With the setting that mends it."""
    async with serving(embedded, Seen()) as client:
        taken = client.base_url.port
        settings = kafka_config(embedded, sources={"http": {"port": taken}})
        with pytest.raises(UsageError, match=r"can't listen on 127.0.0.1:\d+.*sources.http.port"):
            await run_sources(settings, Seen(), asyncio.Event())
