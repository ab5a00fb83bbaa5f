"""What a table may hold, told by its headings in Chinese and English: people, companies, products, colleagues."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from boothline.exchange import headings

BESIDE = "beside"  # a column without a field of its own: kept in the note, under its heading


@dataclass(frozen=True)
class Kind:
    """One kind of row. A table is of this kind where one field of each of `needs` is among its columns; a column of `tells` says so
    above all others. `holds` says where a column goes that has no known heading, by what its cells are (exchange.contents)."""

    code: str
    right: str  # of whoever may make such records by hand
    field: Callable[[str], str]  # of a heading; "" where it means nothing here
    needs: tuple[frozenset[str], ...]
    tells: frozenset[str] = frozenset()
    holds: Mapping[str, str] = dataclasses.field(default_factory=lambda: MappingProxyType({}))

    @property
    def fields(self) -> tuple[str, ...]:
        """Where a column can go, in the order of the form; the last where it has no field of its own."""
        own = tuple(getattr(self.field, "fields", ()))
        return (*own, BESIDE) if "note" in own else own

    @property
    def days(self) -> frozenset[str]:
        """The fields that hold a day: what they are called ends so."""
        return frozenset(name for name in self.fields if name.endswith("_on"))

    def is_enough(self, fields: Iterable[str]) -> bool:
        """Columns of these fields say what a row is about."""
        return all(set(fields) & wanted for wanted in self.needs)

    def leaves(self, heading: str) -> bool:
        """A heading that is known and whose column is not taken, as what our own exports say besides."""
        leaves: Callable[[str], bool] | None = getattr(self.field, "leaves", None)
        return leaves is not None and leaves(heading)

    def like(self, heading: str) -> str:
        """The field of a heading that ends as a known one does, or begins so, or is the beginning of one; "" where none is near."""
        said = folded(heading)[:40]
        ends = [said[n:] for n in range(1, len(said) - 1)]
        begins = [said[:n] for n in range(len(said) - 1, 2, -1)]
        longer = [key for key in getattr(self.field, "known", ()) if len(said) > 2 and key.startswith(said)]
        near = (part for part in (*ends, *begins, *longer) if not part.isascii() or len(part) > 3)
        return next((found for part in near if (found := self.field(part))), "")

    def fit(self, columns: Iterable[str], said: Mapping[str, str] = MappingProxyType({})) -> tuple[bool, int]:
        """How well the headings say that this is it, some of them as somebody `said`; (False, 0) where they do not."""
        found = {said[heading] if said.get(heading) in self.fields else self.field(heading) for heading in columns} - {""}
        if not self.is_enough(found):
            return (False, 0)
        return (bool({folded(heading) for heading in columns} & self.tells), len(found))


def folded(heading: str) -> str:
    """A heading without case, width, spaces, signs and digits."""
    return re.sub(r"[\W\d_]+", "", unicodedata.normalize("NFKC", heading).casefold())


class _Columns:
    """The headings of a kind: what each means, and the fields that there are."""

    def __init__(self, **fields: str) -> None:
        self.fields = tuple(fields)
        self.known = {key: field for field, keys in fields.items() for key in keys.split()}

    def __call__(self, heading: str) -> str:
        """The field of a heading; "" where it means nothing here."""
        for said in (heading, re.sub(r"[(（\[【].*?[)）\]】]", "", heading)):  # "单价（元）" is 单价
            if found := self.known.get(folded(said)):
                return found
        return ""


_columns = _Columns


class _Of:
    """The headings of people: more of them than can be listed."""

    fields = headings.FIELDS
    known: Mapping[str, str] = MappingProxyType({key: field for key, (field, _rank) in headings.EXACT.items() if field in headings.FIELDS})

    def __call__(self, heading: str) -> str:
        """The field of a heading; "" where it means nothing."""
        found = headings.meaning(heading)
        return found[0] if found and found[0] != "unused" else ""

    def leaves(self, heading: str) -> bool:
        """What our own exports say besides."""
        found = headings.meaning(heading)
        return bool(found and found[0] == "unused")


_of_people = _Of()
OF_PEOPLE = {
    "email": "emails", "phone": "phones", "web": "web", "country": "country", "region": "address region", "city": "address city",
    "address": "address whole", "company": "company", "person": "name", "title": "title",
}  # fmt: skip


KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind("contact", "customers.add", _of_people, (frozenset(headings.IDENTIFYING),), holds=OF_PEOPLE),
        Kind(
            "customer",
            "customers.add",
            _columns(
                id="accountid accountnumber accountno customerid customernumber customerno customercode clientid companyid "
                "客户编号 客户号 客户代码 客户编码 客户id 公司编号",
                name="account accountname company companyname customer customername client clientname name organization organisation "
                "公司 公司名称 公司名 公司全称 客户 客户名称 客户公司 单位 单位名称 企业名称 名称 "
                "客户全称 单位全称 企业全称 厂家名称 厂商名称 供应商名称",
                name_latin="companynameenglish englishname nameinenglish namelatin 英文名称 英文名 公司英文名 公司英文名称",
                country="country countryregion officelocation 国家 国家地区 国别 所在国家",
                address="address fulladdress companyaddress 地址 公司地址 详细地址 通讯地址",
                note="note notes remark remarks comment description 备注 说明",
                owner="owner accountowner accountmanager salesrep salesagent salesperson 负责人 客户负责人 业务员 跟进人 归属人 所属业务员",
                sector="sector industry trade businesstype 行业 所属行业 主营业务 经营范围",
                founded="yearestablished founded established yearfounded 成立年份 成立时间 成立日期 创立时间",
                revenue="revenue annualrevenue yearlyrevenue turnover 营业额 年营业额 年销售额 营收",
                employees="employees numberofemployees employeecount headcount 员工数 员工人数 人数 公司规模 企业规模",
                parent="subsidiaryof parent parentaccount parentcompany belongsto 母公司 上级公司 上级客户 隶属 所属集团",
            ),
            (frozenset({"name"}),),
            frozenset({"subsidiaryof", "yearestablished", "accountowner", "公司规模", "所属行业", "年营业额", "母公司"}),
            {"company": "name", "country": "country", "address": "address", "city": "address", "region": "address"},
        ),
        Kind(
            "product",
            "catalogue.edit",
            _columns(
                id="productid productno productnumber itemid 产品id 产品编号 商品编号",
                code="code sku productcode item itemcode itemno itemnumber model modelno articleno 货号 型号 产品型号 编码 产品编码 款号 "
                "货品编号 物料编码 物料号 商品编码 "
                "产品代码",
                name="product productname itemname name 产品 产品名称 品名 中文品名 商品 商品名称 名称 货品 货品名称 "
                "物料名称",
                name_latin="productnameenglish englishname nameinenglish namelatin 英文品名 英文名称 英文名 产品英文名称",
                family="family series category categoryname productcategory productline 系列 类别 分类 品类 产品系列 产品类别 产品分类",
                price="price salesprice saleprice unitprice listprice retailprice 单价 价格 售价 定价 报价 销售单价 标准价 "
                "出厂价 批发价 零售价",
                currency="currency currencycode 币种 货币",
                unit="unit uom unitofmeasure 单位 计量单位",
                minimum="moq minimumquantity minimumorderquantity minorder 起订量 最小起订量 最小订量",
                lead_days="leadtime leaddays deliverydays 交期 交货期 生产周期",
                specification="specification specifications spec description 规格 规格型号 描述 产品描述 规格说明",
            ),
            (frozenset({"name", "code"}), frozenset({"price", "family", "unit", "minimum", "specification"})),
            frozenset({"product", "productname", "salesprice", "listprice", "产品名称", "品名", "货号", "起订量", "产品型号"}),
            {"money": "price", "code": "code", "text": "name"},
        ),
        Kind(
            "user",
            "people.edit",
            _columns(
                id="employeeid staffid employeeno staffno employeenumber 工号 员工编号 员工号",
                username="username login loginname account 用户名 登录名 账号 帐号",
                name="name fullname salesagent salesperson salesrep agent employee employeename staff staffname "
                "姓名 业务员 销售员 销售 员工 员工姓名 业务员姓名",
                name_latin="namelatin englishname 英文名",
                first="firstname givenname 名",
                last="lastname surname familyname 姓",
                email="email emailaddress mail 邮箱 电子邮箱 邮件",
                phone="phone mobile telephone tel cell homephone workphone 电话 手机 手机号 联系电话",
                team="team teamname salesteam group 团队 小组 业务组 销售团队 所属团队",
                manager="manager managername supervisor teamleader teamlead lead 经理 主管 组长 上级 直属上级",
            ),
            (frozenset({"username", "name", "first", "last"}),),
            frozenset({"salesagent", "salesperson", "employeename", "hiredate", "reportsto", "工号", "员工姓名", "业务员姓名", "登录名"}),
            {"email": "email", "phone": "phone", "person": "name"},
        ),
        Kind(
            "touch",
            "touches.log",
            _columns(
                id="touchid activityid followupid 跟进编号 联系编号",
                customer="customer customername customerid account accountname accountid company companyname "
                "客户 客户名称 客户编号 公司 公司名称 单位名称",
                happened_on="touchdate contactdate activitydate followupdate dateofcontact "
                "日期 联系日期 联系时间 跟进日期 跟进时间 拜访日期 沟通日期 沟通时间",
                author="author by followedupby salesrep salesperson owner 跟进人 联系人员 业务员 拜访人 记录人 负责人",
                words="words content summary 内容 跟进内容 联系内容 沟通内容 跟进记录 联系记录 沟通记录 拜访记录",
            ),
            (frozenset({"customer"}), frozenset({"happened_on"}), frozenset({"words"})),
        ),
    )
}  # fmt: skip


def is_understood(heading: str) -> bool:
    """A heading means something to one kind at least."""
    return any(kind.field(heading) for kind in KINDS.values())


def recognised(columns: list[str], said: Mapping[str, str] = MappingProxyType({})) -> Kind | None:
    """The kind that the headings fit best, some of them as somebody `said`; of equals the first. None where they fit none. Companies
    without anybody are no people."""
    named = {said.get(heading) or _of_people(heading) for heading in columns}
    fitting = {code: fit for code, kind in KINDS.items() if (fit := kind.fit(columns, said)) != (False, 0)}
    if not named & (headings.IDENTIFYING - {"company"}) and len(fitting) > 1:
        fitting.pop("contact", None)
    return KINDS[max(fitting, key=lambda code: fitting[code])] if fitting else None
