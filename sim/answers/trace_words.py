"""What a trace says of each event, in English and Chinese."""

from __future__ import annotations

SAYINGS: dict[str, tuple[str, str]] = {
    "note": ("{text}", "{text}"),
    "opened": ("the collection point opens", "收集点投运"),
    "enrolled": ("enrolled with the collection point", "纳入收集点服务"),
    "called:stock": (
        "calls: {mass:.3f} t in store, a store at its trigger",
        "报运：存量{mass:.3f}吨，达到触发量",
    ),
    "called:age": (
        "calls: {mass:.3f} t in store, the oldest lot is due",
        "报运：存量{mass:.3f}吨，最早批次到期",
    ),
    "decided": (
        "truck {vehicle} is decided on: papers until {ready}, leaves {start} by {route}",
        "{vehicle}号车派定：手续至{ready}，{start}经{route}出发",
    ),
    "campaign": (
        "a campaign opens: {rounds} rounds, {stops} stops, until {end}",
        "收运轮次开始：{rounds}趟，{stops}站，至{end}",
    ),
    "ordered": (
        "a joint load is ordered: papers until {ready}, truck {vehicle} leaves {start} by {route}",
        "联运派定：手续至{ready}，{vehicle}号车{start}经{route}出发",
    ),
    "left": ("truck {vehicle} leaves the town", "{vehicle}号车自接收地出发"),
    "left:van": ("van {vehicle} leaves for {stops} stops", "{vehicle}号收集车出发，{stops}站"),
    "collected": ("visited: {mass:.3f} t collected", "上门：收取{mass:.3f}吨"),
    "missed": ("visited in vain: nobody there, or refused", "上门未果：无人或拒交"),
    "truck_full": (
        "visited: {mass:.3f} t collected, the rest left behind (vehicle full)",
        "上门：收取{mass:.3f}吨，车满余留",
    ),
    "bay_full": (
        "visited: {mass:.3f} t collected, the rest left behind (bay full)",
        "上门：收取{mass:.3f}吨，分区已满余留",
    ),
    "licence_used": (
        "visited: {mass:.3f} t collected, the rest left behind (licence used up)",
        "上门：收取{mass:.3f}吨，许可量已用完，余留",
    ),
    "too_large": (
        "visited: {mass:.3f} t collected, the rest left behind (container larger than the vehicle)",
        "上门：收取{mass:.3f}吨，容器超过车辆载重，余留",
    ),
    "loaded": ("joint load: {mass:.2f} t taken out of the bay", "联运：出库{mass:.2f}吨"),
    "turned_away": ("no room for {mass:.3f} t", "无容量接收{mass:.3f}吨"),
    "diverted": ("{mass:.2f} t leave by illegal ways", "{mass:.2f}吨非法流失"),
    "cleaned": ("tank cleaning: {mass:.2f} t leave the same day", "清罐：{mass:.2f}吨当日运走"),
    "back": (
        "truck {vehicle} is back by {route}: {mass:.2f} t unloaded",
        "{vehicle}号车经{route}返回：卸货{mass:.2f}吨",
    ),
    "back:van": (
        "van {vehicle} is back: {mass:.2f} t into the bays",
        "{vehicle}号收集车返回：入库{mass:.2f}吨",
    ),
    "accepted": ("{mass:.2f} t accepted by {receiver}", "{receiver}确认接收{mass:.2f}吨"),
    "breakdown": ("van {vehicle} breaks down, repaired {end}", "{vehicle}号收集车故障，{end}修复"),
    "road_closed": ("closed until {end}", "中断至{end}"),
    "road_open": ("open again", "恢复通行"),
    "overflow_begins": ("above capacity: {cause}", "超容：{cause}"),
    "overflow_ends": (
        "within capacity again after {days:.1f} days, at most {mass:.3f} t over",
        "恢复至容量内，历时{days:.1f}天，最多超出{mass:.3f}吨",
    ),
    "kiln_stops:off_peak": ("the kiln stops: off-peak, {days:.0f} days", "停窑：错峰{days:.0f}天"),
    "kiln_stops:maintenance": ("the kiln stops: maintenance, {days:.0f} days", "停窑：检修{days:.0f}天"),
    "kiln_stops:restart": ("the kiln restarts: {days:.1f} days until it burns", "点火升温{days:.1f}天"),
    "kiln_stops:unplanned": ("the kiln stops: unplanned, {days:.1f} days", "停窑：非计划{days:.1f}天"),
    "kiln_burns": ("the kiln burns", "正常生产"),
    "silo_empty": ("the clinker silo is empty: grinding follows the kiln", "熟料库空：粉磨随窑"),
    "silo_filled": ("clinker is in the silo again", "熟料库恢复"),
    "year_end:sources": (
        (
            "{year}: {generated:.1f} t arose, {informal:.1f} t to informal buyers, "
            "{transferred:.1f} t handed over; {mass:.2f} t in store"
        ),
        "{year}年：产生{generated:.1f}吨，流入非正规{informal:.1f}吨，转移{transferred:.1f}吨；存量{mass:.2f}吨",
    ),
    "year_end:collection_point": ("{year}: {mass:.2f} t in the bays", "{year}年：库存{mass:.2f}吨"),
    "year_end:kiln_yard": (
        (
            "{year}: {mass:.0f} t in the yard, {heaps:.0f} t on the heaps, {silo:.0f} t of clinker; "
            "{off_peak:.0f} off-peak days, {idle:.0f} days not burning"
        ),
        "{year}年：渣场{mass:.0f}吨，渣堆{heaps:.0f}吨，熟料{silo:.0f}吨；错峰{off_peak:.0f}天，停窑{idle:.0f}天",
    ),
    "year_end:county": (
        (
            "{year}: {mass:.0f} t used, {generated:.0f} t generated; rate {oldest:.2%} (oldest stock first), "
            "{newest:.2%} (this year's first), {accepted:.2%} (at acceptance)"
        ),
        (
            "{year}年：利用{mass:.0f}吨，产生{generated:.0f}吨；利用率{oldest:.2%}（先用旧存）、"
            "{newest:.2%}（先用当年）、{accepted:.2%}（按入厂）"
        ),
    ),
}
"""Event, with a variant after the colon where there are several, -> text."""

NOTES: dict[str, tuple[str, str]] = {
    "run": (
        "{name}: seed {seed}, replication {replication}, years {first}-{last}, inputs {mark}",
        "{name}：种子{seed}，第{replication}次重复，{first}–{last}年，输入{mark}",
    ),
    "books": ("books: {failure}", "账目：{failure}"),
}
LANGUAGES = ("en", "zh")
RANK = {event.partition(":")[0]: rank for rank, event in enumerate(SAYINGS)}
"""Order of events of one moment."""


def say(event: str, lang: str, **values: object) -> str:
    """Text of an event."""
    return SAYINGS[event][LANGUAGES.index(lang)].format(**values)


def note(word: str, lang: str, **values: object) -> str:
    """Text of a note."""
    return NOTES[word][LANGUAGES.index(lang)].format(**values)
