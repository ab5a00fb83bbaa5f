"""A spreadsheet that nobody has seen is taken in with at most six presses and nothing typed but the choice of the file."""

import re
from pathlib import Path

import pytest
import xlsxwriter

from tests.browser.conftest import Service, overhang
from tests.browser.test_widths import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.once]

HEADINGS = [
    "单位全称",
    "联络人",
    "职位",
    "手机号码",
    "电邮",
    "所在省份",
    "关注产品",
    "客户来源{n}",
    "登记日期",
]  # what one of them was told is remembered for the same headings
ROWS = [
    ["光速贸易有限公司", "张伟", "采购经理", "1390000{n}1", "zhang{n}@guangsu.example", "浙江", "轨道灯", "展会", "2025-03-04"],
    ["绍兴越城灯具厂", "李娜", "总监", "1390000{n}2", "lina{n}@yuecheng.example", "广东", "面板灯", "网络", "2025-03-05"],
    ["", "", "", "", "", "江苏", "灯带", "", ""],
]


class Hand:
    """Somebody who presses, and counts it."""

    def __init__(self, page) -> None:
        self.page, self.presses = page, 0

    def press(self, found) -> None:
        self.presses += 1
        found.click()

    def pick(self, field, words: str) -> None:
        self.press(field)
        self.presses += 1  # the option
        field.select_option(label=words)

    def choose(self, path: Path) -> None:
        with self.page.expect_file_chooser() as chooser:
            self.press(self.page.locator("#main input[type=file]"))
        chooser.value.set_files(path)


def workbook(path: Path, n: int, more: list[str], cells: list[str]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("登记")
        sheet.write(0, 0, "江南照明展客户登记表")
        for r, (row, beside) in enumerate([(HEADINGS, more), *((row, cells) for row in ROWS)]):
            sheet.write_row(r + 1, 0, [*(cell.format(n=n) for cell in row), *beside])
    return path


@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize(("more", "cells", "asked"), [([], [], 0), (["首次联系日期"], ["03/04/2025"], 1)], ids=["corrected", "asked"])
def test_an_unknown_list_is_in_with_six_presses(
    service: Service, open_page, tmp_path: Path, width: int, more: list[str], cells: list[str], asked: int
):
    page = open_page(width, "zh-CN")
    sign_in(page, service)
    hand = Hand(page)
    hand.press(page.locator("nav.dock a, nav.side a").filter(has_text="客户", visible=True).first)
    page.wait_for_url("**/customers/**")
    hand.press(page.locator("#main").get_by_role("link", name="导入", exact=True))
    page.wait_for_url("**/imports/new/")
    hand.choose(workbook(tmp_path / "登记表.xlsx", width + 10 * asked, more, cells))
    page.locator("#columns").wait_for(timeout=60_000)
    assert "像日期，请确认" in page.locator("#main").inner_text() and overhang(page) == 0
    if asked:
        hand.press(page.locator("#main").get_by_role("button", name=re.compile("4月3日")))
    else:
        hand.pick(page.get_by_label("“关注产品”列存到"), "不导入")
        page.locator(".map tr", has_text="关注产品").get_by_text("你选的").wait_for(timeout=60_000)
    start = page.locator('#main form[action$="/start/"] button')
    start.wait_for(timeout=60_000)
    hand.press(start)
    page.locator("#main h1", has_text="联系人").wait_for(timeout=60_000)
    assert hand.presses == (5 if asked else 6)
    assert page.locator("#main h1").inner_text().startswith("新建 2 位联系人、2 家客户") and overhang(page) == 0


def test_columns_are_put_elsewhere_without_a_script_and_by_keys(service: Service, open_page, tmp_path: Path):
    """Forms are forms: the worker is waited for by opening the page again."""
    page = open_page(1440, "zh-CN", script=False)
    sign_in(page, service)
    page.goto(f"{service.base}/imports/new/")
    page.locator("#main input[type=file]").set_input_files(workbook(tmp_path / "登记表.xlsx", 77, [], []))
    page.locator("#main").get_by_role("button", name="检查文件").press("Enter")
    column = page.get_by_label("“关注产品”列存到")
    for _try in range(60):
        if column.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    column.select_option("")
    page.locator("#main").get_by_role("button", name="重新检查").press("Enter")
    for _try in range(60):
        if column.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    assert column.input_value() == ""
