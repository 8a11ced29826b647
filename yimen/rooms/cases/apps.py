from django.apps import AppConfig

from yimen.ground.journal import guards

MESSAGE = "whoever examined a case may not approve it"
STAYS = "a hand stays: {} refused"


class CasesConfig(AppConfig):
    name = "yimen.rooms.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """一审一核 is also kept by the database: an examiner's hand can't approve, in any round."""
        condition = (
            "EXISTS (SELECT 1 FROM cases_hand WHERE case_id = NEW.case_id AND staff_id = NEW.staff_id"
            " AND act = 'examine')"
        )
        guards.add(
            guards.Guard(
                "cases_hand_two_people",
                "cases_hand",
                "CREATE TRIGGER cases_hand_two_people BEFORE INSERT ON cases_hand"
                f" WHEN NEW.act = 'approve' AND {condition}"
                f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
                "CREATE OR REPLACE FUNCTION yimen_two_people() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" IF NEW.act = 'approve' AND {condition} THEN"
                f" RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END IF;"
                " RETURN NEW; END $$;"
                " CREATE TRIGGER cases_hand_two_people BEFORE INSERT ON cases_hand"
                " FOR EACH ROW EXECUTE FUNCTION yimen_two_people()",
            )
        )
        # Else a hand could be rewritten or taken away first. Reasons and opinions may be erased when the law wants it.
        for name, event in (("update", "UPDATE OF case_id, staff_id, act"), ("delete", "DELETE")):
            guards.add(_stays(f"cases_hand_no_{name}", event))


def _stays(name: str, event: str) -> guards.Guard:
    message = STAYS.format(event.partition(" ")[0])
    return guards.Guard(
        name,
        "cases_hand",
        f"CREATE TRIGGER {name} BEFORE {event} ON cases_hand BEGIN SELECT RAISE(ABORT, '{message}'); END",
        f"CREATE OR REPLACE FUNCTION yimen_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END $$;"
        f" CREATE TRIGGER {name} BEFORE {event} ON cases_hand FOR EACH ROW EXECUTE FUNCTION yimen_{name}()",
    )
