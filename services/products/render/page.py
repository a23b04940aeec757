"""Standalone HTML page of a version, readable offline."""

from __future__ import annotations

from datetime import date
from html import escape

from services.products.render.article import link, safe
from services.products.render.edition import (
    BEWARE,
    Edition,
    Translate,
    as_of_day,
    facts,
    kind_line,
    status,
    warnings,
)
from shared.i18n import N_
from shared.press import qr

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
"""The Content-Security-Policy of the page: it may only show itself."""

# Every text has a contrast of at least 7 to 1 (WCAG 2.2, 1.4.6).
_STYLE = """
:root{color-scheme:light}
*{box-sizing:border-box}
body{margin:0;background:#fff;color:#1b2424;font:1.0625rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,
"Noto Sans",sans-serif;overflow-wrap:break-word;border-top:.5rem solid #0b5d5e}
main{max-width:44rem;margin:0 auto;padding:1.25rem 1.125rem 2.5rem}
.kind{margin:.5rem 0 0;font-size:.875rem;font-weight:700;letter-spacing:.04em;text-transform:uppercase;
color:#0b5d5e}
h1,h2,h3,h4,h5,h6{color:#0b5d5e;line-height:1.2;text-wrap:balance}
h1{font-size:clamp(1.75rem,6vw,2.375rem);margin:.25rem 0 .75rem}
h2{font-size:1.375rem;margin:2rem 0 .5rem}
h3{font-size:1.125rem;margin:1.5rem 0 .5rem}
h4,h5,h6{font-size:1rem;margin:1.25rem 0 .5rem}
p,ul,ol{margin:0 0 1rem}
li>p:last-child,li>ul,li>ol{margin-bottom:.25rem}
.summary{font-size:1.1875rem;color:#3d4a4a}
.status{margin:1rem 0;padding:.75rem 1rem;border-left:.3rem solid;border-radius:.125rem}
.status strong{text-transform:uppercase;letter-spacing:.03em}
.good{background:#e7f2f1;border-color:#0b5d5e;color:#073f40}
.draft{background:#fdf1e0;border-color:#8a4b08;color:#6b3a06}
.over{background:#fbe9e9;border-color:#9b1c1c;color:#7f1717}
a{color:#0b5d5e;text-underline-offset:.15em}
a:focus-visible{outline:.2rem solid #0b5d5e;outline-offset:.15rem}
.wide{overflow-x:auto;margin:0 0 1.25rem}
table{border-collapse:collapse;width:100%;font-size:.9375rem;line-height:1.45}
th,td{padding:.5rem .75rem;text-align:left;vertical-align:top;border-bottom:1px solid #c9d6d5}
th{background:#0b5d5e;color:#fff}
.center{text-align:center}
.right{text-align:right}
footer{margin-top:2.5rem;padding:1rem;background:#eef5f4;border-top:.15rem solid #0b5d5e;font-size:.9375rem}
footer h2{margin:0 0 .5rem;font-size:1.125rem}
footer svg{display:block;width:9rem;height:9rem;margin:0 0 1rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:1rem 0 0}
dt{color:#3d4a4a}
dd{margin:0;min-width:0}
@media(min-width:34rem){.check{display:grid;grid-template-columns:9rem 1fr;gap:1.25rem}}
@media print{body{font-size:11pt;border-top-width:3mm}main{max-width:none;padding:8mm 0 0}
h2,h3,h4{break-after:avoid}tr,footer{break-inside:avoid}thead{display:table-header-group}
.wide{overflow:visible}a[href^=http]::after{content:" (" attr(href) ")";font-size:.85em}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""


def page(
    edition: Edition,
    translate: Translate,
    article: str,
    *,
    as_of: date,
    pdf: str | None = None,
    readable: bool = True,
) -> str:
    """The whole file around the ``article``; ``as_of`` is the day for which its status holds.

    ``pdf`` is the address of its print. If it may no longer be read (not ``readable``), it has its title
    and the reason.
    """
    standing = status(edition, translate)
    sure = as_of_day(edition, translate, as_of)
    summary = f'<p class="summary">{safe(edition.summary)}</p>' if edition.summary.strip() else ""
    text = summary + article if readable else ""
    return (
        f'<!doctype html><html lang="{edition.locale}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{safe(edition.title)} · {safe(edition.partnership)}</title>"
        f"<style>{_STYLE}</style></head><body><main>"
        f'<p class="kind">{safe(kind_line(edition, translate))}</p>'
        f'<h1 lang="{edition.language}">{safe(edition.title)}</h1>'
        f'<p class="status {standing.tone}"><strong>{safe(standing.word)}.</strong> '
        f"{safe(standing.meaning)} {safe(sure)}</p>"
        f"{_warnings(edition, translate, as_of)}"
        f'<article lang="{edition.language}">{text}</article>'
        f"{_footer(edition, translate, pdf)}</main></body></html>\n"
    )


def _warnings(edition: Edition, translate: Translate, as_of: date) -> str:
    beware = safe(translate(BEWARE))
    return "".join(
        f'<p class="status over"><strong>{beware}.</strong> {safe(warning)}</p>'
        for warning in warnings(edition, translate, as_of)
    )


def _footer(edition: Edition, translate: Translate, pdf: str | None) -> str:
    alt = qr.alternative(edition.address, translate)
    picture = qr.picture(edition.address).replace("<svg ", f'<svg role="img" aria-label="{safe(alt)}" ', 1)
    how = translate(
        N_("This file may be out of date. Scan the code or open this address to see the current version.")
    )
    rows = "".join(
        f"<dt>{safe(name)}</dt><dd>{safe(value)}</dd>" for name, value in facts(edition, translate)
    )
    printed = f"<p>{link(pdf, safe(translate(N_('For printing: PDF'))))}</p>" if pdf else ""
    return (
        f'<footer><h2>{safe(translate(N_("Is this still valid?")))}</h2><div class="check">{picture}'
        f"<div><p>{safe(how)}<br>{link(edition.address, safe(edition.address))}</p>{printed}</div></div>"
        f"<dl>{rows}</dl></footer>"
    )
