/* Opens the search of the whole site. Only its words are fetched before someone does: not its code, not its index. */

import { icon, made } from "./dom.js"

/* Without a script it is a link to a list. */
const link = document.querySelector(".m-header__search"), button = made("button", { type: "button", className: link.className })
button.setAttribute("aria-haspopup", "dialog")
button.setAttribute("aria-keyshortcuts", "Control+K Meta+K")
button.append(...link.childNodes)
link.replaceWith(button)

let asked
/** The dialog, made when its words are there. */
const dialog = () =>
  (asked ??= fetch(link.dataset.words, { priority: "low" })
    .then(answer => answer.json())
    .then(dressed, () => {
      asked = null // to be tried again
    }))

function dressed(said) {
  const input = made("input", { id: "m-search", type: "search", name: "mot", maxLength: 200, placeholder: said.words })
  Object.assign(input, { spellcheck: false, enterKeyHint: "search" })
  const label = made("label", { className: "m-hidden", htmlFor: "m-search", textContent: said.words })
  const name = made("span", { className: "m-hidden", textContent: said.close })
  const close = made("button", { type: "button", className: "m-search__close" }, icon("x"), name)
  const form = made("form", { className: "m-search__form", action: link.href, autocomplete: "off" })
  form.setAttribute("role", "search")
  form.append(icon("search"), label, input, close)
  const status = made("p", { className: "m-search__status", textContent: said.hint })
  status.setAttribute("role", "status")
  const scroll = made("div", { className: "m-search__scroll" }, status, made("div", { className: "m-search__results" }))
  const box = made("dialog", { className: "m-search" }, form, scroll)
  box.setAttribute("aria-label", said.dialog)
  document.querySelector(".m-header").after(box)

  let loaded
  const load = () =>
    (loaded ??= import("./search-dialog.js").then(
      ({ start }) => start(box, said),
      () => {
        loaded = null // to be tried again
        status.textContent = said.failed
      },
    ))

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

async function open() {
  const there = await dialog()
  if (!there) return location.assign(link.href) // as without a script
  if (!there.box.open) there.box.showModal() // which gives the focus back when it is closed
  there.input.focus()
  there.input.select()
  there.load()
}

button.addEventListener("click", open)

/* No key alone opens it: dictated words and a trembling hand would. */
addEventListener("keydown", event => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
  event.preventDefault()
  open()
})

dialog()
