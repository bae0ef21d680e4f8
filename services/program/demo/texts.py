"""What delegations say in the demo, in the languages that they would say it in."""

LONGEST_TITLE = 300

PROPOSALS = (
    "{action}: state of play and next steps",
    "О ходе выполнения: {action}",
    "关于“{action}”的进展",
    "{action}: exchange of national experience",
)
SUMMARIES = (
    "The delegations exchanged views and noted the progress made since the previous meeting.",
    "Стороны обменялись мнениями и отметили достигнутый прогресс.",
    "各方交换了意见，并注意到自上次会议以来取得的进展。",
    "Тараптар пікір алмасып, қол жеткізілген ілгерілеуді атап өтті.",
    "Taraflar fikr almashdilar va erishilgan natijalarni ma’lum qildilar.",
)
DECISIONS = (
    "The meeting invites the parties to advance the following and to report on it: {action}.",
    "The meeting requests the parties named to prepare joint proposals on the following: {action}.",
    "The meeting agrees on a common timetable for the following: {action}.",
)
TASKS = (
    "Submit a written report: {action}",
    "Name a lead agency: {action}",
    "Prepare a draft timetable: {action}",
)
REPORTS = (
    "Done as decided; the lead agency has been named and its first report is linked.",
    "Выполнено: ответственное ведомство определено, отчёт прилагается по ссылке.",
    "已按决定完成，报告见链接。",
)
COMMENTS = (
    "Please say “noted with appreciation”.",
    "Просим уточнить формулировку во втором предложении.",
    "建议统一术语。",
)
PLACES = {
    "china": "Xi'an, International Conference Centre 西安",
    "kazakhstan": "Astana, Independence Palace / Астана",
    "kyrgyzstan": "Bishkek, Ala-Archa State Residence / Бишкек",
    "tajikistan": "Dushanbe, Kohi Somon / Душанбе",
    "turkmenistan": "Ashgabat, Congress Centre / Aşgabat",
    "uzbekistan": "Tashkent, Palace of Conventions / Toshkent",
}


def filled(template: str, action: str) -> str:
    """`template` about `action`, short enough for a title."""
    text = template.format(action=action[:1].lower() + action[1:])
    return text if len(text) <= LONGEST_TITLE else text[: LONGEST_TITLE - 1] + "…"
