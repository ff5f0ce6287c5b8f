"""BatikRFM plugin: e-mail by Resend or SMTP."""
