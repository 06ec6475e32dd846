/* The ways out of the browser: a new file on a forge, a download, a message. Nothing is sent by the page itself. */

import { save } from "./dom.js"
import { zip } from "./form-zip.js"

const ADDRESS = 7000 // what servers and browsers surely take
const MESSAGE = 1800 // what mail programs surely take

const query = values => Object.entries(values).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&")

/* The page of a new file on a forge, and whether the text goes along; GitLab takes the name alone. */
export function proposal({ kind, url, branch }, path, text) {
  const base = url.replace(/\/+$/, "")
  const on = branch.split("/").map(encodeURIComponent).join("/")
  const [page, name] = { github: [`new/${on}`, "filename"], gitlab: [`-/new/${on}`, "file_name"], forgejo: [`_new/${on}/`, "filename"] }[kind]
  const whole = `${base}/${page}?${query({ [name]: path, value: text })}`
  if (kind !== "gitlab" && whole.length <= ADDRESS) return { href: whole, whole: true }
  return { href: `${base}/${page}?${query({ [name]: path })}`, whole: false }
}

/* The address that opens a message; nobody is named in it if there is no contact. */
export const message = (contact, subject, body) => `mailto:${contact ?? ""}?${query({ subject, body: body.replaceAll("\n", "\r\n") })}`

/* Whether mail programs surely take it. */
export const fits = href => href.length <= MESSAGE

/* What the share sheet of the device gets; a text goes along as it is, or as a file beside its pictures. */
export function shared(subject, body, attached, path, text, pictures) {
  if (!pictures.length) return { title: subject, text: body }
  const name = path.split("/").at(-1).replace(/\.yml$/, ".txt") // the one kind of text that sheets take
  const files = pictures.map(([file, bytes]) => new File([bytes], file, { type: file.endsWith(".png") ? "image/png" : "image/jpeg" }))
  return { title: subject, text: attached, files: [new File([text], name, { type: "text/plain" }), ...files] }
}

/* Whether there is such a sheet, for a text alone or with pictures. */
export function shares(pictures) {
  if (!navigator.share) return false
  const tried = shared("a", "a", "a", "a.yml", "a", pictures ? [["a.jpg", new Uint8Array(1)]] : [])
  return navigator.canShare ? navigator.canShare(tried) : !pictures
}

/* Whether the text could be copied: pages that are not served safely know the older way alone. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const box = document.body.appendChild(Object.assign(document.createElement("textarea"), { value: text, readOnly: true, className: "m-hidden" }))
    const before = document.activeElement
    box.select()
    const copied = document.execCommand("copy")
    box.remove()
    before?.focus({ preventScroll: true })
    return copied
  }
}

/* A file of text, or a ZIP of it and its pictures; returns its name. */
export function download(path, text, pictures) {
  const name = path.split("/").at(-1)
  if (!pictures.length) return save(new Blob([text], { type: "application/yaml" }), name)
  const folder = path.slice(0, -name.length)
  const files = [[path, new TextEncoder().encode(text)], ...pictures.map(([file, bytes]) => [folder + file, bytes])]
  return save(zip(files), name.replace(/\.yml$/, ".zip"))
}
