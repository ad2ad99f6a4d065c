"""Text without links: what is asked of an expression of interest, so that it is no use to spam."""

from __future__ import annotations

import re

# A scheme, www., a mail address, a name that ends as those of the web mostly do, or any other with
# a path behind it, as shortened links have.
_LINK = re.compile(
    r"""(?ix) (?: \b[a-z][a-z0-9+.\-]{1,20}://\S* | \bwww\.\S+ | \bmailto:\S+ | \[/?url\b\S* )
    | [\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+
    | (?-i: \b(?:[A-Za-z0-9\-]+\.)+(?:com|net|org|info|biz|xyz|online|site|shop|top|club|io|ru|cn)
      (?:/\S*)? (?![\w.]) )
    | (?-i: \b(?:[A-Za-z0-9\-]{2,}\.)+[a-z]{2,3}/[\w\-]\S* )
    """
)


def link_in(text: str) -> str:
    """Give the first link or mail address of a text, cut to what can be shown; "" without one."""
    found = _LINK.search(text)
    return found[0][:60] if found else ""
