"""The interface is Chinese first: no msgid without Chinese, no .mo that differs from its .po."""

import re

from scripts import messages

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]")


def test_every_message_has_chinese_and_the_files_agree() -> None:
    assert messages.problems() == []


def test_placeholders_survive_translation() -> None:
    wrong = []
    for message in messages.stored():
        if not message.id or not message.string:
            continue
        english = message.id if isinstance(message.id, str) else message.id[-1]
        chinese = message.string if isinstance(message.string, str) else message.string[0]
        if chinese and sorted(PLACEHOLDER.findall(english)) != sorted(PLACEHOLDER.findall(chinese)):
            wrong.append(english)
    assert wrong == []


def test_msgids_are_english() -> None:
    han = re.compile(r"[\u4e00-\u9fff]")
    assert [messages.key(m)[1] for m in messages.extracted() if m.id and han.search(messages.key(m)[1])] == []
