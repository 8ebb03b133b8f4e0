"""Sentences of the answer page, and the names of assumptions, in English and Chinese."""

from __future__ import annotations

Pair = tuple[str, str]

SENTENCES: dict[str, Pair] = {
    "by_year:of": (": ", "："),
    "by_year:kcny": ("kCNY", "千元"),
    "by_year:note": ("Means over runs with their 95 % intervals.", "各年模拟均值及95%区间。"),
    "off_peak:where": (" ({where})", "（{where}）"),
    "off_peak:at_most": ("overflow in at most {bound} of years", "爆仓年份不超过{bound}"),
    "off_peak:at_least": (
        "{target} used in at least {bound} of years",
        "利用率达{target}的年份不少于{bound}",
    ),
    "off_peak:line": ("**{limit}**{where}, {bound}: {reach}.", "**{limit}**{where}，{bound}：{reach}。"),
    "off_peak:level": ("{days} days ({share})", "{days}天（{share}）"),
    "off_peak:about": ("up to about **{reach} days** a year{interval}", "每年约**{reach}天**以内{interval}"),
    "off_peak:both": (" (95 % interval {low} to {high})", "（95%区间{low}至{high}天）"),
    "off_peak:low": (" (95 %: at least {low})", "（95%：至少{low}天）"),
    "off_peak:high": (
        " (95 %: at most {high}; so few runs do not show any number of days to keep it)",
        "（95%：至多{high}天；模拟次数太少，尚不能证实任何天数可保持）",
    ),
    "off_peak:then": ("; ", "；"),
    "off_peak:beside": (
        "of the numbers simulated {keeps} keep it, {leaves} do not",
        "模拟的天数中，{keeps}可保持，{leaves}不能",
    ),
    "off_peak:always": (
        "kept by every number of days simulated, up to {keeps}",
        "模拟的天数均可保持，直至{keeps}",
    ),
    "off_peak:never": ("not kept even by {leaves}", "最少的{leaves}时已不能保持"),
    "off_peak:note": (
        (
            "In brackets the share of years. By the means of the runs, interpolated where two simulated "
            "numbers of days lie close together; the interval is where the ends of their intervals leave "
            "the limit. On the same chance a shorter task is contained in a longer one."
        ),
        (
            "括号内为年份占比。按模拟均值计，相邻天数足够接近时内插；区间取各天数区间两端越过限值之处。"
            "同一随机条件下，较短的任务包含于较长的任务之中。"
        ),
    ),
    "about:one": ("**{title}**: {about}", "**{title}**：{about}"),
    "about:changed": ("**{title}**. Without the change: {about}", "**{title}**。未改时：{about}"),
    "sites:heading": ("**{plan}**{future}:", "**{plan}**{future}："),
    "sites:future": (", {future}", "，{future}"),
    "sites:none": ("{plan}: no site overflowed.", "{plan}：无点位爆仓。"),
    "sites:note": (
        "Containers: enough to hold 95 % of that site's overflows, other things equal.",
        "容器数：其他条件不变时可容纳该点95%的爆仓。",
    ),
    "sites:prices": (
        "One more costs, purchase over its life and the floor under it: {prices}.",
        "每增一个的费用（购置按寿命分摊，含占地）：{prices}。",
    ),
    "sites:price": ("{container} ({what}) {price} CNY/yr", "{container}（{what}）{price}元/年"),
    "cost:year": ("Per year", "每年"),
    "cost:note": (
        (
            "capital (vehicles, collection point and bays, containers and the floor under them) included "
            "as an annuity. A site-year with overflow is one site that overflows at least once in one "
            "year. A dash: not dearer, or nothing avoided."
        ),
        "投资（车辆、收集点及分区、容器及其占地）按年金计入。爆仓点年指一个点位在一年内至少爆仓一次。“–”：不更贵，或无避免量。",
    ),
    "page:all_with": ("All with {futures}.", "均为：{futures}。"),
    "page:with": ("With {futures}.", "情景：{futures}。"),
    "page:changed": ("Changed for this run: {settings}.", "本次改动：{settings}。"),
    "page:same": (
        "The plans come to the same in one half, which is left out here and stands in the tables: {chain}.",
        "各方案在以下部分结果相同，页面略去，数据见表格：{chain}。",
    ),
    "cost:cheapest": (
        "**{plan}** avoids an overflowed site-year for {each} kCNY, **{dear}** for {dear_each} kCNY.",
        "**{plan}**每避免一个爆仓点年需{each}千元，**{dear}**需{dear_each}千元。",
    ),
    "cost:free": (
        (
            "**{plan}** avoids {avoided} overflowed site-years a year and costs no more than **{base}**: "
            "{cost} against {base_cost} kCNY/yr with capital."
        ),
        "**{plan}**每年避免{avoided}个爆仓点年，费用不高于**{base}**：含投资{cost}千元/年，后者{base_cost}千元/年。",
    ),
    "volume:note": (
        (
            "Waste that reaches the stores, up to which the mean of the runs keeps all limits on storage; "
            "interpolated between the simulated futures, all else as in them."
        ),
        "各项贮存限值按模拟均值均可满足时的入库量；在模拟情景之间内插，其余条件同各情景。",
    ),
    "volume:today": ("t/yr, {future}", "{future}（吨/年）"),
    "volume:reach": ("keeps its limits up to, t/yr", "可达（吨/年）"),
    "volume:times": ("times today", "为现状倍数"),
    "volume:limit": ("first limit left", "首先超出的限值"),
    "volume:crosses": ("about {reach}", "约{reach}"),
    "volume:kept": ("more than {reach}, the most simulated", "超过{reach}（模拟最大值）"),
    "volume:never": ("less than {reach}, the least simulated", "不足{reach}（模拟最小值）"),
    "stop:share": (
        (
            "By hand, with {share} % of the slag to raw meal: an empty yard of {capacity} t takes these "
            "{raw} t/d for {grinding} days while cement grinding goes on{silo}."
        ),
        "手算（{share}%矿渣入生料）：空渣场{capacity}吨，在粉磨继续时可容纳生料用渣{raw}吨/天共{grinding}天{silo}。",
    ),
    "stop:silo": (
        "; if grinding ends after the {silo} days of a full clinker silo, {days}; with an empty one, {empty}",
        "；若满库熟料{silo}天后用尽、粉磨停止，则为{days}天，空库则为{empty}天",
    ),
    "stop:december": (
        "A stop over 31 December is the next risk: it leaves about {raw} t a day on the books of the year.",
        "跨12月31日的停窑是下一个风险：每天约{raw}吨计入当年未利用量。",
    ),
    "none_in": ("none in {n} runs", "{n}次模拟均无"),
    "never:licence": (
        "The licence: at most {share} of it is used, in any run of any plan and future.",
        "许可规模：任一方案与情景的任一次模拟最多使用{share}。",
    ),
    "never:bays": (
        "The bays: none overflowed in {n} runs of any plan and future (upper bound {bound} of the years).",
        "分区：任一方案与情景的{n}次模拟均未爆仓（上界为{bound}的年份）。",
    ),
    "never:vans": (
        "The vans: busy for at most {share} of their scheduled time, in any run.",
        "收集车：任一次模拟最多占用{share}的计划时间。",
    ),
    "never:with": (" with {futures}", "：{futures}"),
    "never:under": (" under {plans}", "：{plans}"),
    "waiting:note": (
        "With {future}. The other futures are in summary.csv (stock_mean, dwell_mean, transfer_cycle_mean).",
        "{future}。其他情景见summary.csv（stock_mean、dwell_mean、transfer_cycle_mean）。",
    ),
    "never:yard": (
        "The kiln yard: no overflow in {n} runs{where} (upper bound {bound} of the years).",
        "渣场：{n}次模拟均未爆仓（上界为{bound}的年份）{where}。",
    ),
    "slag:counts": (
        (
            "Rates are means of calendar years; the one booked **{accounting}** counts. Stock of "
            "earlier years that is used stands in the denominator too."
        ),
        "利用率为各日历年均值，以“{accounting}”口径为准；使用的往年存量同时计入分母。",
    ),
    "slag:clump": (
        (
            "How off-peak days clump is assumed, and decides how often the yard overflows: the task of a "
            "year is cleared by quarter, in campaigns of {shortest} to {longest} days."
        ),
        ("错峰天数如何集中是假设，且决定渣场爆仓频率：全年任务按季度完成，每次停窑{shortest}至{longest}天。"),
    ),
    "slag:clump_untested": (
        "As many days settled month by month may give another verdict: a future of that form shows it.",
        "同样天数若按月结清，结论可能不同：可用按月结清的情景检验。",
    ),
    "slag:clump_shown": (
        "As many days settled month by month: {text}.",
        "同样天数按月结清时：{text}。",
    ),
    "slag:clump_pair": (
        (
            "overflow in {monthly} of years instead of {annual}, on {monthly_days} days a year instead of "
            "{annual_days}{where}"
        ),
        "爆仓年份{monthly}（按年{annual}），每年{monthly_days}天（按年{annual_days}天）{where}",
    ),
    "slag:clump_where": (" ({rest})", "，{rest}"),
    "slag:horizon": (
        (
            "† No steady state: more slag arrives than can be used in the days the kiln burns, or nearly as "
            "much, so the heap grows for years and the probability speaks of {years}, not of a typical year."
        ),
        "† 无稳态：来渣超过或接近运行期可利用量，存量逐年增长，概率仅适用于{years}，不代表常年水平。",
    ),
    "slag:turns": ("Bookkeeping turns the target: {text}.", "核算口径会改变是否达标：{text}。"),
    "slag:turn": ("above {target} {above}, below {below}", "{above}高于{target}，{below}低于{target}"),
    "history:total": (
        (
            "**{future}**: {first}-{last} together {mean} t in the model, {recorded} t recorded ({share}); "
            "{inside} of {years} recorded years lie in the band of their year."
        ),
        (
            "**{future}**：{first}–{last}年合计模型{mean}吨，统计{recorded}吨（{share}）；"
            "{years}个统计年份中{inside}个落入当年区间。"
        ),
    ),
    "history:swing": (
        (
            " Largest / smallest year: {recorded} recorded, {median} in the middle run, at least as large in "
            "{share} of runs."
        ),
        "最大/最小年之比：统计{recorded}，模拟中位{median}，{share}的模拟不小于统计值。",
    ),
    "history:slag": (
        (
            "Slag and other general waste, 10⁴ t, and the rate at which it was used. Tonnes by year and what "
            "went to the pond are given to the model; the yard on 31 December is what it computes."
        ),
        "一般工业固体废物（万吨）及其综合利用率。各年产生量和入库量为输入，年末渣场存量由模型计算。",
    ),
    "history:gaps": ("Farthest from the recorded rate: {gaps}.", "与统计利用率的最大偏差：{gaps}。"),
    "history:gap": ("{accounting} {gap} points ({year})", "{accounting}{gap}个百分点（{year}年）"),
    "history:caution": (
        (
            "The width of the yearly bands comes from an assumed yearly factor: that the record lies "
            "inside is consistent, not a validation."
        ),
        "年度区间宽度来自假设的年度系数：统计值落入区间只说明相容，并非验证。",
    ),
    "assume:lead": (
        (
            "Numbers of low confidence that the result leans on. A change of the verdict is stated "
            "only where this study varies the number."
        ),
        "以下为置信度低且影响结果的取值。仅当本研究改变了该取值时，才说明结论是否改变。",
    ),
    "assume:untested": ("not tested here", "本次未检验"),
    "assume:yes": ("yes, between {what} that differ in it", "是（相应{what}之间）"),
    "assume:no": ("no, in the {what} shown", "否（所示{what}内）"),
    "assume:futures": ("futures", "情景"),
    "assume:plans": ("plans", "方案"),
    "assume:bookkeeping": ("yes, see the slag table", "是，见矿渣表"),
    "assume:bookkeeping_no": ("no, all three agree", "否，三种口径一致"),
    "assume:varies": ("varies", "不一"),
    "read:n": (
        (
            "{n} replications per plan and future, seed {seed}, {years}; the same chance for every "
            "plan, so differences are paired."
        ),
        "每个方案与情景{n}次重复模拟，随机种子{seed}，{years}；各方案使用同一随机条件，差值为配对差。",
    ),
    "read:years": ("years {first}-{last}", "{first}–{last}年"),
    "read:interval": (
        (
            "Brackets are 95 % intervals of the mean over replications ({methods}); a replication, not "
            "a site or a year, is the unit. They hold for the model as it is, not for its assumptions."
        ),
        "括号为重复模拟均值的95%区间（{methods}），以重复模拟而非点位或年份为独立单位；仅反映模型随机性，不含假设的不确定性。",
    ),
    "read:verdict": (
        (
            "*Meets* or *fails* is said when the whole interval lies on one side of the limit, "
            "*undecided* otherwise."
        ),
        "整个区间位于限值一侧时判为达标或不达标，否则为未定。",
    ),
    "read:words": (
        (
            "Overflow: stock above the store's capacity. Site-year: one site in one year. Not burning: "
            "off-peak stops, restarts, maintenance and unplanned stops."
        ),
        "爆仓：存量超过容量。点年：一个点位一年。停窑天数含错峰、点火升温、检修与故障。",
    ),
    "read:end": (
        (
            "{chain}, {cell}: {end} t stand or are under way at the end, {begin} t did at the start; the "
            "change is {share} % of what arose, and what becomes of it lies outside the reported years."
        ),
        "{chain}，{cell}：期末存量及在途{end}吨，期初{begin}吨；变化为产生量的{share}%，其去向不在报告年份内。",
    ),
    "read:spills": (
        (
            "Expected releases (a factor per vehicle-km and per container handled, apart from the "
            "rest): {text} a year."
        ),
        "预期泄漏（按车公里与搬运次数的系数，单列）：{text}次/年。",
    ),
}

ASSUMED: dict[str, Pair] = {
    "assume:store": ("containers per site and class", "各点位各类容器数"),
    "assume:min_load": ("smallest load a receiver accepts, t", "接收单位最低起运量（吨）"),
    "assume:capture_direct": ("share captured under long haul", "长途收运的收集率"),
    "assume:capture_pilot": ("share captured under rounds", "收集试点的收集率"),
    "assume:level": ("waste arising, factor", "产生量系数"),
    "assume:yearly_cv": ("spread of the common yearly factor", "年度共同系数离散度"),
    "assume:call_share": ("stock at which a source calls", "报运存量占比"),
    "assume:call_days": ("age at which a source calls, d", "报运贮存天数"),
    "assume:max_wait": ("longest wait for a minimum load, d", "最长凑载等待（天）"),
    "assume:missed": ("visits that find nobody", "上门未果率"),
    "assume:off_peak_form": (
        "how off-peak days are settled, and so clump",
        "错峰天数结算方式（决定集中程度）",
    ),
    "form:annual": ("by year, cleared by quarter", "按年核定、按季完成"),
    "form:monthly": ("by month", "按月结清"),
    "form:recorded": ("by month, as recorded", "按月（日历）"),
    "form:windows": ("on given dates", "按日期"),
    "assume:raw_share": ("share of slag to raw meal", "入生料占比"),
    "assume:raw_limit": ("raw-meal feed limit, t/d", "生料掺渣上限（吨/天）"),
    "assume:slag_share": ("slag in cement", "水泥掺渣占比"),
    "assume:silo": ("clinker silo, days", "熟料库天数"),
    "assume:yard": ("yard, t", "渣场容量（吨）"),
    "assume:slag_cv": ("spread of yearly slag", "矿渣年度离散度"),
    "assume:earmarked": ("routes earmarked", "去向定额"),
    "assume:accounting": ("bookkeeping of used stock", "利用量核算口径"),
}
