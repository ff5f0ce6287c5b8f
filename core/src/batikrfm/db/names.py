"""Names in SQL text, where a parameter cannot stand. Apart from the migrations' own, which brings Piccolo's tools with it."""


def identifier(name: str) -> str:
    """``name`` quoted."""
    return '"' + name.replace('"', '""') + '"'
