"""The bodies of requests about jobs as the OpenAPI document describes them, the benchmarks from the catalogue."""

from typing import Annotated, Any, NotRequired

from pydantic import ConfigDict, Field, WithJsonSchema
from typing_extensions import TypedDict

from siliconmark_ui.api.schema import OpenApi
from siliconmark_ui.benchmarks.catalogue import BENCHMARKS, Benchmark
from siliconmark_ui.benchmarks.sequence import ENTRIES_MAX
from siliconmark_ui.jobs.service import LARGEST_NODE_COUNT, LONGEST_ID
from siliconmark_ui.words import DESCRIPTION_MAX, NAME_PATTERN, TAG_PATTERN, TAGS_MAX, TEXT_PATTERN


def _with_config(benchmark: Benchmark) -> OpenApi:
    settings = {
        name: {"type": "integer", "minimum": setting.minimum, "maximum": setting.maximum}
        for name, setting in benchmark.config.items()
    }
    config = {"type": "object", "properties": settings, "additionalProperties": False}
    return {
        "type": "object",
        "properties": {"benchmark_id": {"const": benchmark.id}, "config": {"anyOf": [config, {"type": "null"}]}},
        "required": ["benchmark_id"],
        "additionalProperties": False,
    }


_BENCHMARKS: OpenApi = {
    "type": "array",
    "maxItems": ENTRIES_MAX,
    "items": {"anyOf": [{"type": "string", "enum": list(BENCHMARKS)}, *map(_with_config, BENCHMARKS.values())]},
}


class NewJobBody(TypedDict):
    """The body of a creation."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]

    name: NotRequired[Annotated[str, Field(min_length=1, pattern=NAME_PATTERN)] | None]
    description: NotRequired[Annotated[str, Field(max_length=DESCRIPTION_MAX, pattern=TEXT_PATTERN)] | None]
    benchmarks: Annotated[list[Any], WithJsonSchema(_BENCHMARKS)]
    node_count: NotRequired[Annotated[int, Field(ge=1, le=LARGEST_NODE_COUNT)]]
    tags: NotRequired[
        Annotated[
            list[Annotated[str, Field(min_length=1, pattern=TAG_PATTERN)]],
            Field(max_length=TAGS_MAX),
        ]
        | None
    ]


class DeletionBody(TypedDict):
    """The body of a deletion: the id as an integer, or as the text that answers give."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]

    id: Annotated[int, Field(ge=1)] | Annotated[str, Field(max_length=LONGEST_ID, pattern="^0*[1-9][0-9]*$")]
