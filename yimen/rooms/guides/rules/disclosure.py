"""公开目录 Which fields must be public. No national list of the "six disclosures" exists (意见三（四） names only the
number), so a set is data: the variants in use are shipped in `yimen/data/guides/disclosure_sets.csv`."""

from enum import StrEnum


class AppliesTo(StrEnum):
    """What a set is about."""

    ITEM = "item"
    WINDOW = "window"
    ORGAN = "organ"


# Names of the fields that a set may hold, for each thing that it is about.
FIELDS: dict[AppliesTo, frozenset[str]] = {
    AppliesTo.ITEM: frozenset(
        {
            "name",
            "organ",
            "basis",
            "conditions",
            "charges",
            "procedure",
            "statutory_limit",
            "promised_limit",
            "materials",
            "quantity",
            "result_name",
            "place",
            "hours",
            "telephone",
            "complaint_telephone",
            "form_schema",
        }
    ),
    AppliesTo.WINDOW: frozenset({"number", "organ", "duties", "hours", "telephone", "floor"}),
    AppliesTo.ORGAN: frozenset({"name", "name_en", "credit_code"}),
}
