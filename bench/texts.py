"""Invented feedback to load the bot with; whatever it sounds like, the sample rules open a case for each."""

TEXTS = (
    'Where is my parcel? The tracking has said "label created" for eleven days.',
    "The table never arrived. I stayed at home two days for it and nobody came.",
    "Still waiting for the bookshelf, nine days late now, and the courier blames you. What happens next?",
    "I was charged twice for one lamp and nobody answers my mails.",
    "Half the screws were missing. Can you send them before Saturday?",
    "Your driver left a sofa cover in the rain. Is that how you treat customers?",
    "I want my money back. The rug has the wrong colour and smells of petrol.",
    "Could you tell me whether the oak bench also comes in black?",
    "Lovely shop, friendly people, but the order never came. Did I do anything wrong?",
    "Waited 40 minutes on the phone to be told to write an e-mail. Why do you have a phone at all?",
    "The second delivery date in a row that was not kept. Where is our wardrobe? We sleep out of boxes.",
    "No word since Monday, and your chat tells me to send an e-mail. Where is my order, please?",
    "Ordered the blue curtains, got the grey ones, and the return form does not open. What shall I do?",
    "Third time that I write. My armchair never arrived and you keep sending me a survey about it.",
    "Does the warranty cover the lid too? Mine came off after a week and I only fried an egg.",
    "The fitter came two hours late and left without the doors. Who clears up after him?",
    "Thank you for the quick answer yesterday! Can you also change the address to the new flat?",
    "You took the money at once, the lamp has been days late ever since. Is that the new normal?",
    "My bank says 129 euro went off twice. Please look into it, I was charged twice for one cover.",
    "It wobbles. I paid 400 for a table that wobbles. Would you eat at it?",
    "Nice mug, but the handle is glued on crooked. Can I swap it in the shop on Saturday?",
    "The hotline hung up on me after half an hour. Why should I ever order again?",
    "Where is our bed? We were told today between eight and twelve, it is six in the evening now.",
    (
        "Hello,\n\nI ordered six chairs from you on the third of the month. Four came, one of them with a"
        " crack in the seat, and two never came at all. Your confirmation says six, your invoice says "
        "six, and I paid for six.\n\nI have called three times. The first time I was told that they were "
        "on another van. The second time nobody knew of another van. The third time the line went dead "
        "after twenty minutes of music, which I now know by heart.\n\nI do not want a voucher. I want two"
        " chairs, and one whole one for the cracked one, before my guests come on the twentieth. Can you "
        "promise me that, or shall I go elsewhere?\n\nKind regards"
    ),
)

OUTAGE = (
    "The app is down and I cannot log in",
    "Your app crashes as soon as I open the basket",
    "I cannot log in any more, the app only shows an error",
    "The app has crashed again, the third time today",
    "The app freezes when I open my order",
    "Nothing works in your app since this morning",
    "Your app does not let me in, it only says error",
    "The app hangs at the first page and then crashes",
    "I tried ten times to log in, your app is dead",
    "Your app is useless, it crashes at every tap",
    "Cannot order anything, the app crashes at the basket",
)
"""One matter in the words of many; the sample rules give all of it to one team."""


def feedback(number: int) -> dict[str, object]:
    """The body of piece `number`; its marker stands in the link, which the card shows and nobody hears."""
    author = number - number % 10 if number % 10 == 9 else number  # every tenth writes a second time
    return {
        "external_id": marker(number),
        "text": TEXTS[number % len(TEXTS)],
        "permalink": f"https://feedback.example.com/{marker(number)}",
        "author": {"handle": f"customer{author}@example.com", "name": "Ottilie Fenwick"},
        "language": "en",
        "attributes": {"order": f"HP-{number}", "order_total": 74.5, "segment": "silver"},
    }


def outage(number: int) -> dict[str, object]:
    """The body of piece `number` of one that has many alike, each of another customer."""
    return {
        "external_id": marker(number),
        "text": OUTAGE[number % len(OUTAGE)],
        "author": {"handle": f"customer{number}@example.com", "name": "Ottilie Fenwick"},
        "language": "en",
    }


def marker(number: int) -> str:
    """What tells this piece from every other, in one word."""
    return f"bench{number:06d}"
