"""The vocabulary of a scenario: every word that a file may say, with its bounds.

Keys carry their unit (`payload_t`, `driver_hours`, `days`); `_share` and `_factor` are plain ratios.
A mapping of free names (streams, bays, vehicles, ...) is a `dict`; everything else is closed.
Which words must refer to which others is in `references.py`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from sim.spec import Factor, Months, Share, Spec, number

StorageClass = Literal["waste_oil", "oily_solids", "batteries", "lab", "paint", "other"]
CLASSES: tuple[StorageClass, ...] = ("waste_oil", "oily_solids", "batteries", "lab", "paint", "other")
Regime = Literal["direct", "pilot"]
Payer = Literal["generator", "operator", "bureau"]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
"""Time of day, written `08:00`."""


class Text(Spec):
    """A title in English and Chinese."""

    en: str
    zh: str


# --- time ------------------------------------------------------------------------------------------


class Years(Spec):
    """Calendar years that are reported, and the years simulated before them."""

    first: int = number(ge=1950, le=2090)
    last: int = number(ge=1950, le=2090)
    warm_up_years: int = number(ge=0, le=20)


class WorkingDays(Spec):
    """Working-day calendar: the country's, with dates declared by hand."""

    country: Literal["CN"] = "CN"
    closed: tuple[date, ...] = ()
    worked: tuple[date, ...] = ()


# --- tables (CSV) ----------------------------------------------------------------------------------


class Table(Spec):
    """A CSV beside the scenario file, with the origin of each of its columns."""

    file: str
    origins: dict[str, str] = {}


class Tables(Spec):
    """The tables of a region."""

    townships: Table
    sources: Table
    smelters: Table
    kiln_calendar: Table
    record: Table | None = None
    smelter_history: Table | None = None


class TownshipRow(Spec):
    """One township; `zone` groups townships that one tour serves."""

    name: str
    name_zh: str
    lat: float = number(ge=-90, le=90)
    lon: float = number(ge=-180, le=180)
    population: int = number(ge=0)
    zone: str
    origin: str | None = None


class SourceRow(Spec):
    """One source. Container counts left blank are those of its type."""

    name: str
    name_zh: str
    type: str
    township: str
    lat: float = number(ge=-90, le=90)
    lon: float = number(ge=-180, le=180)
    size_factor: float = number(gt=0, usual=(0.05, 20))
    waste_oil: int | None = number(ge=0, default=None)
    oily_solids: int | None = number(ge=0, default=None)
    batteries: int | None = number(ge=0, default=None)
    lab: int | None = number(ge=0, default=None)
    paint: int | None = number(ge=0, default=None)
    other: int | None = number(ge=0, default=None)
    origin: str | None = None


class SmelterRow(Spec):
    """One generator of slag or other general waste.

    `takes` says who can use it: the cement works, a pond, users elsewhere at once, or nobody.
    `t_per_year` holds from the first year after those of the history; without a history, in all years.
    """

    name: str
    name_zh: str
    township: str
    status: Literal["operating", "idle", "bankrupt", "closed"]
    takes: Literal["works", "pond", "elsewhere", "nobody"]
    t_per_year: float = number(ge=0, usual=(0, 1e5))
    origin: str | None = None


class SmelterHistoryRow(Spec):
    """Tonnes that a smelter is recorded to have generated in a year. Years before the first are like it."""

    name: str
    year: int = number(ge=1950, le=2090)
    t: float = number(ge=0, usual=(0, 1e5))
    origin: str | None = None


class KilnCalendarRow(Spec):
    """Off-peak days of the kiln in each month of one year."""

    year: int = number(ge=1950, le=2090)
    m01: int = number(ge=0, le=31)
    m02: int = number(ge=0, le=29)
    m03: int = number(ge=0, le=31)
    m04: int = number(ge=0, le=30)
    m05: int = number(ge=0, le=31)
    m06: int = number(ge=0, le=30)
    m07: int = number(ge=0, le=31)
    m08: int = number(ge=0, le=31)
    m09: int = number(ge=0, le=30)
    m10: int = number(ge=0, le=31)
    m11: int = number(ge=0, le=30)
    m12: int = number(ge=0, le=31)
    basis: str


class RecordRow(Spec):
    """One recorded number of one year, to hold the model against; it drives nothing.

    `note` says how the model comes to the year, and what of it was put in.
    """

    year: int = number(ge=1950, le=2090)
    quantity: Literal["transferred_t", "slag_generated_t", "utilisation_rate"]
    recorded: float = number(ge=0)
    basis: str
    note: str | None = None
    note_zh: str | None = None


# --- hazardous chain: what arises -------------------------------------------------------------------


class BatchMass(Spec):
    """Law of a batch's mass: gamma, or constant where `cv` is 0."""

    mean_kg: float = number(ge=0.001, le=1e6, usual=(0.5, 500))
    cv: float = number(ge=0, le=5)


class Stream(Spec):
    """A waste stream: its catalogue code, the class it is stored in, and its batches."""

    title: Text
    code: str
    printed_code: str | None = None
    storage_class: StorageClass
    batch: BatchMass


class Container(Spec):
    """A storage class: its container, and the classes that may not share a vehicle's compartment."""

    title: Text
    container: str
    container_t: float = number(ge=1e-6, usual=(0.01, 2))
    price_cny: float = number(ge=0, usual=(5, 5000))
    life_years: float = number(gt=0, usual=(1, 20))
    floor_cny_per_year: float = number(ge=0, usual=(5, 2000))
    keep_apart_from: tuple[StorageClass, ...] = ()


class Cleaning(Spec):
    """Scheduled cleaning whose waste leaves the same day: a planned pickup, never stored."""

    stream: str
    every_years: float = number(ge=0.01, le=1000, usual=(0.5, 10))
    mass_t: float = number(ge=1e-6, usual=(0.05, 5))


class SourceType(Spec):
    """A kind of source: tonnes a year per stream at size factor 1, and its containers per class."""

    title: Text
    generation_t_per_year: dict[str, Annotated[float, number(ge=0, usual=(1e-4, 2))]]
    containers: dict[StorageClass, Annotated[int, Field(ge=0, le=1000)]]
    cleaning: Cleaning | None = None


class Capture(Spec):
    """Share of batches that goes to the store under each regime; the rest goes to informal buyers."""

    direct: Share
    pilot: Share


class Generation(Spec):
    """How much arises: level, growth, common yearly factor, seasons, and what is captured.

    A run of more than `most_batches` batches is refused: it would take for ever. Raise it if you mean it.
    """

    level_factor: Factor = number(ge=0, usual=(0.05, 50))
    growth_per_year: float = number(gt=-1, le=1)
    growth_from_year: int = number(ge=1950, le=2090)
    yearly_cv: float = number(ge=0, le=2)
    season_factors: Months
    capture_share: Capture
    most_batches: int = number(ge=1, default=5_000_000)


# --- hazardous chain: storage rules ------------------------------------------------------------------


class Keep(Spec):
    """Stock above capacity stays where it is."""

    policy: Literal["keep"]


class Divert(Spec):
    """A share of what has stood above capacity longer than `grace_days` leaves by illegal ways."""

    policy: Literal["divert"]
    share: Share
    grace_days: float = number(ge=0)


class Refuse(Spec):
    """What does not fit is turned away."""

    policy: Literal["refuse"]


class NoOutlet(Spec):
    """What does not fit leaves without an outlet."""

    policy: Literal["no_outlet"]


class StorageRules(Spec):
    """Limits of the law, and what a source does when its store is full."""

    age_limit_days: float = number(gt=0, usual=(30, 1000))
    site_cap_t: float = number(gt=0, usual=(0.5, 20))
    site_cap_from: date
    partial_containers: bool
    source_overflow: Annotated[Keep | Divert, Field(discriminator="policy")]


class Compliance(Spec):
    """Thresholds of the plan's management indicator (compliant + 0.7 x basically compliant)."""

    overflow_days: float = number(ge=0)
    basic_overflow_days: float = number(ge=0)
    age_days: float = number(gt=0)
    basic_age_days: float = number(gt=0)
    basic_weight: Share


# --- roads, vehicles, receivers ----------------------------------------------------------------------


class Closures(Spec):
    """Chance closures of a road: events per year inside the months, lognormal duration."""

    per_year: float = number(ge=0, le=1000, usual=(0.05, 50))
    months: tuple[Annotated[int, Field(ge=1, le=12)], ...]
    mean_days: float = number(gt=0, usual=(0.05, 20))
    cv: float = number(ge=0, le=5)


class LocalRoads(Spec):
    """Roads inside the county: straight-line distance x circuity at one speed."""

    circuity_factor: float = number(ge=1, le=5)
    speed_km_per_h: float = number(ge=1, le=130, usual=(15, 80))
    travel_time_cv: float = number(ge=0, le=2)
    closures: dict[str, Closures] = {}


class OpensAlways(Spec):
    """In use over the whole horizon."""

    policy: Literal["always"]


class OpensNever(Spec):
    """Not in use."""

    policy: Literal["never"]


class OpensOn(Spec):
    """In use from a date."""

    policy: Literal["on"]
    date: date


class Route(Spec):
    """One way between the county gate and the receivers' town.

    A truck takes the quickest route that is open to it; receivers accept `min_load_t` on it.
    """

    title: Text
    distance_km: float = number(gt=0, le=20000, usual=(1, 2000))
    truck_hours: float = number(gt=0, le=1000, usual=(0.1, 48))
    opens: Annotated[OpensAlways | OpensNever | OpensOn, Field(discriminator="policy")]
    hazardous_goods: bool
    min_load_t: float = number(ge=0, usual=(0.1, 20))
    freeway_share: Share
    toll_cny_per_km: float = number(ge=0, usual=(0.1, 10))
    travel_time_cv: float = number(ge=0, le=2)
    closures: dict[str, Closures] = {}


class Point(Spec):
    """A named point on the map."""

    title: Text
    lat: float = number(ge=-90, le=90)
    lon: float = number(ge=-180, le=180)


class Roads(Spec):
    """County roads, the gate where long hauls leave the county, the receivers' town, the routes."""

    gate: Point
    town: Point
    local: LocalRoads
    routes: dict[str, Route]


class Vehicle(Spec):
    """A kind of vehicle; `compartments` is how many classes kept apart it can carry at once."""

    title: Text
    payload_t: float = number(ge=1e-6, usual=(0.3, 40))
    compartments: int = number(ge=1, le=12)
    cost_cny_per_km: float = number(ge=0, usual=(0.5, 50))
    crew_cny_per_day: float = number(ge=0, usual=(50, 10000))
    capital_cny_per_year: float = number(ge=0, usual=(1e3, 1e6))
    emission_kg_co2_per_km: float = number(ge=0, usual=(0.05, 5))


class Driving(Spec):
    """Working time: shift, driving break, daily driving limit and the rest that ends a day."""

    shift_starts: Clock
    shift_hours: float = number(ge=0.5, le=24)
    driver_hours: float = number(ge=0.5, le=24)
    break_after_hours: float = number(ge=0.25, le=24)
    break_hours: float = number(ge=0, le=4)


class Stops(Spec):
    """Time at a stop, and the chance that a visit finds nobody or is refused."""

    load_hours: float = number(gt=0, le=240, usual=(0.05, 10))
    load_time_cv: float = number(ge=0, le=2)
    unload_hours: float = number(gt=0, le=240, usual=(0.05, 10))
    missed_share: Share


class Breakdowns(Spec):
    """Breakdowns after exponential operating time; constant repair."""

    mean_operating_hours: float = number(ge=0.01, usual=(10, 1e5))
    repair_days: float = number(ge=0, usual=(0.1, 60))


class Receiver(Spec):
    """A licensed firm that takes hazardous waste.

    Asked is the firm with licence left that is furthest behind its share of the calendar year's trips, the
    first listed of equals. `work_share` counts beside the others'; 0 is asked only where no other can.
    """

    title: Text
    work_share: Share = 1.0
    capacity_t_per_year: float = number(ge=0, usual=(100, 1e5))
    opens: Clock
    closes: Clock
    confirmation_days: float = number(ge=0, usual=(0.1, 60))
    confirmation_cv: float = number(ge=0, le=2)


# --- regimes -----------------------------------------------------------------------------------------


class Regimes(Spec):
    """Who is served how: the regime of all, and of source types that differ."""

    default: Regime
    by_type: dict[str, Regime] = {}


class Call(Spec):
    """When a source asks for collection: a share of its store's capacity, or the age of its oldest lot."""

    fill_share: float = number(gt=0, le=2)
    oldest_days: float = number(gt=0, usual=(5, 1000))


class Manifest(Spec):
    """Days of paperwork and planning between the decision to transfer and the truck's departure."""

    notice_days: float = number(ge=0, usual=(0.5, 60))
    planning_days: float = number(ge=0, usual=(0.5, 60))


class Direct(Spec):
    """Long haul: receivers' trucks that drive town - sources - town."""

    call: Call
    max_wait_days: float = number(ge=0, usual=(1, 720))
    vehicle: str
    trucks: int = number(ge=0, le=1000)
    max_stops: int = number(ge=1, le=500)


class OpeningOn(Spec):
    """Opens on a date."""

    law: Literal["date"]
    date: date


class OpeningTriangular(Spec):
    """Opens on an uncertain date between `low` and `high`, most likely `mode`."""

    law: Literal["triangular"]
    low: date
    mode: date
    high: date


class Bay(Spec):
    """A bay of the collection point; a joint load is released at `release_t`."""

    capacity_t: float = number(ge=1e-6, usual=(0.1, 25))
    release_t: float = number(ge=1e-6, usual=(0.05, 15))


class FixedRounds(Spec):
    """Every `every_days` a campaign of rounds visits every source that holds at least `skip_below_t`."""

    policy: Literal["fixed"]
    every_days: int = number(ge=1, le=730)
    skip_below_t: float = number(ge=0, usual=(0, 0.5))


class OnCallRounds(Spec):
    """Every `every_days` the sources that have called are visited."""

    policy: Literal["on_call"]
    every_days: int = number(ge=1, le=730)
    call: Call


class CollectionPoint(Spec):
    """Local milk runs, a bay per class, joint loads to the receivers.

    Capital is that of the site whatever its size, and of each tonne that its bays hold.
    """

    title: Text
    lat: float = number(ge=-90, le=90)
    lon: float = number(ge=-180, le=180)
    opening: Annotated[OpeningOn | OpeningTriangular, Field(discriminator="law")]
    enrolment_days: float = number(ge=0, usual=(1, 2000))
    licence_t_per_year: float = number(ge=0, usual=(20, 2e4))
    bays: dict[StorageClass, Bay]
    bay_overflow: Annotated[Refuse | Keep, Field(discriminator="policy")]
    vans: int = number(ge=0, le=1000)
    van: str
    breakdowns: Breakdowns
    max_stops: int = number(ge=1, le=500)
    rounds: Annotated[FixedRounds | OnCallRounds, Field(discriminator="policy")]
    handover_working_days: int = number(ge=1, le=720)
    handover_lead_working_days: int = number(ge=0, le=720)
    haul_vehicle: str
    operation_cny_per_year: float = number(ge=0, usual=(1e3, 1e8))
    capital_cny_per_year: float = number(ge=0, usual=(1e3, 1e8))
    bay_capital_cny_per_t_year: float = number(ge=0, usual=(100, 1e5))


# --- slag chain --------------------------------------------------------------------------------------


class Push(Spec):
    """Smelters deliver to the works as they can."""

    policy: Literal["push"]
    haul_t_per_day: float = number(ge=0, usual=(10, 5000))


class Pull(Spec):
    """The works calls slag up to a target stock; the smelters' heaps take the rest."""

    policy: Literal["pull"]
    haul_t_per_day: float = number(ge=0, usual=(10, 5000))
    target_t: float = number(ge=0, usual=(50, 5e4))


class Slag(Spec):
    """Slag between the smelters' furnaces and the works' gate."""

    raw_meal_share: Share
    earmarked: bool
    level_factor: Factor
    yearly_cv: float = number(ge=0, le=2)
    heap_capacity_t: float = number(gt=0, usual=(200, 1e5))
    heap_overflow: Annotated[Keep | NoOutlet, Field(discriminator="policy")]
    start_t: float = number(ge=0, usual=(0, 2e4))
    haulage: Annotated[Push | Pull, Field(discriminator="policy")]
    haul_km: float = number(ge=0, usual=(0.5, 500))


class Window(Spec):
    """An off-peak stop from the first to the last day, both included."""

    first: date
    last: date


class OffPeakWindows(Spec):
    """Stops on given dates."""

    form: Literal["windows"]
    windows: tuple[Window, ...]


class Campaigns(Spec):
    """Length of one stop: triangular, in whole days."""

    shortest_days: int = number(ge=1, le=120)
    usual_days: int = number(ge=1, le=120)
    longest_days: int = number(ge=1, le=120)


class OffPeakMonthly(Spec):
    """Days of every month of every year; campaigns say how they clump."""

    form: Literal["monthly"]
    days_by_month: Annotated[
        tuple[Annotated[int, Field(ge=0, le=31)], ...], Field(min_length=12, max_length=12)
    ]
    campaigns: Campaigns


class OffPeakAnnual(Spec):
    """An annual task, cleared by quarter."""

    form: Literal["annual"]
    days_per_year: int = number(ge=0, le=366)
    quarter_shares: Annotated[tuple[Share, ...], Field(min_length=4, max_length=4)]
    campaigns: Campaigns


class OffPeakRecorded(Spec):
    """Days by year and month from the kiln calendar; years outside it take its first or last row."""

    form: Literal["recorded"]
    campaigns: Campaigns


class UnplannedStops(Spec):
    """Stops that nobody plans: Poisson over calendar time, uniform duration."""

    per_year: float = number(ge=0, le=1000, usual=(0.1, 50))
    shortest_days: float = number(ge=0)
    longest_days: float = number(ge=0)


class Kiln(Spec):
    """The kiln, its slag yard and its stops."""

    title: Text
    lat: float = number(ge=-90, le=90)
    lon: float = number(ge=-180, le=180)
    yard_capacity_t: float = number(gt=0, usual=(200, 5e4))
    yard_overflow: Annotated[Keep | NoOutlet, Field(discriminator="policy")]
    raw_meal_limit_t_per_day: float = number(ge=0, usual=(5, 2000))
    clinker_t_per_day: float = number(gt=0, usual=(100, 20000))
    off_peak: Annotated[
        OffPeakWindows | OffPeakMonthly | OffPeakAnnual | OffPeakRecorded, Field(discriminator="form")
    ]
    restart_days: float = number(ge=0, le=30)
    maintenance_days: int = number(ge=0, le=200)
    unplanned: UnplannedStops


class Cement(Spec):
    """Cement grinding: it lives on clinker from the kiln or the silo."""

    demand_t_per_year: float = number(ge=0, usual=(5e4, 1e7))
    season_factors: Months
    market_factor: Factor
    clinker_factor: float = number(gt=0, le=1)
    slag_share: Share
    silo_days: float = number(ge=0, usual=(0.5, 200))


class Outlet(Spec):
    """Another user of slag, served before the works; an unknown capacity counts as none."""

    title: Text
    capacity_t_per_day: float = number(ge=0, usual=(0.5, 300))


class Pond(Spec):
    """A pond that takes what `takes: pond` names."""

    title: Text
    capacity_m3: float = number(gt=0)
    used_m3: float = number(ge=0)
    used_on: date
    density_t_per_m3: float = number(gt=0, usual=(0.5, 5))


# --- money, emissions, releases ----------------------------------------------------------------------


class CostPayers(Spec):
    """Who pays each component."""

    direct_haul: Payer
    rounds: Payer
    haul: Payer
    disposal: Payer
    operation: Payer
    capital: Payer
    containers: Payer
    slag_haul: Payer


class Costs(Spec):
    """Unit costs; vehicle costs stand with the vehicles, tolls with the routes."""

    disposal_cny_per_t: float = number(ge=0, usual=(100, 50000))
    slag_haul_cny_per_t_km: float = number(ge=0, usual=(0.05, 20))
    collection_fee_cny_per_t: float = number(ge=0, usual=(50, 50000))
    payers: CostPayers


class Releases(Spec):
    """Expected releases: accidents per vehicle-km x release given accident, and per container handled."""

    rural_accidents_per_million_km: float = number(ge=0, usual=(0.01, 50))
    rural_release_share: Share
    freeway_accidents_per_million_km: float = number(ge=0, usual=(0.01, 50))
    freeway_release_share: Share
    spills_per_handling: float = number(ge=0, le=1)


# --- the whole ---------------------------------------------------------------------------------------


class ScenarioSpec(Spec):
    """A plan in a future: everything the model is told.

    `about` says in a sentence what a plan or future changes, each its own: it is not passed on by `extends`.
    `more_containers` are those that single sources have beside the ones of their row or type.
    """

    title: Text
    about: Text | None = None
    years: Years
    working_days: WorkingDays
    tables: Tables
    streams: dict[str, Stream]
    storage_classes: dict[StorageClass, Container]
    source_types: dict[str, SourceType]
    more_containers: dict[str, dict[StorageClass, Annotated[int, Field(ge=0, le=1000)]]] = {}
    generation: Generation
    storage_rules: StorageRules
    compliance: Compliance
    roads: Roads
    vehicles: dict[str, Vehicle]
    driving: Driving
    stops: Stops
    manifest: Manifest
    receivers: dict[str, Receiver]
    regimes: Regimes
    direct: Direct
    collection_point: CollectionPoint | None = None
    slag: Slag
    kiln: Kiln
    cement: Cement
    outlets: dict[str, Outlet]
    ponds: dict[str, Pond] = Field(max_length=1)
    costs: Costs
    releases: Releases
