"""Where simulated devices can be reached."""

import os
import socket
import sys

import pytest

from isotimer.link.endpoint import PtyEndpoint, TcpEndpoint

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")


def test_a_terminal_stays_raw_however_often_it_is_opened() -> None:
    import termios

    endpoint = PtyEndpoint()
    try:
        for _ in range(2):
            line = os.open(endpoint.address, os.O_RDWR | os.O_NOCTTY)
            assert not termios.tcgetattr(line)[3] & (termios.ECHO | termios.ICANON)
            endpoint.send(b"ab\n\x03")
            assert os.read(line, 10) == b"ab\n\x03"
            assert endpoint.receive() == b""
            os.close(line)
    finally:
        endpoint.hang_up()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells when a terminal is opened")
def test_a_terminal_knows_its_clients() -> None:
    endpoint = PtyEndpoint()
    try:
        assert endpoint.client() == 0
        for number in (1, 2):
            line = os.open(endpoint.address, os.O_RDWR | os.O_NOCTTY)
            assert endpoint.client() == number
            os.close(line)
            assert endpoint.client() == 0
    finally:
        endpoint.hang_up()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps the number of a terminal")
def test_nobody_else_gets_the_address_of_a_terminal_that_hung_up() -> None:
    gone, other = PtyEndpoint(), None
    address = gone.address
    try:
        gone.hang_up()
        with pytest.raises(FileNotFoundError):
            os.open(address, os.O_RDWR | os.O_NOCTTY)
        other = PtyEndpoint()
        assert other.address != address
        gone.reopen()
        line = os.open(gone.address, os.O_RDWR | os.O_NOCTTY)
        assert gone.client() == 1
        os.close(line)
        assert gone.client() == 0
    finally:
        for endpoint in (gone, other):
            if endpoint is not None:
                endpoint.hang_up()


def test_whole_pieces_are_dropped_oldest_first_when_nobody_reads() -> None:
    endpoint = TcpEndpoint("127.0.0.1", 0)
    host, port = endpoint.address.removeprefix("socket://").split(":")
    pieces = 3000
    with socket.create_connection((host, int(port))) as client:
        client.settimeout(5)
        endpoint.wait(5)
        assert endpoint.client() == 1
        for number in range(pieces):
            endpoint.send(f"{number:05}".encode() * 1000 + b"\n")
        assert endpoint.dropped > 0
        data = b""
        last = f"{pieces - 1:05}".encode() * 1000 + b"\n"
        while not data.endswith(last):
            endpoint.wait(0)
            data += client.recv(1 << 20)
    endpoint.hang_up()
    lines = data.decode().splitlines()
    numbers = [int(line[:5]) for line in lines]
    assert all(line == f"{n:05}" * 1000 for n, line in zip(numbers, lines, strict=True))
    assert numbers == sorted(set(numbers))
    assert len(data) + endpoint.dropped == pieces * 5001
