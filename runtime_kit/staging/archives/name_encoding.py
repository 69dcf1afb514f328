"""Guesses in which encoding an archive's names are, where neither a flag nor UTF-8 says it.

A zip has one bit for UTF-8; older tools write names in the code page of the machine they run on.
The guess looks at all names of the archive together: each candidate must decode every name, and
the one whose text is the most usual in its language wins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

# How usual a letter is, by the letters before and behind it.
Rate = Callable[[str, str, str], float]

# The most frequent letters of each language in names of files and in plain text.
_HANGUL = set(
    "가각간갈감강개거건검게격견결경계고공과관광교구국군권규그금급기길김나남내년노단달담당대더데도동두드들등디라락란람래량러런레려력련로록료"
    "류르른름리린림마만말매면명모목무문물미민박반발방배버번법변별보복본부북분불비사산상새생서석선설성세소속손송수순술스승시식신실심아안않암압"
    "애액약양어언업에여역연열영예오온와완왕외요용우운울원월위유육율은을음의이인일임입있자작잔잘장재저적전절점접정제조족종주준중즉증지직진질"
    "집차참창채책처천철첫청체초총최추출충치친칠카컴코크타탁태터테토통투트특파판편평포표품풍프피하학한할함합항해행향허현형호화확환활황회획효후훈"
    "휴흐희히힘습련셋델링검증평균결측값"
)
_HANZI = set(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进"
    "着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各"
    "重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题程展五果料象员革位入常文总次品"
    "式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北"
    "造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示"
    "议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深"
    "难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层"
    "片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严训练测试验证图像文件夹资料课堂功課數據練習測試檔案資料夾圖片表圖訓練報告學"
    "國語會議課程電腦檔測驗結果說明書"
)
_COMMON_KANJI = set(
    "日一国人年大十二本中長出三時行見月後前生五間上東四今金九入学高円子外八六下来気小七山話女北午百書先名川千水半男西電校語土木聞食車何南"
    "万毎白天母火右読友左休父雨新会社自分場所手地方最近画像表写真資料報告書類結果試験実験訓練検証学習データ評価設定説明計画会議作業"
)


def _hangul(char: str, before: str, after: str) -> float:
    if "가" <= char <= "힣":
        return 1.0 if char in _HANGUL else 0.7 if _encodes(char, "euc_kr") else 0.1
    return 0.2


def _hanzi(char: str, before: str, after: str) -> float:
    if char in _HANZI:
        return 1.0
    return 0.6 if _encodes(char, "gb2312") else 0.1


def _traditional(char: str, before: str, after: str) -> float:
    if char in _HANZI:
        return 0.95
    if "\u4e00" <= char <= "\u9fff":
        # Big5's first plane has the usual characters.
        return 0.7 if char.encode("cp950", "replace")[0] <= 0xC6 else 0.3
    return 0.2


def _japanese(char: str, before: str, after: str) -> float:
    if "\u3040" <= char <= "\u30ff":
        return 1.0
    if char in _COMMON_KANJI or char in _HANZI:
        return 0.9
    if "\u4e00" <= char <= "\u9fff":
        return 0.6 if char.encode("cp932", "replace")[0] <= 0x97 else 0.3
    return 0.05  # half-width katakana: what two-byte texts of other languages look like


def _cyrillic(char: str, before: str, after: str) -> float:
    if not "\u0400" <= char <= "\u04ff":
        return 0.0
    # Nobody mixes scripts within a word, or writes capitals inside of one.
    mixed = _is_latin(before) or _is_latin(after)
    return 0.0 if mixed else 0.2 if before.islower() and char.isupper() else 0.8


def _western(char: str, before: str, after: str) -> float:
    if not char.isalpha():
        return 0.05
    return 0.75 if _is_latin(before) or _is_latin(after) else 0.3


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalpha()


# The order decides between equals.
_CANDIDATES: tuple[tuple[str, Rate], ...] = (
    ("cp949", _hangul),
    ("gbk", _hanzi),
    ("cp932", _japanese),
    ("cp950", _traditional),
    ("cp866", _cyrillic),
    ("cp437", _western),
)

#: Encodings whose letters of two bytes can be UTF-8 by chance.
_BY_CHANCE = ("cp949", "gbk", "cp950")

#: Bytes of names that a guess looks at.
_SAMPLE = 100_000


def guess_encoding(names: Iterable[bytes]) -> str:
    """The encoding that names which are not UTF-8 are most probably in.

    :param names: raw names; those that are UTF-8 say nothing and are left out by the caller.
    :return: a name of a Python codec; ``cp437``, which decodes anything, as the last resort.
    """
    sample: list[bytes] = []
    size = 0
    for name in names:
        sample.append(name)
        size += len(name)
        if size > _SAMPLE:
            break
    best, encoding = -1.0, "cp437"
    for candidate, rate in _CANDIDATES:
        score = _score(sample, candidate, rate)
        if score > best:
            best, encoding = score, candidate
    return encoding


def _score(names: list[bytes], encoding: str, rate: Rate) -> float:
    """How usual the text is, by its bytes: a letter of two bytes explains two."""
    total = explained = 0.0
    for name in names:
        try:
            text = name.decode(encoding)
        except UnicodeDecodeError:
            return -1.0
        for before, char, after in zip(" " + text, text, text[1:] + " ", strict=False):
            if char.isascii():
                continue
            width = len(char.encode(encoding))
            total += width
            explained += width * rate(char, before, after)
    return explained / total if total else 0.0


def decode_name(raw: bytes, encoding: str) -> str:
    """A name in UTF-8 if it is that, else in ``encoding``; no byte is lost.

    Two letters of a Chinese or Korean code page can be UTF-8 by chance (图片 in GBK is), but then
    they are letters of two bytes that nobody uses together.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode(encoding, "surrogateescape")
    if encoding in _BY_CHANCE and not text.isascii() and max(text) < "\u0800":
        rate = dict(_CANDIDATES)[encoding]
        if _score([raw], encoding, rate) >= 0.6:
            return raw.decode(encoding)
    return text


def _encodes(char: str, encoding: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
