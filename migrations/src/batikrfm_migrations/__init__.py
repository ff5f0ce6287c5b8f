"""Schema history of BatikRFM: core/ and tenants/, run by the owner role only."""
