"""Mail by SMTP: a few connections to one server, kept open."""
