"""What is written on the drawn pages."""

from __future__ import annotations

SENTENCES = (
    "The harbour lay quiet under a thin fog, and the boats moved only when the tide did.",
    "Nobody had opened the upper windows since the autumn, so the rooms smelled of apples.",
    "She counted the steps twice, found a different sum each time, and wrote down both.",
    "Of the nine bridges that once crossed the river, four are still in daily use.",
    "A letter from the council arrived on Tuesday; it asked for nothing and promised less.",
    "Whoever keeps bees learns patience first and carpentry soon afterwards.",
    "The map was wrong by half a mile, which in these hills is the better part of a day.",
    "He spoke slowly, as people do who have been misquoted, and he never raised his voice.",
    "In the spring of 1874 the line was carried through to the coast at a cost of £31,500.",
    "Most of the glass is modern, but the two small panes by the door are far older.",
    "They argued about the price of coal, the weather, and the proper way to lay a hedge.",
    "When the lamps were lit the square looked larger, and the statue rather smaller.",
    "It was, by every account, a perfectly ordinary dinner until the soup was served.",
    "The index lists thirty-seven kinds of knot, of which a sailor needs perhaps six.",
    "Question the witness again, please, and do not let the clerk hurry him this time.",
    "Quietly, without any ceremony, the old press was sold for the weight of its iron.",
)

DICTIONARY = (
    ("abate", "v.", "to become less strong; to lessen, as a storm or a pain does."),
    ("abbey", "n.", "a house of monks or nuns; the church that belongs to it."),
    ("ability", "n.", "power or skill to do something, natural or acquired."),
    ("ablaze", "adj.", "burning strongly; bright with light or colour."),
    ("abroad", "adv.", "in or to another country; widely, in all directions."),
    ("absent", "adj.", "not present; lost in thought. Also: to keep oneself away."),
    ("absorb", "v.", "to take in a liquid, heat or light; to hold one's attention."),
    ("abundant", "adj.", "more than enough; plentiful, as a rich harvest is."),
    ("accent", "n.", "a way of speaking that belongs to a place; stress on a syllable."),
    ("accord", "n.", "agreement; of one's own accord, without being asked."),
    ("acorn", "n.", "the fruit of the oak, a nut that sits in a small cup."),
    ("acquaint", "v.", "to make familiar; to let a person know of something."),
    ("adage", "n.", "an old saying that holds a common truth in few words."),
    ("adept", "adj.", "highly skilled, by long practice or natural gift."),
    ("adhere", "v.", "to stick fast; to follow a rule or an opinion closely."),
    ("adjourn", "v.", "to break off a meeting until a later time or day."),
    ("admire", "v.", "to look at with wonder or pleasure; to think well of."),
    ("adobe", "n.", "brick of clay and straw that is dried in the sun."),
    ("adrift", "adv.", "floating without being moored or steered."),
    ("advent", "n.", "arrival of something long expected; a season before Christmas."),
    ("affable", "adj.", "easy to talk to; friendly and polite to all."),
    ("agile", "adj.", "quick and light in movement or in thought."),
    ("alcove", "n.", "a small space set back in the wall of a room."),
    ("alder", "n.", "a tree that grows by water, with round leaves and catkins."),
    ("allege", "v.", "to state as a fact, but without any proof so far."),
    ("aloof", "adj.", "cool and distant; keeping apart from other people."),
)

GLOSSES = ("弱まる、静まる", "修道院、大寺院", "能力、才能", "燃え立って", "海外へ、広く")

CODE = (
    (0, "# Collects the totals of a day, shop by shop."),
    (0, "import json"),
    (0, "from pathlib import Path"),
    (0, ""),
    (0, "LIMIT = 4096"),
    (0, ""),
    (0, "class Ledger:"),
    (1, "def __init__(self, folder: Path) -> None:"),
    (2, "self.folder = folder"),
    (2, "self.totals: dict[str, float] = {}"),
    (0, ""),
    (1, "def load(self, name: str) -> list[dict]:"),
    (2, 'path = self.folder / f"{name}.json"'),
    (2, "if not path.exists():"),
    (3, "raise FileNotFoundError(path)"),
    (2, "with path.open() as file:"),
    (3, "return json.load(file)[:LIMIT]"),
    (0, ""),
    (1, "def add(self, name: str) -> float:"),
    (2, "# Rows without a price are gifts."),
    (2, "rows = self.load(name)"),
    (2, 'total = sum(row.get("price", 0) for row in rows)'),
    (2, "self.totals[name] = total"),
    (2, "return round(total, 2)"),
    (0, ""),
    (0, 'if __name__ == "__main__":'),
    (1, 'ledger = Ledger(Path("data"))'),
    (1, 'for shop in ("north", "south", "quay"):'),
    (2, "print(shop, ledger.add(shop))"),
)
KEYWORDS = frozenset("import from class def if not raise with as return for in".split())  # noqa: SIM905

PRINT = (
    "NORTHGATE SUPPLY CO.            STOCK LIST",
    "RUN 0417   PAGE 3   OPERATOR J. HALE",
    "------------------------------------------",
    "ITEM    DESCRIPTION            QTY   PRICE",
    "10-221  Brass hinge, 40 mm      144   0.85",
    "10-224  Brass hinge, 60 mm       96   1.10",
    "10-310  Cupboard lock            12   6.40",
    "11-002  Oak dowel, 8 mm x 1 m    57   0.95",
    "11-017  Pine board, planed       33   4.25",
    "12-400  Linseed oil, 500 ml      18   7.90",
    "12-455  Shellac flakes, 1 kg      5  19.50",
    "13-101  Sandpaper, grade 120    210   0.30",
    "13-102  Sandpaper, grade 240    185   0.30",
    "14-230  Wood screw 4 x 30      2400   0.02",
    "14-231  Wood screw 4 x 50      1800   0.03",
    "------------------------------------------",
    "TOTAL VALUE OF STOCK               1482.75",
    "* items below reorder level: 10-310 12-455",
)

# What stands on a terminal: words with the name of their colour.
TERMINAL = (
    (("ana@quay", "green"), (":", "white"), ("~/ledger", "blue"), ("$ git status -s", "white")),
    (("M", "red"), ("src/ledger.py", "white")),
    (("A", "green"), ("tests/test_ledger.py", "white")),
    (("??", "red"), ("notes.txt", "white")),
    (("ana@quay", "green"), (":", "white"), ("~/ledger", "blue"), ("$ make test", "white")),
    (("INFO", "cyan"), ("collected 214 items in 1.82s", "grey")),
    (("tests/test_ledger.py", "white"), ("PASSED", "green"), ("[ 34%]", "cyan")),
    (("tests/test_rates.py", "white"), ("PASSED", "green"), ("[ 71%]", "cyan")),
    (("tests/test_export.py", "white"), ("FAILED", "red"), ("[100%]", "cyan")),
    (("WARN", "yellow"), ("rate table is older than 30 days", "white")),
    (("ERROR", "red"), ("export:", "yellow"), ("no such column 'vat_code'", "white")),
    (("at", "grey"), ("export.py:118", "magenta"), ("in write_rows()", "white")),
    (("1 failed", "red"), (",", "white"), ("213 passed", "green"), ("in 9.47s", "white")),
    (("ana@quay", "green"), (":", "white"), ("~/ledger", "blue"), ("$ df -h /srv", "white")),
    (("Filesystem", "grey"), ("Size", "grey"), ("Used", "grey"), ("Avail", "grey")),
    (("/dev/sda2", "white"), ("931G", "yellow"), ("402G", "yellow"), ("481G", "green")),
    (("DEBUG", "magenta"), ("cache hit ratio", "grey"), ("0.934", "cyan")),
    (("INFO", "cyan"), ("listening on", "white"), ("0.0.0.0:5001", "yellow")),
    (("ana@quay", "green"), (":", "white"), ("~/ledger", "blue"), ("$ tail -f app.log", "white")),
)

BALLOONS = (
    "WHO LEFT THE GATE OPEN?",
    "NOT ME! I WAS DOWN BY THE RIVER ALL DAY.",
    "LOOK! THE TRACKS LEAD INTO THE WOODS...",
    "WAIT FOR ME, CAPTAIN!",
    "THIS IS NO ORDINARY STORM.",
    "QUICK, HAND ME THE LANTERN!",
    "IT'S TOO QUIET. I DON'T LIKE IT.",
    "WE SHOULD HAVE STAYED HOME.",
)
CAPTIONS = ("MEANWHILE, AT THE OLD MILL", "LATER THAT NIGHT", "THE NEXT MORNING...")
SOUNDS = ("KRAK!", "WHAM!", "SPLASH!")

GOODS = ("Copper kettle", "Oak stool, oiled", "Wool blanket", "Storm lantern")
TAGS = ("In stock", "Sold out", "New", "Sale")
BUTTONS = ("Add to basket", "Cancel order", "Read more")

FIELDS = (
    ("Family name", "Hartmann"),
    ("Given names", "Elena Maria"),
    ("Date of birth", "14.09.1986"),
    ("Nationality", "Austrian"),
    ("Street and number", "Lindengasse 12/4"),
    ("Postcode and town", "1070 Vienna"),
    ("Telephone", "+43 1 555 0182"),
    ("Occupation", "Surveyor"),
)
CHOICES = ("Single", "Married", "Widowed", "Divorced")
TABLE = (
    ("Period", "Hours", "Rate", "Amount"),
    ("January", "162", "31.50", "5,103.00"),
    ("February", "148", "31.50", "4,662.00"),
    ("March", "171", "32.25", "5,514.75"),
    ("April", "155", "32.25", "4,998.75"),
    ("Total", "636", "", "20,278.50"),
)

HAN = (
    "古老的石桥横跨在小河上，桥边种着几棵柳树。",
    "图书馆每天上午九点开门，星期一休息。",
)
CHINESE = (
    *HAN,
    "今年春天雨水很多，河水比往年高出一米，渡船停了两个星期。",
    "市场里新开了一家面馆，老板每天清晨四点起来和面。",
    "从山顶望去，整个港口都在雾里，只看得见灯塔的光。",
    "这座钟楼建于一九二六年，去年秋天才修好，现在每个整点敲一次。",
    "孩子们把纸船放进水里，看它们慢慢漂向远方。",
    "博物馆的展览延长到月底，学生凭证件可以免费参观。",
)
JAPANESE = (
    "古い石の橋が小さな川にかかっている。",
    "図書館は毎朝九時に開き、月曜日は休みです。",
    "今年の春は雨が多く、川の水がいつもより一メートルも高くなった。",
    "市場に新しいそば屋ができて、店の人は毎朝四時に起きている。",
    "山の上から見ると、港は霧の中にあり、灯台の光だけが見えた。",
    "この時計台は去年の秋にようやく直され、いまは一時間ごとに鐘が鳴る。",
    "子どもたちは紙の船を水に浮かべ、遠くへ流れるのを見ていた。",
    "展覧会は月末まで延びたので、学生は無料で入ることができる。",
)
HAN_HEADINGS = (("石桥边的春天", "市场与钟楼"), ("石橋の春", "市場と時計台"))
