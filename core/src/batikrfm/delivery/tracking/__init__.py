"""Whether letters are opened and links followed: off until the owner switches it on, and on wish counted without the person.

A tracked link leads to ``/t/<token>``, signed, and from there to an address that was written down for that campaign before its first
letter left: to no other, so it is no open redirect. Visits are judged half a minute later, when it shows which were robots': scanners
that follow every link, previews, prefetching.

For the other rooms::

    read_tracking() / change_tracking(Tracking(...))          in the tenant's scope
    link_maker(campaign_id, variant, urls, links) -> LinkMaker    in the tenant's scope, once for a text; DIRECT where tracking is off
    follow(links.signer, token, Visit(...)) -> url            in no scope
"""

from batikrfm.delivery.tracking.links import link_maker
from batikrfm.delivery.tracking.robots import Visit
from batikrfm.delivery.tracking.settings import Tracking, change_tracking, read_tracking

__all__ = ["Tracking", "Visit", "change_tracking", "link_maker", "read_tracking"]
