"""Words of the section that tells what the check warned of."""

from __future__ import annotations

WARNED: dict[str, tuple[str, str]] = {
    "head:warned": ("To be checked first", "须先核对"),
    "warned:lead": (
        "The check of the input warns of the following; if it is a slip, the numbers below are wrong.",
        "输入检查给出以下警告；如属笔误，下文数字不可用。",
    ),
    "warned:one": ("{code}, {meaning}: {text} ({place})", "{code}，{meaning}：{text}（{place}）"),
    "warned:more": ("{count} more, in `manifest.json`", "另有{count}条，见`manifest.json`"),
    "warned:W601": ("windows overlap", "停窑时段重叠"),
    "warned:W602": ("a store holds no container", "贮存点没有容器"),
    "warned:W603": ("a store holds less than a large batch", "贮存点装不下一次大批量"),
    "warned:W604": ("no steady state within years", "多年内达不到稳定状态"),
    "warned:W605": ("another unit?", "数量级异常，单位是否有误？"),
    "warned:W606": ("a table has no rows", "表中没有数据行"),
    "warned:W607": ("windows outside the simulated years", "停窑时段不在模拟年份内"),
    "warned:W608": ("a place far from the others", "地点位置可疑"),
    "warned:W609": ("no room for a night's rest", "夜间休息时间不足"),
    "warned:W610": ("no vehicle", "没有车辆"),
    "warned:W611": ("opens after the last year", "启用晚于末年"),
    "warned:W612": ("a range of a whole number has fractions", "整数的范围含小数"),
    "warned:W613": ("a gap between years", "年份缺失"),
    "warned:W614": ("a container that no vehicle can carry", "容器超过车辆载重"),
    "warned:W615": ("declared and not used", "已声明而未使用"),
    "warned:W616": ("one title for several", "标题相同"),
}
"""`warned:one` and `warned:W...` are short; the text that follows is the check's own."""
