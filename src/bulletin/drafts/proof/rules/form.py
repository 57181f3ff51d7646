"""Rules on form: brackets and commas, leading zeros, document numbers, full stops."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bulletin.drafts.proof.draft import HAN, Paragraph
from bulletin.drafts.proof.finding import Finding
from bulletin.drafts.proof.reading import Reading

_HALF = re.compile(
    rf"(?<={HAN})\s*[()]|[()]\s*(?={HAN})|\((?=[^()（）\n]*{HAN}[^()（）\n]*[)）])"
    rf"|(?<={HAN}),|,(?={HAN})|(?<=[%）)]),(?=\S)|(?<=[\d%])\)(?=[、，。；])"
    rf"|(?<={HAN});|;(?={HAN})|(?<=[%）)]);|(?<={HAN}):(?=\s*{HAN}|$)|(?<={HAN})\.(?={HAN}|$)"
)
_ZERO = re.compile(r"(?<![0-9A-Za-z.:：/〔\[〕\]】）\-–—])0([1-9])(?=[月日号年个家名份起次条项处座所辆件台人户期批])")
_NUMBER = re.compile(
    rf"(?P<office>{HAN}{{2,12}}(?<![令证许备案告准]))(?P<open>[〔\[【（(［])(?P<year>(?:19|20)\d\d)(?P<close>[〕\]】）)］])"
    r"(?P<ordinal>第)?(?P<zero>0+)?(?P<number>\d{1,4})号"
)
_ENDED = re.compile(r"[。！？：；…!?:;.][”’）)》]*$")
_NO_SENTENCE = re.compile(
    r"^(?:附件|附表|附：|附图|抄送|主送|抄报|表\d|图\d|注：|联系|电话|地址|邮箱|签发|主题词|\*|#|\|)|电话|邮编|邮箱|"
    r"(?:通报|通知|反馈|报告|意见|办法|方案|公告|通告|函|文件|日|局|委员会|办公室|政府|印发|制表|一览表|情况表|统计表|名单)$"
)
_OPENERS = r"20\d\d年(?:度|上半年|下半年|第?[一二三四]季度)?，(?:全|各|我|共|市|县)"
_MISSING = re.compile(
    rf"(?:(?<=[”》])|(?<=\d%)|(?<=\d[家名份个次起条项处人件辆户批]))(?={_OPENERS}|据统计[，：]|经统计[，：]|截至20\d\d年\d+月)"
    rf"|(?<={HAN})(?<![另又再还但而且并至到在自从于对为按是的和与及据将把以年月日经、])(?={_OPENERS}|据统计[，：]|经统计[，：])"
)


_FULL = (("()", "（）", "括号"), (",", "，", "逗号"), (";", "；", "分号"), (":", "：", "冒号"), (".", "。", "句号"))
"""Half-width signs, what they should be, and what these are called."""


def form(reading: Reading) -> Iterator[Finding]:
    """What a typist gets wrong."""
    for paragraph in reading.draft.paragraphs:
        yield from _half_width(reading, paragraph)
        yield from _leading_zero(reading, paragraph)
        yield from _document_number(reading, paragraph)
        if paragraph.kind == "body":
            yield from _full_stop(reading, paragraph)


def _half_width(reading: Reading, paragraph: Paragraph) -> Iterator[Finding]:
    """All of a paragraph are one finding, on the first."""
    found = list(_HALF.finditer(paragraph.raw))
    for kind, right, what in _FULL:
        places = [match.end() - 1 for match in found if match[0].strip() in kind]
        if not places:
            continue
        at = next(n for n, offset in enumerate(paragraph.offsets) if offset >= places[0])
        end = at + 1
        if paragraph.raw[places[0]] == "(":
            close = re.compile("[)）]").search(paragraph.text, at)
            end = close.end() if close and close.end() - at <= 24 else end
        count = len([place for place in places if paragraph.raw[place] not in ")"]) or 1
        more = f"（本段共{count}处）" if count > 1 else ""
        expected = paragraph.said(at, end)
        for half, full in zip(kind, right, strict=True):
            expected = expected.replace(half, full)
        yield reading.finding("format", paragraph, (at, end), expected, f"中文中应使用全角{what}{more}。")


def _leading_zero(reading: Reading, paragraph: Paragraph) -> Iterator[Finding]:
    for match in _ZERO.finditer(paragraph.text):
        yield reading.finding("format", paragraph, match.span(), match[1], f"应写作{match[1]}，不加0。")


def _document_number(reading: Reading, paragraph: Paragraph) -> Iterator[Finding]:
    for match in _NUMBER.finditer(paragraph.text):
        right = f"{match['office']}〔{match['year']}〕{match['number']}号"
        if match[0] != right:
            span = (match.start("open"), match.end())
            expected = right.removeprefix(match["office"])
            yield reading.finding(
                "format", paragraph, span, expected, "发文字号的年份用六角括号〔〕，序号不加“第”和0。"
            )


def _full_stop(reading: Reading, paragraph: Paragraph) -> Iterator[Finding]:
    text = paragraph.text
    for match in _MISSING.finditer(text):
        span = (max(0, match.start() - 6), min(len(text), match.start() + 6))
        expected = f"{text[span[0] : match.start()]}。{text[match.start() : span[1]]}"
        yield reading.finding("format", paragraph, span, expected, "两句之间缺句号。")
    sentence = "，" in text or "。" in text
    heading = (
        re.match(r"(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十\d]+）|\d+[.．、])", text) and "。" not in text
    )
    if len(text) < 15 or not sentence or heading or _ENDED.search(text) or _NO_SENTENCE.search(text):
        return
    span = (len(text) - 6, len(text))
    yield reading.finding("format", paragraph, span, text[span[0] :] + "。", "段末缺句号。")
