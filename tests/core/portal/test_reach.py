"""Where a portal may lead, over real sockets; and that the connection goes to the address that was judged."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
import socket
import ssl
import threading

import pytest
import requests

from plugin.core.errors import NoConnection, PrivateNetwork
from plugin.core.portal.reach import Depth, depth_by_name, depth_of, look_up
from plugin.core.portal.session import Deadlines, PortalSession
from plugin.core.portal.urls import Origin, parse_url
from tests.portal import Body, PortalContent, Redirect
from tests.portal.tls import Certificates

# In the internet by its number, and routed nowhere: the anycast address of 6to4 relays (RFC 7526).
OUTSIDE = "192.88.99.1"
PORTAL = "http://gis.example.org/portal"
SERVER = "server.example.org"


class Names:
    """A resolver with the answers of a table, the last of which stays; it keeps what it was asked."""

    def __init__(self, **table):
        self.table = {"gis.example.org": [[OUTSIDE]], SERVER: [["127.0.0.1"]]}
        self.table.update({name.replace("_", "."): answers for name, answers in table.items()})
        self.asked = []

    def __call__(self, origin):
        self.asked.append(origin.host)
        answers = self.table.get(origin.host)
        if answers is None:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return answers.pop(0) if len(answers) > 1 else answers[0]


@pytest.fixture
def inside(portal):
    """A server in the private network, which has a file."""
    running = portal(PortalContent())
    running.fault("/secret", Body(b'{"secret": 1}', "application/json"), times=None, origin="stranger")
    return running


@pytest.fixture
def secret(inside):
    """The address of that file, by a public name."""
    return inside.stranger_url.replace("127.0.0.1", SERVER) + "/secret"


def session_of(portal, names, **options):
    return PortalSession(portal, resolver=names, deadlines=Deadlines(1, 1, 3), **options)


def port_of(url):
    return parse_url(url).origin.port


@pytest.mark.parametrize(
    ("address", "depth"),
    [
        ("8.8.8.8", Depth.INTERNET),
        (OUTSIDE, Depth.INTERNET),
        ("2600::1", Depth.INTERNET),
        ("64:ff9b::8.8.8.8", Depth.INTERNET),
        ("2002:808:808::1", Depth.INTERNET),
        ("::ffff:8.8.8.8", Depth.INTERNET),
        ("127.0.0.1", Depth.PRIVATE),
        ("0.0.0.0", Depth.PRIVATE),
        ("10.0.0.7", Depth.PRIVATE),
        ("172.31.255.255", Depth.PRIVATE),
        ("192.168.1.1", Depth.PRIVATE),
        ("100.100.100.200", Depth.PRIVATE),
        ("224.0.0.1", Depth.PRIVATE),
        ("255.255.255.255", Depth.PRIVATE),
        ("::", Depth.PRIVATE),
        ("::1", Depth.PRIVATE),
        ("fc00::7", Depth.PRIVATE),
        ("fd00:ec2::254", Depth.PRIVATE),
        ("fec0::1", Depth.PRIVATE),
        ("ff02::1", Depth.PRIVATE),
        ("::ffff:10.0.0.1", Depth.PRIVATE),
        ("::ffff:7f00:1", Depth.PRIVATE),
        ("::127.0.0.1", Depth.PRIVATE),
        ("64:ff9b::10.0.0.1", Depth.PRIVATE),
        ("2002:7f00:1::", Depth.PRIVATE),
        ("2001:0:7f00:1::", Depth.PRIVATE),
        ("169.254.169.254", Depth.LINK),
        ("fe80::1", Depth.LINK),
        ("fe80::1%eth0", Depth.LINK),
        ("::ffff:169.254.169.254", Depth.LINK),
        ("64:ff9b::a9fe:a9fe", Depth.LINK),
        ("2002:a9fe:a9fe::", Depth.LINK),
    ],
)
def test_how_far_inward_an_address_lies(address, depth):
    assert depth_of(address) is depth


@pytest.mark.parametrize(
    ("host", "depth"),
    [
        ("localhost", Depth.PRIVATE),
        ("localhost.", Depth.PRIVATE),
        ("gis.localhost", Depth.PRIVATE),
        ("gis.localhost.", Depth.PRIVATE),
        ("gisserver", Depth.PRIVATE),
        ("gisserver.", Depth.PRIVATE),
        ("10.0.0.7", Depth.PRIVATE),
        ("gis.example.org", Depth.INTERNET),
        ("gis.example.org.", Depth.INTERNET),
    ],
)
def test_what_a_name_alone_says(host, depth):
    assert depth_by_name(host) is depth


@pytest.mark.parametrize(
    "host",
    ["2130706433", "0x7f000001", "0x7f.1", "017700000001", "127.1", "0177.0.0.1", "127.0.0.1.", "①②⑦.1"],
)
def test_no_odd_spelling_of_an_address_is_sent_anywhere(host):
    with pytest.raises(ValueError):
        parse_url(f"http://{host}/")


@pytest.mark.parametrize("host", ["１２７.０.０.１", "127。0。0。1", "①②⑦.0.0.①"])
def test_other_digits_are_read_before_they_are_judged(host):
    assert parse_url(f"http://{host}/").origin.host == "127.0.0.1"


def test_the_look_up_of_this_computer():
    assert "127.0.0.1" in look_up(Origin("http", "localhost", 80))


@pytest.mark.parametrize("host", ["nowhere.invalid", "a" * 70 + ".example.org", "gis..example.org"])
def test_a_name_that_leads_nowhere(host):
    session = PortalSession("http://127.0.0.1", deadlines=Deadlines(1, 1, 3))
    with pytest.raises(NoConnection, match="was not found"):
        session.get_bytes(f"http://{host}/a.png")


@pytest.mark.parametrize(
    "answers", [["127.0.0.1"], [OUTSIDE, "127.0.0.1"], ["::ffff:127.0.0.1"], ["10.0.0.1", OUTSIDE]]
)
def test_a_public_portal_leads_to_nothing_inside_by_name(transport, inside, secret, answers):
    names = Names(server_example_org=[answers])
    session = session_of(PORTAL, names, transport=transport(None))
    with pytest.raises(PrivateNetwork, match=SERVER) as refused:
        session.get_json(secret)
    assert "private_hosts" in refused.value.next_step
    assert refused.value.values["address"] in answers
    assert refused.value.values["address"] != OUTSIDE
    assert inside.asked() == []


def test_nor_by_a_redirect(inside, secret, portal):
    outside = portal()
    outside.fault("/away", Redirect(secret), times=None, origin="stranger")
    names = Names(public_example_org=[["127.0.0.1"]])
    agreed = lambda _portal, host, _address: host == "public.example.org"  # noqa: E731
    session = session_of(PORTAL, names, consent=agreed)
    with pytest.raises(PrivateNetwork, match=SERVER):
        session.get_json(outside.stranger_url.replace("127.0.0.1", "public.example.org") + "/away")
    assert outside.asked("/away", origin="stranger")
    assert inside.asked() == []


def test_the_link_is_nobodys_to_allow():
    session = session_of(PORTAL, Names(server_example_org=[["169.254.169.254"]]), consent=lambda *_: True)
    with pytest.raises(PrivateNetwork, match="only on this computer's own network link"):
        session.get_json(f"http://{SERVER}/latest/meta-data")


def test_a_portal_inside_may_lead_inside(secret, inside):
    names = Names(gis_example_org=[["127.0.0.1"]])
    assert session_of(PORTAL, names).get_json(secret) == {"secret": 1}
    (asked,) = inside.asked("/secret")
    assert asked.headers["Host"] == f"{SERVER}:{port_of(secret)}"


def test_a_portal_that_answers_with_one_more_address_gains_nothing(secret, inside):
    names = Names(gis_example_org=[["127.0.0.1", OUTSIDE]])
    with pytest.raises(PrivateNetwork):
        session_of(PORTAL, names).get_json(secret)
    assert inside.asked() == []


@pytest.mark.parametrize("own_transport", [True, False])
def test_a_portal_does_not_move_inside_later(transport, inside, secret, own_transport):
    """A session over a transport of one's own looks names up for every request."""
    names = Names(gis_example_org=[[OUTSIDE], ["127.0.0.1"]])
    session = session_of(PORTAL, names, transport=transport(None) if own_transport else None)
    for _ in range(2):
        with pytest.raises(PrivateNetwork):
            session.get_json(secret)
    assert inside.asked() == []


def test_the_portals_own_name_is_judged_like_others(transport, inside):
    names = Names(gis_example_org=[[OUTSIDE], ["127.0.0.1"]])
    session = session_of(PORTAL, names, transport=transport(None) or requests.adapters.HTTPAdapter())
    with pytest.raises(PrivateNetwork, match="refers to “gis.example.org”"):
        session.get_json(inside.stranger_url.replace("127.0.0.1", "gis.example.org") + "/secret")
    assert inside.asked() == []


@pytest.mark.parametrize("answer", [True, False])
def test_the_user_is_asked_once_for_each_host(inside, secret, answer):
    heard = []
    session = session_of(PORTAL, Names(), consent=lambda *asked: heard.append(asked) or answer)
    for _ in range(3):
        if answer:
            assert session.get_json(secret) == {"secret": 1}
        else:
            with pytest.raises(PrivateNetwork):
                session.get_json(secret)
    assert heard == [("gis.example.org", SERVER, "127.0.0.1")]
    assert len(inside.asked("/secret")) == (3 if answer else 0)


# ---- requests' own transport connects to what was judged ---------------------------------------


@contextmanager
def listening(address, port):
    """Counts who connects to `address`, and says nothing."""
    came = []
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen()
        listener.settimeout(0.05)
        done = threading.Event()

        def accept():
            while not done.is_set():
                with suppress(socket.timeout):
                    came.append(listener.accept()[0])

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield came
        finally:
            done.set()
            thread.join()
            for one in came:
                one.close()


def test_a_name_that_moves_inside_after_it_was_judged(inside, secret):
    """The canary is where the name leads from the second look-up on."""
    names = Names(server_example_org=[[OUTSIDE], ["127.0.0.1"]])
    session = session_of(PORTAL, names)
    with pytest.raises(Exception, match="did not answer|was lost|was closed|was not found|refused"):
        session.get_json(secret)
    assert inside.asked() == []
    assert names.asked.count(SERVER) == 1


def test_a_name_that_moves_within_the_private_network(inside, secret):
    names = Names(server_example_org=[["127.0.0.1"], ["127.0.0.2"]])
    with listening("127.0.0.2", port_of(secret)) as canary:
        session = session_of("http://127.0.0.1", names)
        assert session.get_json(secret) == {"secret": 1}
        session.get_adapter("http://").close()  # no connection is kept: the next one looks up again
        assert session.get_json(secret) == {"secret": 1}
        assert canary == []


def test_of_two_addresses_the_one_that_answers(inside, secret):
    names = Names(server_example_org=[["127.0.0.9", "127.0.0.1"]])
    assert session_of("http://127.0.0.1", names).get_json(secret) == {"secret": 1}
    names = Names(server_example_org=[["127.0.0.9", "127.0.0.8"]])
    with pytest.raises(NoConnection, match="refused the connection"):
        session_of("http://127.0.0.1", names).get_json(secret)


def test_a_host_is_looked_up_once_in_a_session(inside, secret):
    names = Names()
    session = session_of("http://127.0.0.1", names)
    with ThreadPoolExecutor(8) as executor:
        answers = list(executor.map(lambda _: session.get_json(secret), range(24)))
    assert answers == [{"secret": 1}] * 24
    assert names.asked == [SERVER]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    made = Certificates(tmp_path_factory.mktemp("authority"))
    made.of_server = made.issue(SERVER, f"subjectAltName=DNS:{SERVER}")
    return made


@contextmanager
def served_by_tls(key_pair):
    """(port, names that were asked for): one answer by https on 127.0.0.1."""
    context, asked = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), []
    context.load_cert_chain(*key_pair)
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer():
            try:
                with context.wrap_socket(listener.accept()[0], server_side=True) as line:
                    line.recv(9999)
                    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            except OSError:
                pass  # a client that does not trust the certificate hangs up

        thread = threading.Thread(target=answer)
        thread.start()
        yield listener.getsockname()[1], asked
        thread.join()


@pytest.mark.parametrize("host", [SERVER, "other.example.org"])
def test_a_certificate_is_that_of_the_name(certificates, host):
    session = session_of("https://127.0.0.1", Names(other_example_org=[["127.0.0.1"]]))
    session.verify = str(certificates.authority)
    with served_by_tls(certificates.of_server) as (port, asked):
        url = f"https://{host}:{port}/"
        if host == SERVER:
            assert session.get_json(url) == {}
        else:
            with pytest.raises(NoConnection, match="certificate"):
                session.ask_unsigned("POST", url, {})
    assert asked == [host]


def test_behind_a_proxy_the_proxy_looks_up(inside):
    names = Names()
    session = session_of(PORTAL, names)
    session.proxies = {"http": "http://127.0.0.1:9"}
    with pytest.raises(NoConnection, match="proxy"):
        session.get_json(f"http://{SERVER}/secret")
    with pytest.raises(PrivateNetwork):
        session.get_json(f"{inside.stranger_url}/secret")
    assert names.asked == []
