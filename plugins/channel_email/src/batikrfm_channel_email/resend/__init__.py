"""Mail by Resend's REST API."""
