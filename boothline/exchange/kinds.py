"""What a table may hold, told by its headings in Chinese and English: people, companies, products, variants, colleagues, opportunities,
exhibitors of a fair, what carriers say, scanned codes, orders and their lines; and what it may hold that has no place here."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.translation import gettext_lazy

from boothline.exchange import headings

DAYS = ("ordered", "promised", "shipped")  # of an order
BESIDE = headings.BESIDE
SILENT = {"", BESIDE, "company_id"}  # of a column that goes there nobody can tell what its rows are
Turn = Callable[[list[str], list[str]], None]


@dataclass(frozen=True)
class Kind:
    """One kind of row. A table is of this kind where one field of each of `needs` is among its columns; a column of `tells` says so
    above all others. `holds` says where a column goes that has no known heading, by what its cells are (exchange.contents); `turn` puts
    right what a heading means beside the others of its table."""

    code: str
    right: str  # of whoever may make such records by hand
    field: Callable[[str], str]  # of a heading; "" where it means nothing here
    needs: tuple[frozenset[str], ...]
    tells: frozenset[str] = frozenset()
    holds: Mapping[str, str] = dataclasses.field(default_factory=lambda: MappingProxyType({}))
    must_tell: bool = False  # without such a column it is only of this kind where somebody says so
    turn: Turn | None = None

    def fields_of(self, columns: Iterable[str]) -> list[str]:
        """The field of each heading of one table; "" where it means nothing here."""
        found = [self.field(heading) for heading in columns]
        if self.turn:
            self.turn([folded(heading) for heading in columns], found)
        return found

    @property
    def fields(self) -> tuple[str, ...]:
        """Where a column can go, in the order of the form; the last where it has no field of its own."""
        own = tuple(getattr(self.field, "fields", ()))
        return (*own, BESIDE) if "note" in own else own

    @property
    def days(self) -> frozenset[str]:
        """The fields that hold a day."""
        return frozenset(name for name in self.fields if name.endswith("_on") or name in DAYS)

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
        return next((found for part in near if (found := self.field(part)) and found != BESIDE), "")

    def fit(self, columns: list[str], said: Mapping[str, str] = MappingProxyType({})) -> tuple[bool, int]:
        """How well the headings say that this is it, some of them as somebody `said`; (False, 0) where they do not."""
        own = zip(columns, self.fields_of(columns), strict=True)
        found = {said[heading] if said.get(heading) in self.fields else field for heading, field in own} - SILENT
        if not self.is_enough(found):
            return (False, 0)
        return (bool({folded(heading) for heading in columns} & self.tells), len(found))


ORDER_IDS = frozenset({
    "orderid", "orderno", "ordernumber", "salesorder", "salesorderno", "sonumber", "pi", "pi号", "pino", "pinumber", "po", "po号", "pono",
    "ponumber", "customerpo", "订单号", "订单编号", "销售订单号", "形式发票号", "客户订单号",
})  # fmt: skip
OWN = {  # the columns of tables that we wrote, by which their records are known again; of two, the first says what the rows are
    "boothlinevariant": "variant",
    "boothlineid": "contact",
    "boothlinecustomer": "customer",
    "boothlineproduct": "product",
    "boothlineuser": "user",
}
OWN_BESIDES = frozenset({  # columns of theirs that say how things stand, and do not come in
    "id", "customerid", "industrycode", "lasttouchat", "nextstepon", "type", "typesince", "team", "madeat", "variants", "retiredat",
    "roles", "duties", "isactive", "language", "lastlogin",
})  # fmt: skip


OURS = re.compile(r"boothline_([a-z_]+)")


def only_exported(columns: Iterable[str]) -> str:
    """The kind of the records in a table that we wrote and that does not come in; "" for every other table."""
    found = (OURS.fullmatch(heading.strip()) for heading in columns)
    return next((ours[1] for ours in found if ours and ours[1] != "company" and folded(ours[0]) not in OWN), "")


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
        if folded(heading) in OWN:
            return "id"
        for said in (heading, re.sub(r"[(（\[【].*?[)）\]】]", "", heading)):  # "单价（元）" is 单价
            key = folded(said)
            if found := self.known.get(key) or headings.twice(key, lambda half: self.known.get(half, "")):
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


class _OfCompanies(_Columns):
    """The headings of companies. What is only known of people has no field there, and is kept in the note."""

    def __call__(self, heading: str) -> str:
        """The field of a heading; "" where it means nothing here."""
        found = super().__call__(heading)
        return BESIDE if not found and _of_people(heading) else found


def _turn_people(keys: list[str], found: list[str]) -> None:
    """负责人 beside the name of somebody is who of us looks after them; so is 跟进人 where no day says that they once spoke."""
    is_named = any(field in ("name", "first", "last") and key != "负责人" for key, field in zip(keys, found, strict=True))
    for n, key in enumerate(keys):
        if (key == "负责人" and is_named) or (key == "跟进人" and not {"first_on", "visited_on"} & set(found)):
            found[n] = "owner"


class _OfVariants(_Columns):
    """The headings of variants: in a table of ours, the product has its id there, too."""

    def __call__(self, heading: str) -> str:
        """The field of a heading; "" where it means nothing here."""
        return "product_id" if folded(heading) == "boothlineproduct" else super().__call__(heading)


def _turn_orders(keys: list[str], found: list[str]) -> None:
    """The customer's own number is the order's where it has no other."""
    if "id" not in found and "po" in found:
        found[found.index("po")] = "id"


_of_people = _Of()
OF_PEOPLE = {
    "email": "emails", "phone": "phones", "web": "web", "country": "country", "region": "address region", "city": "address city",
    "address": "address whole", "company": "company", "person": "name", "title": "title",
}  # fmt: skip


PRICED = {
    "price": "price salesprice saleprice unitprice listprice retailprice 单价 价格 售价 定价 报价 销售单价 标准价 "
    "出厂价 批发价 零售价 出厂单价 含税单价 不含税单价 fobprice fobunitprice exwprice exwunitprice cifprice "
    "fob单价 fob价 fob价格 "
    "exw单价 exw价 exw价格 cif单价 cif价",
    "currency": "currency currencycode 币种 货币",
}  # fmt: skip
PACKED = {
    "carton_quantity": "pcscarton pcsctn pcspercarton pcsperctn qtyctn qtycarton qtypercarton qtyperctn quantitypercarton "
    "unitspercarton packingquantity cartonquantity 装箱数 装箱数量 装箱量 每箱数量 每箱个数 单箱数量 箱装数",
    "carton_size": "cartonsize ctnsize cartondimensions cartonmeasurement measurement meas 外箱尺寸 外箱规格 纸箱尺寸 箱子尺寸 "
    "装箱尺寸 箱规尺寸",
    "net_weight": "netweight netweightkg nw nwkg nwctn 净重 每箱净重 单箱净重 整箱净重",
    "gross_weight": "grossweight grossweightkg gw gwkg gwctn 毛重 每箱毛重 单箱毛重 整箱毛重",
}  # fmt: skip


KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind("contact", "customers.add", _of_people, (frozenset(headings.IDENTIFYING),), holds=OF_PEOPLE, turn=_turn_people),
        Kind(
            "customer",
            "customers.add",
            _OfCompanies(
                id="accountid accountnumber accountno customerid customernumber customerno customercode clientid companyid "
                "客户编号 客户号 客户代码 客户编码 客户id 公司编号",
                name="account accountname company companyname customer customername client clientname name organization organisation "
                "公司 公司名称 公司名 公司全称 客户 客户名称 客户公司 单位 单位名称 企业名称 名称 "
                "客户全称 单位全称 企业全称 厂家名称 厂商名称 供应商名称",
                name_latin="companynameenglish englishname nameinenglish namelatin 英文名称 英文名 公司英文名 公司英文名称",
                country="country countryregion officelocation 国家 国家地区 国别 所在国家",
                address="address fulladdress companyaddress 地址 公司地址 详细地址 通讯地址",
                note="note notes remark remarks comment description 备注 说明",
                grade="grade customergrade accountgrade 客户等级 客户级别 客户分级 客户评级 等级 级别",
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
                **PRICED,
                unit="unit uom unitofmeasure 单位 计量单位",
                minimum="moq minimum minimumquantity minimumorderquantity minorder 起订量 最小起订量 最小订量",
                lead_days="leadtime leaddays deliverydays 交期 交货期 生产周期",
                specification="specification specifications spec description 规格 规格型号 描述 产品描述 规格说明",
                **PACKED,
            ),
            (frozenset({"name", "code"}), frozenset({"price", "family", "unit", "minimum", "specification"})),
            frozenset({"product", "productname", "salesprice", "listprice", "产品名称", "品名", "货号", "起订量", "产品型号"}),
            {"money": "price", "code": "code", "text": "name"},
        ),
        Kind(
            "variant",
            "catalogue.edit",
            _OfVariants(
                id="variantid variantno variantnumber 款式编号 变体编号",
                product_id="productid productno productnumber 产品id 产品编号 商品编号",
                code="code productcode item itemcode itemno itemnumber model modelno articleno style styleno 货号 型号 产品型号 "
                "产品编码 款号 产品代码 商品编码 货品编号 物料编码 物料号",
                product="product 产品 商品 货品 所属产品",
                product_name="productname itemname name 产品名称 品名 中文品名 商品名称 名称 货品名称 物料名称",
                sku="sku skucode skuno skunumber variantsku sku编码 sku编号 sku号 规格编码 款式编码",
                words="words variant variantname option specification specifications spec "
                "款式 变体 规格 规格型号 款式名称 规格名称 型号规格",
                colour="color colour colorname colourname 颜色 色号 花色 颜色分类",
                size="size sizename 尺码 码数 号型",
                words_latin="wordslatin variantinenglish variantenglish 英文款式 款式英文 英文规格 规格英文",
                **PRICED,
                floor="floor floorprice lowestprice minprice minimumprice 底价 最低价 最低售价",
                steps="steps stepprices stepprice tierprices quantitybreaks pricebreaks 阶梯价 阶梯价格 数量价",
                **PACKED,
                carton_length="cartonlength cartonlengthcm 外箱长 箱长",
                carton_width="cartonwidth cartonwidthcm 外箱宽 箱宽",
                carton_height="cartonheight cartonheightcm 外箱高 箱高",
                stock_kind="stockkind 库存方式 备货方式",
                family="family series category categoryname productcategory productline 系列 类别 分类 品类 产品系列 产品类别 产品分类",
                unit="unit uom unitofmeasure 单位 计量单位",
            ),
            (
                frozenset({"id", "sku"}),
                frozenset({"product_id", "code", "product", "product_name"}),
                frozenset({"words", "words_latin", "colour", "size"}),
            ),
            frozenset({"sku", "variant", "color", "colour", "颜色", "款式", "变体", "尺码"}),
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
            frozenset({
                "salesagent", "salesperson", "employeename", "hiredate", "reportsto", "工号", "员工编号", "员工姓名", "业务员姓名",
                "登录名", "入职日期", "入职时间", "直属上级",
            }),
            {"email": "email", "phone": "phone", "person": "name"},
        ),
        Kind(
            "touch",
            "touches.log",
            _columns(
                id="touchid activityid followupid 跟进编号 联系编号",
                customer="customer customername customerid account accountname accountid company companyname "
                "客户 客户名称 客户编号 公司 公司名称 单位名称",
                happened_on="touchdate contactdate activitydate followupdate dateofcontact calldate visitdate meetingdate date "
                "日期 联系日期 联系时间 跟进日期 跟进时间 拜访日期 拜访时间 沟通日期 沟通时间 回访日期 洽谈日期 联络日期",
                contact="contact contactname contactperson person 联系人 联系人姓名 对方联系人 客户联系人",
                channel="channel way contactmethod activitytype 跟进方式 沟通方式 联系渠道 沟通渠道 跟进类型 回访方式",
                author="author by followedupby salesrep salesperson owner 跟进人 联系人员 业务员 拜访人 记录人 负责人",
                words="words content summary notes callnotes meetingnotes followupnotes activitynotes callsummary discussion "
                "内容 跟进内容 跟进情况 跟进详情 联系内容 沟通内容 沟通情况 洽谈内容 回访内容 "
                "跟进记录 联系记录 沟通记录 拜访记录 回访记录 洽谈记录",
            ),
            (frozenset({"customer"}), frozenset({"happened_on"}), frozenset({"words"})),
            frozenset({
                "touchdate", "activitydate", "followupdate", "callnotes", "meetingnotes", "followupnotes", "activitynotes", "跟进内容",
                "跟进情况", "跟进详情", "联系内容", "沟通内容", "洽谈内容", "回访内容", "跟进记录", "联系记录", "沟通记录", "拜访记录",
                "回访记录", "洽谈记录",
            }),
        ),
        Kind(
            "receipt",
            "receipts.record",
            _columns(
                id="receiptid receiptno receiptnumber "
                "paymentid paymentno paymentnumber transactionid 收款编号 收款单号 水单号 流水号 交易流水号",
                customer="customer customername customerid account accountname accountid payer payername company companyname "
                "客户 客户名称 客户编号 付款方 付款人 付款单位 对方户名 公司 公司名称",
                order="pi号 pino pinumber 形式发票号 合同号 合同编号 销售订单号 "
                "orderid orderno ordernumber order salesorder invoiceno 订单号 订单编号 单号 销售单号",
                received_on="paymentdate datepaid paidon receivedon receiptdate datereceived valuedate "
                "收款日期 到账日期 到账时间 入账日期 付款日期 回款日期",
                amount="amountreceived received paid amountpaid paymentamount amount 到账金额 收款金额 实收金额 回款金额 付款金额 金额",
                sent="amountsent sentamount 汇款金额 汇出金额",
                charges="bankcharges charges bankfee bankfees fee 手续费 银行手续费 银行费用",
                currency="currency currencycode 币种 货币",
                reference="reference remark memo paymentreference details 附言 备注 摘要 用途",
            ),
            (frozenset({"customer", "order"}), frozenset({"received_on"}), frozenset({"amount", "sent"})),
            frozenset({
                "paymentdate", "datepaid", "receiptdate", "datereceived", "amountreceived", "收款日期", "到账日期", "回款日期", "付款日期",
                "到账金额", "收款金额", "回款金额", "付款金额",
            }),
            must_tell=True,
        ),
        Kind(
            "exhibitor",
            "fairs.edit",
            _columns(
                id="exhibitorid exhibitorno exhibitornumber id 参展商编号 展商编号",
                name="exhibitor exhibitorname name company companyname 参展商 参展商名称 展商 展商名称 参展企业 参展单位 公司 公司名称 "
                "企业名称 名称",
                country="country countryregion 国家 国家地区 国别",
                city="city town location 城市 所在城市",
                postal_code="zipcode zip postalcode postcode 邮编 邮政编码",
                address="street address streetaddress 地址 详细地址 公司地址",
                phone="telnumber tel phone telephone phonenumber 电话 联系电话",
                email="email emailaddress mail 邮箱 电子邮箱",
                website="website url web homepage 网址 网站 官网",
                about="description about profile keyword keywords products 主营产品 产品介绍 展品 展品范围 简介 公司简介 关键词",
                stands="boothinfos stands booths boothlist standlist 展位列表",
                stand="stand booth boothno boothnumber standno standnumber 展位 展位号 摊位 摊位号 展台号",
                hall="hall halls hallno office 展馆 馆号 展厅 馆",
                phase="phase session 期 期数 展期",
                category="category categories categoryname productcategory sector 展区 类别 产品类别 行业",
            ),
            (frozenset({"name"}),),
            frozenset({
                "boothinfos", "exhibitor", "exhibitorname", "exhibitorid", "booths", "booth", "boothno", "boothnumber", "stands", "standno",
                "standnumber", "参展商", "参展商名称", "展商", "展商名称", "参展企业", "展位", "展位号", "摊位号", "展台号", "展馆", "馆号",
            }),
            must_tell=True,
        ),
        Kind(
            "tracking",
            "shipments.release",
            _columns(
                id="id resultid trackerid",
                number="trackingcode trackingnumber resulttrackingcode resulttrackingnumber 运单号 快递单号 物流单号",
                state="status state resultstatus trackingstatus 状态 物流状态",
                carrier="carrier resultcarrier 承运商 快递公司 物流公司",
                at="datetime eventtime occurredat statusat 时间 发生时间",
                said_at="updatedat resultupdatedat",
                place="place location 地点 所在地",
                words="message description 说明 描述",
                details="trackingdetails resulttrackingdetails events",
            ),
            (frozenset({"number"}), frozenset({"state", "details"}), frozenset({"at", "said_at", "details"})),
            frozenset({"trackingcode", "resulttrackingcode", "trackingdetails", "物流状态"}),
            must_tell=True,
        ),
        Kind(
            "payload",
            "customers.add",
            _columns(payload="payload qrpayload qrcode qrcontent rawvalue 二维码内容"),
            (frozenset({"payload"}),),
            frozenset({"payload", "qrpayload", "qrcontent", "rawvalue", "二维码内容"}),
            must_tell=True,
        ),
        Kind(
            "order",
            "orders.change",
            _columns(
                id="pi号 pi pino pinumber 形式发票号 合同号 合同编号 销售订单号 "
                "orderid orderno ordernumber ordernum order salesorder salesorderno sonumber 订单号 订单编号 订单id 单号 销售单号",
                customer="customerid customernumber customerno customercode accountid clientid buyerid "
                "客户编号 客户号 客户代码 客户编码 客户id",
                customer_name="customer customername client clientname account accountname company companyname buyer buyername "
                "客户 客户名称 客户公司 公司 公司名称 买方 买家",
                ordered="orderdate ordered orderedon dateordered podate pidate date "
                "下单日期 下单时间 下单日 订单日期 订单时间 订货日期 接单日期 签单日期 成交日期 日期",
                promised="requireddate required promised promiseddate duedate requesteddate "
                "deliverydate 交期 交货期 交货日期 交付日期 要求交期 要求日期 承诺交期 约定交期",
                shipped="shippeddate shipdate shipped shippedon dispatchdate dispatched actualshipdate actualshippingdate "
                "发货日期 出货日期 发货时间 出货时间 实际发货日期 实际出货日期 实际发货时间 实际出货时间 实际交货日期 实际交期",
                owner="employeeid salesperson salesrep salesagent seller soldby 业务员 销售员 业务员编号 负责人 工号",
                po="ponumber pono po customerpo purchaseorder customerponumber "
                "po号 po编号 po单号 客户订单号 客户po 客户po号 客户采购单号 采购单号",
                freight="freight shippingcost freightcost 运费",
                currency="currency currencycode 币种 货币",
                consignee="shipname consignee shipto recipient 收货人 收件人",
                address="shipaddress deliveryaddress shippingaddress address 收货地址 交货地址 送货地址",
                city="shipcity city 城市 收货城市",
                region="shipregion shipstate state province 省份 省",
                code="shippostalcode postalcode zip zipcode 邮编",
                country="shipcountry country countryregion 国家 收货国家",
                carrier="shipvia carrier shipper 承运商 物流公司 快递公司",
                product="productid productno productcode itemid itemno itemcode sku 产品编号 产品id 商品编号 货号 型号 产品编码 "
                "产品型号 商品型号 规格型号 物料编码 物料号",
                product_name="productname product itemname item 产品 产品名称 品名 商品 商品名称",
                family="category productcategory 类别 品类 产品类别",
                quantity="quantity qty units orderqty orderquantity qtypcs 数量 件数 订购数量 订单数量 下单数量 数量pcs",
                price="unitprice price 单价 成交价 销售单价 含税单价",
                discount="discount discountrate 优惠率 折让率 折扣 折扣率 折率",
                amount="sales amount lineamount linetotal 金额 销售额 小计 行金额",
                returned="returned isreturned 是否退货 已退货",
            ),
            (frozenset({"id"}), frozenset({"customer", "customer_name"}), frozenset({"ordered"})),
            ORDER_IDS | {"orderdate", "podate", "pidate", "下单日期", "订单日期"},
            turn=_turn_orders,
        ),
        Kind(
            "order_line",
            "orders.change",
            _columns(
                id="pi号 pi pino pinumber 形式发票号 合同号 合同编号 销售订单号 po po号 po编号 pono ponumber customerpo 客户订单号 客户po "
                "orderid orderno ordernumber ordernum order salesorder salesorderno sonumber 订单号 订单编号 订单id 单号 销售单号",
                product="productid productno productcode itemid itemno itemcode sku 产品编号 产品id 商品编号 货号 型号 产品编码 "
                "产品型号 商品型号 规格型号 物料编码 物料号",
                product_name="productname product itemname item 产品 产品名称 品名 商品 商品名称",
                family="category productcategory 类别 品类 产品类别",
                quantity="quantity qty units orderqty orderquantity qtypcs 数量 件数 订购数量 订单数量 下单数量 数量pcs",
                price="unitprice price 单价 成交价 销售单价 含税单价",
                discount="discount discountrate 优惠率 折让率 折扣 折扣率 折率",
                amount="sales amount lineamount linetotal 金额 销售额 小计 行金额",
            ),
            (frozenset({"id"}), frozenset({"product", "product_name"}), frozenset({"quantity"})),
            ORDER_IDS,
        ),
        Kind(
            "return",
            "orders.change",
            _columns(
                id="pi号 pino pinumber 形式发票号 合同号 合同编号 销售订单号 "
                "orderid orderno ordernumber ordernum order 订单号 订单编号 订单id 单号",
                returned="returned isreturned return 退货 是否退货 已退货",
            ),
            (frozenset({"id"}), frozenset({"returned"})),
            frozenset({"returned", "isreturned", "退货", "是否退货", "已退货"}),
        ),
        Kind(
            "carrier",
            "orders.change",
            _columns(
                id="shipperid carrierid 承运商编号 物流公司编号",
                name="companyname shippername carriername name 承运商 承运商名称 物流公司 物流公司名称",
            ),
            (frozenset({"id"}), frozenset({"name"})),
            frozenset({"shipperid", "carrierid", "承运商编号", "物流公司编号"}),
        ),
        Kind(
            "supplier",
            "",
            _columns(
                id="supplierid vendorid 供应商编号 供应商代码",
                name="companyname suppliername vendorname supplier vendor 供应商 供应商名称",
            ),
            (frozenset({"id"}), frozenset({"name"})),
            frozenset({"supplierid", "vendorid", "供应商编号", "供应商代码"}),
        ),
        Kind(
            "opportunity",
            "intentions.edit",
            _columns(
                id="opportunityid opportunityno opportunitynumber dealid dealno 商机编号 商机id 商机号 机会编号",
                title="opportunity opportunityname dealname deal projectname 商机 商机名称 商机标题 机会名称 销售机会 项目 项目名称",
                customer="account accountname accountid customer customername customerid company companyname client clientname "
                "客户 客户名称 客户编号 公司 公司名称 关联客户 所属客户",
                product="product productname productid item 产品 产品名称 意向产品 商机产品 品名",
                seller="salesagent salesrep salesperson seller owner opportunityowner dealowner agent "
                "负责人 业务员 销售 销售员 销售人员 跟进人 商机负责人 所属业务员",
                stage="dealstage stage stagename salesstage opportunitystage pipelinestage "
                "阶段 商机阶段 销售阶段 当前阶段 跟进阶段 项目阶段 商机状态 项目状态",
                opened_on="engagedate opendate openedon begindate startdate createddate createdate "
                "开始日期 接洽日期 跟进日期 立项日期 创建日期 创建时间",
                closed_on="closedate closeddate closedon closingdate wondate lostdate "
                "expectedclosedate 关闭日期 结束日期 成交日期 结单日期 赢单日期 输单日期 预计成交日期 预计签单日期 预计成交时间",
                value="closevalue value amount dealvalue dealamount opportunityamount opportunityvalue "
                "金额 商机金额 成交金额 合同金额 预计金额 预计成交金额 项目金额",
                currency="currency currencycode 币种 货币",
                reason="lostreason lossreason closelostreason reasonlost whylost 输单原因 丢单原因 失败原因 流失原因",
            ),
            (frozenset({"stage", "title"}), frozenset({"product", "title"}), frozenset({"stage", "product", "value"})),
            frozenset({
                "opportunityid", "opportunityname", "dealid", "dealname", "dealstage", "salesstage", "opportunitystage", "engagedate",
                "opportunityvalue", "dealvalue", "dealamount", "商机编号", "商机名称", "商机标题", "商机阶段", "商机状态", "商机金额",
                "销售阶段", "销售机会", "项目阶段", "项目金额",
            }),
        ),
    )
}  # fmt: skip
PLACELESS = {"supplier": gettext_lazy("%(file)s holds suppliers. They have no place of their own here yet, and are no customers.")}


OF_ORDERS = ("order", "order_line", "return", "carrier", "receipt", "tracking")  # what an order clerk's files hold
AIDES = ("return", "carrier", "supplier")  # what is told of the rows of other tables; nobody guesses it
ONE_PERSON = {"first", "last", "title", "wechat", "whatsapp", "boothline_id"}
REACHED = {"name", "first", "last", "phones", "emails", "wechat", "whatsapp"}  # whoever is at a company
CARD = {"title", "department", "emails", "wechat", "whatsapp", "country", "address whole", "address street", "address city"}


def is_understood(heading: str) -> bool:
    """A heading means something to one kind at least."""
    return any(kind.field(heading) not in ("", BESIDE) for kind in KINDS.values())


def recognised(columns: list[str], said: Mapping[str, str] = MappingProxyType({})) -> Kind | None:
    """The kind that the headings fit best, some of them as somebody `said`; of equals the first. None where they fit none. Companies
    without anybody are no people."""
    if own := {folded(heading) for heading in columns} & OWN.keys():
        return KINDS[next(kind for key, kind in OWN.items() if key in own)]
    meant = {heading: said.get(heading) or field for heading, field in zip(columns, KINDS["contact"].fields_of(columns), strict=True)}
    named = set(meant.values())
    theirs = {field for heading, field in meant.items() if folded(heading) != "负责人"}  # who may be one of us, or of them
    fits = {code: kind.fit(columns, said) for code, kind in KINDS.items()}
    fitting = {code: fit for code, fit in fits.items() if fit != (False, 0) and (fit[0] or not KINDS[code].must_tell)}
    if not theirs & (headings.IDENTIFYING - {"company"}) and len(fitting) > 1:
        fitting.pop("contact", None)
    if named & ONE_PERSON:
        fitting.pop("exhibitor", None)  # a visitors' list may name the booth that they came to
    apart = {
        "customer": "contact" in fitting and bool(theirs & REACHED),  # companies with somebody there are people with their company
        "user": any(field == "company" and not KINDS["user"].field(heading) for heading, field in meant.items()),
        "touch": len(named & CARD) > 1,  # what was said stands beside a whole card
        "product": bool({"order", "order_line"} & fitting.keys()),  # what was ordered names products, too
        "variant": bool({"order", "order_line"} & fitting.keys()),
    }
    fitting = {code: fit for code, fit in fitting.items() if not apart.get(code)}
    return KINDS[max(fitting, key=lambda code: fitting[code])] if fitting else None


def may_be_exhibitors(columns: list[str]) -> bool:
    """Names with an address or a website, and nothing of a person: visitors of a fair, or its exhibitors."""
    found = {_of_people(heading) for heading in columns}
    is_firm = bool(found & {"web", "address street", "address whole"})
    return is_firm and "name" in found and not found & (ONE_PERSON | {"company", "emails", "department"})
