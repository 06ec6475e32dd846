/* Opens the search of the whole site. Nothing else is fetched before someone heads for it: words, code or index. */

import { icon, made } from "./dom.js"

/* Without a script it is a link to a list. */
const link = document.querySelector(".m-header__search"), button = made("button", { type: "button", className: link.className })
button.setAttribute("aria-haspopup", "dialog")
button.setAttribute("aria-keyshortcuts", "Control+K Meta+K")
button.append(...link.childNodes)
link.replaceWith(button)

let asked
/** What the dialog says, in the language of the page. */
const words = () =>
  (asked ??= fetch(link.dataset.words)
    .then(answer => answer.json())
    .catch(() => {
      asked = null // to be tried again
    }))

let there
/** The dialog is there at once, so that nothing that is typed is lost; what it says comes a moment later. */
const dialog = () => (there ??= madeDialog())

function madeDialog() {
  const title = button.querySelector(".m-header__word").textContent
  const input = made("input", { id: "m-search", type: "search", name: "mot", maxLength: 200 })
  Object.assign(input, { spellcheck: false, enterKeyHint: "search" })
  const label = made("label", { className: "m-hidden", htmlFor: "m-search", textContent: title })
  const name = made("span", { className: "m-hidden" })
  const close = made("button", { type: "button", className: "m-search__close" }, icon("x"), name)
  const form = made("form", { className: "m-search__form", action: link.href, autocomplete: "off" })
  form.setAttribute("role", "search")
  form.append(icon("search"), label, input, close)
  const status = made("p", { className: "m-search__status" })
  status.setAttribute("role", "status")
  const scroll = made("div", { className: "m-search__scroll" }, status, made("div", { className: "m-search__results" }))
  const box = made("dialog", { className: "m-search" }, form, scroll)
  box.setAttribute("aria-label", title)
  document.querySelector(".m-header").after(box)

  function says(said) {
    box.setAttribute("aria-label", said.dialog)
    input.placeholder = label.textContent = said.words
    name.textContent = said.close
    status.textContent = said.hint
  }

  let loaded
  const load = () => (loaded ??= loads())

  async function loads() {
    const said = await words()
    if (!said) {
      loaded = null
      return location.assign(link.href) // as without a script
    }
    says(said)
    try {
      const { start } = await import("./search-dialog.js")
      return start(box, said)
    } catch {
      loaded = null // to be tried again
      status.textContent = said.failed
    }
  }

  form.addEventListener("submit", async event => {
    event.preventDefault()
    const go = await load()
    go?.()
  })
  box.addEventListener("keydown", event => {
    if (event.key !== "Escape") return
    event.preventDefault() // some browsers would only empty the field
    box.close()
  })
  box.addEventListener("click", ({ target, ctrlKey, metaKey, shiftKey }) => {
    const leaves = target.closest("a[href]") && !ctrlKey && !metaKey && !shiftKey
    if (target === box || leaves || target.closest(".m-search__close")) box.close()
  })
  return { box, input, load }
}

function open() {
  const { box, input, load } = dialog()
  if (!box.open) box.showModal() // which gives the focus back when it is closed
  input.focus()
  input.select()
  load()
}

button.addEventListener("click", open)
for (const heads of ["pointerenter", "focus"]) button.addEventListener(heads, () => words(), { once: true })

/* No key alone opens it: dictated words and a trembling hand would. */
addEventListener("keydown", event => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
  event.preventDefault()
  open()
})
