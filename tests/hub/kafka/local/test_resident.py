import socket

import pytest

from hub.kafka.local import ports
from hub.kafka.local.properties import Address
from hub.kafka.local.resident import choose


@pytest.mark.usefixtures("socket_enabled")
def test_it_listens_where_it_did_last_if_that_is_free() -> None:
    last = Address(*ports.free(2))
    assert choose(last) == last


@pytest.mark.usefixtures("socket_enabled")
def test_it_listens_elsewhere_if_its_last_port_is_taken() -> None:
    last = Address(*ports.free(2))
    with socket.create_server((ports.HOST, last.broker)):
        found = choose(last)
    assert found.broker != last.broker
    assert found.controller == last.controller
