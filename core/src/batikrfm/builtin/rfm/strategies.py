"""The strategies ``rfm5`` and ``rfm11``: the same scores, two tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from batikrfm.builtin.rfm import tables, words
from batikrfm.builtin.rfm.config import RfmConfig
from batikrfm.builtin.rfm.modes import choose
from batikrfm.sdk.segmentation import Segment, Segmentation, SegmentationStrategy
from batikrfm.sdk.text import Text

if TYPE_CHECKING:
    import polars as pl


class RfmStrategy(SegmentationStrategy[RfmConfig]):
    """Scores R, F and M from 1 to 5, then looks the segment up by R and FM = (F + M + 1) // 2."""

    config_model = RfmConfig
    table: ClassVar[tables.SegmentTable]

    def segment(self, customers: pl.DataFrame, config: RfmConfig) -> Segmentation:
        from batikrfm.builtin.rfm.cuts import quantile_cuts, rule_cuts  # it brings polars, which naming the segments does not need

        choice = choose(customers, config)
        cuts = quantile_cuts(customers) if choice.mode == "quantile" else rule_cuts(customers, config)
        return Segmentation(
            customers=customers.with_columns(*cuts.scores()).with_columns(self._looked_up()),
            mode=choice.mode,
            cut_points=cuts.shown(),
            reason=choice.reason,
            notices=choice.notices,
        )

    def _looked_up(self) -> pl.Expr:
        import polars as pl

        cells = pl.Series([key for r in range(1, 6) for key in self.table[r]], dtype=pl.String)
        fm = (pl.col("f") + pl.col("m") + 1) // 2
        return pl.lit(cells).gather((pl.col("r") - 1) * 5 + fm - 1).alias("segment")


class Rfm5(RfmStrategy):
    """Five segments: enough for a shop that writes to its customers once a week."""

    key = "rfm5"
    name = Text(id="Lima kelompok", en="Five segments")
    table = tables.RFM5
    segments: ClassVar[tuple[Segment, ...]] = (words.CHAMPIONS, words.LOYAL, words.PROMISING_OR_NEW, words.AT_RISK, words.LOST)


class Rfm11(RfmStrategy):
    """Eleven segments, for a shop that wants to tell them apart more finely."""

    key = "rfm11"
    name = Text(id="Sebelas kelompok", en="Eleven segments")
    table = tables.RFM11
    segments: ClassVar[tuple[Segment, ...]] = (
        words.CHAMPIONS,
        words.LOYAL,
        words.POTENTIAL_LOYALIST,
        words.NEW,
        words.PROMISING,
        words.NEED_ATTENTION,
        words.ABOUT_TO_SLEEP,
        words.CANT_LOSE,
        words.AT_RISK,
        words.HIBERNATING,
        words.LOST,
    )
