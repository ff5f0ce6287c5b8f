"""What is known of an account that a shop sends by."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from batikrfm.delivery.model import Medium
from batikrfm.sdk.channels import Capabilities
from batikrfm.sdk.text import Text


class Stand(StrEnum):
    """Whether a shop can send by a channel."""

    READY = "ready"
    PAUSED = "paused"
    OFF = "off"  # the plugin is not switched on
    INCOMPLETE = "incomplete"  # its settings are missing or do not fit


class PausedBy(StrEnum):
    """Who or what paused a channel."""

    PERSON = "person"
    SAFETY = "safety"  # too many messages failed or were blocked: going on would get the number banned


@dataclass(frozen=True, slots=True)
class Pause:
    """Since when nothing is sent by a channel, and why."""

    at: dt.datetime
    by: PausedBy
    reason: Text


@dataclass(frozen=True, slots=True)
class Health:
    """How a number or an account fares.

    ``today`` messages were handed in on the shop's day, of at most ``cap`` (None: no limit of ours). ``warm_days`` days it has sent before
    today. Of the latest ``outcomes`` so many were ``bad``; above ``most_bad`` it is paused. ``share`` of its full rate is used now: a
    vendor that asked to go slower lowers it. ``warning`` is said of unofficial gateways.
    """

    today: int = 0
    cap: int | None = None
    warm_days: int = 0
    outcomes: int = 0
    bad: int = 0
    most_bad: int = 0
    share: float = 1.0
    warning: Text | None = None


@dataclass(frozen=True)
class ChannelInfo:
    """A channel as it stands with the shop. ``problem`` says why it cannot be used; ``shared``: it is the installation's account."""

    key: str
    plugin: str
    name: Text
    medium: Medium
    capabilities: Capabilities
    stand: Stand
    problem: Text | None = None
    pause: Pause | None = None
    shared: bool = False
    health: Health = field(default_factory=Health)
