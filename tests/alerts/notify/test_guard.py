"""Where a webhook may point."""

import asyncio
import socket
from ipaddress import ip_address
from typing import Any

import httpx
import pytest
from aiohttp import web

from alerts.notify.guard import is_public
from alerts.notify.http import Reply, make_client, post, retry_after_s
from alerts.notify.result import Dead, Retry
from schemas.enums import Channel
from streams.receivers import Receivers
from tests.alerts.notify.conftest import serve


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("127.0.0.1", "loopback"),
        ("10.1.2.3", "private"),
        ("172.16.0.1", "private"),
        ("192.168.1.1", "private"),
        ("169.254.169.254", "link-local: the metadata service of clouds"),
        ("100.64.0.1", "shared by carriers"),
        ("0.0.0.0", "unspecified"),
        ("224.0.0.1", "multicast"),
        ("255.255.255.255", "broadcast"),
        ("::1", "loopback"),
        ("fe80::1", "link-local"),
        ("fd00::1", "unique local"),
        ("ff02::1", "multicast"),
        ("::ffff:127.0.0.1", "IPv4-mapped"),
        ("::127.0.0.1", "IPv4-compatible"),
        ("64:ff9b::7f00:1", "NAT64 of loopback"),
        ("64:ff9b:1::a00:1", "local NAT64"),
        ("2002:7f00:1::", "6to4 of loopback"),
        ("2001:0:7f00:1::", "Teredo"),
    ],
)
def test_addresses_that_lead_inside_are_not_public(address: str, what: str) -> None:
    """Each of these has been used to reach what a firewall hides."""
    assert not is_public(ip_address(address)), what


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34"])
def test_public_addresses_pass(address: str) -> None:
    """The rest of the internet."""
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "LOCALHOST.",
        "[::1]",
        "[::]",
        "0",
        "0.0.0.0",
        "2130706433",
        "017700000001",
        "0177.0.0.1",
        "0x7f000001",
        "0x7f.1",
        "127.1",
        "127.0.0.1.",
        "\u2460\u2461\u2466.0.0.1",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "user@127.0.0.1",
        "example.com@127.0.0.1",
    ],
)
async def test_no_spelling_of_loopback_is_connected_to(host: str, receivers: Receivers) -> None:
    """What the resolver makes of it is judged, not how it is written."""
    async with make_client(private_networks=False) as client:
        result = await post(client, f"http://{host}:{receivers.http_port}/webhook", b"{}")
    assert isinstance(result, Dead | Retry)
    assert receivers.taken == []


async def test_a_host_with_one_private_address_is_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or the second look-up could choose the other one."""
    _resolve_as(monkeypatch, ["93.184.216.34", "127.0.0.1"])
    async with make_client(private_networks=False) as client:
        result = await post(client, "http://innocent.example/", b"{}")
    assert isinstance(result, Dead)
    assert result.reason.startswith("private_address")


async def test_the_checked_address_is_the_one_connected_to(receivers: Receivers, monkeypatch: pytest.MonkeyPatch) -> None:
    """One look-up only; the receiver sees the name that was meant. The next address is tried when one doesn't answer."""
    lookups = _resolve_as(monkeypatch, ["127.0.0.77", "127.0.0.1"])
    async with make_client(private_networks=True) as client:
        result = await post(client, f"http://hook.example:{receivers.http_port}/webhook", b"{}")
    assert isinstance(result, Reply)
    assert lookups == ["hook.example"]
    assert receivers.of(Channel.WEBHOOK)[0].headers["Host"] == f"hook.example:{receivers.http_port}"


async def test_a_second_look_up_that_leads_elsewhere_is_never_made(
    receivers: Receivers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the name leads to one host while it is checked, and to another when it is used."""
    answers = iter(["127.0.0.77", "127.0.0.1"])
    loop = asyncio.get_running_loop()

    async def resolve(host: str, port: int, **more: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    monkeypatch.setattr(loop, "getaddrinfo", resolve)
    async with make_client(private_networks=True) as client:
        result = await post(client, f"http://rebind.example:{receivers.http_port}/webhook", b"{}")
    assert isinstance(result, Retry)
    assert (receivers.taken, next(answers)) == ([], "127.0.0.1")


async def test_proxies_of_the_environment_are_not_asked(receivers: Receivers, monkeypatch: pytest.MonkeyPatch) -> None:
    """One would connect to whatever it is told, and see every secret on its way."""
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with make_client(private_networks=True) as client:
        assert isinstance(await post(client, receivers.url(Channel.WEBHOOK), b"{}"), Reply)


async def test_redirects_are_not_followed(receivers: Receivers, client: httpx.AsyncClient) -> None:
    """A redirect is the way around every check."""

    async def away(_: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": receivers.url(Channel.WEBHOOK)})

    port, runner = await serve(away)
    result = await post(client, f"http://127.0.0.1:{port}/", b"{}")
    await runner.cleanup()
    assert result == Dead("http_307: redirects are not followed")
    assert receivers.taken == []


async def test_an_endless_answer_is_cut_off(client: httpx.AsyncClient) -> None:
    """Two kilobytes are enough to say ok."""

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while request.transport and not request.transport.is_closing():
            await response.write(bytes(4096))
        return response

    port, runner = await serve(endless)
    result = await asyncio.wait_for(post(client, f"http://127.0.0.1:{port}/", b"{}"), 10)
    await runner.cleanup()
    assert isinstance(result, Reply)
    assert len(result.body) <= 2048


@pytest.mark.parametrize("url", ["ftp://example.com/", "http://", "no address", "http://[::1/"])
async def test_an_address_that_is_none_is_dead(url: str, client: httpx.AsyncClient) -> None:
    """Trying again would not help."""
    assert isinstance(await post(client, url, b"{}"), Dead | Retry)


@pytest.mark.parametrize("value", ["-5", "soon", "", "Thu, 99 Jan 1970 00:00:00 GMT"])
def test_a_retry_after_that_asks_for_nothing_is_none(value: str) -> None:
    """A header is a stranger's text too."""
    assert retry_after_s(value, 0) == 0


def _resolve_as(monkeypatch: pytest.MonkeyPatch, addresses: list[str]) -> list[str]:
    """Lets every name resolve to these; returns the list of names asked for."""
    asked: list[str] = []
    loop = asyncio.get_running_loop()
    real = loop.getaddrinfo

    async def resolve(host: str, port: int, **more: Any) -> list[Any]:
        if not host.endswith(".example"):
            return await real(host, port, **more)
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(loop, "getaddrinfo", resolve)
    return asked
