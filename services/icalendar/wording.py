"""The words that calendars add to what the events say, in the languages of the format."""

from typing import NamedTuple

from events.mechanisms import MilestoneKind


class Words(NamedTuple):
    """One language's. `{}` stands for a name or a date."""

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
    due: dict[MilestoneKind, str]


WORDS = {
    "en": Words(
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
        everything="Все заседания",
        hosted_by="Принимает {}",
        mine="Мои заседания",
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
        hosted_by="{} 主办",
        mine="我的会议",
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
}
LANGUAGES = tuple(WORDS)
