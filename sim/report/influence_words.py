"""What the page and the figures of a sensitivity study say, in English and Chinese."""

from __future__ import annotations

Pair = tuple[str, str]

CAUTIONS: dict[str, Pair] = {
    "caution:one_replication": (
        "One replication a point: luck cannot be told from assumptions. Ask for `--replications 4`.",
        "每个点仅模拟一次，无法区分偶然与假设的作用；请用`--replications 4`。",
    ),
    "caution:identical": (
        (
            "At {points} of {of} points replications are identical to the bit in every KPI: either "
            "nothing in "
            "them is left to chance, or chance did not reach them."
        ),
        "{of}个点中有{points}个点的各次模拟逐位相同：或其中没有随机因素，或随机因素未起作用。",
    ),
    "caution:failed": (
        "{runs} of {of} runs failed and are left out: {reason}",
        "{of}次模拟中{runs}次失败，已剔除：{reason}",
    ),
    "caution:nothing": (
        "{what} has no value at any of {of} points: nothing is computed.",
        "{what}在{of}个点均无值：未作计算。",
    ),
    "caution:missing": (
        "{what} has no value at {points} of {of} points; what rests on them is left out.",
        "{what}在{of}个点中的{points}个无值，相关部分已剔除。",
    ),
    "caution:many_missing": (
        "{what} has no value at {points} of {of} points, more than a fifth: no indices are computed.",
        "{what}在{of}个点中的{points}个无值，超过五分之一：不计算指数。",
    ),
    "caution:constant": (
        "{what} is {value} in every run at every point: there is nothing to explain, and no index.",
        "{what}在所有点的所有模拟中均为{value}：无可解释，不给指数。",
    ),
    "caution:luck": (
        (
            "{what}: {share} of the variance of the points' means is luck, more than the assumptions "
            "explain. "
            "Ask for more replications."
        ),
        "{what}：各点均值的方差中{share}来自偶然，大于假设的作用；请增加模拟次数。",
    ),
    "caution:few_trajectories": (
        "{count} trajectories are few (at least {fewest}): the screening is a first look.",
        "仅{count}条轨迹（至少{fewest}条）：筛选结果仅供初步参考。",
    ),
    "caution:few_rows": (
        "{count} base rows are few (at least {fewest}): intervals are too short, indices a hint.",
        "基础样本仅{count}行（至少{fewest}行）：区间偏窄，指数仅供参考。",
    ),
    "caution:no_variance": (
        "{what} does not vary beyond luck while these assumptions vary: no indices.",
        "{what}在这些假设变化时的变动不超过偶然：不给指数。",
    ),
    "caution:outside": (
        (
            "{what}: the {which} index of `{factor}` is {value} [{low}, {high}], outside 0 to 1 even "
            "with its "
            "interval: too few base rows, or a few extreme runs decide it. Do not use it."
        ),
        (
            "{what}：`{factor}`的{which}指数为{value} [{low}, {high}]，连同区间均在0至1之外："
            "样本过少或受个别极端值支配，不可采用。"
        ),
    ),
    "caution:first_above_total": (
        "{what}: `{factor}` alone explains more than in all, beyond both intervals: too few base rows.",
        "{what}：`{factor}`的一阶指数高于总指数且超出区间：样本过少。",
    ),
    "caution:more_matter": (
        "{count} assumptions matter; the {most} that matter most are looked at closely (`--most`).",
        "{count}项假设有影响，仅细看影响最大的{most}项（`--most`）。",
    ),
    "caution:nothing_matters": (
        "No assumption moves it beyond luck: nothing is looked at closely.",
        "没有假设的作用超过偶然：不再细看。",
    ),
    "caution:never_fails": (
        "It fails at none of {of} points: there is no region of failure within these ranges.",
        "{of}个点均未失效：在这些范围内没有失效区。",
    ),
    "caution:always_fails": (
        "It fails at all of {of} points: within these ranges no assumption saves it.",
        "{of}个点全部失效：在这些范围内任何假设都无法挽救。",
    ),
    "caution:few_failing": (
        (
            "It fails at {count} of {of} points: fewer than {fewest} on one side tell little. Ask for "
            "more `--points`."
        ),
        "{of}个点中{count}个失效：一侧少于{fewest}个，说明力弱；请增加`--points`。",
    ),
    "caution:unsure": (
        "At {count} of {of} points the replications do not decide whether it fails; their means do.",
        "{of}个点中有{count}个点的模拟次数不足以判定是否失效，按均值归类。",
    ),
}

INFLUENCE: dict[str, Pair] = {
    **CAUTIONS,
    "influence:title": ("Which assumptions decide: {plan}", "哪些假设起决定作用：{plan}"),
    "influence:title_fails": ("Where it fails: {plan}", "何处失效：{plan}"),
    "influence:intro": (
        (
            "{count} assumptions vary over their ranges, one law each, on common chance: {points} "
            "points, {runs} runs."
        ),
        "{count}项假设在各自范围内变动，采用共同随机数：{points}个点，{runs}次模拟。",
    ),
    "influence:asked": ("Asked: {what}.", "问题：{what}。"),
    "influence:against": ("Compared with: {plan}.", "对照方案：{plan}。"),
    "influence:of_plan": ("{kpi} ({place})", "{kpi}（{place}）"),
    "influence:difference": ("{kpi} ({place}), difference to {plan}", "{kpi}（{place}），与{plan}之差"),
    "influence:points": ("points", "个百分点"),
    "head:influence": ("In words", "结论"),
    "head:decide": ("What decides", "起决定作用的假设"),
    "head:order": ("Would any turn the order of plans?", "是否会改变方案排序？"),
    "head:luck": ("Luck", "偶然"),
    "head:cautions": ("Before you believe it", "使用前须知"),
    "head:box": ("Where it fails", "失效区"),
    "influence:none_decides": (
        "**{what}**: no single assumption decides it.",
        "**{what}**：没有单项假设起决定作用。",
    ),
    "influence:decides": ("**{what}** is decided by {factors}.", "**{what}**取决于{factors}。"),
    "influence:adds": ("Adding a little: {factors}.", "略有影响：{factors}。"),
    "influence:rest": (
        (
            "Of {all}, {none} do nothing at all, {hardly} hardly anything, {luck} nothing that luck does "
            "not do too."
        ),
        "共{all}项，其中{none}项毫无影响，{hardly}项几乎无影响，{luck}项的影响与偶然无异。",
    ),
    "influence:rest_sobol": (
        "Of {all}, {hardly} explain hardly anything.",
        "共{all}项，其中{hardly}项几乎不起作用。",
    ),
    "influence:constant": (
        "**{what}**: {value} everywhere; nothing decides it.",
        "**{what}**：处处为{value}。",
    ),
    "influence:unknown": (
        "**{what}**: not computed; see below why.",
        "**{what}**：未计算，原因见下。",
    ),
    "influence:measure": (
        "Low confidence among these: {factors}; settle this first.",
        "其中{factors}可信度低：宜优先核实。",
    ),
    "influence:factor_total": ("`{path}` ({share} in all{swing})", "`{path}`（总效应{share}{swing}）"),
    "influence:factor_share": (
        "`{path}` ({share} of the effects{swing})",
        "`{path}`（占效应{share}{swing}）",
    ),
    "influence:swing": ("; {low}: {at_low}, {high}: {at_high}", "；{low}时{at_low}，{high}时{at_high}"),
    "order:lower": (
        "**{what}**: as the scenario stands, {plan} lies {side} by {size} [{low}, {high}].",
        "**{what}**：按现有取值，{plan}{side}{size} [{low}, {high}]。",
    ),
    "order:side_lower": ("lower", "较低，差"),
    "order:side_higher": ("higher", "较高，差"),
    "order:open_base": (
        "**{what}**: as the scenario stands the plans cannot be ranked ({size} [{low}, {high}]).",
        "**{what}**：按现有取值无法排序（{size} [{low}, {high}]）。",
    ),
    "order:turns": ("Alone, {factors} would turn the order.", "单独变动{factors}会改变排序。"),
    "order:none_turns": (
        "None of the {count} looked at closely turns it alone, at an end of its range.",
        "细看的{count}项中，没有一项单独取范围端点时会改变排序。",
    ),
    "order:leaves_open": ("{factors} would leave it open.", "{factors}会使排序不定。"),
    "order:together": (
        (
            "With all assumptions drawn at once the order turns at {turned} of {points} points, and is "
            "open at {open}."
        ),
        "所有假设同时变动时，{points}个点中{turned}个排序改变，{open}个不定。",
    ),
    "order:at": ("`{path}` = {value} ({mean})", "`{path}` = {value}（{mean}）"),
    "luck:shares": (
        (
            "**{what}**: of the variance of single runs over the points, {assumptions} comes from the "
            "assumptions, {luck} from luck that hits all points alike and cancels between them, "
            "{interplay} from "
            "luck that hits each otherwise. Means over {replications} replications keep a variance "
            "of {left}; "
            "indices are freed of it."
        ),
        (
            "**{what}**：单次模拟方差中{assumptions}来自假设，{luck}来自各点共同的偶然（相减即消），"
            "{interplay}来自"
            "各点不同的偶然。{replications}次均值中仍留方差{left}，指数已予剔除。"
        ),
    ),
    "luck:none": (
        "One replication a point: the parts cannot be told apart.",
        "每点仅一次模拟，无法拆分。",
    ),
    "fails:over": ("{what} above {value}", "{what}高于{value}"),
    "fails:under": ("{what} below {value}", "{what}低于{value}"),
    "fails:count": (
        "It fails ({rule}) at {fail} of {points} points.",
        "{points}个点中{fail}个失效（{rule}）。",
    ),
    "box:sentence": (
        (
            "**{plan} fails ({rule}) where {sides}**: this box holds {coverage} of all points that fail "
            "(coverage), {density} of its {points} points fail (density), and it takes up {mass} of "
            "all points."
        ),
        (
            "**{plan}在{sides}时失效（{rule}）**：该区包含{coverage}的失效点（覆盖率），"
            "区内{points}个点中{density}失效"
            "（密度），占全部点的{mass}。"
        ),
    ),
    "box:none": (
        "No box tells points that fail from the others better than chance would.",
        "没有任何区域能比偶然更好地区分失效点。",
    ),
    "box:and": (" and ", "且"),
    "box:from": ("`{path}` is at least {low}", "`{path}`不低于{low}"),
    "box:to": ("`{path}` is at most {high}", "`{path}`不高于{high}"),
    "box:between": ("`{path}` lies between {low} and {high}", "`{path}`介于{low}与{high}之间"),
    "box:words": ("`{path}` is {values}", "`{path}`为{values}"),
    "box:or": (" or ", "或"),
    "box:future_none": ("the scenario as it is", "无附加情景"),
    "split:none": (
        "No assumption tells points that fail from the others beyond chance.",
        "没有假设能超出偶然地区分失效点。",
    ),
    "split:some": (
        "What tells points that fail from the others: {factors}.",
        "能区分失效点的假设：{factors}。",
    ),
    "split:higher": (
        "`{path}` is higher (median {fail} against {other})",
        "`{path}`较高（中位数{fail}对{other}）",
    ),
    "split:lower": (
        "`{path}` is lower (median {fail} against {other})",
        "`{path}`较低（中位数{fail}对{other}）",
    ),
    "split:word": ("`{path}` is {word}", "`{path}`为{word}"),
    "col:unit": ("unit", "单位"),
    "col:at_low": ("at its low end", "取下限时"),
    "col:at_high": ("at its high end", "取上限时"),
    "col:first": ("alone (first)", "单独（一阶）"),
    "col:total": ("in all (total)", "总效应"),
    "col:share": ("share of effects", "效应占比"),
    "col:origin": ("origin", "来源"),
    "col:distance": ("distance", "距离"),
    "col:p": ("p, adjusted", "校正p值"),
    "figure:tornado": ("One assumption at a time", "逐项变动"),
    "figure:heat_map": ("What each assumption does to each KPI", "各假设对各指标的作用"),
    "figure:failure": ("Where it fails", "失效区"),
    "figure:split": ("What tells failures apart", "区分失效的假设"),
    "axis:heat_share": ("share of squared effects (%)", "效应平方占比（%）"),
    "axis:index": ("index", "指数"),
    "axis:distance": ("distance between failing and other points", "失效点与其他点的距离"),
    "axis:range_share": ("range of the assumption (%)", "假设范围（%）"),
    "axis:coverage": ("coverage (%)", "覆盖率（%）"),
    "axis:density": ("density (%)", "密度（%）"),
    "tornado:low": ("low end of the range", "取下限"),
    "tornado:high": ("high end of the range", "取上限"),
    "tornado:now": ("as the scenario stands", "现有取值"),
    "tornado:zero": ("order turns here", "排序在此改变"),
    "heat:total": ("Sobol', in all: {what}", "Sobol'总效应：{what}"),
    "heat:difference": ("difference: {what}", "差值：{what}"),
    "peeling:box": ("the box", "所选区域"),
    "peeling:way": ("boxes on the way", "剥离过程"),
    "influence:reading": (
        (
            "Every assumption is screened by elementary effects (Morris): how far the KPI moves when "
            "it alone "
            "moves, from many places. Of those that matter, Sobol' indices say what share of the "
            "KPI's variance "
            "each explains while these vary and the rest stay as they are: alone, and in all with its "
            "interplays. Brackets are 95 % intervals over points and replications. *Decides*: a "
            "tenth or more; "
            "*adds*: a hundredth or more. An index below 0 or above 1 whose interval reaches 0 or 1 is to be "
            "read as 0 or 1. Every range counts as wide as it is written: a wrong range is a wrong answer."
        ),
        (
            "每项假设先经基本效应（Morris）筛选：在多处单独变动时指标的移动幅度。"
            "对有影响者再计算Sobol'指数：仅这些"
            "假设变动、其余不变时，各自单独及连同交互解释的方差份额。"
            "方括号为95%区间（含点与模拟次数）。“决定”指占一成"
            "以上，“略有影响”指占百分之一以上。指数低于0或高于1而区间含0或1者，视为0或1。"
            "范围写多宽就算多宽：范围有误，"
            "答案即有误。"
        ),
    ),
    "influence:reading_fails": (
        (
            "Points are drawn evenly over the ranges; a point fails where its mean breaks the limit. "
            "Coverage: "
            "share of failures inside the box; density: share of the box that fails. Restrictions "
            "that chance "
            "could have made are left out; p is adjusted for the number of assumptions. The share of "
            "points is "
            "no probability: it depends on how wide the ranges are written."
        ),
        (
            "各点在范围内均匀抽取，均值越限即为失效。覆盖率：区内失效点占全部失效点之比；密度："
            "区内失效点占比。偶然即可"
            "产生的限制已剔除，p值按假设数校正。点的占比不是概率，取决于范围写多宽。"
        ),
    ),
}
