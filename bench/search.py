"""How long a search takes at 5,000 published items, on each engine: `yimen bench search` prints the p99 in ms.

Names are made from words of real ones, so that a two-character word finds hundreds and a whole name one. Timed is what
the page does: the numbers behind every filter and the first page with item and organ, in one process, for each search
without a filter, with one and with several.
"""

import itertools
import os
import statistics
import time
from datetime import date

ITEMS = int(os.environ.get("BENCH_ITEMS", "5000"))
DAY = date(2025, 1, 1)
SUBJECTS = [
    "食品",
    "药品",
    "排水",
    "取水",
    "施工",
    "道路",
    "公共场所",
    "医疗机构",
    "教师资格",
    "危险化学品",
    "商品房",
    "水土保持",
    "林木",
    "印刷",
    "演出",
]
THINGS = [
    "经营",
    "生产",
    "设立",
    "变更",
    "注销",
    "延续",
    "补发",
    "采伐",
    "占用",
    "挖掘",
    "预售",
    "设计",
    "验收",
    "运输",
    "检测",
    "备案",
    "登记",
    "审核",
]
ENDS = ["许可", "审批", "核发", "确认", "备案", "登记"]
SEARCHES = [
    "许可",
    "食品",
    "开饭店",
    "qsxk",
    "shipin",
    "打井",
    "施工许可",
    "没有这个",
    "x",
    "教师 甲局",
    "ITEM-00042",
    "",
]
FILTERS = [{}, {"theme": "食品药品"}, {"organ": "O07", "charge": "free"}, {"event": "开饭店", "online": "yes"}]
CHARGES = ["不收费", "每证 10 元", ""]


def fill() -> None:
    """ITEMS published items, written in bulk: the bench times reading."""
    from yimen.rooms.catalogue.models import Item, ItemVersion, VersionState
    from yimen.rooms.catalogue.search_words import search_words
    from yimen.rooms.identity.models import Organ

    organs = Organ.objects.bulk_create([Organ(code=f"O{n:02}", name=f"{n} 局 甲局") for n in range(40)])
    names = (
        "".join(parts) for parts in itertools.product(SUBJECTS, THINGS, ENDS, ("", "（变更）", "（延续）", "（县级）"))
    )
    items = [
        Item(code=f"ITEM-{n:05}", name=name, organ=organs[n % 40], search_words=search_words(name, f"item-{n:05}"))
        for n, name in enumerate(itertools.islice(names, ITEMS))
    ]
    versions = [
        ItemVersion(
            item=item,
            number=1,
            state=VersionState.PUBLISHED,
            valid_from=DAY,
            statutory_limit="20 working_days",
            promised_limit="8 working_days",
            conditions="符合法律、法规规定的条件" * 20,
            charges=CHARGES[n % 3],
            visits=n % 4 if n % 5 else None,
            review="immediate" if n % 7 == 0 else "examine_and_approve",
        )
        for n, item in enumerate(Item.objects.bulk_create(items))
    ]
    ItemVersion.objects.bulk_create(versions)


def once(text: str, filters: dict[str, str]) -> tuple[float, float]:
    """Milliseconds of one search as the page makes it: by the wall, and of this process (on SQLite: all the work)."""
    from yimen.facts.search import find

    began, worked = time.perf_counter(), time.process_time()
    find(text, DAY, filters, limit=20)
    return (time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.config.settings")
    import django

    django.setup()
    from django.db import connection

    fill()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    asked = list(itertools.product(SEARCHES, FILTERS))
    for text, filters in asked:
        once(text, filters)
    both = [once(text, filters) for _ in range(20) for text, filters in asked]
    took, worked = (sorted(times) for times in zip(*both, strict=True))
    last = int(len(both) * 0.99)
    median = statistics.median(took)
    print(f"items={ITEMS} cpu_p99_ms={worked[last]:.1f} median_ms={median:.1f} p99_ms={took[last]:.1f}")


if __name__ == "__main__":
    main()
