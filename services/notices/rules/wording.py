"""What a mail says around the facts, in the languages of the parties; English for all others."""

from collections.abc import Sequence
from dataclasses import dataclass

from events.notices import Participation
from services.icalendar.wording import ENGLISH, WORDS, Words
from services.notices.rules.mail import Kind, Mail


@dataclass(frozen=True)
class Wording:
    """The texts of one language. `moved` is of an update with another date, `updated` of others.

    `common` are the words that calendars use too. `tell` and `digest_unanswered` take the place of
    `answer` and `digest_intro` where no program reads answers.
    """

    common: Words
    invitation: str
    moved: str
    updated: str
    cancelled: str
    withdrawn: str
    invited: str
    has_moved: str
    has_changed: str
    is_cancelled: str
    is_withdrawn: str
    restricted: str
    when: str
    before: str
    at_yours: str
    where: str
    reason: str
    answer: str
    tell: str
    answered: dict[Participation, str]
    why: str
    digest: str
    digest_intro: str
    digest_unanswered: str
    attached: str

    @property
    def host(self) -> str:
        return self.common.host

    @property
    def chair(self) -> str:
        return self.common.chair

    def title(self, mail: Mail) -> str:
        """What the mail is, in a word or two, for its subject."""
        return self.chosen(
            mail, (self.invitation, self.moved, self.updated, self.cancelled, self.withdrawn)
        )

    def headline(self, mail: Mail) -> str:
        """The same as a sentence."""
        return self.chosen(
            mail,
            (self.invited, self.has_moved, self.has_changed, self.is_cancelled, self.is_withdrawn),
        )

    def chosen(self, mail: Mail, texts: tuple[str, str, str, str, str]) -> str:
        invitation, moved, updated, cancelled, withdrawn = texts
        if mail.kind is Kind.WITHDRAWAL:
            return withdrawn
        if mail.kind is Kind.CANCELLATION:
            return cancelled
        if mail.kind is Kind.INVITATION:
            return invitation
        return moved if mail.previous else updated


WORDINGS = {
    "en": Wording(
        common=WORDS["en"],
        invitation="Invitation",
        moved="New date",
        updated="Updated",
        cancelled="Cancelled",
        withdrawn="Invitation withdrawn",
        invited="You are invited to a meeting.",
        has_moved="The meeting has a new date.",
        has_changed="The meeting has changed.",
        is_cancelled="The meeting is cancelled.",
        is_withdrawn="You are no longer invited to this meeting. It is held without you.",
        restricted="This meeting is restricted: please keep the invitation, and what it says, to "
        "yourself.",
        when="When",
        before="Previously",
        at_yours="Your time",
        where="Where",
        reason="Reason",
        answer="Please answer in your mail or calendar program: accept, tentative or decline.",
        tell="Please tell the secretary by mail to {address} whether you come: answers of "
        "calendar programs are not read here.",
        answered={
            Participation.ACCEPTED: "You have accepted; nothing more is needed.",
            Participation.TENTATIVE: "You have answered: tentative. You can still change that.",
            Participation.DECLINED: "You have declined. You can still change that.",
        },
        why="You get this because you are named for {party} in “{body}”. "
        "Your coordinator or the secretariat changes that.",
        digest="News of your meetings ({count})",
        digest_intro="All that is new about your meetings, in one mail a day. The calendar file of "
        "each is attached: open it to answer, or to bring your calendar up to date.",
        digest_unanswered="All that is new about your meetings, in one mail a day. The calendar "
        "file of each "
        "is attached: open it to bring your calendar up to date.",
        attached="File",
    ),
    "ru": Wording(
        common=WORDS["ru"],
        invitation="Приглашение",
        moved="Новая дата",
        updated="Изменение",
        cancelled="Отмена",
        withdrawn="Приглашение отозвано",
        invited="Вы приглашены принять участие.",
        has_moved="Дата изменена.",
        has_changed="В сведения внесены изменения.",
        is_cancelled="Мероприятие отменено.",
        is_withdrawn="Приглашение отозвано. Мероприятие состоится без вашего участия.",
        restricted="Мероприятие закрытое: просим не передавать приглашение и его содержание другим "
        "лицам.",
        when="Когда",
        before="Прежде",
        at_yours="Ваше время",
        where="Где",
        reason="Причина",
        answer="Пожалуйста, ответьте в своей почтовой программе или календаре: "
        "принять, под вопросом или отклонить.",
        tell="Пожалуйста, сообщите секретариату письмом на {address}, приедете ли вы: ответы "
        "календарных программ здесь не читаются.",
        answered={
            Participation.ACCEPTED: "Вы приняли приглашение; больше ничего не требуется.",
            Participation.TENTATIVE: "Ваш ответ: под вопросом. Его ещё можно изменить.",
            Participation.DECLINED: "Вы отклонили приглашение. Ответ ещё можно изменить.",
        },
        why="Вы получили это письмо, потому что указаны от стороны «{party}» в механизме "
        "«{body}». Изменить это может ваш координатор или секретариат.",
        digest="Новости о ваших встречах и заседаниях ({count})",
        digest_intro="Всё новое о ваших встречах и заседаниях одним письмом в день. К письму "
        "приложен файл календаря по каждому из них: откройте его, чтобы ответить или "
        "обновить свой календарь.",
        digest_unanswered="Всё новое о ваших встречах и заседаниях одним письмом в день. К письму "
        "приложен файл календаря по каждому из них: откройте его, чтобы обновить свой календарь.",
        attached="Файл",
    ),
    "zh": Wording(
        common=WORDS["zh"],
        invitation="会议邀请",
        moved="会议改期",
        updated="会议更新",
        cancelled="会议取消",
        withdrawn="邀请撤回",
        invited="诚邀您出席会议。",
        has_moved="会议日期已变更。",
        has_changed="会议信息已更新。",
        is_cancelled="会议已取消。",
        is_withdrawn="您不再受邀出席本次会议，会议将照常举行。",
        restricted="本次会议为内部会议，请勿向他人转发邀请及其内容。",
        when="时间",
        before="原定时间",
        at_yours="您的当地时间",
        where="地点",
        reason="原因",
        answer="请在您的邮件或日历程序中答复：接受、暂定或谢绝。",
        tell="请发送邮件至 {address}，告知秘书处您是否出席：此处不读取日历程序的答复。",
        answered={
            Participation.ACCEPTED: "您已接受邀请，无需再次答复。",
            Participation.TENTATIVE: "您的答复为“暂定”，仍可更改。",
            Participation.DECLINED: "您已谢绝邀请，仍可更改。",
        },
        why="您是“{body}”中{party}的指定联系人，因此收到此邮件。"
        "如需变更，请联系贵方协调员或秘书处。",
        digest="您的会议动态（{count}）",
        digest_intro="每日一封邮件汇总您所有会议的最新情况。各会议的日历文件均已附上："
        "请打开文件以答复邀请或更新您的日历。",
        digest_unanswered="每日一封邮件汇总您所有会议的最新情况。各会议的日历文件均已附上：请打开文件以更新您的日历。",
        attached="文件",
    ),
    "kk": Wording(
        common=WORDS["kk"],
        invitation="Шақыру",
        moved="Жаңа күні",
        updated="Өзгеріс",
        cancelled="Өткізілмейді",
        withdrawn="Шақыру кері қайтарылды",
        invited="Сіз отырысқа шақырылдыңыз.",
        has_moved="Отырыс басқа күнге ауыстырылды.",
        has_changed="Отырыс туралы мәліметтер өзгерді.",
        is_cancelled="Отырыс өткізілмейді.",
        is_withdrawn="Сіз бұл отырысқа енді шақырылмайсыз. Отырыс сіздің қатысуыңызсыз өтеді.",
        restricted="Бұл отырыс жабық: шақыруды және оның мазмұнын басқаларға бермеңіз.",
        when="Уақыты",
        before="Бұрынғы уақыты",
        at_yours="Сіздің уақытыңызбен",
        where="Өтетін орны",
        reason="Себебі",
        answer="Пошта немесе күнтізбе бағдарламаңызда жауап беріңіз: қабылдау, шартты түрде "
        "қабылдау немесе бас тарту.",
        tell="Қатысатыныңызды не қатыспайтыныңызды {address} мекенжайына хат жазып, хатшылыққа "
        "хабарлаңыз: күнтізбе бағдарламаларының жауаптары мұнда оқылмайды.",
        answered={
            Participation.ACCEPTED: "Сіз шақыруды қабылдадыңыз; бұдан әрі ештеңе істеудің қажеті "
            "жоқ.",
            Participation.TENTATIVE: "Сіз шартты түрде қабылдадыңыз. Жауапты әлі де өзгертуге "
            "болады.",
            Participation.DECLINED: "Сіз бас тарттыңыз. Жауапты әлі де өзгертуге болады.",
        },
        why="Бұл хатты алу себебіңіз: сіз «{body}» тетігінде «{party}» тарапынан көрсетілгенсіз. "
        "Оны үйлестірушіңіз немесе хатшылық өзгерте алады.",
        digest="Отырыстарыңыздың жаңалықтары ({count})",
        digest_intro="Отырыстарыңызға қатысты барлық жаңалық күніне бір хатпен келеді. "
        "Әрқайсысының күнтізбе файлы қоса тіркелген: жауап беру немесе күнтізбеңізді жаңарту үшін "
        "оны ашыңыз.",
        digest_unanswered="Отырыстарыңызға қатысты барлық жаңалық күніне бір хатпен келеді. "
        "Әрқайсысының "
        "күнтізбе файлы қоса тіркелген: күнтізбеңізді жаңарту үшін оны ашыңыз.",
        attached="Файл",
    ),
    "ky": Wording(
        common=WORDS["ky"],
        invitation="Чакыруу",
        moved="Жаңы күнү",
        updated="Өзгөрүү",
        cancelled="Өткөрүлбөйт",
        withdrawn="Чакыруу кайтарылып алынды",
        invited="Сиз жыйынга чакырылдыңыз.",
        has_moved="Жыйын башка күнгө жылдырылды.",
        has_changed="Жыйын тууралуу маалымат өзгөрдү.",
        is_cancelled="Жыйын өткөрүлбөйт.",
        is_withdrawn="Сиз бул жыйынга мындан ары чакырылбайсыз. Жыйын сизсиз өтөт.",
        restricted="Бул жыйын жабык: чакырууну жана анын мазмунун башкаларга бербеңиз.",
        when="Убактысы",
        before="Мурдагы убактысы",
        at_yours="Сиздин убакыт боюнча",
        where="Өтүүчү жери",
        reason="Себеби",
        answer="Почта же календарь программаңызда жооп бериңиз: кабыл алуу, шарттуу түрдө кабыл "
        "алуу же баш тартуу.",
        tell="Катышарыңызды же катышпасыңызды {address} дарегине кат жазып, катчылыкка "
        "билдириңиз: календарь программаларынын жооптору бул жерде окулбайт.",
        answered={
            Participation.ACCEPTED: "Сиз чакырууну кабыл алдыңыз; мындан башка эч нерсе кылуунун "
            "кереги жок.",
            Participation.TENTATIVE: "Сиз шарттуу түрдө кабыл алдыңыз. Жоопту дагы эле өзгөртсө "
            "болот.",
            Participation.DECLINED: "Сиз баш тарттыңыз. Жоопту дагы эле өзгөртсө болот.",
        },
        why="Бул катты алганыңыздын себеби: сиз «{body}» механизминде «{party}» тарабынан "
        "көрсөтүлгөнсүз. Аны координаторуңуз же катчылык өзгөртө алат.",
        digest="Жыйындарыңыздын жаңылыктары ({count})",
        digest_intro="Жыйындарыңыз боюнча бардык жаңылыктар күнүнө бир кат менен келет. Ар "
        "биринин календарь файлы тиркелген: жооп берүү же календарыңызды жаңыртуу үчүн аны "
        "ачыңыз.",
        digest_unanswered="Жыйындарыңыз боюнча бардык жаңылыктар күнүнө бир кат менен келет. Ар "
        "биринин "
        "календарь файлы тиркелген: календарыңызды жаңыртуу үчүн аны ачыңыз.",
        attached="Файл",
    ),
    "tg": Wording(
        common=WORDS["tg"],
        invitation="Даъватнома",
        moved="Санаи нав",
        updated="Тағйирот",
        cancelled="Бекор карда шуд",
        withdrawn="Даъватнома бозпас гирифта шуд",
        invited="Шумо ба ҷаласа даъват шудаед.",
        has_moved="Ҷаласа ба санаи дигар гузаронида шуд.",
        has_changed="Маълумот дар бораи ҷаласа тағйир ёфт.",
        is_cancelled="Ҷаласа бекор карда шуд.",
        is_withdrawn="Шумо дигар ба ин ҷаласа даъват нестед. Ҷаласа бе иштироки шумо баргузор "
        "мешавад.",
        restricted="Ин ҷаласа пӯшида аст: даъватнома ва мазмуни онро ба дигарон надиҳед.",
        when="Вақт",
        before="Вақти қаблӣ",
        at_yours="Бо вақти шумо",
        where="Ҷой",
        reason="Сабаб",
        answer="Лутфан дар барномаи почта ё тақвими худ ҷавоб диҳед: қабул, шартан қабул ё рад.",
        tell="Лутфан ба котибот бо мактуб ба {address} хабар диҳед, ки иштирок мекунед ё не: "
        "ҷавобҳои барномаҳои тақвим дар ин ҷо хонда намешаванд.",
        answered={
            Participation.ACCEPTED: "Шумо даъватро қабул кардед; дигар чизе лозим нест.",
            Participation.TENTATIVE: "Шумо шартан қабул кардед. Ҷавобро ҳанӯз иваз кардан мумкин "
            "аст.",
            Participation.DECLINED: "Шумо даъватро рад кардед. Ҷавобро ҳанӯз иваз кардан мумкин "
            "аст.",
        },
        why="Шумо ин мактубро барои он гирифтед, ки дар механизми «{body}» аз ҷониби «{party}» "
        "муаррифӣ шудаед. Инро ҳамоҳангсози шумо ё котибот тағйир дода метавонад.",
        digest="Навигариҳои ҷаласаҳои шумо ({count})",
        digest_intro="Ҳамаи навигариҳо оид ба ҷаласаҳои шумо рӯзе дар як мактуб меоянд. Файли "
        "тақвими ҳар кадоме замима шудааст: барои ҷавоб додан ё нав кардани тақвими худ онро "
        "кушоед.",
        digest_unanswered="Ҳамаи навигариҳо оид ба ҷаласаҳои шумо рӯзе дар як мактуб меоянд. "
        "Файли тақвими ҳар "
        "кадоме замима шудааст: барои нав кардани тақвими худ онро кушоед.",
        attached="Файл",
    ),
    "tk": Wording(
        common=WORDS["tk"],
        invitation="Çakylyk",
        moved="Täze sene",
        updated="Üýtgeşme",
        cancelled="Ýatyryldy",
        withdrawn="Çakylyk yzyna alyndy",
        invited="Siz mejlise çagyryldyňyz.",
        has_moved="Mejlis başga senä geçirildi.",
        has_changed="Mejlis baradaky maglumatlar üýtgedi.",
        is_cancelled="Mejlis ýatyryldy.",
        is_withdrawn="Siz bu mejlise indi çagyrylmaýarsyňyz. Mejlis siziň gatnaşmagyňyzsyz "
        "geçirilýär.",
        restricted="Bu mejlis ýapyk: çakylygy we onuň mazmunyny başgalara bermäň.",
        when="Wagty",
        before="Öňki wagty",
        at_yours="Siziň wagtyňyz boýunça",
        where="Ýeri",
        reason="Sebäbi",
        answer="Poçta ýa-da senenama programmaňyzda jogap beriň: kabul etmek, şertli kabul etmek "
        "ýa-da ret etmek.",
        tell="Gatnaşjakdygyňyzy ýa-da gatnaşmajakdygyňyzy {address} salgysyna hat ýazyp, "
        "sekretariata habar beriň: senenama programmalarynyň jogaplary bu ýerde okalmaýar.",
        answered={
            Participation.ACCEPTED: "Siz çakylygy kabul etdiňiz; başga hiç zat gerek däl.",
            Participation.TENTATIVE: "Siz şertli kabul etdiňiz. Jogabyňyzy entek üýtgedip "
            "bilersiňiz.",
            Participation.DECLINED: "Siz ret etdiňiz. Jogabyňyzy entek üýtgedip bilersiňiz.",
        },
        why="Bu haty almagyňyzyň sebäbi: siz «{body}» mehanizminde «{party}» tarapyndan "
        "görkezilen wekil. Muny utgaşdyryjyňyz ýa-da sekretariat üýtgedip biler.",
        digest="Mejlisleriňiziň habarlary ({count})",
        digest_intro="Mejlisleriňiz baradaky ähli täzelikler günde bir hatda gelýär. Olaryň her "
        "biriniň senenama faýly goşuldy: jogap bermek ýa-da senenamaňyzy täzelemek üçin ony açyň.",
        digest_unanswered="Mejlisleriňiz baradaky ähli täzelikler günde bir hatda gelýär. Olaryň "
        "her biriniň "
        "senenama faýly goşuldy: senenamaňyzy täzelemek üçin ony açyň.",
        attached="Faýl",
    ),
    "uz": Wording(
        common=WORDS["uz"],
        invitation="Taklifnoma",
        moved="Yangi sana",
        updated="Oʻzgarish",
        cancelled="Bekor qilindi",
        withdrawn="Taklif qaytarib olindi",
        invited="Siz majlisga taklif qilindingiz.",
        has_moved="Majlis boshqa sanaga koʻchirildi.",
        has_changed="Majlis haqidagi maʼlumotlar oʻzgardi.",
        is_cancelled="Majlis bekor qilindi.",
        is_withdrawn="Siz bu majlisga endi taklif qilinmagansiz. Majlis sizning ishtirokingizsiz "
        "oʻtkaziladi.",
        restricted="Bu majlis yopiq: taklifnomani va uning mazmunini boshqalarga bermang.",
        when="Vaqti",
        before="Avvalgi vaqti",
        at_yours="Sizning vaqtingiz boʻyicha",
        where="Joyi",
        reason="Sababi",
        answer="Iltimos, pochta yoki taqvim dasturingizda javob bering: qabul qilish, shartli "
        "qabul qilish yoki rad etish.",
        tell="Iltimos, qatnashish-qatnashmasligingizni {address} manziliga xat yozib, kotibiyatga "
        "maʼlum qiling: taqvim dasturlarining javoblari bu yerda oʻqilmaydi.",
        answered={
            Participation.ACCEPTED: "Siz taklifni qabul qildingiz; boshqa hech narsa talab "
            "qilinmaydi.",
            Participation.TENTATIVE: "Siz shartli qabul qildingiz. Javobni hali oʻzgartirish "
            "mumkin.",
            Participation.DECLINED: "Siz rad etdingiz. Javobni hali oʻzgartirish mumkin.",
        },
        why="Bu xatni olganingiz sababi: siz «{body}» mexanizmida «{party}» tomonidan "
        "koʻrsatilgansiz. Buni koordinatoringiz yoki kotibiyat oʻzgartira oladi.",
        digest="Majlislaringiz yangiliklari ({count})",
        digest_intro="Majlislaringizga oid barcha yangiliklar kuniga bitta xatda keladi. Har "
        "birining taqvim fayli ilova qilingan: javob berish yoki taqvimingizni yangilash uchun "
        "uni oching.",
        digest_unanswered="Majlislaringizga oid barcha yangiliklar kuniga bitta xatda keladi. "
        "Har birining "
        "taqvim fayli ilova qilingan: taqvimingizni yangilash uchun uni oching.",
        attached="Fayl",
    ),
}


def wording_of(language: str) -> tuple[str, Wording]:
    """The language that a mail to a speaker of `language` is in, and its texts."""
    spoken = language if language in WORDINGS else ENGLISH
    return spoken, WORDINGS[spoken]


def language_for(languages: Sequence[str]) -> str:
    """The first of `languages` that there are texts in; English where there is none."""
    return next((language for language in languages if language in WORDINGS), ENGLISH)
