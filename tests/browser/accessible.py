"""What people who use a keyboard, a zoom, their own spacing or their own colours meet on a page."""

from functools import cache
from importlib.resources import files
from itertools import product

import measure

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice", "RGAAv4", "EN-301-549")
MORE = ("target-size", "css-orientation-lock")
"""Rules that axe leaves out unless they are asked for."""
SCHEMES = ("mallette", "mallette-dark")
SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }"""
"""The text spacing of WCAG 1.4.12."""

RUN = """async ([tags, more]) => {
  const rules = Object.fromEntries(more.map(id => [id, { enabled: true }]))
  const asked = { runOnly: { type: 'tag', values: tags }, rules }
  const found = await axe.run({ ...asked, resultTypes: ['violations'] })
  const ran = found.passes.length + found.violations.length
  return [ran, found.violations.map(one => [one.id, ...one.nodes.slice(0, 3).map(node => node.html.slice(0, 160))])]
}"""


@cache
def axe():
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def faults(page):
    """What axe finds wrong on a page as it is now."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe())
    rules, violations = page.evaluate(RUN, [TAGS, MORE])
    assert rules >= 30
    return violations


def wears(page, scheme):
    """Put a page in the light or in the dark colours, at once."""
    page.evaluate("scheme => { document.body.dataset.mdColorScheme = scheme }", scheme)


def styled(page, text):
    """Put a style sheet of one's own on a page, in place of the last one; its policy lets browsers do so."""
    page.evaluate(
        """text => {
          const sheet = new CSSStyleSheet()
          sheet.replaceSync(text)
          document.adoptedStyleSheets = [sheet]
        }""",
        text,
    )


def everywhere(page):
    """What axe finds at each width in each colours."""
    found = {}
    for width, scheme in product((320, 1280), SCHEMES):
        page.set_viewport_size({"width": width, "height": 800})
        wears(page, scheme)
        found[width, scheme] = faults(page)
    wears(page, SCHEMES[0])
    return {way: violations for way, violations in found.items() if violations}


LOST = """() => [...document.querySelectorAll('body *')].filter(one => {
  const style = getComputedStyle(one), box = one.getBoundingClientRect()
  if (!box.width || !box.height || style.clipPath !== 'none') return false
  if (!one.checkVisibility({ visibilityProperty: true }) || one.closest('svg, [aria-hidden]')) return false
  const text = [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim())
  const cut = ['hidden', 'clip'].includes(style.overflowY) || ['hidden', 'clip'].includes(style.overflowX)
  const out = box.right > innerWidth + 1 && !one.closest('.m-scroll, pre, .m-command, [style*=scroll]')
  return (cut && (one.scrollHeight > one.clientHeight + 2 || one.scrollWidth > one.clientWidth + 2)) || (text && out)
}).map(one => one.outerHTML.slice(0, 120))"""
"""Elements whose text is cut, or goes out of the window."""


def lost(page):
    """What cannot be read on a page, and whether it has to be scrolled both ways."""
    wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    return page.evaluate(LOST) + ([f"{wide} px wide in {room}"] if wide > room else [])


STOPS = """() => {
  const all = 'a[href], button:not(.md-top), input, select, textarea, summary, [tabindex="0"]'
  const open = document.querySelector('dialog[open]') ?? document.body
  window.stops = [...open.querySelectorAll(all)].filter(one =>
    !one.disabled && one.tabIndex >= 0 && one.getClientRects().length
    && one.checkVisibility({ visibilityProperty: true }))
  return window.stops.length
}"""
HERE = """() => {
  const one = document.activeElement
  if (!one || one === document.body || one === document.documentElement) return null
  const held = one.closest('.m-field__box, .m-choice, .m-card, .m-door, .m-search__form') ?? one
  const marks = [one, held].map(element => getComputedStyle(element))
    .filter(({ outlineStyle, outlineWidth, boxShadow }) =>
      (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2) || /inset/.test(boxShadow))
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  const painted = colour => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1)
    return [...canvas.getImageData(0, 0, 1, 1).data]
  }
  const ground = element => {
    for (let at = element.parentElement; at; at = at.parentElement) {
      const colour = painted(getComputedStyle(at).backgroundColor)
      if (colour[3] === 255) return colour
    }
    return painted('white')
  }
  const drawn = ({ outlineStyle, outlineColor, boxShadow }) =>
    outlineStyle === 'none' ? boxShadow.match(/\\w+\\([^)]*\\)/)[0] : outlineColor
  const ring = marks[0] && painted(drawn(marks[0]))
  const seen = [...one.getClientRects(), held.getBoundingClientRect()].some(box =>
    [[.5, .5], [.1, .5], [.9, .5]].some(([x, y]) => {
      const there = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y)
      return there && (held.contains(there) || there.contains(one))
    }))
  return { place: window.stops.indexOf(one), html: one.outerHTML.slice(0, 120), ring, ground: ground(held), seen }
}"""


def hexed(colour):
    return "#" + "".join(f"{part:02X}" for part in colour[:3])


def walked(page, most=600):
    """Go through a page by Tab alone; give the places of the stops, in order, and what is wrong with some of them."""
    page.wait_for_load_state()  # a script makes a button of a link
    count = page.evaluate(STOPS)
    here = page.evaluate(HERE)
    places, wrong = [here["place"]] if here else [], []
    for _ in range(most):
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        if here is not None and [here["place"]] == places[-1:]:  # a field of several parts, such as an hour
            continue
        if here is None or here["place"] in places:
            break
        if "md-top" in here["html"] and here["seen"]:  # it comes and goes as the page is scrolled
            continue
        if here["place"] < 0:
            wrong.append(f"a stop that is not one: {here['html']}")
            continue
        places.append(here["place"])
        if not here["ring"] or measure.contrast(hexed(here["ring"]), hexed(here["ground"])) < 3:
            wrong.append(f"no focus to be seen: {here['html']} {here['ring']} on {here['ground']}")
        if not here["seen"]:
            wrong.append(f"behind something: {here['html']}")
    missed = sorted(set(range(count)) - set(places))
    return places, wrong, page.evaluate("all => all.map(n => window.stops[n].outerHTML.slice(0, 120))", missed)
