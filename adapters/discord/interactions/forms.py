"""Forms become modals, and what was sent comes back as arguments.

A modal holds five inputs. Where a form has more fields, the last ones share an input in which
each stands on a line of its own (`tags: llm, paper`), so that nothing has to be left out.
A field whose value is longer than an input takes is left out, and so keeps its value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.discord.cards import components as draw
from adapters.discord.cards import limits
from adapters.discord.cards.components import Component
from adapters.discord.interactions.custom_ids import Mode, Press, seal_one
from bot.i18n.translator import Translator, Translators
from bot.port.fitting import cut, units
from bot.port.form import Field, Form, Kind

SHORT = 1
PARAGRAPH = 2

_TOGETHER = "+"
_LINE = re.compile(r"\s*(?P<name>[^:：]{1,60}?)\s*[:：]\s*(?P<value>.*?)\s*")


class FormTooLarge(Exception):
    """A form has more than a modal can hold."""


def modal(form: Form, words: Translator) -> dict[str, Any]:
    """Return a form as the JSON of a modal. Raises FormTooLarge."""
    custom_id = seal_one(Press(Mode.FORM, form.command, dict(form.hidden)))
    if custom_id is None:
        raise FormTooLarge(form.command)
    fitting = [field for field in form.fields if units(field.value) <= limits.INPUT_VALUE]
    alone, together = _divided(fitting)
    rows = [_labelled(one.label, one.error or one.hint, _input(one, words)) for one in alone]
    while together and units(_shared_value(together)) > limits.INPUT_VALUE:
        together.pop()
    if together:
        rows.append(_shared_row(together, words))
    if len(rows) > limits.MODAL_ROWS:
        raise FormTooLarge(form.command)
    return {
        "custom_id": custom_id,
        "title": cut(form.title, limits.MODAL_TITLE),
        "components": rows,
    }


def sent_arguments(
    components: Sequence[Mapping[str, Any]], translators: Translators
) -> dict[str, str]:
    """Return the arguments that a submitted modal holds, by field."""
    arguments: dict[str, str] = {}
    for row in components:
        inputs = [row["component"]] if "component" in row else row.get("components", ())
        for each in inputs:
            name = str(each.get("custom_id", ""))
            value = each.get("value")
            if value is None:
                value = next(iter(each.get("values") or ()), "")
            if _TOGETHER in name:
                arguments |= _apart(name.split(_TOGETHER), str(value), translators)
            elif name:
                arguments[name] = str(value)
    return arguments


def _divided(fields: Sequence[Field]) -> tuple[list[Field], list[Field]]:
    """Return the fields with an input each, and those that share the last one."""
    if len(fields) <= limits.MODAL_ROWS:
        return list(fields), []
    sharing = [
        field for field in fields if not (field.required or field.multiline or field.choices)
    ]
    together = sharing[-(len(fields) - limits.MODAL_ROWS + 1) :]
    return [field for field in fields if field not in together], together


def _labelled(label: str, description: str, component: Component) -> Component:
    row: Component = {"type": draw.LABEL, "label": cut(label, limits.LABEL), "component": component}
    if description:
        row["description"] = cut(description, limits.LABEL_DESCRIPTION)
    return row


def _input(field: Field, words: Translator) -> Component:
    if field.kind is Kind.CHOICE and 0 < len(field.choices) <= limits.SELECT_OPTIONS:
        return _choice(field, words)
    limit = max(1, min(field.maximum_length, limits.INPUT_VALUE))
    component: Component = {
        "type": draw.TEXT_INPUT,
        "custom_id": field.name,
        "style": PARAGRAPH if field.multiline else SHORT,
        "required": field.required,
        # What the entry has already may be longer than what is asked for.
        "max_length": max(limit, units(field.value)),
    }
    if field.value:
        component["value"] = field.value
    return component


def _choice(field: Field, words: Translator) -> Component:
    return {
        "type": draw.SELECT,
        "custom_id": field.name,
        "required": field.required,
        "min_values": 1 if field.required else 0,
        "max_values": 1,
        "placeholder": cut(field.hint or field.label, limits.PLACEHOLDER),
        "options": [
            {
                "label": cut(words.pgettext("choice", choice.label), limits.OPTION_TEXT),
                "value": choice.value,
                "default": choice.value == field.value,
            }
            for choice in field.choices
        ],
    }


def _shared_row(fields: Sequence[Field], words: Translator) -> Component:
    label = ", ".join(field.label for field in fields)
    errors = " ".join(field.error for field in fields if field.error)
    hint = words.gettext("One per line, as “name: value”.")
    return _labelled(
        label,
        errors or hint,
        {
            "type": draw.TEXT_INPUT,
            "custom_id": _TOGETHER.join(field.name for field in fields),
            "style": PARAGRAPH,
            "required": False,
            "max_length": limits.INPUT_VALUE,
            "value": _shared_value(fields),
        },
    )


def _shared_value(fields: Sequence[Field]) -> str:
    return "\n".join(f"{field.label}: {' '.join(field.value.split())}" for field in fields)


def _apart(names: Sequence[str], text: str, translators: Translators) -> dict[str, str]:
    """Return the fields of a shared input: a field without a line was emptied.

    Names are understood in every language. A line without a known name belongs to the first
    field that is still empty, for whoever typed over the names; what is left over goes to the
    last field, whose reader will say what is wrong with it.
    """
    known = {name.casefold(): name for name in names}
    for words in translators.every():
        known |= {words.pgettext("field", name).casefold(): name for name in names}
    values = dict.fromkeys(names, "")
    loose = []
    for line in text.splitlines():
        found = _LINE.fullmatch(line)
        name = known.get(found["name"].casefold()) if found else None
        if found and name:
            values[name] = found["value"]
        elif line.strip():
            loose.append(line.strip())
    for name in names:
        if loose and not values[name]:
            values[name] = loose.pop(0)
    values[names[-1]] = " ".join([values[names[-1]], *loose]).strip()
    return values
