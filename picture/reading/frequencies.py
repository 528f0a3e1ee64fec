"""How often languages in Latin letters use each letter, and which of them a page is in."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from picture.reading.transcript import plain, small

# Of ten thousand letters so many are which, as `python -m tools.frequencies` counts them in
# the Universal Declaration of Human Rights.
_COUNTED: Mapping[str, str] = {
    "af": (
        "a721 b116 d580 e2002 f86 g441 h169 i891 j2 k357 l447 m214 n946 o489 p132 r673 s528 "
        "t522 u134 v291 w160 y91 ê7 "
    ),
    "az": (
        "a1047 b205 c48 d479 e135 f59 g26 h251 i922 j1 k199 l658 m468 n753 o143 p18 q344 r560 "
        "s354 t332 u302 v203 x91 y254 z138 ç45 ö66 ü216 ğ39 İ4 ı331 ş160 ə1145 "
    ),
    "ca": (
        "a1136 b98 c457 d390 e1257 f71 g100 h50 i866 j24 l695 m255 n687 o497 p263 q77 r683 "
        "s795 t832 u334 v100 x23 y8 z5 à49 ç12 è29 é62 í26 ï3 ò9 ó89 ú19 "
    ),
    "cs": (
        "a599 b236 c205 d366 e604 f2 g5 h213 i392 j193 k337 l350 m327 n812 o939 p327 r360 "
        "s455 t474 u273 v523 y156 z229 á402 é147 í308 ú28 ý137 č114 ď2 ě140 ň5 ř75 š74 ť6 ů52 "
        "ž130 "
    ),
    "cy": (
        "a1106 b221 c213 d1030 e729 f254 g403 h552 i680 l613 m193 n762 o452 p66 r556 s203 "
        "t302 u334 w467 y843 â17 ô2 "
    ),
    "da": (
        "a563 b115 c17 d593 e1664 f309 g492 h265 i667 j38 k276 l678 m249 n773 o437 p89 r923 "
        "s527 t683 u128 v217 y58 å79 æ96 ø65 "
    ),
    "de": (
        "a526 b131 c320 d575 e1745 f211 g381 h500 i763 j35 k126 l408 m163 n1065 o172 p40 r794 "
        "s501 t604 u459 v84 w109 x1 y2 z119 ß24 ä56 ö34 ü54 "
    ),
    "en": (
        "a812 b126 c336 d373 e1243 f259 g191 h516 i805 j17 k21 l460 m218 n824 o813 p175 q18 "
        "r701 s537 t925 u226 v114 w86 x8 y191 z5 "
    ),
    "es": (
        "a1105 b114 c532 d622 e1326 f66 g77 h105 i751 j31 l556 m219 n734 o853 p246 q47 r680 "
        "s695 t489 u337 v71 x7 y106 z21 á40 é10 í55 ñ3 ó91 ú12 "
    ),
    "et": (
        "a1166 b84 d374 e1141 f3 g241 h152 i1103 j156 k435 l645 m351 n439 o327 p102 r277 "
        "s1014 t697 u630 v273 ä81 õ212 ö28 ü69 "
    ),
    "eu": (
        "a1608 b335 d397 e1385 f11 g224 h112 i811 j45 k639 l241 m76 n665 o624 p69 q1 r753 "
        "s301 t748 u467 x8 z480 "
    ),
    "fi": (
        "a1273 d106 e897 f1 g6 h185 i1058 j229 k588 l569 m245 n886 o515 p145 r170 s859 t921 "
        "u467 v218 y182 ä435 ö44 "
    ),
    "fo": (
        "a1062 b81 d210 e499 f203 g483 h187 i900 j99 k233 l649 m426 n717 o221 p52 r864 s507 "
        "t705 u452 v382 y104 á74 æ235 í146 ð281 ó32 ø137 ú44 ý14 "
    ),
    "fr": (
        "a730 b79 c354 d457 e1402 f83 g85 h49 i820 j11 l571 m225 n793 o643 p253 q83 r651 s753 "
        "t895 u520 v93 x46 y21 à65 â2 è10 é273 ê24 ô2 ù4 û1 "
    ),
    "ga": (
        "a1627 b156 c505 d381 e622 f106 g382 h853 i906 l339 m188 n850 o462 p59 q1 r565 s483 "
        "t540 u329 á199 é91 í174 ó90 ú91 "
    ),
    "gl": (
        "a1128 b116 c450 d648 e1329 f69 g104 h36 i815 l303 m228 n736 o932 p273 q45 r708 s723 "
        "t568 u286 v92 x56 z29 á73 é9 í39 ñ13 ó145 ú46 "
    ),
    "hr": (
        "a1249 b189 c53 d368 e662 g113 h52 i967 j523 k320 l326 m323 n716 o973 p318 r499 s462 "
        "t421 u464 v516 z145 ć53 č124 đ30 š68 ž68 "
    ),
    "hu": (
        "a890 b194 c65 d192 e1155 f55 g380 h127 i426 j148 k485 l671 m382 n684 o364 p48 r265 "
        "s698 t695 u40 v231 y256 z430 á344 é425 í47 ó60 ö78 ú10 ü62 ő82 ű12 "
    ),
    "id": (
        "a2229 b296 c30 d435 e830 f12 g383 h258 i575 j65 k528 l271 m395 n1132 o115 p330 r504 "
        "s479 t463 u472 v2 w37 y156 "
    ),
    "is": (
        "a978 b80 c2 d153 e658 f283 g452 h172 i793 j151 k269 l537 m436 n852 o196 p57 r872 "
        "s572 t493 u452 v218 y81 z8 á148 æ71 é105 í114 ð390 ó100 ö96 ú28 ý19 þ161 "
    ),
    "it": (
        "a966 b82 c309 d516 e1148 f74 g164 h81 i1381 l633 m172 n741 o907 p236 q29 r650 s485 "
        "t718 u329 v138 z158 à63 è8 é4 ò3 ù4 "
    ),
    "ku": (
        "a994 b412 c75 d393 e1321 f115 g89 h311 i847 j106 k439 l172 m311 n843 o110 p53 q38 "
        "r496 s220 t338 u131 v168 w282 x108 y335 z94 ç20 ê464 î402 û244 ş70 "
    ),
    "lb": (
        "a653 b71 c339 d496 e1571 f199 g339 h437 i572 j10 k150 l472 m259 n955 o356 p101 r749 "
        "s495 t660 u361 v136 w108 x2 y3 z122 à1 ä74 é164 ê3 ë133 ô2 ö7 ü2 "
    ),
    "lt": (
        "a1042 b149 c46 d159 e538 f4 g226 h2 i1543 j171 k429 l263 m393 n486 o494 p228 r543 "
        "s995 t683 u390 v276 y152 z7 ą101 č19 ė137 ę71 į87 š92 ū57 ų119 ž99 "
    ),
    "lv": (
        "a1073 b362 c158 d235 e622 f8 g98 h1 i1075 j178 k329 l261 m302 n518 o263 p305 r506 "
        "s764 t652 u547 v334 z195 ā390 č1 ē126 ģ16 ī438 ķ11 ļ25 ņ50 š118 ū28 ž7 "
    ),
    "mt": (
        "a1030 b170 d516 e653 f137 g296 h100 i1202 j495 k288 l937 m340 n525 o302 p110 q82 "
        "r376 s254 t602 u539 v43 w105 x78 z146 à41 ù1 ċ34 ġ77 ħ442 ż78 "
    ),
    "nb": (
        "a552 b96 d354 e1633 f243 g448 h253 i668 j61 k367 l675 m279 n823 o467 p119 r907 s568 "
        "t854 u120 v247 w1 y55 å122 æ26 ø58 "
    ),
    "nl": (
        "a648 b144 c158 d590 e2032 f95 g370 h335 i724 j169 k194 l367 m167 n1125 o517 p139 "
        "r645 s290 t612 u92 v307 w135 y1 z143 ë1 "
    ),
    "pl": (
        "a920 b143 c406 d356 e698 f1 g139 h97 i793 j220 k340 l205 m187 n627 o920 p354 r467 "
        "s368 t274 u239 w626 y397 z549 ó82 ą90 ć38 ę73 ł166 ń28 ś81 ź5 ż111 "
    ),
    "pt": (
        "a1127 b75 c322 d676 e1244 f78 g130 h53 i794 j21 l278 m363 n511 o1052 p259 q63 r670 "
        "s808 t555 u369 v119 x14 z24 à27 á25 â5 ã93 ç98 é34 ê20 í44 ó14 õ27 ú9 "
    ),
    "ro": (
        "a1004 b110 c455 d310 e1249 f108 g80 h12 i1138 j18 l577 m212 n596 o485 p320 r872 s366 "
        "t641 u511 v110 x14 z47 â47 î109 ă315 ș126 ț171 "
    ),
    "sk": (
        "a818 b225 c196 d348 e663 f4 g5 h208 i515 j191 k368 l338 m316 n739 o1068 p315 r450 "
        "s439 t393 u265 v510 y140 z202 á340 é119 í63 ô17 ú105 ý156 č119 ď4 ľ55 ň7 š81 ť94 ű1 "
        "ž123 "
    ),
    "sl": (
        "a991 b159 c103 d390 e872 f1 g123 h109 i977 j384 k350 l355 m252 n834 o996 p329 r530 "
        "s499 t361 u201 v624 z199 č160 š96 ž106 "
    ),
    "sq": (
        "a580 b139 c38 d394 e1049 f72 g146 h471 i845 j424 k301 l234 m328 n580 o303 p239 q71 "
        "r720 s519 t1012 u267 v158 x4 y46 z55 ç20 ë983 "
    ),
    "sv": (
        "a924 b79 c136 d406 e909 f228 g369 h275 i668 j51 k287 l727 m275 n849 o346 p103 r873 "
        "s561 t920 u140 v243 w1 x1 y54 ä310 å115 ö149 "
    ),
    "sw": (
        "a2313 b150 c94 d150 e406 f134 g115 h482 i1137 j90 k731 l289 m422 n627 o307 p48 r159 "
        "s229 t363 u767 v22 w426 y349 z188 "
    ),
    "tk": (
        "a1357 b192 d614 e858 f4 g356 h231 i693 j82 k359 l705 m440 n629 o118 p85 r622 s222 "
        "t255 u255 w134 y652 z163 ä97 ç87 ö121 ü99 ý260 ň181 ş123 ž5 "
    ),
    "tl": (
        "a3016 b175 d102 e37 g1008 h145 i566 k420 l392 m352 n1230 o276 p491 r206 s395 t554 "
        "u235 w107 y292 "
    ),
    "tr": (
        "a1149 b187 c71 d366 e1209 f46 g78 h293 i883 j1 k529 l677 m436 n665 o110 p30 r726 "
        "s360 t388 u268 v217 y269 z94 â2 ç81 ö51 ü139 ğ68 İ9 ı422 ş174 "
    ),
}
_WHOLE = 10_000

# How likely a page is in English before its letters are looked at, in place of any of these;
# how many of its letters are misread or a name's.
_ENGLISH = 0.5
_STRAY = 0.05

# What is not counted is as rare as this, anywhere and in one language; and a language that is
# less likely than this beside another is none.
_RAREST, _ABSENT = 1e-5, 1e-6
_NONE = 1e-5

Choice = Mapping[str, float]
"""What a letter may be, the one that was read first, and how likely each is beside that."""


def _parts(counted: str) -> dict[str, float]:
    return {item[0]: int(item[1:]) / _WHOLE for item in counted.split()}


_FREQUENCIES: Mapping[str, Mapping[str, float]] = {
    language: _parts(counted) for language, counted in _COUNTED.items()
}
_USUALLY: Mapping[str, float] = {
    language: (1 - _ENGLISH) / len(_FREQUENCIES) + _ENGLISH * (language == "en")
    for language in _FREQUENCIES
}


def likely_languages(choices: Iterable[Choice], tags: Sequence[str] | None) -> Mapping[str, float]:
    """Return how likely a page with such letters is in each language, if at all.

    With `tags` it is one of those, if any of them is known.
    """
    expected = {tag: 1.0 for tag in tags or () if tag in _FREQUENCIES} or _USUALLY
    logs = np.array(
        [math.log(expected[each]) if each in expected else -math.inf for each in _FREQUENCIES]
    )
    told = [choice for choice in choices if plain(next(iter(choice)))]
    sure = Counter(read for read, *others in told if not others)
    for letter, count in sure.items():
        logs += count * np.log(_ratios(letter))
    for choice in told:
        if len(choice) > 1:
            logs += np.log(sum(odds * _ratios(letter) for letter, odds in choice.items()))
    odds = np.exp(logs - logs.max())
    likely = zip(_FREQUENCIES, (odds / odds.sum()).tolist(), strict=True)
    return {language: each for language, each in likely if each >= _NONE}


def mean_share(letter: str, languages: Mapping[str, float]) -> float:
    """Return how many of the letters that are alike but for their marks are this one.

    That is where each language is so likely.
    """
    return sum(likely * _share(letter, language) for language, likely in languages.items())


@cache
def usual_share(letter: str) -> float:
    """Return the same where nothing is known of the language."""
    return mean_share(letter, _USUALLY)


@cache
def _share(letter: str, language: str) -> float:
    same, letters = small(letter), _FREQUENCIES[language]
    alike = sum(part for each, part in letters.items() if plain(each) == plain(same))
    return letters.get(same, 0.0) / alike if alike else float(same == plain(same))


@cache
def _ratios(letter: str) -> NDArray[np.float64]:
    """Return how much likelier a letter is on a page in each language than on any."""
    same = small(letter)
    parts = np.array([letters.get(same, 0.0) for letters in _FREQUENCIES.values()])
    usual = float(parts @ list(_USUALLY.values()))
    ratios: NDArray[np.float64] = (parts + _ABSENT) / (usual + _RAREST)
    return (1 - _STRAY) * ratios + _STRAY
