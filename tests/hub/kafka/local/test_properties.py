from hub.kafka.local.properties import Address, server, text

ONE = [Address(20001, 20002)]
THREE = [*ONE, Address(20003, 20004), Address(20005, 20006)]


def test_one_node_keeps_one_copy() -> None:
    settings = server(1, ONE, {})
    assert settings["default.replication.factor"] == settings["min.insync.replicas"] == "1"
    assert settings["controller.quorum.voters"] == "1@127.0.0.1:20002"


def test_three_nodes_keep_three_copies_and_need_two() -> None:
    settings = server(2, THREE, {})
    copies = {value for name, value in settings.items() if name.endswith("replication.factor")}
    needed = {value for name, value in settings.items() if name.endswith(("min.isr", "min.insync.replicas"))}
    assert (copies, needed) == ({"3"}, {"2"})
    assert settings["unclean.leader.election.enable"] == "false"


def test_each_node_listens_at_its_own_address_and_knows_all_controllers() -> None:
    settings = server(3, THREE, {})
    assert settings["node.id"] == "3"
    assert settings["advertised.listeners"] == "PLAINTEXT://127.0.0.1:20005"
    assert settings["controller.quorum.voters"] == "1@127.0.0.1:20002,2@127.0.0.1:20004,3@127.0.0.1:20006"


def test_the_caller_has_the_last_word() -> None:
    assert server(1, ONE, {"auto.create.topics.enable": "true"})["auto.create.topics.enable"] == "true"


def test_the_file_is_one_java_reads_whatever_the_values_hold() -> None:
    assert text({"b": "x", "a": "back\\slash é"}) == "a=back\\\\slash \\u00e9\nb=x\n"
