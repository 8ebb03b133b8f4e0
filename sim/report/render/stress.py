"""STRESS-DES, the reporting guideline of discrete-event simulation, filled in from a run's manifest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sim.report.render.material import Material

Pair = tuple[str, str]
Row = tuple[str, str]

STRESS: dict[str, Pair] = {
    "title": ("Appendix: STRESS-DES", "附录：STRESS-DES报告要素"),
    "lead": (
        "What the guideline for reporting discrete-event simulations asks for, as this run answers it.",
        "离散事件仿真报告规范（STRESS-DES）所列要素及本次运行的对应内容。",
    ),
    "item": ("asked for", "要素"),
    "answer": ("this run", "本次运行"),
    "1.1": ("1.1 Purpose", "1.1 目的"),
    "1.2": ("1.2 Outputs", "1.2 输出"),
    "1.3": ("1.3 What is compared", "1.3 比较内容"),
    "2.1": ("2.1 Logic", "2.1 模型逻辑"),
    "2.2": ("2.2 Logic of the plans and futures", "2.2 方案与情景逻辑"),
    "2.3": ("2.3 Common chance", "2.3 随机性"),
    "3.1": ("3.1 Data and their origin", "3.1 数据及来源"),
    "3.2": ("3.2 Input files", "3.2 输入文件"),
    "3.3": ("3.3 Assumptions", "3.3 假设"),
    "4.1": ("4.1 Start", "4.1 初始化"),
    "4.2": ("4.2 Length", "4.2 运行长度"),
    "4.3": ("4.3 Estimation", "4.3 估计方法"),
    "5.1": ("5.1 Software", "5.1 软件"),
    "5.2": ("5.2 Random numbers", "5.2 随机数"),
    "6.1": ("6.1 Access to the model", "6.1 模型获取"),
    "purpose": (
        "{title} For the decision which plan of collection to take, and whether the kiln's yard holds.",
        "{title}用于决定采用何种收运方案，以及渣场容量是否足够。",
    ),
    "outputs": (
        ("Overflow, waiting time, transfers, use of slag, cost; limits: {limits}. Definitions: "
        "report.xlsx."),
        "爆仓、贮存期限、转移、矿渣利用、费用；限值：{limits}。各指标定义见report.xlsx。",
    ),
    "compared": (
        "{plans} plans and {futures} futures in {cells} cells.",
        "{plans}个方案、{futures}种情景，共{cells}个组合。",
    ),
    "logic": (
        (
            "Discrete events: waste arises in batches at each site and fills its containers; calls, rounds, "
            "vans, trucks, the collection point and the receivers remove it under opening "
            "hours, loads and roads; slag waits in heaps and in the kiln's yard while the kiln stands. "
            "docs/MODEL.md tells every assumption."
        ),
        (
            "离散事件：各点位废物成批产生并占用容器；报运、收运、收集车、货车、集中收集点与接收单位按开放时间、"
            "装载与道路条件清运；水泥窑停窑期间矿渣在渣堆与渣场等待。逐条说明见docs/MODEL.md。"
        ),
    ),
    "common": (
        "Every plan meets the same chance in the same replication, so differences are paired.",
        "同一次模拟中各方案面对相同的随机条件，差异成对比较。",
    ),
    "origins": (
        "{count} values with an origin each; confidence: {confidence}. All: report.xlsx, Assumptions.",
        "{count}个取值，逐一注明来源；可信度：{confidence}。全部见report.xlsx“假设与来源”。",
    ),
    "files": (
        "{count} files, each with its SHA-256 in manifest.json: {names}.",
        "{count}个文件，SHA-256见manifest.json：{names}。",
    ),
    "assumed": (
        "{count} of the values are said to be assumptions or of low confidence.",
        "其中{count}个为假设或低可信度。",
    ),
    "start": (
        "{warm} years of warm-up before the reported years; stores begin as the scenario says.",
        "报告期前预热{warm}年；初始存量按情景设定。",
    ),
    "length": (
        "Years {first} to {last}, {runs} replications of each cell.",
        "{first}至{last}年，每个组合{runs}次模拟。",
    ),
    "estimation": (
        ("Mean over the replications with a 95 % interval; verdicts only where all of it lies on one side "
        "of the limit (docs/STATISTICS.md)."),
        "多次模拟的均值及95%区间；仅当整个区间位于限值一侧时作出判定（docs/STATISTICS.md）。",
    ),
    "program": ("waste-planner {version}, {versions}.", "waste-planner {version}，{versions}。"),
    "random": ("Seed {seed}; {scheme}.", "种子{seed}；{scheme}。"),
    "access": (
        ("MIT licence; commit {commit}, SHA-256 of the sources {sources}; run again with these inputs and "
        "this seed, it gives the same bytes."),
        "MIT许可；提交{commit}，源码SHA-256 {sources}；以上述输入与相同种子重新运行，结果逐字节相同。",
    ),
    "none": ("not stated", "未注明"),
}  # fmt: skip
"""English, Chinese."""

NAMES = 12
"""Input files that are named."""


def say(material: Material, key: str, **parts: object) -> str:
    """A text of the appendix."""
    return STRESS[key][int(material.lang == "zh")].format(**parts)


def rows_of(material: Material) -> Iterator[Row]:
    """What is asked for, and what this run answers, as far as its manifest knows."""
    manifest = material.view.manifest
    for key, text in _answers(material, manifest):
        if text:
            yield say(material, key), text


def _answers(material: Material, manifest: Mapping[str, Any]) -> Iterator[Row]:
    facts, comma = material.facts, material.speaker.say("comma")
    mark = "" if material.title.endswith(("?", "？", ".", "。")) else material.speaker.say("stop")
    space = " " if material.lang == "en" and mark else ""
    title = f"{material.title}{mark}{space}"
    yield "1.1", say(material, "purpose", title=title)
    limits = manifest.get("study", {}).get("tolerances", {})
    shown = comma.join(f"{name} {value:g}" for name, value in limits.items() if value is not None)
    yield "1.2", say(material, "outputs", limits=shown or say(material, "none"))
    cells = manifest.get("cells", [])
    plans, futures = {cell["plan"] for cell in cells}, {cell["future"] for cell in cells}
    yield "1.3", say(material, "compared", plans=len(plans), futures=len(futures), cells=len(cells))
    yield "2.1", say(material, "logic")
    yield "2.2", comma.join(dict.fromkeys(cell["scenario"] for cell in cells))
    yield "2.3", say(material, "common")
    yield from _data(material, manifest, comma)
    first, last = facts["years"]
    warm = manifest.get("warm_up_years")
    yield "4.1", "" if warm is None else say(material, "start", warm=warm)
    yield "4.2", say(material, "length", first=first, last=last, runs=facts["runs"])
    yield "4.3", say(material, "estimation")
    program, versions = manifest.get("program", {}), manifest.get("versions", {})
    told = comma.join(f"{name} {version}" for name, version in versions.items() if name != "waste-planner")
    yield "5.1", say(material, "program", version=program.get("version", ""), versions=told) if told else ""
    yield (
        "5.2",
        say(material, "random", seed=manifest.get("seed", ""), scheme=manifest.get("seed_scheme", "Philox")),
    )
    commit = program.get("commit") or say(material, "none")
    yield "6.1", say(material, "access", commit=commit, sources=program["sources"]) if program else ""


def _data(material: Material, manifest: Mapping[str, Any], comma: str) -> Iterator[Row]:
    origins = [one for one in manifest.get("origins", []) if one.get("origin")]
    counts = Counter(one.get("confidence") or say(material, "none") for one in origins)
    shown = comma.join(f"{name} {count}" for name, count in sorted(counts.items()))
    yield "3.1", say(material, "origins", count=len(origins), confidence=shown) if origins else ""
    files = list(manifest.get("inputs", {}))
    named = comma.join(files[:NAMES]) + ("…" if len(files) > NAMES else "")
    yield "3.2", say(material, "files", count=len(files), names=named) if files else ""
    assumed = [one for one in origins if "assum" in one["origin"] or one.get("confidence") == "low"]
    yield "3.3", say(material, "assumed", count=len(assumed)) if origins else ""
