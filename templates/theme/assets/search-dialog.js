/* The search of the whole site: words that people type, what Pagefind finds, and how it is shown.

   Texts go into the page as text, never as HTML. No dependency, no inline handler. */

import { made } from "./dom.js"
import { fold, singular, telling } from "./explorer-table.js"

const FIRST = 3, MORE = 12, PARTS = 3 // results of a kind at once, and then; places of a page
const WORDS = 26 // of an excerpt
const PAUSE = 250 // ms without a key, before a search

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

/** An excerpt in which a word that is marked somewhere is marked everywhere: the index has not all of its places. */
export function marked(excerpt, language) {
  const bare = word => singular(fold(word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "")), language)
  const found = new Set([...excerpt.matchAll(/<mark>(.*?)<\/mark>/gs)].map(([, word]) => bare(word)))
  const again = word => !word.startsWith("<mark>") && found.has(bare(word))
  return excerpt.split(" ").map(word => (again(word) ? `<mark>${word}</mark>` : word)).join(" ")
}

/** An excerpt as nodes: text, and the words that were found. What Pagefind gives is HTML with nothing but <mark>. */
function nodes(excerpt, language) {
  const plain = html => html.replace(/&lt;/g, "<").replace(/&gt;/g, ">")
  return shown(marked(excerpt, language), language).split(/<mark>(.*?)<\/mark>/s).flatMap((html, place) => {
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

/** What asks the worker, which is started for the first question, and again after a failure. */
function asker(language) {
  let worker, started, waiting
  const fail = () => {
    worker?.terminate()
    worker = null
    for (const { reject } of waiting.values()) reject(new Error("search"))
  }
  const post = (what, about) =>
    new Promise((resolve, reject) => {
      const id = waiting.size
      waiting.set(id, { resolve, reject })
      worker.postMessage({ id, what, about })
    })
  return async (what, about) => {
    if (!worker) {
      worker = new Worker(new URL("search-worker.js", import.meta.url), { type: "module" })
      waiting = new Map()
      worker.onerror = fail
      worker.onmessage = ({ data }) => ("failed" in data ? fail() : waiting.get(data.id).resolve(data.told))
      started = post("start", { language, words: WORDS })
    }
    await started
    return what === "start" ? null : post(what, about)
  }
}

/** Start the search in its dialog, with its words; gives what goes to the first result. */
export function start(box, said) {
  const { language } = said
  const form = box.querySelector("form"), input = form.querySelector("input")
  const status = box.querySelector(".m-search__status"), list = box.querySelector(".m-search__results")
  const hint = status.textContent, ask = asker(language)

  /* What is asked. */

  let turn = 0, wait // a number for each search

  async function find() {
    clearTimeout(wait)
    const mine = ++turn, words = asked(input.value, language)
    if (words.join("").length < 2) return say(hint)
    const slow = setTimeout(() => mine === turn && (status.textContent = said.wait), 400)
    try {
      const groups = await ask("search", { query: words.join(" "), count: FIRST })
      if (mine !== turn) return // something else was typed meanwhile
      const there = groups.length && answers(groups[0].first[0], words, language) ? groups : []
      const count = there.reduce((sum, one) => sum + one.count, 0)
      const about = { count, words: input.value.trim() }
      const told = count > 1 ? said.many : count ? said.one : said.none
      say(told.replace(/\{(count|words)\}/g, (_, name) => about[name]))
      list.append(...there.map(group))
    } catch {
      if (mine === turn) say(said.failed)
    } finally {
      clearTimeout(slow)
    }
  }

  function say(text) {
    status.textContent = text
    list.replaceChildren()
    list.parentNode.scrollTop = 0
  }

  /* What is shown. */

  function group({ kind, count, first }) {
    const number = made("span", { className: "m-count", textContent: count })
    const title = made("h2", { id: `m-search-${kind}` }, made("span", { textContent: said[kind] }), " ", number)
    const found = made("ul", { className: "m-found" }, ...first.map(result))
    const section = made("section", { className: `m-search__group m-search__group--${kind}` }, title, found)
    section.setAttribute("aria-labelledby", title.id)
    const foot = made("p", { className: "m-search__foot" })
    if (count > FIRST) foot.append(more(kind, count, found))
    if (kind === "story") {
      const href = new URL(form.action)
      href.search = new URLSearchParams({ mot: input.value.trim() })
      foot.append(made("a", { className: "m-search__explore", href: href.href, textContent: said.explore }))
    }
    if (foot.hasChildNodes()) section.append(foot)
    return section
  }

  function more(kind, count, found) {
    const button = made("button", { type: "button", className: "m-search__more" })
    const left = () => Math.min(MORE, count - found.children.length)
    const label = () => (button.textContent = said.more.replace("{count}", left()))
    label()
    button.addEventListener("click", async () => {
      const from = found.children.length
      found.append(...(await ask("more", { kind, from, count: MORE })).map(result))
      found.children[from]?.querySelector("a").focus()
      if (left()) label()
      else button.remove()
    })
    return button
  }

  function result(data) {
    const text = nodes(data.excerpt, language)
    if (!data.content.startsWith(data.plain_excerpt)) text.unshift("… ")
    if (!data.content.endsWith(data.plain_excerpt)) text.push(" …")
    const link = (href, title, className = "") => made("a", { href, className, textContent: shown(title, language) })
    const title = link(data.url, data.meta.title, "m-found__title")
    const item = made("li", {}, title, made("p", { className: "m-found__text" }, ...text))
    const parts = data.url.includes("#") ? [] : data.sub_results.filter(part => part.anchor)
    const told = part => part.locations.length
    const most = new Set([...parts].sort((one, other) => told(other) - told(one)).slice(0, PARTS))
    const links = parts.filter(part => most.has(part)).map(part => made("li", {}, link(part.url, part.title)))
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

  ask("start").catch(() => say(said.failed))
  if (input.value) wait = setTimeout(find, PAUSE)

  /* What Enter does. */
  return async () => {
    await find()
    list.querySelector("a")?.focus()
  }
}
