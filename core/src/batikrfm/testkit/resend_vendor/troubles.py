"""Ways in which Resend fails, as its documents describe them: answers to script a server with."""

from __future__ import annotations

import json
from collections.abc import Mapping

from batikrfm.testkit.llm_vendor.serving import Answer

HTML = b"<!doctype html><html><head><title>502 Bad gateway</title></head><body>cloudflare</body></html>"


def error(status: int, name: str, message: str, headers: Mapping[str, str] | None = None) -> Answer:
    """An error in the shape of ``{"statusCode", "name", "message"}``."""
    return Answer.json({"statusCode": status, "name": name, "message": message}, status, headers)


def missing_key() -> Answer:
    """401: no key came along."""
    return error(401, "missing_api_key", "Missing API Key")


def invalid_key() -> Answer:
    """403: the key is unknown, expired or revoked."""
    return error(403, "invalid_api_key", "API key is invalid")


def restricted_key() -> Answer:
    """401: the key may send and nothing else."""
    return error(401, "restricted_api_key", "This API key is restricted to only send emails")


def unverified_domain(domain: str = "toko.example") -> Answer:
    """403: the sender's domain is not verified."""
    return error(403, "validation_error", f"The {domain} domain is not verified. Please, add and verify your domain")


def trying_out() -> Answer:
    """403: the domain for trying out writes to its owner only."""
    return error(403, "validation_error", "You can only send testing emails to your own email address (budi@toko.example).")


def invalid_idempotency_key() -> Answer:
    """400: a key that is too long."""
    return error(400, "invalid_idempotency_key", "The key must be between 1-256 chars")


def bad_request() -> Answer:
    """400: something about the request, nobody knows what."""
    return error(400, "validation_error", "The request is invalid")


def still_running() -> Answer:
    """409: the same request is being worked on."""
    return error(409, "concurrent_idempotent_requests", "Same idempotency key used while original request is still in progress.")


def other_bytes() -> Answer:
    """409: the key was used for other bytes."""
    return error(409, "invalid_idempotent_request", "Same idempotency key used with a different request payload.")


def invalid_to(address: str = "ani@toko.example") -> Answer:
    """422 of one mail: nobody can be written to there."""
    return error(
        422, "validation_error", f"Invalid `to` field. The email address {address} needs to follow the `email@example.com` format."
    )


def invalid_attachment() -> Answer:
    """422 of one mail: a file that is none."""
    return error(422, "invalid_attachment", "Attachment must have either a content or path")


def invalid_from() -> Answer:
    """422: the sender is none."""
    return error(422, "invalid_from_address", "Invalid `from` field.")


def too_many() -> Answer:
    """422: more than a batch takes."""
    return error(422, "validation_error", "The batch may have 100 emails at most")


def too_large() -> Answer:
    """413: more bytes than are taken."""
    return error(413, "payload_too_large", "Payload too large")


def rate_limited(wait: float | None = 1) -> Answer:
    """429: too many requests, with the wait."""
    headers = {"ratelimit-limit": "5", "ratelimit-remaining": "0", **({} if wait is None else {"retry-after": f"{wait:g}"})}
    return error(429, "rate_limit_exceeded", "Too many requests. You can only make 5 requests per second.", headers)


def daily_quota() -> Answer:
    """429 that no wait of ours helps against."""
    return error(429, "daily_quota_exceeded", "You have reached your daily email sending quota.")


def monthly_quota() -> Answer:
    """The same for the month."""
    return error(429, "monthly_quota_exceeded", "You have reached your monthly email sending quota.")


def application_error() -> Answer:
    """500: trouble inside; whether the mail was taken by then, it does not say."""
    return error(500, "application_error", "An unexpected error occurred.")


def gateway(status: int = 502) -> Answer:
    """A page of whoever stands before Resend."""
    return Answer(status, HTML, {"content-type": "text/html"})


def empty() -> Answer:
    """Nothing, and a good status."""
    return Answer(200, b"", {"content-type": "application/json"})


def half() -> Answer:
    """A line that breaks in the middle of an answer."""
    body = json.dumps({"data": [{"id": "x" * 2_000}]}).encode()
    return Answer(200, body, {"content-type": "application/json"}, sent=900)


def fewer_ids() -> Answer:
    """A good status, and no id for any mail."""
    return Answer.json({"data": []})


def deep() -> Answer:
    """JSON without an end to its depth."""
    return Answer(200, b"[" * 100_000, {"content-type": "application/json"})
