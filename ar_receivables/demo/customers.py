"""Who buys on credit in the demo, and how each of them pays."""

from typing import NamedTuple


class Customer(NamedTuple):
    """A customer with one habit.

    ``months``: how many months ago it ordered. ``size``: pieces of an order. ``late``: how many days after
    the due date it pays; None pays nothing.
    """

    name: str
    country: str
    city: str
    person: str
    phone: str
    grade: str
    limit: int
    size: int
    months: tuple
    late: int | None
    lang: str = 'en_US'
    currency: str = 'USD'
    note: str = ''


STEADY = (6, 4, 3, 2, 1, 0)
QUARTER = (3, 2, 1)

CUSTOMERS = (
    Customer("Swift Couriers", 'us', "Denver", "Amy Tran", "+1 303 555 0101", 'a', 60000, 21, STEADY, -3),
    Customer(
        "Glenmore Distillers", 'uk', "Inverness", "Fiona Reid", "+44 1463 496 101", 'a', 90000, 34, STEADY, 0
    ),
    Customer(
        "Northgate Schools",
        'us',
        "Albany",
        "Paul Greene",
        "+1 518 555 0103",
        'a',
        50000,
        13,
        STEADY,
        38,
        note="A public customer: slow, and sure. It pays when the council has met.",
    ),
    Customer(
        "Delta Forge",
        'us',
        "Toledo",
        "Rick Sanders",
        "+1 419 555 0104",
        'c',
        45000,
        11,
        STEADY,
        44,
        note="Pays every invoice six weeks late, whatever is agreed.",
    ),
    Customer(
        "Silverlake Resort",
        'us',
        "Tahoe City",
        "Nina Brooks",
        "+1 530 555 0105",
        'b',
        40000,
        17,
        (6, 5, 4),
        12,
        note="Orders before the season, pays in it.",
    ),
    Customer(
        "Alpenrose Skiverleih",
        'at',
        "Innsbruck",
        "Sabine Moser",
        "+43 512 555 0106",
        'b',
        35000,
        15,
        (3, 2, 1),
        20,
        'de_DE',
        note="Seasonal: orders in autumn, pays from January on.",
    ),
    Customer(
        "Bergmann Maschinen",
        'de',
        "Kassel",
        "Jürgen Wolf",
        "+49 561 555 0107",
        'b',
        30000,
        14,
        QUARTER,
        75,
        'de_DE',
    ),
    Customer(
        "Nordlicht Solar",
        'de',
        "Rostock",
        "Anke Peters",
        "+49 381 555 0108",
        'b',
        55000,
        19,
        STEADY,
        6,
        'de_DE',
        note="Export: insured for nine tenths.",
    ),
    Customer(
        "Sakura Trading",
        'jp',
        "Osaka",
        "Kenji Mori",
        "+81 6 5550 0109",
        'b',
        65000,
        23,
        STEADY,
        9,
        note="Export: insured for nine tenths.",
    ),
    Customer(
        "Casa Verde Muebles",
        'es',
        "Valencia",
        "Elena Ruiz",
        "+34 96 555 0110",
        'b',
        30000,
        9,
        STEADY,
        14,
        'en_US',
        'EUR',
    ),
    Customer(
        "Laurent Textiles",
        'fr',
        "Lille",
        "Hugo Laurent",
        "+33 3 55 50 01 11",
        'c',
        25000,
        8,
        STEADY,
        52,
        'en_US',
        'EUR',
    ),
    Customer(
        "苏州华鑫精密机械", 'cn', "苏州", "陈伟", "+86 512 5550 0112", 'a', 70000, 24, STEADY, 4, 'zh_CN'
    ),
    Customer("宁波海联贸易", 'cn', "宁波", "王芳", "+86 574 5550 0113", 'b', 40000, 12, STEADY, 26, 'zh_CN'),
    Customer(
        "深圳市恒达电子", 'cn', "深圳", "李强", "+86 755 5550 0114", 'c', 30000, 9, QUARTER, 70, 'zh_CN'
    ),
    Customer("Fairline North", 'us', "Duluth", "Gail Olsen", "+1 218 555 0115", 'b', 25000, 8, STEADY, 10),
    Customer("Fairline South", 'us', "Mobile", "Earl Hughes", "+1 251 555 0116", 'b', 25000, 10, STEADY, 17),
    Customer("Fairline Marine", 'us', "Tampa", "Rosa Diaz", "+1 813 555 0117", 'c', 20000, 7, QUARTER, 61),
    Customer(
        "Quickrise Imports",
        'us',
        "Newark",
        "J. Smith",
        "+1 973 555 0118",
        'd',
        5000,
        31,
        (2,),
        None,
        note="One large first order, a mailbox for an address, no answer by telephone: suspected fraud.",
    ),
    Customer(
        "Oldfield Print",
        'uk',
        "Leicester",
        "The administrator",
        "+44 116 496 119",
        'e',
        1,
        6,
        (6,),
        None,
        note="Insolvent; the administrator expects a small dividend.",
    ),
    Customer(
        "Meridian Clinics",
        'us',
        "Tucson",
        "Laura Stein",
        "+1 520 555 0120",
        'c',
        40000,
        15,
        (4,),
        None,
        note="Pays in instalments since the fire.",
    ),
    Customer(
        "Pemberton Glass", 'uk', "Sunderland", "Simon Pratt", "+44 191 496 121", 'b', 35000, 11, QUARTER, 90
    ),
    Customer(
        "Ridge & Vale Outdoor",
        'us',
        "Boise",
        "Carol Finch",
        "+1 208 555 0122",
        'b',
        45000,
        16,
        (6, 4, 3, 2),
        58,
        note="Was prompt until the summer: each invoice is paid later than the one before.",
    ),
    Customer("Harwood Timber", 'us', "Eugene", "Dale Norris", "+1 541 555 0123", 'c', 30000, 10, QUARTER, 33),
)
