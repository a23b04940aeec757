"""What a provider says of groups becomes roles of the named agency, and nothing else."""

from __future__ import annotations

import pytest

from shared.identity.permissions import Role
from shared.identity.role_mapping import RoleMapping, values_of
from shared.settings import SettingsError, load_settings

MAPPING = RoleMapping.parse(
    "binmas = polresta-contoh:coordinator ; binmas=polresta-contoh:secretary;"
    "cn=Kepala,ou=Polres,dc=id=polresta-lain:administrator;"
)


def test_a_value_gives_all_the_roles_that_it_stands_for_in_its_agency_alone() -> None:
    both = {Role.COORDINATOR, Role.SECRETARY}
    assert MAPPING.given("polresta-contoh", ["binmas", "others"]) == both
    assert MAPPING.given("polresta-lain", ["binmas"]) == set()
    assert MAPPING.given("polresta-lain", ["cn=Kepala,ou=Polres,dc=id"]) == {Role.ADMINISTRATOR}
    assert MAPPING.given("polresta-contoh", []) == set()
    assert MAPPING.decided("polresta-contoh") == both
    assert MAPPING.decided("a-third") == set()
    assert RoleMapping.parse("").rules == ()


@pytest.mark.parametrize(
    "wrong",
    [
        "binmas",
        "binmas=polresta-contoh",
        "binmas=:coordinator",
        "=polresta-contoh:coordinator",
        "binmas=Polresta Contoh:coordinator",
        "binmas=polresta-contoh:chief",
        "binmas=polresta-contoh:operator",
        "binmas=polresta-contoh:custodian",
        "binmas=polresta-contoh:public",
        "binmas=polresta-contoh:coordinator, kapolres=polresta-contoh:auditor",
    ],
)
def test_what_cannot_be_meant_is_refused_when_the_process_starts(
    wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEMITRAAN_OIDC_ROLES", wrong)
    with pytest.raises(SettingsError, match=r"KEMITRAAN_OIDC_ROLES is .*value=agency:role"):
        load_settings()


def test_a_scope_asks_for_openid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEMITRAAN_OIDC_SCOPE", "email groups")
    with pytest.raises(SettingsError, match="KEMITRAAN_OIDC_SCOPE"):
        load_settings()


@pytest.mark.parametrize(
    ("claims", "claim", "values"),
    [
        ({"groups": ["a", "b"]}, "groups", {"a", "b"}),
        ({"groups": "a"}, "groups", {"a"}),
        ({"realm": {"roles": ["a"]}}, "realm.roles", {"a"}),
        ({"https://x.example/roles": ["a"]}, "https://x.example/roles", {"a"}),
        ({"groups": ["a", 7, None, ["b"], {"c": "d"}]}, "groups", {"a"}),
        ({"groups": []}, "groups", set()),
        ({"realm": {}}, "realm.roles", set()),
        ({}, "groups", set()),
        ({"groups": {"a": True}}, "groups", None),
        ({"groups": None}, "groups", None),
        ({"realm": "roles"}, "realm.roles", None),
        ({"_claim_names": {"groups": "src1"}}, "groups", None),
        ({"_claim_names": {"others": "src1"}}, "groups", set()),
        ({"_claim_names": "groups"}, "groups", set()),
        ({"hasgroups": True}, "groups", None),
    ],
)
def test_values_are_texts(claims: dict[str, object], claim: str, values: set[str] | None) -> None:
    assert values_of(claims, claim) == values
