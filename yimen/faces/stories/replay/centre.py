"""The centre in which a log is replayed: an organ, an item, an applicant's account, and a person for each resource."""

from datetime import date, datetime

from yimen.faces.stories.replay.mapping import Mapping, Step
from yimen.faces.stories.replay.reading import Event
from yimen.flows import authority, catalogue, setup
from yimen.flows.catalogue import MaterialText
from yimen.rooms.identity.actor import Actor
from yimen.rooms.identity.models import Organ, Window
from yimen.rooms.identity.queries import actor_of_staff, actor_of_user
from yimen.rooms.identity.rules.roles import Role

# One person may hold several roles; who did what in one case is what the law separates.
ROLES = [Role.WINDOW_CLERK, Role.EXAMINER, Role.APPROVER]
GENERIC = {"clerk": "窗口人员（代）", "examiner": "审查人员（代）", "head": "核准人员（代）"}
# Where a log names nobody, the hands of one case are taken to be different people.
HANDS = {"examine_case": "examines", "approve_case": "decides", "return_to_examiner": "decides"}


# The log says nothing of what the six disclosures want.
DISCLOSED = {"statutory_basis": "重放", "conditions": "重放", "charges": "重放"}


class ReplayCentre:
    """Made through the flows at the moment before the log's first event; people are registered when they first act."""

    def __init__(self, mapping: Mapping, *, at: datetime) -> None:
        by = setup.INSTALLER
        self._mapping, self._at = mapping, at
        setup.name_centre(
            name="重放中心（样本）", name_en="Replay centre", area_code="000000", is_sample=True, by=by, at=at
        )
        self.organ: Organ = setup.register_organ(
            code=mapping.organ["code"], name=mapping.organ["name"], is_sample=True, by=by, at=at
        )
        self.window: Window = setup.register_window(hall="一楼大厅", number="01", organ=self.organ, by=by, at=at)
        self.item_code = str(mapping.item["code"])
        self._publish()
        self.applicant = actor_of_user(setup.register_account(username="replay-applicant", by=by, at=at))
        self._people: dict[str, Actor] = {}

    def _publish(self) -> None:
        """The item of the mapping, in force long before and after the log."""
        guide = {key: value for key, value in self._mapping.item.items() if key not in ("code", "name", "materials")}
        by, at = setup.INSTALLER, self._at
        item = catalogue.register_item(
            code=self.item_code, name=self._mapping.item["name"], organ=self.organ.code, is_sample=True, by=by, at=at
        )
        # The log's people decide as approvers, so none of them needs a window's authorisation; somebody must hold one.
        authority.register_subject(
            organ=self.organ.code, kind="statutory", basis="重放", valid_from=date(2000, 1, 1), by=by, at=at
        )
        self._authorise_somebody(item.code)
        materials = [MaterialText(**line) for line in self._mapping.item["materials"]]
        version = catalogue.define_item_version(item=item.code, materials=materials, by=by, at=at, **DISCLOSED | guide)
        catalogue.publish_item_version(version.key, valid_from=date(2000, 1, 1), by=by, at=at)

    def _authorise_somebody(self, item: str) -> None:
        made = {}
        for role in (Role.ORGAN_HEAD, Role.WINDOW_HEAD):
            made[role] = setup.register_staff(
                username=f"replay-{role}",
                name="重放（代）",
                roles=[role],
                organ=self.organ,
                by=setup.INSTALLER,
                at=self._at,
            )
        authority.authorise_window(
            items=[item],
            staff=made[Role.WINDOW_HEAD].user.username,
            valid_from=date(2000, 1, 1),
            document_number="重放",
            by=actor_of_staff(made[Role.ORGAN_HEAD]),
            at=self._at,
        )

    @property
    def people(self) -> int:
        """How many persons of the staff have acted."""
        return len(self._people)

    def actor(self, step: Step, event: Event) -> Actor:
        """Who does a step of an event."""
        if step.by == "applicant":
            return self.applicant
        return self._person(GENERIC[step.by] if step.by in GENERIC else self._name(step, event))

    def deputy(self, step: Step) -> Actor:
        """Who acts where the log's person is barred."""
        return self._person(GENERIC[step.deputy])

    def _name(self, step: Step, event: Event) -> str:
        if event.resource not in self._mapping.anonymous:
            return event.resource
        return f"{event.role or '—'} ({HANDS.get(step.verb, 'receives')})"

    def _person(self, name: str) -> Actor:
        if name not in self._people:
            staff = setup.register_staff(
                username=f"replay-{len(self._people) + 1}",
                name=name[:100],
                roles=ROLES,
                organ=self.organ,
                window=self.window,
                by=setup.INSTALLER,
                at=self._at,
            )
            self._people[name] = actor_of_staff(staff)
        return self._people[name]
