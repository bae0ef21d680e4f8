"""The words that calendars and mail add to what the events say, in the languages of the parties.

Titles that people gave and places stay as the events have them; `names.py` and `bodies.py` have the
names of parties and bodies.
"""

from typing import NamedTuple

from events.mechanisms import MilestoneKind


class Words(NamedTuple):
    """One language's, and what it calls itself. `{}` stands for a name or a date."""

    language: str
    host: str
    chair: str
    no_agenda: str
    provisional: str
    agenda: str
    cancelled: str
    moved: str
    busy: str
    done: str
    deadline: str
    everything: str
    hosted_by: str
    mine: str
    delegation: str
    secretariat: str
    due: dict[MilestoneKind, str]


WORDS = {
    "en": Words(
        language="English",
        host="Host",
        chair="Chair",
        no_agenda="The provisional agenda is not circulated yet.",
        provisional="Provisional agenda",
        agenda="Agenda",
        cancelled="Cancelled",
        moved="Moved from {}",
        busy="Busy",
        done="Done",
        deadline="Deadline",
        everything="All meetings",
        hosted_by="Hosted by {}",
        mine="My meetings",
        delegation="delegation",
        secretariat="secretariat",
        due={
            MilestoneKind.INVITATION: "Invitations go out",
            MilestoneKind.NOMINATIONS: "Delegations are named",
            MilestoneKind.PROPOSALS: "Last day for proposals",
            MilestoneKind.DOCUMENTS: "Documents are handed in",
            MilestoneKind.TRANSLATION: "Documents are translated",
            MilestoneKind.PROVISIONAL_AGENDA: "The provisional agenda goes out",
            MilestoneKind.MINUTES: "Draft minutes go out",
            MilestoneKind.COMMENTS: "Last day for comments on the minutes",
            MilestoneKind.SILENCE: "Silence on the minutes ends",
        },
    ),
    "ru": Words(
        language="русский",
        host="Принимающая сторона",
        chair="Председатель",
        no_agenda="Предварительная повестка дня ещё не разослана.",
        provisional="Предварительная повестка дня",
        agenda="Повестка дня",
        cancelled="Отменено",
        moved="Перенесено с {}",
        busy="Занято",
        done="Сделано",
        deadline="Срок",
        everything="Все встречи и заседания",
        hosted_by="Принимает {}",
        mine="Мои встречи и заседания",
        delegation="делегация",
        secretariat="секретариат",
        due={
            MilestoneKind.INVITATION: "Рассылаются приглашения",
            MilestoneKind.NOMINATIONS: "Называются делегации",
            MilestoneKind.PROPOSALS: "Последний день для предложений",
            MilestoneKind.DOCUMENTS: "Сдаются документы",
            MilestoneKind.TRANSLATION: "Документы переведены",
            MilestoneKind.PROVISIONAL_AGENDA: "Рассылается предварительная повестка дня",
            MilestoneKind.MINUTES: "Рассылается проект протокола",
            MilestoneKind.COMMENTS: "Последний день для замечаний к протоколу",
            MilestoneKind.SILENCE: "Истекает срок процедуры молчания по протоколу",
        },
    ),
    "zh": Words(
        language="中文",
        host="主办方",
        chair="主席",
        no_agenda="临时议程尚未分发。",
        provisional="临时议程",
        agenda="议程",
        cancelled="已取消",
        moved="原定于 {}",
        busy="忙碌",
        done="已完成",
        deadline="截止日期",
        everything="全部会议",
        hosted_by="{}主办",
        mine="我的会议",
        delegation="代表团",
        secretariat="秘书处",
        due={
            MilestoneKind.INVITATION: "发出邀请",
            MilestoneKind.NOMINATIONS: "提名代表团",
            MilestoneKind.PROPOSALS: "提案截止",
            MilestoneKind.DOCUMENTS: "提交文件",
            MilestoneKind.TRANSLATION: "文件翻译完成",
            MilestoneKind.PROVISIONAL_AGENDA: "分发临时议程",
            MilestoneKind.MINUTES: "分发会议纪要草案",
            MilestoneKind.COMMENTS: "对会议纪要提出意见的截止日期",
            MilestoneKind.SILENCE: "会议纪要默许程序到期",
        },
    ),
    "kk": Words(
        language="қазақша",
        host="Қабылдаушы тарап",
        chair="Төраға",
        no_agenda="Алдын ала күн тәртібі әлі таратылған жоқ.",
        provisional="Алдын ала күн тәртібі",
        agenda="Күн тәртібі",
        cancelled="Өткізілмейді",
        moved="Ауыстырылды, бұрынғы уақыты {}",
        busy="Бос емес",
        done="Орындалды",
        deadline="Мерзім",
        everything="Барлық отырыстар",
        hosted_by="Қабылдаушы тарап: {}",
        mine="Менің отырыстарым",
        delegation="делегация",
        secretariat="хатшылық",
        due={
            MilestoneKind.INVITATION: "Шақырулар жіберіледі",
            MilestoneKind.NOMINATIONS: "Делегациялардың құрамы хабарланады",
            MilestoneKind.PROPOSALS: "Ұсыныстар қабылданатын соңғы күн",
            MilestoneKind.DOCUMENTS: "Құжаттар тапсырылады",
            MilestoneKind.TRANSLATION: "Құжаттардың аудармасы дайын",
            MilestoneKind.PROVISIONAL_AGENDA: "Алдын ала күн тәртібі таратылады",
            MilestoneKind.MINUTES: "Хаттама жобасы таратылады",
            MilestoneKind.COMMENTS: "Хаттамаға ескертулер қабылданатын соңғы күн",
            MilestoneKind.SILENCE: "Хаттама бойынша үнсіз келісу мерзімі аяқталады",
        },
    ),
    "ky": Words(
        language="кыргызча",
        host="Кабыл алуучу тарап",
        chair="Төрага",
        no_agenda="Алдын ала күн тартиби таратыла элек.",
        provisional="Алдын ала күн тартиби",
        agenda="Күн тартиби",
        cancelled="Өткөрүлбөйт",
        moved="Жылдырылды, мурдагы убактысы {}",
        busy="Бош эмес",
        done="Аткарылды",
        deadline="Мөөнөт",
        everything="Бардык жыйындар",
        hosted_by="Кабыл алуучу тарап: {}",
        mine="Менин жыйындарым",
        delegation="делегация",
        secretariat="катчылык",
        due={
            MilestoneKind.INVITATION: "Чакыруулар жөнөтүлөт",
            MilestoneKind.NOMINATIONS: "Делегациялардын курамы билдирилет",
            MilestoneKind.PROPOSALS: "Сунуштар кабыл алынуучу акыркы күн",
            MilestoneKind.DOCUMENTS: "Документтер тапшырылат",
            MilestoneKind.TRANSLATION: "Документтердин котормосу даяр",
            MilestoneKind.PROVISIONAL_AGENDA: "Алдын ала күн тартиби таратылат",
            MilestoneKind.MINUTES: "Протоколдун долбоору таратылат",
            MilestoneKind.COMMENTS: "Протоколго сын-пикирлер кабыл алынуучу акыркы күн",
            MilestoneKind.SILENCE: "Протокол боюнча унчукпай макулдук берүү мөөнөтү бүтөт",
        },
    ),
    "tg": Words(
        language="тоҷикӣ",
        host="Тарафи қабулкунанда",
        chair="Раис",
        no_agenda="Рӯзномаи пешакии ҷаласа ҳанӯз ирсол нашудааст.",
        provisional="Рӯзномаи пешакии ҷаласа",
        agenda="Рӯзномаи ҷаласа",
        cancelled="Бекор карда шуд",
        moved="Ба вақти дигар гузаронида шуд, вақти қаблӣ {}",
        busy="Банд",
        done="Иҷро шуд",
        deadline="Муҳлат",
        everything="Ҳамаи ҷаласаҳо",
        hosted_by="Тарафи қабулкунанда: {}",
        mine="Ҷаласаҳои ман",
        delegation="ҳайат",
        secretariat="котибот",
        due={
            MilestoneKind.INVITATION: "Даъватномаҳо ирсол мешаванд",
            MilestoneKind.NOMINATIONS: "Аъзои ҳайатҳо муаррифӣ мешаванд",
            MilestoneKind.PROPOSALS: "Рӯзи охирини қабули пешниҳодҳо",
            MilestoneKind.DOCUMENTS: "Ҳуҷҷатҳо супорида мешаванд",
            MilestoneKind.TRANSLATION: "Тарҷумаи ҳуҷҷатҳо омода аст",
            MilestoneKind.PROVISIONAL_AGENDA: "Рӯзномаи пешакии ҷаласа ирсол мешавад",
            MilestoneKind.MINUTES: "Лоиҳаи суратҷаласа ирсол мешавад",
            MilestoneKind.COMMENTS: "Рӯзи охирини қабули эродҳо ба суратҷаласа",
            MilestoneKind.SILENCE: "Муҳлати розигии хомӯшона оид ба суратҷаласа ба охир мерасад",
        },
    ),
    "tk": Words(
        language="türkmençe",
        host="Kabul edýän tarap",
        chair="Başlyk",
        no_agenda="Deslapky gün tertibi entek ýaýradylmady.",
        provisional="Deslapky gün tertibi",
        agenda="Gün tertibi",
        cancelled="Ýatyryldy",
        moved="Başga wagta geçirildi, öňki wagty {}",
        busy="Meşgul",
        done="Ýerine ýetirildi",
        deadline="Möhlet",
        everything="Ähli mejlisler",
        hosted_by="Kabul edýän tarap: {}",
        mine="Meniň mejlislerim",
        delegation="wekiliýet",
        secretariat="sekretariat",
        due={
            MilestoneKind.INVITATION: "Çakylyklar iberilýär",
            MilestoneKind.NOMINATIONS: "Wekiliýetleriň düzümi habar berilýär",
            MilestoneKind.PROPOSALS: "Teklipler kabul edilýän soňky gün",
            MilestoneKind.DOCUMENTS: "Resminamalar tabşyrylýar",
            MilestoneKind.TRANSLATION: "Resminamalaryň terjimesi taýýar",
            MilestoneKind.PROVISIONAL_AGENDA: "Deslapky gün tertibi ýaýradylýar",
            MilestoneKind.MINUTES: "Teswirnamanyň taslamasy ýaýradylýar",
            MilestoneKind.COMMENTS: "Teswirnama boýunça bellikler kabul edilýän soňky gün",
            MilestoneKind.SILENCE: "Teswirnama boýunça dymmak arkaly razylyk möhleti tamamlanýar",
        },
    ),
    "uz": Words(
        language="oʻzbekcha",
        host="Qabul qiluvchi tomon",
        chair="Rais",
        no_agenda="Dastlabki kun tartibi hali tarqatilmagan.",
        provisional="Dastlabki kun tartibi",
        agenda="Kun tartibi",
        cancelled="Bekor qilindi",
        moved="Boshqa vaqtga koʻchirildi, avvalgi vaqti {}",
        busy="Band",
        done="Bajarildi",
        deadline="Muddat",
        everything="Barcha majlislar",
        hosted_by="Qabul qiluvchi tomon: {}",
        mine="Mening majlislarim",
        delegation="delegatsiya",
        secretariat="kotibiyat",
        due={
            MilestoneKind.INVITATION: "Taklifnomalar yuboriladi",
            MilestoneKind.NOMINATIONS: "Delegatsiyalar tarkibi maʼlum qilinadi",
            MilestoneKind.PROPOSALS: "Takliflar qabul qilinadigan oxirgi kun",
            MilestoneKind.DOCUMENTS: "Hujjatlar topshiriladi",
            MilestoneKind.TRANSLATION: "Hujjatlar tarjimasi tayyor",
            MilestoneKind.PROVISIONAL_AGENDA: "Dastlabki kun tartibi tarqatiladi",
            MilestoneKind.MINUTES: "Bayonnoma loyihasi tarqatiladi",
            MilestoneKind.COMMENTS: "Bayonnomaga mulohazalar qabul qilinadigan oxirgi kun",
            MilestoneKind.SILENCE: "Bayonnoma boʻyicha sukut orqali rozilik muddati tugaydi",
        },
    ),
}
LANGUAGES = tuple(WORDS)
ENGLISH = "en"


def spoken(language: str) -> str:
    """`language`, where there are words in it; English where there are none."""
    return language if language in WORDS else ENGLISH
