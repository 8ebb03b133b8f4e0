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
RowOrigin = Annotated[str | None, Field(examples=["survey of all firms, March 2026"])]
"""Origin of a row of a table."""


class Text(Spec):
    """A title in English and Chinese."""

    en: str
    """The English text, as it stands on English pages, tables and figures."""
    zh: str
    """The Chinese text, as it stands on Chinese pages and figures."""


# --- time ------------------------------------------------------------------------------------------


class Years(Spec):
    """Calendar years that are reported, and the years simulated before them."""

    first: int = number(ge=1950, le=2090, unit="year")
    """First calendar year whose results are reported, from 1 January on."""
    last: int = number(ge=1950, le=2090, unit="year")
    """Last calendar year whose results are reported, to 31 December."""
    warm_up_years: int = number(ge=0, le=20)
    """Years simulated before `first` so that stores hold by then what they usually hold; they are not
    reported."""


class WorkingDays(Spec):
    """Working-day calendar: the country's, with dates declared by hand."""

    country: Literal["CN"] = "CN"
    """Country whose public holidays, and weekends worked in exchange for them, make the calendar."""
    closed: tuple[date, ...] = Field(default=(), examples=[(date(2026, 10, 8),)])
    """Dates on which nobody works although the country's calendar has a working day."""
    worked: tuple[date, ...] = Field(default=(), examples=[(date(2026, 10, 10),)])
    """Dates on which work is done although the country's calendar has a day off."""


# --- tables (CSV) ----------------------------------------------------------------------------------


class Table(Spec):
    """A CSV beside the scenario file, with the origin of each of its columns."""

    file: str
    """Path of the CSV, from the folder of the file that names it."""
    origins: dict[str, str] = {}
    """Where the values of each column come from, by the column's name; a row may name an origin of its
    own."""


class Tables(Spec):
    """The tables of a region."""

    townships: Table
    """Townships of the county, and which of them one tour of the collection point's vans serves."""
    sources: Table
    """Firms at which hazardous waste arises, one a row."""
    smelters: Table
    """Firms at which slag or other general waste arises, one a row."""
    kiln_calendar: Table
    """Off-peak days of the kiln by year and month, used where `kiln.off_peak.form` is `recorded`."""
    record: Table | None = None
    """Recorded numbers that the model is held against; without it nothing is compared."""
    smelter_history: Table | None = None
    """Recorded tonnes of smelters by year, used as they are; without it `t_per_year` holds in all years."""


class TownshipRow(Spec):
    """One township; `zone` groups townships that one tour serves."""

    name: str
    """Name by which sources and smelters refer to the township."""
    name_zh: str
    """Name of the township on Chinese pages and figures."""
    lat: float = number(ge=-90, le=90, unit="°")
    """Latitude of the township's seat, north positive."""
    lon: float = number(ge=-180, le=180, unit="°")
    """Longitude of the township's seat, east positive."""
    population: int = number(ge=0)
    """Inhabitants, for the reader: no result depends on them."""
    zone: str
    """Group of townships whose sources one tour of the collection point's vans visits; a round never
    leaves its zone."""
    origin: RowOrigin = None
    """Where the values of this row come from, if not from where the columns do."""


class SourceRow(Spec):
    """One source. Container counts left blank are those of its type."""

    name: str
    """Name of the firm, by which results (`site:NAME`) and options refer to it."""
    name_zh: str
    """Name of the firm on Chinese pages and figures."""
    type: str
    """Kind of firm, one of `source_types`: it decides what arises, the containers and the regime."""
    township: str
    """Township in which the firm lies, a name of the townships' table; it decides the zone of its tour."""
    lat: float = number(ge=-90, le=90, unit="°")
    """Latitude of the firm, north positive; roads to it are counted from here."""
    lon: float = number(ge=-180, le=180, unit="°")
    """Longitude of the firm, east positive; roads to it are counted from here."""
    size_factor: float = number(gt=0, usual=(0.05, 20))
    """How many times as much arises here as at a firm of its type of size 1; a scheduled cleaning grows
    with it too."""
    waste_oil: int | None = number(ge=0, default=None)
    """Containers for waste oil; blank means those of the type."""
    oily_solids: int | None = number(ge=0, default=None)
    """Containers for rags, filters and packaging soaked with oil; blank means those of the type."""
    batteries: int | None = number(ge=0, default=None, examples=[2])
    """Containers for lead-acid batteries; blank means those of the type."""
    lab: int | None = number(ge=0, default=None, examples=[1])
    """Containers for laboratory waste and chemicals; blank means those of the type."""
    paint: int | None = number(ge=0, default=None, examples=[1])
    """Containers for paint and solvents; blank means those of the type."""
    other: int | None = number(ge=0, default=None, examples=[1])
    """Containers for the class `other`, such as medicines and emulsions; blank means those of the type."""
    origin: RowOrigin = None
    """Where the values of this row come from, if not from where the columns do."""


class SmelterRow(Spec):
    """One generator of slag or other general waste.

    `takes` says who can use it: the cement works, a pond, users elsewhere at once, or nobody.
    `t_per_year` holds from the first year after those of the history; without a history, in all years.
    """

    name: str
    """Name of the firm, by which the history and options refer to it."""
    name_zh: str
    """Name of the firm on Chinese pages and figures."""
    township: str
    """Township in which the firm lies, a name of the townships' table."""
    status: Literal["operating", "idle", "bankrupt", "closed"]
    """Whether the firm works today, for the reader: tonnes alone decide what arises."""
    takes: Literal["works", "pond", "elsewhere", "nobody"]
    """Who can use what arises: the cement `works`, a `pond` (stored, not used), users `elsewhere` at once,
    or `nobody`."""
    t_per_year: float = number(ge=0, usual=(0, 1e5))
    """Tonnes that arise in every year after those of the history, before `slag.level_factor` and yearly
    chance."""
    origin: RowOrigin = None
    """Where the values of this row come from, if not from where the columns do."""


class SmelterHistoryRow(Spec):
    """Tonnes that a smelter is recorded to have generated in a year. Years before the first are like it."""

    name: str
    """Firm, a name of the smelters' table."""
    year: int = number(ge=1950, le=2090, unit="year")
    """Calendar year of the record; years before a table's first one are taken to be like it."""
    t: float = number(ge=0, usual=(0, 1e5))
    """Tonnes recorded as generated in that year, spread evenly over it; no chance acts on them."""
    origin: RowOrigin = None
    """Where the values of this row come from, if not from where the columns do."""


class KilnCalendarRow(Spec):
    """Off-peak days of the kiln in each month of one year."""

    year: int = number(ge=1950, le=2090, unit="year")
    """Calendar year of the row; years outside the table take its nearest row."""
    m01: int = number(ge=0, le=31, unit="d")
    """Off-peak days of January."""
    m02: int = number(ge=0, le=29, unit="d")
    """Off-peak days of February; a year without a 29th has at most 28."""
    m03: int = number(ge=0, le=31, unit="d")
    """Off-peak days of March."""
    m04: int = number(ge=0, le=30, unit="d")
    """Off-peak days of April."""
    m05: int = number(ge=0, le=31, unit="d")
    """Off-peak days of May."""
    m06: int = number(ge=0, le=30, unit="d")
    """Off-peak days of June."""
    m07: int = number(ge=0, le=31, unit="d")
    """Off-peak days of July."""
    m08: int = number(ge=0, le=31, unit="d")
    """Off-peak days of August."""
    m09: int = number(ge=0, le=30, unit="d")
    """Off-peak days of September."""
    m10: int = number(ge=0, le=31, unit="d")
    """Off-peak days of October."""
    m11: int = number(ge=0, le=30, unit="d")
    """Off-peak days of November."""
    m12: int = number(ge=0, le=31, unit="d")
    """Off-peak days of December."""
    basis: str
    """Where the year's days come from: the notice, or the assumption behind them."""


class RecordRow(Spec):
    """One recorded number of one year, to hold the model against; it drives nothing.

    `note` says how the model comes to the year, and what of it was put in.
    """

    year: int = number(ge=1950, le=2090, unit="year")
    """Calendar year that the number is recorded for."""
    quantity: Literal["transferred_t", "slag_generated_t", "utilisation_rate"]
    """What was recorded: tonnes of hazardous waste transferred, tonnes of slag generated, or the slag's
    utilisation rate."""
    recorded: float = number(ge=0, unit="that of `quantity`")
    """The recorded number; a rate is a plain ratio."""
    basis: str
    """Where the number comes from, and whether it is read as it is printed."""
    note: str | None = None
    """How the model comes to the year, and what of the record was put in, in English."""
    note_zh: str | None = None
    """The same note in Chinese."""


# --- hazardous chain: what arises -------------------------------------------------------------------


class BatchMass(Spec):
    """Law of a batch's mass: gamma, or constant where `cv` is 0."""

    mean_kg: float = number(ge=0.001, le=1e6, usual=(0.5, 500))
    """Mean mass of what is put into the store at once: fewer, larger batches if it grows, as the tonnes a
    year stay."""
    cv: float = number(ge=0, le=5)
    """Spread of a batch's mass: standard deviation over mean; 0 makes all batches alike."""


class Stream(Spec):
    """A waste stream: its catalogue code, the class it is stored in, and its batches."""

    title: Text
    """Name of the stream on pages and figures."""
    code: str
    """Code of the waste in the national catalogue of hazardous waste."""
    printed_code: str | None = None
    """Code as the source document prints it, where that is not the catalogue's."""
    storage_class: StorageClass
    """Class in whose containers the stream is kept, at its source and at the collection point."""
    batch: BatchMass
    """Law of the mass that is put into the store at once."""


class Container(Spec):
    """A storage class: its container, and the classes that may not share a vehicle's compartment."""

    title: Text
    """Name of the class on pages and figures."""
    container: str
    """Word for its container, as pages say it (`1 more drum`)."""
    container_t: float = number(ge=1e-6, usual=(0.01, 2))
    """Tonnes that one container holds when it is full; a store's capacity is a whole number of them."""
    price_cny: float = number(ge=0, usual=(5, 5000))
    """Price of one container with what stands under it against leaks."""
    life_years: float = number(gt=0, usual=(1, 20))
    """Years after which a container is replaced: its price over these years is its yearly capital."""
    floor_cny_per_year: float = number(ge=0, usual=(5, 2000))
    """Yearly cost of the roofed, sealed floor that one container stands on, with the way to it."""
    keep_apart_from: tuple[StorageClass, ...] = ()
    """Classes that may not share a vehicle's compartment with this one."""


class Cleaning(Spec):
    """Scheduled cleaning whose waste leaves the same day: a planned pickup, never stored."""

    stream: str
    """Stream as which the sludge of a cleaning is booked."""
    every_years: float = number(ge=0.01, le=1000, usual=(0.5, 10))
    """Years between two cleanings of a firm; the date of its first is left to chance."""
    mass_t: float = number(ge=1e-6, usual=(0.05, 5))
    """Tonnes that a cleaning brings at size factor 1; they leave the same day and never stand in a store."""


class SourceType(Spec):
    """A kind of source: tonnes a year per stream at size factor 1, and its containers per class."""

    title: Text
    """Name of the kind of firm on pages and figures."""
    generation_t_per_year: dict[str, Annotated[float, number(ge=0, usual=(1e-4, 2))]]
    """Tonnes of each stream that arise in a year at a firm of size factor 1."""
    containers: dict[StorageClass, Annotated[int, Field(ge=0, le=1000)]]
    """Containers of each class at a firm of this type; without one, what arises of a class overflows."""
    cleaning: Cleaning | None = None
    """Scheduled cleaning at firms of this type; without it there is none."""


class Capture(Spec):
    """Share of batches that goes to the store under each regime; the rest goes to informal buyers."""

    direct: Share
    """Share of batches that are stored while receivers' own trucks serve the source; the rest goes to
    informal buyers."""
    pilot: Share
    """Share of batches that are stored once the collection point serves the source; the rest goes to
    informal buyers."""


class Generation(Spec):
    """How much arises: level, growth, common yearly factor, seasons, and what is captured.

    A run of more than `most_batches` batches is refused: it would take for ever. Raise it if you mean it.
    """

    level_factor: Factor = number(ge=0, usual=(0.05, 50))
    """Factor on all hazardous waste that arises: 2 means twice as many batches, each as heavy as before."""
    growth_per_year: float = number(gt=-1, le=1)
    """Growth of what arises from one year to the next, compounded: 0.02 is 2 % more every year."""
    growth_from_year: int = number(ge=1950, le=2090, unit="year")
    """Last year at the tabled level: growth counts from here, and earlier years are like this one."""
    yearly_cv: float = number(ge=0, le=2)
    """Spread of the factor, common to the whole county, by which one year is busier than another; its mean
    is 1."""
    season_factors: Months
    """Level of each month against the mean month, January first; they average 1."""
    capture_share: Capture
    """Share of batches that go to the store, by who serves the source."""
    most_batches: int = number(ge=1, default=5_000_000, examples=[20_000_000])
    """Batches expected in one run above which it is refused, as it would take for ever."""


# --- hazardous chain: storage rules ------------------------------------------------------------------


class Keep(Spec):
    """Stock above capacity stays where it is."""

    policy: Literal["keep"]
    """What does not fit stays where it is and counts as overflow."""


class Divert(Spec):
    """A share of what has stood above capacity longer than `grace_days` leaves by illegal ways."""

    policy: Literal["divert"]
    """A share of what stands above capacity too long leaves by illegal ways."""
    share: Share = Field(examples=[0.1])
    """Share of what has stood above capacity for longer than the grace that leaves by illegal ways."""
    grace_days: float = number(ge=0, examples=[30])
    """Days that waste may stand above capacity before a share of it leaves by illegal ways."""


class Refuse(Spec):
    """What does not fit is turned away."""

    policy: Literal["refuse"]
    """What does not fit is turned away, stays at its source and counts as unmet demand."""


class NoOutlet(Spec):
    """What does not fit leaves without an outlet."""

    policy: Literal["no_outlet"]
    """What does not fit is sent away without an outlet and counts as unmet demand."""


class StorageRules(Spec):
    """Limits of the law, and what a source does when its store is full."""

    age_limit_days: float = number(gt=0, usual=(30, 1000))
    """Days for which waste may be kept; tonnes that wait longer make the share over the age limit."""
    site_cap_t: float = number(gt=0, usual=(0.5, 20))
    """Tonnes that all stores of one firm may hold together; above it the firm overflows whatever its
    containers hold."""
    site_cap_from: date
    """Date from which `site_cap_t` is in force."""
    partial_containers: bool
    """Whether partly filled containers are collected; otherwise only full ones leave, and whole."""
    source_overflow: Annotated[Keep | Divert, Field(discriminator="policy")]
    """What a firm does with waste for which its store has no room."""


class Compliance(Spec):
    """Thresholds of the plan's management indicator (compliant + 0.7 x basically compliant)."""

    overflow_days: float = number(ge=0)
    """Days of overflow in a year up to which a source may count as compliant."""
    basic_overflow_days: float = number(ge=0)
    """Days of overflow in a year up to which a source may count as basically compliant."""
    age_days: float = number(gt=0)
    """Age of its oldest waste up to which a source may count as compliant."""
    basic_age_days: float = number(gt=0)
    """Age of its oldest waste up to which a source may count as basically compliant."""
    basic_weight: Share
    """What a basically compliant source counts for in the indicator, a compliant one being 1."""


# --- roads, vehicles, receivers ----------------------------------------------------------------------


class Closures(Spec):
    """Chance closures of a road: events per year inside the months, lognormal duration."""

    per_year: float = number(ge=0, le=1000, usual=(0.05, 50))
    """Closures expected in a year, all within `months`."""
    months: tuple[Annotated[int, number(ge=1, le=12, unit="month")], ...]
    """Months in which closures happen, 1 to 12, alike on each of their days."""
    mean_days: float = number(gt=0, usual=(0.05, 20))
    """Mean length of a closure."""
    cv: float = number(ge=0, le=5)
    """Spread of the length of a closure: standard deviation over mean, of a lognormal law."""


class LocalRoads(Spec):
    """Roads inside the county: straight-line distance x circuity at one speed."""

    circuity_factor: float = number(ge=1, le=5)
    """Length of road for one kilometre of straight line."""
    speed_km_per_h: float = number(ge=1, le=130, usual=(15, 80))
    """Mean speed on the county's roads, stops not counted."""
    travel_time_cv: float = number(ge=0, le=2)
    """Spread of a day's travel time, one factor for all local roads: standard deviation over mean."""
    closures: dict[str, Closures] = {}
    """Kinds of closure of the county's roads, by a name of your own; a closure holds all of them at once."""


class OpensAlways(Spec):
    """In use over the whole horizon."""

    policy: Literal["always"]
    """The route is in use over the whole horizon."""


class OpensNever(Spec):
    """Not in use."""

    policy: Literal["never"]
    """The route is not in use."""


class OpensOn(Spec):
    """In use from a date."""

    policy: Literal["on"]
    """The route is in use from a date on."""
    date: date
    """First day on which trucks may take the route."""


class Route(Spec):
    """One way between the county gate and the receivers' town.

    A truck takes the quickest route that is open to it; receivers accept `min_load_t` on it.
    """

    title: Text
    """Name of the route on pages and figures."""
    distance_km: float = number(gt=0, le=20000, usual=(1, 2000))
    """Length from the county gate to the receivers' town, one way."""
    truck_hours: float = number(gt=0, le=1000, usual=(0.1, 48))
    """Time a truck drives from gate to town, one way, without breaks and rest."""
    opens: Annotated[OpensAlways | OpensNever | OpensOn, Field(discriminator="policy")]
    """From when on the route is in use."""
    hazardous_goods: bool
    """Whether trucks with hazardous waste may take it."""
    min_load_t: float = number(ge=0, usual=(0.1, 20))
    """Declared tonnes for which a receiver sends a truck while this is the quickest route in use; calls
    wait for them."""
    freeway_share: Share
    """Share of the length that is expressway, where accidents are fewer."""
    toll_cny_per_km: float = number(ge=0, usual=(0.1, 10))
    """Toll of a truck per kilometre, over the whole length."""
    travel_time_cv: float = number(ge=0, le=2)
    """Spread of a day's travel time on this route: standard deviation over mean."""
    closures: dict[str, Closures] = {}
    """Kinds of closure of this route, by a name of your own; a closed route holds the truck at its start."""


class Point(Spec):
    """A named point on the map."""

    title: Text
    """Name of the point on pages and figures."""
    lat: float = number(ge=-90, le=90, unit="°")
    """Latitude, north positive."""
    lon: float = number(ge=-180, le=180, unit="°")
    """Longitude, east positive."""


class Roads(Spec):
    """County roads, the gate where long hauls leave the county, the receivers' town, the routes."""

    gate: Point
    """Point at which long hauls enter and leave the county's roads."""
    town: Point
    """Town of the receivers, where their trucks start and unload."""
    local: LocalRoads
    """Roads inside the county."""
    routes: dict[str, Route]
    """Ways between gate and town, by a name of your own; one at least."""


class Vehicle(Spec):
    """A kind of vehicle; `compartments` is how many classes kept apart it can carry at once."""

    title: Text
    """Name of the vehicle on pages and figures."""
    payload_t: float = number(ge=1e-6, usual=(0.3, 40))
    """Tonnes of waste that it carries at most."""
    compartments: int = number(ge=1, le=12)
    """Groups of classes, kept apart from each other, that it can carry on one trip."""
    cost_cny_per_km: float = number(ge=0, usual=(0.5, 50))
    """Cost of a kilometre driven, loaded or empty: fuel, tyres, upkeep; no crew, no toll, no capital."""
    crew_cny_per_day: float = number(ge=0, usual=(50, 10000))
    """Cost of driver and escort for each day, begun counted whole, that a trip takes."""
    capital_cny_per_year: float = number(ge=0, usual=(1e3, 1e6))
    """Price over the years of use; vans cost it while the collection point is open, receivers' trucks by the
    working days they are used here."""
    emission_kg_co2_per_km: float = number(ge=0, usual=(0.05, 5))
    """Carbon dioxide of a kilometre driven, loaded or empty."""


class Driving(Spec):
    """Working time: shift, driving break, daily driving limit and the rest that ends a day."""

    shift_starts: Clock
    """Time of day at which crews and vans start, on working days."""
    shift_hours: float = number(ge=0.5, le=24)
    """Length of a crew's duty from start to home, breaks included; vans are back by then."""
    driver_hours: float = number(ge=0.5, le=24)
    """Hours at the wheel after which a driver on a long haul rests until the next morning."""
    break_after_hours: float = number(ge=0.25, le=24)
    """Hours at the wheel after which the driver takes a break."""
    break_hours: float = number(ge=0, le=4)
    """Length of that break."""


class Stops(Spec):
    """Time at a stop, and the chance that a visit finds nobody or is refused."""

    load_hours: float = number(gt=0, le=240, usual=(0.05, 10))
    """Mean time at a source to weigh, label, sign and load."""
    load_time_cv: float = number(ge=0, le=2)
    """Spread of the loading time, uniform around its mean: standard deviation over mean."""
    unload_hours: float = number(gt=0, le=240, usual=(0.05, 10))
    """Time to unload and weigh in at a receiver or at the collection point."""
    missed_share: Share
    """Share of visits that find nobody or are refused: the drive is lost, and the waste stays."""


class Breakdowns(Spec):
    """Breakdowns after exponential operating time; constant repair."""

    mean_operating_hours: float = number(ge=0.01, usual=(10, 1e5))
    """Mean hours on rounds between two breakdowns of a van."""
    repair_days: float = number(ge=0, usual=(0.1, 60))
    """Days for which a broken van is missing after the round on which it broke down."""


class Receiver(Spec):
    """A licensed firm that takes hazardous waste.

    Asked is the firm with licence left that is furthest behind its share of the calendar year's trips, the
    first listed of equals. `work_share` counts beside the others'; 0 is asked only where no other can.
    """

    title: Text
    """Name of the firm on pages and figures."""
    work_share: Share = 1.0
    """What this firm is to have of a year's trips, counted beside the others' shares."""
    capacity_t_per_year: float = number(ge=0, usual=(100, 1e5))
    """Tonnes that its licence lets it accept in a calendar year."""
    opens: Clock
    """Time of day from which it unloads trucks, on all days."""
    closes: Clock
    """Time of day after which no unloading begins."""
    confirmation_days: float = number(ge=0, usual=(0.1, 60))
    """Mean days between unloading and acceptance, when the manifest is closed and tonnes count as
    transferred."""
    confirmation_cv: float = number(ge=0, le=2)
    """Spread of these days: standard deviation over mean, of a lognormal law."""


# --- regimes -----------------------------------------------------------------------------------------


class Regimes(Spec):
    """Who is served how: the regime of all, and of source types that differ."""

    default: Regime
    """Who serves source types that `by_type` does not name: receivers' trucks (`direct`) or the collection
    point (`pilot`)."""
    by_type: dict[str, Regime] = {}
    """Who serves single source types, where it is not the default."""


class Call(Spec):
    """When a source asks for collection: a share of its store's capacity, or the age of its oldest lot."""

    fill_share: float = number(gt=0, le=2)
    """Share of a store's capacity from which on its source asks for collection; above 1 it asks when it is
    over."""
    oldest_days: float = number(gt=0, usual=(5, 1000))
    """Age of the oldest waste in a store from which on its source asks for collection, however little it
    holds."""


class Manifest(Spec):
    """Days of paperwork and planning between the decision to transfer and the truck's departure."""

    notice_days: float = number(ge=0, usual=(0.5, 60))
    """Days by which a transfer must be reported before the truck leaves."""
    planning_days: float = number(ge=0, usual=(0.5, 60))
    """Days that the receiver plans its trip beyond the notice; both come before the truck leaves."""


class Direct(Spec):
    """Long haul: receivers' trucks that drive town - sources - town."""

    call: Call
    """When a source asks for a truck."""
    max_wait_days: float = number(ge=0, usual=(1, 720))
    """Days after which the first call is served however little has been declared in all."""
    vehicle: str
    """Kind of truck that receivers send to the sources, a name of `vehicles`."""
    trucks: int = number(ge=0, le=1000)
    """Trucks that receivers keep for the county; joint loads of the collection point use them too."""
    max_stops: int = number(ge=1, le=500)
    """Sources that one trip visits at most."""


class OpeningOn(Spec):
    """Opens on a date."""

    law: Literal["date"]
    """The collection point opens on a date that is known."""
    date: date
    """Day on which the collection point opens."""


class OpeningTriangular(Spec):
    """Opens on an uncertain date between `low` and `high`, most likely `mode`."""

    law: Literal["triangular"]
    """The collection point opens on a date drawn anew in each run from a triangular law."""
    low: date
    """Earliest day on which it can open."""
    mode: date
    """Most likely day of the opening."""
    high: date
    """Latest day on which it can open."""


class Bay(Spec):
    """A bay of the collection point; a joint load is released at `release_t`."""

    capacity_t: float = number(ge=1e-6, usual=(0.1, 25))
    """Tonnes that the bay holds."""
    release_t: float = number(ge=1e-6, usual=(0.05, 15))
    """Stock of the bay from which on a joint load to the receivers is ordered."""


class FixedRounds(Spec):
    """Every `every_days` a campaign of rounds visits every source that holds at least `skip_below_t`."""

    policy: Literal["fixed"]
    """Vans visit every enrolled source at fixed intervals, whether it has called or not."""
    every_days: int = number(ge=1, le=730)
    """Days from the start of one campaign of rounds to the start of the next."""
    skip_below_t: float = number(ge=0, usual=(0, 0.5))
    """Stock below which a source is passed over in a campaign; 0 visits whoever holds anything."""


class OnCallRounds(Spec):
    """Every `every_days` the sources that have called are visited."""

    policy: Literal["on_call"]
    """Vans visit only the sources that have called."""
    every_days: int = number(ge=1, le=730)
    """Days from the start of one campaign of rounds to the start of the next."""
    call: Call
    """When a source asks for a van."""


class CollectionPoint(Spec):
    """Local milk runs, a bay per class, joint loads to the receivers.

    Capital is that of the site whatever its size, and of each tonne that its bays hold.
    """

    title: Text
    """Name of the collection point on pages and figures."""
    lat: float = number(ge=-90, le=90, unit="°")
    """Latitude, north positive; tours start and end here."""
    lon: float = number(ge=-180, le=180, unit="°")
    """Longitude, east positive; tours start and end here."""
    opening: Annotated[OpeningOn | OpeningTriangular, Field(discriminator="law")]
    """When the collection point starts work; receivers' trucks serve all sources until then."""
    enrolment_days: float = number(ge=0, usual=(1, 2000))
    """Days after the opening within which the sources join, each at a moment of its own, uniform over
    them."""
    licence_t_per_year: float = number(ge=0, usual=(20, 2e4))
    """Tonnes that the licence lets the collection point receive in a calendar year."""
    bays: dict[StorageClass, Bay]
    """Bays by storage class; a class without one cannot be collected."""
    bay_overflow: Annotated[Refuse | Keep, Field(discriminator="policy")]
    """What happens to waste for which a bay has no room."""
    vans: int = number(ge=0, le=1000)
    """Vans that the collection point owns."""
    van: str
    """Kind of van, a name of `vehicles`."""
    breakdowns: Breakdowns
    """How often the vans break down, and for how long."""
    max_stops: int = number(ge=1, le=500)
    """Sources that one round visits at most; a round is one shift of one van."""
    rounds: Annotated[FixedRounds | OnCallRounds, Field(discriminator="policy")]
    """When a campaign of rounds starts, and whom it visits."""
    handover_working_days: int = number(ge=1, le=720)
    """Working days within which waste must leave the collection point again, by its licence."""
    handover_lead_working_days: int = number(ge=0, le=720)
    """Working days before that limit at which a joint load is ordered for the oldest waste."""
    haul_vehicle: str
    """Kind of truck that takes joint loads to the receivers, a name of `vehicles`."""
    operation_cny_per_year: float = number(ge=0, usual=(1e3, 1e8))
    """Staff, rent and upkeep of the collection point while it is open; no vans, no capital."""
    capital_cny_per_year: float = number(ge=0, usual=(1e3, 1e8))
    """Capital of the site whatever its bays hold: gate, office, yard and drains over their years of use."""
    bay_capital_cny_per_t_year: float = number(ge=0, usual=(100, 1e5))
    """Capital of each tonne that the bays hold: roofed, sealed floor and trays over their years of use."""


# --- slag chain --------------------------------------------------------------------------------------


class Push(Spec):
    """Smelters deliver to the works as they can."""

    policy: Literal["push"]
    """Slag goes to the works as it arises; the yard can overflow."""
    haul_t_per_day: float = number(ge=0, usual=(10, 5000))
    """Tonnes that the trucks bring from the heaps to the works in a day at most."""


class Pull(Spec):
    """The works calls slag up to a target stock; the smelters' heaps take the rest."""

    policy: Literal["pull"]
    """The works calls slag up to a target stock; the heaps take the rest."""
    haul_t_per_day: float = number(ge=0, usual=(10, 5000), examples=[400])
    """Tonnes that the trucks bring from the heaps to the works in a day at most."""
    target_t: float = number(ge=0, usual=(50, 5e4), examples=[2000])
    """Stock of the yard up to which the works calls slag."""


class Slag(Spec):
    """Slag between the smelters' furnaces and the works' gate."""

    raw_meal_share: Share
    """Share of the works' slag that is meant for raw meal, which needs a burning kiln; the rest is ground
    into cement."""
    earmarked: bool
    """Whether slag stays with the route it is bought for from the heap on; otherwise either route takes
    what there is."""
    level_factor: Factor
    """Factor on what smelters generate in the years after their history."""
    yearly_cv: float = number(ge=0, le=2)
    """Spread of a smelter's yearly factor after the history: standard deviation over mean; each draws its
    own."""
    heap_capacity_t: float = number(gt=0, usual=(200, 1e5))
    """Tonnes that the heap of one smelter holds; all heaps fill in step."""
    heap_overflow: Annotated[Keep | NoOutlet, Field(discriminator="policy")]
    """What happens to slag for which the heaps have no room."""
    start_t: float = number(ge=0, usual=(0, 2e4))
    """Slag in the kiln's yard on the first simulated day."""
    haulage: Annotated[Push | Pull, Field(discriminator="policy")]
    """Who decides what is brought to the works: what arises, or a target stock."""
    haul_km: float = number(ge=0, usual=(0.5, 500))
    """Road from the heaps to the works, one way, for which each tonne is charged."""


class Window(Spec):
    """An off-peak stop from the first to the last day, both included."""

    first: date = Field(examples=[date(2026, 1, 5)])
    """First day of the stop."""
    last: date = Field(examples=[date(2026, 1, 24)])
    """Last day of the stop; it still stands on it."""


class OffPeakWindows(Spec):
    """Stops on given dates."""

    form: Literal["windows"]
    """Stops are given by their dates."""
    windows: tuple[Window, ...] = Field(
        examples=[({"first": date(2026, 1, 5), "last": date(2026, 1, 24)},)],
    )
    """The stops; days named twice count once."""


class Campaigns(Spec):
    """Length of one stop: triangular, in whole days."""

    shortest_days: int = number(ge=1, le=120)
    """Shortest that one stop may be."""
    usual_days: int = number(ge=1, le=120)
    """Most likely length of one stop."""
    longest_days: int = number(ge=1, le=120)
    """Longest that one stop may be."""


class OffPeakMonthly(Spec):
    """Days of every month of every year; campaigns say how they clump."""

    form: Literal["monthly"]
    """Stops are given by days of each month, alike in all years."""
    days_by_month: Annotated[
        tuple[Annotated[int, number(ge=0, le=31, unit="d")], ...], Field(min_length=12, max_length=12)
    ]
    """Off-peak days of each month of every year, January first."""
    campaigns: Campaigns
    """How the days of a month clump into stops."""


class OffPeakAnnual(Spec):
    """An annual task, cleared by quarter."""

    form: Literal["annual"]
    """Stops are given by a task of days a year."""
    days_per_year: int = number(ge=0, le=366)
    """Off-peak days that the kiln must stand in a year."""
    quarter_shares: Annotated[tuple[Share, ...], Field(min_length=4, max_length=4)]
    """Shares of the task that fall into each quarter of the year; they add up to 1."""
    campaigns: Campaigns
    """How the days of a quarter clump into stops."""


class OffPeakRecorded(Spec):
    """Days by year and month from the kiln calendar; years outside it take its first or last row."""

    form: Literal["recorded"]
    """Stops are those of the kiln calendar's table."""
    campaigns: Campaigns
    """How the days of a month clump into stops."""


class UnplannedStops(Spec):
    """Stops that nobody plans: Poisson over calendar time, uniform duration."""

    per_year: float = number(ge=0, le=1000, usual=(0.1, 50))
    """Unplanned stops expected in a year of calendar time."""
    shortest_days: float = number(ge=0)
    """Shortest unplanned stop, its restart included; lengths are uniform up to the longest."""
    longest_days: float = number(ge=0)
    """Longest unplanned stop, its restart included."""


class Kiln(Spec):
    """The kiln, its slag yard and its stops."""

    title: Text
    """Name of the cement works on pages and figures."""
    lat: float = number(ge=-90, le=90, unit="°")
    """Latitude of the works, north positive."""
    lon: float = number(ge=-180, le=180, unit="°")
    """Longitude of the works, east positive."""
    yard_capacity_t: float = number(gt=0, usual=(200, 5e4))
    """Tonnes of slag that the yard at the kiln holds."""
    yard_overflow: Annotated[Keep | NoOutlet, Field(discriminator="policy")]
    """What happens to slag for which the yard has no room."""
    raw_meal_limit_t_per_day: float = number(ge=0, usual=(5, 2000))
    """Slag that raw meal takes in a day while the kiln burns, at most."""
    clinker_t_per_day: float = number(gt=0, usual=(100, 20000))
    """Clinker that the kiln makes in a day while it burns."""
    off_peak: Annotated[
        OffPeakWindows | OffPeakMonthly | OffPeakAnnual | OffPeakRecorded, Field(discriminator="form")
    ]
    """Days on which the kiln must stand so that the market or the air recovers."""
    restart_days: float = number(ge=0, le=30)
    """Days of heating up after each planned stop, in which no raw meal is fed."""
    maintenance_days: int = number(ge=0, le=200)
    """Days of maintenance in a year; they lie inside off-peak stops as far as these reach, and are added
    beyond."""
    unplanned: UnplannedStops
    """Stops that nobody plans."""


class Cement(Spec):
    """Cement grinding: it lives on clinker from the kiln or the silo."""

    demand_t_per_year: float = number(ge=0, usual=(5e4, 1e7))
    """Cement that the works sells in a year, before the market factor."""
    season_factors: Months
    """Demand of each month against the mean month, January first."""
    market_factor: Factor
    """Factor on the demand: 0.7 sells 30 % less cement, and so grinds 30 % less slag into it."""
    clinker_factor: float = number(gt=0, le=1)
    """Tonnes of clinker in a tonne of cement."""
    slag_share: Share
    """Tonnes of slag in a tonne of cement."""
    silo_days: float = number(ge=0, usual=(0.5, 200))
    """Clinker silo, in days of `demand_t_per_year`: so long grinding lives on it while the kiln stands."""


class Outlet(Spec):
    """Another user of slag, served before the works; an unknown capacity counts as none."""

    title: Text
    """Name of the user on pages and figures."""
    capacity_t_per_day: float = number(ge=0, usual=(0.5, 300))
    """Slag that the user takes in a day at most, from what arises that day."""


class Pond(Spec):
    """A pond that takes what `takes: pond` names."""

    title: Text
    """Name of the pond on pages and figures."""
    capacity_m3: float = number(gt=0)
    """Volume that the pond holds."""
    used_m3: float = number(ge=0)
    """Volume that was filled on `used_on`."""
    used_on: date
    """Date of the volume filled; what arises for the pond is added from then on."""
    density_t_per_m3: float = number(gt=0, usual=(0.5, 5))
    """Tonnes in a cubic metre of what lies in the pond."""


# --- money, emissions, releases ----------------------------------------------------------------------


class CostPayers(Spec):
    """Who pays each component."""

    direct_haul: Payer
    """Who pays the receivers' trucks to the sources, their capital included."""
    rounds: Payer
    """Who pays the collection point's vans."""
    haul: Payer
    """Who pays joint loads to the receivers, and the disposal of what they bring."""
    disposal: Payer
    """Who pays for disposal of what receivers fetch at the sources."""
    operation: Payer
    """Who pays staff, rent and upkeep of the collection point."""
    capital: Payer
    """Who pays the collection point, its bays and its vans."""
    containers: Payer
    """Who pays the containers at the sources and the floor under them."""
    slag_haul: Payer
    """Who pays the haul of slag to the works."""


class Costs(Spec):
    """Unit costs; vehicle costs stand with the vehicles, tolls with the routes."""

    disposal_cny_per_t: float = number(ge=0, usual=(100, 50000))
    """Price that receivers ask for disposing of a tonne they accept."""
    slag_haul_cny_per_t_km: float = number(ge=0, usual=(0.05, 20))
    """Cost of bringing a tonne of slag one kilometre."""
    collection_fee_cny_per_t: float = number(ge=0, usual=(50, 50000))
    """Fee that sources pay the operator for a tonne its vans collect; it moves cost between payers, the
    sum stays."""
    payers: CostPayers
    """Who pays each component."""


class Releases(Spec):
    """Expected releases: accidents per vehicle-km x release given accident, and per container handled."""

    rural_accidents_per_million_km: float = number(ge=0, usual=(0.01, 50))
    """Truck accidents per million kilometres driven loaded off the expressway."""
    rural_release_share: Share
    """Share of these accidents in which waste gets out."""
    freeway_accidents_per_million_km: float = number(ge=0, usual=(0.01, 50))
    """Truck accidents per million kilometres driven loaded on the expressway."""
    freeway_release_share: Share
    """Share of these accidents in which waste gets out."""
    spills_per_handling: float = number(ge=0, le=1)
    """Spills expected for each container that is loaded or unloaded."""


# --- the whole ---------------------------------------------------------------------------------------


class ScenarioSpec(Spec):
    """A plan in a future: everything the model is told.

    `about` says in a sentence what a plan or future changes, each its own: it is not passed on by `extends`.
    `more_containers` are those that single sources have beside the ones of their row or type.
    """

    title: Text
    """Noun phrase that names the plan or future and can stand in a sentence."""
    about: Text | None = None
    """One sentence that says what the plan or future changes; it stands on the page before the plan is
    judged."""
    years: Years
    """Years that are reported, and the warm-up before them; a study's own win."""
    working_days: WorkingDays
    """Days on which vans and receivers' trucks start."""
    tables: Tables
    """CSV tables of the region."""
    streams: dict[str, Stream]
    """Waste streams, by a name of your own."""
    storage_classes: dict[StorageClass, Container]
    """Container, price and neighbours of each class in which streams are kept."""
    source_types: dict[str, SourceType]
    """Kinds of firms at which waste arises, by a name of your own."""
    more_containers: dict[str, dict[StorageClass, Annotated[int, Field(ge=0, le=1000)]]] = {}
    """Containers that single sources have beside those of their row or type, by source and class."""
    generation: Generation
    """How much hazardous waste arises, and what of it is stored."""
    storage_rules: StorageRules
    """Limits of the law on what a source keeps, and what it does when a store is full."""
    compliance: Compliance
    """Thresholds of the plan's management indicator, which does not act on the run."""
    roads: Roads
    """Roads inside the county and routes to the receivers' town."""
    vehicles: dict[str, Vehicle]
    """Kinds of vehicles, by a name of your own."""
    driving: Driving
    """Working time of crews and drivers."""
    stops: Stops
    """Time at a stop, and visits in vain."""
    manifest: Manifest
    """Days of paperwork before a truck leaves."""
    receivers: dict[str, Receiver]
    """Licensed firms that dispose of hazardous waste, by a name of your own, in the order in which equals
    are asked."""
    regimes: Regimes
    """Which sources receivers' trucks serve, and which the collection point does."""
    direct: Direct
    """How receivers' trucks serve sources (long haul)."""
    collection_point: CollectionPoint | None = None
    """The county's own collection point with its vans and bays; without it there is none."""
    slag: Slag
    """Slag between the smelters' furnaces and the works' gate."""
    kiln: Kiln
    """The cement kiln, its slag yard and its stops."""
    cement: Cement
    """Cement grinding, which uses slag while there is clinker."""
    outlets: dict[str, Outlet]
    """Other users of slag, by a name of your own; they are served before the works."""
    ponds: dict[str, Pond] = Field(max_length=1)
    """Pond that takes what smelters with `takes: pond` generate; one at most, its filling is reported."""
    costs: Costs
    """Unit costs that do not stand with vehicles, routes or places, and who pays."""
    releases: Releases
    """How often accidents and handling let waste get out."""
