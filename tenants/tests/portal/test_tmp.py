from portal_site import Site
from batikrfm.db.database import Database
from visits import PAGES, furnished
from shop_work import words_of
async def test_walk(site: Site, database: Database) -> None:
    there = await furnished(site.services.office, database)
    bad = []
    for visit in PAGES:
        site.sign_in(there.people.get(visit.who))
        answer = await site.open(there.address(visit))
        if answer.status_code != visit.status: bad.append((visit.name, answer.status_code, words_of(answer)[-600:]))
        if visit.name in {"campaign-finished","campaign-check","replies", "sent-letter"}: print(visit.name, words_of(answer)[480:])
    assert bad == []
