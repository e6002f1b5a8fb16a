"""Write the JSON Schema of a request from the model: ``python -m imr_check.request.schema``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .model import Request

PATH = Path(__file__).parents[1] / "schemas" / "request.schema.json"


def request_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a request file."""
    schema = Request.model_json_schema()
    for record in (schema, *schema["$defs"].values()):
        record["properties"]["$comment"] = {"description": "A remark for people; it is not read."}
    # A file may name its schema, so that editors complete and check while the office types.
    schema["properties"]["$schema"] = {"type": "string", "description": "This schema."}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:imr-check:request:1",
        **schema,
    }


def main() -> None:
    """Write the schema file."""
    text = json.dumps(request_schema(), indent=1, ensure_ascii=False)
    PATH.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
