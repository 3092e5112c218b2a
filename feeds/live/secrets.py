"""Takes secrets out of what is recorded: signed addresses, keys in messages."""

import re
from urllib.parse import urlsplit

_NAMES = (
    "signature|sign|apikey|api_key|api-key|key|secret|passphrase|password|listenkey|token"
    "|access-key|accesskey|auth"
)
_QUERY = re.compile(rf"(?i)(?<=[?&])({_NAMES})=[^&#]*")
_JSON = re.compile(rf'(?i)("(?:{_NAMES})"\s*:\s*)"[^"]*"')
_LISTEN = re.compile(r"/ws/[A-Za-z0-9]{40,}")
GONE = "***"


def clean_address(method: str, url: str) -> str:
    """Return method and address without what signs it."""
    parts = urlsplit(url)
    if not parts.query:
        return f"{method} {_LISTEN.sub('/ws/' + GONE, url)}"
    return method + " " + _QUERY.sub(rf"\g<1>={GONE}", url)


def clean_text(text: str) -> str:
    """Return a message without keys and signatures."""
    return _JSON.sub(rf'\g<1>"{GONE}"', text)


def clean_place(url: str) -> str:
    """Return the address of a connection without a key in its path or query."""
    return _LISTEN.sub("/ws/" + GONE, _QUERY.sub(rf"\g<1>={GONE}", url))
