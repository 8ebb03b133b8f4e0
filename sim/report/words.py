"""Every word that figures and page say, in English and Chinese."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sim.report.influence_words import INFLUENCE
from sim.report.sentences import ASSUMED, SENTENCES, Pair
from sim.report.stopping_words import STOPPING
from sim.report.titles import KPI_TITLES
from sim.report.warned_words import WARNED

PLACES: dict[str, Pair] = {
    "place:sources": ("Sources", "产废单位"),
    "place:collection_point": ("Collection point", "集中收集点"),
    "place:kiln_yard": ("Kiln yard", "水泥窑渣场"),
    "place:smelters": ("Smelters' heaps", "冶炼企业渣堆"),
    "place:receivers": ("Receivers", "接收单位"),
    "map:collection_point": ("collection point", "集中收集点"),
    "map:works": ("cement works", "水泥厂"),
    "map:gate": ("road out of the county", "出县道路"),
    "map:straight": ("tours are drawn straight", "线路以直线示意"),
    "map:closer": ("{name}, closer", "{name}（放大）"),
    "map:town": ("the receivers", "接收地"),
    "chain:hazardous": ("Hazardous waste", "危险废物"),
    "chain:slag": ("Slag and the kiln", "矿渣与水泥窑"),
    "zone:centre": ("centre", "中部"),
    "zone:north": ("north", "北部"),
    "zone:east": ("east", "东部"),
    "zone:south": ("south", "南部"),
    "zone:west": ("west", "西部"),
    "comma": (", ", "，"),
    "tour": ("tour: {zone}", "收运线路：{zone}"),
    "to_town": ("to {town}, {km} km straight", "往{town}，直线{km}公里"),
}

AXES: dict[str, Pair] = {
    "axis:overflow_probability": ("years with an overflow (%)", "发生爆仓的年份占比（%）"),
    "axis:overflow_any": ("years with a full bay (%)", "有分区爆仓的年份占比（%）"),
    "axis:square_root": (
        "(square-root scale;\nbars: interval of the mean)",
        "（平方根刻度；\n误差线为均值区间）",
    ),
    "axis:bars": ("bars: interval of the mean", "误差线为均值区间"),
    "axis:with_bars": ("{what}; bars: interval of the mean", "{what}；误差线为均值区间"),
    "axis:overflow_years": ("years over (%)", "超容年份（%）"),
    "curve_counts:sources": ("Sources: share of store-years over", "产废单位：超容的贮存点·年占比"),
    "curve_counts:years": ("Share of years over", "超容年份占比"),
    "curve_counts:ever": (
        "Bays: share of runs ever over; the share of years is no larger, so below the line its limit is kept",
        "分区：曾超容的模拟占比；超容年份占比不高于此，故低于红线即满足限值",
    ),
    "axis:overflow_runs": ("runs ever over (%)", "曾超容的模拟（%）"),
    "axis:overflow_days": ("overflow days per place and year", "爆仓天数（天/处·年）"),
    "axis:site_overflow_days": ("overflow days a year", "爆仓天数（天/年）"),
    "axis:stock": ("stock (t)", "存量（吨）"),
    "axis:yard_stock": ("stock (kt)", "存量（千吨）"),
    "axis:scales_differ": ("stock (kt), scales differ", "存量（千吨），刻度不同"),
    "axis:utilisation_rate": ("utilisation rate (%)", "综合利用率（%）"),
    "axis:transferred": ("transferred (t/yr)", "转移量（吨/年）"),
    "axis:time_share": ("share of time (%)", "时间占比（%）"),
    "axis:time_of_vans": ("share of scheduled time (%)", "占计划时间（%）"),
    "axis:time_of_receivers": ("share of the time on trips (%)", "占出车时间（%）"),
    "axis:time_of_kiln": ("share of all time (%)", "占全部时间（%）"),
    "axis:cost": ("thousand CNY a year", "千元/年"),
    "axis:capacity": ("capacity (t)", "容量（吨）"),
    "axis:lon": ("longitude (°E)", "经度（°E）"),
    "axis:lat": ("latitude (°N)", "纬度（°N）"),
    "limit": ("limit {value}", "限值{value}"),
    "percent": ("{value} %", "{value}%"),
    "target": ("target {value} %", "目标{value}%"),
    "capacity": ("capacity {value} t", "容量{value}吨"),
    "capacity_kt": ("capacity {value} kt", "容量{value}千吨"),
    "now": ("now", "现状"),
    "as_set": ("as set", "设定"),
    "bay_of": ("Bay for {title}: {plan}", "{title}分区：{plan}"),
    "each_source": ("{title} at each source: {plan}", "各产废单位{title}：{plan}"),
    "recorded": ("recorded", "统计值"),
    "counts": (" (counts)", "（采用）"),
    "band": ("{label}: median, 50 % and 90 % of runs", "{label}：中位数及50%、90%区间"),
    "band_only": ("median, 50 % and 90 % of runs", "中位数及50%、90%区间"),
    "p95_of": ("{label}: 95 % of runs lie below", "{label}：95%分位"),
    "kiln_stands": ("the darker, the more the kiln stands", "颜色越深停窑越多"),
    "unit:d/yr": ("d/yr", "天/年"),
}

FIGURES: dict[str, Pair] = {
    "figure:overflow": ("Overflow by plan and future", "各方案各情景的爆仓"),
    "figure:worst_sites": ("The worst sites and what each lacks", "最差的点位及所缺"),
    "figure:stock_bays": ("Stock in the bays", "各分区存量"),
    "figure:stock_yard": ("Stock in the kiln's yard", "渣场存量"),
    "figure:utilisation": ("Comprehensive utilisation rate", "综合利用率"),
    "figure:transfers": ("Transfers against the record", "转移量与统计值"),
    "figure:vehicle_time": ("Where the time goes", "时间去向"),
    "figure:cost": ("Cost by component and payer", "费用构成与承担"),
    "figure:map": ("The county", "县域图"),
    "figure:storage_curve": ("How large a store must be", "容量需求"),
    "title:stock_bays": (
        "Bays of the collection point, each at its own scale: {plan}",
        "集中收集点各分区（刻度各异）：{plan}",
    ),
    "title:transfers": ("Tonnes transferred, and the band of 95 % of single years", "转移量及单年95%区间"),
    "title:time_vans": ("Vans", "收集车"),
    "title:time_receivers": ("Receivers' trucks", "接收单位车辆"),
    "title:time_kiln": ("Kiln", "水泥窑"),
    "title:cost_component": ("By component", "按构成"),
    "title:cost_payer": ("By who pays, without capital", "按承担方（不含投资）"),
    "figure:foot": ("{name} · {first}–{last} · {runs} runs", "{name} · {first}–{last}年 · {runs}次模拟"),
    "title:named": ("{title} ({name})", "{title}（{name}）"),
    "title:changed": ("{title} (changed: {settings})", "{title}（已改：{settings}）"),
    "title:many": ("{plan}, beside {count} others", "{plan}与其他{count}个方案"),
    "future:none": ("base case", "基准情景"),
    "first_of": ("The first {count} of {all} are shown.", "仅示前{count}个（共{all}个）。"),
}

PARTS: dict[str, Pair] = {
    "state:drive_loaded": ("driving loaded", "重车行驶"),
    "state:drive_empty": ("driving empty", "空车行驶"),
    "state:load": ("loading", "装车"),
    "state:unload": ("unloading", "卸车"),
    "state:wait": ("waiting", "等待"),
    "state:rest": ("rest", "休息"),
    "state:idle": ("idle", "闲置"),
    "state:down": ("down", "故障"),
    "state:burning": ("burning", "运行"),
    "state:off_peak": ("off-peak stop", "错峰停窑"),
    "state:restart": ("restart", "点火升温"),
    "state:maintenance": ("maintenance", "检修"),
    "state:unplanned": ("unplanned stop", "故障停窑"),
    "state:stopped": ("stopped", "停窑"),
    "component:direct_haul": ("receivers' trips", "接收单位上门"),
    "component:rounds": ("rounds", "县内收运"),
    "component:haul": ("joint loads", "集中转运"),
    "component:disposal": ("disposal", "处置"),
    "component:operation": ("running the point", "收集点运营"),
    "component:slag_haul": ("slag haulage", "矿渣运输"),
    "component:capital": ("capital (annuity)", "投资（年金）"),
    "payer:generator": ("generators", "产废单位"),
    "payer:operator": ("operator", "运营单位"),
    "payer:bureau": ("bureau", "主管部门"),
    "accounting:oldest_first": ("oldest stock first", "先用旧存"),
    "accounting:newest_first": ("this year's first", "先用当年"),
    "accounting:at_acceptance": ("at acceptance", "按接收量"),
}

LACKS: dict[str, Pair] = {
    "lack:containers": ("{count} more {container} ({what})", "再加{count}个{container}（{what}）"),
    "lack:room": ("room for {what}", "缺{what}容量"),
    "lack:unless": ("{title}; unless noted: {lack}", "{title}；除注明外：{lack}"),
    "lack:or": (" or ", "或"),
    "lack:earlier_call": ("an earlier call", "提前报运"),
    "lack:smaller_load": ("a smaller minimum load", "降低起运量"),
    "lack:more_rounds": ("more frequent rounds", "加密收运"),
    "lack:vehicle": ("a free vehicle", "增加车辆"),
    "lack:larger_vehicle": ("a vehicle that carries a full container", "能装整件容器的车辆"),
    "lack:bay": ("a larger bay", "扩大分区"),
    "lack:opening": ("the collection point open", "收集点投运"),
    "lack:enrolment": ("enrolment", "纳入试点"),
}

CAUSES: dict[str, Pair] = {
    "trigger_not_reached": ("call not yet due", "未到报运条件"),
    "next_round_not_due": ("next round not due", "未到收运日"),
    "waiting_for_minimum_load": ("waiting for a minimum load", "等待凑足起运量"),
    "manifest": ("manifest", "联单办理"),
    "no_vehicle_free": ("no vehicle free", "无空闲车辆"),
    "driver_hours": ("driver hours", "驾驶时限"),
    "road_closed": ("road closed", "道路中断"),
    "receiver_closed": ("receiver closed", "接收单位未开"),
    "truck_full": ("truck full", "车辆已满"),
    "missed_visit": ("missed visit", "上门未果"),
    "bay_full": ("bay full", "分区已满"),
    "collection_point_not_open": ("collection point not open", "收集点未投运"),
    "not_enrolled": ("not enrolled", "未纳入试点"),
    "truck_full_(left_behind)": ("truck full, left behind", "车辆已满未收"),
    "single_batch_larger_than_the_room": ("one batch larger than the room", "单批超过余量"),
    "container_larger_than_the_vehicle": ("container larger than the vehicle", "容器超过车辆载重"),
    "licence_used_up": ("licence used up", "许可量已用完"),
    "vehicle_under_way": ("vehicle under way", "车辆在途"),
    "kiln_stopped": ("kiln stopped", "停窑"),
    "clinker_silo_empty": ("clinker silo empty", "熟料库空"),
    "market": ("market", "市场"),
}

VERDICTS: dict[str, Pair] = {
    "verdict:meets": ("meets", "达标"),
    "verdict:fails": ("FAILS", "不达标"),
    "verdict:undecided": ("undecided", "未定"),
    "verdict:": ("–", "–"),
    "criterion:sources:overflow_probability": ("site-years", "爆仓点年"),
    "criterion:sources:overflow_days": ("days", "爆仓天数"),
    "criterion:collection_point:overflow_any": ("bays", "分区"),
    "criterion:collection_point:overflow_probability": ("bays", "分区"),
    "criterion:kiln_yard:overflow_probability": ("yard", "渣场"),
    "criterion:kiln_yard:overflow_any": ("yard", "渣场"),
    "criterion:overflow_any": ("bay", "分区"),
    "criterion:overflow_probability": ("overflow", "爆仓"),
    "criterion:age_over_limit_share": ("age", "超期"),
    "criterion:utilisation_target_met": ("utilisation", "利用率"),
    "futures_all": ("in every future", "在所有情景下"),
    "lead:one": ("**{plan}**: {parts}.", "**{plan}**：{parts}。"),
    "lead:meets": ("**meets**", "**达标**"),
    "lead:fails": ("**fails**", "**不达标**"),
    "lead:undecided": ("*undecided*", "*未定*"),
    "lead:everywhere": (" in every future", "（所有情景）"),
    "lead:with": (" with {futures}", "：{futures}"),
    "lead:why": (" ({why})", "（{why}）"),
    "long:kiln_yard:overflow_probability": ("Kiln yard", "渣场爆仓"),
    "long:county:utilisation_target_met": ("Utilisation rate", "综合利用率"),
    "long:sources:overflow_probability": ("Sources, site-years with overflow", "产废单位爆仓点年"),
    "long:sources:overflow_days": ("Sources, overflow days", "产废单位爆仓天数"),
    "long:collection_point:overflow_any": ("Bays", "分区爆仓"),
    "long:sources:age_over_limit_share": ("Age at the sources", "产废单位超期"),
    "long:collection_point:age_over_limit_share": ("Age at the collection point", "收集点超期"),
    "long:county:age_over_limit_share": ("Age over all", "全程超期"),
    "lead:next": (". ", "。"),
    "lead:of_storage": ("storage {parts}", "贮存{parts}"),
    "lead:of_age": ("Age {parts}", "贮存期限{parts}"),
    "lead:of_slag": ("{parts}", "{parts}"),
    "grid:why": ("{word}: {why}", "{word}：{why}"),
    "grid:age": ("age {word}", "期限{word}"),
    "age:none": (
        "none over the limit seen in {runs} runs, so at most {share}; to say *meets* takes {needed}",
        "{runs}次模拟均未见超期，故至多{share}；判为达标需{needed}次",
    ),
    "seen:none": (
        "{what}: not one in {runs} runs; at most {most}",
        "{what}：{runs}次模拟均未出现，至多{most}",
    ),
    "age:little": (
        (
            "{share} seen at most, below the limit; {runs} runs are too few, to say *meets* takes more than "
            "{needed}"
        ),
        "最多见{share}，低于限值；{runs}次模拟不足，判为达标需{needed}次以上",
    ),
    "few": (
        "Where nothing at all is seen in {runs} runs, *meets* cannot yet be said of {text}.",
        "某项在{runs}次模拟中从未出现时，尚不能据此判为达标：{text}。",
    ),
    "few:one": ("{what} (takes {needed})", "{what}（需{needed}次）"),
    "few:sources_overflow_probability": ("site-years", "爆仓点年"),
    "few:any_bay_overflow_probability": ("bays", "分区"),
    "few:age_over_limit_share": ("age", "贮存期限"),
    "few:yard_overflow_probability": ("the yard", "渣场"),
    "few:utilisation_target_met": ("the rate", "利用率"),
    "lead:none": ("no limit of the study applies", "无适用限值"),
    "list": (", ", "、"),
    "listing": ("{rest}: {heads}", "{rest}：{heads}"),
    "then": ("; ", "；"),
    "limits": ("Limits: {text}.", "限值：{text}。"),
    "limit:sources": (
        "at most {share} of site-years with an overflow **and** {days} overflow days per site and year",
        "爆仓点年不超过{share}**且**每点每年不超过{days}天",
    ),
    "limit:bays": ("any bay in at most {share} of the years", "任一分区爆仓年份不超过{share}"),
    "limit:age": ("at most {share} of the tonnes older than the age limit", "超期贮存不超过总量{share}"),
    "limit:yard": ("kiln yard in at most {share} of the years", "渣场爆仓年份不超过{share}"),
    "limit:rate": ("{target} used in at least {share} of the years", "利用率达{target}的年份不少于{share}"),
}

HEADINGS: dict[str, Pair] = {
    "head:about": ("What is compared", "比较对象"),
    "head:verdict": ("Verdict", "结论"),
    "head:by_year": ("Year by year", "逐年情况"),
    "head:off_peak": ("How many off-peak days a year", "每年可承受的错峰天数"),
    "head:overflow": ("How likely, and for how long", "可能性与持续时间"),
    "head:waiting": ("Where the tonnes waited", "废物滞留在何处"),
    "head:sites": ("Which sites", "哪些点位"),
    "head:cost": ("The cheap way beside the dear one", "低成本与高成本方案对照"),
    "head:headroom": ("Headroom", "余量"),
    "head:never": ("What never binds", "不构成约束的因素"),
    "head:slag": ("Slag and the kiln", "矿渣与水泥窑"),
    "head:history": ("Against the record", "与统计值对照"),
    "head:assumptions": ("What is assumed", "主要假设"),
    "head:reading": ("How to read this", "阅读说明"),
    "head:figures": ("Figures", "图"),
    "head:missing": ("What could not be made", "未能生成的内容"),
    "col:plan": ("plan", "方案"),
    "col:future": ("future", "情景"),
    "col:sites_year": ("site-years with overflow", "爆仓点年"),
    "col:days": ("days per site and year", "天/点·年"),
    "col:difference": ("against {plan}, points", "较{plan}，百分点"),
    "col:age": ("older than limit", "超期"),
    "col:bays": ("years with a full bay", "分区爆仓年份"),
    "col:stock_sources": ("t at sources", "产废单位存量（吨）"),
    "col:stock_point": ("t at collection point", "收集点存量（吨）"),
    "col:days_sources": ("days at source", "在产废单位（天）"),
    "col:days_point": ("days at point", "在收集点（天）"),
    "col:cycle": ("days in all", "全程（天）"),
    "col:informal": ("t/yr to informal buyers", "流向非正规收购（吨/年）"),
    "col:transferred": ("t/yr handed over", "规范转移（吨/年）"),
    "col:site": ("site", "点位"),
    "col:class": ("what overflows", "爆仓类别"),
    "col:cause": ("usual cause", "主要原因"),
    "col:lack": ("what it lacks", "所缺"),
    "col:site_days": ("days/yr", "天/年"),
    "col:site_chance": ("years with overflow", "爆仓年份"),
    "col:overflowed": ("site-years with overflow a year", "爆仓点年/年"),
    "col:running": ("running, kCNY/yr", "运行费用（千元/年）"),
    "col:kcny": ("with capital, kCNY/yr", "含投资（千元/年）"),
    "col:extra": ("more than {plan}", "较{plan}增加"),
    "col:avoided": ("site-years avoided", "避免的爆仓点年"),
    "col:each": ("kCNY per site-year avoided", "千元/避免点年"),
    "col:yard": ("yard overflows", "渣场爆仓"),
    "col:yard_days": ("days/yr", "天/年"),
    "col:off_peak": ("off-peak d", "错峰天数"),
    "col:not_burning": ("not burning d", "停窑天数"),
    "col:met": ("years at {target}", "达{target}年份"),
    "col:verdict": ("verdict", "结论"),
    "col:year": ("year", "年份"),
    "col:slag_recorded": ("slag recorded, 10⁴ t", "产生量统计（万吨）"),
    "col:slag_model": ("model, 10⁴ t", "模型（万吨）"),
    "col:slag_used": ("used", "利用量"),
    "col:slag_nobody": ("taken by nobody", "无去向"),
    "col:slag_left": ("in the yard on 31 Dec", "年末存量"),
    "col:rate_recorded": ("rate recorded", "利用率统计"),
    "col:recorded": ("recorded", "统计值"),
    "col:model": ("model", "模型"),
    "col:band": ("95 % of years", "单年95%区间"),
    "col:inside": ("inside", "是否落入"),
    "col:at_least": ("runs ≥ recorded", "不小于统计值的模拟"),
    "col:half": ("half-width", "半宽"),
    "col:assumption": ("assumption", "假设"),
    "col:value": ("value", "取值"),
    "col:range": ("range", "范围"),
    "col:changes": ("changes the verdict?", "是否改变结论？"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
}

WORDS: dict[str, Pair] = {
    **PLACES, **AXES, **FIGURES, **PARTS, **LACKS, **VERDICTS, **HEADINGS, **SENTENCES, **ASSUMED,
    **INFLUENCE, **STOPPING, **WARNED,
}  # fmt: skip

CONTAINERS: dict[str, tuple[str, str, str]] = {
    "drum": ("drum", "drums", "桶"),
    "rack": ("rack", "racks", "架"),
    "box": ("box", "boxes", "箱"),
    "can": ("can", "cans", "罐"),
    "bag": ("bag", "bags", "袋"),
    "cabinet": ("cabinet", "cabinets", "柜"),
    "pallet": ("pallet", "pallets", "托盘"),
    "tote": ("tote", "totes", "吨箱"),
    "": ("container", "containers", "容器"),
}
"""Containers: singular, plural, Chinese."""

LANGUAGES = ("en", "zh")


class Words:
    """The words in one language.

    Raises
    ------
    ValueError
        If `lang` is neither `en` nor `zh`.
    """

    def __init__(self, lang: str) -> None:
        if lang not in LANGUAGES:
            raise ValueError(f"language {lang!r} is unknown; there are en and zh")
        self.lang = lang
        self._place = LANGUAGES.index(lang)

    def __call__(self, key: str, *, default: str | None = None, **values: object) -> str:
        """Text of `key` with `values` filled in; `default` where there is none."""
        pair = WORDS.get(key)
        if pair is None:
            if default is None:
                raise KeyError(key)
            return default
        return pair[self._place].format(**values)

    def pick(self, text: Mapping[str, str]) -> str:
        """Text of a title that exists in both languages."""
        return str(text[self.lang])

    def join(self, texts: list[str]) -> str:
        """Texts as a list."""
        return self("list").join(texts)

    def sentences(self, texts: Iterable[str]) -> str:
        """Sentences after each other: English ones with a space between; empty ones are left out."""
        return (" " if self.lang == "en" else "").join(text for text in texts if text)

    def inside(self, title: str) -> str:
        """A title inside a sentence: English ones begin small, abbreviations excepted."""
        return title[:1].lower() + title[1:] if self.lang == "en" and title[1:2].islower() else title

    def cause(self, name: str) -> str:
        """Cause of an overflow in words."""
        pair = CAUSES.get(name.strip().lower().replace(" ", "_"))
        return name.replace("_", " ") if pair is None else pair[self._place]

    def container(self, name: str, count: int) -> str:
        """Container's word for this many of them; an unknown kind keeps its name."""
        key = next((key for key in CONTAINERS if key and key in name.lower()), "")
        if not key and name and self.lang == "en":
            return name
        one, many, chinese = CONTAINERS[key]
        return chinese if self.lang == "zh" else one if count == 1 else many

    def kpi(self, name: str) -> str:
        """Title of a KPI."""
        return kpi_title(name, self.lang)


def kpi_title(name: str, lang: str) -> str:
    """Title of a KPI in `lang`; parts of a split (`cost:generator`) are named too."""
    words = Words(lang)
    base, _, part = name.partition(":")
    pair = KPI_TITLES.get(base)
    title = base.replace("_", " ") if pair is None else pair[LANGUAGES.index(lang)]
    if not part:
        return title
    own = words(f"payer:{part}", default=words(f"component:{part}", default=part.replace("_", " ")))
    return f"{title}（{own}）" if lang == "zh" else f"{title}: {own}"
