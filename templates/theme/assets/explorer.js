/* The explorer of a list: the form of its page, the cards that answer, and the address that says the same.

   The form and the first cards are in the page, with their counts. Nothing is fetched until someone touches the form,
   or the address says what to show. Texts go into the page as text, never as HTML. No dependency, no inline handler. */

import { made, save } from "./dom.js"
import { UNKNOWN, csv, filtered, opened, records, searched, searcher, sorted, values } from "./explorer-table.js"

const PAGE = 30 // cards at once

function explore(root) {
  const $ = selector => root.querySelector(selector)
  const copyOf = selector => $(selector).content.firstElementChild.cloneNode(true)
  const form = $("form"), list = $("[data-list]"), pager = $(".m-pager"), chips = $(".m-chips"), take = $(".m-take")
  const status = $(".m-bar__status"), sort = $("[name=tri]"), more = $(".m-questions__more"), seen = $("[data-seen]")
  const language = root.dataset.language, wide = matchMedia("(min-width: 60em)")
  const boxes = [...form.querySelectorAll("[type=checkbox]")]
  const fields = [...form.querySelectorAll("[type=search], [type=number]")]
  const counts = new Map(boxes.map(box => [box, box.parentNode.querySelector(".m-choice__count")]))

  /* The page as it came, for when nothing is asked. */
  const whole = {
    cards: [...list.children],
    pages: [...pager.children],
    paged: !pager.hidden,
    status: status.textContent,
    counts: new Map([...counts].map(([box, count]) => [box, count.textContent])),
  }
  const others = $("[data-cards]")?.content.children ?? []
  const cards = new Map([...whole.cards, ...others].map(card => [card.dataset.id, card]))

  let table, texts, search // what was fetched, and made of it
  let page = 1, rows = null, turn = 0 // what is shown: all is null; and how many times something was asked

  const fetched = {}
  const get = name =>
    (fetched[name] ??= fetch(name)
      .then(answer => (answer.ok ? answer.json() : Promise.reject(new Error(`${name}: ${answer.status}`))))
      .catch(error => {
        delete fetched[name] // to be tried again
        throw error
      }))
  const load = async () => (table ??= opened(await get("facettes.json")))
  const read = async () => (texts ??= await get("resumes.json"))

  /* What is asked: the state of the form, in the address too. */

  function query(number = page) {
    const said = [...new FormData(form)].filter(([, value]) => value.trim())
    return new URLSearchParams(number > 1 ? [...said, ["page", number]] : said).toString()
  }

  const address = number => (query(number) ? `?${query(number)}` : location.pathname)

  function restore() {
    const said = new URLSearchParams(location.search)
    for (const box of boxes) box.checked = said.getAll(box.name).includes(box.value)
    for (const field of fields) field.value = said.get(field.name) ?? ""
    sort.value = said.get("tri") ?? ""
    if (sort.selectedIndex < 0) sort.selectedIndex = 0
    page = Math.max(1, Number.parseInt(said.get("page"), 10) || 1)
  }

  function remember(replace = false) {
    if (query() !== location.search.slice(1)) history[replace ? "replaceState" : "pushState"](null, "", address(page))
  }

  function changed(replace = false) {
    page = 1
    remember(replace)
    return show()
  }

  /* What is shown. */

  async function show() {
    const mine = ++turn
    tell()
    try {
      if (!query()) return showWhole()
      await load()
      if (field("mot").value.trim()) search ??= (await read(), searcher(table.ids.map((_, row) => searched(table, texts, row)), language))
    } catch {
      if (mine === turn) status.textContent = status.dataset.failed
      return
    }
    if (mine !== turn) return // something else was asked meanwhile
    const found = answer()
    rows = found.rows
    const pages = Math.max(1, Math.ceil(rows.length / PAGE))
    page = Math.min(page, pages)
    const shown = rows.slice((page - 1) * PAGE, page * PAGE)
    draw(shown)
    if (!texts && shown.some(row => !cards.has(table.ids[row]))) read().then(() => mine === turn && draw(shown), () => {})
    count(box => found.counts[box.name][position(box)])
    turnable(pages)
    const { none, one, many } = status.dataset
    status.textContent = (rows.length > 1 ? many : rows.length ? one : none).replace("{count}", rows.length)
    seen.textContent = rows.length
    $(".m-none").hidden = rows.length > 0
    offer()
  }

  function showWhole() {
    rows = null
    list.replaceChildren(...whole.cards)
    pager.replaceChildren(...whole.pages)
    pager.hidden = !whole.paged
    count(box => whole.counts.get(box))
    status.textContent = whole.status
    seen.textContent = ""
    $(".m-none").hidden = true
    offer()
  }

  const field = name => fields.find(one => one.name === name)

  function answer() {
    const chosen = {}
    for (const box of boxes) if (box.checked) (chosen[box.name] ??= []).push(box.value)
    const hits = field("mot").value.trim() ? search(field("mot").value) : null
    const limits = fields.filter(one => one.type === "number" && one.value && one.validity.valid)
    const within = (row, { value, dataset: { from, to } }) =>
      (!from || table.numbers[from][row] <= +value) && (!to || table.numbers[to][row] >= +value)
    const found = filtered(table, chosen, row => (!hits || hits.has(row)) && limits.every(limit => within(row, limit)))
    const { by, down } = sort.selectedOptions[0].dataset
    return { ...found, rows: sorted(table, found.rows, by, down !== undefined, language) }
  }

  const positions = new Map()
  function position(box) {
    if (!positions.size) {
      const facets = Object.fromEntries(Object.values(table.facets).map(facet => [facet.parameter, facet]))
      for (const one of boxes) positions.set(one, facets[one.name].keys.indexOf(one.value))
    }
    return positions.get(box)
  }

  function count(number) {
    for (const [box, shown] of counts) {
      shown.textContent = number(box)
      box.parentNode.classList.toggle("m-choice--none", shown.textContent === "0" && !box.checked)
    }
  }

  /* Cards: those of the page as they are, others filled from the table. */

  function draw(shown) {
    list.replaceChildren(...shown.map(row => cards.get(table.ids[row]) ?? drawn(row)))
  }

  function drawn(row) {
    const card = copyOf("[data-card]")
    card.dataset.id = table.ids[row]
    for (const slot of card.querySelectorAll("[data-slot]")) {
      const { slot: name } = slot.dataset
      slot.removeAttribute("data-slot")
      if (name === "title") slot.href = `${table.ids[row]}/`
      if (name === "summary" && !texts) continue // it keeps its room until it is there
      slot.replaceWith(...values(table, texts, name, row).map(said => filled(slot.cloneNode(true), said)))
    }
    return card
  }

  function filled(slot, [text, own]) {
    slot.append(own ? made("span", { lang: own }, text) : text)
    return slot
  }

  /* Pages: the same numbers as those of the list without a script. */

  function turnable(pages) {
    const ul = made("ul"), step = pages > 150 ? 50 : 10
    for (let n = 1; n <= pages; n++) {
      if (n !== 1 && n !== pages && Math.abs(n - page) > 2 && n % step) continue
      const link = made("a", { href: address(n) }, n)
      link.setAttribute("aria-label", pager.dataset.page.replace("{page}", n))
      link.dataset.n = n
      if (n === page) link.setAttribute("aria-current", "page")
      ul.append(made("li", {}, link))
    }
    pager.replaceChildren(ul)
    pager.hidden = pages < 2
  }

  /* What is asked, in one place: each choice can be taken back there. */

  function tell() {
    const chosen = []
    const chip = (name, undo, template = "[data-chip]") => {
      const item = copyOf(template)
      item.querySelector("span").append(name)
      item.firstElementChild.addEventListener("click", () => {
        undo()
        changed()
        status.focus()
      })
      chosen.push(item)
    }
    for (const one of fields) {
      if (one.value.trim()) chip(one.dataset.said.replace("{value}", () => one.value.trim()), () => (one.value = ""))
    }
    for (const box of boxes.filter(one => one.checked)) {
      const name = box.parentNode.querySelector(".m-choice__name").cloneNode(true)
      chip(box.value === UNKNOWN ? box.closest("fieldset").dataset.unknown : name, () => (box.checked = false))
    }
    if (chosen.length > 1) chip("", forget, "[data-clear]")
    chips.replaceChildren(...chosen)
    chips.hidden = !chosen.length
    for (const part of [more, ...more.querySelectorAll(".m-facet")]) {
      const badge = part.querySelector("summary .m-count"), chosen = part.querySelectorAll(":checked").length
      badge.textContent = chosen
      badge.hidden = !chosen
    }
  }

  function forget() {
    for (const box of boxes) box.checked = false
    for (const one of fields) one.value = ""
  }

  /* To take away: all that was found, not this page alone. */

  function offer() {
    take.hidden = rows?.length === 0
    const booklet = $(".m-take__booklet")
    if (!booklet) return
    const few = rows?.length > 0 && rows.length <= booklet.dataset.limit
    const told = [booklet.dataset.command, ...(few ? rows.map(row => `--stories ${table.ids[row]}`) : [])]
    booklet.querySelector("[data-few]").hidden = !few
    booklet.querySelector("[data-many]").hidden = few
    const parts = told.map(part => made("span", {}, part))
    booklet.querySelector("code").replaceChildren(...parts.flatMap(part => [part, " "]).slice(0, -1))
    booklet.querySelector("[role=status]").textContent = ""
  }

  async function download(kind) {
    await Promise.all([load(), read()])
    const here = new URL(".", location.href)
    const all = records(table, texts, rows ?? [...table.ids.keys()], id => new URL(`${id}/`, here).href)
    const content = kind === "csv" ? csv(table.names, all) : `${JSON.stringify(all, null, 2)}\n`
    const type = kind === "csv" ? "text/csv" : "application/json"
    save(new Blob([content], { type }), `${take.dataset.name}.${kind}`)
  }

  async function copy(button) {
    const code = $(".m-command code")
    try {
      await navigator.clipboard.writeText(code.textContent)
      $(".m-take__booklet [role=status]").textContent = button.dataset.done
    } catch {
      getSelection().selectAllChildren(code) // where we may not write, it is selected, to be copied by hand
    }
  }

  /* What people do. */

  function toResults() {
    status.focus({ preventScroll: true })
    status.scrollIntoView({ block: "start" })
  }

  let wait, typing
  root.addEventListener("input", ({ target }) => {
    clearTimeout(wait)
    if (!fields.includes(target)) {
      typing = null
      return void changed()
    }
    wait = setTimeout(() => {
      changed(typing === target) // a word is one step back, not one a letter
      typing = target
    }, 180)
  })
  root.addEventListener("click", event => {
    const { save: kind, copy: copied, n } = event.target.closest("button, .m-pager a")?.dataset ?? {}
    if (kind) download(kind).catch(() => (status.textContent = status.dataset.failed))
    if (copied !== undefined) copy(event.target.closest("button"))
    if (!n || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    page = Number(n)
    remember()
    show().then(toResults)
  })
  form.addEventListener("submit", event => {
    event.preventDefault()
    more.open = wide.matches
    toResults()
  })
  for (const touched of ["focusin", "pointerover"]) form.addEventListener(touched, () => load().catch(() => {}), { once: true })
  addEventListener("popstate", () => {
    typing = null
    restore()
    show()
  })
  const fit = () => (more.open = wide.matches)
  wide.addEventListener("change", fit)

  fit()
  restore()
  for (const part of [form, sort.parentNode]) part.hidden = false
  root.classList.add("m-explorer--on")
  show()
}

for (const root of document.querySelectorAll("[data-explorer]")) explore(root)
