"""What a table may hold, told by its headings in Chinese and English: people, companies, products, colleagues."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from boothline.exchange import headings


@dataclass(frozen=True)
class Kind:
    """One kind of row. A table is of this kind where one field of each of `needs` is among its columns; a column of `tells` says so
    above all others."""

    code: str
    right: str  # of whoever may make such records by hand
    field: Callable[[str], str]  # of a heading; "" where it means nothing here
    needs: tuple[frozenset[str], ...]
    tells: frozenset[str] = frozenset()

    def fit(self, columns: Iterable[str]) -> tuple[bool, int]:
        """How well the headings say that this is it; (False, 0) where they do not."""
        found = {self.field(heading) for heading in columns} - {""}
        if not all(found & wanted for wanted in self.needs):
            return (False, 0)
        return (bool({folded(heading) for heading in columns} & self.tells), len(found))


OWN = {  # the columns of tables that we wrote, by which their records are known again
    "boothlineid": "contact",
    "boothlinecustomer": "customer",
    "boothlineproduct": "product",
    "boothlineuser": "user",
}
OWN_BESIDES = frozenset({  # columns of theirs that say how things stand, and do not come in
    "id", "customerid", "industrycode", "lasttouchat", "nextstepon", "type", "typesince", "team", "madeat", "variants", "retiredat",
    "roles", "duties", "isactive", "language", "lastlogin",
})  # fmt: skip


def folded(heading: str) -> str:
    """A heading without case, width, spaces, signs and digits."""
    return re.sub(r"[\W\d_]+", "", unicodedata.normalize("NFKC", heading).casefold())


def _columns(**fields: str) -> Callable[[str], str]:
    known = {key: field for field, keys in fields.items() for key in keys.split()}

    def field(heading: str) -> str:
        if folded(heading) in OWN:
            return "id"
        for said in (heading, re.sub(r"[(（\[【].*?[)）\]】]", "", heading)):  # "单价（元）" is 单价
            if found := known.get(folded(said)):
                return found
        return ""

    return field


def _of_people(heading: str) -> str:
    found = headings.meaning(heading)
    return found[0] if found and found[0] != "unused" else ""


KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind("contact", "customers.add", _of_people, (frozenset(headings.IDENTIFYING),)),
        Kind(
            "customer",
            "customers.add",
            _columns(
                id="accountid accountnumber accountno customerid customernumber customerno customercode clientid companyid "
                "客户编号 客户号 客户代码 客户编码 客户id 公司编号",
                name="account accountname company companyname customer customername client clientname name organization organisation "
                "公司 公司名称 公司名 公司全称 客户 客户名称 客户公司 单位 单位名称 企业名称 名称",
                name_latin="companynameenglish englishname nameinenglish namelatin 英文名称 英文名 公司英文名 公司英文名称",
                country="country countryregion officelocation 国家 国家地区 国别 所在国家",
                address="address fulladdress companyaddress 地址 公司地址 详细地址 通讯地址",
                note="note notes remark remarks comment description 备注 说明",
                owner="owner accountowner accountmanager salesrep salesagent salesperson 负责人 客户负责人 业务员 跟进人 归属人 所属业务员",
                sector="sector industry trade businesstype 行业 所属行业 主营业务 经营范围",
                founded="yearestablished founded established yearfounded 成立年份 成立时间 成立日期 创立时间",
                revenue="revenue annualrevenue yearlyrevenue turnover 营业额 年营业额 年销售额 营收",
                employees="employees numberofemployees employeecount headcount 员工数 员工人数 人数 公司规模 企业规模",
                kind="kind",
                parent="subsidiaryof parent parentaccount parentcompany belongsto 母公司 上级公司 上级客户 隶属 所属集团",
            ),
            (frozenset({"name"}),),
            frozenset({"subsidiaryof", "yearestablished", "accountowner", "公司规模", "所属行业", "年营业额", "母公司"}),
        ),
        Kind(
            "product",
            "catalogue.edit",
            _columns(
                id="productid productno productnumber itemid 产品id 产品编号 商品编号",
                code="code sku productcode item itemcode itemno itemnumber model modelno articleno 货号 型号 产品型号 编码 产品编码 款号",
                name="product productname itemname name 产品 产品名称 品名 中文品名 商品 商品名称 名称",
                name_latin="productnameenglish englishname nameinenglish namelatin 英文品名 英文名称 英文名 产品英文名称",
                family="family series category categoryname productcategory productline 系列 类别 分类 品类 产品系列 产品类别 产品分类",
                price="price salesprice saleprice unitprice listprice retailprice 单价 价格 售价 定价 报价 销售单价 标准价",
                currency="currency currencycode 币种 货币",
                unit="unit uom unitofmeasure 单位 计量单位",
                minimum="moq minimum minimumquantity minimumorderquantity minorder 起订量 最小起订量 最小订量",
                lead_days="leadtime leaddays deliverydays 交期 交货期 生产周期",
                specification="specification specifications spec description 规格 规格型号 描述 产品描述 规格说明",
            ),
            (frozenset({"name", "code"}), frozenset({"price", "family", "unit", "minimum", "specification"})),
            frozenset({"product", "productname", "salesprice", "listprice", "产品名称", "品名", "货号", "起订量", "产品型号"}),
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
        ),
    )
}  # fmt: skip


def is_understood(heading: str) -> bool:
    """A heading means something to one kind at least."""
    return any(kind.field(heading) for kind in KINDS.values())


def recognised(columns: list[str]) -> Kind | None:
    """The kind that the headings fit best; of equals the first. None where they fit none. Companies without anybody are no people."""
    if own := next((OWN[key] for heading in columns if (key := folded(heading)) in OWN), None):
        return KINDS[own]
    names_somebody = bool({_of_people(heading) for heading in columns} & (headings.IDENTIFYING - {"company"}))
    fitting = {code: fit for code, kind in KINDS.items() if (fit := kind.fit(columns)) != (False, 0)}
    if not names_somebody and len(fitting) > 1:
        fitting.pop("contact", None)
    return KINDS[max(fitting, key=lambda code: fitting[code])] if fitting else None
