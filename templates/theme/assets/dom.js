/* Elements made by scripts, whose texts are texts and never HTML; and files that people take away. */

/** An element, what is set on it, and what goes inside. */
export function made(name, about = {}, ...inside) {
  const element = Object.assign(document.createElement(name), about)
  element.append(...inside)
  return element
}

/** An icon of the site, which screen readers pass over; its file is where that of the icons of the page is. */
export function icon(name) {
  const [file] = document.querySelector("svg > use").getAttribute("href").split("#")
  const [svg, use] = ["svg", "use"].map(part => document.createElementNS("http://www.w3.org/2000/svg", part))
  svg.setAttribute("aria-hidden", "true")
  use.setAttribute("href", `${file}#${name}`)
  svg.append(use)
  return svg
}

/** Let the browser keep a file; gives its name. */
export function save(blob, name) {
  const href = URL.createObjectURL(blob)
  made("a", { href, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(href), 10_000)
  return name
}
