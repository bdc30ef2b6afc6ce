"""Bytes become the text that was meant, whatever is said of them."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.documents.encoding import decode

KOREAN = "인공지능 모델이 한국어를 잘 이해한다고 연구진이 밝혔다."
JAPANESE = "新しいモデルは日本語をよく理解すると、研究チームが発表した。"
RUSSIAN = "Новая модель хорошо понимает русский язык, сообщили учёные."
CHINESE = "新模型能很好地理解中文，研究人员今天表示。"
FRENCH = "Le modèle a été présenté à Paris : « très réussi », dit l'équipe."


def document(text: str, codec: str, declared: str | None = None) -> bytes:
    said = f' encoding="{declared}"' if declared else ""
    return f'<?xml version="1.0"{said}?><title>{text}</title>'.encode(codec)


@pytest.mark.parametrize(
    ("text", "codec", "declared"),
    [
        (KOREAN, "euc-kr", "euc-kr"),
        (KOREAN + " 똠방각하", "cp949", "ks_c_5601-1987"),
        (JAPANESE, "euc-jp", "EUC-JP"),
        (JAPANESE, "cp932", "Shift_JIS"),
        (JAPANESE, "iso-2022-jp", "iso-2022-jp"),
        (RUSSIAN, "koi8-r", "KOI8-R"),
        (RUSSIAN, "cp1251", "windows-1251"),
        (CHINESE, "gb2312", "gb2312"),
        (FRENCH, "cp1252", "ISO-8859-1"),
        ("“quoted” – €", "cp1252", "iso-8859-1"),
        (KOREAN, "utf-8", "utf-8"),
    ],
)
def test_what_is_declared_holds(text: str, codec: str, declared: str) -> None:
    assert text in decode(document(text, codec, declared))
    assert text in decode(document(text, codec), f"text/xml; charset={declared}")


@pytest.mark.parametrize("declared", ["iso-8859-1", "euc-kr", "utf-16", "zlib", "no-such-thing"])
def test_utf_8_is_utf_8_whatever_is_declared(declared: str) -> None:
    assert KOREAN in decode(document(KOREAN, "utf-8", declared), "text/xml; charset=us-ascii")


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (KOREAN, "cp949"),
        (JAPANESE, "euc-jp"),
        (JAPANESE, "cp932"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (CHINESE, "gb2312"),
        (FRENCH, "cp1252"),
    ],
)
@pytest.mark.parametrize("declared", [None, "utf-8", "hex"])
def test_what_nobody_declares_is_guessed(text: str, codec: str, declared: str | None) -> None:
    assert text in decode(document(text, codec, declared))


@pytest.mark.parametrize(
    ("mark", "codec"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
    ],
)
def test_a_mark_or_the_look_of_two_bytes_a_letter_decides(mark: bytes, codec: str) -> None:
    text = decode(mark + document(KOREAN, codec, "iso-8859-1"))

    assert text.startswith("<?xml")
    assert KOREAN in text


def test_wrong_bytes_do_not_change_the_rest() -> None:
    cut = document(KOREAN, "utf-8").replace("밝".encode(), b"\xeb\xb0")
    mixed = document(JAPANESE * 3, "euc-jp", "euc-jp").replace(b"</title>", b"\xff</title>")

    assert "연구진이 \ufffd혔다." in decode(cut)
    assert JAPANESE * 3 in decode(mixed)


def test_many_wrong_bytes_in_a_short_document_leave_what_can_be_read() -> None:
    broken = document("첫 소식입니다", "utf-8").replace(b"</title>", b"\xff\xfe\xb0\xa1</title>")

    assert "첫 소식입니다\ufffd" in decode(broken)
    assert "caf\xe9 \xfc\xe4" in decode("<title>caf\xe9 \xfc\xe4</title>".encode("latin-1"))


def test_long_documents_are_decoded_in_pieces_without_a_seam() -> None:
    text = KOREAN * 20_000

    assert text in decode(document(text, "utf-8"))
    assert text in decode(document(text, "cp949", "euc-kr"))


@given(st.binary(max_size=400), st.text(max_size=40))
def test_any_bytes_become_some_text(data: bytes, content_type: str) -> None:
    assert isinstance(decode(data, content_type), str)
