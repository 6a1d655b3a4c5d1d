import socket

import pytest

from hub.kafka.local import ports

pytestmark = pytest.mark.usefixtures("socket_enabled")


def test_free_ports_differ_and_can_be_listened_on() -> None:
    found = ports.free(6)
    assert len(set(found)) == 6
    assert all(ports.is_free(port) for port in found)


def test_a_port_on_which_somebody_listens_is_not_free() -> None:
    with socket.create_server((ports.HOST, 0)) as server:
        assert not ports.is_free(server.getsockname()[1])
