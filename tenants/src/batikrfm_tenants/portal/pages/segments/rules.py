"""The form of a shop's rules, and what was sent of it as :class:`~batikrfm.segmentation.preferences.Preferences`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, Final, Literal, cast

from batikrfm.sdk.text import Text
from batikrfm.segmentation.preferences import Preferences, PreferencesForm
from batikrfm_tenants.portal.contract import Page
from batikrfm_tenants.portal.forms import Form
from batikrfm_tenants.portal.schema_forms import SettingField, fields, sent_values

WHOLE: Final = Text(id="isi dengan bilangan bulat", en="write whole numbers")
NUMBER: Final = Text(id="isi dengan angka, misalnya 0,5", en="write numbers, such as 0.5")
CUTS: Final = {
    "recency_days": (Text(id="Batas R", en="Cut-points of R"), WHOLE),
    "frequency": (Text(id="Batas F", en="Cut-points of F"), WHOLE),
    "monetary": (Text(id="Batas M", en="Cut-points of M"), NUMBER),
}
"""Settings of the built-in strategies that are four ascending numbers each, by name and what they are written with."""
OURS: Final = frozenset({"mode", *CUTS})
HOW_MANY: Final = 4

POSITIVE: Final = Text(
    id="Isi dengan bilangan bulat mulai dari 1, atau kosongkan.", en="Write a whole number from 1 on, or leave it empty."
)

MODES: Final = (
    (
        "auto",
        Text(id="Otomatis", en="Automatic"),
        Text(
            id="Kami pilihkan: dibandingkan satu sama lain kalau pembeli yang kembali sudah cukup banyak, kalau belum dengan batas tetap.",
            en="We choose: compared with each other once enough customers came back, else by fixed cut-points.",
        ),
    ),
    (
        "quantile",
        Text(id="Bandingkan satu sama lain", en="Compare with each other"),
        Text(
            id="Seperlima terbaik mendapat nilai 5, seperlima berikutnya 4, dan seterusnya.",
            en="The best fifth gets score 5, the next fifth 4, and so on.",
        ),
    ),
    (
        "rules",
        Text(id="Batas tetap", en="Fixed cut-points"),
        Text(id="Nilai mengikuti batas yang Anda isi di bawah.", en="Scores follow the cut-points that you set below."),
    ),
)
RETURNS: Final = (
    ("net", Text(id="Kurangi dengan yang dikembalikan", en="Take off what came back")),
    ("ignore", Text(id="Biarkan, pakai nilai saat dijual", en="Leave it, use what was sold")),
)


@dataclass(frozen=True)
class Strategy:
    """A way to group customers that the shop can choose."""

    key: str
    name: Text
    segments: tuple[Text, ...]
    chosen: bool


@dataclass(frozen=True)
class CutInput:
    """One cut-point: the field's name, the score that it earns, and what it holds."""

    name: str
    score: int
    value: str


@dataclass(frozen=True, kw_only=True)
class RulesPage(Page):
    """Choose a strategy and its rules; next comes who would move."""

    template: ClassVar[str] = "segments/rules.html"
    form: Form = field(metadata={"help": "What was sent and what is wrong with it."})
    strategy: str = field(metadata={"help": "Key of the strategy whose settings are shown."})
    strategies: tuple[Strategy, ...] = field(metadata={"help": "What can be chosen."})
    ours: bool = field(metadata={"help": "Whether the settings are a mode and cut-points, which have a form of their own."})
    fields: tuple[SettingField, ...] = field(metadata={"help": "The settings of any other strategy."})
    modes: tuple[tuple[str, Text, Text], ...] = field(metadata={"help": "Ways of scoring: value, name, explanation."})
    mode: str = field(metadata={"help": "The way of scoring that is set."})
    recency: tuple[CutInput, ...] = field(metadata={"help": "Days for the scores 5 to 2."})
    frequency: tuple[CutInput, ...] = field(metadata={"help": "Purchases for the scores 2 to 5."})
    monetary: tuple[CutInput, ...] = field(metadata={"help": "Multiples of the median money for the scores 2 to 5."})
    returns: tuple[tuple[str, Text], ...] = field(metadata={"help": "What returns do: value, words."})
    returns_now: str = field(metadata={"help": "What returns do as it is set."})
    since_days: str = field(metadata={"help": "How many days to look back; empty is everything."})


def rules_page(kept: Preferences, wanted: PreferencesForm, strategies: Sequence[Strategy], form: Form) -> RulesPage:
    """The form for the strategy of ``wanted``; ``kept`` is what holds now, ``form`` what was sent."""
    values = wanted.values
    return RulesPage(
        form=form,
        strategy=wanted.strategy,
        strategies=tuple(strategies),
        ours=is_ours(wanted.schema),
        fields=() if is_ours(wanted.schema) else fields(wanted.schema, values),
        modes=MODES,
        mode=str(values.get("mode", "auto")),
        recency=_inputs("recency_days", values, form, best_first=True),
        frequency=_inputs("frequency", values, form),
        monetary=_inputs("monetary", values, form),
        returns=RETURNS,
        returns_now=kept.returns,
        since_days=str(kept.since_days or ""),
    )


def is_ours(schema: Mapping[str, Any]) -> bool:
    """Whether the settings of this JSON schema are a mode and three lists of cut-points."""
    return set(schema.get("properties", {})) == OURS


def _inputs(name: str, values: Mapping[str, Any], form: Form, *, best_first: bool = False) -> tuple[CutInput, ...]:
    given = [_shown(value) for value in values.get(name, ())]
    scores = range(5, 1, -1) if best_first else range(2, 6)
    return tuple(CutInput(f"{name}.{place}", score, form.value(f"{name}.{place}", _at(given, place))) for place, score in enumerate(scores))


def _at(given: Sequence[str], place: int) -> str:
    return given[place] if place < len(given) else ""


def _shown(value: object) -> str:
    """A number as an Indonesian writes it: 0,5."""
    number = Decimal(str(value))
    return f"{number.normalize():f}".replace(".", ",")


def wanted(form: Form, schema: Mapping[str, Any], strategy: str) -> tuple[Preferences, Form]:
    """What ``form`` asks for, and the form with a problem for each value that is no number."""
    settings, form = _settings(form) if is_ours(schema) else (sent_values(schema, form), form)
    since, form = _since(form)
    returns: Literal["net", "ignore"] = "ignore" if form["returns"] == "ignore" else "net"
    return Preferences(strategy=strategy, settings=settings, returns=returns, since_days=since), form


def _settings(form: Form) -> tuple[dict[str, Any], Form]:
    mode = form["mode"]
    settings: dict[str, Any] = {"mode": mode if mode in {one for one, _, _ in MODES} else "auto"}
    for name, (label, wants) in CUTS.items():
        numbers = [_number(form[f"{name}.{place}"], whole=name != "monetary") for place in range(HOW_MANY)]
        if None in numbers:
            form = form.refused(Text(id=f"{label.id}: {wants.id}.", en=f"{label.en}: {wants.en}."), name)
        settings[name] = cast("list[int | str]", numbers)
    return settings, form


def _since(form: Form) -> tuple[int | None, Form]:
    sent = form["since_days"]
    days = _number(sent, whole=True)
    if sent and (not isinstance(days, int) or days < 1):
        return None, form.refused(POSITIVE, "since_days")
    return cast("int | None", days), form


def _number(sent: str, *, whole: bool) -> int | str | None:
    """A whole number, or an exact decimal as text; None for what is neither. Thousands may be parted in whole numbers."""
    if whole:
        digits = sent.replace(".", "").replace(" ", "")
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None  # noqa: PLR2004 - more than any limit
    try:
        number = Decimal(sent.replace(",", "."))
    except InvalidOperation:
        return None
    return f"{number:f}" if number.is_finite() and len(sent) < 20 else None  # noqa: PLR2004 - more than any limit
