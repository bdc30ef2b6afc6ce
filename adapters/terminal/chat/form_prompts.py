"""Forms, asked field by field at the prompt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import Completer
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import DummyHistory
from prompt_toolkit.styles import Style

from adapters.terminal.display.device import OWN_TERMINAL, Ends
from adapters.terminal.display.safe import visible, visible_line
from bot.i18n.translator import Translator
from bot.port.form import Field, Form

STYLE = Style.from_dict(
    {
        "prompt": "ansicyan bold",
        "title": "bold",
        "label": "bold",
        "quiet": "ansibrightblack",
        "error": "ansired",
        "bottom-toolbar": "noreverse ansibrightblack",
        "completion-menu.completion.current": "bg:ansicyan fg:ansiblack",
    }
)
"""How prompts look, in the sixteen colours that every terminal has."""

MENU_LINES = 6
"""Lines below a prompt that are kept free for what is offered."""


class FormLeft(Exception):
    """The person does not want to fill in the form any more, or is gone."""


CompleterOf = Callable[[Form, Field, Mapping[str, str]], Completer]
"""Returns what completes a field of a form, given the values of the others."""


async def fill(
    form: Form,
    words: Translator,
    completer_of: CompleterOf | None = None,
    ends: Ends = OWN_TERMINAL,
) -> dict[str, str]:
    """Ask for the fields that hold an error or, where none does, for all of them.

    Returns the values of all fields, those included that were not asked for. Raises FormLeft.
    """
    wrong = [field for field in form.fields if field.error]
    values = {field.name: field.value for field in form.fields}
    title = "" if wrong else form.title
    for field in wrong or form.fields:
        question = _question(field, title, words)
        completer = completer_of(form, field, values) if completer_of is not None else None
        value = await _ask(question, field, completer, words, ends)
        while field.required and not value:
            again = replace(field, error=words.gettext("This cannot be left empty."))
            value = await _ask(_question(again, "", words), again, completer, words, ends)
        values[field.name] = value
        title = ""
    return values


async def _ask(
    question: StyleAndTextTuples,
    field: Field,
    completer: Completer | None,
    words: Translator,
    ends: Ends,
) -> str:
    session: PromptSession[str] = PromptSession(
        question,
        multiline=field.multiline,
        prompt_continuation="  ",
        history=DummyHistory(),
        completer=completer,
        reserve_space_for_menu=MENU_LINES,
        bottom_toolbar=[("", _help(field, words))],
        style=STYLE,
        interrupt_exception=FormLeft,
        input=ends.source,
        output=ends.target,
    )
    try:
        answer = await session.prompt_async(default=visible(field.value), handle_sigint=False)
    except EOFError:
        raise FormLeft from None
    return answer.strip()


def _question(field: Field, title: str, words: Translator) -> StyleAndTextTuples:
    lines: StyleAndTextTuples = []
    if title:
        lines.append(("class:title", f"{visible_line(title)}\n\n"))
    if field.error:
        lines.append(("class:error", f"✗ {visible_line(field.error)}\n"))
    lines.append(("class:label", visible_line(field.label)))
    if field.required:
        lines.append(("class:quiet", f" ({words.gettext('required')})"))
    aside = [visible_line(field.hint)] if field.hint else []
    if field.choices:
        labels = [(one.value, words.pgettext("choice", one.label)) for one in field.choices]
        aside.append(", ".join(visible_line(f"{value} ({label})") for value, label in labels))
    if aside:
        lines.append(("class:quiet", " " + " · ".join(aside)))
    lines.append(("", "\n"))
    lines.append(("class:prompt", "› "))
    return lines


def _help(field: Field, words: Translator) -> str:
    if field.multiline:
        return words.gettext("Esc, then Enter: done · Enter: next line · Ctrl-C: change nothing")
    return words.gettext("Enter: next · Ctrl-C: change nothing")
