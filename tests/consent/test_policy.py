import pytest

from consent.errors import ConsentError, PolicyError
from consent.terms import ROLES, VIEWS
from tests.consent.files import POLICY, POLICY_TEXTS, TEXTS, changed, parsed

pytestmark = pytest.mark.wide


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
    assert all(gateway.source for gateway in POLICY.gateways.values())


def test_consent_never_opens_minutes_victims_or_risk() -> None:
    assert not POLICY.gateways["CONSENT"].opens & {"minutes", "victim", "risk", "equality"}


def test_equality_reaches_nobody() -> None:
    assert not any(view == "equality" for _, _, view in (*POLICY.ways, *POLICY.emergencies))


WRONG = [
    ("views.toml", "[who]", "[who", "NOT_TOML"),
    ("views.toml", "[legend]", "[legends]", "MISSING"),
    ("views.toml", 'GP             = ["-",    "Y"', 'GP             = ["-",    "X"', "UNKNOWN_SIGN"),
    ("views.toml", 'GP             = ["-",    "Y"', 'GP             = ["-",    1', "UNKNOWN_SIGN"),
    ("views.toml", 'GP             = ["Y",        "Y"', 'GP             = ["Y",        "C"', "UNKNOWN_SIGN"),
    ("views.toml", 'GP             = ["-",    "Y",            ', 'GP             = ["-",    ', "ROW_LENGTH"),
    ("views.toml", '\nGP             = ["-",    "Y"', '\nGPS            = ["-",    "Y"', "UNKNOWN_FIELD"),
    ("views.toml", '\nGP             = ["-",    "Y"', '\n#              = ["-",    "Y"', "MISSING"),
    ("views.toml", '"minutes", "victim", "equality"', '"minutes", "victims", "equality"', "UNKNOWN_VIEW"),
    ("views.toml", '"minutes", "victim", "equality"', '"minutes", "minutes", "equality"', "TWICE"),
    ("views.toml", '"risk", "staff_safety"', '"status", "staff_safety"', "VIEW_WITHOUT_COLUMN"),
    ("views.toml", 'gateways = ["VITAL", ', 'gateways = ["FATAL", ', "UNKNOWN_GATEWAY"),
    ("views.toml", 'means = "never"', 'means = ""', "MISSING"),
    ("views.toml", '"-" = { means = "never", gateways = [] }', '"-" = "never"', "NOT_A_TABLE"),
    (
        "views.toml",
        'LD_TEAM        = ["identity", "location"',
        'LD             = ["identity", "location"',
        "UNKNOWN_ROLE",
    ),
    ("views.toml", 'any            = ["self_risk"', 'any            = ["self"', "UNKNOWN_VIEW"),
    ("receivers.toml", "[groups]", "[group]", "MISSING"),
    ("receivers.toml", 'publishers = ["POLICE"]', 'publishers = ["PRESS"]', "UNKNOWN_ROLE"),
    ("receivers.toml", 'publishers = ["POLICE"]', 'publishers = "POLICE"', "NOT_A_LIST"),
    ("receivers.toml", 'publishers = ["POLICE"]', 'publisher = ["POLICE"]', "UNKNOWN_FIELD"),
    ("receivers.toml", 'reveals = "criminal_justice"\n', "", "MISSING"),
    ("receivers.toml", 'reveals = "criminal_justice"', 'reveals = "crime"', "UNKNOWN_VIEW"),
    ("receivers.toml", 'meant = ["cj_summary"', 'meant = ["minutes"', "UNKNOWN_VIEW"),
    ("receivers.toml", 'relationships = ["ACTIVE"]', 'relationships = ["FRIEND"]', "UNKNOWN_RELATIONSHIP"),
    ("receivers.toml", 'relationships = ["ACTIVE"]', 'relationships = ["NONE"]', "UNKNOWN_RELATIONSHIP"),
    ("receivers.toml", 'views = ["status"]', 'views = ["nhs_number"]', "UNKNOWN_VIEW"),
    ("receivers.toml", "[[arrest.receivers]]", "[arrest.receivers]", "NOT_TOML"),
    ("receivers.toml", 'publishers = ["CONSENT_TAKERS"]', 'receivers = 1\npublishers = ["POLICE"]', "NOT_ROWS"),
    ("gateways.toml", 'to = ["LD_TEAM", "MH_TRUST"]', 'to = ["LD_TEAM", "MH_TRUTS"]', "UNKNOWN_ROLE"),
    ("gateways.toml", 'opens = ["status"]', 'opens = ["state"]', "UNKNOWN_VIEW"),
    ("gateways.toml", 'opens = ["status"]', 'opens = ["nhs_number"]', "UNKNOWN_VIEW"),
    ("gateways.toml", 'needs = ["told"]', 'needs = ["tolled"]', "UNKNOWN_TEST"),
    ("gateways.toml", 'needs = ["told"]', 'needs = ["objection"]', "UNKNOWN_TEST"),
    ("gateways.toml", 'unless = ["objection"]', 'unless = ["object"]', "UNKNOWN_TEST"),
    ("gateways.toml", 'purposes = ["CUSTODY"', 'purposes = ["CUSTARD"', "UNKNOWN_PURPOSE"),
    ("gateways.toml", 'purposes = ["CUSTODY"', 'purposes = ["UNKNOWN"', "UNKNOWN_PURPOSE"),
    ("gateways.toml", 'purposes = ["CUSTODY"', 'purposes = ["EMPLOYMENT_VETTING"', "UNKNOWN_PURPOSE"),
    ("gateways.toml", 'reason = "DIRECT_CARE"', 'reason = "CARE"', "UNKNOWN_REASON"),
    ("gateways.toml", 'handling = ["SAFETY_ONLY"]', 'handling = ["SAFETY"]', "UNKNOWN_HANDLING"),
    ("gateways.toml", 'events = ["request"]', 'events = ["gossip"]', "UNKNOWN_EVENT"),
    ("gateways.toml", 'events = ["request"]', 'events = "some"', "NOT_A_LIST"),
    ("gateways.toml", 'events = ["request"]', "events = []", "NOT_A_LIST"),
    ("gateways.toml", 'events = ["request"]', "events = [1]", "MISSING"),
    ("receivers.toml", 'only = ["WARRANT"]', "only = []", "NO_ASPECT"),
    ("receivers.toml", 'only = ["WARRANT"]', 'only = "WARRANT"', "NO_ASPECT"),
    ("receivers.toml", 'only = ["WARRANT"]', "only = [1]", "MISSING"),
    ("receivers.toml", 'needs = ["on_panel"]', 'needs = ["on_pannel"]', "UNKNOWN_TEST"),
    ("receivers.toml", 'needs = ["need_stated", "ages_served", "need_met"]', 'needs = ["stated"]', "UNKNOWN_TEST"),
    ("receivers.toml", 'aspect = "stage"\n', "", "NO_ASPECT"),
    ("receivers.toml", 'aspect = "stage"', "aspect = 1", "MISSING"),
    ("gateways.toml", "order = 20\n", "order = 10\n", "DUPLICATE_ORDER"),
    ("gateways.toml", "order = 20\n", 'order = "2"\n', "NOT_A_NUMBER"),
    ("gateways.toml", "emergency = true", 'emergency = "yes"', "NOT_TRUE_OR_FALSE"),
    ("gateways.toml", 'id = "CONSENT_NOTICE"', 'id = "CONSENT"', "DUPLICATE_ID"),
    ("gateways.toml", '"STATISTICS"', '"CONSENT"', "DUPLICATE_ID"),
    ("gateways.toml", 'id = "CONSENT_NOTICE"\n', "", "MISSING"),
    ("gateways.toml", 'handling = ["SAFETY_ONLY"]', 'handling = ["SAFETY_ONLY"]\nlawful = true', "UNKNOWN_FIELD"),
    ("gateways.toml", 'source = "Police Act', 'source = "" # "Police Act', "MISSING"),
    ("gateways.toml", "not_yet = [", "not_yet = 1\nlater = [", "UNKNOWN_FIELD"),
    ("gateways.toml", "\n[purposes]", "\n[[purposes]]", "MISSING"),
    ("receivers.toml", '"identity", "identifiers",', '"identity", "identifier",', "UNKNOWN_VIEW"),
    ("receivers.toml", '"identity", "identifiers",', '"identity", "identifiers", "crn",', "TWICE"),
    ("receivers.toml", 'views = ["identity", "location",', 'views = ["identity", "identifiers",', "UNKNOWN_VIEW"),
    ("takers.toml", "never = [", "ever = [", "UNKNOWN_FIELD"),
    ("takers.toml", '"POLICE_CONTROL"]', '"POLICE_STATE"]', "UNKNOWN_ROLE"),
    ("takers.toml", 'roles = ["PROB_OM"', 'roles = ["PROBATION"', "UNKNOWN_ROLE"),
    ("takers.toml", 'views = "any"', 'views = "all"', "NOT_A_LIST"),
    ("takers.toml", '"identity", "identifiers", "health_minimum"]', '"identity", "id"]', "UNKNOWN_VIEW"),
    ("takers.toml", 'purposes = ["REFERRAL"]', 'purposes = ["REFERALL"]', "UNKNOWN_PURPOSE"),
    ("takers.toml", 'purposes = ["REFERRAL"]\n', "", "MISSING"),
    ("takers.toml", "[[taker]]", "[[takers]]", "UNKNOWN_FIELD"),
    ("expiry.toml", "months = 6", "months = 0", "NOT_A_NUMBER"),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "code"), WRONG, ids=[f"{n}-{wrong[3]}" for n, wrong in enumerate(WRONG)]
)
def test_a_policy_that_says_anything_unknown_does_not_load(file: str, old: str, new: str, code: str) -> None:
    with pytest.raises(PolicyError) as caught:
        changed(file, old, new)
    assert caught.value.file == file
    assert caught.value.code == code
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
