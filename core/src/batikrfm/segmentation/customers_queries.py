"""The SQL of customers in pages. Each sort has its statements, for a column cannot be a parameter.

``$1..$4`` are the cells to look into (segments and scores); the boundary is exclusive, and a page is in descending order of value and id.
"""

from __future__ import annotations

from typing import Final

CELLS: Final = """
    select run_id, segment, r, f, m, customers from segment_cells
    where run_id = (select id from segmentation_runs order by id desc limit 1)
"""

CURRENCY: Final = "select currency from tenants"
COUNT: Final = "select count(*) from customers"

COLUMNS: Final = """
    c.id, c.key, c.name, c.phone, c.email, a.segment, a.r, a.f, a.m, a.last_day, a.frequency as purchases, a.monetary_e4
"""

SCORED_CELL: Final = "a.segment = cell.segment and a.r = cell.r and a.f = cell.f and a.m = cell.m"
UNSCORED_CELL: Final = "a.segment = cell.segment and a.r is null and a.f is null and a.m is null"
CELL: Final = "unnest($1::text[], $2::smallint[], $3::smallint[], $4::smallint[]) as cell (segment, r, f, m)"

_PAGE_BY_MONEY: Final = f"""
    select {COLUMNS} from (
        select top.id, top.value from {CELL} cross join lateral (
            (select a.id, a.monetary_e4 as value from segment_assignments a
                where cell.r is not null and {SCORED_CELL} and (a.monetary_e4, a.id) < ($5::bigint, $6::uuid)
                order by a.monetary_e4 desc, a.id desc limit $7)
            union all
            (select a.id, a.monetary_e4 from segment_assignments a
                where cell.r is null and {UNSCORED_CELL} and (a.monetary_e4, a.id) < ($5::bigint, $6::uuid)
                order by a.monetary_e4 desc, a.id desc limit $7)
        ) top order by top.value desc, top.id desc limit $7
    ) page join segment_assignments a on a.id = page.id join customers c on c.id = page.id
    order by page.value desc, page.id desc
"""
_PAGE_BY_FREQUENCY: Final = f"""
    select {COLUMNS} from (
        select top.id, top.value from {CELL} cross join lateral (
            (select a.id, a.frequency as value from segment_assignments a
                where cell.r is not null and {SCORED_CELL} and (a.frequency, a.id) < ($5::bigint, $6::uuid)
                order by a.frequency desc, a.id desc limit $7)
            union all
            (select a.id, a.frequency from segment_assignments a
                where cell.r is null and {UNSCORED_CELL} and (a.frequency, a.id) < ($5::bigint, $6::uuid)
                order by a.frequency desc, a.id desc limit $7)
        ) top order by top.value desc, top.id desc limit $7
    ) page join segment_assignments a on a.id = page.id join customers c on c.id = page.id
    order by page.value desc, page.id desc
"""
_PAGE_BY_DAY: Final = f"""
    select {COLUMNS} from (
        select top.id, top.value from {CELL} cross join lateral (
            (select a.id, a.last_day as value from segment_assignments a
                where cell.r is not null and {SCORED_CELL} and (a.last_day, a.id) < ($5::date, $6::uuid)
                order by a.last_day desc, a.id desc limit $7)
            union all
            (select a.id, a.last_day from segment_assignments a
                where cell.r is null and {UNSCORED_CELL} and (a.last_day, a.id) < ($5::date, $6::uuid)
                order by a.last_day desc, a.id desc limit $7)
        ) top order by top.value desc, top.id desc limit $7
    ) page join segment_assignments a on a.id = page.id join customers c on c.id = page.id
    order by page.value desc, page.id desc
"""
PAGE: Final = {"monetary": _PAGE_BY_MONEY, "frequency": _PAGE_BY_FREQUENCY, "recency": _PAGE_BY_DAY}
"""The best of each cell, and of those the best: as many short walks of an index as there are cells, however many customers."""

NAME: Final = "c.sort_name"

MATCHES: Final = """
    ($1::text[] is null or a.segment = any ($1)) and ($2::smallint is null or a.r = $2) and ($3::smallint is null or a.f = $3)
    and ($4::smallint is null or a.m = $4) and ($5::smallint is null or (a.f + a.m + 1) / 2 = $5)
    and (not $6::boolean or a.segment is null)
"""

PAGE_BY_NAME: Final = f"""
    select {COLUMNS}, {NAME} as by_name from customers c left join segment_assignments a on a.id = c.id
    where (not $1::boolean or a.segment is null) and ({NAME}, c.id) > ($2::text, $3::uuid)
    order by {NAME}, c.id limit $4
"""
"""Along the index of names: everybody, or with $1 those in no segment, passing over all others."""

PAGE_OF_CELLS_BY_NAME: Final = f"""
    select {COLUMNS}, a.sort_name as by_name from (
        select top.id, top.value from {CELL} cross join lateral (
            (select a.id, a.sort_name as value from segment_assignments a
                where cell.r is not null and {SCORED_CELL} and (a.sort_name, a.id) > ($5::text, $6::uuid)
                order by a.sort_name, a.id limit $7)
            union all
            (select a.id, a.sort_name from segment_assignments a
                where cell.r is null and {UNSCORED_CELL} and (a.sort_name, a.id) > ($5::text, $6::uuid)
                order by a.sort_name, a.id limit $7)
        ) top order by top.value, top.id limit $7
    ) page join segment_assignments a on a.id = page.id join customers c on c.id = page.id
    order by page.value, page.id
"""
"""The first of each cell by name, as ``PAGE`` takes the best: the name that they are sorted by stands with their scores."""

PLACED_ALL_BUYERS: Final = """
    select not exists (select from imports where id > $1)
        and (select count(*) from customer_totals where purchases = 0) = $2
"""
"""Whether those whom run $1 did not place, $2 of them, are just those without a purchase: then an index holds them."""

UNPLACED_COLUMNS: Final = """
    c.id, c.key, c.name, c.phone, c.email, null::text as segment, null::smallint as r, null::smallint as f, null::smallint as m,
    null::date as last_day, null::bigint as purchases, null::bigint as monetary_e4
"""

WITHOUT_PURCHASE: Final = f"""
    select {UNPLACED_COLUMNS} from customer_totals t join customers c on c.id = t.id
    where t.purchases = 0 and t.id > $1 order by t.id limit $2
"""

WITHOUT_PURCHASE_BY_NAME: Final = f"""
    select {UNPLACED_COLUMNS}, {NAME} as by_name from customer_totals t join customers c on c.id = t.id
    where t.purchases = 0 and ({NAME}, c.id) > ($1::text, $2::uuid) order by {NAME}, c.id limit $3
"""

NAME_OF: Final = f"select {NAME} from customers c where c.id = $1"

UNPLACED: Final = f"""
    select {UNPLACED_COLUMNS} from customers c
    where c.id > $1 and not exists (select from segment_assignments a where a.id = c.id) order by c.id limit $2
"""

FOUND: Final = f"""
    found as (
        (select c.id from customers c where {NAME} >= $7::text and {NAME} < $8::text order by {NAME} limit $9)
        union (select c.id from customers c where c.key >= $10::text and c.key < $11::text order by c.key limit $9)
        union (select c.id from customers c where c.key >= $7::text and c.key < $8::text order by c.key limit $9)
        union (select c.id from customers c where c.email >= $7::text and c.email < $8::text order by c.email limit $9)
        union (select c.id from customers c where c.phone >= $12::text and c.phone < $13::text order by c.phone limit $9)
    )
"""
"""The first $9 of each thing that can begin with what was typed: $7 in small letters, $10 as typed, $12 as phone numbers are kept."""

_FOUND_BY_MONEY: Final = f"""
    with {FOUND}, sorted as (
        select {COLUMNS}, coalesce(a.monetary_e4, -9223372036854775808) as value
        from found join customers c on c.id = found.id left join segment_assignments a on a.id = c.id where {MATCHES}
    )
    select * from sorted where (value, id) < ($14::bigint, $15::uuid) order by value desc, id desc limit $16
"""
_FOUND_BY_FREQUENCY: Final = f"""
    with {FOUND}, sorted as (
        select {COLUMNS}, coalesce(a.frequency, -1) as value
        from found join customers c on c.id = found.id left join segment_assignments a on a.id = c.id where {MATCHES}
    )
    select * from sorted where (value, id) < ($14::bigint, $15::uuid) order by value desc, id desc limit $16
"""
_FOUND_BY_DAY: Final = f"""
    with {FOUND}, sorted as (
        select {COLUMNS}, coalesce(a.last_day, '-infinity'::date) as value
        from found join customers c on c.id = found.id left join segment_assignments a on a.id = c.id where {MATCHES}
    )
    select * from sorted where (value, id) < ($14::date, $15::uuid) order by value desc, id desc limit $16
"""
_FOUND_BY_NAME: Final = f"""
    with {FOUND}, sorted as (
        select {COLUMNS}, {NAME} as value
        from found join customers c on c.id = found.id left join segment_assignments a on a.id = c.id where {MATCHES}
    )
    select * from sorted where (value, id) > ($14::text, $15::uuid) order by value, id limit $16
"""
FOUND_PAGE: Final = {"monetary": _FOUND_BY_MONEY, "frequency": _FOUND_BY_FREQUENCY, "recency": _FOUND_BY_DAY, "name": _FOUND_BY_NAME}

REACHED_CAP: Final = f"""
    with counted as (
        select count(*) as n from (select from customers c where {NAME} >= $1::text and {NAME} < $2::text limit $3 + 1) a
        union all select count(*) from (select from customers c where c.key >= $4::text and c.key < $5::text limit $3 + 1) b
        union all select count(*) from (select from customers c where c.key >= $1::text and c.key < $2::text limit $3 + 1) b
        union all select count(*) from (select from customers c where c.email >= $1::text and c.email < $2::text limit $3 + 1) c
        union all select count(*) from (select from customers c where c.phone >= $6::text and c.phone < $7::text limit $3 + 1) d
    )
    select max(n) > $3 from counted
"""
