"""What the headings of a contact list mean, in Chinese and English, as exporters and organisers write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

PLACES = (
    "business|work|office|company|home|other|primary|main|personal|private|direct|contact|mailing|postal|billing|shipping|first|second"
    "|additional|alternate"
)
PLACE = f"(?:{PLACES})*"
OF = (
    "(?:公司|办公|单位|企业|家庭|住宅|联系人|联络人|联系|联络|固定|移动|工作|其他|其它|备用|客户|个人|本人|观众|访客|参观者|负责人|常用|通讯|详细"
    "|收货|邮寄|所在)*"
)
CALLS = "phones?|telephone|tel|mobile|mobilephone|mobiletel|cell|cellphone|cellular|handphone|landline"
BESIDE = "beside"  # a column without a field of its own: kept in the note, under its heading
EXACT: dict[str, tuple[str, int]] = {
    key: (field, rank)
    for field, rank, keys in (
        ("name", 0, "name fullname displayname contactname contactperson personname visitorname attendeename contact 姓名 名字 中文姓名"),
        ("name", 1, "联系人 联系人姓名 联络人 联络人姓名 对接人 经办人 客户姓名 观众姓名 访客姓名 参观者姓名 负责人 称呼"),
        (
            "name",
            1,
            "主要联系人 首要联系人 第一联系人 客户联系人 采购联系人 联系人名称 primarycontact maincontact contactfullname attn attention",
        ),
        ("name", 2, "namelatin 英文名 英文姓名 nickname 昵称"),
        ("first", 0, "firstname givenname given forename first 名"),
        ("middle", 0, "middlename additionalname"),
        ("last", 0, "lastname surname familyname family last 姓 姓氏"),
        (
            "company",
            0,
            "company companyname organization organisation organizationname organisationname org firm employer corporation enterprise",
        ),
        ("company", 0, "公司 公司名称 公司名 公司全称 单位 单位名称 工作单位 所在公司 所在单位 企业 企业名称 机构 机构名称"),
        (
            "company",
            0,
            "单位全称 企业全称 客户全称 公司抬头 单位抬头 厂家 厂商 厂家名称 厂商名称 参展商 展商名称 采购商 买家名称 商户名称 店铺名称",
        ),
        ("company", 1, "account accountname customer customername business businessname 客户 客户名称 客户公司 公司中文名 公司中文名称"),
        ("company", 2, "公司英文名 公司英文名称 companynameenglish"),
        ("title", 0, "职衔 jobtitle position jobposition designation organizationtitle contacttitle 职务 职位 头衔 岗位"),
        ("title", 1, "title role occupation 职称"),
        ("department", 0, "department organizationdepartment 部门 所在部门"),
        ("country", 0, "国家 国家地区 国别 所在国家"),
        ("note", 0, "note notes remark remarks comment comments memo 备注 备注信息 说明 备忘 附注 留言"),
        ("wechat", 0, "wechat wechatid wechatno wechataccount wechatnumber weixin weixinid 微信手机号"),
        ("boothline_id", 0, "boothlineid"),
        ("first_on", 0, "首次联系日期 首次联系时间 首次接触日期 首次接触时间 首次拜访日期 初次联系日期 首次沟通日期 首次跟进日期"),
        ("first_on", 0, "firstcontact firstcontactdate firstcontactedon firsttouch dateoffirstcontact"),
        ("first_by", 0, "跟进人 首次跟进人 接待人 接待人员 followedupby firstcontactby"),
        ("owner", 0, "owner contactowner leadowner accountowner accountmanager salesowner salesrep salesperson salesagent assignedto"),
        (
            "owner",
            0,
            "业务员 所属业务员 负责业务员 跟进业务员 对接业务员 业务员姓名 业务经理 客户负责人 业务负责人 销售负责人 我方负责人 我方对接人",
        ),
        ("owner", 0, "归属人 所属人 客户所有人 所属销售 负责销售 销售 销售员 销售人员 销售代表 客户经理"),
        ("grade", 0, "grade customergrade leadgrade 客户等级 客户级别 客户分级 客户评级 等级 级别 意向等级 意向级别"),
        ("interest", 0, "interest interests interestedin productinterest interestedproduct interestedproducts productinterested"),
        (
            "interest",
            0,
            "productofinterest productsofinterest productsinterested inquiryproduct inquiredproduct 意向产品 意向商品 意向型号",
        ),
        ("interest", 0, "意向品类 产品意向 感兴趣产品 感兴趣的产品 兴趣产品 关注产品 关注的产品 询盘产品 咨询产品 需求产品 所需产品"),
        ("heat", 0, "heat temperature leadtemperature leadheat interestlevel levelofinterest 热度 客户热度 意向程度 意向度 意向强度"),
        ("visited_on", 0, "visitdate visitedon dateofvisit datevisited visitday meton metdate datemet meetingdate 会面日期 见面日期"),
        ("visited_on", 0, "拜访日期 拜访时间 来访日期 来访时间 到访日期 到访时间 参观日期 参观时间 接待日期 接待时间 采集日期 采集时间"),
        ("visited_on", 0, "洽谈日期 洽谈时间 面谈日期 面谈时间 会谈日期 会谈时间 交流日期 交流时间"),
        ("sector", 0, "sector industry businesstype 行业 所属行业 客户行业 行业类别"),
        ("founded", 0, "yearestablished founded established yearfounded 成立年份 成立时间 成立日期 创立时间"),
        ("revenue", 0, "revenue annualrevenue yearlyrevenue turnover annualturnover 营业额 年营业额 年销售额 营收"),
        ("employees", 0, "employees numberofemployees employeecount headcount 员工数 员工人数 公司人数 公司规模 企业规模"),
        ("parent", 0, "subsidiaryof parentaccount parentcompany 母公司 上级公司 上级客户 所属集团"),
        (BESIDE, 0, "paymentterms paymentterm paymentmethod payment termsofpayment 付款方式 付款条件 付款条款 付款要求 结算方式 支付方式"),
        (BESIDE, 0, "source leadsource customersource channel 客户来源 来源 来源渠道 渠道 获客渠道 信息来源 账期 结算周期"),
        (BESIDE, 0, "customertype companytype customercategory 客户类型 客户类别 客户分类 客户性质 公司性质 企业性质 公司类型"),
        (BESIDE, 0, "wechatwhatsapp whatsappwechat 微信whatsapp whatsapp微信 即时通讯 社交账号 公司简称 客户简称"),
        (BESIDE, 0, "product products productname item quantity qty amount 产品 产品名称 产品类别 型号 数量 单价 报价 金额 币种"),
        (BESIDE, 0, "lastcontact lastcontacted lastcontactdate lasttouch 最近联系 最近联系时间 最近联系日期 最后联系时间 最近跟进时间"),
        (BESIDE, 0, "mainproducts 主营产品 主营业务 主营 主要产品 经营范围"),
        (BESIDE, 0, "qq qq号 qq号码 skype skypeid linkedin facebook 旺旺 阿里旺旺 钉钉 tag tags labels 标签 fair tradeshow 展会 展会名称"),
        (BESIDE, 0, "volume annualvolume purchasevolume budget targetprice 采购量 年采购量 预计采购量 采购周期 采购预算 预算 目标价"),
        (
            BESIDE,
            0,
            "status leadstatus customerstatus 状态 客户状态 跟进状态 跟进情况 跟进记录 跟进内容 联系记录 沟通记录 沟通内容 拜访记录",
        ),
        (BESIDE, 0, "nextfollowup nextfollowupdate nextstep nextaction 下次跟进 下次跟进日期 下次跟进时间 下次联系时间 下次联系日期 进展"),
        (BESIDE, 0, "requirement requirements inquiry needs 需求 客户需求 采购需求 需求描述 特殊要求 incoterms 贸易条款 贸易术语 目的港"),
        (
            BESIDE,
            0,
            "taxid taxno vatno vatnumber 税号 纳税人识别号 统一社会信用代码 开户行 开户银行 银行账号 法人 法人代表 法定代表人 注册资本",
        ),
        ("boothline_company", 0, "boothlinecompany"),
        ("language", 0, "language"),
        ("company_id", 0, "accountid accountnumber accountno customerid customernumber customerno customercode clientid companyid"),
        ("company_id", 0, "客户编号 客户号 客户代码 客户编码 客户id 公司编号"),
        ("unused", 0, "id madeat"),
    )
    for key in keys.split()
}
SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (field, re.compile(shape))
    for field, shape in (
        ("phones", rf"{PLACE}(?:{CALLS})(?:number|numbers|no|value)?(?:mobile|tel|phone|whatsapp|wechat)?"),
        ("phones", rf"(?:phone|tel)(?:{PLACES}|mobile|cell)"),
        (
            "phones",
            rf"{OF}(?:电话|手机|座机|固话|移动电话|联系方式|联系电话)(?:号|号码)?(?:手机|电话|座机|微信|微信同号|whatsapp)?(?:号|号码)?",
        ),
        ("wechat", rf"{OF}(?:微信|企业微信)(?:号|id|号码|账号|帐号)?"),
        ("whatsapp", rf"{PLACE}whatsapp(?:number|numbers|id|no|phone|account)?|{OF}whatsapp(?:号|号码|账号)?"),
        ("fax", rf"{PLACE}fax(?:number|no)?|fax(?:{PLACES})|{OF}传真(?:号|号码)?"),
        ("emails", rf"{PLACE}(?:emails?|mail)(?:address|addresses|value|id)?|email(?:{PLACES})"),
        ("emails", rf"{OF}(?:电子)?(?:邮箱|邮件|邮箱地址|邮件地址|邮箱账号|电邮|电邮地址|email)"),
        ("country", rf"{PLACE}(?:address)?country(?:region|name)?"),
        ("web", rf"{PLACE}(?:website|web|url|homepage|webpage|webaddress|websitehomepage)|{OF}(?:网址|网站|主页|官网)"),
    )
)  # fmt: skip
ADDRESS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (field, re.compile(shape))
    for field, shape in (
        ("whole", rf"({PLACE})(?:address|fulladdress|addressformatted)|({OF})地址"),
        ("street", rf"({PLACE})(?:address)?(?:street|streetaddress|addressline|line)|()(?:街道|街道地址)"),
        ("city", rf"({PLACE})(?:address)?(?:city|town|locality)|()(?:城市|市|所在城市|所在市|所属城市)"),
        ("region", rf"({PLACE})(?:address)?(?:state|province|region|stateprovince)|()(?:省|省份|所在省份|所在省|所属省份|省市|省市区)"),
        ("code", rf"({PLACE})(?:address)?(?:zip|zipcode|postalcode|postcode)|()(?:邮编|邮政编码)"),
    )
)
FIELDS = (
    "name", "first", "middle", "last", "title", "department", "phones", "emails", "wechat", "whatsapp", "web", "fax", "company",
    "company_id", "country", "address whole", "address street", "address city", "address region", "address code", "sector", "founded",
    "revenue", "employees", "parent", "owner", "grade", "interest", "heat", "visited_on", "first_on", "first_by", "note",
)  # in the order of the form  # fmt: skip
MORE = ("sector", "founded", "revenue", "employees", "parent")  # of the company (customers.lists.MORE)
SIDES = ("owner", "grade", "interest", "heat", "visited_on")  # what a list says of people beside who they are (exchange.asides)
IDENTIFYING = {"name", "first", "last", "company", "phones", "emails", "wechat", "whatsapp"}
UNDERSTOOD = (
    "name 姓名, first name, last name, company 公司, title 职务, phone 电话, mobile 手机, e-mail 邮箱, WeChat 微信, WhatsApp, "
    "website 网址, address 地址, city, country 国家, department 部门, owner 业务员, grade 客户等级, "
    "products of interest 意向产品, note 备注"
)


def meaning(heading: str) -> tuple[str, int, str] | None:
    """(field, rank, place) of a heading, None when it means nothing to us. Rank: 0 is read before 1. Place: home, work ..."""
    whole = unicodedata.normalize("NFKC", heading).casefold()
    for said in (whole, re.sub(r"\(.*?\)|\[.*?\]|【.*?】", "", whole)):  # "电话（必填）" is 电话
        key = re.sub(r"[\W\d_]+", "", said)
        found = _of(key)
        if found:
            return found
    return None


def _of(key: str) -> tuple[str, int, str] | None:
    if len(key) > 40:
        return None
    if key in EXACT:
        return (*EXACT[key], "")
    for field, shape in SHAPES:
        if shape.fullmatch(key):
            return (field, 0, "")
    for field, shape in ADDRESS:
        found = shape.fullmatch(key)
        if found:
            return (f"address {field}", 0, next((g for g in found.groups() if g), ""))
    said_twice = twice(key, lambda half: EXACT.get(half, ("", 0))[0])
    return (said_twice, 0, "") if said_twice else None


def twice(key: str, field_of: Callable[[str], str]) -> str:
    """The field that both halves of a heading mean: 备注说明, "公司名称 Company"; "" where there are none such."""
    halves = ((field_of(key[:n]), field_of(key[n:])) for n in range(2, min(len(key), 40) - 1))
    return next((field for field, other in halves if field and field == other), "")
