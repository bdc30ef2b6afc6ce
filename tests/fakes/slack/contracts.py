"""What Slack publishes of its formats, compiled once: Block Kit's schema and required arguments."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from jsonschema import Draft7Validator

CONTRACTS = Path(__file__).parents[4] / "shared" / "contracts"
BLOCK_KIT = CONTRACTS / "slack-block-kit.schema.json"
WEB_API = CONTRACTS / "slack-web-openapi-2021.json"

ABSENT = f"the contracts of Slack are not in {CONTRACTS}"


def present() -> bool:
    """Whether the contracts are there to be checked."""
    return BLOCK_KIT.exists() and WEB_API.exists()


@cache
def _definitions() -> Mapping[str, Any]:
    definitions: Mapping[str, Any] = json.loads(BLOCK_KIT.read_text(encoding="utf-8"))[
        "definitions"
    ]
    return definitions


def _schema(name: str) -> dict[str, Any]:
    """Return the schema of one definition; each union is narrowed by `type` before."""
    return {"$ref": f"#/definitions/{name}", "definitions": _definitions()}


@cache
def _validator(name: str) -> Draft7Validator:
    """Return what says what is wrong; it takes milliseconds also where all is right."""
    return Draft7Validator(_schema(name))


@cache
def _quick(name: str) -> jsonschema_rs.Draft7Validator:
    """Return what says whether something is wrong, in a fraction of the time."""
    return jsonschema_rs.Draft7Validator(_schema(name))


def _violations(name: str, value: Any) -> Iterator[str]:
    """Yield what one definition says against a value."""
    if not _quick(name).is_valid(value):
        for error in _validator(name).iter_errors(value):
            yield f"{name} {'/'.join(str(step) for step in error.path)}: {error.message[:300]}"


@cache
def _block_names() -> Mapping[str, str]:
    """Return the definition of each type of block."""
    names = {}
    for reference in _definitions()["KnownBlock"]["anyOf"]:
        name = reference["$ref"].rpartition("/")[2]
        definition = _definitions()[name]
        for branch in definition.get("anyOf", [definition]):
            kind = branch.get("properties", {}).get("type", {}).get("const")
            if kind:
                names[kind] = name
    return names


@cache
def _block_violations(text: str) -> tuple[str, ...]:
    block = json.loads(text)
    name = _block_names().get(block.get("type"))
    if name is None:
        return (f"there is no block of type {block.get('type')!r}",)
    return tuple(_violations(name, block))


def block_violations(blocks: list[Any]) -> Iterator[str]:
    """Yield what Block Kit's schema says against blocks."""
    if not present():
        return
    for block in blocks:
        yield from _block_violations(json.dumps(block, sort_keys=True))


def view_violations(view: Mapping[str, Any]) -> Iterator[str]:
    """Yield what Block Kit's schema says against a view."""
    if not present():
        return
    yield from block_violations(view.get("blocks", []))
    name = {"modal": "ModalView", "home": "HomeView"}.get(str(view.get("type")))
    if name is None:
        yield f"there is no view of type {view.get('type')!r}"
        return
    yield from _violations(name, {**view, "blocks": []})


@cache
def required_arguments(method: str) -> frozenset[str]:
    """Return the arguments that a method of the Web API must be given, but the token."""
    if not present():
        return frozenset()
    return _all_required().get(method, frozenset())


@cache
def _all_required() -> Mapping[str, frozenset[str]]:
    paths = json.loads(WEB_API.read_text(encoding="utf-8"))["paths"]
    return {
        path.removeprefix("/"): frozenset(
            parameter["name"]
            for operation in operations.values()
            for parameter in operation.get("parameters", ())
            if parameter.get("required") and parameter["name"] != "token"
        )
        for path, operations in paths.items()
    }
