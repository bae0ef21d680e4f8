"""What parties and the usual items of agendas are called in the languages of the parties.

The registry has each name in one language; `bodies.py` has those of bodies. What is not here is
called as the events have it.
"""

PARTIES = {
    "china": {
        "ru": "Китай",
        "zh": "中国",
        "kk": "Қытай",
        "ky": "Кытай",
        "tg": "Чин",
        "tk": "Hytaý",
        "uz": "Xitoy",
    },
    "kazakhstan": {
        "ru": "Казахстан",
        "zh": "哈萨克斯坦",
        "kk": "Қазақстан",
        "ky": "Казакстан",
        "tg": "Қазоқистон",
        "tk": "Gazagystan",
        "uz": "Qozogʻiston",
    },
    "kyrgyzstan": {
        "ru": "Кыргызстан",
        "zh": "吉尔吉斯斯坦",
        "kk": "Қырғызстан",
        "ky": "Кыргызстан",
        "tg": "Қирғизистон",
        "tk": "Gyrgyzystan",
        "uz": "Qirgʻiziston",
    },
    "tajikistan": {
        "ru": "Таджикистан",
        "zh": "塔吉克斯坦",
        "kk": "Тәжікстан",
        "ky": "Тажикстан",
        "tg": "Тоҷикистон",
        "tk": "Täjigistan",
        "uz": "Tojikiston",
    },
    "turkmenistan": {
        "ru": "Туркменистан",
        "zh": "土库曼斯坦",
        "kk": "Түрікменстан",
        "ky": "Түркмөнстан",
        "tg": "Туркманистон",
        "tk": "Türkmenistan",
        "uz": "Turkmaniston",
    },
    "uzbekistan": {
        "ru": "Узбекистан",
        "zh": "乌兹别克斯坦",
        "kk": "Өзбекстан",
        "ky": "Өзбекстан",
        "tg": "Ӯзбекистон",
        "tk": "Özbegistan",
        "uz": "Oʻzbekiston",
    },
}
ITEMS = {
    "Adoption of the agenda": {
        "ru": "Утверждение повестки дня",
        "zh": "通过议程",
        "kk": "Күн тәртібін бекіту",
        "ky": "Күн тартибин бекитүү",
        "tg": "Тасдиқи рӯзномаи ҷаласа",
        "tk": "Gün tertibini tassyklamak",
        "uz": "Kun tartibini tasdiqlash",
    },
    "Minutes of the previous meeting": {
        "ru": "Протокол предыдущего заседания",
        "zh": "上次会议纪要",
        "kk": "Алдыңғы отырыстың хаттамасы",
        "ky": "Мурунку жыйындын протоколу",
        "tg": "Суратҷаласаи ҷаласаи қаблӣ",
        "tk": "Öňki mejlisiň teswirnamasy",
        "uz": "Oldingi majlis bayonnomasi",
    },
    "Reports of the mechanisms": {
        "ru": "Доклады механизмов",
        "zh": "各机制的报告",
        "kk": "Тетіктердің баяндамалары",
        "ky": "Механизмдердин баяндамалары",
        "tg": "Гузоришҳои механизмҳо",
        "tk": "Mehanizmleriň hasabatlary",
        "uz": "Mexanizmlarning hisobotlari",
    },
    "Matters carried forward": {
        "ru": "Вопросы, перенесённые с прошлых заседаний",
        "zh": "延续事项",
        "kk": "Алдыңғы отырыстардан көшкен мәселелер",
        "ky": "Мурунку жыйындардан калган маселелер",
        "tg": "Масъалаҳои аз ҷаласаҳои қаблӣ гузашта",
        "tk": "Öňki mejlislerden geçirilen meseleler",
        "uz": "Oldingi majlislardan oʻtgan masalalar",
    },
    "Date and place of the next meeting": {
        "ru": "Дата и место следующего заседания",
        "zh": "下次会议的日期和地点",
        "kk": "Келесі отырыстың күні мен орны",
        "ky": "Кийинки жыйындын күнү жана жери",
        "tg": "Сана ва ҷойи ҷаласаи навбатӣ",
        "tk": "Indiki mejlisiň senesi we ýeri",
        "uz": "Keyingi majlisning sanasi va joyi",
    },
    "Any other business": {
        "ru": "Разное",
        "zh": "其他事项",
        "kk": "Өзге мәселелер",
        "ky": "Башка маселелер",
        "tg": "Масъалаҳои дигар",
        "tk": "Beýleki meseleler",
        "uz": "Boshqa masalalar",
    },
}


def party_in(party: str, language: str, name: str) -> str:
    """What the party with that id is called in `language`: its `name`, where no other is known."""
    return PARTIES.get(party, {}).get(language, name)


def item_in(item: str, language: str) -> str:
    """A numbered item of an agenda, like `1. Adoption of the agenda`, in `language`."""
    number, dot, title = item.partition(". ")
    return f"{number}{dot}{ITEMS.get(title, {}).get(language, title)}"
