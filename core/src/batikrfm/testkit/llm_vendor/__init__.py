"""An LLM vendor to test with: a real HTTP server that behaves as OpenAI's and Groq's documents say, and misbehaves as told."""

from __future__ import annotations

from batikrfm.testkit.llm_vendor import troubles
from batikrfm.testkit.llm_vendor.serving import Answer, Request
from batikrfm.testkit.llm_vendor.vendor import VendorServer, still

__all__ = ["Answer", "Request", "VendorServer", "still", "troubles"]
