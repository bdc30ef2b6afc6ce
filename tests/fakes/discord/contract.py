"""Discord's OpenAPI description: every request is checked against it, one operation at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

CONTRACT = Path(__file__).parents[4] / "shared" / "contracts" / "discord-openapi-v10.json"
ABSENT = f"Discord's OpenAPI is not in {CONTRACT.parent}"

_URI = "urn:discord"
_ANSWERS = "IncomingWebhook"
"""How the names of the schemas begin that answers to interactions have."""


def present() -> bool:
    """Whether the description is there to be checked against."""
    return CONTRACT.exists()


def violations(method: str, path: str, query: Mapping[str, str], body: object) -> Iterator[str]:
    """Yield what Discord's description says against a request."""
    if not present():
        return
    operation = _operation(method.lower(), path)
    if operation is None:
        yield f"{method} {path} is not an operation of Discord's API"
        return
    yield from _query_violations(operation, query)
    schema = (operation.get("requestBody", {}).get("content", {}).get("application/json", {})).get(
        "schema"
    )
    if body is None:
        if operation.get("requestBody", {}).get("required"):
            yield f"{method} {path} has no body"
        return
    if schema is None:
        yield f"{method} {path} takes no JSON"
        return
    said = json.dumps(schema, sort_keys=True)
    if _quick(said).is_valid(body):
        return
    for error in _validator(said).iter_errors(body):
        cause = best_match([error]) or error
        where = "/".join(str(step) for step in cause.absolute_path)
        yield f"{method} {path}: {where}: {cause.message[:300]}"


def _query_violations(operation: Mapping[str, Any], query: Mapping[str, str]) -> Iterator[str]:
    known = {
        each["name"]: each["schema"]
        for each in operation["parameters"]
        if each.get("in") == "query"
    }
    for name, value in query.items():
        if name not in known:
            yield f"{operation['operationId']} takes no “{name}”"
            continue
        schema = _resolved(known[name])
        kinds = schema.get("type", "string")
        typed: object = int(value) if "integer" in kinds and value.isdecimal() else value
        if "boolean" in kinds:
            typed = value == "true"
        for error in _validator(json.dumps(known[name], sort_keys=True)).iter_errors(typed):
            yield f"{operation['operationId']} {name}={value}: {error.message}"


@cache
def _document() -> Mapping[str, Any]:
    document = json.loads(CONTRACT.read_text(encoding="utf-8"))
    schemas = document["components"]["schemas"]
    narrowed = {name: _narrowed(schema, schemas) for name, schema in schemas.items()}
    for name, schema in narrowed.items():
        if name.startswith(_ANSWERS):
            # discord.py puts `tts` and `flags` on changes too, where they mean nothing.
            schema.pop("additionalProperties", None)
    document["components"]["schemas"] = narrowed
    found: Mapping[str, Any] = document
    return found


@cache
def _registry() -> Registry[Any]:
    resource: Resource[Any] = DRAFT202012.create_resource(dict(_document()))
    empty: Registry[Any] = Registry()
    registry: Registry[Any] = empty.with_resource(_URI, resource)
    return registry


@cache
def _operations() -> list[tuple[str, re.Pattern[str], Mapping[str, Any]]]:
    """Return the operations, literal paths before those with places."""
    found = []
    for template, methods in _document()["paths"].items():
        pattern = re.compile(re.sub(r"\\\{\w+\\\}", r"[^/]+", re.escape(template)))
        shared = methods.get("parameters", [])
        for method, operation in methods.items():
            if method != "parameters":
                parameters = [*shared, *operation.get("parameters", [])]
                found.append((method, pattern, {**operation, "parameters": parameters}))
    return sorted(found, key=lambda each: each[1].pattern.count("[^/]+"))


def _operation(method: str, path: str) -> Mapping[str, Any] | None:
    for known, pattern, operation in _operations():
        if known == method and pattern.fullmatch(path):
            return operation
    return None


@cache
def _validator(schema: str) -> Draft202012Validator:
    """Return what says what is wrong; it takes milliseconds also where all is right."""
    return Draft202012Validator(_absolute(schema), registry=_registry())


@cache
def _quick(schema: str) -> jsonschema_rs.Draft202012Validator:
    """Return what says whether something is wrong, in a fraction of the time."""
    return jsonschema_rs.Draft202012Validator(_absolute(schema), registry=_quick_registry())


@cache
def _quick_registry() -> jsonschema_rs.Registry:
    return jsonschema_rs.Registry([(_URI, dict(_document()))], draft=jsonschema_rs.Draft202012)


def _absolute(schema: str) -> Any:
    narrowed = _narrowed(json.loads(schema), _document()["components"]["schemas"])
    return json.loads(json.dumps(narrowed).replace('"#/', f'"{_URI}#/'))


def _resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" in schema:
        found: Mapping[str, Any] = _document()["components"]["schemas"][
            schema["$ref"].rpartition("/")[2]
        ]
        return found
    return schema


def _narrowed(schema: Any, schemas: Mapping[str, Any]) -> Any:
    """Return a schema that tries only the branch of a union that `type` names.

    It says the same, in a fraction of the time, and what it says is to the point. Properties that
    Discord does not describe are refused: they would be a slip of the pen.
    """
    if isinstance(schema, list):
        return [_narrowed(each, schemas) for each in schema]
    if not isinstance(schema, dict):
        return schema
    narrowed = {name: _narrowed(value, schemas) for name, value in schema.items()}
    if "properties" in schema and "additionalProperties" not in schema and "allOf" not in schema:
        narrowed["additionalProperties"] = False
    union = next((name for name in ("oneOf", "anyOf") if name in schema), None)
    if union is None:
        return narrowed
    kinds: dict[int, Any] = {}
    for branch in schema[union]:
        target = schemas.get(branch.get("$ref", "").rpartition("/")[2], {})
        allowed = target.get("properties", {}).get("type", {}).get("enum")
        if not allowed or not kinds.keys().isdisjoint(allowed):
            return narrowed
        kinds |= dict.fromkeys(allowed, branch)
    del narrowed[union]
    narrowed["properties"] = {"type": {"enum": list(kinds)}}
    narrowed["required"] = ["type"]
    narrowed["allOf"] = [
        {"if": {"properties": {"type": {"const": kind}}}, "then": branch}
        for kind, branch in kinds.items()
    ]
    return narrowed
