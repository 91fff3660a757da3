"""The OpenAPI description is valid, and nothing that can be made of it brings the API down."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, settings
from jsonschema import Draft202012Validator
from schemathesis.core.errors import InvalidSchema

from core.api.models import Token
from core.members.models import Member
from core.wsgi import application
from tests.rewards.factories import CharityFactory, SessionFactory, fund

ADDRESS = "/api/v1/openapi.json"
EXAMPLES = 25


def described() -> dict[str, Any]:
    answer = Client().get(ADDRESS)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_the_description_can_be_read_by_anyone_and_is_valid() -> None:
    found = described()
    assert found["openapi"].startswith("3.1")
    for schema in found["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    try:
        operations = list(schemathesis.openapi.from_dict(found).get_all_operations())
    except InvalidSchema as error:
        pytest.fail(str(error))
    assert len(operations) == sum(len(methods) for methods in found["paths"].values())


def test_every_operation_says_who_may_and_what_can_go_wrong() -> None:
    for path, methods in described()["paths"].items():
        for method, operation in methods.items():
            assert operation["security"], path
            assert "application/problem+json" in operation["responses"]["401"]["content"]
            keyed = any(parameter["name"] == "Idempotency-Key" for parameter in operation["parameters"])
            assert keyed == (method != "get"), path


@pytest.fixture
def programme(transactional_db: None) -> str:
    """A member with points, a seat to book, a charity; returns a secret that may write."""
    fund(Member.objects.create_user("ada@example.com"), 10_000)
    SessionFactory()
    CharityFactory()
    token = Token(name="fuzz")
    secret = token.renew(Token.Scope.WRITE)
    token.save()
    return secret


def operations() -> list[tuple[str, str]]:
    """All operations of the description, to be tried one by one."""
    from core.api.urls import api

    paths = api.get_openapi_schema(path_prefix="/api/v1/")["paths"]
    return [(method, path) for path, methods in paths.items() for method in methods]


@pytest.mark.parametrize(("method", "path"), operations(), ids=lambda value: value)
def test_whatever_is_sent_gets_an_answer_below_500(programme: str, settings: Any, method: str, path: str) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    schema = schemathesis.openapi.from_wsgi(ADDRESS, application)
    answered: list[int] = []
    run_examples(schema[path][method], programme, answered)
    assert len(answered) >= EXAMPLES // 2
    assert max(answered) < 500


def run_examples(operation: Any, secret: str, answered: list[int]) -> None:
    """Send examples made of an operation's description, and note each answer's status."""
    from hypothesis import given

    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def send(case: Any) -> None:
        answer = case.call(headers={"Authorization": f"Bearer {secret}"})
        assert answer.status_code < 500, (case.as_curl_command(), answer.text[:500])
        if answer.status_code >= 400:
            assert answer.headers["content-type"][0] == "application/problem+json"
        answered.append(answer.status_code)

    send()
