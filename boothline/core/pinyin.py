"""How a name is spelled in Latin letters: pinyin of what is Chinese, the rest as it stands.

pypinyin is loaded at the first Chinese name, without its dictionary of phrases (it would take 30 MiB more). What names
of firms and people need of that dictionary stands here: places and trades that are read in their own way, and surnames.
"""

from __future__ import annotations

import os
import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_RUN = re.compile(rf"{HAN.pattern}+|[^\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")

_U = re.compile(r"^([ln])v(e?)$")  # the syllables with a ü, as they are spelled here

PHRASES = """
重庆 chong qing,长沙 chang sha,银行 yin hang,厦门 xia men,音乐 yin yue,行业 hang ye,乐清 yue qing,六安 lu an,蚌埠 beng bu,
长春 chang chun,长江 chang jiang,长城 chang cheng,商行 shang hang,洋行 yang hang,电器行 dian qi hang,车行 che hang,
长安 chang an,长虹 chang hong,长治 chang zhi,会计 kuai ji,乐器 yue qi,都市 du shi,成都 cheng du,首都 shou du,都匀 du yun,
西藏 xi zang,宝藏 bao zang,朝晖 zhao hui,番禺 pan yu,调味 tiao wei,调色 tiao se,空调 kong tiao,重新 chong xin,
重阳 chong yang,弹簧 tan huang,弹性 tan xing,率先 shuai xian,便宜 pian yi,柏林 bo lin,浚县 xun xian,铅山 yan shan,
莘庄 xin zhuang,枞阳 zong yang,涡阳 guo yang,泌阳 bi yang,牟平 mu ping,中牟 zhong mu,阿胶 e jiao,蔚县 yu xian,
洪洞 hong tong,大夫 dai fu,给排水 ji pai shui,供给 gong ji,长兴 chang xing,长乐 chang le,长宁 chang ning,长寿 chang shou,
长丰 chang feng,长泰 chang tai,长葛 chang ge,模具 mu ju,校准 jiao zhun,着色 zhuo se,什邡 shi fang,长廊 chang lang,
长海 chang hai,似锦 si jin,佛山 fo shan,佛像 fo xiang,勒流 le liu,尖沙咀 jian sha zui,丰都 feng du,长荣 chang rong,
六合 lu he,长盛 chang sheng,长远 chang yuan,长青 chang qing,长明 chang ming,长顺 chang shun,建行 jian hang,工行 gong hang
"""
SURNAMES = """
仇 qiu,单 shan,解 xie,查 zha,曾 zeng,区 ou,朴 piao,盖 ge,缪 miao,翟 zhai,乐 yue,黑 he,秘 bi,洗 xian,覃 qin,员 yun,
种 chong,繁 po,折 she,召 shao,阚 kan,卜 bu,祭 zhai,句 gou,都 du,藏 zang,会 kuai,角 jue,粘 nian,炅 gui,么 yao,六 lu,
尉迟 yu chi,万俟 mo qi,长孙 zhang sun,澹台 tan tai,单于 chan yu,令狐 ling hu,宇文 yu wen,欧阳 ou yang
"""
# Characters that names have in more than one reading, where no word of ours says which: 朝霞 is zhao xia to one and chao xia to another.
OTHERWISE = """
朝 zhao chao,重 chong zhong,长 chang zhang,長 chang zhang,乐 le yue,樂 le yue,曾 zeng ceng,行 hang xing,会 hui kuai,會 hui kuai,
都 du dou,单 dan shan,單 dan shan,解 jie xie,查 cha zha,传 chuan zhuan,傳 chuan zhuan,调 tiao diao,調 tiao diao,弹 tan dan,
彈 tan dan,藏 zang cang,厦 xia sha,廈 xia sha,盛 sheng cheng,沈 shen chen,宿 su xiu,参 can shen,參 can shen,堡 bao pu bu,柏 bai bo,
泊 bo po,车 che ju,車 che ju,角 jiao jue,洗 xi xian,卡 ka qia,壳 ke qiao,露 lu lou,模 mo mu,强 qiang jiang,省 sheng xing,率 lv shuai,
校 xiao jiao,叶 ye xie,种 zhong chong,種 zhong chong,尾 wei yi,涡 wo guo,渦 wo guo,巷 xiang hang,薄 bo bao,折 zhe she,召 zhao shao,
区 qu ou,區 qu ou,朴 pu piao,盖 gai ge,蓋 gai ge,缪 miao mou,翟 zhai di,覃 qin tan,尉 wei yu,降 jiang xiang,还 huan hai,還 huan hai,
觉 jue jiao,覺 jue jiao,塞 sai se,什 shi shen,似 si shi,蔓 man wan,虹 hong jiang,龟 gui jun,贾 jia gu,賈 jia gu,六 liu lu,娜 na nuo,
屏 ping bing,杉 shan sha,轧 zha ya,仇 qiu chou,石 shi dan,阿 a e,佛 fo fu,便 bian pian,给 ji gei,奇 qi ji,落 luo lao,色 se shai,
着 zhuo zhe,炮 pao bao,柜 gui ju,纶 lun guan,綸 lun guan,祭 ji zhai,员 yuan yun,員 yuan yun,秘 mi bi,浅 qian jian
"""
MOST_READINGS = 8  # of one name; a name with more characters that are read in two ways is found by these


def _table(words: str) -> dict[str, list[str]]:
    rows = (row.split() for row in words.replace("\n", "").split(",") if row)
    return {row[0]: row[1:] for row in rows}


_SURNAMES = _table(SURNAMES)
_PHRASES = _table(PHRASES)
_OTHERWISE = _table(OTHERWISE)
_BEGIN = {word[0] for word in _PHRASES}
_LENGTHS = sorted({len(word) for word in _PHRASES}, reverse=True)


@cache
def _speak() -> Any:
    """pypinyin's `lazy_pinyin`, with our phrases instead of its own."""
    os.environ["PYPINYIN_NO_PHRASES"] = "true"  # read when it is loaded
    from pypinyin import lazy_pinyin, load_phrases_dict  # heavy: loaded at the first Chinese name

    load_phrases_dict({word: [[part] for part in spelled] for word, spelled in _PHRASES.items()})
    return lazy_pinyin


@lru_cache(maxsize=4_000)
def spelled(name: str, person: bool = False) -> tuple[str, ...]:
    """The syllables of a name in lower case, one a Chinese character; what is not Chinese stays in one piece.

    `person`: the first character is a surname, and read as one (单 shan, 仇 qiu); that of a family is always: 单氏 shan shi.
    """
    text = _plain(name)
    return _syllables(text, _surname(text, person))


@lru_cache(maxsize=50_000)
def _spoken(part: str) -> tuple[str, ...]:
    """The syllables of one character, or of one of our phrases; what nobody can read stands for itself."""
    return tuple(_speak()(part, errors=list))


def _spoken_run(run: str) -> list[tuple[str, ...]]:
    """The syllables of Chinese characters in a row, each with its other readings: the longest phrase that begins at each place has one,
    else the character by itself."""
    found: list[tuple[str, ...]] = []
    at = 0
    while at < len(run):
        part = run[at]
        if part in _BEGIN:
            part = next((run[at : at + n] for n in _LENGTHS if run[at : at + n] in _PHRASES), part)
        usual = _spoken(part)
        found += [(*usual, *(o for o in _OTHERWISE[part] if o not in usual))] if part in _OTHERWISE else [(s,) for s in usual]
        at += len(part)
    return found


def readings(name: str, person: bool = False) -> list[tuple[str, ...]]:
    """All that somebody may type for it: as it is `spelled`, with its first character read as a surname or as everywhere else, with
    each reading of a character that has several, and each of them with its ü as keyboards (lv), as people without the dots (lu) and as
    passports (lyu) write it."""
    text = _plain(name)
    surnames = dict.fromkeys((_surname(text, person), "", _surname(text, True)))
    found = list(dict.fromkeys(way for surname in surnames for way in _each(_read_ways(text, surname))))[:MOST_READINGS]
    dotted = "v" in "".join(part for reading in found for part in reading)
    ways = ("v", "u", "yu") if dotted else ()
    return list(dict.fromkeys([*(tuple(_U.sub(rf"\1{u}\2", part) for part in reading) for u in ways for reading in found), *found]))


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _surname(text: str, person: bool) -> str:
    """The surname that a name begins with, if it is read in its own way."""
    return next((text[:n] for n in (2, 1) if text[:n] in _SURNAMES and (text[n:] if person else text[n : n + 1] == "氏")), "")


def _syllables(text: str, surname: str) -> tuple[str, ...]:
    return tuple(usual for usual, *_others in _read_ways(text, surname))


@lru_cache(maxsize=2_000)  # a name is spelled to be sorted, and to be found
def _read_ways(text: str, surname: str) -> tuple[tuple[str, ...], ...]:
    """The syllables, each with its other readings behind it."""
    if not HAN.search(text):
        return ((text,),) if text else ()
    found: list[tuple[str, ...]] = [(part,) for part in _SURNAMES.get(surname, [])]
    for run in _RUN.findall(text[len(surname) :]):
        found += _spoken_run(run) if HAN.match(run) else [(run,)]
    return tuple(found)


def _each(syllables: tuple[tuple[str, ...], ...]) -> list[tuple[str, ...]]:
    """The usual reading, those with one character read otherwise, with two, and so on, up to `MOST_READINGS`."""
    found = [tuple(usual for usual, *_others in syllables)]
    for one in found:  # grows while it is read
        for at, (usual, *others) in enumerate(syllables):
            if len(found) >= MOST_READINGS:
                return found
            found += [way for other in others if one[at] == usual and (way := (*one[:at], other, *one[at + 1 :])) not in found]
    return found
