"""Formatting of dates, times, numbers and sizes by language, in Indonesia's time zones."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, format_percent

from shared.i18n import Locale

# Babel knows these names in Indonesian only; readers of English in Indonesia use the same.
_ZONES = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Jayapura": "WIT",
}


def show_date(day: date, locale: Locale) -> str:
    """Write a day in full ("5 Januari 2026"); TypeError on a moment, which is a day only somewhere."""
    if isinstance(day, datetime):
        raise TypeError(f"{day!r} is a moment: in which zone is its day wanted?")
    return format_date(day, "d MMMM y", locale)


def show_moment(moment: datetime, locale: Locale, zone: ZoneInfo) -> str:
    """Write a moment with its zone ("5 Januari 2026 08.00 WIB"); ValueError on a naive datetime."""
    local = _local(moment, zone)
    clock = "HH.mm" if locale == "id" else "HH:mm"
    written = format_datetime(local, f"d MMMM y {clock}", locale=locale)
    return f"{written} {_ZONES.get(zone.key) or local.tzname()}"


def show_time(time: date, locale: Locale, zone: ZoneInfo) -> str:
    """Write a day, or a moment (`datetime`) with its zone."""
    return show_moment(time, locale, zone) if isinstance(time, datetime) else show_date(time, locale)


def show_number(number: float, locale: Locale) -> str:
    """Write a number with the separators of the language ("1.234,5")."""
    return format_decimal(number, locale=locale)


def show_money(amount: float, currency: str, locale: Locale) -> str:
    """Write an amount with its currency (ISO 4217), without decimals where it is whole ("Rp180.000.000")."""
    sign = "¤" if locale == "id" else "¤¤\N{NO-BREAK SPACE}"
    decimals = "" if amount == int(amount) else ".00"
    return format_currency(amount, currency, f"{sign}#,##0{decimals}", locale, currency_digits=False)


def show_share(share: float, locale: Locale) -> str:
    """Write a share of one as a whole percentage ("67%")."""
    return format_percent(share, locale=locale)


def show_size(size: int, locale: Locale) -> str:
    """Write a number of bytes in the largest decimal unit that fits ("1,4 MB")."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= factor:
            return f"{format_decimal(round(size / factor, 1), locale=locale)} {unit}"
    return f"{size} B"


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    return moment.astimezone(zone)
