"""What the page says of looks, stops and selections, in English and Chinese."""

from __future__ import annotations

from sim.report.sentences import Pair

STOPPING: dict[str, Pair] = {
    "head:enough": ("When it was enough", "何时停止模拟"),
    "head:best": ("Best plan", "最优方案"),
    "col:question": ("verdict", "结论"),
    "col:n": ("replications", "模拟次数"),
    "col:stopped": ("stopped by", "停止原因"),
    "col:came_out": ("came out", "结果"),
    "col:mean": ("mean over its batches", "各批均值"),
    "enough:looks": (
        "Replications were added look by look ({looks}), until {what}.",
        "按预定次数逐次增加模拟（{looks}），直至{what}。",
    ),
    "enough:decided": ("each verdict was *meets* or *fails*", "每个结论为达标或不达标"),
    "enough:narrow": ("intervals were narrow ({goals})", "区间足够窄（{goals}）"),
    "enough:selected": ("the best plan was found", "找到最优方案"),
    "enough:and": (" and ", "且"),
    "enough:together": (
        (
            "All {verdicts} limits, at all looks together, are judged wrongly with a chance of at most "
            "{error}: each has an interval of {confidence}. For days of overflow, which have no largest "
            "value, this is approximate."
        ),
        (
            "全部{verdicts}项限值在所有检查点上误判的总概率不超过{error}：每项使用{confidence}的区间。"
            "爆仓天数无上限，故为近似。"
        ),
    ),
    "enough:needed": (
        "Even if nothing is seen, *meets* takes: {text}.",
        "即使未见任何事件，判为达标至少需要：{text}。",
    ),
    "enough:need": ("{what} {needed}", "{what}{needed}次"),
    "enough:open": (
        "*Undecided* at the budget of {budget} replications means that the truth may lie on either side.",
        "达到上限{budget}次仍为未定，表示真值可能在限值任一侧。",
    ),
    "question:storage": ("storage {word}", "贮存{word}"),
    "question:age": ("age {word}", "期限{word}"),
    "question:yard": ("yard {word}", "渣场{word}"),
    "question:rate": ("utilisation {word}", "利用率{word}"),
    "stopped:decided": ("decided", "已判定"),
    "stopped:absolute_half_width": ("absolute half-width", "绝对半宽"),
    "stopped:relative_half_width": ("relative half-width", "相对半宽"),
    "stopped:half_widths": ("half-widths", "半宽"),
    "stopped:not_asked": ("nothing asked of it", "无要求"),
    "stopped:budget": ("budget", "次数上限"),
    "stopped:best": ("selected", "选定"),
    "stopped:eliminated": ("eliminated", "淘汰"),
    "stopped:behind": ("end of the race", "比较结束"),
    "stopped:with": ("{why}: {detail}", "{why}：{detail}"),
    "best:least": ("the least", "最小"),
    "best:most": ("the most", "最大"),
    "best:race": (
        "**{plan}** has {what} of “{kpi}” ({place}){future}.",
        "**{plan}**的“{kpi}”（{place}）{what}{future}。",
    ),
    "best:open": (
        "Not decided within {budget} replications for “{kpi}” ({place}){future}: {plans}.",
        "在{budget}次模拟内未能确定“{kpi}”（{place}）的最优方案{future}：{plans}。",
    ),
    "best:with": (" with {future}", "：{future}"),
    "best:promise": (
        (
            "If the best plan leads by at least {zone}, it is found with a chance of at least "
            "{chance} (all choices together). If others are nearer to the best than that, one of them may be "
            "chosen. Plans met the same chance; a value of the race is the mean of {batch} replications, the "
            "first stage has {stage} of them. That they are normal is assumed."
        ),
        (
            "若最优方案领先至少{zone}，则被选中的概率不低于{chance}（所有选择合计）；若其他方案与最优之差"
            "小于此值，可能选中其中之一。各方案使用同一随机条件；每{batch}次模拟取均值为一批，首阶段{stage}批；"
            "假设批均值服从正态分布。"
        ),
    ),
    "came:best": ("best", "最优"),
    "came:eliminated": ("eliminated at batch {batches} by {by}", "第{batches}批被{by}淘汰"),
    "came:behind": ("in until the end, behind", "保留至最后，落后"),
    "came:open": ("still in at the budget", "达到上限时仍未定"),
    "place:county": ("county", "全县"),
    "place:vans": ("Vans", "收集车"),
    "read:up_to": (
        (
            "Up to {n} replications per plan and future, seed {seed}, {years}; the same chance for every "
            "plan. Differences are over the replications that both plans have."
        ),
        "每个方案与情景最多{n}次重复模拟，随机种子{seed}，{years}；各方案使用同一随机条件，差值取双方共有的模拟。",
    ),
    "read:family": (
        (
            "What has a limit is shown with the interval that decides its verdict, wider than 95 %, as all "
            "verdicts and looks hold together. Verdicts are *meets* or *fails* when that lies on one side."
        ),
        "有限值的指标显示用于判定的区间（宽于95%），使所有结论与检查点同时成立；该区间位于限值一侧时判为达标或不达标。",
    ),
}
