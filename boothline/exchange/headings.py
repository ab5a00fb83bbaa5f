"""What the headings of a contact list mean, in Chinese and English, as exporters and organisers write them."""

from __future__ import annotations

import re
import unicodedata

PLACES = (
    "business|work|office|company|home|other|primary|main|personal|private|direct|contact|mailing|postal|first|second|additional|alternate"
)
PLACE = f"(?:{PLACES})*"
OF = (
    "(?:公司|办公|单位|企业|家庭|住宅|联系人|联络人|联系|联络|固定|移动|工作|其他|其它|备用|客户|个人|本人|观众|访客|参观者|负责人|常用|通讯|详细"
    "|收货|邮寄|所在)*"
)
CALLS = "phones?|telephone|tel|mobile|mobilephone|mobiletel|cell|cellphone|cellular|handphone|landline"
EXACT: dict[str, tuple[str, int]] = {
    key: (field, rank)
    for field, rank, keys in (
        ("name", 0, "name fullname displayname contactname contactperson personname visitorname attendeename contact 姓名 名字 中文姓名"),
        ("name", 1, "联系人 联系人姓名 联络人 联络人姓名 对接人 经办人 客户姓名 观众姓名 访客姓名 参观者姓名 负责人 称呼"),
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
        ("wechat", 0, "wechat wechatid wechatno weixin weixinid 微信 微信号 微信id 微信号码"),
        ("whatsapp", 0, "whatsapp whatsappnumber whatsappid whatsapp号"),
        ("boothline_id", 0, "boothlineid"),
        ("first_on", 0, "首次联系日期 首次联系时间 首次接触日期 首次接触时间 首次拜访日期 初次联系日期 首次沟通日期 首次跟进日期"),
        ("first_on", 0, "firstcontact firstcontactdate firstcontactedon firsttouch dateoffirstcontact"),
        ("first_by", 0, "跟进人 首次跟进人 接待人 接待人员 followedupby firstcontactby"),
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
        ("phones", rf"{PLACE}(?:{CALLS})(?:number|numbers|no|value)?"),
        ("phones", rf"(?:phone|tel)(?:{PLACES}|mobile|cell)"),
        ("phones", rf"{OF}(?:电话|电话号码|手机|手机号|手机号码|座机|座机号|座机号码|固话|移动电话|联系方式|联系电话)"),
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
    "company_id", "country", "address whole", "address street", "address city", "address region", "address code", "first_on", "first_by",
    "note",
)  # in the order of the form  # fmt: skip
IDENTIFYING = {"name", "first", "last", "company", "phones", "emails", "wechat", "whatsapp"}
UNDERSTOOD = (
    "name 姓名, first name, last name, company 公司, title 职务, phone 电话, mobile 手机, e-mail 邮箱, WeChat 微信, WhatsApp, "
    "website 网址, address 地址, city, country 国家, department 部门, note 备注"
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
    return None
