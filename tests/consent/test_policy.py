from collections.abc import Callable

import pytest

from consent import gateways, receivers
from consent.errors import ConsentError, PolicyError
from consent.terms import ROLES, VIEWS
from consent.text import Text
from tests.consent.files import POLICY, POLICY_TEXTS, TEXTS, changed, parsed

pytestmark = pytest.mark.wide

CRIME = ("criminal_justice", "cj_summary")
IDENTITY = ("identity", "pnc", "cro", "crn", "prison_number")
LAW = 'not_yet = []\n{rows}\n[groups]\n[purposes]\nnever = []\nsource = "law"\n'


def test_the_digest_changes_with_any_text() -> None:
    digests = {POLICY.digest, parsed().digest}
    assert len(digests) == 1
    assert len(POLICY.digest) == 64
    for file in POLICY_TEXTS:
        digests.add(changed(file, "\n", "\n# one more line\n").digest)
    assert len(digests) == 6


def test_no_view_of_health_or_risk_is_withheld_from_nobody() -> None:
    for kind, rule in POLICY.events.items():
        for view in set(rule.views) & {"health_full", "consent_terms"}:
            assert any(view in POLICY.withheld[kind, role] for role in ROLES)


def test_what_a_role_is_never_given_depends_on_type_and_role_alone() -> None:
    for (kind, role), withheld in POLICY.withheld.items():
        assert [view for view in POLICY.events[kind].views if view not in POLICY.reach[kind, role]] == list(withheld)


def test_duties_travel_with_what_is_given_under_a_gateway() -> None:
    assert POLICY.handling(frozenset({"CONSENT", "DIRECT_CARE"})) == (
        "CARE_ONLY",
        "CONSENT_MAY_END",
        "NO_ONWARD_SHARING",
    )
    assert POLICY.handling(frozenset()) == ()


def test_who_may_publish_what() -> None:
    assert POLICY.publishers()["arrest"] == {"POLICE_CUSTODY", "POLICE_PPU", "POLICE_CONTROL"}
    assert not POLICY.publishers()["consent_grant"] & POLICY.publishers()["arrest"]


def test_every_gateway_cites_its_source() -> None:
    assert all(gateway.source for gateway in parsed().gateways.values())


def test_gateways_are_asked_in_their_order() -> None:
    orders = [gateway.order for gateway in parsed().gateways.values()]
    assert orders == sorted(orders)


def test_a_type_says_whether_to_be_named_in_it_counts_and_which_fact_decides_whom_it_is_for() -> None:
    events = parsed().events
    assert (events["breach"].addressed, events["breach"].aspect) == (True, "stage")
    assert (events["arrest"].addressed, events["arrest"].aspect) == (False, "")
    assert events["consent_grant"].addressed is False


def test_a_gateway_is_asked_first_or_not() -> None:
    assert {gateway.emergency for gateway in parsed().gateways.values()} == {True, False}


def test_what_a_role_can_be_given_of_a_type_in_the_ordinary_way_in_an_emergency_and_never() -> None:
    policy, gp, probation = parsed(), ("arrest", "GP"), ("arrest", "PROB_OM")
    assert policy.due[gp] == set()
    assert policy.reach[gp] == {"identity", "nhs_number", "location", "health_minimum", "self_risk", "adjustments"}
    assert policy.withheld[gp] == ("pnc", "cro", "crn", "prison_number", "custody_number", *CRIME)
    assert policy.due[probation] == {*IDENTITY, "location", *CRIME, "adjustments"}
    assert policy.reach[probation] == policy.due[probation]
    assert policy.withheld[probation] == ("nhs_number", "custody_number", "health_minimum", "self_risk")


def test_identifiers_are_for_whom_identity_is_for_and_for_nobody_else() -> None:
    policy, police = parsed(), ("screening", "POLICE_CUSTODY")
    assert policy.due[police] == {"self_risk", "adjustments"}
    assert policy.reach[police] - policy.due[police] == {"identity", "pnc", "cro", "custody_number", "location"}
    assert policy.reach["service_profile", "GP"] == {"status"}


def test_what_is_asked_first_for_some_types_reaches_nobody_of_another() -> None:
    policy = parsed(gateways=TEXTS["gateways.toml"].replace('events = "any"', 'events = ["concern"]', 5))
    assert policy.reach["arrest", "GP"] == set()
    assert policy.reach["concern", "GP"] == POLICY.reach["concern", "GP"] > policy.due["concern", "GP"]


def test_what_needs_no_sure_identity_for_any_role_needs_it_for_none() -> None:
    probable = parsed().matrix.probable
    assert {role for role, view in probable if view == "self_risk"} == ROLES
    assert {view for role, view in probable if role == "HUB"} == {"self_risk", "staff_safety", "adjustments"}


def test_every_row_that_fits_a_desk_counts() -> None:
    row = '[[arrest.receivers]]\nroles = ["PROB_OM"]\nrelationships = ["ACTIVE"]\nviews = ["self_risk"]\n'
    text = TEXTS["receivers.toml"].replace("[screening]", f"{row}\n[screening]")
    rows = parsed(receivers=text).events["arrest"].rows["PROB_OM", "ACTIVE"]
    assert [len(each.views) for each in rows] == [11, 1]


def test_a_policy_keeps_when_consents_end() -> None:
    assert parsed().expiry == POLICY.expiry


@pytest.mark.parametrize(
    ("read", "file", "text", "told"),
    [
        (gateways.parse, "gateways.toml", LAW.format(rows="gateway = 1"), "line 2: NOT_ROWS in gateway"),
        (gateways.parse, "gateways.toml", LAW.format(rows="gateway = [1]"), "line 2: NOT_ROWS in gateway"),
        (
            gateways.parse,
            "gateways.toml",
            LAW.format(rows="gateway = []\nmore = 1"),
            "line 3: UNKNOWN_FIELD in gateways, more",
        ),
        (receivers.parse, "receivers.toml", "note = 1\n[groups]\n", "line 1: MISSING in note"),
    ],
)
def test_what_should_be_a_table_has_to_be_one(read: Callable[[Text], object], file: str, text: str, told: str) -> None:
    with pytest.raises(PolicyError) as caught:
        read(Text.parse(file, text))
    assert str(caught.value) == f"{file}, {told}"


LINES = """# one
[other]
field = 1
[table]
"field" = [
  "word", "None",
]
last = 2
[[rows]]
field = "word"
[[gateway]]
  id = "NAME"
field = "word"
"""


@pytest.mark.parametrize(
    ("table", "field", "word", "line"),
    [
        ("table", "field", "word", 6),
        ("table", "field", None, 5),
        ("table", "field", "nowhere", 5),
        ("table", "last", "nowhere", 8),
        ("table", "", None, 4),
        ("table", "nowhere", "nowhere", 4),
        ("other", "field", "None", 3),
        ("rows", "field", None, 10),
        ("NAME", "", None, 12),
        ("NAME", "field", "word", 13),
        ("last", "", None, 8),
        ("nowhere", "field", None, 3),
        ("nowhere", "", None, 1),
        ("able", "", None, 1),
    ],
)
def test_a_fault_is_told_at_the_word_or_the_field_or_where_the_table_begins(
    table: str, field: str, word: str | None, line: int
) -> None:
    fault = Text.parse("x.toml", LINES).fault("CODE", table, field, word)
    assert (fault.code, fault.file, fault.table, fault.field, fault.line) == ("CODE", "x.toml", table, field, line)


def test_a_fault_says_no_more_than_is_known_of_its_place() -> None:
    assert str(PolicyError("CODE", "x.toml")) == "x.toml, line 0: CODE"
    assert str(PolicyError("CODE", "x.toml", "table", line=3)) == "x.toml, line 3: CODE in table"
    assert str(PolicyError("CODE", "x.toml", field="field", line=3)) == "x.toml, line 3: CODE in field"
    assert Text.parse("x.toml", "").fault("CODE", "table").field == ""


@pytest.mark.parametrize(("text", "line"), [("[[", 1), ("a = 1\n\na = ", 3), ("a = 1\nb = [\n", 3)])
def test_what_is_no_toml_is_told_with_its_line(text: str, line: int) -> None:
    with pytest.raises(PolicyError) as caught:
        Text.parse("x.toml", text)
    assert str(caught.value) == f"x.toml, line {line}: NOT_TOML"


def test_consent_never_opens_minutes_victims_or_risk() -> None:
    assert not POLICY.gateways["CONSENT"].opens & {"minutes", "victim", "risk", "equality"}


def test_equality_reaches_nobody() -> None:
    assert not any(view == "equality" for _, _, view in (*POLICY.ways, *POLICY.emergencies))


WRONG = [
    ("views.toml", "[who]", "[who", "NOT_TOML"),
    ("views.toml", 'GP             = ["-",    "Y"', 'GP             = ["-",    "X"', "UNKNOWN_SIGN in risk, GP"),
    ("views.toml", 'GP             = ["-",    "Y"', 'GP             = ["-",    1', "UNKNOWN_SIGN in risk, GP"),
    ("views.toml", 'GP             = ["Y",        "Y"', 'GP             = ["Y",        "C"', "UNKNOWN_SIGN in who, GP"),
    (
        "views.toml",
        'GP             = ["-",    "Y",            ',
        'GP             = ["-",    ',
        "ROW_LENGTH in risk, GP",
    ),
    ("views.toml", '\nGP             = ["-",    "Y"', '\nGPS            = ["-",    "Y"', "UNKNOWN_FIELD in risk, GPS"),
    (
        "views.toml",
        '"minutes", "victim", "equality"',
        '"minutes", "victims", "equality"',
        "UNKNOWN_VIEW in risk, columns",
    ),
    ("views.toml", '"minutes", "victim", "equality"', '"minutes", "minutes", "equality"', "TWICE in risk, columns"),
    ("views.toml", 'gateways = ["VITAL", ', 'gateways = ["FATAL", ', "UNKNOWN_GATEWAY in legend, E"),
    ("views.toml", 'means = "never"', 'means = ""', "MISSING in legend, -"),
    ("views.toml", '"-" = { means = "never", gateways = [] }', '"-" = "never"', "NOT_A_TABLE in legend, -"),
    (
        "views.toml",
        'LD_TEAM        = ["identity", "location"',
        'LD             = ["identity", "location"',
        "UNKNOWN_ROLE in probable, LD",
    ),
    ("views.toml", 'any            = ["self_risk"', 'any            = ["self"', "UNKNOWN_VIEW in probable, any"),
    ("receivers.toml", 'publishers = ["POLICE"]', 'publishers = ["PRESS"]', "UNKNOWN_ROLE in arrest, publishers"),
    ("receivers.toml", 'publishers = ["POLICE"]', 'publishers = "POLICE"', "NOT_A_LIST in arrest, publishers"),
    ("receivers.toml", 'publishers = ["POLICE"]', 'publisher = ["POLICE"]', "UNKNOWN_FIELD in arrest, publisher"),
    ("receivers.toml", 'reveals = "criminal_justice"', 'reveals = "crime"', "UNKNOWN_VIEW in arrest, reveals"),
    ("receivers.toml", 'meant = ["cj_summary"', 'meant = ["minutes"', "UNKNOWN_VIEW in arrest, meant"),
    (
        "receivers.toml",
        'relationships = ["ACTIVE"]',
        'relationships = ["FRIEND"]',
        "UNKNOWN_RELATIONSHIP in arrest.receivers, relationships",
    ),
    (
        "receivers.toml",
        'relationships = ["ACTIVE"]',
        'relationships = ["NONE"]',
        "UNKNOWN_RELATIONSHIP in arrest.receivers, relationships",
    ),
    ("receivers.toml", 'views = ["status"]', 'views = ["nhs_number"]', "UNKNOWN_VIEW in referral.receivers, views"),
    (
        "gateways.toml",
        'to = ["LD_TEAM", "MH_TRUST"]',
        'to = ["LD_TEAM", "MH_TRUTS"]',
        "UNKNOWN_ROLE in CUSTODY_CARE, to",
    ),
    ("gateways.toml", 'opens = ["status"]', 'opens = ["state"]', "UNKNOWN_VIEW in CONSENT_NOTICE, opens"),
    ("gateways.toml", 'opens = ["status"]', 'opens = ["nhs_number"]', "UNKNOWN_VIEW in CONSENT_NOTICE, opens"),
    ("gateways.toml", 'needs = ["told"]', 'needs = ["tolled"]', "UNKNOWN_TEST in CONSENT_NOTICE, needs"),
    ("gateways.toml", 'needs = ["told"]', 'needs = ["objection"]', "UNKNOWN_TEST in CONSENT_NOTICE, needs"),
    ("gateways.toml", 'unless = ["objection"]', 'unless = ["object"]', "UNKNOWN_TEST in EMERGENCY_CARE, unless"),
    ("gateways.toml", 'purposes = ["CUSTODY"', 'purposes = ["CUSTARD"', "UNKNOWN_PURPOSE in CUSTODY_CARE, purposes"),
    ("gateways.toml", 'purposes = ["CUSTODY"', 'purposes = ["UNKNOWN"', "UNKNOWN_PURPOSE in CUSTODY_CARE, purposes"),
    (
        "gateways.toml",
        'purposes = ["CUSTODY"',
        'purposes = ["EMPLOYMENT_VETTING"',
        "UNKNOWN_PURPOSE in CUSTODY_CARE, purposes",
    ),
    ("gateways.toml", 'reason = "DIRECT_CARE"', 'reason = "CARE"', "UNKNOWN_REASON in DIRECT_CARE, reason"),
    (
        "gateways.toml",
        'handling = ["SAFETY_ONLY"]',
        'handling = ["SAFETY"]',
        "UNKNOWN_HANDLING in DETAINED_SAFETY, handling",
    ),
    ("gateways.toml", 'events = ["request"]', 'events = ["gossip"]', "UNKNOWN_EVENT in OWN_DATA, events"),
    ("gateways.toml", 'events = ["request"]', 'events = "some"', "NOT_A_LIST in OWN_DATA, events"),
    ("gateways.toml", 'events = ["request"]', "events = []", "NOT_A_LIST in OWN_DATA, events"),
    ("gateways.toml", 'events = ["request"]', "events = [1]", "MISSING in OWN_DATA, events"),
    ("receivers.toml", 'only = ["WARRANT"]', "only = []", "NO_ASPECT in breach.receivers, only"),
    ("receivers.toml", 'only = ["WARRANT"]', 'only = "WARRANT"', "NO_ASPECT in breach.receivers, only"),
    ("receivers.toml", 'only = ["WARRANT"]', "only = [1]", "MISSING in breach.receivers, only"),
    ("receivers.toml", 'needs = ["on_panel"]', 'needs = ["on_pannel"]', "UNKNOWN_TEST in mappa_registration, needs"),
    (
        "receivers.toml",
        'needs = ["need_stated", "ages_served", "need_met"]',
        'needs = ["stated"]',
        "UNKNOWN_TEST in referral.receivers, needs",
    ),
    ("receivers.toml", 'aspect = "stage"', "aspect = 1", "MISSING in breach, aspect"),
    ("gateways.toml", "order = 20\n", "order = 10\n", "DUPLICATE_ORDER in PUBLIC_INTEREST, order"),
    ("gateways.toml", "order = 20\n", 'order = "2"\n', "NOT_A_NUMBER in PUBLIC_INTEREST, order"),
    ("gateways.toml", "emergency = true", 'emergency = "yes"', "NOT_TRUE_OR_FALSE in VITAL, emergency"),
    ("gateways.toml", 'id = "CONSENT_NOTICE"', 'id = "CONSENT"', "DUPLICATE_ID in CONSENT, id"),
    (
        "gateways.toml",
        'handling = ["SAFETY_ONLY"]',
        'lawful = true\nhandling = ["SAFETY_ONLY"]',
        "UNKNOWN_FIELD in DETAINED_SAFETY, lawful",
    ),
    ("gateways.toml", 'source = "Police Act', 'source = "" # "Police Act', "MISSING in purposes, source"),
    ("gateways.toml", "not_yet = [", "later = 1\nnot_yet = [", "UNKNOWN_FIELD in gateways, later"),
    ("gateways.toml", "\n[purposes]", "\n[[purposes]]", "MISSING in purposes"),
    ("receivers.toml", '"identity", "identifiers",', '"identity", "identifier",', "UNKNOWN_VIEW in arrest, views"),
    ("receivers.toml", '"identity", "identifiers",', '"identity", "identifiers", "crn",', "TWICE in arrest, views"),
    (
        "receivers.toml",
        'views = ["identity", "location",',
        'views = ["identity", "identifiers",',
        "UNKNOWN_VIEW in arrest.receivers, views",
    ),
    ("takers.toml", "never = [", "ever = [", "UNKNOWN_FIELD in takers, ever"),
    ("takers.toml", '"POLICE_CONTROL"]', '"POLICE_STATE"]', "UNKNOWN_ROLE in takers, never"),
    ("takers.toml", 'roles = ["PROB_OM"', 'roles = ["PROBATION"', "UNKNOWN_ROLE in taker, roles"),
    ("takers.toml", 'views = "any"', 'views = "all"', "NOT_A_LIST in taker, views"),
    (
        "takers.toml",
        '"identity", "identifiers", "health_minimum"]',
        '"identity", "id"]',
        "UNKNOWN_VIEW in taker, views",
    ),
    ("takers.toml", 'purposes = ["REFERRAL"]', 'purposes = ["REFERALL"]', "UNKNOWN_PURPOSE in taker, purposes"),
    ("takers.toml", "[[taker]]", "[[takers]]", "UNKNOWN_FIELD in takers, takers"),
    ("expiry.toml", "months = 6", "months = 0", "NOT_A_NUMBER in rule, months"),
    ("views.toml", "[legend]", "odd = 1\n[legend]", "MISSING in odd"),
    ("views.toml", 'gateways = ["CONSENT"]', 'gateways = "CONSENT"', "NOT_A_LIST in legend, C"),
    ("views.toml", 'GP             = ["-",    "Y"', 'GP             = "Y" # ["-",    "Y"', "ROW_LENGTH in risk, GP"),
    (
        "views.toml",
        'any            = ["self_risk"',
        'any            = "all" # ["self_risk"',
        "NOT_A_LIST in probable, any",
    ),
    ("receivers.toml", 'roles = ["PROB_OM"]\n', 'roles = ["PROBATION"]\n', "UNKNOWN_ROLE in arrest.receivers, roles"),
    (
        "receivers.toml",
        'relationships = ["ACTIVE"]',
        'relations = ["ACTIVE"]',
        "UNKNOWN_FIELD in arrest.receivers, relations",
    ),
    ("receivers.toml", 'POLICE = ["POLICE_CUSTODY"', 'POLICE = ["POLICE_CUSTARD"', "UNKNOWN_ROLE in groups, POLICE"),
    ("receivers.toml", 'POLICE = ["POLICE_CUSTODY"', 'GP = ["POLICE_CUSTODY"', "SHADOWS_A_ROLE in groups, GP"),
    ("receivers.toml", 'POLICE = ["POLICE_CUSTODY"', 'any = ["POLICE_CUSTODY"', "SHADOWS_A_ROLE in groups, any"),
    ("receivers.toml", 'meant = ["cj_summary"', 'meant = "cj_summary" # "cj_summary"', "NOT_A_LIST in arrest, meant"),
    ("gateways.toml", 'never = ["EMPLOYMENT_VETTING"]', 'never = ["VETTING"]', "UNKNOWN_PURPOSE in purposes, never"),
    ("gateways.toml", 'source = "Police Act', 'sources = "Police Act', "UNKNOWN_FIELD in purposes, sources"),
    ("gateways.toml", 'from = ["MAPPA_RA"]', 'from = ["MAPPA"]', "UNKNOWN_ROLE in MAPPA_ATTENDANCE, from"),
    (
        "gateways.toml",
        'source = "Project rule: the end of',
        'source = "" # "Project rule: the end of',
        "MISSING in DESIGNATION_NOTICE, source",
    ),
    ("takers.toml", '"POLICE_CONTROL"]', '"POLICE_PPU"]', "TWICE in takers, never"),
    (
        "expiry.toml",
        'events = ["order", "concern"]',
        'events = ["order", "gossip"]',
        "UNKNOWN_EVENT in handover, events",
    ),
    ("takers.toml", 'views = "any"', 'view = "any"', "UNKNOWN_FIELD in taker, view"),
]
"""One wrong word each, what is told of it and where: the line is the one where it stands."""

LACKING = [
    ("views.toml", "[legend]", "[legends]", "MISSING in legend"),
    ("views.toml", '\nGP             = ["-",    "Y"', '\n#              = ["-",    "Y"', "MISSING in risk, GP"),
    ("views.toml", '"risk", "staff_safety"', '"status", "staff_safety"', "VIEW_WITHOUT_COLUMN in legend, risk"),
    ("views.toml", 'means = "never"', 'mean = "never"', "UNKNOWN_FIELD in legend, mean"),
    ("views.toml", ", gateways = [] }", " }", "MISSING in legend, gateways"),
    ("receivers.toml", "[groups]", "[group]", "MISSING in groups"),
    ("receivers.toml", 'reveals = "criminal_justice"\n', "", "MISSING in arrest, reveals"),
    ("receivers.toml", "[[arrest.receivers]]", "[arrest.receivers]", "NOT_TOML"),
    (
        "receivers.toml",
        'publishers = ["CONSENT_TAKERS"]',
        'receivers = 1\npublishers = "any"',
        "NOT_ROWS in consent_grant",
    ),
    ("receivers.toml", 'aspect = "stage"\n', "", "NO_ASPECT in breach.receivers, only"),
    ("gateways.toml", '"STATISTICS"', '"CONSENT"', "DUPLICATE_ID in CONSENT, id"),
    ("gateways.toml", 'id = "CONSENT_NOTICE"\n', "", "MISSING in gateway, id"),
    ("gateways.toml", 'id = "CONSENT_NOTICE"', 'id = " "', "MISSING in gateway, id"),
    ("takers.toml", 'purposes = ["REFERRAL"]\n', "", "MISSING in taker, purposes"),
]
"""What is not there where it should be, told of the table that lacks it."""


def named(wrong: list[tuple[str, str, str, str]]) -> list[str]:
    return [f"{n}-{told}" for n, (*_, told) in enumerate(wrong)]


@pytest.mark.parametrize(("file", "old", "new", "told"), WRONG, ids=named(WRONG))
def test_a_policy_that_says_anything_unknown_does_not_load_and_tells_where_it_stands(
    file: str, old: str, new: str, told: str
) -> None:
    with pytest.raises(PolicyError) as caught:
        changed(file, old, new)
    blank = len(old) - len(old.lstrip())
    line = TEXTS[file].count("\n", 0, TEXTS[file].index(old) + blank) + 1
    assert str(caught.value) == f"{file}, line {line}: {told}"


@pytest.mark.parametrize(
    ("file", "old", "place"),
    [("gateways.toml", '"request"]', "OWN_DATA"), ("expiry.toml", '"order", "concern"]', "handover")],
)
def test_in_a_list_of_several_lines_the_line_of_the_word_is_told(file: str, old: str, place: str) -> None:
    with pytest.raises(PolicyError) as caught:
        changed(file, old, '\n  "order",\n  "gossip",\n]')
    line = TEXTS[file].count("\n", 0, TEXTS[file].index(old)) + 3
    assert str(caught.value) == f"{file}, line {line}: UNKNOWN_EVENT in {place}, events"


@pytest.mark.parametrize(("file", "old", "new", "told"), LACKING, ids=named(LACKING))
def test_nor_does_one_that_lacks_anything_and_it_tells_of_what(file: str, old: str, new: str, told: str) -> None:
    with pytest.raises(PolicyError) as caught:
        changed(file, old, new)
    assert str(caught.value) == f"{file}, line {caught.value.line}: {told}"
    assert caught.value.code == told.split(maxsplit=1)[0]
    assert caught.value.line > 0


@pytest.mark.parametrize(
    "field", ["source", "from", "to", "opens", "events", "purposes", "needs", "unless", "order", "reason"]
)
def test_a_gateway_that_lacks_a_field_does_not_load(field: str) -> None:
    row = TEXTS["gateways.toml"].index('[[gateway]]\nid = "DIRECT_CARE"')
    start = TEXTS["gateways.toml"].index(f"\n{field} =", row)
    with pytest.raises(PolicyError) as caught:
        changed("gateways.toml", TEXTS["gateways.toml"][row:], TEXTS["gateways.toml"][row:start] + f"\n#{field}")
    assert caught.value.table == "DIRECT_CARE"


def test_the_names_that_have_no_row_yet_are_a_list() -> None:
    law = TEXTS["gateways.toml"]
    names = law[law.index("not_yet = [") : law.index("]\n\n[purposes]") + 1]
    with pytest.raises(PolicyError, match="NOT_A_LIST in gateways, not_yet"):
        changed("gateways.toml", names, "not_yet = 1")


def test_a_fault_names_file_rule_field_and_line_but_not_the_word() -> None:
    with pytest.raises(PolicyError) as caught:
        changed("gateways.toml", 'needs = ["told"]', 'needs = ["secret word"]')
    line = TEXTS["gateways.toml"][: TEXTS["gateways.toml"].index('needs = ["told"]')].count("\n") + 1
    assert str(caught.value) == f"gateways.toml, line {line}: UNKNOWN_TEST in CONSENT_NOTICE, needs"
    assert isinstance(caught.value, ConsentError)


def test_a_fault_in_a_row_of_the_matrix_names_its_line() -> None:
    with pytest.raises(PolicyError) as caught:
        changed("views.toml", 'CVO            = ["C/P",            "C"', 'CVO            = ["C/P",            "?"')
    line = TEXTS["views.toml"][: TEXTS["views.toml"].index('CVO            = ["C/P"')].count("\n") + 1
    assert (caught.value.table, caught.value.field, caught.value.line) == ("health", "CVO", line)


def test_the_matrix_has_a_cell_for_every_role_and_view() -> None:
    assert {role for role, _ in POLICY.matrix.cells} <= ROLES
    assert {view for _, view in POLICY.matrix.cells} == set(VIEWS) - {"consent_terms"}
