"""The patterns of dates as people write them, and of what stands around one in a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import regex
from babel import Locale

from store.patterns import compiled_later


@dataclass(frozen=True, slots=True)
class DateForms:
    """The forms of dates that begin with a number, and with a name; names of months; what follows.

    `whole` are forms of which a text must consist, for in a line they may be other numbers. `span`
    is the rest of a range, or of a rough date; `closing` what may stand behind a whole text.
    """

    numbered: tuple[re.Pattern[str], ...]
    named: tuple[re.Pattern[str], ...]
    whole: tuple[re.Pattern[str], ...]
    months: Mapping[str, int]
    span: re.Pattern[str]
    weekday: re.Pattern[str]
    closing: re.Pattern[str]


_YEAR, _SHORT = r"(?P<year>[0-9]{4})", r"'?(?P<short>[0-9]{2})"
_MONTH, _DAY = r"(?P<month>[0-9]{1,2})", r"(?P<day>[0-9]{1,2})"
_SAME = r"\s?(?P<same>[./·ㆍ∙・_]|(?<!\s)-(?!\s))\s?"
"""What divides the numbers. A dash with blanks around it divides a date from its title."""
_ALONE = r"(?![0-9])(?!(?!T[0-9]{2})[A-Za-z](?![A-Za-z]))"
"""A letter may follow at once (`2021.2.18Transformers`) unless it goes with the number (`3D`)."""

CLOSING = compiled_later(r"[\s.)\]}>】〕」』》〉\"”=]*")
SEPARATOR = compiled_later(
    r"\s*(?:(?!:[a-z0-9_+-]+:)[:,|;](?![0-9])|[·•∙](?=\s)|-+>?(?=\s)|[→>~])?\s*"
)
_KOREAN_LABEL = (
    "날짜|일시|일자|(?:기사)?입력|승인|업데이트"
    "|(?:게시|등록|작성|(?:최종)?수정|발행|발표|공개|출시)일?"
)
_LABEL = (
    r"(?:(?:last\s)?(?:posted|published|updated?|released|announced|created|added|modified|date)"
    rf"(?:\s(?:on|at))?\s?:?\s+|(?:{_KOREAN_LABEL})\s?:?\s+)"
)
"""What says of a date what happened then."""
BEFORE = compiled_later(
    r"(?V1)(?:\[[ xXvV*/✓✔ㅇ-]?\]|\s|[(\[{<|@=~\"“【〔「『《〈]|:[a-z0-9_+-]+:|[0-9*#]\ufe0f?\u20e3"
    rf"|(?:NEW|HOT|UPDATED?)\b!?[\])]?|(?i:{_LABEL})"
    r"|[[\p{So}\p{Sk}\p{Sm}\p{Po}\p{Mn}\p{Cf}]--[\x00-\x7f]])*",
    how=regex.compile,
)
LISTED = compiled_later(r"'?(?P<short>[0-9]{2})\.\s?(?P<month>[0-9]{1,2})\s?,\s*")
_BEGUN = r"\.?,?\s+(?:at\s)?(?:(?:오전|오후|새벽|아침|낮|저녁|밤|[AP]M)\s?)?"
_HALF = r"\s?[AaPp]\.?[Mm]\b"
TIME = compiled_later(
    rf"(?:(?:T|{_BEGUN})[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:[.,][0-9]+)?)?(?:{_HALF})?"
    rf"|{_BEGUN}[0-9]{{1,2}}(?:{_HALF}|시(?:\s?[0-9]{{1,2}}분)?(?![가-힣]))|T[0-9]{{4,6}})"
    r"(?:\s?\(?(?:(?:UTC|GMT)[+-][0-9]{1,2}|Z|UTC|GMT|KST|JST|[ECMP][SD]T)\b)?"
    r"(?:\s?[+-][0-9]{2}:?[0-9]{2}\b)?"
)


@cache
def date_forms() -> DateForms:
    """Return the forms, with the names that the CLDR has."""
    locales = [Locale.parse(name) for name in ("en", "en_GB", "ko")]
    months = {
        name.casefold(): number
        for locale in locales[:2]
        for width in ("wide", "abbreviated")
        for number, name in locale.months["format"][width].items()
    }
    days = {
        name
        for locale in locales
        for width in ("wide", "abbreviated")
        for name in locale.days["format"][width].values()
    }
    for name in locales[0].days["format"]["wide"].values():
        days |= {name[:length] for length in range(3, len(name))}
        days.add(f"{name[:3]}s")  # Weds
    name = f"(?P<name>{_any(months)})" + r"(?![^\W\d_])\.?"
    other = rf"(?:{_any(months)})(?![^\W\d_])\.?"
    day = _DAY + r"(?:st|nd|rd|th)?\b"
    until = r"(?:st|nd|rd|th)?\b"
    hangul = _any(one for one in days if not one.isascii() and len(one) > 1)
    week = rf"(?:(?:{_any(one for one in days if one.isascii())})\b\.?,?\s+)?"
    year = rf"(?:{_YEAR}|'(?P<short>[0-9]{{2}})){_ALONE}"
    more = r"(?:초순|상순|중순|하순|초|중|말)(?![가-힣])"
    korean = (
        rf"{_MONTH}\s?월(?:\s?{_DAY}(?:\s?[~-]\s?[0-9]{{1,2}})?\s?일|호(?![가-힣]))?"
        rf"(?!(?!부터\s|{more})[가-힣])"
    )
    month_first = (
        rf"{name}\s?{day}(?:\s?-\s?(?:{other}\s)?[0-9]{{1,2}}{until})?(?:\s?[,.]\s?|\s){year}"
    )
    day_first = (
        rf"(?:the\s)?{_DAY}(?:(?:st|nd|rd|th)\b)?(?![0-9])\.?(?:\s?-\s?[0-9]{{1,2}}{until})?"
        rf"(?:\sof\s|\s|-)?{name}(?:\s?-\s?[0-9]{{1,2}}{until}\s{other})?(?:\s?,\s?|\s|-)?{year}"
    )
    return DateForms(
        _compiled(
            rf"{_YEAR}\s?년(?:\s?{korean}|(?=[\s.)\]]*$))",
            rf"{_SHORT}\s?년\s?{korean}",
            rf"(?:{_YEAR}|{_SHORT})\s?[./]\s?{korean}",
            rf"(?:{_YEAR}|{_SHORT})\s?년\s?{_MONTH}\s?[./]\s?{_DAY}{_ALONE}",
            rf"{_YEAR}{_SAME}{_MONTH}\s?(?P=same)\s?{_DAY}{_ALONE}(?!\.[0-9])",
            rf"{_YEAR}{_SAME}{_MONTH}{_ALONE}(?!(?P=same)[0-9])",
            rf"(?P<digits>[0-9]{{8}}|[0-9]{{6}}){_ALONE}",
            rf"{week}{day_first}",
            rf"{_DAY}-{name}-(?P<short>[0-9]{{2}}){_ALONE}",
            rf"{_YEAR}[\s,-]+{name}(?:[\s-]+{day}(?!\s?-|[.,:]?[0-9]))?",
            rf"(?P<first>[0-9]{{1,2}}){_SAME}(?P<second>[0-9]{{1,2}})\s?(?P=same)\s?"
            rf"(?P<third>[0-9]{{4}}){_ALONE}",
            rf"{_MONTH}[/-]{_YEAR}{_ALONE}",
            rf"(?P<first>0?[0-9]|1[0-2])/(?P<second>[0-9]{{1,2}})/(?P<third>[0-9]{{1,2}}){_ALONE}",
            rf"(?!0[0-9]/|1[0-2]/){_SHORT}{_SAME}{_MONTH}\s?(?P=same)\s?{_DAY}{_ALONE}(?!\.[0-9])",
            rf"'(?P<short>[0-9]{{2}})[./-]\s?{_MONTH}{_ALONE}",
            rf"{_YEAR}(?=[\s)\]]|$)",
        ),
        _compiled(
            rf"{week}{month_first}",
            rf"{week}{day_first}",
            rf"(?:{_any(days)})\b\.?,?\s{_YEAR}{_SAME}{_MONTH}(?P=same){_DAY}{_ALONE}",
            rf"{week}{name}\s+{day}\s[0-9:]{{5,8}}(?:\s[A-Z]{{3,4}})?\s{_YEAR}{_ALONE}",
            rf"{name}(?P<same>[-/]){_DAY}(?P=same){_YEAR}{_ALONE}",
            rf"(?:(?:early|mid|late|(?:the\s)?(?:beginning|middle|end)\sof)[\s-])?{name}"
            rf"(?:\s?[-/]\s?{other})?(?:\s?,\s?|\s(?:of\s)?|-)?{year}",
        ),
        _compiled(rf"{_YEAR}(?P<same>,\s?|\s)(?P<month>[0-9]{{2}})(?P=same)(?P<day>[0-9]{{2}})"),
        months,
        compiled_later(
            rf"\s?{more}"
            r"|(?<=월)\s?(?:첫째|둘째|셋째|넷째|다섯째|마지막|제?\s?[1-6](?:번째|째)?)\s?주차?(?![가-힣])"
            r"|(?:\s?~\s?|부터\s)'?(?:(?:[0-9]{4}|[0-9]{2})\s?[.년/-]\s?)?"
            rf"(?:[0-9]{{1,2}}\s?[./월-]\s?)?[0-9]{{1,2}}\s?[일월]?(?:까지)?{_ALONE}"
            rf"|\s?(?:→|-|to)\s?(?i:{other})\s[0-9]{{1,2}}{until},?\s[0-9]{{4}}(?![0-9])"
            r"|(?:\sto\s|/|\s?→\s?)[0-9]{4}([./-])[0-9]{1,2}\1[0-9]{1,2}(?![0-9])"
            r"|(?:(?<=[./][0-9])|(?<=[./][0-9]{2}))-(?:[0-9]{1,2}[./])?[0-9]{1,2}(?![0-9A-Za-z./-])"
            r"|-[0-9]{2}(?![0-9A-Za-z./-])"
            r"|\s-\s[0-9]{4}([./-])[0-9]{1,2}(?:\2[0-9]{1,2})?(?![0-9])"
        ),
        compiled_later(
            rf"[\s.]*[(\[](?:{_any(days)})\.?[)\]]|\s(?:{_any(days)})(?=>)"
            rf"|,?\s?(?:{hangul})(?![가-힣])|\.[월화수목금토일](?![가-힣])"
        ),
        compiled_later(
            rf"(?i)[\s.,]*(?:(?<=[\s,])(?:{_any(days)})\.?(?=[\s)]|$))?"
            rf"[\s.,)\]}}>】〕」』》〉\"”=\p{{So}}\p{{Cf}}\p{{Mn}}]*(?:{_KOREAN_LABEL})?[\s.]*",
            how=regex.compile,
        ),
    )


def _any(names: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(sorted(names), key=len, reverse=True)))


def _compiled(*forms: str) -> tuple[re.Pattern[str], ...]:
    return tuple(compiled_later(form, re.IGNORECASE) for form in forms)
