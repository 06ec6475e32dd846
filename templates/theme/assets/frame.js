/* The frame of each page: the menu of narrow screens and the choice of colours, for the keyboard and screen readers too.

   Without a script the menu is a label, which only a pointer opens; the choice of colours is hidden. */

const checkbox = document.querySelector("#__drawer"), sidebar = document.querySelector(".md-sidebar--primary")
const label = document.querySelector(".m-header__menu")

if (checkbox && label && sidebar) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: label.className })
  button.append(...label.childNodes)
  label.replaceWith(button)
  sidebar.id ||= "m-menu"
  button.setAttribute("aria-controls", sidebar.id)

  const tell = () => button.setAttribute("aria-expanded", checkbox.checked)
  const turn = open => {
    if (checkbox.checked !== open) checkbox.click() // the theme listens to it
    tell()
  }
  tell()
  checkbox.addEventListener("change", tell)
  button.addEventListener("click", () => {
    turn(!checkbox.checked)
    if (checkbox.checked) sidebar.querySelector("a").focus()
  })
  sidebar.addEventListener("keydown", event => {
    if (event.key !== "Escape" || !checkbox.checked) return
    turn(false)
    button.focus()
  })
  sidebar.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && checkbox.checked && !sidebar.contains(relatedTarget)) turn(false)
  })
}

const colours = document.querySelector(".m-palette")
if (colours) {
  const options = [...colours.querySelectorAll("input")], button = colours.querySelector("button")
  const tell = () => button.setAttribute("aria-pressed", document.body.dataset.mdColorScheme === options[1].dataset.mdColorScheme)
  button.addEventListener("click", () => {
    const now = document.body.dataset.mdColorScheme // told by the theme, which remembers the choice
    options.find(option => option.dataset.mdColorScheme !== now).click()
  })
  button.addEventListener("keydown", event => event.stopPropagation()) // the theme would turn it back at Enter
  new MutationObserver(tell).observe(document.body, { attributeFilter: ["data-md-color-scheme"] })
  tell()
  button.hidden = false
}
