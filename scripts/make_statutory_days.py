"""Writes yimen/data/calendar/statutory_days_2027_2060.csv from the MIT package `holidays`.

These are the days of 全国年节及纪念日放假办法 (2024), with those that fall on a weekend moved to a working day (its
Article 6). The yearly notice moves more of them: until it is entered, every day of such a year is provisional.
"""

import csv
from pathlib import Path

import holidays

YEARS = range(2027, 2061)
TARGET = Path(__file__).resolve().parent.parent / "yimen" / "data" / "calendar" / "statutory_days_2027_2060.csv"


def main() -> None:
    days = holidays.country_holidays("CN", years=YEARS, language="zh_CN")
    with TARGET.open("w", encoding="utf-8", newline="") as target:
        rows = csv.writer(target, lineterminator="\n")
        rows.writerow(["date", "is_workday", "kind", "name", "source"])
        source = f"holidays {holidays.__version__}"
        for day, name in sorted(days.items()):
            if day.year in YEARS:
                rows.writerow([day.isoformat(), 0, "holiday", name.replace("; ", "、"), source])


if __name__ == "__main__":
    main()
