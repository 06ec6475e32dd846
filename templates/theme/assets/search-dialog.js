/* The search of the whole site: words that people type, what Pagefind finds, and how it is shown.

   Texts go into the page as text, never as HTML. No dependency, no inline handler. */

import { fold, singular, telling } from "./explorer-table.js"

const BUNDLE = new URL("../pagefind/", import.meta.url) // beside the folder of this file, wherever the site is
const FIRST = 4, MORE = 12, PARTS = 3 // results of a kind at once, and then; places of a page
const WORDS = 26 // of an excerpt
const PAUSE = 160 // ms without a key, before a search

/* Words: as they are typed, as they are indexed, as they are shown. */

const ELISION = /(?<![\p{L}\p{N}])((?:[cdjlmnst]|(?:jus|lors|puis|quoi)?qu)') (?=\S)/giu
const LIGATURES = { oe: "œ", Oe: "Œ", ae: "æ", Ae: "Æ" }

/** The words that Pagefind is asked for: "L’isolement des élus" -> ["isolement", "elu"]. Its own French stemmer leaves
    these plurals alone. */
export function asked(text, language) {
  const plural = word => language === "fr" && /(?:[aiou]s|[aeo]ux)$/.test(word)
  return telling(text, language).map(word => (plural(word) ? singular(word, language) : word))
}

/** A text of the index as people read it: the reverse of `folded` in search.py, with the spaces of its typography. */
export function shown(text, language) {
  const whole = text.replace(/([oa])\u2060e/gi, pair => LIGATURES[pair.replace("\u2060", "")])
  if (language !== "fr") return whole.replace(/(?<=[\p{L}\p{N}])'/gu, "’")
  const joined = whole.replace(ELISION, "$1").replace(/(?<=[\p{L}\p{N}])'/gu, "’")
  return joined.replace(/ (?=[;:!?»])/g, "\u202f").replace(/« /g, "«\u202f")
}

/** An excerpt as nodes: text, and the words that were found. What Pagefind gives is HTML with nothing but <mark>. */
function nodes(excerpt, language) {
  const plain = html => html.replace(/&lt;/g, "<").replace(/&gt;/g, ">")
  return shown(excerpt, language).split(/<mark>(.*?)<\/mark>/s).flatMap((html, place) => {
    if (place % 2 === 0) return [plain(html)]
    const [, before, word, after] = plain(html).match(/^([^\p{L}\p{N}]*)(.*?)([^\p{L}\p{N}]*)$/su)
    return [before, made("mark", { textContent: word }), after]
  })
}

/** Whether a result has something of each word. If no word of the index begins like one that was typed, Pagefind takes
    the longest that it begins with, down to a single letter. */
function answers(data, words, language) {
  const all = data.content.split(/\s+/)
  const found = [data.meta.title, ...data.locations.map(place => all[place])].map(text => fold(shown(text ?? "", language)))
  const there = found.flatMap(text => text.match(/[\p{L}\p{N}]+/gu) ?? [])
  const alike = (one, other) => {
    let n = 0
    while (n < one.length && one[n] === other[n]) n++
    return n
  }
  return words.every(word => there.some(one => alike(word, one) >= Math.ceil(word.length * 0.6)))
}

const made = (name, about, ...children) => {
  const element = Object.assign(document.createElement(name), about)
  element.append(...children)
  return element
}

/** Start the search in its dialog, whose words are in its data; gives what goes to the first result. */
export function start(box) {
  const { language } = box.dataset
  const form = box.querySelector("form"), input = form.querySelector("input")
  const status = box.querySelector(".m-search__status"), list = box.querySelector(".m-search__results")
  const hint = status.textContent

  let engine // what was fetched
  const load = () =>
    (engine ??= Promise.all([import(new URL("pagefind.js", BUNDLE)), kinds()])
      .then(async ([pagefind, kind]) => {
        await pagefind.options({ excerptLength: WORDS, ranking: { diacriticSimilarity: 0 } })
        await pagefind.init()
        return { pagefind, kind }
      })
      .catch(error => {
        engine = null // to be tried again
        throw error
      }))
  const kinds = async () => {
    const answer = await fetch(new URL("kinds.json", BUNDLE), { cache: "no-cache" })
    return answer.json()
  }

  /* What is asked. */

  let turn = 0, wait // a number for each search

  async function find() {
    clearTimeout(wait)
    const mine = ++turn, words = asked(input.value, language)
    if (words.join("").length < 2) return say(hint)
    const slow = setTimeout(() => mine === turn && (status.textContent = box.dataset.wait), 400)
    try {
      const { pagefind, kind } = await load()
      const { results } = await pagefind.search(words.join(" "))
      const groups = new Map()
      for (const one of results) {
        const name = kind[one.id] ?? "story"
        if (!groups.has(name)) groups.set(name, [])
        groups.get(name).push(one)
      }
      const first = await Promise.all([...groups.values()].map(all => read(all, 0, FIRST)))
      if (mine !== turn) return // something else was typed meanwhile
      const best = first[0]?.[0]
      const whole = best && answers(best, words, language) ? results.length : 0
      const told = whole > 1 ? box.dataset.many : whole ? box.dataset.one : box.dataset.none
      const about = { count: whole, words: input.value.trim() }
      say(told.replace(/\{(count|words)\}/g, (_, name) => about[name]))
      if (whole) list.replaceChildren(...[...groups].map(([name, all], place) => group(name, all, first[place])))
    } catch {
      if (mine === turn) say(box.dataset.failed)
    } finally {
      clearTimeout(slow)
    }
  }

  const read = (all, from, count) => Promise.all(all.slice(from, from + count).map(one => one.data()))

  function say(text) {
    status.textContent = text
    list.replaceChildren()
    list.parentNode.scrollTop = 0
  }

  /* What is shown. */

  function group(name, all, first) {
    const count = made("span", { className: "m-count", textContent: all.length })
    const title = made("h2", { id: `m-search-${name}` }, made("span", { textContent: box.dataset[name] }), " ", count)
    const found = made("ul", { className: "m-found" }, ...first.map(result))
    const section = made("section", { className: `m-search__group m-search__group--${name}` }, title, found)
    section.setAttribute("aria-labelledby", title.id)
    const foot = made("p", { className: "m-search__foot" })
    if (all.length > FIRST) foot.append(more(all, found))
    if (name === "story") {
      const href = new URL(form.action)
      href.search = new URLSearchParams({ mot: input.value.trim() })
      foot.append(made("a", { className: "m-search__explore", href: href.href, textContent: box.dataset.explore }))
    }
    if (foot.hasChildNodes()) section.append(foot)
    return section
  }

  function more(all, found) {
    const button = made("button", { type: "button", className: "m-search__more" })
    const label = () => {
      const left = Math.min(MORE, all.length - found.children.length)
      button.textContent = box.dataset.more.replace("{count}", left)
      return left
    }
    label()
    button.addEventListener("click", async () => {
      const from = found.children.length
      found.append(...(await read(all, from, MORE)).map(result))
      found.children[from].querySelector("a").focus()
      if (label() < 1) button.remove()
    })
    return button
  }

  function result(data) {
    const text = nodes(data.excerpt, language)
    if (!data.content.startsWith(data.plain_excerpt)) text.unshift("… ")
    if (!data.content.endsWith(data.plain_excerpt)) text.push(" …")
    const title = made("a", { className: "m-found__title", href: data.url, textContent: shown(data.meta.title, language) })
    const item = made("li", {}, title, made("p", { className: "m-found__text" }, ...text))
    const parts = data.url.includes("#") ? [] : data.sub_results.filter(part => part.anchor)
    const told = part => part.locations.length
    const most = new Set([...parts].sort((one, other) => told(other) - told(one)).slice(0, PARTS))
    const links = parts.filter(part => most.has(part)).map(part => made("li", {}, made("a", { href: part.url, textContent: shown(part.title, language) })))
    if (links.length) item.append(made("ul", { className: "m-found__parts" }, ...links))
    return item
  }

  /* What people do. */

  input.addEventListener("input", () => {
    clearTimeout(wait)
    wait = setTimeout(find, PAUSE)
  })
  box.addEventListener("keydown", event => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return
    const stops = [input, ...list.querySelectorAll(".m-found__title, .m-search__foot > *")]
    const here = document.activeElement.closest(".m-found > li")?.querySelector(".m-found__title") ?? document.activeElement
    const next = stops[stops.indexOf(here) + step]
    if (!next) return
    event.preventDefault()
    next.focus()
  })

  load().catch(() => say(box.dataset.failed))
  if (input.value) find()

  /* What Enter does. */
  return async () => {
    await find()
    list.querySelector("a")?.focus()
  }
}
