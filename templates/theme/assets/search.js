/* Opens the search of the whole site. Nothing else is fetched before someone does: not its code, not its index. */

const box = document.querySelector(".m-search")
const input = box.querySelector("input"), status = box.querySelector(".m-search__status")

let loaded
function load() {
  return (loaded ??= import("./search-dialog.js").then(
    ({ start }) => start(box),
    () => {
      loaded = null // to be tried again
      status.textContent = box.dataset.failed
    },
  ))
}

function open() {
  if (!box.open) box.showModal() // which gives the focus back when it is closed
  input.focus()
  input.select()
  load()
}

/* Without a script it is a link to a list. */
const link = document.querySelector(".m-header__search"), button = document.createElement("button")
Object.assign(button, { type: "button", className: link.className })
button.setAttribute("aria-haspopup", "dialog")
button.setAttribute("aria-keyshortcuts", "Control+K Meta+K")
button.append(...link.childNodes)
link.replaceWith(button)
button.addEventListener("click", open)

/* No key alone opens it: dictated words and a trembling hand would. */
addEventListener("keydown", event => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
  event.preventDefault()
  open()
})

box.querySelector("form").addEventListener("submit", async event => {
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
