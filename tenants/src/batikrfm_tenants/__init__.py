"""People of BatikRFM: accounts, plans, resellers, the portal, the tenant API."""
