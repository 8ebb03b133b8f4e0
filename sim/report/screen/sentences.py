"""Headline and labelled sentences of the first screen, by rule from its facts, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.report.screen.choice import QUESTIONS, counts, kept

Facts = Mapping[str, Any]
Pair = tuple[str, str]

SCREEN: dict[str, Pair] = {
    "result": ("Result", "结果"),
    "storage": ("Cheapest", "最省"),
    "every": ("All limits", "全部限值"),
    "where": ("Where", "在哪里"),
    "bulk": ("Slag", "矿渣"),
    "sure": ("How sure", "把握"),
    # --- headline
    "keeps_all": (
        "{plan} keeps the limits on storage and age{everywhere}.",
        "{plan}{everywhere}满足贮存与期限的全部限值。",
    ),
    "seems_all": (
        "As far as {runs} show, {plan} keeps the limits on storage and age{everywhere}.",
        "就{runs}所见，{plan}{everywhere}满足贮存与期限的全部限值。",
    ),
    "take": ("{plan}: for {extra}, {share} of the overflow goes.", "{plan}：{extra}，爆仓减少{share}。"),
    "take_bare": (
        "{plan} is the cheapest plan that keeps the limits on storage: {extra}.",
        "{plan}是满足贮存限值的最省方案：{extra}。",
    ),
    "seems_storage": (
        "As far as {runs} show, {plan} is the cheapest that keeps the limits on storage: {extra}.",
        "就{runs}所见，{plan}是满足贮存限值的最省方案：{extra}。",
    ),
    "and_all": (
        "It keeps the limit on age too.",
        "该方案也满足期限限值。",
    ),
    "and_takes": (
        "Keeping the limit on age too takes {plan}: {extra}.",
        "要同时满足期限限值，须采用{plan}：{extra}。",
    ),
    "and_seems": (
        "Keeping the limit on age too takes, as far as {runs} show, {plan}: {extra}.",
        "要同时满足期限限值，就{runs}所见，须采用{plan}：{extra}。",
    ),
    "and_none": (
        "No plan shown keeps the limits on storage and age{everywhere}.",
        "所列方案均不能{everywhere}同时满足贮存与期限限值。",
    ),
    "none": (
        "No plan shown keeps the limits on storage{everywhere}; {plan} comes closest: {count} of {all} kept.",
        "所列方案均不能{everywhere}满足贮存限值；{plan}最接近：{all}项限值中满足{count}项。",
    ),
    "one_fails": ("{plan} misses limits: {what}.", "{plan}未达标：{what}。"),
    "one_doubtful": (
        "{plan} misses limits on the average of {runs}, too few to decide it: {what}.",
        "按{runs}的均值，{plan}未达标，但模拟次数不足以判定：{what}。",
    ),
    "bulk_holds": (
        "The kiln's yard and the utilisation rate keep their limits in {count} of {all} cases.",
        "渣场与综合利用率在{all}种情形中有{count}种达标。",
    ),
    "days": ("Off-peak days a year that keep the limits: {parts}.", "每年可承受的错峰停窑天数：{parts}。"),
    "days_yard": ("the kiln's yard about {days}", "渣场约{days}天"),
    "days_rate": ("{target} utilisation about {days}", "综合利用率达{target}约{days}天"),
    "span": ("{low} to {high} by route", "{low}至{high}"),
    "no_limits": ("{plan}: no limit was set to judge by.", "{plan}：未设限值，不作评判。"),
    "nothing": ("Nothing was compared.", "没有可比较的结果。"),
    # --- parts
    "storage_limits": ("storage", "贮存"),
    "age_limits": ("waste waiting too long", "贮存超期"),
    "sites_of": ("{count} of {sites} sites overflow in a year", "每年{sites}处中有{count}处爆仓"),
    "sites_none": ("no site overflowed in {runs}", "{runs}中无一处爆仓"),
    "limit_sites": (" (limit {limit})", "（限值{limit}处）"),
    "in_future": ("{count} with {future}", "“{future}”情景下{count}处"),
    "none_in_future": ("none with {future}", "“{future}”情景下无"),
    "age": ("{share} of the waste waits too long (limit {limit})", "{share}的废物贮存超期（限值{limit}）"),
    "age_worst": (
        "up to {share} of the waste waits too long (limit {limit})",
        "最多{share}的废物贮存超期（限值{limit}）",
    ),
    "age_tiny": (
        "less than 0.01 % of the waste waits too long (limit {limit})",
        "贮存超期的废物不足0.01%（限值{limit}）",
    ),
    "age_none": ("nothing waits too long in {runs}", "{runs}中无超期"),
    "bay": ("a bay is full in up to {share} of the years", "最多{share}的年份有分区装满"),
    "bay_alone": ("a bay is full in {share} of the years", "{share}的年份有分区装满"),
    "extra": ("{money} more a year", "每年多支出{money}"),
    "saves": ("{money} less a year", "每年少支出{money}"),
    "same_cost": ("no extra cost", "不增加支出"),
    "cost_unknown": ("an unknown cost", "费用未知"),
    "cost_alone": ("{money} a year", "每年{money}"),
    "perhaps": (
        "Whether {plan} does it for {extra} is not decided by {runs}.",
        "{plan}（{extra}）是否也行，{runs}尚不能判定。",
    ),
    "worse_age": ("more waste waits too long than under {base}", "超期废物多于{base}"),
    "is_complete": (
        "{plan} keeps the limit on age too.",
        "{plan}也满足期限限值。",
    ),
    "none_complete": (
        "No plan keeps the limits on storage and age; {plan} comes closest ({count} of {all} kept).",
        "没有方案同时满足贮存与期限限值；{plan}最接近（{all}项中满足{count}项）。",
    ),
    "where_worst": (
        (
            "{share} of the overflow days{under} are at {count}{one}; the worst, {site}, overflows in "
            "{chance} of the years and lacks {lack}."
        ),
        "{under}爆仓天数的{share}集中在{count}{one}；最差的{site}在{chance}的年份爆仓，所缺：{lack}。",
    ),
    "under": (" of {plan}", "{plan}的"),
    "one_site": ("one site", "1处"),
    "sites": ("{n} sites", "{n}处"),
    "all_class": (", all of {what}", "，均为{what}"),
    "yard": (
        "The kiln's yard keeps its limit in {good} of {all} cases and misses it in {bad}",
        "渣场在{all}种情形中有{good}种达标，{bad}种不达标",
    ),
    "yard_one": ("The kiln's yard {word} its limit", "渣场{word}"),
    "rate_one": ("{target} utilisation is {word} as often as asked", "综合利用率{target}的要求{word}"),
    "yard_meets": ("keeps", "达标"),
    "yard_fails": ("misses", "不达标"),
    "yard_undecided": ("may keep or miss", "是否达标未定"),
    "rate_meets": ("reached", "已满足"),
    "rate_fails": ("not reached", "未满足"),
    "rate_undecided": ("perhaps reached", "是否满足未定"),
    "everywhere": (" in every future", "在各情景下"),
    "yard_range": (
        "with {days} off-peak days it overflows in {share} of the years",
        "错峰停窑{days}天时有{share}的年份超容",
    ),
    "yard_worst": (
        "at worst, with {days} off-peak days, it overflows in {share} of the years",
        "最差情形（错峰停窑{days}天）有{share}的年份超容",
    ),
    "yard_none": ("no overflow was seen in {runs}", "{runs}中未见超容"),
    "rate": (
        "the utilisation rate reaches {target} as often as asked in {good} of {all} and not in {bad}",
        "综合利用率达到{target}的要求在{all}种情形中有{good}种满足，{bad}种不满足",
    ),
    "less_sure": (
        "That {every} overflows less than {base}{everywhere} is sure at 95 % ({runs} on the same chance).",
        "{every}{everywhere}爆仓均少于{base}，对此有95%的把握（{runs}，随机条件相同）。",
    ),
    "less_other": ("every other plan", "其他方案"),
    "less_but": ("every other plan but {plans}", "除{plans}外，其他方案"),
    "less_each": ("each of {plans}", "{plans}"),
    "not_less": ("Of the others it is not.", "其余方案不能确定。"),
    "undecided": (
        "Undecided after {runs}: {count} of {all} verdicts.",
        "经{runs}仍未定：{all}项判定中的{count}项。",
    ),
    "decided": ("All {all} verdicts are decided by {runs}.", "{all}项判定均已由{runs}得出。"),
    "turns": (
        "The choice turns with the future: with {future}, {plan} would do.",
        "选择取决于情景：若为{future}，采用{plan}即可。",
    ),
    "assumed": (
        "Intervals hold for the model as it is, not for what is assumed.",
        "区间只反映模型内的随机性，不含假设本身的不确定。",
    ),
    "runs": ("{n} runs", "{n}次模拟"),
    "quoted": ("“{text}”", "“{text}”"),
    "semicolon": ("; ", "；"),
    "comma": (", ", "，"),
    "and": (" and ", "和"),
    "list": (", ", "、"),
    "stop": (".", "。"),
    "but": ("; but ", "；但"),
}
"""Words of the first screen: English, Chinese."""


@dataclass(frozen=True)
class Line:
    """A labelled sentence; `tone` is good, bad, unsure or plain."""

    label: str
    text: str
    tone: str = "plain"


@dataclass(frozen=True)
class Screen:
    """Headline, one or two sentences, and the labelled sentences below it."""

    headline: tuple[str, ...]
    lines: tuple[Line, ...]


TONES = {"meets": "good", "fails": "bad", "doubtful": "unsure", "undecided": "unsure", "": "plain"}


class Speaker:
    """Says the facts of one study in one language."""

    def __init__(self, facts: Facts, lang: str) -> None:
        self.facts, self.lang, self._place = facts, lang, int(lang == "zh")
        self.collection: Facts = facts["collection"] or {}
        self.bulk: Facts = facts["bulk"] or {"cells": []}
        self.rows: dict[str, Facts] = {row["plan"]: row for row in self.collection.get("plans", ())}

    # --- small words ---------------------------------------------------------------------------------

    def say(self, key: str, **parts: object) -> str:
        """A text of the screen."""
        return SCREEN[key][self._place].format(**parts)

    def runs(self, count: int | None = None) -> str:
        """Number of runs in words."""
        return self.say("runs", n=self.facts["runs"] if count is None else count)

    def plan(self, name: str) -> str:
        """Title of a plan, as it stands alone."""
        return str(self.rows[name]["title"][self.lang])

    def named(self, name: str) -> str:
        """Title of a plan inside a sentence: quoted where it holds a comma of its own."""
        title = self.plan(name)
        return self.say("quoted", text=title) if self.say("comma") in title else title

    def future(self, number: int) -> str:
        """Title of a future inside a sentence."""
        title = str(self.collection["futures"][number]["title"][self.lang])
        return title[:1].lower() + title[1:] if self.lang == "en" and title[1:2].islower() else title

    def money(self, value: float) -> str:
        """CNY as people say it: two significant digits."""
        value = float(f"{value:.2g}")
        if not value:
            return "0"
        if self.lang == "zh":
            return f"{value / 10_000:,.4g}万元"
        return f"{value / 1e6:,.3g} million CNY" if value >= 100_000 else f"{value:,.0f} CNY"

    def cost_of(self, row: Facts) -> str:
        """What a plan costs beyond the baseline; its own cost where there is none."""
        if row["extra_cost"] is None:
            known = row["cost"] is not None
            return (
                self.say("cost_alone", money=self.money(row["cost"])) if known else self.say("cost_unknown")
            )
        if abs(row["extra_cost"]) < 500:
            return self.say("same_cost")
        key = "extra" if row["extra_cost"] > 0 else "saves"
        return self.say(key, money=self.money(abs(row["extra_cost"])))

    def share(self, value: float) -> str:
        """Ratio as a percentage."""
        shown = 100 * value
        text = "< 0.01" if 0 < shown < 0.01 else f"{shown:.2g}" if shown < 10 else f"{shown:.0f}"
        return f"{text}%" if self.lang == "zh" else f"{text} %"

    def sites(self, share: float) -> str:
        """Share of the sites as a number of sites."""
        return count_of(share * self.collection["sites"])

    def everywhere(self) -> str:
        """That something holds in every future, where there are several."""
        return self.say("everywhere") if len(self.collection["futures"]) > 1 else ""

    def names(self, plans: list[str]) -> str:
        """Plans as a list."""
        titles = [self.named(one) for one in plans]
        return (
            self.say("and").join([self.say("list").join(titles[:-1]), titles[-1]])
            if titles[1:]
            else titles[0]
        )


def count_of(sites: float) -> str:
    """A mean number of sites: no more digits than people use."""
    if 0 < sites < 0.01:
        return "< 0.01"
    return f"{sites:.0f}" if sites >= 10 or sites == 0 else f"{sites:.2g}"


def screen_of(facts: Facts, lang: str) -> Screen:
    """The first screen of a study."""
    speaker = Speaker(facts, lang)
    lines = [*_collection(speaker), *_bulk(speaker)]
    return Screen(_headline(speaker), tuple(lines + _sure(speaker)))


# --- headline ----------------------------------------------------------------------------------------


def _headline(speaker: Speaker) -> tuple[str, ...]:
    if not speaker.rows:
        return (_bulk_headline(speaker),)
    choice = speaker.collection["choice"]
    if len(speaker.rows) == 1:
        return (_of_one(speaker, next(iter(speaker.rows.values()))),)
    if not any(kept(row) for row in speaker.rows.values()):
        return (speaker.say("no_limits", plan=speaker.names([*speaker.rows])),)
    if choice["storage"] is None:
        return (speaker.say("none", **_closest(speaker)),)
    first = _storage_headline(speaker, choice["storage"])
    if choice["every"] is None:
        return first, speaker.say("and_none", everywhere=speaker.everywhere())
    every = choice["every"]
    if every["plan"] == choice["storage"]["plan"]:
        return (first, speaker.say("and_all")) if every["verdict"] == "meets" else (first,)
    key = "and_takes" if every["verdict"] == "meets" else "and_seems"
    row = speaker.rows[every["plan"]]
    return first, speaker.say(
        key, plan=speaker.named(every["plan"]), extra=speaker.cost_of(row), runs=speaker.runs()
    )


def _storage_headline(speaker: Speaker, chosen: Facts) -> str:
    row, plan = speaker.rows[chosen["plan"]], speaker.named(chosen["plan"])
    said = {"plan": plan, "extra": speaker.cost_of(row), "runs": speaker.runs()}
    if chosen["verdict"] != "meets":
        return speaker.say("seems_storage", **said)
    gone = _gone(speaker, row)
    return speaker.say("take", **said, share=gone) if gone else speaker.say("take_bare", **said)


def _gone(speaker: Speaker, row: Facts) -> str:
    """Share of the baseline's overflow that a plan avoids in the first future, where that is certain."""
    base = speaker.rows.get(speaker.collection["baseline"])
    there = row["in_future"][0]
    certain = there["against_baseline"]["overflow"]
    if base is None or certain is None or not (certain["high"] or 0.0) < 0:
        return ""
    before, after = base["in_future"][0]["overflow"], there["overflow"]
    return (
        speaker.share(1 - after["mean"] / before["mean"]) if before and after and before["mean"] > 0 else ""
    )


def _of_one(speaker: Speaker, row: Facts) -> str:
    word, title = kept(row), speaker.named(row["plan"])
    if word in ("fails", "doubtful"):
        failing = [name for name in QUESTIONS if kept(row, (name,)) == word]
        what = speaker.say("and").join(speaker.say(f"{name}_limits") for name in failing)
        return speaker.say(f"one_{word}", plan=title, what=what, runs=speaker.runs())
    key = {"meets": "keeps_all", "undecided": "seems_all", "": "no_limits"}[word]
    return speaker.say(key, plan=title, runs=speaker.runs(), everywhere=speaker.everywhere())


def _closest(speaker: Speaker) -> dict[str, object]:
    row = speaker.rows[speaker.collection["choice"]["closest"]]
    kept_limits, _, judged = counts(row)
    return {
        "plan": speaker.named(row["plan"]),
        "count": kept_limits,
        "all": judged,
        "everywhere": speaker.everywhere(),
    }


def _bulk_headline(speaker: Speaker) -> str:
    if said := _days(speaker):
        return said
    cells = speaker.bulk["cells"]
    judged = [cell for cell in cells if any(cell["verdicts"].values())]
    if not judged:
        return speaker.say("nothing")
    good = sum(set(cell["verdicts"].values()) <= {"meets", ""} for cell in judged)
    return speaker.say("bulk_holds", count=good, all=len(judged))


def _days(speaker: Speaker) -> str:
    """How many off-peak days a year yard and rate stand, over the routes of the slag; empty if not asked."""
    parts = []
    for name in ("yard", "rate"):
        days = [round(one) for one in speaker.bulk.get("days_kept", {}).get(name, ())]
        if days:
            span = speaker.say("span", low=min(days), high=max(days)) if min(days) < max(days) else days[0]
            target = speaker.share(speaker.bulk["target"]) if name == "rate" else ""
            parts.append(speaker.say(f"days_{name}", days=span, target=target))
    return speaker.say("days", parts=speaker.say("comma").join(parts)) if parts else ""


# --- the labelled sentences --------------------------------------------------------------------------


def _collection(speaker: Speaker) -> list[Line]:
    if not speaker.rows:
        return []
    base = speaker.collection["baseline"] if len(speaker.rows) > 1 else ""
    row = speaker.rows.get(base) or next(iter(speaker.rows.values()))
    label = speaker.plan(base) if base else speaker.say("result")
    lines = [Line(label, _state(speaker, row), TONES[kept(row)])]
    if len(speaker.rows) > 1:
        lines += _chosen(speaker)
    return lines + _where(speaker)


def _chosen(speaker: Speaker) -> list[Line]:
    """The cheapest plan for storage and the one for every limit, where they are not the baseline."""
    choice, base = speaker.collection["choice"], speaker.collection["baseline"]
    lines = []
    if (storage := choice["storage"]) and storage["plan"] != base:
        lines.append(_of_choice(speaker, "storage", storage))
    every = choice["every"]
    if every is None:
        text = speaker.say("none_complete", **_closest(speaker))
        lines.append(Line(speaker.say("every"), text, "bad"))
    elif storage and every["plan"] == storage["plan"]:
        if every["verdict"] == "meets" and lines:
            lines.append(
                Line(
                    speaker.say("every"),
                    speaker.say("is_complete", plan=speaker.named(every["plan"])),
                    "good",
                )
            )
    elif every["plan"] != base:
        lines.append(_of_choice(speaker, "every", every))
    return lines


def _of_choice(speaker: Speaker, name: str, chosen: Facts) -> Line:
    row = speaker.rows[chosen["plan"]]
    title = f"{speaker.named(chosen['plan'])} ({speaker.cost_of(row)})"
    if speaker.lang == "zh":
        title = f"{speaker.named(chosen['plan'])}（{speaker.cost_of(row)}）"
    text = f"{title}{': ' if speaker.lang == 'en' else '：'}{_state(speaker, row)}"
    if chosen["perhaps"]:
        other = speaker.rows[chosen["perhaps"]]
        space = " " if speaker.lang == "en" else ""
        text += space + speaker.say(
            "perhaps", plan=speaker.named(other["plan"]), extra=speaker.cost_of(other), runs=speaker.runs()
        )
    return Line(speaker.say(name), text, TONES[chosen["verdict"]])


def _state(speaker: Speaker, row: Facts) -> str:
    """How often sites overflow, how much waits too long, whether a bay fills: over all futures."""
    parts = [part for part in (_overflow(speaker, row), _age(speaker, row), _bay(speaker, row)) if part]
    return speaker.say("semicolon").join(parts) + speaker.say("stop") if parts else speaker.say("nothing")


def _overflow(speaker: Speaker, row: Facts) -> str:
    there = [one["overflow"] for one in row["in_future"]]
    if not there or there[0] is None:
        return ""
    limit = speaker.collection["limits"]["overflow"]
    shown = speaker.say("limit_sites", limit=speaker.sites(limit)) if limit is not None else ""
    if not there[0]["mean"]:
        first = speaker.say("sites_none", runs=speaker.runs(there[0]["runs"])) + shown
    else:
        count, sites = speaker.sites(there[0]["mean"]), speaker.collection["sites"]
        first = speaker.say("sites_of", count=count, sites=sites) + shown
    others = [
        speaker.say(
            "in_future" if one["mean"] else "none_in_future",
            count=speaker.sites(one["mean"]), future=speaker.future(number),
        )
        for number, one in enumerate(there) if number and one is not None
    ]  # fmt: skip
    return speaker.say("comma").join([first, *others])


def _age(speaker: Speaker, row: Facts) -> str:
    there = [one["age"] for one in row["in_future"] if one["age"] is not None]
    limit = speaker.collection["limits"]["age"]
    if not there or limit is None:
        return ""
    worst = max(there, key=lambda one: one["mean"])
    if not worst["mean"]:
        return speaker.say("age_none", runs=speaker.runs(worst["runs"]))
    key = "age_tiny" if worst["mean"] < 1e-4 else "age_worst" if len(there) > 1 else "age"
    return speaker.say(key, share=speaker.share(worst["mean"]), limit=speaker.share(limit))


def _bay(speaker: Speaker, row: Facts) -> str:
    worst = max((one["full_bay"]["mean"] for one in row["in_future"] if one["full_bay"]), default=0.0)
    key = "bay" if len(row["in_future"]) > 1 else "bay_alone"
    return speaker.say(key, share=speaker.share(worst)) if worst else ""


def _where(speaker: Speaker) -> list[Line]:
    where = speaker.collection["where"]
    if not where:
        return []
    many = len(speaker.rows) > 1 and speaker.collection["baseline"] in speaker.rows
    one = speaker.say("all_class", what=_inside(where["class"][speaker.lang])) if where["one_class"] else ""
    count = speaker.say("one_site") if where["sites"] == 1 else speaker.say("sites", n=where["sites"])
    text = speaker.say(
        "where_worst",
        under=speaker.say("under", plan=speaker.named(speaker.collection["baseline"])) if many else "",
        count=count,
        share=speaker.share(where["share_of_days"]),
        one=one,
        site=where["worst"][speaker.lang],
        chance=speaker.share(where["worst_probability"]),
        lack=where["lacks"][speaker.lang],
    )
    return [Line(speaker.say("where"), text)]


def _inside(title: str) -> str:
    return title[:1].lower() + title[1:]


def _bulk(speaker: Speaker) -> list[Line]:
    cells = speaker.bulk["cells"]
    yards = [cell for cell in cells if cell["verdicts"]["yard"]]
    rates = [cell for cell in cells if cell["verdicts"]["rate"]]
    parts = []
    if yards:
        worst = max(yards, key=lambda cell: cell["overflow"]["mean"] if cell["overflow"] else -1.0)
        parts.append(_of_cases(speaker, "yard", yards))
        if worst["overflow"] and not worst["overflow"]["mean"]:
            parts.append(speaker.say("yard_none", runs=speaker.runs(worst["overflow"]["runs"])))
        elif worst["overflow"] and worst["off_peak_days"] is not None:
            share = speaker.share(worst["overflow"]["mean"])
            key = "yard_worst" if len(yards) > 1 else "yard_range"
            parts.append(speaker.say(key, days=f"{worst['off_peak_days']:.0f}", share=share))
    if rates:
        parts.append(_of_cases(speaker, "rate", rates))
    if not parts:
        return []
    words = [cell["verdicts"][name] for cell in cells for name in ("yard", "rate")]
    tone = next((TONES[word] for word in ("fails", "undecided", "meets") if word in words), "plain")
    return [Line(speaker.say("bulk"), speaker.say("semicolon").join(parts) + speaker.say("stop"), tone)]


def _of_cases(speaker: Speaker, name: str, cells: list[Facts]) -> str:
    """In how many cases a limit is kept and missed; of one case, its verdict."""
    words = [cell["verdicts"][name] for cell in cells]
    target = speaker.share(speaker.bulk["target"]) if name == "rate" else ""
    if len(words) == 1:
        return speaker.say(f"{name}_one", word=speaker.say(f"{name}_{words[0]}"), target=target)
    good, bad = words.count("meets"), words.count("fails")
    return speaker.say(name, good=good, bad=bad, all=len(words), target=target)


def _sure(speaker: Speaker) -> list[Line]:
    parts = [*_less(speaker), *_decided(speaker), *_turns(speaker), speaker.say("assumed")]
    return [Line(speaker.say("sure"), (" " if speaker.lang == "en" else "").join(parts))]


def _less(speaker: Speaker) -> list[str]:
    """Plans that overflow less than the baseline in every future, where the paired differences say so."""
    base = speaker.collection.get("baseline", "")
    others = [plan for plan in speaker.rows if plan != base]
    if not base or not others:
        return []
    sure = [plan for plan in others if all(map(_is_less, speaker.rows[plan]["in_future"]))]
    unsure = [plan for plan in others if plan not in sure]
    if not sure:
        return []
    if not unsure:
        every = speaker.say("less_other") if len(others) > 1 else speaker.named(sure[0])
    elif len(unsure) < len(sure):
        every = speaker.say("less_but", plans=speaker.names(unsure))
    else:
        every = speaker.say("less_each", plans=speaker.names(sure)) if sure[1:] else speaker.named(sure[0])
    said = {"base": speaker.named(base), "runs": speaker.runs(), "everywhere": speaker.everywhere()}
    told = [speaker.say("less_sure", every=every, **said)]
    return [*told, speaker.say("not_less")] if len(unsure) >= len(sure) else told


def _is_less(there: Facts) -> bool:
    found = there["against_baseline"]["overflow"]
    return found is not None and found["high"] is not None and found["high"] < 0


def _decided(speaker: Speaker) -> list[str]:
    words = [
        word
        for row in speaker.rows.values()
        for there in row["in_future"]
        for word in there["verdicts"].values()
        if word
    ]
    words += [word for cell in speaker.bulk["cells"] for word in cell["verdicts"].values() if word]
    undecided = words.count("undecided") + words.count("doubtful")
    if not words:
        return []
    key = "undecided" if undecided else "decided"
    return [speaker.say(key, count=undecided, all=len(words), runs=speaker.runs())]


def _turns(speaker: Speaker) -> list[str]:
    """A future in which a cheaper plan would do than the one that keeps every limit in all of them."""
    if not speaker.rows or not (every := speaker.collection["choice"]["every"]):
        return []
    chosen = speaker.rows[every["plan"]]
    for number in range(len(speaker.collection["futures"])):
        for row in speaker.rows.values():
            there = row["in_future"][number]["verdicts"]
            cheaper = row["cost"] is not None and chosen["cost"] is not None and row["cost"] < chosen["cost"]
            if cheaper and set(there.values()) == {"meets"}:
                return [speaker.say("turns", future=speaker.future(number), plan=speaker.named(row["plan"]))]
    return []
