"""Tables of the room."""

from django.db import models
from django.db.models import Q

from yimen.ground.journal.models import Thing
from yimen.rooms.catalogue.models import ItemVersion
from yimen.rooms.guides.rules.disclosure import AppliesTo


class GuideDetail(models.Model):
    """What the guide of a version says beyond what a case needs: the further fields of GB/T 39046 table 4 and of the
    national exchange. Written while the version is a draft only. Codes are those of `yimen/data/guides/codes.csv`.

    A list holds texts, or records as `flows/guides.py` types them; empty: not said.
    """

    version = models.OneToOneField(ItemVersion, models.CASCADE, primary_key=True, related_name="detail")
    situations = models.JSONField(default=list, help_text="情形: see rules/situations.py")
    subject_nature = models.CharField(max_length=2, blank=True, help_text="实施主体性质")
    exercise_level = models.CharField(max_length=2, blank=True, help_text="行使层级")
    power_division = models.TextField(blank=True, help_text="权限划分")
    power_content = models.TextField(blank=True, help_text="行使内容")
    jurisdiction = models.CharField(max_length=300, blank=True, help_text="行政管辖")
    handling_organ = models.CharField(max_length=300, blank=True, help_text="承办机构")
    co_organs = models.JSONField(default=list, help_text="联办机构")
    handling_scope = models.CharField(max_length=20, blank=True, help_text="通办范围")
    handling_forms = models.JSONField(default=list, help_text="办理形式")
    service_objects = models.JSONField(default=list, help_text="服务对象")
    themes = models.JSONField(default=list, help_text="服务主题")
    statutory_note = models.TextField(blank=True, help_text="法定办结时限说明")
    promised_note = models.TextField(blank=True, help_text="承诺办结时限说明")
    visits_note = models.TextField(blank=True, help_text="到现场次数说明")
    consultation = models.TextField(blank=True, help_text="咨询方式")
    supervision = models.TextField(blank=True, help_text="监督方式")
    is_online = models.BooleanField(null=True, help_text="是否网办")
    is_bookable = models.BooleanField(null=True, help_text="是否支持预约")
    is_payable_online = models.BooleanField(null=True, help_text="是否支持网上支付")
    is_express = models.BooleanField(null=True, help_text="是否支持物流")
    online_url = models.CharField(max_length=500, blank=True, help_text="网办地址")
    system_level = models.CharField(max_length=100, blank=True, help_text="运行系统层级")
    local_kind = models.CharField(max_length=40, blank=True, help_text="the centre's own kind of case")
    national_kind = models.CharField(max_length=2, blank=True, help_text="办件类型, the code of table A.6")
    results = models.JSONField(default=list)
    services = models.JSONField(default=list, help_text="前置或后续服务")
    fees = models.JSONField(default=list)
    procedure_limits = models.JSONField(default=list)
    material_notes = models.JSONField(default=list)
    files = models.JSONField(default=list, help_text="空白表格、示范文本、结果样本: see actions/details.py")
    commitment = models.JSONField(null=True, help_text="告知承诺")
    tolerance = models.JSONField(null=True, help_text="容缺受理")

    def __str__(self) -> str:
        return str(self.version_id)


class DisclosureSet(Thing):
    """公开目录 The fields that must be public, of items, windows or organs. From `active_from` on it is the one
    in force for what it applies to, until the next one."""

    KIND = "disclosure_set"
    name = models.CharField(max_length=200, unique=True)
    fields = models.JSONField()
    applies_to = models.CharField(max_length=10, choices=[(a.value, a.value) for a in AppliesTo])
    basis = models.CharField(max_length=300, blank=True)
    active_from = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["applies_to", "active_from"],
                condition=Q(active_from__isnull=False),
                name="disclosure_one_set_a_day",
            )
        ]

    def __str__(self) -> str:
        return self.name
