"""Words of the page of a storage curve, in English and Chinese."""

from __future__ import annotations

CURVE: dict[str, tuple[str, str]] = {
    "curve:title": ("How large must it be: {place}", "需要多大容量：{place}"),
    "curve:of": (
        "{scenario}, {first}-{last}, {n} replications on common chance.",
        "{scenario}，{first}-{last}年，同一随机条件下重复{n}次。",
    ),
    "curve:place:sources": ("{title} at every source", "各产废单位的{title}"),
    "curve:place:site": ("{title} of {site}", "{site}的{title}"),
    "curve:place:bay": ("bay for {title}", "{title}分区"),
    "curve:capacity": ("capacity (t)", "容量（吨）"),
    "curve:containers": ("containers", "容器数"),
    "curve:risk": ("years with overflow", "爆仓年份占比"),
    "curve:risk_class": ("store-years with overflow", "爆仓的贮存点·年占比"),
    "curve:ever": ("ever too small", "曾经超容"),
    "curve:interval": ("95 % at this capacity", "该容量95%区间"),
    "curve:band": ("95 % at all capacities at once", "全部容量同时95%区间"),
    "curve:how": ("how", "方法"),
    "curve:now": ("as set", "设定"),
    "method:peak": ("one set of runs", "一组模拟"),
    "method:peak_call_kept": ("one set of runs, call unchanged", "一组模拟，报运量不变"),
    "method:first_passage": ("first time only", "仅首次"),
    "method:first_passage_call_kept": ("first time only, call unchanged", "仅首次，报运量不变"),
    "method:runs": ("own runs", "逐一模拟"),
    "method:extrapolation": ("EXTRAPOLATED", "外推"),
    "curve:says:peak": (
        (
            "Nothing reads this capacity and nothing happens when the place is full, so one set of runs "
            "gives every capacity exactly."
        ),
        "没有规则读取该容量，满仓时也不发生任何事，故一组模拟即可精确给出所有容量。",
    ),
    "curve:says:peak_call_kept": (
        (
            "One set of runs, exact if the source goes on calling at the same tonnes as now, whatever "
            "its store holds. In truth it calls at a share of its store: without --once each capacity is "
            "simulated so."
        ),
        "一组模拟；若产废单位仍按现有吨数报运则精确。实际按贮存点的比例报运：不加--once则逐一模拟。",
    ),
    "curve:says:first_passage": (
        (
            "The place turns waste away, so one set of runs is exact only until that first happens: the "
            "table says in how many replications it ever does, from the begin of the run on, up to the "
            "configured capacity."
        ),
        ("该处满则拒收，一组模拟只精确到首次拒收：表中为自模拟开始曾拒收的重复次数占比，至现有容量为止。"),
    ),
    "curve:says:first_passage_call_kept": (
        (
            "What has stood too long leaves, so one set of runs is exact only until the store is first "
            "too small, and if the source goes on calling at the same tonnes."
        ),
        "超期部分会流失，一组模拟只精确到首次超容，且以报运吨数不变为前提。",
    ),
    "curve:says:runs": (
        "Each capacity was simulated by itself, on the same chance.",
        "每个容量均在同一随机条件下逐一模拟。",
    ),
    "curve:why:call": (
        (
            "One set of runs would not do: a source calls at a share of its store, so a larger store "
            "changes when it calls."
        ),
        "一组模拟不够：产废单位按贮存点比例报运，容量一变报运时间也变。",
    ),
    "curve:why:refuse": (
        (
            "One set of runs would not do: a full bay turns waste away, and what stays at the sources "
            "comes later."
        ),
        "一组模拟不够：分区满则拒收，留在源头的废物会晚到。",
    ),
    "curve:why:no_outlet": (
        "One set of runs would not do: what a full place has no room for is sent away.",
        "一组模拟不够：满后多余部分被外运。",
    ),
    "curve:why:divert": (
        "One set of runs would not do: a share of what has stood too long leaves.",
        "一组模拟不够：超期存放的一部分会流失。",
    ),
    "curve:verdict": (
        (
            "At the configured {capacity} t the limit of {limit} is {word}, by the interval of that "
            "capacity alone."
        ),
        "现有容量{capacity}吨：限值{limit}，{word}（按该容量本身的区间）。",
    ),
    "curve:word:meets": ("kept", "满足"),
    "curve:word:fails": ("exceeded", "不满足"),
    "curve:word:undecided": ("undecided", "未定"),
    "curve:enough": (
        (
            "From {capacity} t on the limit of {limit} is kept with 95 % confidence (by the band, so the "
            "capacity may be read off)."
        ),
        "自{capacity}吨起以95%置信度满足限值{limit}（按整条曲线的区间，可直接读取容量）。",
    ),
    "curve:none_enough": (
        (
            "At no capacity shown is the limit of {limit} kept with 95 % confidence; more replications "
            "or a larger capacity may show it."
        ),
        "所示容量均不能以95%置信度满足限值{limit}；可增加重复次数或容量。",
    ),
    "curve:never": (
        (
            "From {capacity} t on none of {n} replications overflowed in any of {years} years: the "
            "probability that one does is at most {high} (exact, 95 %)."
        ),
        "自{capacity}吨起，{n}次重复在{years}年中均未爆仓：其概率至多{high}（精确，95%）。",
    ),
    "curve:needed": (
        (
            "To show that the limit of {limit} is kept takes at least {needed} replications, even if "
            "nothing happens."
        ),
        "即使从不发生，要表明满足限值{limit}也至少需{needed}次重复。",
    ),
    "curve:tail": (
        (
            "**Extrapolated, not simulated**: beyond what was seen, a generalised Pareto law was fitted "
            "to what {exceedances} years of {replications} replications exceed {threshold} t by (the "
            "highest tenth of years; shape {shape}, scale {scale} t; fit not rejected, p = {fit}). It "
            "may be wrong by a factor of several."
        ),
        (
            "**外推而非模拟**：对{replications}次重复中{exceedances}个年份超出{threshold}吨的部分（最高十"
            "分之一）拟合广义帕累托分布（形状{shape}，尺度{scale}吨；拟合优度p = {fit}），误差可能达数倍"
            "。"
        ),
    ),
    "curve:no_tail": ("Not extrapolated: {why}.", "未外推：{why}。"),
    "curve:figure": ("Risk of overflow against capacity", "爆仓风险与容量"),
    "curve:extrapolated": ("extrapolated, not simulated", "外推而非模拟"),
    "curve:simulated": ("simulated, band over all capacities", "模拟及整条曲线区间"),
    "curve:at_now": ("interval at the configured capacity", "现有容量的区间"),
}
