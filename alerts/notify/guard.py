"""An HTTP transport that refuses addresses inside private networks (server-side request forgery, OWASP A10:2021).

1. A host is resolved once; if *any* of its addresses is not public, all of it is refused.
2. The connection goes to the checked address itself, so that a name can't change its mind between check and use (DNS
   rebinding). Certificate and `Host` stay those of the name.
3. No connection is kept: two names behind one address must not share one that was opened under the other's name.

Not public: what `ipaddress` calls not global (private, loopback, link-local, shared, reserved, unspecified), multicast,
and IPv6 forms that carry an IPv4 address to a gateway: NAT64 (RFC 6052, RFC 8215), 6to4 (RFC 3056), Teredo (RFC 4380),
IPv4-compatible (RFC 4291). An IPv4-mapped address is judged as the IPv4 address that it is.
"""

import asyncio
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpx

_GATEWAYS = [IPv6Network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")]
_RESOLVE_S = 5.0
_NO_KEEPALIVE = httpx.Limits(max_connections=50, max_keepalive_connections=0)


class RefusedAddressError(Exception):
    """The host lies in a private network; the text names neither host nor address."""


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether the address belongs to the public internet.

    >>> is_public(ip_address("93.184.216.34")), is_public(ip_address("169.254.169.254"))
    (True, False)
    >>> is_public(ip_address("64:ff9b::7f00:1")), is_public(ip_address("::ffff:10.0.0.1"))
    (False, False)
    """
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if any(address in network for network in _GATEWAYS):
            return False
    return address.is_global and not address.is_multicast


class GuardedTransport(httpx.AsyncBaseTransport):
    """Connects to checked addresses only; with `private_networks` to any."""

    def __init__(self, private_networks: bool = False) -> None:
        """Opens nothing yet. Certificates are always verified, and the environment (proxies) is not asked."""
        self._private_networks = private_networks
        self._inner = httpx.AsyncHTTPTransport(limits=_NO_KEEPALIVE, trust_env=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The response; raises `RefusedAddressError`, or `httpx.ConnectError` if no address of the host answers."""
        host = request.url.host
        addresses = await self._resolve(host, request.url.port or 0)
        if not self._private_networks and not all(map(is_public, addresses)):
            raise RefusedAddressError("the address lies in a private network")
        request.extensions = {**request.extensions, "sni_hostname": host}
        url = request.url
        for address in addresses[:-1]:
            request.url = url.copy_with(host=str(address))
            try:
                return await self._inner.handle_async_request(request)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue  # the next address of the same host
        request.url = url.copy_with(host=str(addresses[-1]))
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Closes what is open."""
        await self._inner.aclose()

    async def _resolve(self, host: str, port: int) -> list[IPv4Address | IPv6Address]:
        try:
            async with asyncio.timeout(_RESOLVE_S):
                found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except TimeoutError as error:
            raise httpx.ConnectTimeout("the host's name isn't resolved in time") from error
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError("the host's name can't be resolved") from error
        return list(dict.fromkeys(ip_address(str(entry[4][0]).partition("%")[0]) for entry in found))
