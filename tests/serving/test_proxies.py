from ipaddress import ip_network
from typing import Any

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from picture.serving.proxies import TrustedProxies, plain_address
from picture.settings import Settings

PROXY = "10.0.0.1"


def seen(headers: dict[str, str], peer: str = PROXY, hops: int = 1) -> Request:
    """Return the request as the application sees it."""
    found: list[Request] = []

    def app(environ: Any, start_response: Any) -> Any:
        found.append(Request(environ))
        return Response()(environ, start_response)

    proxies = TrustedProxies(app, hops, [ip_network("10.0.0.0/8"), ip_network("fd00::/8")])
    Client(proxies).get("/", headers=headers, environ_base={"REMOTE_ADDR": peer}).close()
    return found[0]


FORWARDED = {
    "X-Forwarded-For": "192.0.2.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "ocr.example:8443",
    "X-Forwarded-Prefix": "/ocr",
    "Forwarded": "for=192.0.2.9",
}


@pytest.mark.parametrize("peer", [PROXY, "::ffff:10.0.0.1", "fd00::7"])
def test_a_proxy_is_believed(peer: str) -> None:
    request = seen(FORWARDED, peer)
    assert request.remote_addr == "192.0.2.9"
    assert request.url_root == "https://ocr.example:8443/ocr/"


@pytest.mark.parametrize("peer", ["203.0.113.5", "2001:db8::1", "11.0.0.1", "", "proxy"])
def test_nobody_else_is_believed(peer: str) -> None:
    request = seen(FORWARDED, peer)
    assert request.remote_addr != "192.0.2.9"
    assert request.url_root == "http://localhost/"
    assert not [name for name, _ in request.headers if "Forwarded" in name]


def test_as_many_proxies_are_believed_as_there_are() -> None:
    headers = {"X-Forwarded-For": "6.6.6.6, 192.0.2.9, 10.0.0.2"}
    addresses = [seen(headers, hops=hops).remote_addr for hops in range(5)]
    assert addresses == [PROXY, "10.0.0.2", "192.0.2.9", "6.6.6.6", PROXY]


@pytest.mark.parametrize("forged", ["x", "x" * 8000, "1.2.3", "999.1.1.1", "::g", "a b", "%", "é"])
def test_a_client_that_is_no_address_is_the_proxy_itself(forged: str) -> None:
    assert seen({"X-Forwarded-For": forged}).remote_addr == PROXY


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1:4711", "192.0.2.1"),
        ("2001:DB8::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("[192.0.2.1", None),
        ("192.0.2.1:x", None),
        ("", None),
    ],
)
def test_an_address_loses_port_and_zone(text: str, address: str | None) -> None:
    assert plain_address(text) == address


@pytest.mark.parametrize(
    "hostile",
    [
        {"X-Forwarded-Host": "$(id)"},
        {"X-Forwarded-Host": "a;id"},
        {"X-Forwarded-Host": "a:99999"},
        {"X-Forwarded-Host": "[::1"},
        {"X-Forwarded-Host": "user@evil.test"},
        {"X-Forwarded-Proto": "$(id)"},
        {"X-Forwarded-Proto": "javascript"},
        {"X-Forwarded-Prefix": "/$(id)"},
        {"X-Forwarded-Prefix": "//evil.test"},
        {"X-Forwarded-Prefix": ";id;"},
        {"X-Forwarded-Prefix": "ocr"},
        {"X-Forwarded-Prefix": "/a b"},
        {"X-Forwarded-Prefix": "/é"},
    ],
)
def test_what_cannot_be_true_leaves_the_request_as_it_came(hostile: dict[str, str]) -> None:
    request = seen({"Host": "ocr.example", **hostile})
    assert request.url_root == "http://ocr.example/"


@pytest.mark.parametrize("host", ["$(id)", "a b", "a;id", "", "é"])
def test_a_host_that_cannot_be_true_is_the_servers_own(host: str) -> None:
    assert seen({"Host": host}, peer="203.0.113.5").url_root == "http://localhost/"


def test_by_default_no_address_of_the_open_internet_is_a_proxy() -> None:
    networks = Settings().proxies
    assert [str(network) for network in networks if network.is_global] == []
    assert {"127.0.0.0/8", "::1/128", "172.16.0.0/12"} <= {str(network) for network in networks}
