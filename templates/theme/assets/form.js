/* The page of a form: what is typed is checked, shown, kept as a draft, and made into a file that people take away.

   What is asked and what is said is in the page, made from the model and the labels. No dependency, no inline handler. */

import { made } from "./dom.js"
import { check, isIdentifier } from "./form-check.js"
import { answers, boxOf, entryOf, fill, grow, mark, measure, narrow, shrink } from "./form-fields.js"
import { length } from "./form-length.js"
import { redrawn } from "./form-pictures.js"
import { preview } from "./form-preview.js"
import { free, said, slug } from "./form-text.js"
import { download, message, proposal } from "./form-ways.js"
import { pruned, write } from "./form-yaml.js"

const SITE = new URL("..", import.meta.url).pathname // several kits may share an origin, whose drafts are kept together

function start(root) {
  const $ = selector => root.querySelector(selector)
  const about = JSON.parse($("[data-described]").textContent)
  const { fields, words } = about
  const form = $("form"), idField = $("[data-id]"), status = $("[data-said]"), summary = $("[data-faults]"), live = $("[data-live]")
  const pictures = new WeakMap() // by the element of the list that they were chosen in
  const touched = new WeakSet() // the boxes that people have left, whose faults are told
  const draft = `mallette:${SITE}:${about.kind}:${about.language}`

  /* What is in the page now. */

  const pictured = () => [...form.querySelectorAll("[data-list=images] [data-item]")]

  function collected() {
    const title = form.querySelector("[name=title]")?.value ?? ""
    if (idField && !idField.dataset.own) idField.value = free(slug(title), about.taken)
    const id = idField ? idField.value.trim() : "trace"
    for (const [place, item] of pictured().entries()) {
      const chosen = pictures.get(item)
      const name = item.querySelector("[data-name]")
      if (chosen) name.dataset.file = `${id}-${place + 1}.${chosen.ending}`
      else delete name.dataset.file
    }
    const given = answers(form, fields)
    const text = write({ ...about.given, ...pruned(given) }, fields, about.language, about)
    return { id, given, text, path: `${about.folder}${id}.yml` }
  }

  function faultsOf({ id, given }) {
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
    return found
  }

  /* What is told and shown. */

  function update() {
    const now = collected()
    const faults = faultsOf(now)
    const wrong = new Map(faults.toReversed().map(fault => [boxOf(form, fault.path), fault.text]))
    for (const box of form.querySelectorAll("[data-ask]:not(.m-ask--group)")) mark(box, touched.has(box) ? wrong.get(box) : null)
    $("[data-preview]").replaceChildren(...preview(now.given, fields, about.preview, words, drawings()))
    $("[data-file]").textContent = now.text
    if ($("[data-length]")) tellLength(now.given)
    return { ...now, faults }
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
    for (const part of form.querySelectorAll("details")) part.open = [...part.querySelectorAll("input:not([type=checkbox]), textarea")].some(one => one.value)
    for (const item of pictured()) item.querySelector("[data-kept]").hidden = false
    $("[data-restored]").hidden = false
  }

  function forget() {
    clearTimeout(wait)
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

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text)
      return words.copied
    } catch {
      return words.uncopied
    }
  }

  function steps(way, href, images) {
    const shown = $(`[data-steps=${way}]`)
    for (const part of root.querySelectorAll("[data-steps]")) part.hidden = part !== shown
    if (href) shown.querySelector("[data-to]").href = href
    shown.querySelector("[data-picture]").hidden = !images || way === "download"
    shown.focus()
  }

  const out = {
    download({ path, text, images }) {
      status.textContent = said(words.downloaded, { file: download(path, text, images) })
      steps("download")
    },
    async propose({ path, text, images }) {
      const { href, whole } = proposal(about.repository, path, text)
      if (whole && !images.length) open(href, "_blank", "noopener")
      status.textContent = whole && !images.length ? words.opened : await copy(text)
      steps("propose", href, images.length)
    },
    mail({ path, text, given, images }) {
      const subject = said(words.mail_subject, { heading: about.heading, title: given.title ?? given.protocol })
      const [body, attached] = ["mail_body", "mail_attached"].map(name => said(words[name], { path, text }))
      const { href, whole } = message(about.contact, subject, images.length ? text.repeat(9) : body, attached)
      if (whole) made("a", { href }).click()
      status.textContent = whole ? words.sent : said(words.downloaded, { file: download(path, text, images) })
      if (whole) for (const part of root.querySelectorAll("[data-steps]")) part.hidden = true
      $("[data-steps=mail] [data-to]").href = href
      if (!whole) steps("mail", href, 0)
    },
    async copy({ text }) {
      status.textContent = await copy(text)
    },
  }

  function leave(way) {
    const { faults, ...now } = update()
    status.textContent = ""
    if (faults.length) return refuse(faults)
    summary.hidden = true
    const images = pictured().map(item => [item.querySelector("[data-name]").dataset.file, pictures.get(item).bytes])
    return out[way]({ ...now, images })
  }

  /* What people do. */

  let wait
  function changed() {
    clearTimeout(wait)
    wait = setTimeout(() => {
      update()
      keep()
    }, 150)
  }

  form.addEventListener("input", ({ target }) => {
    if (target === idField) target.dataset.own = "yes"
    measure(target)
    changed()
  })
  form.addEventListener("change", async ({ target }) => {
    if (target.matches("[name=of], [name=protocol]")) narrow(form)
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
  form.addEventListener("click", ({ target }) => {
    const button = target.closest("button")
    if (!button) return
    const { way, add, remove, forget: all } = button.dataset
    if (add !== undefined) grow(button.closest("[data-list]")).querySelector("input, select, textarea").focus()
    if (remove !== undefined) shrink(button.closest("[data-item]"))
    if (add !== undefined || remove !== undefined) {
      narrow(form)
      changed()
    }
    if (all !== undefined) forget()
    if (way) leave(way)
  })
  form.addEventListener("submit", event => event.preventDefault())

  restore()
  narrow(form)
  for (const one of form.querySelectorAll("input, textarea")) measure(one)
  update()
  root.classList.add("m-form--on")
}

for (const root of document.querySelectorAll("[data-form]")) start(root)
