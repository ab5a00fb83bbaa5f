"""What a column holds, told by its cells: e-mail addresses, phone numbers, days, places, companies, people, money. Only ever a guess."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from itertools import islice, pairwise

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from boothline.core.countries import is_country
from boothline.core.errors import Refused
from boothline.core.text import digits
from boothline.exchange.dates import ORDERS, Dates
from boothline.exchange.values import MARKS, is_nothing

LOOKS = {
    "email": _("e-mail addresses"), "web": _("websites"), "phone": _("phone numbers"), "date": _("days"), "grade": _("grades"),
    "serial": pgettext_lazy("column", "row numbers"), "money": _("amounts"), "number": _("numbers"), "country": _("countries"),
    "region": _("provinces"), "city": _("cities"), "company": _("companies"), "address": _("addresses"), "title": _("titles of people"),
    "person": _("names of people"), "code": _("codes"),
}  # fmt: skip
LOOKED_AT, CELL = 200, 200  # cells of a column, characters of each
EMAIL = re.compile(r"(?:.*<)?[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+>?")
WEB = re.compile(r"(?:https?://\S+|www\.\S+|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|cn|net|org|de|io|co|eu|uk|hk|tw|biz|info)(?:/\S*)?)", re.I)
PHONE = re.compile(r"(?:tel|电话|手机)?[:：]?\s*[+(（]?\d[\d\s()（）./+-]{5,22}\d(?:\s*(?:转|ext\.?|x|#|-)\s*\d{1,6})?", re.I)
AMOUNT = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
COMPANY = re.compile(
    r"公司|集团|[^药]厂$|厂[（(]|工厂|商行|商贸|贸易|经营部|门市部|事务所|研究院|设计院|工作室|企业|实业|商店$|灯饰$|照明$|电器$"
    r"|\b(?:co\.?,? ?ltd|ltd|limited|inc|llc|llp|plc|gmbh|ag|kg|s\.?a\.?(?:r\.?l)?|s\.?r\.?l|b\.?v|corp|corporation|company|group|pty)\b",
    re.I,
)
TITLE = re.compile(
    r"经理|总监|主管|采购|销售|董事|厂长|总裁|店长|工程师|设计师|助理|代表|老板|秘书|部长|科长|专员|业务员|法人|会计|主任"
    r"|\b(?:manager|director|buyer|ceo|cto|cfo|president|owner|engineer|sales|purchas\w*|assistant|head|chief|designer|founder|partner)\b",
    re.I,
)
ADDRESS = re.compile(
    r"[路街道巷弄镇乡村][^,，]*\d|\d+ ?[号弄栋幢楼室]|工业[园区]|开发区|大厦|广场.*\d"
    r"|\b\d+\b.*\b(?:street|st|road|rd|avenue|ave|str|lane)\b|straße|strasse",
    re.I,
)
CODE = re.compile(r"(?=.*\d)(?=.*[a-z])[a-z0-9][a-z0-9 ./_-]{1,30}", re.I)
PERSON = re.compile(r"[\u4e00-\u9fff]{2,3}|[\u4e00-\u9fff]{4}|[\u4e00-\u9fff]{1,2}(?:先生|女士|小姐|总|经理|工|老师)")
_PROVINCES = (
    "北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 "
    "海南 四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门"
)
PROVINCES = frozenset(_PROVINCES.split())
_CITIES = (
    "石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 太原 大同 阳泉 长治 晋城 朔州 晋中 运城 "
    "忻州 临汾 吕梁 呼和浩特 包头 乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔 沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 "
    "阜新 辽阳 盘锦 铁岭 葫芦岛 长春 四平 辽源 通化 白山 松原 白城 哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 "
    "伊春 佳木斯 七台河 牡丹江 黑河 绥化 南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 "
    "宿迁 杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水 义乌 余姚 慈溪 永康 合肥 芜湖 蚌埠 淮南 "
    "马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城 福州 厦门 莆田 三明 泉州 漳州 南平 "
    "龙岩 宁德 晋江 南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶 济南 青岛 淄博 枣庄 东营 "
    "烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽 郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 "
    "濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店 武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 "
    "咸宁 随州 长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 广州 韶关 深圳 珠海 "
    "汕头 佛山 江门 湛江 茂名 肇庆 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮 古镇 顺德 南海 "
    "番禺 南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 来宾 崇左 海口 三亚 儋州 成都 "
    "自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳 贵阳 六盘水 "
    "遵义 安顺 毕节 铜仁 昆明 曲靖 玉溪 保山 昭通 丽江 普洱 临沧 大理 拉萨 西安 铜川 宝鸡 咸阳 渭南 延安 "
    "汉中 榆林 安康 商洛 兰州 嘉峪关 金昌 白银 天水 武威 张掖 平凉 酒泉 庆阳 定西 西宁 银川 石嘴山 吴忠 "
    "乌鲁木齐 克拉玛依 台北 高雄 台中 台南 九龙 昆山 常熟 张家港 江阴"
)
CITIES = frozenset(_CITIES.split())
SURNAMES = set(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白"
    "邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝"
    "包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧阳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑"
    "景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝张陳劉楊黃趙吳孫馬許鄭謝馮鄧蕭葉"
)
_NOBODY = "华东 华南 华北 华中 东北 白色 黄色 金色 成交 常规 高端 平板 安装 展会 方形 圆形"  # begin as surnames do
NOBODY = frozenset(_NOBODY.split())
COMPOUND = ("欧阳", "司马", "上官", "诸葛", "司徒", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "夏侯", "端木", "南宫")


def holding(cells: Iterable[str]) -> str:
    """What most of the cells are: email, web, phone, date, grade, serial, money, number, country, region, city, company, address,
    title, person, code, text; "" where no cell says anything."""
    texts = (" ".join(unicodedata.normalize("NFKC", cell[:CELL]).split()) for cell in cells)
    said = list(islice((text for text in texts if not is_nothing(text)), LOOKED_AT))
    if not said:
        return ""
    if _is_serial(said):
        return "serial"
    for name, is_one, share in TELLS:
        if sum(map(is_one, said)) >= share * len(said):
            return name
    return "text"


def _is_serial(said: list[str]) -> bool:
    """1, 2, 3 ..."""
    if len(said) < 2 or not all(text.isascii() and text.isdigit() and len(text) < 7 for text in said):
        return False
    return all(b - a == 1 for a, b in pairwise(map(int, said)))


def is_day(text: str) -> bool:
    """In one order at least; a bare number is a day only with its eight figures."""
    return (len(text) == 8 or not text.isdigit()) and any(day_of(text, order) for order in ORDERS)


def day_of(text: str, order: str) -> date | None:
    """The day of a cell in an order; None where it is none."""
    try:
        return Dates(order).day(text)
    except Refused:
        return None


def _is_phone(text: str) -> bool:
    """As people write numbers; of bare figures a Chinese mobile or one with its area, since an order's number is figures, too."""
    if text.isdigit():
        return bool(re.fullmatch(r"1[3-9]\d{9}|0\d{8,12}", text))
    return 7 <= len(digits(text)) <= 40 and all(PHONE.fullmatch(part) for part in re.split(r"\s*[;,，；、/]\s*", text) if part)


def _is_money(text: str) -> bool:
    bare = re.sub(r"[¥￥$€£元]|rmb|cny|usd|eur|us", "", text.casefold()).strip()
    has_mark = bare != text.casefold().strip() or any(text.casefold().endswith(mark) for mark in MARKS)
    return bool(AMOUNT.fullmatch(bare)) and (has_mark or bool(re.search(r"\.\d{1,4}$|,\d{3}", bare)))


def _is_region(text: str) -> bool:
    return re.sub(r"(?:壮族|回族|维吾尔)?自治区$|特别行政区$|[省市]$", "", text.removeprefix("中国")) in PROVINCES


def _is_city(text: str) -> bool:
    parts = [part for part in re.split(r"[\s/·,，-]+", text) if part]
    bare = [re.sub(r"(?:壮族|回族|维吾尔)?自治区|[省市县区镇]$", "", part) for part in parts]
    if len(bare) == 1:  # 浙江绍兴, 广东省佛山市
        rest = re.sub(r"^(?:" + "|".join(PROVINCES) + r")[省市]?", "", bare[0])
        bare = [rest or bare[0]]
    return bool(bare) and all(part in CITIES or part in PROVINCES for part in bare)


def _is_person(text: str) -> bool:
    han = text.replace(" ", "").replace("·", "")
    if PERSON.fullmatch(han) and han not in NOBODY and not TITLE.fullmatch(han):
        return han[0] in SURNAMES if len(han) < 4 else han.startswith(COMPOUND) or bool(re.search("先生|女士|小姐|经理|老师", han))
    return False


TELLS = (
    ("email", lambda text: bool(EMAIL.fullmatch(re.split(r"[;,，；、\s]+", text)[0])), 0.7),
    ("web", lambda text: bool(WEB.fullmatch(text)), 0.8),
    ("date", is_day, 0.8),
    ("phone", _is_phone, 0.8),
    ("grade", lambda text: bool(re.fullmatch(r"[A-Da-d](?:[级类+-])?", text)), 0.9),
    ("money", _is_money, 0.8),
    ("number", lambda text: bool(AMOUNT.fullmatch(text)), 0.9),
    ("region", _is_region, 0.8),
    ("city", _is_city, 0.8),
    ("country", is_country, 0.8),
    ("title", lambda text: len(text) < 30 and bool(TITLE.search(text)) and not re.search("公司|厂$", text), 0.6),
    ("address", lambda text: len(text) > 5 and bool(ADDRESS.search(text)), 0.6),
    ("company", lambda text: bool(COMPANY.search(text)), 0.5),
    ("person", _is_person, 0.7),
    ("code", lambda text: bool(CODE.fullmatch(text)), 0.8),
)  # in the order of asking; the share of the cells that must be so
