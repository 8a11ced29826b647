"""What the database keeps for the catalogue: no two published versions of an item on the same day.

An item has one law at a time. On PostgreSQL the trigger first locks the item, so two who publish at the same second
come one after the other; SQLite has one writer at a time. (An exclusion constraint would need btree_gist, which a
centre's PostgreSQL may not have.)
"""

from yimen.ground.journal.guards import Guard

_TABLE = "catalogue_itemversion"
_MEETS = """EXISTS (SELECT 1 FROM catalogue_itemversion AS other
        WHERE other.item_id = NEW.item_id AND other.id {differs} NEW.id AND other.state = 'published'
        AND (NEW.valid_to IS NULL OR other.valid_from <= NEW.valid_to)
        AND (other.valid_to IS NULL OR other.valid_to >= NEW.valid_from))"""
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION yimen_version_overlap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'published' THEN
        PERFORM 1 FROM catalogue_item WHERE id = NEW.item_id FOR NO KEY UPDATE;
        IF {_MEETS.format(differs="IS DISTINCT FROM")} THEN
            RAISE EXCEPTION 'version.overlap' USING ERRCODE = 'exclusion_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
"""


def overlap_guards() -> list[Guard]:
    """The triggers for INSERT and UPDATE."""
    made = []
    for operation in ("INSERT", "UPDATE"):
        name = f"catalogue_version_overlap_{operation.lower()}"
        lite = (
            f"CREATE TRIGGER {name} BEFORE {operation} ON {_TABLE} "
            f"WHEN NEW.state = 'published' AND {_MEETS.format(differs='IS NOT')} "
            f"BEGIN SELECT RAISE(ABORT, 'version.overlap'); END"
        )
        post = (
            f"{_FUNCTION}CREATE TRIGGER {name} BEFORE {operation} ON {_TABLE} "
            f"FOR EACH ROW EXECUTE FUNCTION yimen_version_overlap()"
        )
        made.append(Guard(name, _TABLE, lite, post))
    return made
