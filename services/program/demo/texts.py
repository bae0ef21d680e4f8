"""What delegations say in the demo, in the languages that they would say it in."""

import random
from collections.abc import Mapping, Sequence

LONGEST_TITLE = 300

PROPOSALS = {
    "en": ("{action}: state of play and next steps", "{action}: exchange of national experience"),
    "ru": ("О ходе выполнения: {action}", "Обмен опытом: {action}"),
    "zh": ("关于“{action}”的进展", "关于“{action}”的经验交流"),
}
SUMMARIES = {
    "en": ("The delegations exchanged views and noted the progress made since the last meeting.",),
    "ru": ("Стороны обменялись мнениями и отметили достигнутый прогресс.",),
    "zh": ("各方交换了意见，并注意到自上次会议以来取得的进展。",),
}
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
REPORTS = {
    "en": ("Done as decided; the lead agency has been named and its first report is linked.",),
    "ru": ("Выполнено: ответственное ведомство определено, отчёт прилагается по ссылке.",),
    "zh": ("已按决定完成，报告见链接。",),
}
COMMENTS = {
    "en": ("Please say “noted with appreciation”.",),
    "ru": ("Просим уточнить формулировку во втором предложении.",),
    "zh": ("建议统一术语。",),
}
PLACES = {
    "china": "Xi'an, International Conference Centre 西安",
    "kazakhstan": "Astana, Independence Palace / Астана",
    "kyrgyzstan": "Bishkek, Ala-Archa State Residence / Бишкек",
    "tajikistan": "Dushanbe, Kohi Somon / Душанбе",
    "turkmenistan": "Ashgabat, Congress Centre / Aşgabat",
    "uzbekistan": "Tashkent, Palace of Conventions / Toshkent",
}


def in_words_of(
    languages: Sequence[str], said: Mapping[str, Sequence[str]], dice: random.Random
) -> str:
    """One of the texts that a delegation with these working languages would say, or in English."""
    spoken = [language for language in languages if language in said] or ["en"]
    return dice.choice(said[dice.choice(spoken)])


def filled(template: str, action: str) -> str:
    """`template` about `action`, short enough for a title."""
    text = template.format(action=action[:1].lower() + action[1:])
    return text if len(text) <= LONGEST_TITLE else text[: LONGEST_TITLE - 1] + "…"
