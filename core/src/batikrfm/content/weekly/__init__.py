"""The weekly words: segment, see who moved, write for every segment, wait for review, tell the owners. One batch for a shop's week.

::

    job content.weekly      begin(): batch, segmentation, a line for each segment   -> write_due(): the most valuable first
    job content.weekly_rest what the quota had no room for, on the day that the line says

Every step can be killed and done again. An item's id is the key of its quota and its claim, and its drafts, its end and what it cost are
one transaction, so nothing is written or paid twice.
"""

from batikrfm.content.weekly.model import Item, ItemState, Week
from batikrfm.content.weekly.planning import begin, past_weeks, this_week
from batikrfm.content.weekly.schedule import cron_of, keep_schedule
from batikrfm.content.weekly.writing import write_due

__all__ = ["Item", "ItemState", "Week", "begin", "cron_of", "keep_schedule", "past_weeks", "this_week", "write_due"]
