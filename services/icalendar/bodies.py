"""What bodies and their meetings are called in the languages of the parties.

The registry has each name in English. These are working translations of the names of its bodies;
the full ones, which documents bear, are in the working languages of the format alone. A body that
has another name is called as the events have it.
"""

import re
from collections.abc import Mapping

MINISTERS = re.compile(r"^Heads of | ministers$")
ENGLISH = re.compile(r"(?P<name>.+): meeting (?P<number>\d+) of (?P<year>\d+)")
MEETINGS = {
    "ru": "{name}: {number}-е заседание {year} года",
    "zh": "{name}：{year}年第{number}次会议",
    "kk": "{name}: {year} жылғы {number}-отырыс",
    "ky": "{name}: {year}-жылдын {number}-жыйыны",
    "tg": "{name}: ҷаласаи №{number}, соли {year}",
    "tk": "{name}: {year} ýyl, №{number} mejlis",
    "uz": "{name}: {year}-yilning {number}-majlisi",
}
OF_HEADS_OF_STATE = {
    "ru": "{name}: {number}-й саммит {year} года",
    "zh": "{name}：{year}年第{number}次会晤",
}
OF_MINISTERS = {
    "ru": "{name}: {number}-я встреча {year} года",
    "zh": "{name}：{year}年第{number}次会晤",
}
NAMES = {
    "Heads of state": {
        "ru": "Главы государств",
        "zh": "元首会晤",
        "kk": "Мемлекет басшылары",
        "ky": "Мамлекет башчылары",
        "tg": "Сарони давлатҳо",
        "tk": "Döwlet baştutanlary",
        "uz": "Davlat rahbarlari",
    },
    "Foreign ministers": {
        "ru": "Министры иностранных дел",
        "zh": "外长会晤",
        "kk": "Сыртқы істер министрлері",
        "ky": "Тышкы иштер министрлери",
        "tg": "Вазирони корҳои хориҷӣ",
        "tk": "Daşary işler ministrleri",
        "uz": "Tashqi ishlar vazirlari",
    },
    "Economy and trade ministers": {
        "ru": "Министры экономики и торговли",
        "zh": "经贸部长会晤",
        "kk": "Экономика және сауда министрлері",
        "ky": "Экономика жана соода министрлери",
        "tg": "Вазирони иқтисод ва савдо",
        "tk": "Ykdysadyýet we söwda ministrleri",
        "uz": "Iqtisodiyot va savdo vazirlari",
    },
    "Industry and investment ministers": {
        "ru": "Министры промышленности и инвестиций",
        "zh": "产业与投资部长会晤",
        "kk": "Өнеркәсіп және инвестиция министрлері",
        "ky": "Өнөр жай жана инвестиция министрлери",
        "tg": "Вазирони саноат ва сармоягузорӣ",
        "tk": "Senagat we maýa goýum ministrleri",
        "uz": "Sanoat va investitsiyalar vazirlari",
    },
    "Agriculture ministers": {
        "ru": "Министры сельского хозяйства",
        "zh": "农业部长会晤",
        "kk": "Ауыл шаруашылығы министрлері",
        "ky": "Айыл чарба министрлери",
        "tg": "Вазирони кишоварзӣ",
        "tk": "Oba hojalyk ministrleri",
        "uz": "Qishloq xoʻjaligi vazirlari",
    },
    "Emergency cooperation": {
        "ru": "Сотрудничество в чрезвычайных ситуациях",
        "zh": "应急管理合作",
        "kk": "Төтенше жағдайлардағы ынтымақтастық",
        "ky": "Өзгөчө кырдаалдардагы кызматташтык",
        "tg": "Ҳамкорӣ дар ҳолатҳои фавқулода",
        "tk": "Adatdan daşary ýagdaýlarda hyzmatdaşlyk",
        "uz": "Favqulodda vaziyatlarda hamkorlik",
    },
    "Transport ministers": {
        "ru": "Министры транспорта",
        "zh": "交通部长会晤",
        "kk": "Көлік министрлері",
        "ky": "Транспорт министрлери",
        "tg": "Вазирони нақлиёт",
        "tk": "Ulag ministrleri",
        "uz": "Transport vazirlari",
    },
    "Education ministers": {
        "ru": "Министры образования",
        "zh": "教育部长会晤",
        "kk": "Білім министрлері",
        "ky": "Билим берүү министрлери",
        "tg": "Вазирони маориф",
        "tk": "Bilim ministrleri",
        "uz": "Taʼlim vazirlari",
    },
    "Energy cooperation": {
        "ru": "Энергетическое сотрудничество",
        "zh": "能源合作",
        "kk": "Энергетикалық ынтымақтастық",
        "ky": "Энергетикалык кызматташтык",
        "tg": "Ҳамкории энергетикӣ",
        "tk": "Energetika hyzmatdaşlygy",
        "uz": "Energetika hamkorligi",
    },
    "Heads of customs": {
        "ru": "Руководители таможенных служб",
        "zh": "海关署长会晤",
        "kk": "Кеден қызметтерінің басшылары",
        "ky": "Бажы кызматтарынын жетекчилери",
        "tg": "Роҳбарони хадамоти гумрукӣ",
        "tk": "Gümrük gulluklarynyň ýolbaşçylary",
        "uz": "Bojxona xizmatlari rahbarlari",
    },
    "Political parties dialogue": {
        "ru": "Диалог политических партий",
        "zh": "政党对话会",
        "kk": "Саяси партиялар диалогы",
        "ky": "Саясий партиялардын диалогу",
        "tg": "Муколамаи ҳизбҳои сиёсӣ",
        "tk": "Syýasy partiýalaryň dialogy",
        "uz": "Siyosiy partiyalar muloqoti",
    },
    "Administrative academies network": {
        "ru": "Сеть академий государственного управления",
        "zh": "行政学院合作网络",
        "kk": "Мемлекеттік басқару академияларының желісі",
        "ky": "Мамлекеттик башкаруу академияларынын тармагы",
        "tg": "Шабакаи академияҳои идоракунии давлатӣ",
        "tk": "Döwlet dolandyryş akademiýalarynyň tory",
        "uz": "Davlat boshqaruvi akademiyalari tarmogʻi",
    },
    "Business Council": {
        "ru": "Деловой совет",
        "zh": "实业家委员会",
        "kk": "Іскерлік кеңес",
        "ky": "Ишкердик кеңеш",
        "tg": "Шӯрои соҳибкорон",
        "tk": "Işewürler geňeşi",
        "uz": "Ishbilarmonlar kengashi",
    },
    "Cooperation Forum": {
        "ru": "Форум сотрудничества",
        "zh": "合作论坛",
        "kk": "Ынтымақтастық форумы",
        "ky": "Кызматташтык форуму",
        "tg": "Форуми ҳамкорӣ",
        "tk": "Hyzmatdaşlyk forumy",
        "uz": "Hamkorlik forumi",
    },
    "Regional Cooperation Forum": {
        "ru": "Форум регионального сотрудничества",
        "zh": "地方合作论坛",
        "kk": "Өңірлік ынтымақтастық форумы",
        "ky": "Аймактык кызматташтык форуму",
        "tg": "Форуми ҳамкории минтақаҳо",
        "tk": "Sebitara hyzmatdaşlyk forumy",
        "uz": "Hududiy hamkorlik forumi",
    },
    "Industry and Investment Forum": {
        "ru": "Промышленно-инвестиционный форум",
        "zh": "产业与投资合作论坛",
        "kk": "Өнеркәсіп және инвестиция форумы",
        "ky": "Өнөр жай жана инвестиция форуму",
        "tg": "Форуми саноат ва сармоягузорӣ",
        "tk": "Senagat we maýa goýum forumy",
        "uz": "Sanoat va investitsiya forumi",
    },
    "Think Tanks Forum": {
        "ru": "Форум аналитических центров",
        "zh": "智库论坛",
        "kk": "Сараптама орталықтарының форумы",
        "ky": "Аналитикалык борборлордун форуму",
        "tg": "Форуми марказҳои таҳлилӣ",
        "tk": "Seljeriş merkezleriniň forumy",
        "uz": "Tahliliy markazlar forumi",
    },
    "E-commerce dialogue": {
        "ru": "Диалог по электронной торговле",
        "zh": "电子商务合作对话",
        "kk": "Электрондық сауда жөніндегі диалог",
        "ky": "Электрондук соода боюнча диалог",
        "tg": "Муколама оид ба тиҷорати электронӣ",
        "tk": "Elektron söwda boýunça dialog",
        "uz": "Elektron tijorat boʻyicha muloqot",
    },
    "Health Industry Alliance": {
        "ru": "Альянс индустрии здоровья",
        "zh": "健康产业联盟",
        "kk": "Денсаулық индустриясы альянсы",
        "ky": "Ден соолук индустриясынын альянсы",
        "tg": "Иттиҳоди соҳаи тандурустӣ",
        "tk": "Saglyk senagaty bileleşigi",
        "uz": "Sogʻliqni saqlash sanoati alyansi",
    },
    "News Agencies Forum": {
        "ru": "Форум информационных агентств",
        "zh": "通讯社论坛",
        "kk": "Ақпарат агенттіктерінің форумы",
        "ky": "Маалымат агенттиктеринин форуму",
        "tg": "Форуми агентиҳои иттилоотӣ",
        "tk": "Habar agentlikleriniň forumy",
        "uz": "Axborot agentliklari forumi",
    },
}
FULL_NAMES = {
    "Central Asia - China mechanism of meetings of the heads of state (the Summit)": {
        "ru": "Механизм встреч глав государств «Центральная Азия – Китай» (Саммит)",
        "zh": "中国－中亚元首会晤机制（峰会）",
    },
    "Central Asia - China mechanism of foreign ministers' meetings": {
        "ru": "Механизм встреч министров иностранных дел «Центральная Азия – Китай»",
        "zh": "中国－中亚外长会晤机制",
    },
    "Central Asia - China mechanism of meetings of economy and trade ministers": {
        "ru": "Механизм встреч министров экономики и торговли «Центральная Азия – Китай»",
        "zh": "中国－中亚经贸部长会晤机制",
    },
    "Central Asia - China mechanism of meetings of the ministers responsible for industrial and "
    "investment cooperation": {
        "ru": "Механизм встреч министров, ответственных за промышленное и инвестиционное "
        "сотрудничество, «Центральная Азия – Китай»",
        "zh": "中国－中亚产业与投资合作部长级会晤机制",
    },
    "Central Asia - China mechanism of agriculture ministers' meetings": {
        "ru": "Механизм встреч министров сельского хозяйства «Центральная Азия – Китай»",
        "zh": "中国－中亚农业部长会晤机制",
    },
    "Central Asia - China mechanism for cooperation in emergency situations": {
        "ru": "Механизм сотрудничества в чрезвычайных ситуациях «Центральная Азия – Китай»",
        "zh": "中国－中亚应急管理合作机制",
    },
    "Central Asia - China mechanism of transport ministers' meetings": {
        "ru": "Механизм встреч министров транспорта «Центральная Азия – Китай»",
        "zh": "中国－中亚交通部长会晤机制",
    },
    "Central Asia - China mechanism of education ministers' meetings": {
        "ru": "Механизм встреч министров образования «Центральная Азия – Китай»",
        "zh": "中国－中亚教育部长会晤机制",
    },
    "Central Asia - China energy cooperation mechanism": {
        "ru": "Механизм энергетического сотрудничества «Центральная Азия – Китай»",
        "zh": "中国－中亚能源合作机制",
    },
    "Central Asia - China mechanism of meetings of the heads of customs services": {
        "ru": "Механизм встреч руководителей таможенных служб «Центральная Азия – Китай»",
        "zh": "中国－中亚海关署长会晤机制",
    },
    "Central Asia - China dialogue of political parties": {
        "ru": "Диалог политических партий «Центральная Азия – Китай»",
        "zh": "中国－中亚政党对话会",
    },
    "Central Asia - China cooperation network of national academies of public administration": {
        "ru": "Сеть сотрудничества национальных академий государственного управления "
        "«Центральная Азия – Китай»",
        "zh": "中国－中亚国家行政学院合作网络",
    },
    "Central Asia - China Business Council": {
        "ru": "Деловой совет «Центральная Азия – Китай»",
        "zh": "中国－中亚实业家委员会",
    },
    "Central Asia - China Cooperation Forum": {
        "ru": "Форум сотрудничества «Центральная Азия – Китай»",
        "zh": "中国－中亚合作论坛",
    },
    "Central Asia - China Regional Cooperation Forum": {
        "ru": "Форум регионального сотрудничества «Центральная Азия – Китай»",
        "zh": "中国－中亚地方合作论坛",
    },
    "Central Asia - China forum on industrial and investment cooperation": {
        "ru": "Форум по промышленному и инвестиционному сотрудничеству «Центральная Азия – Китай»",
        "zh": "中国－中亚产业与投资合作论坛",
    },
    "Central Asia - China forum of think tanks": {
        "ru": "Форум аналитических центров «Центральная Азия – Китай»",
        "zh": "中国－中亚智库论坛",
    },
    "Central Asia - China dialogue mechanism on e-commerce cooperation": {
        "ru": "Механизм диалога по сотрудничеству в электронной торговле «Центральная Азия – "
        "Китай»",
        "zh": "中国－中亚电子商务合作对话机制",
    },
    "Central Asia - China Health Industry Alliance": {
        "ru": "Альянс индустрии здоровья «Центральная Азия – Китай»",
        "zh": "中国－中亚健康产业联盟",
    },
    "Central Asia - China forum of news agencies": {
        "ru": "Форум информационных агентств «Центральная Азия – Китай»",
        "zh": "中国－中亚通讯社论坛",
    },
}
ANY_NAMES = NAMES | FULL_NAMES


def body_in(name: str, language: str) -> str:
    """What the body with that name, short or full, is called in `language`."""
    return ANY_NAMES.get(name, {}).get(language, name)


def title_of(name: str, number: int, year: int) -> str:
    """What a meeting is called, in English, that nobody has called otherwise."""
    return f"{name}: meeting {number} of {year}"


def title_in(title: str, language: str) -> str:
    """What a meeting with that title is called in `language`: as it is, if somebody gave it one."""
    usual = ENGLISH.fullmatch(title) if language in MEETINGS else None
    if usual is None:
        return title
    name = usual["name"]
    called = meetings_of(name).get(language, MEETINGS[language])
    return called.format_map({**usual.groupdict(), "name": body_in(name, language)})


def meetings_of(name: str) -> Mapping[str, str]:
    """How the meetings of the body are called where it is people who meet, and none that sits."""
    if name == "Heads of state":
        return OF_HEADS_OF_STATE
    return OF_MINISTERS if MINISTERS.search(name) else {}
