"""What of a meeting is otherwise than its recipient was told, in the languages of the parties."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from services.icalendar.clocks import span_on_clocks
from services.icalendar.dates import hour_in, hours_in, moment_in, zone_of
from services.icalendar.entry import Entry
from services.icalendar.names import item_in
from services.notices.rules.mail import Kind, Mail


class Changes(NamedTuple):
    """The sentences of one language; `{}` stands for a place or an item of the agenda."""

    moved: str
    place: str
    closed: str
    opened: str
    circulated: str
    adopted: str
    added: str
    removed: str
    withheld: str
    reordered: str


CHANGES = {
    "en": Changes(
        moved="Moved from {before} to {after}",
        place="New place: {}",
        closed="The meeting is restricted now.",
        opened="The meeting is no longer restricted.",
        circulated="The provisional agenda is circulated.",
        adopted="The agenda is adopted.",
        added="Agenda, item added: {}",
        removed="Agenda, item taken off: {}",
        withheld="Agenda: items that go back to restricted meetings are not shown here.",
        reordered="Agenda: the items have another order.",
    ),
    "ru": Changes(
        moved="Перенесено с {before} на {after}",
        place="Новое место: {}",
        closed="Мероприятие теперь закрытое.",
        opened="Мероприятие больше не закрытое.",
        circulated="Разослана предварительная повестка дня.",
        adopted="Повестка дня принята.",
        added="В повестку дня добавлен пункт: {}",
        removed="Из повестки дня исключён пункт: {}",
        withheld="Повестка дня: пункты, связанные с закрытыми заседаниями, здесь не показаны.",
        reordered="Изменён порядок пунктов повестки дня.",
    ),
    "zh": Changes(
        moved="由 {before} 改为 {after}",
        place="新地点：{}",
        closed="会议现为内部会议。",
        opened="会议不再是内部会议。",
        circulated="临时议程已分发。",
        adopted="议程已通过。",
        added="议程新增项目：{}",
        removed="议程删除项目：{}",
        withheld="议程：涉及内部会议的项目不在此显示。",
        reordered="议程项目的顺序有变动。",
    ),
    "kk": Changes(
        moved="Жаңа уақыты: {after}; бұрынғы уақыты: {before}",
        place="Жаңа орны: {}",
        closed="Отырыс енді жабық.",
        opened="Отырыс енді жабық емес.",
        circulated="Алдын ала күн тәртібі таратылды.",
        adopted="Күн тәртібі бекітілді.",
        added="Күн тәртібіне қосылды: {}",
        removed="Күн тәртібінен алынды: {}",
        withheld="Күн тәртібі: жабық отырыстарға қатысты мәселелер мұнда көрсетілмейді.",
        reordered="Күн тәртібіндегі мәселелердің реті өзгерді.",
    ),
    "ky": Changes(
        moved="Жаңы убактысы: {after}; мурдагы убактысы: {before}",
        place="Жаңы жери: {}",
        closed="Жыйын эми жабык.",
        opened="Жыйын эми жабык эмес.",
        circulated="Алдын ала күн тартиби таратылды.",
        adopted="Күн тартиби бекитилди.",
        added="Күн тартибине кошулду: {}",
        removed="Күн тартибинен алынды: {}",
        withheld="Күн тартиби: жабык жыйындарга тиешелүү маселелер бул жерде көрсөтүлбөйт.",
        reordered="Күн тартибиндеги маселелердин ирети өзгөрдү.",
    ),
    "tg": Changes(
        moved="Вақти нав: {after}; вақти қаблӣ: {before}",
        place="Ҷойи нав: {}",
        closed="Ҷаласа акнун пӯшида аст.",
        opened="Ҷаласа дигар пӯшида нест.",
        circulated="Рӯзномаи пешакии ҷаласа ирсол шуд.",
        adopted="Рӯзномаи ҷаласа тасдиқ шуд.",
        added="Ба рӯзномаи ҷаласа илова шуд: {}",
        removed="Аз рӯзномаи ҷаласа хориҷ шуд: {}",
        withheld="Рӯзномаи ҷаласа: масъалаҳои ҷаласаҳои пӯшида ин ҷо нишон дода намешаванд.",
        reordered="Тартиби масъалаҳои рӯзномаи ҷаласа тағйир ёфт.",
    ),
    "tk": Changes(
        moved="Täze wagty: {after}; öňki wagty: {before}",
        place="Täze ýeri: {}",
        closed="Mejlis indi ýapyk.",
        opened="Mejlis indi ýapyk däl.",
        circulated="Deslapky gün tertibi ýaýradyldy.",
        adopted="Gün tertibi tassyklandy.",
        added="Gün tertibine goşuldy: {}",
        removed="Gün tertibinden aýryldy: {}",
        withheld="Gün tertibi: ýapyk mejlislere degişli meseleler bu ýerde görkezilmeýär.",
        reordered="Gün tertibindäki meseleleriň yzygiderliligi üýtgedi.",
    ),
    "uz": Changes(
        moved="Yangi vaqti: {after}; avvalgi vaqti: {before}",
        place="Yangi joyi: {}",
        closed="Majlis endi yopiq.",
        opened="Majlis endi yopiq emas.",
        circulated="Dastlabki kun tartibi tarqatildi.",
        adopted="Kun tartibi tasdiqlandi.",
        added="Kun tartibiga qoʻshildi: {}",
        removed="Kun tartibidan olib tashlandi: {}",
        withheld="Kun tartibi: yopiq majlislarga tegishli masalalar bu yerda koʻrsatilmaydi.",
        reordered="Kun tartibidagi masalalar ketma-ketligi oʻzgardi.",
    ),
}


def changes_in(mail: Mail, language: str) -> list[str]:
    """What is otherwise in an update than its recipient knows; `language` is one of CHANGES."""
    if mail.kind is not Kind.UPDATE or mail.known is None:
        return []
    known, entry, words = mail.known, mail.entry, CHANGES[language]
    return [
        *of_date(known, entry, words, language),
        *of_place(known, entry, words),
        *of_readers(known, entry, words),
        *of_agenda(known, entry, words, language),
    ]


def of_date(known: Entry, entry: Entry, words: Changes, language: str) -> Iterator[str]:
    """Also of a date that went and came back before they heard of it, so that they answer again.

    Zone and offset are said once where they stay.
    """
    before = known.span
    if before == entry.span and known.sequence < entry.sequence and entry.previous:
        before = entry.previous
    before, after = span_on_clocks(before), span_on_clocks(entry.span)
    if before == after:
        return
    alike = zone_of(before.starts) == zone_of(after.starts)
    if before.starts != after.starts:
        in_words = hour_in if alike else moment_in
        was, will = in_words(before.starts, language), in_words(after.starts, language)
    else:
        was, will = hours_in(before, language), hours_in(after, language)
    said = words.moved.format(before=was, after=will)
    yield f"{said} ({zone_of(after.starts)})" if alike else said


def of_place(known: Entry, entry: Entry, words: Changes) -> Iterator[str]:
    if known.place != entry.place:
        yield words.place.format(entry.place)


def of_readers(known: Entry, entry: Entry, words: Changes) -> Iterator[str]:
    if known.restricted != entry.restricted:
        yield words.closed if entry.restricted else words.opened


def of_agenda(known: Entry, entry: Entry, words: Changes, language: str) -> Iterator[str]:
    """By titles: numbers follow from what is added and taken off.

    An item that is withheld now is not called by its title, though it was told before.
    """
    if entry.adopted and not known.adopted:
        yield words.adopted
    if not known.agenda:
        if entry.agenda and not entry.adopted:
            yield words.circulated
        return
    stayed, removed = compared(known.agenda, entry.agenda)
    stays, added = compared(entry.agenda, known.agenda)
    yield from (words.added.format(item_in(item, language)) for item in added)
    withheld, off = compared(removed, entry.withheld)
    yield from (words.removed.format(item_in(item, language)) for item in off)
    if withheld:
        yield words.withheld
    if stayed != stays:
        yield words.reordered


def compared(items: Iterable[str], others: Iterable[str]) -> tuple[list[str], list[str]]:
    """The titles of `items` that are among `others` too, and the items that are not."""
    there = Counter(title_of(item) for item in others)
    both, alone = [], []
    for item in items:
        title = title_of(item)
        if there[title]:
            there[title] -= 1
            both.append(title)
        else:
            alone.append(item)
    return both, alone


def title_of(item: str) -> str:
    return item.partition(". ")[2]
