"""Checks an application's form against the JSON Schema of the item version. Pure."""

from typing import Any

from jsonschema import Draft202012Validator

from yimen.ground.kernel.errors import Refused


def check_form(form: dict[str, Any], validator: Draft202012Validator) -> None:
    """Raises `form.invalid` with every wrong answer: {"field": "a.b", "rule": keyword, "limit": the schema's value}.

    A missing answer names the missing field itself, so that a page can put the message where it belongs.
    """
    errors: list[dict[str, str | int]] = []
    for error in validator.iter_errors(form):
        path = [str(part) for part in error.absolute_path]
        if error.validator == "required":
            missing = [name for name in error.validator_value if name not in error.instance]
            errors += [{"field": ".".join([*path, name]), "rule": "required", "limit": ""} for name in missing]
            continue
        if error.validator == "dependentRequired":
            given = [names for name, names in error.validator_value.items() if name in error.instance]
            missing = sorted({name for names in given for name in names} - set(error.instance))
            errors += [{"field": ".".join([*path, name]), "rule": "required", "limit": ""} for name in missing]
            continue
        limit = error.validator_value if isinstance(error.validator_value, str | int | bool) else ""
        errors.append({"field": ".".join(path), "rule": str(error.validator), "limit": limit})
    if errors:
        unique = {(e["field"], e["rule"]): e for e in errors}
        raise Refused("form.invalid", errors=sorted(unique.values(), key=lambda e: str(e["field"])))
