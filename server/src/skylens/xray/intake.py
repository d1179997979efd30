"""Intake: what the strings of one PutTraceSegments call hold: segments, refusals, and what is dropped on purpose."""

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from skylens.xray.segment import Bounds, Refusal, Segment, check, check_fields
from skylens.xray.usual_document import read_usual

# What the ADOT layers for Lambda send through the daemon in place of JSON: spans (sampled or not) and metrics in OTLP.
_SAMPLED, _UNSAMPLED, _METRICS = "T1S", "T1U", "M1"


@dataclass(slots=True)
class Intake:
    """The documents of one call, apart. ``dropped`` counts what is neither stored nor refused, by reason."""

    segments: list[Segment] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    dropped: dict[str, int] = field(default_factory=dict)


def take(documents: Sequence[str], bounds: Bounds) -> Intake:
    """Return what the call's strings hold, each part in the order in which it came."""
    intake = Intake()
    for document in documents:
        if (usual := read_usual(document, bounds)) is not None:
            intake.segments.append(usual)
            continue
        # JSON begins with a bracket or with blanks; only then is it worth looking for a prefix
        first = document[:1]
        found = _convert(document, bounds, intake) if first in _PREFIX_INITIALS else check(document, bounds)
        for each in found:
            if isinstance(each, Segment):
                intake.segments.append(each)
            else:
                intake.refusals.append(each)
    return intake


_PREFIX_INITIALS: Final = ("T", "M")


def _convert(document: str, bounds: Bounds, intake: Intake) -> list[Segment | Refusal]:
    """Read what ADOT sends; metrics and unsampled spans are counted as dropped: there is no place for them yet."""
    if document.startswith(_METRICS):
        _drop(intake, "metrics", 1)
        return []
    if not document.startswith((_SAMPLED, _UNSAMPLED)):
        return check(document, bounds)
    spans = _spans(document[len(_SAMPLED) :])
    if spans is None:
        return check(document, bounds)
    if document.startswith(_UNSAMPLED):
        _drop(intake, "unsampled", len(spans))
        return []
    return [check_fields(span, msgspec.json.encode(span).decode(), bounds) for span in spans]


def _spans(encoded: str) -> list[dict[str, object]] | None:
    """Return the segment documents of an OTLP export in base64; None when it is none."""
    # Loaded at first use: protobuf costs every start 50 ms, and few clients send this
    from skylens.otlp.traces import InvalidExport, to_documents  # noqa: PLC0415

    try:
        return to_documents(b64decode(encoded, validate=True))
    except (InvalidExport, ValueError):
        return None


def _drop(intake: Intake, reason: str, count: int) -> None:
    intake.dropped[reason] = intake.dropped.get(reason, 0) + count
