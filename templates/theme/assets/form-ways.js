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

/* A message ready to send, and whether the text is in it: else the file has to be attached. */
export function message(contact, subject, body, attached) {
  const to = text => `mailto:${contact ?? ""}?${query({ subject, body: text.replaceAll("\n", "\r\n") })}`
  const whole = to(body)
  return whole.length <= MESSAGE ? { href: whole, whole: true } : { href: to(attached), whole: false }
}

/* A file of text, or a ZIP of it and its pictures; returns its name. */
export function download(path, text, pictures) {
  const name = path.split("/").at(-1)
  if (!pictures.length) return save(new Blob([text], { type: "application/yaml" }), name)
  const folder = path.slice(0, -name.length)
  const files = [[path, new TextEncoder().encode(text)], ...pictures.map(([file, bytes]) => [folder + file, bytes])]
  return save(zip(files), name.replace(/\.yml$/, ".zip"))
}
