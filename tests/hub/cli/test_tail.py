"""How somebody at a terminal reads what a desk was sent."""

from hub.cli.tail import in_lines, in_words

TOLD = {
    "offset": 3,
    "at": "2026-03-02T10:00:00.000Z",
    "type": "arrest",
    "envelope": {"type": "arrest", "marking": None},
    "identity": {"family_name": "Test\n  nhs number: 1", "aliases": ["A", "B"], "living": True},
    "location": {"postcode": None},
    "criminal_justice": {"offences": [{"code": "TH68"}, {"code": "CJ88"}]},
    "withheld": [],
}


def test_each_thing_stands_on_a_line_below_the_view_that_holds_it() -> None:
    assert list(in_lines(TOLD)) == [
        "2026-03-02T10:00:00.000Z  arrest",
        "  envelope:",
        "    type: arrest",
        "  identity:",
        "    family name: Test nhs number: 1",
        "    aliases: A; B",
        "    living: true",
        "  criminal justice:",
        "    offences 1:",
        "      code: TH68",
        "    offences 2:",
        "      code: CJ88",
    ]


def test_in_a_pipe_each_view_is_one_line() -> None:
    assert len(in_words(TOLD).splitlines()) == 1 + len(TOLD) - 3
