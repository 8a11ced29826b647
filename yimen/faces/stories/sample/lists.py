"""A list that came in with faults (样本): some of its rows wait in quarantine, so that the office has what to mend."""

import tempfile
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from yimen.faces.stories.sample.centre import SampleCentre
from yimen.flows.importing import import_items
from yimen.ground.kernel.calendar import Calendar
from yimen.rooms.identity.rules.roles import Role

NAME = "事项清单（样本）.csv"
# Every row has a fault: a list must not add items that no story knows.
ROWS = """部门,事项名称,事项编码,备注
样本局,,SAMPLE-L01,名称栏为空
样本局,户外活动许可（样本）,,编码栏为空
,水井备案（样本）,SAMPLE-L03,没有写部门
样本局,培训许可（样本）,1.15E+29,编码被表格软件改成了数字
样本局,合计,,共 4 项
"""


def play(centre: SampleCentre, calendar: Calendar, as_of: date) -> None:
    """The legal office read the list three working days before the as-of day."""
    day = calendar.before(as_of, 3)
    at = datetime.combine(day, time(10), tzinfo=ZoneInfo(settings.TIME_ZONE))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        path.write_text(ROWS, encoding="utf-8")
        import_items(path, by=centre.staff[Role.LEGAL_OFFICE, ""], at=at)
