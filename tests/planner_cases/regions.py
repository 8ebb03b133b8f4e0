"""A tiny, valid region for tests: two townships, three sources, one smelter, one kiln.

`write_tiny_region(tmp_path)` returns a scenarios root with the region `tiny`, its plans `long_haul`
and `pilot`, its futures `latent` and `off_peak_190`, and its study `mini`.
"""

from pathlib import Path

REGION = """\
# yaml-language-server: $schema=../schema/scenario.json
title: {en: Tiny county, zh: 小县}
origin: made up for tests
confidence: low
years: {first: 2026, last: 2027, warm_up_years: 1}
working_days: {country: CN}
tables:
  townships: {file: townships.csv, origins: {population: census}}
  sources: {file: sources.csv, origins: {size_factor: assumption}}
  smelters: {file: smelters.csv}
  kiln_calendar: {file: kiln_calendar.csv}
  smelter_history: {file: smelter_history.csv}
streams:
  oil:
    title: {en: Waste oil, zh: 废油}
    code: 900-214-08
    storage_class: waste_oil
    batch: {mean_kg: {value: 20, range: [10, 40], origin: a guess, confidence: low}, cv: 0.5}
  filters:
    title: {en: Oil filters, zh: 废滤芯}
    code: 900-041-49
    storage_class: oily_solids
    batch: {mean_kg: 5, cv: 0.5}
  sludge:
    title: {en: Tank sludge, zh: 油泥}
    code: 900-221-08
    storage_class: oily_solids
    batch: {mean_kg: 10, cv: 0}
storage_classes:
  waste_oil: {title: {en: Waste oil, zh: 废油}, container: drum, container_t: 0.17,
    price_cny: 200, life_years: 5, floor_cny_per_year: 60}
  oily_solids: {title: {en: Oily solids, zh: 含油固废}, container: drum, container_t: 0.07,
    price_cny: 200, life_years: 5, floor_cny_per_year: 10}
source_types:
  garage:
    title: {en: Garage, zh: 汽修}
    generation_t_per_year: {oil: 0.4, filters: 0.1}
    containers: {waste_oil: 1, oily_solids: 2}
  petrol_station:
    title: {en: Petrol station, zh: 加油站}
    generation_t_per_year: {filters: 0.05}
    containers: {oily_solids: 2}
    cleaning: {stream: sludge, every_years: 2, mass_t: 0.4}
generation:
  level_factor: {value: 1, range: [0.5, 2], origin: assumption}
  growth_per_year: 0
  growth_from_year: 2026
  yearly_cv: 0.2
  season_factors: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
  capture_share: {direct: 1, pilot: 1}
storage_rules:
  age_limit_days: 365
  site_cap_t: 3
  site_cap_from: 2023-07-01
  partial_containers: true
  source_overflow: {policy: keep}
compliance: {overflow_days: 0, basic_overflow_days: 10, age_days: 365, basic_age_days: 400, basic_weight: 0.7}
roads:
  gate: {title: {en: County seat, zh: 县城}, lat: 31.95, lon: 108.66}
  town: {title: {en: Receivers' town, zh: 万州}, lat: 30.81, lon: 108.40}
  local:
    circuity_factor: 1.6
    speed_km_per_h: 35
    travel_time_cv: 0.1
    closures:
      landslide: {per_year: 2, months: [5, 6, 7, 8, 9], mean_days: 1, cv: 1}
  routes:
    old_road:
      title: {en: Old road, zh: 老路}
      distance_km: 270
      truck_hours: 6.3
      opens: {policy: always}
      hazardous_goods: true
      min_load_t: 0.5
      freeway_share: 0.3
      toll_cny_per_km: 1
      travel_time_cv: 0.1
      closures:
        ice: {per_year: 1, months: [12, 1, 2], mean_days: 2, cv: 0.5}
    new_road:
      title: {en: New road, zh: 新路}
      distance_km: 160
      truck_hours: {value: 2.6, range: [2.2, 3.2], origin: derived, confidence: medium}
      opens: {policy: on, date: 2026-07-01}
      hazardous_goods: true
      min_load_t: 0.3
      freeway_share: 0.9
      toll_cny_per_km: 1.5
      travel_time_cv: 0.1
vehicles:
  van:
    title: {en: Van, zh: 厢式货车}
    payload_t: 1.5
    compartments: 2
    cost_cny_per_km: 2
    crew_cny_per_day: 600
    capital_cny_per_year: 40000
    emission_kg_co2_per_km: 0.4
  truck:
    title: {en: Truck, zh: 危货车}
    payload_t: 5
    compartments: 2
    cost_cny_per_km: 4
    crew_cny_per_day: 900
    capital_cny_per_year: 80000
    emission_kg_co2_per_km: 0.8
driving: {shift_starts: "08:00", shift_hours: 9, driver_hours: 8, break_after_hours: 4, break_hours: 0.5}
stops: {load_hours: 0.4, load_time_cv: 0.3, unload_hours: 1, missed_share: 0.05}
manifest: {notice_days: 3, planning_days: 4}
receivers:
  plant_a:
    title: {en: Plant A, zh: 甲厂}
    capacity_t_per_year: 5000
    opens: "08:00"
    closes: "17:00"
    confirmation_days: 2
    confirmation_cv: 0.5
regimes: {default: direct}
direct:
  {call: {fill_share: 0.8, oldest_days: 330}, max_wait_days: 60, vehicle: truck, trucks: 1, max_stops: 12}
slag:
  raw_meal_share: {value: 0.5, range: [0.2, 0.65], origin: assumption}
  earmarked: true
  level_factor: 1
  yearly_cv: 0.34
  heap_capacity_t: 8000
  heap_overflow: {policy: keep}
  start_t: 500
  haulage: {policy: push, haul_t_per_day: 300}
  haul_km: 12
kiln:
  title: {en: Works, zh: 水泥厂}
  lat: 31.90
  lon: 108.60
  yard_capacity_t: 5000
  yard_overflow: {policy: keep}
  raw_meal_limit_t_per_day: 150
  clinker_t_per_day: 2500
  off_peak: {form: recorded, campaigns: {shortest_days: 5, usual_days: 15, longest_days: 30}}
  restart_days: 1.5
  maintenance_days: 10
  unplanned: {per_year: 3, shortest_days: 1, longest_days: 5}
cement:
  demand_t_per_year: 900000
  season_factors: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
  market_factor: 1
  clinker_factor: 0.7
  slag_share: 0.08
  silo_days: 20
outlets:
  brickworks: {title: {en: Brickworks, zh: 砖厂}, capacity_t_per_day: 2}
ponds:
  pond:
    title: {en: Pond, zh: 渣库}
    capacity_m3: 1200000
    used_m3: 80000
    used_on: 2021-11-30
    density_t_per_m3: 1.4
costs:
  disposal_cny_per_t: 3000
  slag_haul_cny_per_t_km: 0.5
  collection_fee_cny_per_t: 3500
  payers:
    direct_haul: generator
    rounds: operator
    haul: operator
    disposal: generator
    operation: operator
    capital: bureau
    containers: generator
    slag_haul: generator
releases:
  rural_accidents_per_million_km: 1.36
  rural_release_share: 0.086
  freeway_accidents_per_million_km: 0.4
  freeway_release_share: 0.086
  spills_per_handling: 0.0005
"""

TOWNSHIPS = """\
name,name_zh,lat,lon,population,zone
uptown,上镇,31.95,108.66,40000,east
downtown,下镇,31.80,108.90,15000,west
"""

SOURCES = """\
name,name_zh,type,township,lat,lon,size_factor,waste_oil,oily_solids,batteries,lab,paint,other
garage-1,汽修一,garage,uptown,31.951,108.661,1,,,,,,
garage-2,汽修二,garage,downtown,31.801,108.901,1.5,2,,,,,
petrol-1,加油站一,petrol_station,downtown,31.802,108.899,1,,,,,,
"""

SMELTERS = """\
name,name_zh,township,status,takes,t_per_year
smelter-1,冶炼一,downtown,operating,works,20000
"""

SMELTER_HISTORY = """\
name,year,t
smelter-1,2019,19000
smelter-1,2020,20000
"""

KILN_CALENDAR = """\
year,m01,m02,m03,m04,m05,m06,m07,m08,m09,m10,m11,m12,basis
2024,31,20,10,0,5,5,10,10,0,5,10,14,announced
2025,31,28,15,10,15,10,15,15,10,10,15,16,announced
"""

LONG_HAUL = """\
# yaml-language-server: $schema=../../schema/scenario.json
extends: ../region.yaml
title: {en: Long haul, zh: 长途直运}
about: {en: The plant fetches what is called., zh: 接收单位按报运上门。}
"""

PILOT = """\
# yaml-language-server: $schema=../../schema/scenario.json
extends: ../region.yaml
title: {en: Collection point, zh: 集中收集点}
origin: a plan made up for tests
regimes: {default: pilot}
collection_point:
  title: {en: Collection point, zh: 收集点}
  lat: 31.93
  lon: 108.65
  opening: {law: date, date: 2025-01-01}
  enrolment_days: 0
  licence_t_per_year: 1000
  bays:
    waste_oil: {capacity_t: {value: 6, range: [3, 20], origin: sketch}, release_t: 3.6}
    oily_solids: {capacity_t: 2.5, release_t: 1.5}
  bay_overflow: {policy: refuse}
  vans: 1
  van: van
  breakdowns: {mean_operating_hours: 500, repair_days: 2}
  max_stops: 15
  rounds: {policy: fixed, every_days: 60, skip_below_t: 0.01}
  handover_working_days: 90
  handover_lead_working_days: 15
  haul_vehicle: truck
  operation_cny_per_year: 200000
  capital_cny_per_year: 100000
  bay_capital_cny_per_t_year: 2000
about: {en: A van brings all waste to a point in the county., zh: 厢式车将全部废物运至县内收集点。}
"""

LATENT = """\
# yaml-language-server: $schema=../../schema/overlay.json
title: {en: Latent waste, zh: 潜在产废}
generation: {level_factor: 6.7, capture_share: {direct: 0.15, pilot: 0.3}}
about: {en: Most waste is not recorded., zh: 多数废物未申报。}
"""

OFF_PEAK_190 = """\
# yaml-language-server: $schema=../../schema/overlay.json
title: {en: 190 off-peak days, zh: 错峰190天}
kiln:
  off_peak:
    form: annual
    days_per_year: {value: 190, range: [110, 190], origin: notice}
    quarter_shares: [0.4, 0.2, 0.2, 0.2]
    campaigns: {shortest_days: 10, usual_days: 20, longest_days: 40}
about: {en: The kiln stands still for 190 days a year., zh: 水泥窑每年错峰190天。}
"""

MINI = """\
# yaml-language-server: $schema=../../schema/study.json
title: {en: Mini study, zh: 小研究}
replications: 4
seed: 1
accounting: oldest_first
tolerances:
  sources_overflow_probability: 0.05
  sources_overflow_days: 2
  any_bay_overflow_probability: 0.05
  yard_overflow_probability: 0.1
  utilisation_target: 0.98
  utilisation_target_met: 0.9
  age_over_limit_share: 0.01
tables:
  collection:
    chain: hazardous
    title: {en: Collection, zh: 收集}
    plans: [long_haul, pilot]
    futures: ["", latent]
    vary: plans
    baseline: long_haul
    primary_kpis: [overflow_probability]
  calendar:
    chain: slag
    title: {en: Calendar, zh: 日历}
    plans: [long_haul]
    futures: ["", off_peak_190]
    vary: futures
    baseline: ""
    primary_kpis: [overflow_probability]
"""

FILES = {
    "region.yaml": REGION,
    "townships.csv": TOWNSHIPS,
    "sources.csv": SOURCES,
    "smelters.csv": SMELTERS,
    "smelter_history.csv": SMELTER_HISTORY,
    "kiln_calendar.csv": KILN_CALENDAR,
    "plans/long_haul.yaml": LONG_HAUL,
    "plans/pilot.yaml": PILOT,
    "futures/latent.yaml": LATENT,
    "futures/off_peak_190.yaml": OFF_PEAK_190,
    "studies/mini.yaml": MINI,
}


def write_tiny_region(folder: Path, region_name: str = "tiny", **changed: str) -> Path:
    """Write the tiny region below `folder` and return the scenarios root.

    `changed` replaces or adds whole files, named with `__` for `/` and without ending
    (`region`, `plans__pilot`, `sources`, `futures__wet`).
    """
    root = folder / "scenarios"
    texts = dict(FILES)
    for word, text in changed.items():
        stem = word.replace("__", "/")
        texts[next((name for name in FILES if name.rsplit(".", 1)[0] == stem), f"{stem}.yaml")] = text
    for name, text in texts.items():
        target = root / region_name / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return root
