"""The accounts that a shop sends by: which there are, how each stands, and an open one whenever somebody sends.

A program opens its channels once (:func:`open_channels`); the rest needs that. Seams for the other rooms::

    list_channels(tenant_id) -> list[ChannelInfo]             # every installed channel, as it stands; opens none
    find_channel(tenant_id, key) -> ChannelInfo               # ChannelNotFoundError
    check_channel(tenant_id, key) -> Check                    # asks the vendor; raises what is wrong
    findings_of(tenant_id, key) -> list[DomainFinding]        # reads the DNS
    open_channel(tenant_id, key) -> context manager of OpenChannel   # for calls: never inside of a scope
    pause_channel(key, reason, by=) / resume_channel(key)     # in the tenant's scope
    health_of(key) -> Health                                  # in the tenant's scope: warm-up, today's cap, recent failures
    note_outcomes(key, bad=, good=)                           # events: what vendors report later counts, too
"""
