/* The page of a form: what is typed is checked, shown, kept as a draft, and made into a file that people take away.

   What is asked and what is said is in the page, made from the model and the labels. No dependency, no inline handler. */

import { made } from "./dom.js"
import { agreements } from "./form-agreed.js"
import { check, isIdentifier } from "./form-check.js"
import { answers, boxOf, entryOf, fill, grow, isFilled, mark, measure, narrow, shrink } from "./form-fields.js"
import { length } from "./form-length.js"
import { letterOf, offer } from "./form-letter.js"
import { redrawn } from "./form-pictures.js"
import { preview } from "./form-preview.js"
import { free, said, slug } from "./form-text.js"
import { copy, download, proposal, shared } from "./form-ways.js"
import { pruned, write } from "./form-yaml.js"

const UNNAMED = { story: "recit", variant: "adaptation" } // what a file is called if no letter of its title can be in a name
const SENDING = ["mail", "share", "propose"] // needs every agreement; a text may be kept, and read together, before
const SITE = new URL("..", import.meta.url).pathname // several kits may share an origin, whose drafts are kept together

function start(root) {
  const $ = selector => root.querySelector(selector)
  const about = JSON.parse($("[data-described]").textContent)
  const { fields, words } = about
  const form = $("form"), idField = $("[data-id]"), summary = $("[data-faults]"), live = $("[data-live]")
  const pictures = new WeakMap() // by the element of the list that they were chosen in
  const touched = new WeakSet() // the boxes that people have left, whose faults are told
  const draft = `mallette:${SITE}:${about.kind}:${about.language}`

  /* What is in the page now. */

  const pictured = () => [...form.querySelectorAll("[data-list=images] [data-item]")]

  function collected() {
    const title = form.querySelector("[name=title]")?.value ?? ""
    if (idField && !idField.dataset.own) idField.value = free(slug(title) || UNNAMED[about.kind], about.taken)
    const id = idField ? idField.value.trim() : "trace"
    for (const [place, item] of pictured().entries()) {
      const chosen = pictures.get(item)
      const name = item.querySelector("[data-name]")
      if (chosen) name.dataset.file = `${id}-${place + 1}.${chosen.ending}`
      else delete name.dataset.file
    }
    const given = answers(form, fields)
    const agreed = agreements(form, about, given.license)
    const head = agreed?.length ? [words.file_agreed, ...agreed.map(one => `- ${one}`)] : agreed ? [] : [words.file_unagreed]
    const heading = [about.heading, ...head].join("\n# ")
    const text = write({ ...about.given, ...pruned(given) }, fields, about.language, { ...about, heading })
    return { id, given, agreed, text, path: `${about.folder}${id}.yml` }
  }

  function faultsOf({ id, given, agreed }) {
    const found = check(given, fields, about.messages).map(fault =>
      /^images\.\d+\.file$/.test(fault.path) ? { ...fault, text: words.picture_needed } : fault,
    )
    for (const [place, voice] of (given.testimonies ?? []).entries()) {
      const box = boxOf(form, `testimonies.${place}.agreed`)
      box.hidden = !(voice.person && voice.consent === "yes")
      if (!box.hidden && !box.querySelector("input").checked) found.push({ path: `testimonies.${place}.agreed`, text: said(words.consent, { name: voice.person }) })
    }
    if (given.testimonies?.some(voice => voice.consent === "published") && !pruned(given.sources)) found.push({ path: "sources", text: words.source_needed })
    if (idField && id && about.taken.includes(id)) found.push({ path: "id", text: said(words.taken, { name: id }) })
    else if (idField && id && !isIdentifier(id)) found.push({ path: "id", text: said(about.messages.identifier, { value: id }) })
    if (!agreed) found.push({ path: "agreed", text: words.agreed })
    return found
  }

  /* What is told and shown. */

  function update() {
    const now = collected()
    const faults = faultsOf(now)
    const wrong = new Map(faults.toReversed().map(fault => [boxOf(form, fault.path), fault.text]))
    for (const box of form.querySelectorAll("[data-ask]:not(.m-ask--group)")) mark(box, touched.has(box) ? wrong.get(box) : null)
    $("[data-preview]").replaceChildren(...preview(now.given, fields, about.preview, words, drawings()))
    $("code[data-file]").textContent = now.text
    if ($("[data-length]")) tellLength(now.given)
    const letter = letterOf(now, about, pictured().some(item => pictures.has(item)))
    offer(root, about, letter.length)
    return { ...now, letter, faults }
  }

  const drawings = () => new Map(pictured().map(item => [item.querySelector("[data-name]").dataset.file, pictures.get(item)?.small]))

  function tellLength(given) {
    const { part, over, small } = length(given)
    const sentence = !given.objective && !given.context && !given.results ? "empty" : over ? "two_pages" : small ? "small" : "one_page"
    const told = said(words[sentence], { count: Math.ceil(over / 50) * 50 })
    if ($("[data-length]").textContent !== told) $("[data-length]").textContent = told // a reader hears only what changes
    $("[data-length]").classList.toggle("m-form__length--over", part > 1)
  }

  function refuse(faults) {
    for (const { path } of faults) touched.add(boxOf(form, path))
    update()
    const links = faults.map(fault => {
      const entry = entryOf(boxOf(form, fault.path))
      const link = made("a", { href: `#${entry.id || entry.closest("[id]").id}` }, fault.text)
      link.addEventListener("click", event => {
        event.preventDefault()
        reveal(entry)
      })
      return made("li", {}, link)
    })
    const title = said(faults.length > 1 ? words.faults_many : words.faults_one, { count: faults.length })
    summary.replaceChildren(made("h3", {}, title), made("ul", {}, ...links))
    summary.hidden = false
    summary.focus()
  }

  function reveal(entry) {
    for (let one = entry.closest("details"); one; one = one.parentElement.closest("details")) one.open = true
    entry.focus()
    entry.scrollIntoView({ block: "center" })
  }

  /* The draft. */

  function keep() {
    const given = pruned(answers(form, fields))
    try {
      if (given) localStorage.setItem(draft, JSON.stringify({ given, id: idField?.dataset.own ? idField.value : "" }))
      else localStorage.removeItem(draft)
      $("[data-draft]").textContent = words.saved
    } catch {
      $("[data-draft]").textContent = words.unsaved
    }
  }

  function restore() {
    let kept
    try {
      kept = JSON.parse(localStorage.getItem(draft))
    } catch {
      return
    }
    if (!kept?.given) return
    fill(form, fields, kept.given)
    if (kept.id) Object.assign(idField, { value: kept.id }).dataset.own = "yes"
    for (const part of form.querySelectorAll("details.m-form__section")) part.open = [...part.querySelectorAll("input, select, textarea")].some(isFilled)
    for (const item of pictured()) item.querySelector("[data-kept]").hidden = false
    $("[data-restored]").hidden = false
    const left = lacking().length
    if (left) $("[data-left]").textContent = said(left > 1 ? words.left_many : words.left_one, { count: left })
  }

  const lacking = () => faultsOf(collected()).filter(fault => fault.code === "missing")

  /* From a draft to where it stopped: what is missing, or the way out. */
  function resume() {
    const [next] = lacking()
    if (next) reveal(entryOf(boxOf(form, next.path)))
    else $("#part-out").focus()
  }

  function forget() {
    if (!confirm(words.sure)) return
    wait = void clearTimeout(wait)
    form.reset()
    for (const item of form.querySelectorAll("[data-item]")) item.remove()
    if (idField) delete idField.dataset.own
    for (const box of form.querySelectorAll("[data-ask]")) touched.delete(box)
    for (const part of root.querySelectorAll("[data-restored], [data-steps], [data-faults]")) part.hidden = true
    narrow(form)
    update()
    keep()
    $("[data-draft]").textContent = words.forgotten
    entryOf(form.querySelector("[data-ask]")).focus()
  }

  /* The ways out. */

  function steps(way, href) {
    const shown = $(`[data-steps=${way}]`)
    for (const part of root.querySelectorAll("[data-steps]")) part.hidden = part !== shown
    if (href) shown.querySelector("[data-to]").href = href
    shown.focus()
  }

  const copied = async text => ((await copy(text)) ? words.copied : words.uncopied)
  const out = {
    download({ path, text, images }) {
      const file = download(path, text, images)
      steps("download")
      return said(words.downloaded, { file })
    },
    async propose({ path, text, images, agreed }) {
      const { href, whole } = proposal(about.repository, path, text)
      $("[data-agreements]").textContent = agreed.join(" ")
      $("[data-steps=propose] [data-picture]").hidden = !images.length
      const opens = whole && !images.length
      if (opens) open(href, "_blank", "noopener")
      const told = opens ? words.opened : await copied(text)
      steps("propose", href)
      return told
    },
    async mail({ path, text, images, letter: { length, href } }) {
      if (length === "pictures") {
        const file = download(path, text, images)
        steps("attach", href)
        return said(words.downloaded, { file })
      }
      const ready = length === "short" || (await copy(text))
      if (ready) made("a", { href }).click()
      steps(length === "short" ? "mail" : "paste", href)
      return length === "short" ? words.sent : ready ? words.paste : words.uncopied
    },
    async share({ path, text, images, letter: { subject, body, attached } }) {
      try {
        await navigator.share(shared(subject, body, attached, path, text, images))
        return words.shared
      } catch (error) {
        return error.name === "AbortError" ? "" : words.unshared
      }
    },
    copy: ({ text }) => copied(text),
  }

  async function leave(way, button) {
    const { faults: found, ...now } = update()
    const faults = SENDING.includes(way) ? found : found.filter(fault => fault.path !== "agreed")
    for (const one of root.querySelectorAll("[data-said]")) one.textContent = ""
    if (faults.length) return refuse(faults)
    summary.hidden = true
    const images = pictured().map(item => [item.querySelector("[data-name]").dataset.file, pictures.get(item).bytes])
    button.closest("[data-way-out]").querySelector("[data-said]").textContent = await out[way]({ ...now, images })
  }

  /* What people do. */

  let wait
  function changed() {
    clearTimeout(wait)
    wait = setTimeout(settle, 150)
  }

  function settle() {
    wait = void clearTimeout(wait)
    update()
    keep()
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden && wait) settle() // a phone may drop a page that it no longer shows
  })

  form.addEventListener("input", ({ target }) => {
    if (target === idField) target.dataset.own = "yes"
    measure(target)
    changed()
  })
  form.addEventListener("change", async ({ target }) => {
    if (target.matches("[name=of], [name=protocol]")) narrow(form)
    if (target === idField && !target.value.trim()) delete target.dataset.own // then it is made from the title again
    if (target.type !== "file") return changed()
    const item = target.closest("[data-item]"), box = target.closest("[data-ask]")
    pictures.delete(item)
    try {
      if (target.files.length) pictures.set(item, await redrawn(target.files[0]))
      box.querySelector("[data-kept]").hidden = true
      changed()
    } catch {
      touched.delete(box)
      mark(box, said(about.messages.picture_unreadable, { name: target.files[0].name }))
    }
  })
  form.addEventListener("focusout", ({ target, relatedTarget }) => {
    const box = target.closest("[data-ask]")
    if (!box || box.contains(relatedTarget) || target.closest("button")) return
    touched.add(box)
    update()
    const fault = box.classList.contains("m-ask--wrong") && box.querySelector(".m-ask__fault:not([hidden])")
    live.textContent = fault ? fault.textContent : ""
  })
  root.addEventListener("click", ({ target }) => {
    const button = target.closest("button")
    if (!button) return
    const { way, add, remove, forget: all } = button.dataset
    if (button.dataset.resume !== undefined) resume()
    if (add !== undefined) grow(button.closest("[data-list]")).querySelector("input, select, textarea").focus()
    if (remove !== undefined) shrink(button.closest("[data-item]"))
    if (add !== undefined || remove !== undefined) {
      narrow(form)
      changed()
    }
    if (all !== undefined) forget()
    if (way) leave(way, button)
  })
  form.addEventListener("submit", event => event.preventDefault())

  restore()
  narrow(form)
  for (const one of form.querySelectorAll("input, textarea")) measure(one)
  update()
  root.classList.add("m-form--on")
}

for (const root of document.querySelectorAll("[data-form]")) start(root)
