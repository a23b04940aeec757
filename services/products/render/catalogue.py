"""DCAT 3 catalogue of published products, in JSON-LD (DCAT-AP 3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import quote
from uuid import UUID
from zoneinfo import ZoneInfo

from services.products.model.product import Product
from services.products.model.text import Text
from services.products.model.version import File, Version
from services.products.render.markdown import clean
from shared.areas import area_name
from shared.contracts.vocabulary import Phase, ProductKind
from shared.i18n import LOCALES, N_, translator
from shared.labelled import Labelled

FORMAT = 4
"""Increased whenever the description of the same products changes."""

_XSD = "http://www.w3.org/2001/XMLSchema#"
_LANGUAGE = "http://publications.europa.eu/resource/authority/language/"
_LANGUAGES = {"id": "IND", "en": "ENG", "jv": "JAV", "mad": "MAD"}
_PUBLIC = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"
_MEDIA = "https://www.iana.org/assignments/media-types/"
_FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"
_FORMATS = {"application/pdf": "PDF", "text/html": "HTML", "image/png": "PNG", "image/jpeg": "JPEG"}
_RELATIONS = {
    "new_version_of": "dcat:previousVersion",
    "replaces": "dct:replaces",
    "translation_of": "dct:source",
    "derived_from": "prov:wasDerivedFrom",
    "requires": "dct:requires",
}


def _many(term: str) -> dict[str, str]:
    return {"@id": term, "@container": "@language"}


def _iri(term: str) -> dict[str, str]:
    return {"@id": term, "@type": "@id"}


def _typed(term: str, kind: str) -> dict[str, str]:
    return {"@id": term, "@type": _XSD + kind}


CONTEXT: dict[str, Any] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "prov": "http://www.w3.org/ns/prov#",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "title": _many("dct:title"),
    "description": _many("dct:description"),
    "label": _many("skos:prefLabel"),
    "name": "foaf:name",
    "publisher": "dct:publisher",
    "identifier": "dct:identifier",
    "licence": _iri("dct:license"),
    "format": _iri("dct:format"),
    "contact": "dcat:contactPoint",
    "email": _iri("vcard:hasEmail"),
    "page": _iri("vcard:hasURL"),
    "full_name": "vcard:fn",
    "language": _iri("dct:language"),
    "rights": _iri("dct:accessRights"),
    "issued": _typed("dct:issued", "dateTime"),
    "modified": _typed("dct:modified", "dateTime"),
    "temporal": "dct:temporal",
    "start": _typed("dcat:startDate", "date"),
    "end": _typed("dcat:endDate", "date"),
    "spatial": "dct:spatial",
    "theme": _iri("dcat:theme"),
    "keyword": {"@id": "dcat:keyword", "@container": "@set"},
    "version": "dcat:version",
    "landing": _iri("dcat:landingPage"),
    "homepage": _iri("foaf:homepage"),
    "themes": "dcat:themeTaxonomy",
    "concepts": "skos:hasTopConcept",
    "scheme": _iri("skos:inScheme"),
    "dataset": {"@id": "dcat:dataset", "@container": "@set"},
    "distribution": {"@id": "dcat:distribution", "@container": "@set"},
    "access": _iri("dcat:accessURL"),
    "download": _iri("dcat:downloadURL"),
    "media_type": _iri("dcat:mediaType"),
    "bytes": _typed("dcat:byteSize", "nonNegativeInteger"),
    "checksum": "spdx:checksum",
    "algorithm": _iri("spdx:algorithm"),
    "value": _typed("spdx:checksumValue", "hexBinary"),
}


class CatalogueEntry(NamedTuple):
    """A published product with its context; ``related`` are (relation, id) of public products."""

    product: Product
    version: Version
    partnership: str
    area: str
    related: list[tuple[str, UUID]]


class Publisher(NamedTuple):
    """The publisher, its licence and contact.

    ``home`` is the address of the pages; days are in ``zone``, as on the pages.
    """

    name: str
    licence: str
    contact: str
    home: str
    zone: ZoneInfo

    @property
    def point(self) -> dict[str, str]:
        """The contact point (vCard)."""
        way = {"email": f"mailto:{self.contact}"} if self.contact else {"page": f"{self.home}/"}
        return {"@type": "vcard:Organization", "full_name": self.name, **way}


def catalogue(
    offered: Iterable[CatalogueEntry],
    *,
    publisher: Publisher,
    base: str,
    here: str,
    following: str | None,
    total: int,
    issued: datetime | None,
    modified: datetime | None,
) -> dict[str, Any]:
    """A page of the catalogue.

    ``base`` is the address of the API's version, ``here`` that of this page, ``following`` that of the
    next.
    """
    home = f"{base}/catalog.jsonld"
    view: dict[str, Any] = {"@id": here, "@type": "hydra:PartialCollectionView"}
    if following:
        view["hydra:next"] = {"@id": following}
    described = {
        "@context": CONTEXT,
        "@id": home,
        "@type": "dcat:Catalog",
        "title": _in_both(N_("Publications of partnerships between police and community")),
        "description": _in_both(
            N_("Situation pictures, guidance, education material, legal umbrellas, references.")
        ),
        "publisher": {"@id": f"{publisher.home}/", "@type": "foaf:Agent", "name": publisher.name},
        "homepage": f"{publisher.home}/",
        "licence": publisher.licence,
        "contact": publisher.point,
        "language": [_LANGUAGE + _LANGUAGES[locale] for locale in LOCALES],
        "themes": {
            "@id": f"{home}#themes",
            "@type": "skos:ConceptScheme",
            "title": _in_both(N_("Kinds and phases of products")),
            "concepts": [_concept(home, word) for word in (*ProductKind, *Phase)],
        },
        "dataset": [_dataset(product, base, home, publisher) for product in offered],
        "hydra:totalItems": total,
        "hydra:view": view,
    }
    moments = {"issued": issued, "modified": modified}
    return described | {name: moment.isoformat() for name, moment in moments.items() if moment}


def _concept(home: str, word: Labelled) -> dict[str, Any]:
    return {
        "@id": f"{home}#{word}",
        "@type": "skos:Concept",
        "label": _in_both(word.label),
        "scheme": f"{home}#themes",
    }


def _dataset(offered: CatalogueEntry, base: str, home: str, publisher: Publisher) -> dict[str, Any]:
    product, version = offered.product, offered.version
    address = f"{base}/products/{product.id}"
    legal = version.facets.legal
    areas = legal.areas if legal else (offered.area,)
    described: dict[str, Any] = {
        "@id": address,
        "@type": "dcat:Dataset",
        "identifier": str(product.id),
        "title": {str(text.language): clean(text.title) for text in version.texts},
        "publisher": {
            "@id": f"urn:uuid:{product.partnership_id}",
            "@type": "foaf:Agent",
            "name": clean(offered.partnership),
        },
        "theme": [f"{home}#{phase}" for phase in (product.kind, *version.facets.phases)],
        "keyword": sorted({*version.facets.audiences, *(area for area in areas if area)}),
        "issued": _moment(product.known[0]),
        "modified": _moment(version),
        "version": str(version.number),
        "language": [_LANGUAGE + _LANGUAGES[language] for language in version.languages],
        "rights": _PUBLIC,
        "temporal": _period(product, version, publisher.zone),
        "spatial": [_place(area) for area in areas if area],
        "landing": f"{publisher.home}/products/{product.id}",
        "contact": publisher.point,
        "distribution": [
            text | {"licence": publisher.licence}
            for text in (*_of_texts(version, address), *(_of_file(file, address) for file in version.files))
        ],
    }
    summaries = {str(text.language): clean(text.summary) for text in version.texts if text.summary}
    described["description"] = summaries or described["title"]
    for relation, target in offered.related:
        described.setdefault(_RELATIONS[relation], []).append({"@id": f"{base}/products/{target}"})
    if legal:
        described["identifier"] = [str(product.id), clean(legal.number)]
    return described


def _place(area: str) -> dict[str, Any]:
    """A place by its code, its name if known, and its own address."""
    named = {"label": {"id": name}} if (name := area_name(area)) else {}
    return {"@id": f"urn:kemitraan:area:{quote(area)}", "@type": "dct:Location", "identifier": area, **named}


def _format(media_type: str) -> str:
    """The file type from the EU's list if it is one of ours, else the media type itself."""
    known = _FORMATS.get(media_type)
    return _FILE_TYPE + known if known else _MEDIA + quote(media_type, safe="/+.-")


def _moment(version: Version) -> str:
    return (version.published_at or version.drafted_at).isoformat()


def _period(product: Product, version: Version, zone: ZoneInfo) -> dict[str, Any]:
    """The period of validity: of a regulation by its legal force, of others from publication."""
    legal = version.facets.legal
    known = (version.published_at or version.drafted_at).astimezone(zone)
    start: date = legal.in_force_from if legal else known.date()
    period: dict[str, Any] = {"@type": "dct:PeriodOfTime", "start": start.isoformat()}
    end = legal.in_force_until if legal else version.valid_until
    revoked = product.legal.revoked_on if product.legal else None
    if revoked and (end is None or revoked <= end):
        end = revoked - timedelta(days=1)
    if end:
        period["end"] = end.isoformat()
    return period


def _of_texts(version: Version, address: str) -> Iterable[dict[str, Any]]:
    for text in version.texts:
        for name, media_type in (("print.pdf", "application/pdf"), ("page.html", "text/html")):
            yield _of_text(text, f"{address}/{name}?language={text.language}", media_type)


def _of_text(text: Text, where: str, media_type: str) -> dict[str, Any]:
    return {
        "@id": where,
        "@type": "dcat:Distribution",
        "title": {str(text.language): f"{clean(text.title)} ({_FORMATS[media_type]})"},
        "format": _format(media_type),
        "language": _LANGUAGE + _LANGUAGES[text.language],
        "access": where,
        "download": where,
        "media_type": _MEDIA + media_type,
    }


def _of_file(file: File, address: str) -> dict[str, Any]:
    where = f"{address}/files/{file.id}"
    described: dict[str, Any] = {
        "@id": where,
        "@type": "dcat:Distribution",
        "title": {"@none": clean(file.filename)},
        "access": f"{address}/page.html",
        "download": where,
        "media_type": _MEDIA + quote(file.media_type, safe="/+.-"),
        "format": _format(file.media_type),
        "bytes": str(file.size),
        "checksum": {
            "@type": "spdx:Checksum",
            "algorithm": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256",
            "value": file.sha256,
        },
    }
    if file.language:
        described["language"] = _LANGUAGE + _LANGUAGES[file.language]
    return described


def _in_both(text: str) -> dict[str, str]:
    translators: Sequence[tuple[str, Callable[[str], str]]] = [
        (locale, translator(locale)) for locale in LOCALES
    ]
    return {locale: translate(text) for locale, translate in translators}
