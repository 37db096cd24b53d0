import re

import lxml.html

ARABIC = re.compile(r'[\u0600-\u06ff]')
MARKS = re.compile(r'[\u064b-\u0652\u0640]')
# Lam with an alef is one glyph: (alef): (isolated form, form after a letter that joins).
LAM_ALEF = {
    '\u0627': '\ufefb\ufefc',
    '\u0622': '\ufef5\ufef6',
    '\u0623': '\ufef7\ufef8',
    '\u0625': '\ufef9\ufefa',
}
NOT_JOINING = set('اآأإدذرزوؤةىءﻻﻼﻷﻸﻹﻺﻵﻶ')


def drawable(html):
    """Return the page so that wkhtmltopdf draws its Arabic in the right place.

    The unpatched one measures lines with ligatures, vowel marks or Latin in them wrongly and draws words
    over each other or off the page. Each Arabic word becomes a box of its own, as does what is between two
    of them; lam-alef becomes the single character that Unicode has for it, and vowel marks, which business
    letters do without, are left out.
    """
    root = lxml.html.document_fromstring(html)
    for element in list(root.body.iter()):
        if not isinstance(element.tag, str):
            continue
        if element.text and ARABIC.search(element.text):
            pieces, element.text = list(_boxes(element.text)), None
            element[:0] = pieces
        if element.tail and element is not root.body and ARABIC.search(element.tail):
            pieces, element.tail, parent = list(_boxes(element.tail)), None, element.getparent()
            at = parent.index(element) + 1
            parent[at:at] = pieces
    return lxml.html.tostring(root, encoding='unicode', doctype='<!DOCTYPE html>')


def _boxes(text):
    """Yield a box for each Arabic word, boxes for its punctuation, and one for the text between two words."""
    for words in re.findall(r'\S*[\u0600-\u06ff]\S*|(?:[^\s\u0600-\u06ff]+\s*)+', text):
        outer = lxml.html.Element(
            'span', style='white-space:nowrap' if ARABIC.search(words) else 'display:inline-block'
        )
        if ARABIC.search(words):
            for part in re.findall(
                r'[\u0620-\u064a\u066e-\u06d3\ufe70-\ufeff]+|[^\u0620-\u064a\u066e-\u06d3\ufe70-\ufeff]+',
                join(words),
            ):
                outer.append(lxml.html.Element('span', style='display:inline-block'))
                outer[-1].text = part
        else:
            outer.text = words.strip()
        outer.tail = ' '
        yield outer


def join(word):
    """Return the word with its lam-alefs as single characters and without vowel marks."""
    word = MARKS.sub('', word)
    return re.sub(
        r'(.?)ل([اآأإ])',
        lambda found: (
            found[1] + LAM_ALEF[found[2]][bool(ARABIC.match(found[1] or ' ')) and found[1] not in NOT_JOINING]
        ),
        word,
    )
